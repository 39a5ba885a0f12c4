//! The four files of GraphiQL: their versions, their hashes, and where they are on this host.
//! Only names in `FILES` are ever opened, so that a request can't choose a path.

use std::path::{Path, PathBuf};

/// One file of an npm package that the page loads.
#[derive(Debug)]
pub(super) struct File {
    /// Its name under `/explorer/assets/`.
    pub name: &'static str,
    /// The npm package, its version, and the file's path inside it.
    package: &'static str,
    version: &'static str,
    path: &'static str,
    /// Subresource integrity: the browser refuses other bytes, wherever they come from.
    pub integrity: &'static str,
    pub content_type: &'static str,
}

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// The versions are those of `explorer/package-lock.json`. The order is the order of loading.
pub(super) static FILES: [File; 4] = [
    File {
        name: "graphiql.min.css",
        package: "graphiql",
        version: "4.1.2",
        path: "graphiql.min.css",
        integrity: "sha384-1el1QShFBnnXTx9x/Cprg82hZWKt0ry29OAYIXt05swbi0KcZDFoj0CWguMpopJr",
        content_type: "text/css; charset=utf-8",
    },
    File {
        name: "react.production.min.js",
        package: "react",
        version: "18.3.1",
        path: "umd/react.production.min.js",
        integrity: "sha384-DGyLxAyjq0f9SPpVevD6IgztCFlnMF6oW/XQGmfe+IsZ8TqEiDrcHkMLKI6fiB/Z",
        content_type: JAVASCRIPT,
    },
    File {
        name: "react-dom.production.min.js",
        package: "react-dom",
        version: "18.3.1",
        path: "umd/react-dom.production.min.js",
        integrity: "sha384-gTGxhz21lVGYNMcdJOyq01Edg0jhn/c22nsx0kyqP0TxaV5WVdsSH1fSDUf5YJj1",
        content_type: JAVASCRIPT,
    },
    File {
        name: "graphiql.min.js",
        package: "graphiql",
        version: "4.1.2",
        path: "graphiql.min.js",
        integrity: "sha384-9XdHu7ajgGJziD4J1zNBKQ842Q/+zZfDv+ib1eMhZWBH6hPAs806x+Jbcf0yNO6B",
        content_type: JAVASCRIPT,
    },
];

/// Where the page finds the files when they are not installed: it serves npm packages' files unchanged.
pub(super) const CDN: &str = "https://cdn.jsdelivr.net";

impl File {
    pub fn is_style(&self) -> bool {
        self.content_type != JAVASCRIPT
    }

    /// Where the browser loads it from.
    pub fn url(&self, installed: bool) -> String {
        if installed {
            format!("/explorer/assets/{}", self.name)
        } else {
            format!("{CDN}/npm/{}@{}/{}", self.package, self.version, self.path)
        }
    }

    fn below(&self, folder: &Path) -> PathBuf {
        folder.join("node_modules").join(self.package).join(self.path)
    }
}

/// The folder in which `npm ci` has installed all four files.
#[derive(Clone, Debug)]
pub struct Assets {
    folder: PathBuf,
}

impl Assets {
    /// None when it hasn't all four.
    pub fn in_folder(folder: PathBuf) -> Option<Self> {
        let complete = FILES.iter().all(|file| file.below(&folder).is_file());
        complete.then_some(Self { folder })
    }

    /// None for any name but the four. Blocks.
    pub(super) fn read(&self, name: &str) -> Option<(&'static File, Vec<u8>)> {
        let file = FILES.iter().find(|file| file.name == name)?;
        let bytes = std::fs::read(file.below(&self.folder)).ok()?;
        Some((file, bytes))
    }
}
