//! The batched loads of nested data, one file per noun. Each reads through a store's finder with the viewer's access.

mod conversations;
mod customers;
mod messages;
mod people;

pub use messages::MessageKey;
