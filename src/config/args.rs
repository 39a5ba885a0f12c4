//! The command line as clap sees it: names, help and defaults. All values stay text here; `super` gives them their types,
//! so that a wrong one is refused in the same words whether it came from a flag or a variable.

use std::path::PathBuf;

use clap::{Args as Group, Parser, Subcommand};

/// The conversation API for support teams.
#[derive(Parser)]
#[command(name = "switchboard", version, about, max_term_width = 100)]
pub(super) struct Args {
    #[command(flatten)]
    pub log: LogArgs,
    #[command(subcommand)]
    pub command: CommandArgs,
}

#[derive(Group)]
pub(super) struct LogArgs {
    /// Form of the log lines on standard error: pretty or json
    #[arg(long, global = true, env = "SWITCHBOARD_LOG_FORMAT", value_name = "FORMAT", default_value = "pretty")]
    pub log_format: String,

    /// What to log, for example info or warn,switchboard=debug; else RUST_LOG counts
    #[arg(long, global = true, env = "SWITCHBOARD_LOG", value_name = "FILTER")]
    pub log: Option<String>,
}

#[derive(Subcommand)]
pub(super) enum CommandArgs {
    /// Serve the API; migrates the database first
    Serve(ServeArgs),
    /// Only bring the database up to date
    Migrate(DatabaseArgs),
    /// Make an admin if absent, and print a new token of theirs alone on the last line
    Admin(AdminArgs),
    /// Print the GraphQL schema
    Schema,
    /// Read configuration and database as serve would, and say what is wrong
    Check(ServeArgs),
    /// Copy an SQLite database whole into a new file, also beside a running server
    Backup(BackupArgs),
    /// Put a backup in an SQLite database's place and begin a new epoch: cursors of before are refused; no server may run on it
    Restore(RestoreArgs),
    /// Begin a new epoch, after a PostgreSQL database was restored by its own tools: cursors of before are refused
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
}

#[derive(Group)]
pub(super) struct DatabaseArgs {
    /// Where the data is: sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE
    #[arg(
        long,
        env = "SWITCHBOARD_DATABASE_URL",
        value_name = "URL",
        default_value = "sqlite://switchboard.db",
        hide_env_values = true
    )]
    pub database_url: String,

    /// Connections to PostgreSQL for requests at most, 2 to 500; a server takes two more to talk with other nodes. SQLite has a fixed number
    #[arg(long, env = "SWITCHBOARD_DATABASE_CONNECTIONS", value_name = "COUNT", default_value = "16")]
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
