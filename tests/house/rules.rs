//! The rules as tables, and the check that walks the sources with them.
//! A room is a folder or file directly below `src/`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::paths::{Named, named};
use crate::source::{Code, Token};

/// Whom each room may name. The foundation may be named by every room but the pure ones.
const ROOMS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("store", &["domain"]),
    ("events", &["store", "domain"]),
    ("service", &["store", "events", "domain"]),
    ("scheduler", &["service", "store", "events", "domain"]),
    ("automation", &["service", "store", "events", "domain"]),
    // Thirty days go by, with what the clock and the workflows do in them.
    ("demo", &["automation", "scheduler", "service", "store", "events", "domain"]),
    ("seed", &["service", "store", "events", "domain"]),
    ("graphql", &["service", "store", "events", "domain"]),
    // `app` is the state it serves. Of the store the finders only: a credential becomes a Viewer here. Of the events what a stream reads.
    ("http", &["graphql", "app", "store", "events", "domain"]),
    ("clock", &[]),
    ("config", &[]),
    ("error", &["domain"]),
    ("telemetry", &[]),
];
const FOUNDATION: &[&str] = &["clock", "config", "error"];
const PURE: &[&str] = &["domain", "clock", "config"];
/// Puts the rooms together, so it may name all of them.
const WIRING: &[&str] = &["main", "lib", "app", "command"];

/// Crates that only some rooms (and the wiring) may name.
const CRATES: &[(&[&str], &[&str])] = &[
    (&["sea_orm", "sea_query", "sea_orm_migration", "sqlx", "libsqlite3_sys", "migration"], &["store"]),
    (&["async_graphql", "async_graphql_axum"], &["graphql", "http"]),
    (&["axum", "tower", "tower_http", "hyper", "hyper_util", "http_body_util", "tungstenite"], &["http"]),
];
/// All that the domain may name besides std and itself.
// Pure, like the rest: an actor's stored id is a UUID, names are folded by Unicode's rules, and a text's pattern takes linear time.
const DOMAIN_CRATES: &[&str] =
    &["chrono", "chrono_tz", "serde", "serde_json", "entity", "uuid", "unicode_normalization", "regex", "regex_syntax"];
const DOMAIN_ENTITY: &[&str] = &["ids", "enums"];

#[derive(Debug)]
pub struct Violation {
    pub file: String,
    pub line: usize,
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "  {}:{}: {}", self.file, self.line, self.what)
    }
}

/// The rules, with the crates that `Cargo.toml` lets the house name.
pub struct House {
    dependencies: BTreeSet<String>,
}

impl House {
    pub fn new(manifest: &str) -> Self {
        let lines = manifest.lines().skip_while(|line| line.trim() != "[dependencies]").skip(1);
        let names = lines
            .take_while(|line| !line.starts_with('['))
            .filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic()))
            .filter_map(|line| line.split(['.', '=', ' ']).next());
        Self { dependencies: names.map(|name| name.replace('-', "_")).collect() }
    }

    pub fn check(&self, files: &BTreeMap<String, String>) -> Vec<Violation> {
        let read: BTreeMap<_, _> = files.iter().map(|(name, text)| (name.as_str(), Code::read(text))).collect();
        let tests: Vec<_> = read.iter().flat_map(|(name, code)| test_files(name, code)).collect();
        let mut found = Vec::new();
        for (name, code) in &read {
            let mut file = File { name, found: &mut found };
            file.starts_with_a_doc(&files[*name]);
            if tests.iter().any(|test| name.starts_with(test)) {
                continue;
            }
            file.calls(&code.tokens);
            if name.starts_with("src/") {
                let module = module(name);
                let named = named(&code.tokens, &module);
                file.directions(&named, &self.dependencies);
            }
        }
        found
    }
}

/// `a/b` of `src/a/b.rs`, `src/a/b/mod.rs` and, for the crate's roots, nothing.
fn module(file: &str) -> Vec<String> {
    let path = file.trim_start_matches("src/").trim_end_matches(".rs");
    let mut parts: Vec<_> = path.split('/').map(str::to_owned).collect();
    let last = parts.last().map(String::as_str);
    if last == Some("mod") || (parts.len() == 1 && matches!(last, Some("main" | "lib"))) {
        parts.pop();
    }
    parts
}

