//! The rules of the house, checked on the source text: who may name whom, and what only one place may do.
//! The rules themselves are tables in `house/rules.rs`; change them there, with a reason, not around them.

// Without this, clippy's allow-unwrap-in-tests covers only the #[test] functions of an integration test.
#![cfg(test)]

#[path = "house/made_up.rs"]
mod made_up;
#[path = "house/paths.rs"]
mod paths;
#[path = "house/rules.rs"]
mod rules;
#[path = "house/source.rs"]
mod source;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rules::{House, Violation};

#[test]
fn the_house_keeps_its_rules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let files = sources(root);
    assert!(files.contains_key("src/main.rs"), "the sources were not found");
    let violations = House::new(&manifest).check(&files);
    assert!(violations.is_empty(), "{}", listed(&violations));
}

/// Every Rust file of the three crates, by its path from the root.
fn sources(root: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for folder in ["src", "entity/src", "migration/src"] {
        collect(root, &root.join(folder), &mut files);
    }
    files
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let name = path.strip_prefix(root).unwrap().to_string_lossy();
            files.insert(name.into_owned(), fs::read_to_string(&path).unwrap());
        }
    }
}

fn listed(violations: &[Violation]) -> String {
    let lines: Vec<_> = violations.iter().map(ToString::to_string).collect();
    format!("{} broken rules of the house:\n{}", lines.len(), lines.join("\n"))
}
