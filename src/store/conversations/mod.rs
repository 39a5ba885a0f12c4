//! Conversations: locking, finding, and the way between row and domain value.

pub mod beside;
pub mod lock;
pub mod row;