/// The beginnings of the paths of the modules that this file declares for tests only.
fn test_files(file: &str, code: &Code) -> Vec<String> {
    let path = file.trim_end_matches(".rs");
    let (folder, stem) = path.rsplit_once('/').unwrap_or(("", path));
    let inside = if matches!(stem, "mod" | "main" | "lib") { folder } else { path };
    let modules = code.test_modules.iter();
    modules
        .flat_map(|name| match name.ends_with(".rs") {
            true => vec![format!("{folder}/{name}")],
            false => vec![format!("{inside}/{name}.rs"), format!("{inside}/{name}/")],
        })
        .collect()
}

struct File<'a> {
    name: &'a str,
    found: &'a mut Vec<Violation>,
}

impl File<'_> {
    fn say(&mut self, line: usize, what: impl Into<String>) {
        self.found.push(Violation { file: self.name.to_owned(), line, what: what.into() });
    }

    fn room(&self) -> &str {
        let path = self.name.trim_start_matches("src/").trim_end_matches(".rs");
        path.split('/').next().unwrap_or(path)
    }

    fn starts_with_a_doc(&mut self, text: &str) {
        if !text.starts_with("//!") {
            self.say(1, "does not start with `//!`: what it owns and what it must not do");
        }
    }

    fn calls(&mut self, tokens: &[Token]) {
        for window in tokens.windows(4) {
            let [a, b, c, d] = window else { continue };
            let texts = [a, b, c, d].map(|token| token.text.as_str());
            if let Some(what) = self.forbidden_call(texts) {
                self.say(b.line, what);
            }
        }
    }

    fn forbidden_call(&self, texts: [&str; 4]) -> Option<String> {
        let in_clock = self.name == "src/clock.rs";
        let in_write = self.name == "src/store/write.rs" || self.name.starts_with("src/store/write/");
        match texts {
            [clock @ ("Utc" | "Local" | "SystemTime"), "::", "now", _] if !in_clock => {
                Some(format!("`{clock}::now` outside src/clock.rs: take the time from Clock"))
            }
            [".", begin @ ("begin" | "begin_with_config" | "begin_with_options"), "(", argument]
                if !in_write && (begin != "begin" || argument == ")") =>
            {
                Some(format!("`.{begin}(` outside src/store/write.rs: writes go through store.write"))
            }
            [".", "offset", "(", argument] if argument != ")" => {
                Some("`.offset(`: page by key, not by counting".to_owned())
            }
            ["." | "::", call @ ("unwrap" | "expect"), "(" | ")", _] => {
                Some(format!("`{call}` outside tests: answer an error"))
            }
            [_, call @ ("panic" | "todo" | "unimplemented" | "unreachable"), "!", _] => {
                Some(format!("`{call}!` outside tests: answer an error"))
            }
            _ => None,
        }
    }

    fn directions(&mut self, named: &[Named], dependencies: &BTreeSet<String>) {
        let room = self.room().to_owned();
        let may = ROOMS.iter().find(|(name, _)| *name == room).map(|(_, may)| *may);
        if may.is_none() && !WIRING.contains(&room.as_str()) {
            self.say(1, format!("room `{room}` is in no row of ROOMS: say whom it may name"));
        }
        for Named { path, line } in named {
            let first = path[0].as_str();
            let second = path.get(1).map_or("", String::as_str);
            let what = match may {
                Some(may) if first == "crate" => wrong_room(&room, may, second),
                Some(_) if dependencies.contains(first) => wrong_crate(&room, first, second),
                _ => None,
            };
            if let Some(what) = what {
                self.say(*line, what);
            }
        }
    }
}

fn wrong_room(room: &str, may: &[&str], other: &str) -> Option<String> {
    let founded = FOUNDATION.contains(&other) && !PURE.contains(&room);
    if other == room || may.contains(&other) || founded {
        return None;
    }
    Some(format!("{room} may not name {other}; it may name {may:?}"))
}

fn wrong_crate(room: &str, name: &str, part: &str) -> Option<String> {
    if room == "domain" {
        let allowed = DOMAIN_CRATES.contains(&name) && (name != "entity" || DOMAIN_ENTITY.contains(&part));
        return (!allowed).then(|| format!("domain is pure: it may not name {name}::{part}"));
    }
    let (_, rooms) = CRATES.iter().find(|(crates, _)| crates.contains(&name))?;
    (!rooms.contains(&room)).then(|| format!("{room} may not name {name}; only {rooms:?} and the wiring may"))
}
