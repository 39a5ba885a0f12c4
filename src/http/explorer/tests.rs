//! The page, its policy and its files, over the router as the server mounts it.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt;
use sha2::{Digest, Sha384};
use tower::ServiceExt;

use super::assets::{Assets, FILES};
use super::page::{self, Page};
use super::samples::STORIES;

async fn get(path: &str) -> (StatusCode, HeaderMap, String) {
    let app: Router = super::routes::<()>(Assets::in_folder("explorer".into())).with_state(());
    let response = app.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    (parts.status, parts.headers, String::from_utf8_lossy(&bytes).into_owned())
}

#[tokio::test]
async fn the_page_holds_every_sample_and_forbids_foreign_scripts() {
    let (status, headers, html) = get("/explorer").await;
    assert_eq!(status, StatusCode::OK);
    for sample in STORIES.iter().flat_map(|story| story.samples) {
        let operation = sample.query.lines().find(|line| !line.starts_with('#')).unwrap();
        assert!(html.contains(operation), "{} is not on the page", sample.name);
    }
    let policy = headers["content-security-policy"].to_str().unwrap();
    let scripts = policy.split("; ").find(|part| part.starts_with("script-src")).unwrap();
    assert!(!scripts.contains("unsafe"), "{scripts}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
}

#[test]
fn every_inline_script_is_allowed_by_its_hash_and_every_file_has_its_integrity() {
    for installed in [true, false] {
        let page = Page::new(installed);
        let inline: Vec<_> = page.html.split("<script>").skip(1).collect();
        assert_eq!(inline.len(), 2);
        for script in inline {
            let hash = page::hash(script.split("</script>").next().unwrap());
            assert!(page.policy.contains(&format!("'sha256-{hash}'")));
        }
        for file in &FILES {
            assert!(page.html.contains(&format!("\"{}\" integrity=\"{}\"", file.url(installed), file.integrity)));
        }
        assert!(!page.html.contains("<!--"), "a placeholder is left");
    }
}

#[tokio::test]
async fn only_the_four_files_are_served() {
    for name in ["package.json", "graphiql.js", "..%2Fpackage.json", "..%2F..%2FCargo.toml", "%2Fetc%2Fpasswd"] {
        let (status, ..) = get(&format!("/explorer/assets/{name}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{name}");
    }
}

#[test]
fn installed_files_are_the_pinned_ones() {
    let Some(assets) = Assets::in_folder("explorer".into()) else {
        eprintln!("explorer/node_modules is not installed: the hashes are not compared here");
        return;
    };
    for file in &FILES {
        let (_, bytes) = assets.read(file.name).unwrap();
        assert_eq!(file.integrity, format!("sha384-{}", STANDARD.encode(Sha384::digest(bytes))), "{}", file.name);
    }
}

#[test]
fn a_folder_without_all_four_files_is_not_used() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Assets::in_folder(folder.path().into()).is_none());
}
