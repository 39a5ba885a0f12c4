//! The explorer: GraphiQL at `/explorer`, with the samples of a story as tabs.
//! Owns the page, its security headers and the four files it loads. It talks to `/graphql` like any other client:
//! it knows no token and no schema, and nothing here reads the database.

mod assets;
mod page;
mod samples;

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

pub use assets::Assets;
pub use samples::{IDS, STORIES, Sample, Story};

use super::pages::PLAIN_SECURITY;
use page::Page;

/// `/explorer`, and `/explorer/assets/{file}` for the four files of the page.
///
/// Without files the page loads the same versions from a CDN, held to the same hashes, and the assets answer 404.
pub fn routes<S: Clone + Send + Sync + 'static>(assets: Option<Assets>) -> Router<S> {
    let page = Page::new(assets.is_some());
    Router::new()
        .route("/explorer", get(move || async move { show(page) }))
        .route("/explorer/assets/{file}", get(move |Path(name): Path<String>| serve(assets.clone(), name)))
}

fn show(page: Page) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CONTENT_SECURITY_POLICY, page.policy),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    (headers, PLAIN_SECURITY, page.html).into_response()
}

async fn serve(assets: Option<Assets>, name: String) -> Response {
    let Some((file, bytes)) = read(assets, name).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, file.content_type),
        // The page names a version and a hash: a stale copy would be refused by the browser, so keep it short.
        (header::CACHE_CONTROL, "max-age=3600"),
    ];
    (headers, PLAIN_SECURITY, bytes).into_response()
}

async fn read(assets: Option<Assets>, name: String) -> Option<(&'static assets::File, Vec<u8>)> {
    let assets = assets?;
    tokio::task::spawn_blocking(move || assets.read(&name)).await.ok()?
}

#[cfg(test)]
mod tests;
