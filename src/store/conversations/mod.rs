//! Conversations: locking, finding, and the way between row and domain value.

pub mod beside;
mod find;
pub mod lock;
pub mod row;
