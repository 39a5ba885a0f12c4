//! The lock beside an SQLite file: whoever serves it, or puts another in its place, is alone with it.

use std::fs::{File, OpenOptions};
use std::path::Path;

use crate::command::StartError;
use crate::command::draft::beside;

/// Holds the lock as long as the file that it gives is open; two servers would not see each other's entries.
///
/// # Errors
/// A sentence for the operator.
pub fn alone_with(path: &Path) -> Result<File, StartError> {
    // The file's own name, however it is called: a link leads to the same database.
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let lock = beside(path, ".lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&lock);
    let file = file.map_err(|fault| StartError::new(format!("can't open {}: {fault}", lock.display())))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(_) => Err(StartError::new(format!("another server or restore runs on {}", path.display()))),
    }
}
