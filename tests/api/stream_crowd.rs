//! One entry costs the same number of statements however many follow (architecture §3.8).

use std::sync::Arc;
use std::time::Instant;

use entity::enums::Scope;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::live::{Follower, NOTIFICATIONS, Socket};
use crate::support::organisation::EVERYTHING;
use crate::support::{Client, World, both};

both!(
    an_entry_costs_the_same_for_ten_and_a_thousand,
    an_entry_costs_the_same_for_agents_who_differ,
    a_note_that_names_a_team_costs_the_same_however_many_are_told,
);

/// How many follow one conversation; five times as many at full size.
const CROWD: usize = 1_000;
/// Subscriptions of a socket.
const PER_SOCKET: usize = 50;
/// Subscriptions that begin at once; of too many some would be told that the server is busy.
const BATCH: usize = 500;
/// Agents who differ.
const AGENTS: usize = 100;

/// With everything that is nested and everything that is the viewer's own.
const DOCUMENT: &str = "subscription($id: ID!, $after: EventCursor) { conversationChanged(conversationId: $id, after: $after) {
    cursor entry { __typename id kind version actor { __typename displayName } ... on Message { text } ... on Note { text } }
    conversation { id state version subject channel { id name } customer { id displayName email } assignee { id name } team { id name }
        tags { id name } followers { id name } lastMessage { id text actor { displayName } } tickets { ticket { id title status } }
        links { kind conversation { id } } viewerUnread viewerFollow availableActions } } }";

fn crowd() -> usize {
    if std::env::var_os("SWITCHBOARD_FULL_SIZE").is_some() { 5 * CROWD } else { CROWD }
}

/// A conversation that has something of everything.
async fn rich(world: &World) -> String {
    let id = world.opened().await;
    let organisation = world.organisation();
    world.tagged(&id, &[&world.tag("one").await, &world.tag("other").await]).await;
    let both = json!({ "conversationId": id, "assigneeId": organisation.bea.id, "teamId": organisation.support });
    world.ada().mutate("assignConversation", both).await.changed();
    world.ticket_of(&id).await;
    let other = world.opened().await;
    world.bea().mutate("linkConversations", json!({ "conversationId": id, "otherId": other })).await.changed();
    id
}

/// So many subscriptions, spread over these clients, that have begun: each has heard the one entry there is behind its cursor.
async fn follow(clients: &[Client], many: usize, document: &str, variables: &Value) -> Vec<Follower> {
    let mut sockets: Vec<Arc<Socket>> = Vec::new();
    for at in 0..many.div_ceil(PER_SOCKET).max(clients.len()) {
        sockets.push(Socket::open(&clients[at % clients.len()]).await);
    }
    let mut followers = Vec::new();
    while followers.len() < many {
        let batch = followers.len()..many.min(followers.len() + BATCH);
        let begun = batch.map(|at| sockets[at % sockets.len()].follow(document, variables.clone()));
        let mut begun = join_all(begun).await;
        for follower in &mut begun {
            follower.next().await;
        }
        followers.extend(begun);
    }
    followers
}

/// What is heard of one entry by everybody, and how many statements were sent from before until then.
async fn told(world: &World, followers: &mut [Follower], act: impl Future<Output = ()>) -> (Vec<Value>, u64) {
    let (before, begun) = (world.statements(), Instant::now());
    act.await;
    let mut heard = Vec::new();
    for follower in followers {
        heard.push(follower.next().await);
    }
    let sent = world.statements() - before;
    println!("{} followers: {sent} statements, {:.1?}", heard.len(), begun.elapsed());
    (heard, sent)
}

/// That many more for many than for few: what is sent by the clock and not for an entry comes on top.
fn is_constant(few: u64, many: u64, took: Instant) {
    let by_the_clock = 4 + 4 * took.elapsed().as_secs();
    assert!(many <= few + by_the_clock, "{few} statements for few, {many} for many");
}

