//! The GraphQL transport: spelling and nothing else. Rules live in `domain`, writes in `service`, reads in the store's finders.

pub mod batches;
pub mod connection;
pub mod error;
pub mod listing;
pub mod loaders;
pub mod mutation;
pub mod query;
pub mod reader;
pub mod run_listing;
pub mod saved;
pub mod scalar;
pub mod schema;
pub mod spelled;
pub mod subscription;
pub mod ticket_listing;
pub mod told;
pub mod types;
