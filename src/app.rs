//! Stand-in, to be replaced: just enough of the application for the front's tests.

use std::sync::Arc;

use crate::graphql::Schema;

/// The application. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The schema.
    pub schema: Schema,
    /// The configuration.
    pub config: Arc<Config>,
}

/// The configuration.
#[derive(Default)]
pub struct Config {
    /// Browser origins that may call.
    pub allow_origins: Vec<String>,
}

impl App {
    /// The toy application.
    pub fn new(config: Config) -> Self {
        Self {
            schema: crate::graphql::schema(),
            config: Arc::new(config),
        }
    }

    /// Whether requests can be served.
    pub async fn readiness(&self) -> Result<(), String> {
        Ok(())
    }

    /// SQL statements sent since the start.
    pub fn sql_statements(&self) -> u64 {
        0
    }
}
