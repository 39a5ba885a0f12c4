//! The command line as clap sees it: names, help and defaults. All values stay text here; `super` gives them their types,
//! so that a wrong one is refused in the same words whether it came from a flag or a variable.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args as Group, Parser, Subcommand};

/// The conversation API for support teams.
#[derive(Parser)]
#[command(name = "switchboard", version, about, max_term_width = 100, after_help = AFTER_HELP)]
pub(super) struct Args {
    #[command(flatten)]
    pub log: LogArgs,
    #[command(subcommand)]
    pub command: CommandArgs,
}

const AFTER_HELP: &str = "\
To look around:
  switchboard serve --demo

`switchboard COMMAND --help` says what a command takes. Each flag is a variable, too: --listen is
SWITCHBOARD_LISTEN, and so on; the flag wins. Give secrets as variables: others can see a process's
flags.

Exit codes: 0 done, 1 failed, 2 the arguments or settings are wrong.";

#[derive(Group)]
pub(super) struct LogArgs {
    /// Form of the log lines on standard error: pretty or json
    #[arg(
        long,
        global = true,
        env = "SWITCHBOARD_LOG_FORMAT",
        help_heading = "Logging",
        value_name = "FORMAT",
        default_value = "pretty"
    )]
    pub log_format: String,

    /// What to log, for example info or warn,switchboard=debug; else RUST_LOG counts
    #[arg(long, global = true, env = "SWITCHBOARD_LOG", help_heading = "Logging", value_name = "FILTER")]
    pub log: Option<String>,
}

#[derive(Subcommand)]
pub(super) enum CommandArgs {
    /// Serve the API until SIGTERM or SIGINT; migrates the database first
    #[command(after_help = "\
A demo with tokens for it, on a database of its own:
  switchboard serve --demo --database-url sqlite://demo.db

On PostgreSQL, for everybody on the network, with a frontend elsewhere:
  switchboard serve --listen 0.0.0.0:8080 --allow-origin https://app.example.org --log-format json \\
    --database-url postgres://switchboard@db.example/switchboard

When it is ready it prints a line: `listening on http://ADDRESS`. It ends within 25 s of SIGTERM.
The explorer is at /explorer, GraphQL at /graphql; /healthz, /readyz and /metrics tell how it is.")]
    Serve(ServeArgs),
    /// Only bring the database up to date
    #[command(after_help = "\
For example:
  switchboard migrate --database-url postgres://switchboard@db.example/switchboard

Migrations go forward only: back up first. `serve` migrates by itself; of several that start at
once one does it.")]
    Migrate(DatabaseArgs),
    /// Make an admin if absent, and print a new token of theirs alone on the last line
    #[command(after_help = "\
The first admin, and a token that is shown only now:
  switchboard admin --handle ada --name Ada --email ada@example.org

It works beside a running server. For somebody who is there already, it only makes another token.")]
    Admin(AdminArgs),
    /// Print the GraphQL schema
    #[command(after_help = "\
For example:
  switchboard schema > schema.graphql")]
    Schema,
    /// Read configuration and database as serve would, and say what is wrong
    #[command(after_help = "\
With the same flags and variables as the server:
  switchboard check --database-url sqlite://switchboard.db

It changes nothing, and works beside a running server.")]
    Check(ServeArgs),
    /// Ask a running server whether it can serve: its database answers and it isn't stopping
    #[command(after_help = "\
For example:
  switchboard health --listen 127.0.0.1:8080

Prints what /readyz answers, within 2.5 seconds; exit code 0 if the server is ready, else 1.")]
    Health(HealthArgs),
    /// Copy an SQLite database whole into a new file, also beside a running server
    #[command(after_help = "\
For example:
  switchboard backup --database-url sqlite://switchboard.db switchboard-backup.db

PostgreSQL has its own tools for this.")]
    Backup(BackupArgs),
    /// Put a backup in an SQLite database's place and begin a new epoch: cursors of before are refused; no server may run on it
    #[command(after_help = "\
For example:
  switchboard restore --database-url sqlite://switchboard.db --force switchboard-backup.db

Whoever follows along is told EPOCH_CHANGED, and begins with a new query.")]
    Restore(RestoreArgs),
    /// Begin a new epoch, after a PostgreSQL database was restored by its own tools: cursors of before are refused
    #[command(after_help = "\
For example:
  switchboard new-epoch --database-url postgres://switchboard@db.example/switchboard

Before a server runs on it again. Whoever follows along is told EPOCH_CHANGED, and begins with a
new query.")]
    NewEpoch(DatabaseArgs),
}

