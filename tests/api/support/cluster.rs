//! A PostgreSQL of our own: one temporary cluster a process, started when the first test asks for it.
//!
//! Started from the installed binaries. (The crate `pgtemp` isn't used: run as root it needs `sudo`, which fresh machines and
//! containers lack.) A shell watches over the server: when this process ends, however it ends, the pipe between them closes, and the
//! shell stops the server and removes its files. `TEST_POSTGRES_URL` names a server to use instead; it must allow creating databases.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use super::place;

/// Durability is not what tests are about: a killed *client* loses nothing either way.
const FAST: &[&str] = &[
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
    "shared_buffers=64MB",
    "max_wal_size=1GB",
    "deadlock_timeout=200ms",
];

/// Whether our own server keeps what it commits, as a real one does.
static DURABLE: AtomicBool = AtomicBool::new(false);

/// Lets our own server work as a real one, with PostgreSQL's own settings, and every database lie on the disk; for benchmarks, before
/// anybody asks for one.
pub fn be_durable() {
    DURABLE.store(true, Ordering::Relaxed);
}

/// Whether somebody asked for that.
pub fn is_durable() -> bool {
    DURABLE.load(Ordering::Relaxed)
}

/// Where databases can be created.
pub enum Server {
    /// Ours, reached over a socket in this folder.
    Own {
        socket: PathBuf,
        /// Holds the pipe whose closing ends the server.
        _watch: Child,
    },
    /// Somebody's, named by `TEST_POSTGRES_URL`.
    Given(url::Url),
}

/// The server of this process, started on the first call; or why there is none.
pub fn server() -> Result<&'static Server, &'static str> {
    static SERVER: OnceLock<Result<Server, String>> = OnceLock::new();
    SERVER.get_or_init(start).as_ref().map_err(String::as_str)
}

/// No server: a loud skip on a laptop, a failure where `CI` is set.
pub fn skip(why: &str) {
    assert!(std::env::var_os("CI").is_none(), "the tests on PostgreSQL can't run: {why}");
    // Straight to the descriptor: what a passing test prints is swallowed.
    let _ = writeln!(io::stderr(), "SKIPPED on PostgreSQL: {why}");
}

impl Server {
    /// The URL of a database of this server.
    pub fn url(&self, database: &str) -> String {
        match self {
            Self::Own { socket, .. } => format!("postgres://postgres@localhost/{database}?host={}", socket.display()),
            Self::Given(url) => {
                let mut url = url.clone();
                url.set_path(database);
                url.into()
            }
        }
    }

    /// Whether it began with this process and ends with it.
    pub fn is_ours(&self) -> bool {
        matches!(self, Self::Own { .. })
    }

    /// The URL to create and drop databases through.
    pub fn admin_url(&self) -> String {
        match self {
            Self::Own { .. } => self.url("postgres"),
            Self::Given(url) => url.to_string(),
        }
    }
}

fn start() -> Result<Server, String> {
    if let Ok(text) = std::env::var("TEST_POSTGRES_URL") {
        return url::Url::parse(&text).map(Server::Given).map_err(|wrong| format!("TEST_POSTGRES_URL: {wrong}"));
    }
    let binaries = binaries().ok_or("no `initdb` in PATH or /usr/lib/postgresql; install PostgreSQL 15 or newer")?;
    let folder = place::folder("pg");
    let user = ordinary_user()?;
    if let Some((uid, gid)) = user {
        chown(folder.path(), Some(uid), Some(gid)).map_err(|why| why.to_string())?;
    }
    initialise(&binaries, folder.path(), user)?;
    let mut watch = watched(&binaries, folder.path(), user).spawn().map_err(|why| why.to_string())?;
    wait_until_ready(folder.path(), &mut watch)?;
    // From here on the shell removes it.
    Ok(Server::Own { socket: folder.keep(), _watch: watch })
}

fn initialise(binaries: &Path, folder: &Path, user: Option<(u32, u32)>) -> Result<(), String> {
    let mut initdb = Command::new(binaries.join("initdb"));
    initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"]);
    let output = as_user(initdb.arg(folder.join("data")), folder, user).output().map_err(|why| why.to_string())?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// A shell that runs the server until its standard input ends, then stops it and removes the folder.
fn watched(binaries: &Path, folder: &Path, user: Option<(u32, u32)>) -> Command {
    const SCRIPT: &str = r#"
        folder=$1; shift
        "$@" >"$folder/log" 2>&1 </dev/null &
        cat >/dev/null
        kill -QUIT $!
        wait
        rm -rf "$folder"
    "#;
    let mut shell = Command::new("sh");
    shell.args(["-c", SCRIPT, "sh"]).arg(folder).arg(binaries.join("postgres"));
    shell.arg("-D").arg(folder.join("data")).arg("-k").arg(folder);
    let settings = if is_durable() { &[][..] } else { FAST };
    for setting in ["listen_addresses=", "max_connections=400"].iter().chain(settings) {
        shell.arg("-c").arg(setting);
    }
    // Its own group, so that Ctrl-C ends the tests and the closing pipe ends the server, in this order.
    as_user(&mut shell, folder, user)
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    shell
}

fn wait_until_ready(folder: &Path, watch: &mut Child) -> Result<(), String> {
    let log = || fs::read_to_string(folder.join("log")).unwrap_or_default();
    for _ in 0..1_500 {
        if log().contains("ready to accept connections") {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let why = format!("PostgreSQL did not start within 30 s: {}", log());
    drop(watch.stdin.take());
    Err(why)
}

fn as_user<'a>(command: &'a mut Command, folder: &Path, user: Option<(u32, u32)>) -> &'a mut Command {
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
    command.current_dir(folder).env_remove("PGDATA").env_remove("PGPORT").env("LC_ALL", "C")
}

/// PostgreSQL refuses to run as root: then it runs as `postgres`, whom its package brings along, or as `nobody`.
fn ordinary_user() -> Result<Option<(u32, u32)>, String> {
    let id = Command::new("id").arg("-u").output().map_err(|why| why.to_string())?;
    if id.stdout != b"0\n" {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd").map_err(|why| why.to_string())?;
    let find = |name: &str| {
        let mut fields =
            users.lines().map(|line| line.split(':')).find(|fields| fields.clone().next() == Some(name))?;
        Some((fields.nth(2)?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    let found = find("postgres").or_else(|| find("nobody"));
    found
        .map(Some)
        .ok_or_else(|| "root may not run PostgreSQL, and there is neither `postgres` nor `nobody`".to_owned())
}

/// The folder of the server's binaries, the newest one installed.
fn binaries() -> Option<PathBuf> {
    let in_path = std::env::var_os("PATH").unwrap_or_default();
    let whole = |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    let in_path = std::env::split_paths(&in_path).find(whole);
    let packaged = || {
        let mut folders: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
            .ok()?
            .filter_map(|entry| Some((entry.as_ref().ok()?.file_name().to_str()?.parse().ok()?, entry.ok()?.path())))
            .map(|(version, folder)| (version, folder.join("bin")))
            .filter(|(_, folder)| whole(folder))
            .collect();
        folders.sort();
        folders.pop().map(|(_, folder)| folder)
    };
    in_path.or_else(packaged)
}
