//! `switchboard serve`: migrates the database and serves the API until told to stop.

use std::time::Duration;

use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::app::{App, open_migrated};
use crate::clock::Clock;
use crate::command::StartError;
use crate::command::background::Background;
use crate::command::lock::alone_with;
use crate::command::signals::told_to_stop;
use crate::config::{DatabaseUrl, ServeConfig};
use crate::{demo, http};

/// How long connections that something still holds are waited for in the end.
const LAST_MOMENT: Duration = Duration::from_millis(500);

/// Serves until SIGTERM or SIGINT, or until what runs beside the requests breaks down; when ready, prints one line:
/// `listening on http://ADDRESS`.
///
/// # Errors
/// A sentence for the operator.
pub async fn run(config: ServeConfig) -> Result<(), StartError> {
    let _only = match &config.database.url {
        DatabaseUrl::Sqlite(path) => Some(alone_with(path)?),
        DatabaseUrl::Postgres(_) => None,
    };
    let pages = http::Pages::find(&config.pages).map_err(StartError::new)?;
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
        let passes = demo::prepare(&store, app.spelling).await.map_err(StartError::new)?;
        if pages.has_inbox() {
            println!("inbox: http://{address}/");
        }
        println!("explorer: http://{address}/explorer");
        for pass in passes {
            println!("{} {}", pass.name, pass.token);
        }
    }
    // Before the line: who reads it may stop the server at once.
    let told_to_stop = told_to_stop()?;
    let mut background = Background::start(&app.service, app.spelling);
    println!("listening on http://{address}");
    let router = http::router(front.clone(), pages);
    http::serve(listener, front, router, background.until(told_to_stop)).await;
    let whole = background.end().await;
    // What is still under way holds its connections; nothing of it is waited for any longer.
    let _ = timeout(LAST_MOMENT, store.close()).await;
    if whole { Ok(()) } else { Err(StartError::new("the scheduler or the workflows broke down; the log says how")) }
}
