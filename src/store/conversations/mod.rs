//! Conversations: locking, finding, and the way between row and domain value.

pub mod lock;
pub mod row;
