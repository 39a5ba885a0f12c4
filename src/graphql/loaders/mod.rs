//! The batched loads of nested data, one file per noun. Each reads through a store's finder with the viewer's access.

pub mod belonging;
pub mod conversations;
mod customers;
pub mod entries;
pub mod follows;
pub mod links;
pub mod macros;
pub mod messages;
pub mod notes;
pub mod notifications;
mod people;
pub mod read_marks;
pub mod tags;
pub mod tickets;
mod tokens;
mod workflows;
