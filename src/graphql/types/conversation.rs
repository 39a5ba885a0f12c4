//! Conversations.

use std::sync::Arc;

use entity::conversation::Model;

/// One thread with one customer on one channel.
#[derive(Clone, Debug)]
pub struct Conversation(pub Arc<Model>);
