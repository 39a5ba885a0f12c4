//! `switchboard serve`: migrates the database and serves the API until told to stop.

use std::fs::{File, OpenOptions};
use std::path::Path;

use tokio::net::TcpListener;

use crate::app::{App, open_migrated};
use crate::clock::Clock;
use crate::command::StartError;
use crate::command::background::Background;
use crate::config::{DatabaseUrl, ServeConfig};
use crate::{demo, http};

/// Serves until SIGTERM or SIGINT, or until what runs beside the requests breaks down; when ready, prints one line:
/// `listening on http://ADDRESS`.
///
/// # Errors
/// A sentence for the operator.
pub async fn run(config: ServeConfig) -> Result<(), StartError> {
    let _only = match &config.database.url {
        DatabaseUrl::Sqlite(path) => Some(only_server(path)?),
        DatabaseUrl::Postgres(_) => None,
    };
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|fault| StartError::new(format!("can't listen on {}: {fault}", config.listen)))?;
    let store = open_migrated(&config.database).await.map_err(StartError::new)?;
    let origins = config.allow_origins.iter().map(ToString::to_string).collect();
    // So that the first page costs no more than the later ones.
    store
        .remember_display_names()
        .await
        .map_err(|fault| StartError::new(format!("can't read people and channels: {fault:?}")))?;
    let app = App::new(store.clone(), Clock::System, origins);
    let front = http::Front::new(app.clone()).map_err(StartError::new)?;
    let address = listener.local_addr().map_err(|fault| StartError::new(fault.to_string()))?;
    if config.demo {
        let passes = demo::prepare(&store).await.map_err(StartError::new)?;
        println!("explorer: http://{address}/explorer");
        for pass in passes {
            println!("{} {}", pass.name, pass.token);
        }
    }
    // Before the line: who reads it may stop the server at once.
    let told_to_stop = told_to_stop()?;
    let mut background = Background::start(&app.service);
    println!("listening on http://{address}");
    let router = http::router(front.clone());
    http::serve(listener, front, router, background.until(told_to_stop)).await;
    let whole = background.end().await;
    store.close().await;
    if whole { Ok(()) } else { Err(StartError::new("the scheduler broke down; the log says how")) }
}

/// Holds a lock beside the SQLite file as long as this server runs; two servers would not see each other's entries.
fn only_server(path: &Path) -> Result<File, StartError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".lock");
    let lock = OpenOptions::new().create(true).truncate(false).write(true).open(&beside);
    let lock = lock.map_err(|fault| StartError::new(format!("can't open {}: {fault}", beside.to_string_lossy())))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(_) => Err(StartError::new(format!("another server runs on {}", path.display()))),
    }
}

/// Completes at the first SIGTERM or SIGINT. Listens from the call on.
fn told_to_stop() -> Result<impl Future<Output = ()>, StartError> {
    use tokio::signal::unix::{SignalKind, signal};
    let fault = |fault: std::io::Error| StartError::new(format!("can't listen for signals: {fault}"));
    let mut terminate = signal(SignalKind::terminate()).map_err(fault)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(fault)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
    })
}
