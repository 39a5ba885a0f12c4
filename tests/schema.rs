//! The exported schema: reviewed like code, described throughout, and free of names that change their type.

// Without this, clippy's allow-unwrap-in-tests covers only the #[test] functions of an integration test.
#![cfg(test)]

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use switchboard::graphql::schema::{build, sdl};

#[test]
fn the_exported_schema_is_the_reviewed_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql");
    let now = sdl();
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    let differs = kept.lines().zip(now.lines()).position(|(old, new)| old != new).map_or(0, |line| line + 1);
    assert!(
        kept == now,
        "schema.graphql differs from line {differs} on; review it after UPDATE_SCHEMA=1 cargo test --test schema"
    );
}

const INTROSPECTION: &str = "{ __schema { types {
    kind name description
    possibleTypes { name } interfaces { name }
    fields { name description type { ...T } args { name description } }
    inputFields { name description }
    enumValues { name description }
} } }
fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

#[tokio::test]
async fn everything_is_described_in_sentences() {
    let mut bare = Vec::new();
    let mut check = |what: String, described: &Value| {
        let text = described["description"].as_str().unwrap_or_default().trim();
        if !text.ends_with('.') || text.split_whitespace().count() < 2 {
            bare.push(format!("{what}: {text:?}"));
        }
    };
    for of in types().await {
        let name = of["name"].as_str().unwrap().to_owned();
        check(name.clone(), &of);
        for list in ["fields", "inputFields", "enumValues"] {
            for member in of[list].as_array().into_iter().flatten() {
                let member_name = format!("{name}.{}", member["name"].as_str().unwrap());
                check(member_name.clone(), member);
                for argument in member["args"].as_array().into_iter().flatten() {
                    check(format!("{member_name}({})", argument["name"].as_str().unwrap()), argument);
                }
            }
        }
    }
    assert!(bare.is_empty(), "{} without a whole sentence:\n{}", bare.len(), bare.join("\n"));
}

#[tokio::test]
async fn one_name_has_one_type_within_an_interface_or_union() {
    let types = types().await;
    let mut clashes = Vec::new();
    for group in types.iter().filter(|of| matches!(of["kind"].as_str(), Some("INTERFACE" | "UNION"))) {
        let members: Vec<&str> =
            group["possibleTypes"].as_array().into_iter().flatten().filter_map(|t| t["name"].as_str()).collect();
        assert!(!members.is_empty(), "{} has no members", group["name"]);
        let mut known: BTreeMap<&str, (String, &str)> = BTreeMap::new();
        for of in types.iter().filter(|of| members.contains(&of["name"].as_str().unwrap())) {
            for field in of["fields"].as_array().into_iter().flatten() {
                let (name, spelled) = (field["name"].as_str().unwrap(), spelled(&field["type"]));
                let (first, other) =
                    known.entry(name).or_insert_with(|| (spelled.clone(), of["name"].as_str().unwrap()));
                if *first != spelled {
                    clashes.push(format!("{}.{name}: {first} of {other}, {spelled} of {}", group["name"], of["name"]));
                }
            }
        }
    }
    // Three that the contract has: `node` is asked for one kind of thing at a time.
    let known = ["kind", "closeReason", "status"].map(|name| format!("\"Node\".{name}: "));
    clashes.retain(|clash| !known.iter().any(|of_node| clash.starts_with(of_node)));
    assert!(clashes.is_empty(), "clients would need aliases:\n{}", clashes.join("\n"));
}

#[tokio::test]
async fn every_mutation_takes_one_input_and_answers_user_errors() {
    let types = types().await;
    let of = |name: &str| types.iter().find(|of| of["name"] == name).unwrap_or_else(|| panic!("no type {name}"));
    for mutation in of("Mutation")["fields"].as_array().unwrap() {
        let name = mutation["name"].as_str().unwrap();
        let arguments: Vec<_> = mutation["args"].as_array().unwrap().iter().map(|argument| &argument["name"]).collect();
        assert_eq!(arguments, ["input"], "{name}");
        let payload = spelled(&mutation["type"]);
        assert!(!payload.ends_with('!'), "{name} is nullable, so that a fault in it leaves the others' results");
        let errors = of(&payload)["fields"].as_array().unwrap().iter().find(|field| field["name"] == "userErrors");
        assert_eq!(errors.map(|field| spelled(&field["type"])).as_deref(), Some("[UserError!]!"), "{name}");
    }
}

/// The types of our own: not the introspection's, nor the built-in scalars.
async fn types() -> Vec<Value> {
    let answer = build().execute(INTROSPECTION).await;
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
    let data = answer.data.into_json().unwrap();
    let ours = |of: &&Value| {
        let name = of["name"].as_str().unwrap();
        !name.starts_with("__") && !["Boolean", "Float", "ID", "Int", "String"].contains(&name)
    };
    data["__schema"]["types"].as_array().unwrap().iter().filter(ours).cloned().collect()
}

fn spelled(of: &Value) -> String {
    match of["kind"].as_str() {
        Some("NON_NULL") => format!("{}!", spelled(&of["ofType"])),
        Some("LIST") => format!("[{}]", spelled(&of["ofType"])),
        _ => of["name"].as_str().unwrap_or("?").to_owned(),
    }
}
