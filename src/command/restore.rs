//! `switchboard restore`: puts a backup in an SQLite database's place and begins a new epoch.
//!
//! Everything is read, checked and brought up to date beside the place first: whatever fails, the database stays as it was.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::clock::Clock;
use crate::command::StartError;
use crate::command::draft::{Draft, beside, companion, is_there};
use crate::command::lock::alone_with;
use crate::config::{DatabaseUrl, RestoreConfig};
use crate::store::Store;

/// How the file is called that is made beside the place; one that was left there is replaced.
const DRAFT: &str = ".restoring";
/// What every SQLite file begins with.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Checks the backup, brings it up to date, begins an epoch in it, puts it in the database's place at once, and tells so.
///
/// # Errors
/// A sentence for the operator.
pub async fn run(config: RestoreConfig) -> Result<(), StartError> {
    let RestoreConfig { database, from, force } = config;
    let DatabaseUrl::Sqlite(place) = &database.url else {
        return Err(StartError::new(
            "a PostgreSQL database is restored by its own tools, such as pg_restore; then run `switchboard new-epoch`",
        ));
    };
    readable(&from).map_err(|why| StartError::new(format!("can't restore {}: {why}", from.display())))?;
    let _alone = alone_with(place)?;
    let old = is_there(place);
    if old && !force {
        let refused = format!("there is a database {} already; --force replaces it", place.display());
        return Err(StartError::new(refused));
    }
    if old && same(&from, place) {
        return Err(StartError::new(format!("{} is the database itself", from.display())));
    }
    let unwritten = |fault: io::Error| StartError::new(format!("can't write beside {}: {fault}", place.display()));
    // A link stays one, and what it leads to is replaced.
    let place = if old { place.canonicalize().map_err(unwritten)? } else { place.clone() };
    if same(&from, &beside(&place, DRAFT)) {
        let what = "it is what an interrupted restore left behind; move it away from there first";
        return Err(StartError::new(format!("can't restore {}: {what}", from.display())));
    }
    let draft = Draft::begin(&place, DRAFT).map_err(unwritten)?;
    copy(&from, draft.path()).map_err(unwritten)?;
    let epoch = prepare(draft.path(), old.then_some(&place)).await;
    let epoch = epoch.map_err(|why| StartError::new(format!("can't restore {}: {why}", from.display())))?;
    let mode = (if old { &place } else { &from }).metadata().map_err(unwritten)?.permissions().mode();
    // A backup may be kept from being written to; a database can't be.
    fs::set_permissions(draft.path(), Permissions::from_mode(mode | 0o600)).map_err(unwritten)?;
    draft.replace().map_err(unwritten)?;
    println!("restored {} to {}; epoch {epoch} begins", from.display(), database.url);
    Ok(())
}

/// What can be said of the file without opening it as a database, which would write to it.
fn readable(from: &Path) -> Result<(), String> {
    let mut begin = [0; MAGIC.len()];
    File::open(from).and_then(|mut file| file.read_exact(&mut begin)).or_else(|fault| match fault.kind() {
        io::ErrorKind::UnexpectedEof => Ok(()),
        _ => Err(fault.to_string()),
    })?;
    if begin != *MAGIC {
        return Err("it is no SQLite database".to_owned());
    }
    match companion(from) {
        Some(companion) => Err(format!(
            "a part of it is in {}, because it is in use or wasn't closed; make a backup of it with `switchboard backup`",
            companion.display()
        )),
        None => Ok(()),
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<u64> {
    io::copy(&mut File::open(from)?, &mut OpenOptions::new().write(true).open(to)?)
}

fn same(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// Closes the old database, so that it is whole without the files beside it until the moment that it is replaced, and gives its
/// epoch. One that can't be opened is beyond that.
async fn replaced(place: &Path) -> Result<i32, String> {
    let epoch = match Store::open_sqlite(&place.to_string_lossy()).await {
        Ok(store) => {
            let head = store.head().await;
            store.close().await;
            head.map_or(0, |head| head.epoch)
        }
        Err(fault) => {
            tracing::warn!(fault, "the database to be replaced can't be read");
            return Ok(0);
        }
    };
    match companion(place) {
        Some(_) => Err(format!("another process has {} open", place.display())),
        None => Ok(epoch),
    }
}

/// Checks the copy, brings it up to date and begins its epoch.
async fn prepare(draft: &Path, old: Option<&PathBuf>) -> Result<i32, String> {
    let store =
        Store::open_sqlite(&draft.to_string_lossy()).await.map_err(|fault| format!("it is damaged: {fault}"))?;
    let prepared = prepared(&store, old).await;
    store.close().await;
    match companion(draft) {
        Some(left) => Err(format!("{} wasn't written back", left.display())),
        None => prepared,
    }
}

async fn prepared(store: &Store, old: Option<&PathBuf>) -> Result<i32, String> {
    store.check_ours().await?;
    store.check_whole().await?;
    store.migrate().await?;
    // The last to be touched: before, everything was found sound.
    let replaced = match old {
        Some(place) => replaced(place).await?,
        None => 0,
    };
    store.begin_epoch(replaced, Clock::System.now()).await.map_err(|fault| format!("{fault:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_database_is_told_by_its_first_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x");
        assert!(readable(&file).unwrap_err().contains("No such file"));
        for text in [&b""[..], b"SQLite", b"SQLite format 2\0 and more", b"hello, this is a text file"] {
            fs::write(&file, text).unwrap();
            assert_eq!(readable(&file).unwrap_err(), "it is no SQLite database");
        }
        fs::write(&file, MAGIC).unwrap();
        assert_eq!(readable(&file), Ok(()));
        fs::write(beside(&file, "-wal"), "").unwrap();
        assert_eq!(readable(&file), Ok(()));
        fs::write(beside(&file, "-wal"), "more").unwrap();
        assert!(readable(&file).unwrap_err().contains("x-wal"));
    }
}
