//! A message and the clock at the same instant (semantics §8.11): the row lock decides, both orders are legal, and nothing is lost.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::join;
use serde_json::{Value, json};
use switchboard::scheduler::run_due;

use crate::auto_close::snooze;
use crate::support::{World, both, size};

both!(a_message_and_its_closing_at_the_same_instant, a_message_and_its_waking_at_the_same_instant);

/// How often; fifty times as often at full size.
const TIMES: usize = 40;

/// A channel that closes after an hour, and a visitor's conversation on it.
async fn chat_of_an_hour(world: &World) -> String {
    let policy = json!({ "channelId": world.organisation().chat, "policy": { "autoCloseAfter": "PT1H" } });
    world.ada().mutate("updateChannel", policy).await.changed();
    world.chatted("visitor-1", "Hello").await.conversation()
}

/// The visitor writes while the clock does what is due, each up to a few milliseconds after the other. Answers what was done, in the
/// log's order: the text of a message, and of everything else its kind and why.
async fn at_once(world: &World, id: &str, text: &str, round: usize) -> Vec<String> {
    let before = world.ada().conversation(id).await["version"].as_u64().unwrap();
    let mut random = [0; 2];
    getrandom::fill(&mut random).unwrap();
    // Each comes first once for sure.
    let later = |who: usize| if round == who { Duration::from_millis(500) } else { Duration::ZERO };
    let after = |who: usize| tokio::time::sleep(later(who) + Duration::from_micros(u64::from(random[who]) * 60));
    let message = async {
        after(0).await;
        world.chatted("visitor-1", text).await
    };
    let clock = async {
        after(1).await;
        run_due(&world.app.service).await.unwrap();
    };
    let (received, ()) = join(message, clock).await;
    assert_eq!(received.conversation(), id, "{received:#?}");
    // Whatever it had to leave to the message.
    run_due(&world.app.service).await.unwrap();
    let document = "query($id: ID!) { conversation(id: $id) { timeline(last: 10) { nodes { kind version
        ... on Message { text } ... on ClosedEntry { closeReason } ... on WokenEntry { wakeReason }
        ... on ReopenedEntry { reopenReason } } } } }";
    let answer = world.ada().query(document, json!({ "id": id })).await.ok();
    let nodes = answer.at("conversation.timeline.nodes").as_array().unwrap().clone();
    let new = nodes.iter().filter(|node| node["version"].as_u64().unwrap() > before);
    let tell = |node: &Value| {
        let why = ["closeReason", "wakeReason", "reopenReason"].into_iter().find_map(|field| node[field].as_str());
        match node["text"].as_str() {
            Some(text) => text.to_owned(),
            None => format!("{} {}", node["kind"].as_str().unwrap(), why.unwrap_or_default()),
        }
    };
    new.map(tell).collect()
}

async fn a_message_and_its_closing_at_the_same_instant(world: &World) {
    let id = chat_of_an_hour(world).await;
    let mut firsts = [0; 2];
    for round in 0..size(TIMES) {
        world.clock.advance(TimeDelta::hours(1));
        let text = format!("message {round}");
        let history = at_once(world, &id, &text, round).await;
        let message_first = vec![text.clone()];
        let clock_first = vec!["CLOSED AUTO_CLOSED".to_owned(), text, "REOPENED CUSTOMER_REPLIED".to_owned()];
        let which = [message_first, clock_first].iter().position(|legal| *legal == history);
        firsts[which.unwrap_or_else(|| panic!("round {round}: {history:?}"))] += 1;
        let now = world.ada().conversation(&id).await;
        assert_eq!((&now["state"], &now["messageCount"]), (&json!("OPEN"), &json!(round + 2)));
    }
    assert!(firsts.iter().all(|first| *first > 0), "both happen: {firsts:?}");
    eprintln!("the message first: {}, the clock first: {}", firsts[0], firsts[1]);
}

async fn a_message_and_its_waking_at_the_same_instant(world: &World) {
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    let mut firsts = [0; 2];
    for round in 0..size(TIMES) {
        snooze(world, &id, world.clock.now() + TimeDelta::hours(1)).await;
        world.clock.advance(TimeDelta::hours(1));
        let text = format!("message {round}");
        let history = at_once(world, &id, &text, round).await;
        let message_first = vec![text.clone(), "WOKEN CUSTOMER_REPLIED".to_owned()];
        let clock_first = vec!["WOKEN EXPIRED".to_owned(), text];
        let which = [message_first, clock_first].iter().position(|legal| *legal == history);
        firsts[which.unwrap_or_else(|| panic!("round {round}: {history:?}"))] += 1;
        let now = world.ada().conversation(&id).await;
        assert_eq!((&now["state"], &now["messageCount"]), (&json!("OPEN"), &json!(round + 2)));
    }
    assert!(firsts.iter().all(|first| *first > 0), "both happen: {firsts:?}");
    eprintln!("the message first: {}, the clock first: {}", firsts[0], firsts[1]);
}
