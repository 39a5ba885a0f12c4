//! Where the tests' databases lie: in memory where there is plenty of it, for they are made and removed by the thousand.

use std::fs::{read_dir, remove_dir_all};
use std::path::{Path, PathBuf};
use std::process::{Command, id};
use std::sync::LazyLock;
use std::time::Duration;

use tempfile::{Builder, TempDir};

use super::cluster;

const MEMORY: &str = "/dev/shm";
/// Several times what the suite needs; who has less has better things to keep there.
const PLENTY_KIB: u64 = 4 * 1024 * 1024;
/// What the suite makes folders for.
const WHAT_FOR: [&str; 3] = ["pg", "template", "test"];
/// For how long the folders of a process that was killed are left alone: elsewhere it may still run, if the memory is shared.
const LEFT: Duration = Duration::from_hours(24);

/// A folder that is removed when it is dropped: where `TMPDIR` says, on the disk for benchmarks, else in memory.
pub fn folder(what_for: &str) -> TempDir {
    static IN_MEMORY: LazyLock<bool> = LazyLock::new(|| {
        let plenty = std::env::var_os("TMPDIR").is_none() && free_kib(MEMORY).is_some_and(|free| free >= PLENTY_KIB);
        if plenty {
            sweep();
        }
        plenty
    });
    let place = if !cluster::is_durable() && *IN_MEMORY { PathBuf::from(MEMORY) } else { std::env::temp_dir() };
    Builder::new().prefix(&format!("switchboard-{what_for}-{}-", id())).tempdir_in(place).unwrap()
}

/// What is free there, if there is such a place and somebody to ask.
fn free_kib(folder: &str) -> Option<u64> {
    let told = Command::new("df").args(["-Pk", folder]).output().ok()?;
    String::from_utf8(told.stdout).ok()?.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}

/// Removes what killed processes left, which would take memory until the machine is restarted.
fn sweep() {
    let old = |path: &Path| {
        let changed = path.metadata().and_then(|about| about.modified());
        changed.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > LEFT))
    };
    for path in read_dir(MEMORY).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if process_of(&name).is_some_and(|process| !Path::new(&format!("/proc/{process}")).exists()) && old(&path) {
            // Somebody else may be sweeping too.
            let _ = remove_dir_all(path);
        }
    }
}

/// The process whose folder this is, if it is one of ours.
fn process_of(name: &str) -> Option<u32> {
    let (what_for, rest) = name.strip_prefix("switchboard-")?.split_once('-')?;
    let (process, _) = rest.split_once('-')?;
    if WHAT_FOR.contains(&what_for) { process.parse().ok() } else { None }
}
