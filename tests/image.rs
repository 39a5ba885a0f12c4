//! What the Dockerfile needs is there and reaches the builder, as far as that can be told without building the image.

// Without this, clippy's allow-unwrap-in-tests covers only the #[test] functions of an integration test.
#![cfg(test)]

use std::fs;
use std::path::{Component, Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// What a stage copies from the repository.
fn copied(stage: &str) -> Vec<String> {
    let dockerfile = read("Dockerfile").replace("\\\n", " ");
    let mut inside = false;
    let mut found = Vec::new();
    for line in dockerfile.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        match words.as_slice() {
            ["FROM", ..] => inside = words.ends_with(&["AS", stage]),
            ["COPY", sources @ .., _] if inside && !sources[0].starts_with("--from") => {
                found.extend(sources.iter().map(|source| (*source).to_owned()));
            }
            _ => {}
        }
    }
    assert!(!found.is_empty(), "the stage {stage} copies nothing");
    found
}

/// Whether .dockerignore lets it through. Understands what stands there: `*`, `!path`, `**/name` and `**/*.ending*`.
fn reaches_the_builder(path: &str) -> bool {
    let ignore = read(".dockerignore");
    let let_in = ignore.lines().filter_map(|line| line.strip_prefix('!')).any(|it| Path::new(path).starts_with(it));
    let kept_out = ignore.lines().filter_map(|line| line.strip_prefix("**/")).any(|pattern| {
        match pattern.strip_prefix('*').and_then(|rest| rest.strip_suffix('*')) {
            Some(middle) => path.contains(middle),
            None => format!("/{path}/").contains(&format!("/{pattern}/")),
        }
    });
    let_in && !kept_out
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// `a/b/../c` as `a/c`.
fn tidy(path: &Path) -> String {
    let mut tidy = PathBuf::new();
    for component in path.components() {
        if component == Component::ParentDir {
            tidy.pop();
        } else {
            tidy.push(component);
        }
    }
    tidy.strip_prefix(root()).unwrap().to_str().unwrap().to_owned()
}

/// The strings that follow `before`.
fn quoted<'a>(text: &'a str, before: &str) -> Vec<&'a str> {
    text.split(before).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn what_is_copied_is_there_and_reaches_the_builder() {
    for stage in ["explorer", "inbox", "build"] {
        for source in copied(stage) {
            assert!(root().join(&source).exists(), "{source} isn't there");
            assert!(reaches_the_builder(&source), "{source} is kept out by .dockerignore");
        }
    }
    for kept_out in
        ["switchboard.db", "src/switchboard.db-wal", "explorer/node_modules/react/index.js", "docs/README.md", ".env"]
    {
        assert!(!reaches_the_builder(kept_out), "{kept_out}");
    }
}

#[test]
fn the_build_has_every_crate_and_every_file_that_is_compiled_in() {
    let copied = copied("build");
    let has = |path: &str| copied.iter().any(|source| Path::new(path).starts_with(source)) && reaches_the_builder(path);
    let manifest = read("Cargo.toml");
    let members = manifest.lines().find_map(|line| line.strip_prefix("members = ")).unwrap();
    for member in members.split('"').skip(1).step_by(2).filter(|member| *member != ".") {
        assert!(has(member), "the crate {member}");
    }
    let mut files = Vec::new();
    for folder in ["src", "entity", "migration"] {
        rust_files(&root().join(folder), &mut files);
    }
    let mut compiled_in = 0;
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        // Of a name that is put together, its beginning.
        let text = text.replace("!(concat!(", "!(");
        for name in ["include_str!(\"", "include_bytes!(\""].iter().flat_map(|before| quoted(&text, before)) {
            let path = tidy(&file.parent().unwrap().join(name));
            assert!(has(&path), "{path}, which {} compiles in", file.display());
            compiled_in += 1;
        }
    }
    assert!(compiled_in > 0, "nothing was found");
}

#[test]
fn the_image_has_every_file_of_the_explorer() {
    let assets = read("src/http/explorer/assets.rs");
    let dockerfile = read("Dockerfile");
    let files: Vec<_> = quoted(&assets, " package: \"").into_iter().zip(quoted(&assets, " path: \"")).collect();
    assert_eq!(files.len(), 4);
    for (package, path) in files {
        assert!(dockerfile.contains(&format!(" {package}/{path}")), "{package}/{path}");
    }
}

#[test]
fn it_is_built_with_the_versions_that_are_asked_for() {
    let dockerfile = read("Dockerfile");
    let manifest = read("Cargo.toml");
    let rust = quoted(&manifest, "\nrust-version = \"")[0];
    assert!(dockerfile.contains(&format!("FROM rust:{rust}-")), "{rust}");

    let major = |version: &str| -> u32 { version.split(['.', '-']).next().unwrap().parse().unwrap() };
    let inbox = read("examples/inbox/package.json");
    let asked_for = major(quoted(&inbox, "\"node\": \">=")[0]);
    let nodes: Vec<_> = dockerfile.split("FROM node:").skip(1).map(major).collect();
    assert!(!nodes.is_empty() && nodes.iter().all(|node| *node >= asked_for), "{nodes:?}");
}
