//! docs/workflows.md as its readers use it: the blocks to paste, and ids in the place of what stands in angle brackets.

use serde_json::{Value, json};

use crate::support::World;

const PAGE: &str = include_str!("../../../docs/workflows.md");

/// The operations of the first five minutes, in order.
pub fn first_steps() -> Vec<&'static str> {
    blocks(PAGE, "graphql").collect()
}

/// The recipes by their titles, in order; each is a list of inputs of `createWorkflow`.
pub fn recipes() -> Vec<(&'static str, Vec<Value>)> {
    let parts = PAGE.split("\n### ").skip(1);
    parts.map(|part| (title(part), inputs(part))).collect()
}

/// `4. Spam words` is `Spam words`.
fn title(part: &str) -> &str {
    let (_, title) = part.lines().next().unwrap().split_once(". ").unwrap();
    title
}

fn inputs(part: &str) -> Vec<Value> {
    let blocks: Vec<_> = blocks(part, "json").collect();
    let [block] = blocks[..] else { panic!("{} has {} blocks", title(part), blocks.len()) };
    match serde_json::from_str(block).unwrap() {
        Value::Array(inputs) => inputs,
        input => vec![input],
    }
}

fn blocks<'a>(text: &'a str, language: &str) -> impl Iterator<Item = &'a str> {
    let fence = format!("```{language}\n");
    let after: Vec<_> = text.split(&*fence).skip(1).collect();
    after.into_iter().map(|rest| rest.split("\n```").next().unwrap())
}

/// Puts ids in the place of what stands in angle brackets; teams and tags that aren't there are made.
pub async fn fill(world: &World, input: &mut Value) {
    match input {
        Value::String(text) => {
            let named =
                text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).and_then(|of| of.split_once(": "));
            if let Some((kind, name)) = named {
                *input = json!(id(world, kind, name).await);
            }
        }
        Value::Array(parts) => {
            for part in parts {
                Box::pin(fill(world, part)).await;
            }
        }
        Value::Object(fields) => {
            for (_, field) in fields.iter_mut() {
                Box::pin(fill(world, field)).await;
            }
        }
        _ => {}
    }
}

/// The id of what is named so, for example of the `team` `support`.
pub async fn id(world: &World, kind: &str, name: &str) -> String {
    let document = "{ team: teams { id name: slug } tag: tags { id name } channel: channels { id name }
        agents(first: 100) { nodes { id name: handle } } }";
    let there = world.ada().query(document, json!({})).await.ok();
    let list = if kind == "agent" { there.at("agents.nodes") } else { there.at(kind) };
    let found = list.as_array().unwrap().iter().find(|one| one["name"].as_str().unwrap().eq_ignore_ascii_case(name));
    match (found, kind) {
        (Some(one), _) => one["id"].as_str().unwrap().to_owned(),
        (None, "team") => {
            let team = json!({ "slug": name, "name": name, "memberIds": [world.organisation().carl.id] });
            world.ada().mutate("createTeam", team).await.changed().text("team.id")
        }
        (None, "tag") => world.tag(name).await,
        (None, _) => panic!("there is no {kind} {name}"),
    }
}
