//! Tickets: locked, read, saved. Every agent and every TICKETS_READ sees each of them; what they are linked to is scoped elsewhere.

pub mod find;
pub mod links;
pub mod lock;
pub mod refs;
pub mod row;
