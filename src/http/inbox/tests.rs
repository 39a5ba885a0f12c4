//! The built inbox over the router as the server mounts it, from a folder of its own.

use std::path::Path;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use tempfile::TempDir;
use tower::ServiceExt;

use super::Files;
use crate::config::{PageFiles, PagesConfig};
use crate::http::Pages;

async fn get(folder: &Path, path: &str) -> (StatusCode, HeaderMap, String) {
    let app: Router = super::routes::<()>(Files::in_folders(vec![folder.into()])).with_state(());
    let response = app.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    (parts.status, parts.headers, String::from_utf8(bytes.into()).unwrap())
}

fn built() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("assets")).unwrap();
    for (name, text) in [
        ("index.html", "<!doctype html>"),
        ("icon.svg", "<svg/>"),
        ("secret.txt", "secret"),
        ("assets/index-B_c-1.js", "let a"),
        ("assets/index-B_c-1.css", "a{}"),
        ("assets/index-B_c-1.js.map", "secret"),
        ("assets/.hidden.js", "secret"),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[tokio::test]
async fn the_page_comes_with_its_policy_and_is_asked_for_each_time() {
    let (status, headers, text) = get(built().path(), "/").await;
    assert_eq!((status, text.as_str()), (StatusCode::OK, "<!doctype html>"));
    assert_eq!(headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(headers["cache-control"], "no-cache");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["referrer-policy"], "no-referrer");
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; "), "{policy}");
    assert!(policy.ends_with("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
}

#[tokio::test]
async fn its_files_come_with_their_types_and_may_be_kept() {
    let folder = built();
    for (path, kind, kept) in [
        ("/assets/index-B_c-1.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        ("/assets/index-B_c-1.css", "text/css; charset=utf-8", "public, max-age=31536000, immutable"),
        ("/icon.svg", "image/svg+xml", "no-cache"),
    ] {
        let (status, headers, _) = get(folder.path(), path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert_eq!(headers["content-type"], kind, "{path}");
        assert_eq!(headers["cache-control"], kept, "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff");
    }
}

#[tokio::test]
async fn nothing_else_is_served() {
    let folder = built();
    for path in [
        "/secret.txt",
        "/index.html",
        "/assets/secret.txt",
        "/assets/index-B_c-1.js.map",
        "/assets/.hidden.js",
        "/assets/gone.js",
        "/assets/..%2Fsecret.txt",
        "/assets/..%2Ficon.svg",
        "/assets/%2Fetc%2Fpasswd",
        "/assets/",
        "/assets/index.html",
    ] {
        let (status, _, text) = get(folder.path(), path).await;
        assert_eq!((status, text.as_str()), (StatusCode::NOT_FOUND, ""), "{path}");
    }
}

#[tokio::test]
async fn until_it_is_built_the_way_leads_to_the_explorer() {
    let folder = tempfile::tempdir().unwrap();
    let (status, headers, _) = get(folder.path(), "/").await;
    assert_eq!((status, headers["location"].to_str().unwrap()), (StatusCode::SEE_OTHER, "/explorer"));
    assert_eq!(get(folder.path(), "/icon.svg").await.0, StatusCode::NOT_FOUND);
    std::fs::write(folder.path().join("index.html"), "built").unwrap();
    assert_eq!(get(folder.path(), "/").await.2, "built");
}

#[test]
fn a_folder_that_was_named_must_hold_what_belongs_there() {
    let (empty, built) = (tempfile::tempdir().unwrap(), built());
    let inbox_in = |folder: &Path| PagesConfig { explorer: PageFiles::Nowhere, inbox: PageFiles::In(folder.into()) };
    assert!(Pages::find(&inbox_in(built.path())).unwrap().has_inbox());
    let refusal = Pages::find(&inbox_in(empty.path())).unwrap_err();
    assert!(refusal.contains("index.html") && refusal.contains(empty.path().to_str().unwrap()), "{refusal}");
    let explorer = PagesConfig { explorer: PageFiles::In(empty.path().into()), inbox: PageFiles::Nowhere };
    assert!(Pages::find(&explorer).unwrap_err().contains("explorer"));
    let none = PagesConfig { explorer: PageFiles::Nowhere, inbox: PageFiles::Nowhere };
    assert!(!Pages::find(&none).unwrap().has_inbox());
}
