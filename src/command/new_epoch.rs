//! `switchboard new-epoch`: tells the log's positions of before a restore from those that come after it.

use crate::app::open;
use crate::clock::Clock;
use crate::command::StartError;
use crate::command::lock::alone_with;
use crate::config::{DatabaseConfig, DatabaseUrl};
use crate::store::Store;

/// Begins an epoch, and tells which.
///
/// # Errors
/// A sentence for the operator.
pub async fn run(config: DatabaseConfig) -> Result<(), StartError> {
    let _alone = match &config.url {
        DatabaseUrl::Sqlite(path) if !path.exists() => {
            return Err(StartError::new(format!("there is no database {}", path.display())));
        }
        DatabaseUrl::Sqlite(path) => Some(alone_with(path)?),
        DatabaseUrl::Postgres(_) => None,
    };
    let store = open(&config).await.map_err(StartError::new)?;
    let begun = begin(&store).await;
    store.close().await;
    println!("epoch {} begins: cursors of before can't be followed on from", begun.map_err(StartError::new)?);
    Ok(())
}

async fn begin(store: &Store) -> Result<i32, String> {
    store.check_ours().await?;
    store.check_schema().await?;
    store.begin_epoch(0, Clock::System.now()).await.map_err(|fault| format!("{fault:?}"))
}
