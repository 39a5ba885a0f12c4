//! The explorer's page and its content security policy.
//! Scripts are allowed by hash or by origin, never by `unsafe-inline`: the page holds a token.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::assets::{CDN, FILES};
use super::samples::{IDS, STORIES, Sample, Story};

const PAGE: &str = include_str!("../../../explorer/page.html");
const SCRIPTS: [&str; 2] = [include_str!("../../../explorer/fill.js"), include_str!("../../../explorer/page.js")];

/// The page as it is sent, made once at start-up.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub html: String,
    pub policy: String,
}

impl Page {
    /// `installed`: the four files come from this server; else from the CDN.
    pub fn new(installed: bool) -> Self {
        let html = PAGE
            .replace("<!--styles-->", &tags(installed, true))
            .replace("<!--scripts-->", &(tags(installed, false) + &inline_scripts()))
            .replace("<!--samples-->", &samples());
        Self { html, policy: policy(installed) }
    }
}

fn tags(installed: bool, styles: bool) -> String {
    let files = FILES.iter().filter(|file| file.is_style() == styles);
    let tag = |file: &super::assets::File| {
        let (url, integrity) = (file.url(installed), file.integrity);
        if styles {
            format!("<link rel=\"stylesheet\" href=\"{url}\" integrity=\"{integrity}\" crossorigin=\"anonymous\">\n")
        } else {
            format!("<script src=\"{url}\" integrity=\"{integrity}\" crossorigin=\"anonymous\"></script>\n")
        }
    };
    files.map(tag).collect()
}

fn inline_scripts() -> String {
    SCRIPTS.iter().map(|script| format!("<script>{script}</script>\n")).collect()
}

/// JSON inside a script element: `<` is escaped, so that no sample can end the element.
fn samples() -> String {
    let tab = |sample: &Sample| json!({ "query": sample.query, "variables": sample.variables });
    let story = |Story { slug, title, about, samples }: &Story| {
        let samples: Vec<_> = samples.iter().map(tab).collect();
        json!({ "slug": slug, "title": title, "about": about, "samples": samples })
    };
    let stories: Vec<_> = STORIES.iter().map(story).collect();
    json!({ "ids": IDS, "stories": stories }).to_string().replace('<', "\\u003c")
}

fn policy(installed: bool) -> String {
    let origin = if installed { "'self'" } else { CDN };
    let hashes: String = SCRIPTS.iter().map(|script| format!(" 'sha256-{}'", hash(script))).collect();
    // GraphiQL's style sheet brings its fonts and cursors as data: URLs, and its menus add style elements of their own.
    [
        "default-src 'none'".to_owned(),
        format!("script-src {origin}{hashes}"),
        format!("style-src {origin} 'unsafe-inline'"),
        "font-src data:".to_owned(),
        "img-src data:".to_owned(),
        "connect-src 'self'".to_owned(),
        "base-uri 'none'".to_owned(),
        "form-action 'none'".to_owned(),
        "frame-ancestors 'none'".to_owned(),
    ]
    .join("; ")
}

pub(super) fn hash(script: &str) -> String {
    STANDARD.encode(Sha256::digest(script.as_bytes()))
}