#[derive(Group)]
pub(super) struct ServeArgs {
    /// IP address and port to listen on; port 0 takes a free one
    #[arg(long, env = "SWITCHBOARD_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: String,

    #[command(flatten)]
    pub database: DatabaseArgs,

    /// Origin of other web pages that may use the API, such as https://app.example.org; may be repeated, in the variable separated by commas or white space
    #[arg(long, env = "SWITCHBOARD_ALLOW_ORIGIN", value_name = "ORIGIN")]
    pub allow_origin: Vec<String>,

    /// Fill an empty database with a small organisation, and print tokens for it
    #[arg(
        long,
        env = "SWITCHBOARD_DEMO",
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_value = "false",
        default_missing_value = "true"
    )]
    pub demo: String,

    /// Folder in which npm ci has installed the explorer's files; empty: the page loads them from a CDN. Else explorer/ here or beside the program
    #[arg(long, env = "SWITCHBOARD_EXPLORER_DIR", value_name = "FOLDER")]
    pub explorer_dir: Option<OsString>,

    /// Folder of the built inbox, to be shown at /; empty: none. Else examples/inbox/dist here or inbox/ beside the program
    #[arg(long, env = "SWITCHBOARD_INBOX_DIR", value_name = "FOLDER")]
    pub inbox_dir: Option<OsString>,
}

#[derive(Group)]
pub(super) struct HealthArgs {
    /// Where the server listens; one that listens on all addresses is asked on this machine
    #[arg(long, env = "SWITCHBOARD_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: String,
}

#[derive(Group)]
pub(super) struct DatabaseArgs {
    /// Where the data is: sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE
    #[arg(
        long,
        env = "SWITCHBOARD_DATABASE_URL",
        help_heading = "Database",
        value_name = "URL",
        default_value = "sqlite://switchboard.db",
        hide_env_values = true
    )]
    pub database_url: String,

    /// Connections to PostgreSQL for requests at most, 2 to 500; a server takes two more to talk with other nodes. SQLite has a fixed number
    #[arg(
        long,
        env = "SWITCHBOARD_DATABASE_CONNECTIONS",
        help_heading = "Database",
        value_name = "COUNT",
        default_value = "16"
    )]
    pub database_connections: String,
}

#[derive(Group)]
pub(super) struct AdminArgs {
    #[command(flatten)]
    pub database: DatabaseArgs,

    /// Unique handle, as in @mentions
    #[arg(long, env = "SWITCHBOARD_HANDLE")]
    pub handle: String,

    /// Name to show
    #[arg(long, env = "SWITCHBOARD_NAME")]
    pub name: String,

    /// E-mail address
    #[arg(long, env = "SWITCHBOARD_EMAIL")]
    pub email: String,
}

#[derive(Group)]
pub(super) struct BackupArgs {
    #[command(flatten)]
    pub database: DatabaseArgs,

    /// The file to make; one that is there is never overwritten
    #[arg(value_name = "TO")]
    pub to: PathBuf,
}

#[derive(Group)]
pub(super) struct RestoreArgs {
    #[command(flatten)]
    pub database: DatabaseArgs,

    /// A file that `switchboard backup` made
    #[arg(value_name = "FROM")]
    pub from: PathBuf,

    /// Replace the database if there is one; what only it holds is lost
    #[arg(
        long,
        env = "SWITCHBOARD_FORCE",
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_value = "false",
        default_missing_value = "true"
    )]
    pub force: String,
}
