//! `switchboard backup`: copies an SQLite database whole, also beside a running server. It changes nothing in the database.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::command::StartError;
use crate::command::draft::{Draft, is_there};
use crate::command::signals::told_to_stop;
use crate::config::{BackupConfig, DatabaseUrl};
use crate::store::Store;

/// Makes the file, with all that was acknowledged before the call, and tells so. A file that is there stays as it is; what isn't
/// whole is never left under the name.
///
/// # Errors
/// A sentence for the operator.
pub async fn run(config: BackupConfig) -> Result<(), StartError> {
    let BackupConfig { database, to } = config;
    let DatabaseUrl::Sqlite(from) = &database.url else {
        return Err(StartError::new(
            "a PostgreSQL database is backed up by its own tools, such as pg_dump; after restoring it there, run \
             `switchboard new-epoch`",
        ));
    };
    if !from.exists() {
        return Err(StartError::new(format!("there is no database {}", from.display())));
    }
    let stop = told_to_stop()?;
    tokio::select! {
        made = make(from, &to) => made?,
        // What is half made goes with the other future.
        () = stop => return Err(StartError::new("interrupted; there is no backup")),
    }
    println!("backed up {} to {}", database.url, to.display());
    Ok(())
}

async fn make(from: &Path, to: &PathBuf) -> Result<(), StartError> {
    let failed = |fault: std::io::Error| match fault.kind() {
        ErrorKind::AlreadyExists => StartError::new(format!("{} is there already", to.display())),
        _ => StartError::new(format!("can't write {}: {fault}", to.display())),
    };
    if is_there(to) {
        return Err(failed(ErrorKind::AlreadyExists.into()));
    }
    // SQLite takes some names for more than a path, but none that begins at the root.
    let absolute = std::path::absolute(to).map_err(failed)?;
    // Nobody else's: two may be made for one place at once, in two machines that count their processes from 1.
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|fault| StartError::new(format!("no randomness: {fault}")))?;
    let own = uuid::Builder::from_random_bytes(bytes).into_uuid();
    let draft = Draft::begin(&absolute, &format!(".partial-{own}")).map_err(failed)?;
    let Some(path) = draft.path().to_str() else {
        return Err(StartError::new(format!("{} isn't UTF-8", to.display())));
    };
    let store = Store::open_sqlite_to_copy(&from.to_string_lossy()).await.map_err(StartError::new)?;
    let copied = match store.check_ours().await {
        Ok(()) => store.copy_to(path).await,
        Err(wrong) => Err(wrong),
    };
    store.close().await;
    copied.map_err(|fault| StartError::new(format!("can't back up {}: {fault}", from.display())))?;
    // Whoever may read the one may read the other.
    let permissions = from.metadata().map_err(failed)?.permissions();
    std::fs::set_permissions(draft.path(), permissions).map_err(failed)?;
    draft.publish().map_err(failed)
}