async fn closed_and_reopened(world: &World, id: &str, few: usize, many: usize, clients: &[Client]) {
    let mut costs = Vec::new();
    let mut begun = Instant::now();
    for many in [few, many] {
        let variables = json!({ "id": id, "after": world.cursor().await });
        world.close(id).await;
        let mut followers = follow(&clients[..clients.len().min(many)], many, DOCUMENT, &variables).await;
        world.settled(&clients[0]).await;
        let reopen = async || {
            world.ada().mutate("reopenConversation", json!({ "conversationId": id })).await.changed();
        };
        // With the first all have caught up.
        told(world, &mut followers, reopen()).await;
        told(world, &mut followers, async { drop(world.close(id).await) }).await;
        begun = Instant::now();
        let (heard, cost) = told(world, &mut followers, reopen()).await;
        costs.push(cost);
        assert_eq!(heard.len(), many);
        for change in &heard {
            assert_eq!((&change["conversation"]["id"], &change["entry"]["kind"]), (&json!(id), &json!("REOPENED")));
        }
    }
    is_constant(costs[0], costs[1], begun);
}

async fn an_entry_costs_the_same_for_ten_and_a_thousand(world: &World) {
    let id = rich(world).await;
    closed_and_reopened(world, &id, 10, crowd(), &[world.bea()]).await;
}

/// Agents with tokens of their own, of the team Support, and their ids.
async fn agents(world: &World, many: usize) -> (Vec<Client>, Vec<String>) {
    let (mut agents, mut ids) = (Vec::new(), Vec::new());
    let organisation = world.organisation();
    let mut members = vec![organisation.bea.id.clone(), organisation.carl.id.clone()];
    for at in 0..many {
        let name = format!("agent-{at}");
        let new = json!({ "handle": name, "name": name, "email": format!("{name}@example.org") });
        let agent = world.ada().mutate("createAgent", new).await.changed().text("agent.id");
        agents.push(world.client(&world.token(&agent, &EVERYTHING, None).await));
        ids.push(agent);
    }
    members.extend(ids.iter().cloned());
    let team = json!({ "teamId": organisation.support, "memberIds": members });
    world.ada().mutate("updateTeam", team).await.changed();
    (agents, ids)
}

async fn an_entry_costs_the_same_for_agents_who_differ(world: &World) {
    let id = rich(world).await;
    let (mut agents, ids) = agents(world, AGENTS).await;
    // Some follow, some have read it, some may not read notes or customers.
    for (at, agent) in agents.iter_mut().enumerate() {
        let it = json!({ "conversationId": id });
        match at % 4 {
            0 => drop(agent.mutate("followConversation", it).await.ok()),
            1 => drop(agent.mutate("markConversationRead", it).await.ok()),
            2 => {
                *agent = world.client(&world.token(&ids[at], &[Scope::ConversationsRead], None).await);
            }
            _ => {}
        }
    }
    closed_and_reopened(world, &id, 10, crowd(), &agents).await;
    // Each is told what is its own.
    let variables = json!({ "id": id, "after": world.cursor().await });
    world.close(&id).await;
    let mut followers = follow(&agents[..8], 8, DOCUMENT, &variables).await;
    let reopen = async {
        world.ada().mutate("reopenConversation", json!({ "conversationId": id })).await.changed();
    };
    let (heard, _) = told(world, &mut followers, reopen).await;
    for (at, change) in heard.iter().enumerate() {
        let conversation = &change["conversation"];
        let expected = (if at % 4 == 0 { "FOLLOWING" } else { "NONE" }, at % 4 != 1, at % 4 != 2);
        let email = conversation["customer"]["email"].is_string();
        let unread = conversation["viewerUnread"].as_bool().unwrap();
        assert_eq!((conversation["viewerFollow"].as_str().unwrap(), unread, email), expected, "{at}");
    }
}

async fn a_note_that_names_a_team_costs_the_same_however_many_are_told(world: &World) {
    let id = world.opened().await;
    let (agents, _) = agents(world, AGENTS).await;
    let note = async || {
        let note = json!({ "conversationId": id, "text": "Look, @support" });
        world.ada().mutate("addNote", note).await.changed();
    };
    let (mut costs, mut notes, begun) = (Vec::new(), 0, Instant::now());
    for many in [10, AGENTS] {
        let variables = json!({ "after": world.cursor().await });
        note().await;
        let mut followers = follow(&agents[..many], many, NOTIFICATIONS, &variables).await;
        notes += 1;
        // With the first all have caught up.
        for _ in 0..2 {
            let (heard, sent) = told(world, &mut followers, note()).await;
            notes += 1;
            costs.push(sent);
            for change in heard {
                let notification = &change["notification"];
                assert_eq!((&notification["reason"], &change["unreadCount"]), (&json!("MENTION"), &json!(notes)));
            }
        }
    }
    is_constant(costs[1], costs[3], begun);
}
