//! What README.md promises to a newcomer and to `.ci/run`: its first two shell blocks are the two commands,
//! and every link and every path of its map leads somewhere.

// Without this, clippy's allow-unwrap-in-tests covers only the #[test] functions of an integration test.
#![cfg(test)]

use std::fs;
use std::path::Path;

const RUN: &str = "cargo run --release -- serve --demo";
const TEST: &str = "cargo test --workspace";

#[test]
fn the_first_two_shell_blocks_are_the_run_and_the_test_command() {
    let shell = shell_blocks(&readme());
    assert_eq!(shell.first().map(String::as_str), Some(RUN));
    assert_eq!(shell.get(1).map(String::as_str), Some(TEST));
}

#[test]
fn every_link_and_every_path_of_the_map_exists() {
    let readme = readme();
    let map = map_paths(&readme);
    assert!(!map.is_empty(), "the README has no fenced block under a heading with \"map\" in it");
    let missing: Vec<_> = map.into_iter().chain(links(&readme)).filter(|path| !root().join(path).exists()).collect();
    assert!(missing.is_empty(), "README.md names what isn't there: {missing:?}");
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).expect("README.md is missing")
}

struct Block {
    language: String,
    heading: String,
    text: String,
}

/// The fenced blocks, each with the heading it stands under.
fn blocks(markdown: &str) -> Vec<Block> {
    let (mut blocks, mut heading) = (Vec::new(), String::new());
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        if line.starts_with('#') {
            heading = line.to_lowercase();
        }
        if let Some(language) = line.trim_start().strip_prefix("```") {
            let text: Vec<_> = lines.by_ref().take_while(|line| line.trim() != "```").collect();
            blocks.push(Block {
                language: language.trim().to_owned(),
                heading: heading.clone(),
                text: text.join("\n"),
            });
        }
    }
    blocks
}

fn shell_blocks(markdown: &str) -> Vec<String> {
    let shells = ["sh", "bash", "shell", "console"];
    let found = blocks(markdown).into_iter().filter(|block| shells.contains(&block.language.as_str()));
    found.map(|block| block.text.trim().to_owned()).collect()
}

/// The first word of each line of the map; a line indented below a folder's is inside that folder.
fn map_paths(markdown: &str) -> Vec<String> {
    let maps = blocks(markdown).into_iter().filter(|block| block.heading.contains("map"));
    maps.flat_map(|block| block_paths(&block.text)).collect()
}

fn block_paths(text: &str) -> Vec<String> {
    let (mut folders, mut paths): (Vec<(usize, String)>, Vec<String>) = (Vec::new(), Vec::new());
    for line in text.lines() {
        let Some(word) = line.split_whitespace().next() else {
            continue;
        };
        let indent = line.len() - line.trim_start().len();
        let continues = folders.last().is_some_and(|(at, _)| indent > at + 8);
        let is_path = word.ends_with('/') || word.contains('.') || word.contains('/');
        if continues || !is_path {
            continue;
        }
        folders.retain(|(at, _)| *at < indent);
        let below = folders.last().map_or("", |(_, folder)| folder);
        let path = format!("{below}{word}");
        if word.ends_with('/') {
            folders.push((indent, path.clone()));
        }
        paths.push(path);
    }
    paths
}

/// The targets of relative markdown links, without their anchors.
fn links(markdown: &str) -> Vec<String> {
    let targets = markdown.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let relative = targets.filter(|target| !target.contains("://") && !target.starts_with('#'));
    relative.filter_map(|target| target.split('#').next()).map(str::to_owned).collect()
}

const MADE_UP: &str = "# Name\nText.\n```sh\nrun it\n```\n```graphql\n{ x }\n```\n```bash\ntest it\n```\n## The map\n```\nsrc/     rooms\n  main.rs    starts\n  domain/    pure\n    fact.rs    what\n                happened and. more\ndocs/gateway.md  how\n```\nSee [it](docs/a.md#b), [out](https://example.org) and [below](#map).\n";

#[test]
fn a_made_up_readme_is_read_as_meant() {
    assert_eq!(shell_blocks(MADE_UP), ["run it", "test it"]);
    assert_eq!(map_paths(MADE_UP), ["src/", "src/main.rs", "src/domain/", "src/domain/fact.rs", "docs/gateway.md"]);
    assert_eq!(links(MADE_UP), ["docs/a.md"]);
}
