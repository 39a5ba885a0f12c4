//! The composition root: what a running server is made of.

use std::sync::Arc;

use crate::automation::Spelling;
use crate::clock::Clock;
use crate::config::DatabaseConfig;
use crate::config::DatabaseUrl;
use crate::events::tail::Tail;
use crate::graphql::saved;
use crate::graphql::schema::{Schema, shared};
use crate::service::Service;
use crate::store::Store;

/// A server's parts; clones share them.
#[derive(Clone)]
pub struct App {
    /// The use cases.
    pub service: Service,
    /// The executable schema.
    pub schema: Schema,
    /// What was committed, as live streams read it.
    pub tail: Tail,
    /// How stored workflows are read.
    pub spelling: Spelling,
    /// The origins that browsers may call from.
    pub allow_origin: Arc<[String]>,
}

impl App {
    /// Puts the parts together over a migrated store.
    #[must_use]
    pub fn new(store: Store, clock: Clock, allow_origin: Vec<String>) -> Self {
        let tail = Tail::new(store.clone(), clock.clone());
        let spelling = Spelling { actions: saved::actions, condition: saved::condition };
        Self {
            service: Service::new(store, clock),
            schema: shared(),
            tail,
            spelling,
            allow_origin: allow_origin.into(),
        }
    }
}

/// Brings the configured database's schema up to date and opens it.
///
/// # Errors
/// A sentence for the operator.
pub async fn open_migrated(config: &DatabaseConfig) -> Result<Store, String> {
    if let DatabaseUrl::Postgres(url) = &config.url {
        let single = Store::connect_postgres(url.expose(), 1).await?;
        let result = single.migrate().await;
        single.close().await;
        result?;
    }
    let store = open(config).await?;
    if matches!(config.url, DatabaseUrl::Sqlite(_)) {
        store.migrate().await?;
    }
    Ok(store)
}

/// Opens the configured database, without migrating it.
///
/// # Errors
/// A sentence for the operator.
pub async fn open(config: &DatabaseConfig) -> Result<Store, String> {
    match &config.url {
        DatabaseUrl::Sqlite(path) => Store::open_sqlite(&path.to_string_lossy()).await,
        DatabaseUrl::Postgres(url) => Store::connect_postgres(url.expose(), config.connections).await,
    }
}
