//! The inbox of `examples/inbox` at `/`, once it is built: its page, its icon, and the files that the page loads.
//! It talks to `/graphql` like any other client: nothing here knows a token or reads the database.

mod files;

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

pub use files::Files;

use super::pages::PLAIN_SECURITY;

/// The page's scripts and styles are files of this origin; nothing else runs or is loaded, and nobody frames it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const KEPT_BRIEFLY: &str = "no-cache";
/// Their names change with their content.
const KEPT_FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// `/`, `/icon.svg` and `/assets/{file}`. There is no fallback: the inbox's own addresses are behind `#`.
/// As long as it isn't built, `/` leads to the explorer.
pub fn routes<S: Clone + Send + Sync + 'static>(files: Files) -> Router<S> {
    let (page, icon, assets) = (files.clone(), files.clone(), files);
    Router::new()
        .route("/", get(move || show(page)))
        .route("/icon.svg", get(move || serve(icon, "icon.svg".to_owned(), KEPT_BRIEFLY)))
        .route(
            "/assets/{file}",
            get(move |Path(name): Path<String>| serve(assets, format!("assets/{name}"), KEPT_FOR_GOOD)),
        )
}

async fn show(files: Files) -> Response {
    let Some(file) = read(files, "index.html".to_owned()).await else {
        return Redirect::to("/explorer").into_response();
    };
    let headers = [(header::CONTENT_SECURITY_POLICY, POLICY)];
    (headers, whole(file, KEPT_BRIEFLY)).into_response()
}

async fn serve(files: Files, name: String, kept: &'static str) -> Response {
    match read(files, name).await {
        Some(file) => whole(file, kept),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn whole(file: files::File, kept: &'static str) -> Response {
    let headers = [(header::CONTENT_TYPE, file.content_type), (header::CACHE_CONTROL, kept)];
    (headers, PLAIN_SECURITY, file.bytes).into_response()
}

async fn read(files: Files, name: String) -> Option<files::File> {
    tokio::task::spawn_blocking(move || files.read(&name)).await.ok()?
}

#[cfg(test)]
mod tests;
