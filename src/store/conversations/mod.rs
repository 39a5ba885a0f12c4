//! Conversations: locking, finding, listing, and the way between row and domain value.

pub mod beside;
pub mod counts;
pub(in crate::store) mod criteria;
mod few;
mod filter;
mod find;
pub mod list;
pub mod lock;
pub mod matching;
mod of_tickets;
mod order;
pub mod people;
mod relations;
pub mod row;
pub(in crate::store) mod scans;
mod tagged;
