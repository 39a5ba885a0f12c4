//! The commands of the command line, one a file: each takes its part of the configuration and does one thing.
//! What a command answers goes to standard output; what went wrong is returned, and `main` prints it.

pub mod admin;
mod background;
pub mod backup;
pub mod check;
mod draft;
pub mod health;
mod lock;
pub mod migrate;
pub mod new_epoch;
pub mod restore;
pub mod schema;
pub mod serve;
mod signals;

use std::fmt;

use crate::config::{Command, Config};

/// Why a command failed, as sentences for the person who runs it; it may name paths and hosts, never secrets.
pub struct StartError(String);

impl StartError {
    /// A failure in these words.
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}

/// Does what the configuration says.
pub async fn run(config: Config) -> Result<(), StartError> {
    match config.command {
        Command::Serve(config) => serve::run(config).await,
        Command::Migrate(config) => migrate::run(config).await,
        Command::Admin(config) => admin::run(config).await,
        Command::Schema => schema::run().await,
        Command::Check(config) => check::run(config).await,
        Command::Health(listen) => health::run(listen).await,
        Command::Backup(config) => backup::run(config).await,
        Command::Restore(config) => restore::run(config).await,
        Command::NewEpoch(config) => new_epoch::run(config).await,
    }
}
