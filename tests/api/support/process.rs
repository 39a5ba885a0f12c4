//! The real binary as a process of its own, to be stopped and killed.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

/// A running `switchboard serve`; killed when dropped.
pub struct Process {
    child: Child,
    /// Where it listens.
    pub base: String,
    /// The lines it printed before the one that says where it listens.
    pub printed: Vec<String>,
}

/// The binary with these arguments, deaf to the environment's settings and to an inbox that is built here.
pub fn switchboard(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard"));
    let ours = std::env::vars_os().map(|(name, _)| name);
    for name in ours.filter(|name| name.to_string_lossy().starts_with("SWITCHBOARD_")) {
        command.env_remove(name);
    }
    command.args(arguments).env("SWITCHBOARD_LOG", "error").env("SWITCHBOARD_INBOX_DIR", "").stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub fn output(arguments: &[&str]) -> Output {
    switchboard(arguments).output().unwrap()
}

impl Process {
    /// Serves this database on a free port; returns when it is ready.
    pub fn serve(database_url: &str) -> Self {
        Self::serve_with(database_url, &[])
    }

    /// The same with further arguments.
    pub fn serve_with(database_url: &str, further: &[&str]) -> Self {
        let arguments = [&["serve", "--listen", "127.0.0.1:0", "--database-url", database_url], further].concat();
        let mut child = switchboard(&arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut printed = Vec::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok) {
            if let Some(base) = line.strip_prefix("listening on ") {
                return Self { child, base: base.to_owned(), printed };
            }
            printed.push(line);
        }
        panic!("serve ended with {:?}", child.wait());
    }

    /// The number under which the system knows it.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has ended.
    pub fn is_gone(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Kills it where it stands.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop, and waits for at most the time it may take.
    pub fn terminate(&mut self) -> ExitStatus {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(asked.success());
        let deadline = Instant::now() + Duration::from_secs(25);
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("still running 25 s after SIGTERM");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
