//! The built inbox as files of a folder. Only names that a build makes are opened, so that a request can't choose a path.

use std::path::{Path, PathBuf};

const PAGE: &str = "index.html";

/// Where the built inbox may be. It is looked for at each request, so that it can be built beside a running server.
#[derive(Clone, Debug, Default)]
pub struct Files {
    folders: Vec<PathBuf>,
}

/// One file of it.
pub(super) struct File {
    pub content_type: &'static str,
    pub bytes: Vec<u8>,
}

impl Files {
    /// In the first of these folders that has a page.
    pub fn in_folders(folders: Vec<PathBuf>) -> Self {
        Self { folders }
    }

    /// Whether there is a page to show. Blocks.
    pub fn are_there(&self) -> bool {
        self.folder().is_some()
    }

    /// `None` for a name that no build makes, and for what isn't there. Blocks.
    pub(super) fn read(&self, name: &str) -> Option<File> {
        let content_type = content_type(name)?;
        let bytes = std::fs::read(self.folder()?.join(name)).ok()?;
        Some(File { content_type, bytes })
    }

    fn folder(&self) -> Option<&Path> {
        self.folders.iter().map(PathBuf::as_path).find(|folder| folder.join(PAGE).is_file())
    }
}

/// The page, or a file whose name is one word and a known ending, with `assets/` before it or not.
fn content_type(name: &str) -> Option<&'static str> {
    if name == PAGE {
        return Some("text/html; charset=utf-8");
    }
    let (stem, ending) = name.strip_prefix("assets/").unwrap_or(name).rsplit_once('.')?;
    let one_word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if stem.is_empty() || !stem.chars().all(one_word) {
        return None;
    }
    match ending {
        "js" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        _ => None,
    }
}
