//! A database file that is made beside its place and put there whole, or not at all.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// What SQLite keeps beside a database that is in use or wasn't closed: read again, it would change whatever file stands in its place.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A file that is to stand in some place. Dropped before it does, it is gone.
pub struct Draft {
    path: PathBuf,
    place: PathBuf,
}

impl Draft {
    /// An empty file beside the place, named like it with this ending, for nobody else's eyes; what was left there goes.
    pub fn begin(place: &Path, ending: &str) -> io::Result<Self> {
        let draft = Self { path: beside(place, ending), place: place.to_owned() };
        draft.remove();
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft.path)?;
        Ok(draft)
    }

    /// Where it is made.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts it in its place, where nothing may be.
    pub fn publish(self) -> io::Result<()> {
        sync(&self.path)?;
        match fs::hard_link(&self.path, &self.place) {
            Ok(()) => {}
            Err(fault) if fault.kind() == ErrorKind::AlreadyExists => return Err(fault),
            // Not every file system has links.
            Err(_) if !is_there(&self.place) => fs::rename(&self.path, &self.place)?,
            Err(fault) => return Err(fault),
        }
        self.remove();
        sync_folder(&self.place)
    }

    /// Puts it in its place instead of what is there. At every moment one of the two is there, whole.
    pub fn replace(self) -> io::Result<()> {
        sync(&self.path)?;
        remove_companions(&self.place)?;
        sync_folder(&self.place)?;
        fs::rename(&self.path, &self.place)?;
        sync_folder(&self.place)
    }

    fn remove(&self) {
        let _ = fs::remove_file(&self.path);
        let _ = remove_companions(&self.path);
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        self.remove();
    }
}

/// The path with an ending.
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}

/// Whether there is anything under this name, also a link that leads nowhere.
pub fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// What SQLite keeps beside this file, if anything is in it.
pub fn companion(path: &Path) -> Option<PathBuf> {
    let holds = |path: &PathBuf| path.metadata().is_ok_and(|file| file.len() > 0);
    ["-wal", "-journal"].iter().map(|ending| beside(path, ending)).find(holds)
}

fn remove_companions(path: &Path) -> io::Result<()> {
    for ending in COMPANIONS {
        match fs::remove_file(beside(path, ending)) {
            Err(fault) if fault.kind() != ErrorKind::NotFound => return Err(fault),
            _ => {}
        }
    }
    Ok(())
}

fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    sync(folder.unwrap_or(Path::new(".")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_draft_that_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("x.db");
        let draft = Draft::begin(&place, ".draft").unwrap();
        fs::write(beside(draft.path(), "-wal"), "half").unwrap();
        assert_eq!(names(folder.path()), ["x.db.draft", "x.db.draft-wal"]);
        drop(draft);
        assert_eq!(names(folder.path()), [""; 0]);
    }

    #[test]
    fn a_draft_is_published_only_where_nothing_is() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("x.db");
        let draft = Draft::begin(&place, ".draft").unwrap();
        fs::write(draft.path(), "new").unwrap();
        draft.publish().unwrap();
        let late = Draft::begin(&place, ".draft").unwrap();
        assert_eq!(late.publish().unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(names(folder.path()), ["x.db"]);
        assert_eq!(fs::read_to_string(&place).unwrap(), "new");
    }

    #[test]
    fn a_draft_takes_a_place_without_what_was_kept_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("x.db");
        for ending in ["", "-wal", "-shm", "-journal", ".lock"] {
            fs::write(beside(&place, ending), "old").unwrap();
        }
        fs::write(beside(&place, ".draft"), "left by one that was killed").unwrap();
        let draft = Draft::begin(&place, ".draft").unwrap();
        fs::write(draft.path(), "new").unwrap();
        draft.replace().unwrap();
        assert_eq!(names(folder.path()), ["x.db", "x.db.lock"]);
        assert_eq!(fs::read_to_string(&place).unwrap(), "new");
    }
}
