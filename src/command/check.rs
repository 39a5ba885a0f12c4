//! `switchboard check`: reads configuration and database, and says what is wrong. It changes nothing, and works beside a running server.

use crate::app::open;
use crate::http::Pages;
use crate::store::Store;
use crate::{
    command::StartError,
    config::{DatabaseConfig, DatabaseUrl, ServeConfig},
};

/// Succeeds if `serve` would start without having to migrate an existing database. Most of the configuration was
/// checked when it was read.
///
/// # Errors
/// A sentence for the operator.
pub async fn run(config: ServeConfig) -> Result<(), StartError> {
    Pages::find(&config.pages).map_err(StartError::new)?;
    println!("configuration: sound");
    let found = database(&config.database).await.map_err(|fault| StartError::new(format!("database: {fault}")))?;
    println!("database: {found}");
    Ok(())
}

async fn database(config: &DatabaseConfig) -> Result<String, String> {
    if let DatabaseUrl::Sqlite(path) = &config.url
        && !path.exists()
    {
        // Opening would make it.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if folder.is_some_and(|folder| !folder.is_dir()) {
            return Err(format!("there is no folder for {}", path.display()));
        }
        return Ok("not there yet; serve makes it".to_owned());
    }
    let store = open(config).await?;
    let checked = match store.check_schema().await {
        Ok(()) => sound(&store).await,
        Err(fault) => Err(fault),
    };
    store.close().await;
    checked
}

async fn sound(store: &Store) -> Result<String, String> {
    let head = store.head().await.map_err(|fault| format!("can't read the log: {fault:?}"))?;
    let parked = parked(store).await?;
    Ok(format!("up to date, epoch {}{parked}", head.epoch))
}

/// What nobody tries again before a server starts.
async fn parked(store: &Store) -> Result<String, String> {
    let parked = store.parked_timers().await.map_err(|fault| format!("can't count timers: {fault:?}"))?;
    let said = if parked == 1 { "1 timer is parked".to_owned() } else { format!("{parked} timers are parked") };
    Ok(if parked == 0 { String::new() } else { format!("; {said}, to be tried again at the next start") })
}
