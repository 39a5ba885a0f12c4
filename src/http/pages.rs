//! The pages beside the API, and the folders in which their files may be: settled once, at the start. What a page serves is its own affair.

use std::path::PathBuf;

use axum::http::{HeaderName, header};

use super::explorer::Assets;
use super::inbox;
use crate::config::{PageFiles, PagesConfig};

/// What every file of a page is sent with.
pub(super) const PLAIN_SECURITY: [(HeaderName, &str); 2] =
    [(header::X_CONTENT_TYPE_OPTIONS, "nosniff"), (header::REFERRER_POLICY, "no-referrer")];

/// The files of both pages, as far as they are there. Without any, the explorer loads its own from a CDN, and there is no inbox.
#[derive(Clone, Debug, Default)]
pub struct Pages {
    pub(super) explorer: Option<Assets>,
    pub(super) inbox: inbox::Files,
}

impl Pages {
    /// Looks for them where they are said to be, else in the working directory and beside the binary.
    ///
    /// # Errors
    /// A sentence for the operator: a folder that was named hasn't what belongs there.
    pub fn find(config: &PagesConfig) -> Result<Self, String> {
        let explorer = folders(&config.explorer, "explorer", "explorer").into_iter().find_map(Assets::in_folder);
        if let (PageFiles::In(folder), None) = (&config.explorer, &explorer) {
            return Err(format!("{} hasn't the explorer's files: npm ci installs them", folder.display()));
        }
        let inbox = inbox::Files::in_folders(folders(&config.inbox, "examples/inbox/dist", "inbox"));
        if let (PageFiles::In(folder), false) = (&config.inbox, inbox.are_there()) {
            return Err(format!("{} hasn't the inbox's index.html: npm run build makes it", folder.display()));
        }
        Ok(Self { explorer, inbox })
    }

    /// Whether `/` shows the inbox rather than the way to the explorer.
    pub fn has_inbox(&self) -> bool {
        self.inbox.are_there()
    }
}

/// Where to look, in this order.
fn folders(files: &PageFiles, here: &str, beside: &str) -> Vec<PathBuf> {
    match files {
        PageFiles::In(folder) => vec![folder.clone()],
        PageFiles::Nowhere => Vec::new(),
        PageFiles::Usual => {
            let beside = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join(beside)));
            // Where the server was started, wherever it may be later.
            let here = std::path::absolute(here).ok();
            here.into_iter().chain(beside).collect()
        }
    }
}
