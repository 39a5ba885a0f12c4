//! Conversations: locking, finding, and the way between row and domain value.

mod find;
pub mod lock;
pub mod row;
