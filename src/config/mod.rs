//! Settings, typed and validated once at start: whatever starts afterwards can trust them.
//! Owns what may be set and how a wrong value is refused; every flag is also an environment variable `SWITCHBOARD_*`, the flag wins.
//! Secrets show in no message, no help text and no `Debug`.

mod args;
mod database_url;
mod origin;
mod reader;

pub use database_url::{DatabaseUrl, PostgresUrl};
pub use origin::Origin;
pub use reader::{ConfigError, Problem};

use clap::{CommandFactory, FromArgMatches};
use std::{ffi::OsString, net::SocketAddr, path::PathBuf};
use tracing_subscriber::EnvFilter;

use args::{AdminArgs, Args, BackupArgs, CommandArgs, DatabaseArgs, LogArgs, RestoreArgs, ServeArgs};
use reader::Reader;

/// What is logged when nothing else is asked for.
const DEFAULT_LOG: &str = "warn,switchboard=info";

/// Everything the process was told.
#[derive(Clone, Debug)]
pub struct Config {
    /// How to log.
    pub log: LogConfig,
    /// What to do.
    pub command: Command,
}

/// What the process is to do.
#[derive(Clone, Debug)]
pub enum Command {
    /// Serve the API.
    Serve(ServeConfig),
    /// Bring the database up to date.
    Migrate(DatabaseConfig),
    /// Make the first admin and a token.
    Admin(AdminConfig),
    /// Print the schema.
    Schema,
    /// Say what is wrong with configuration and database, as `serve` would find them.
    Check(ServeConfig),
    /// Ask the server that listens at this address whether it can serve.
    Health(SocketAddr),
    /// Copy a database into a file.
    Backup(BackupConfig),
    /// Put such a file in a database's place.
    Restore(RestoreConfig),
    /// Begin a new epoch.
    NewEpoch(DatabaseConfig),
}

/// Settings of the server.
#[derive(Clone, Debug)]
pub struct ServeConfig {
    /// The address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where the data is.
    pub database: DatabaseConfig,
    /// Origins of other web pages that may use the API, each once.
    pub allow_origins: Vec<Origin>,
    /// Whether to fill an empty database with a demonstration.
    pub demo: bool,
    /// Where the pages beside the API are.
    pub pages: PagesConfig,
}

/// Where the files of the pages beside the API are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PagesConfig {
    /// Those that the explorer loads.
    pub explorer: PageFiles,
    /// The built inbox.
    pub inbox: PageFiles,
}

/// Where a page's files are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageFiles {
    /// In the working directory or beside the binary, if they are there at all.
    Usual,
    /// They aren't served.
    Nowhere,
    /// In this folder.
    In(PathBuf),
}

/// Settings of the database.
#[derive(Clone, Debug)]
pub struct DatabaseConfig {
    /// Which database.
    pub url: DatabaseUrl,
    /// Connections to PostgreSQL at most, at least 2; SQLite has a fixed number.
    pub connections: u32,
}

/// The admin to make if absent. Only whether something was entered is checked here; the rules for people decide the rest.
#[derive(Clone, Debug)]
pub struct AdminConfig {
    /// Where the data is.
    pub database: DatabaseConfig,
    /// The unique handle.
    pub handle: String,
    /// The name shown.
    pub name: String,
    /// The e-mail address.
    pub email: String,
}

/// What to back up, and where to.
#[derive(Clone, Debug)]
pub struct BackupConfig {
    /// Where the data is.
    pub database: DatabaseConfig,
    /// The file to make.
    pub to: PathBuf,
}

/// What to restore, and where to.
#[derive(Clone, Debug)]
pub struct RestoreConfig {
    /// Where the data is to be.
    pub database: DatabaseConfig,
    /// The backup.
    pub from: PathBuf,
    /// Whether a database that is there is replaced.
    pub force: bool,
}

