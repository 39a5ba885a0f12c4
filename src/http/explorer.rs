//! The explorer's page. A place holder: the explorer is built in its own change and replaces this file.

use axum::Router;
use axum::response::Html;
use axum::routing::get;

/// The explorer's routes.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/explorer", get(|| async { Html("explorer") }))
}
