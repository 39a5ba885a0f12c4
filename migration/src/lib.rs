//! Switchboard's schema, step by step: forward only, one transaction a step, the same steps on SQLite and PostgreSQL.
//!
//! Owns tables, keys and indexes. What a column means stands in the `entity` crate.

pub use sea_orm_migration::{MigrationTrait, MigratorTrait, SchemaManager};

mod dialect;
mod m0001_people;
mod m0002_conversations;
mod m0003_log;
mod m0004_tickets;
mod m0005_search;
mod m0006_workflows;

/// All steps, in order.
#[derive(Debug)]
pub struct Migrator;

#[sea_orm_migration::async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_people::Step),
            Box::new(m0002_conversations::Step),
            Box::new(m0003_log::Step),
            Box::new(m0004_tickets::Step),
            Box::new(m0005_search::Step),
            Box::new(m0006_workflows::Step),
        ]
    }
}