/// How to log, always to standard error.
#[derive(Clone, Debug)]
pub struct LogConfig {
    /// For people or for machines.
    pub format: LogFormat,
    /// A filter in the spelling of `RUST_LOG`, known to be well formed.
    pub filter: String,
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

/// Why there is no configuration.
#[derive(Debug)]
pub enum LoadError {
    /// The arguments aren't understood, or only help or the version was asked for; prints itself and knows its exit code.
    Usage(clap::Error),
    /// The arguments are understood, but values are wrong.
    Invalid(ConfigError),
}

impl Config {
    /// Reads arguments (the program's name first) and, for what they leave out, the environment.
    pub fn load(arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> Result<Self, LoadError> {
        let matches = Args::command().try_get_matches_from(arguments).map_err(LoadError::Usage)?;
        let args = Args::from_arg_matches(&matches).map_err(LoadError::Usage)?;
        let mut reader = Reader::new(&matches);
        let log = log(&args.log, &mut reader);
        let command = command(&args.command, &mut reader);
        match (log, command) {
            (Some(log), Some(command)) => Ok(Self { log, command }),
            _ => Err(LoadError::Invalid(reader.into_error())),
        }
    }
}

fn command(args: &CommandArgs, reader: &mut Reader<'_>) -> Option<Command> {
    Some(match args {
        CommandArgs::Serve(args) => Command::Serve(serve(args, reader)?),
        CommandArgs::Migrate(args) => Command::Migrate(database(args, reader)?),
        CommandArgs::Admin(args) => Command::Admin(admin(args, reader)?),
        CommandArgs::Schema => Command::Schema,
        CommandArgs::Check(args) => Command::Check(serve(args, reader)?),
        CommandArgs::Health(args) => Command::Health(reader.read("listen", &args.listen, listen_address)?),
        CommandArgs::Backup(args) => Command::Backup(backup(args, reader)?),
        CommandArgs::Restore(args) => Command::Restore(restore(args, reader)?),
        CommandArgs::NewEpoch(args) => Command::NewEpoch(database(args, reader)?),
    })
}

// Each setting is read before the first missing one ends the function, so that all problems are told at once.

fn serve(args: &ServeArgs, reader: &mut Reader<'_>) -> Option<ServeConfig> {
    let listen = reader.read("listen", &args.listen, listen_address);
    let database = database(&args.database, reader);
    let origins = reader.read_all("allow_origin", &args.allow_origin, Origin::parse_list);
    let demo = reader.read("demo", &args.demo, flag);
    let pages = PagesConfig { explorer: page_files(&args.explorer_dir), inbox: page_files(&args.inbox_dir) };
    Some(ServeConfig { listen: listen?, database: database?, allow_origins: origins?, demo: demo?, pages })
}

fn database(args: &DatabaseArgs, reader: &mut Reader<'_>) -> Option<DatabaseConfig> {
    let url = reader.read_secret("database_url", &args.database_url, DatabaseUrl::parse);
    let connections = reader.read("database_connections", &args.database_connections, connections);
    Some(DatabaseConfig { url: url?, connections: connections? })
}

fn admin(args: &AdminArgs, reader: &mut Reader<'_>) -> Option<AdminConfig> {
    let database = database(&args.database, reader);
    let handle = reader.read("handle", &args.handle, entered);
    let name = reader.read("name", &args.name, entered);
    let email = reader.read("email", &args.email, entered);
    Some(AdminConfig { database: database?, handle: handle?, name: name?, email: email? })
}

fn backup(args: &BackupArgs, reader: &mut Reader<'_>) -> Option<BackupConfig> {
    let database = database(&args.database, reader);
    Some(BackupConfig { database: database?, to: args.to.clone() })
}

fn restore(args: &RestoreArgs, reader: &mut Reader<'_>) -> Option<RestoreConfig> {
    let database = database(&args.database, reader);
    let force = reader.read("force", &args.force, flag);
    Some(RestoreConfig { database: database?, from: args.from.clone(), force: force? })
}

fn log(args: &LogArgs, reader: &mut Reader<'_>) -> Option<LogConfig> {
    let format = reader.read("log_format", &args.log_format, log_format);
    let filter = match &args.log {
        Some(filter) => reader.read("log", filter, log_filter),
        None => match std::env::var("RUST_LOG") {
            Ok(filter) if !filter.is_empty() => reader.read("RUST_LOG", &filter, log_filter),
            _ => Some(DEFAULT_LOG.to_owned()),
        },
    };
    Some(LogConfig { format: format?, filter: filter? })
}

fn listen_address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        "expected an IP address and a port, such as 127.0.0.1:8080 or [::]:8080; port 0 takes a free one".to_owned()
    })
}

fn page_files(folder: &Option<OsString>) -> PageFiles {
    match folder {
        None => PageFiles::Usual,
        Some(folder) if folder.is_empty() => PageFiles::Nowhere,
        Some(folder) => PageFiles::In(folder.into()),
    }
}

fn flag(text: &str) -> Result<bool, String> {
    match text {
        "true" | "1" => Ok(true),
        "false" | "0" | "" => Ok(false),
        _ => Err("expected true or false".to_owned()),
    }
}

fn connections(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(count @ 2..=500) => Ok(count),
        _ => Err("expected a whole number from 2 to 500".to_owned()),
    }
}

fn entered(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Err("must not be empty".to_owned()) } else { Ok(text.trim().to_owned()) }
}

fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "pretty" => Ok(LogFormat::Pretty),
        "json" => Ok(LogFormat::Json),
        _ => Err("expected pretty or json".to_owned()),
    }
}

fn log_filter(text: &str) -> Result<String, String> {
    match EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err(format!("expected a log filter, such as info or {DEFAULT_LOG}")),
    }
}

#[cfg(test)]
mod tests;
