//! `switchboard check`: reads configuration and database, and says what is wrong. It changes nothing, and works beside a running server.

use crate::app::open;
use crate::{
    command::StartError,
    config::{DatabaseConfig, DatabaseUrl, ServeConfig},
};

/// Succeeds if `serve` would start without having to migrate an existing database. That the configuration is sound was checked when it
/// was read.
///
/// # Errors
/// A sentence for the operator.
pub async fn run(config: ServeConfig) -> Result<(), StartError> {
    println!("configuration: sound");
    let found = database(&config.database).await.map_err(|fault| StartError::new(format!("database: {fault}")))?;
    println!("database: {found}");
    Ok(())
}

async fn database(config: &DatabaseConfig) -> Result<&'static str, String> {
    if let DatabaseUrl::Sqlite(path) = &config.url
        && !path.exists()
    {
        // Opening would make it.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if folder.is_some_and(|folder| !folder.is_dir()) {
            return Err(format!("there is no folder for {}", path.display()));
        }
        return Ok("not there yet; serve makes it");
    }
    let store = open(config).await?;
    let checked = store.check_schema().await;
    store.close().await;
    checked.map(|()| "up to date")
}
