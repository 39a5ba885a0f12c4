//! Tickets: locked, read, saved. Every agent and every TICKETS_READ sees each of them; what they are linked to is scoped elsewhere.

pub mod changes;
mod criteria;
pub mod find;
pub mod links;
pub mod list;
pub mod lock;
pub mod refs;
mod relations;
pub mod row;
