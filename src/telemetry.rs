//! Logging: sets up where log lines go and in which form, once, at start.
//! Lines go to standard error; standard output belongs to what commands answer. Bodies and tokens are never logged, by those who log.

use std::io::{self, IsTerminal};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{LogConfig, LogFormat};

/// Starts logging for the whole process; fails if it was started before, or if the filter isn't one.
pub fn init(config: &LogConfig) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let filter = tracing_subscriber::registry().with(EnvFilter::try_new(&config.filter)?);
    let lines = fmt::layer().with_writer(io::stderr);
    match config.format {
        LogFormat::Pretty => filter.with(lines.with_ansi(io::stderr().is_terminal())).try_init()?,
        LogFormat::Json => filter.with(lines.json().flatten_event(true)).try_init()?,
    }
    Ok(())
}
