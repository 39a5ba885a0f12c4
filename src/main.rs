//! The binary: arguments → configuration → logging → one command. Everything else is in the library.
//! Exit codes: 0 done, 1 failed, 2 the arguments or settings are wrong.

use std::process::ExitCode;
use switchboard::{
    command,
    config::{Config, LoadError},
    telemetry,
};

/// The system's allocator costs throughput and keeps memory after a burst.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const FAILED: u8 = 1;
const MISUSED: u8 = 2;

fn main() -> ExitCode {
    let config = match Config::load(std::env::args_os()) {
        Ok(config) => config,
        Err(LoadError::Usage(error)) => {
            // Help and version arrive here too, with exit code 0. A closed pipe is no reason to complain.
            let _ = error.print();
            return u8::try_from(error.exit_code()).unwrap_or(MISUSED).into();
        }
        Err(LoadError::Invalid(error)) => return stop(MISUSED, error),
    };
    if let Err(error) = telemetry::init(&config.log) {
        return stop(FAILED, error);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return stop(FAILED, error),
    };
    match runtime.block_on(command::run(config)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => stop(FAILED, error),
    }
}

/// Says why and answers the exit code.
fn stop(code: u8, error: impl std::fmt::Display) -> ExitCode {
    eprintln!("switchboard: {error}");
    code.into()
}
