//! Changes of tickets, live (semantics §9, §11.2): each once, whether or not a conversation is linked, as the pull feed tells them.

use std::time::Duration;

use entity::enums::Scope;
use serde_json::{Value, json};

use crate::support::live::{Follower, TICKETS, Transport};
use crate::support::{Client, World, both};

both!(
    the_stream_tells_what_the_pull_feed_tells_of_tickets,
    one_ticket_or_all,
    conversations_that_are_hidden_are_left_out,
    a_ticket_that_does_not_exist_is_not_found,
    without_the_scope_tickets_are_forbidden,
);

const PULL: &str = "{ ticketChanges(first: 100) { nodes {
    cursor kind at fromStatus toStatus actor { __typename displayName } ticket { id number title version } conversation { id } } } }";

async fn pulled(client: &Client) -> Vec<Value> {
    client.query(PULL, json!({})).await.ok().at("ticketChanges.nodes").as_array().unwrap().clone()
}

/// What happens to two tickets; the ids of both.
async fn busy(world: &World) -> [String; 2] {
    let (shown, hidden) = (world.opened().await, world.hidden().await);
    let one = world.ticket(json!({ "conversationId": shown, "title": "One" })).await;
    let two = world.a_ticket("Two").await;
    world.track(&one, &hidden).await;
    world.update(&two, json!({ "title": "Second" })).await.changed();
    world.close(&shown).await;
    world.resolve(&one).await;
    world.untrack(&one, &shown).await;
    [one, two]
}

const BUSY: [&str; 7] = ["CREATED", "LINKED", "CREATED", "LINKED", "UPDATED", "UPDATED", "UNLINKED"];

/// As it is told now: a later version is no difference.
fn lasting(told: &[Value]) -> Vec<Value> {
    let mut told = told.to_vec();
    told.iter_mut().for_each(|change| change["ticket"] = change["ticket"]["id"].clone());
    told
}

async fn follow(client: &Client, transport: Transport, ticket: Option<&str>, after: &str) -> Follower {
    client.follow(transport, TICKETS, json!({ "ticketId": ticket, "after": after })).await
}

async fn the_stream_tells_what_the_pull_feed_tells_of_tickets(world: &World) {
    let begin = world.cursor_at(0).await;
    let tracker = world.client(&world.token(&world.organisation().robot.id, &[Scope::TicketsRead], None).await);
    let mut followers = Vec::new();
    for client in [world.bea(), world.dora(), world.robot(), tracker.clone()] {
        for transport in Transport::ALL {
            let live = follow(&client, transport, None, &begin).await;
            followers.push((client.clone(), transport, live));
        }
    }
    busy(world).await;
    for (client, transport, mut live) in followers {
        let expected = pulled(&client).await;
        assert_eq!(expected.iter().map(|change| change["kind"].as_str().unwrap()).collect::<Vec<_>>(), BUSY);
        assert_eq!(lasting(&live.take(expected.len()).await), lasting(&expected));
        let mut replay = follow(&client, transport, None, &begin).await;
        assert_eq!(replay.take(expected.len()).await, expected);
        live.silent(Duration::from_millis(20)).await;
    }
}

async fn one_ticket_or_all(world: &World) {
    let [one, two] = busy(world).await;
    let begin = world.cursor_at(0).await;
    for id in [&one, &two] {
        let all = pulled(&world.bea()).await;
        let expected: Vec<Value> = all.iter().filter(|change| change["ticket"]["id"] == **id).cloned().collect();
        let mut its = follow(&world.bea(), Transport::WebSocket, Some(id), &begin).await;
        assert_eq!(its.take(expected.len()).await, expected);
        world.update(&one, json!({ "title": format!("Not {id}") })).await.changed();
        world.update(&two, json!({ "title": format!("Not {id}") })).await.changed();
        assert_eq!(its.next().await["ticket"]["id"], **id);
        its.silent(Duration::from_millis(100)).await;
    }
}

async fn conversations_that_are_hidden_are_left_out(world: &World) {
    let begin = world.cursor_at(0).await;
    let [one, _] = busy(world).await;
    for (client, shown) in [(world.bea(), 2), (world.dora(), 3)] {
        let mut its = follow(&client, Transport::WebSocket, Some(&one), &begin).await;
        let told = its.take(5).await;
        let with = told.iter().filter(|change| change["conversation"]["id"].is_string()).count();
        assert_eq!(with, shown, "{told:#?}");
    }
}

async fn a_ticket_that_does_not_exist_is_not_found(world: &World) {
    for transport in Transport::ALL {
        for id in ["ticket_01h455vb4pex5vsknk084sn02q", "nonsense", "", &world.organisation().bea.id] {
            let mut refused = world.bea().follow(transport, TICKETS, json!({ "ticketId": id })).await;
            assert_eq!(refused.error().await.0, "NOT_FOUND", "{id}");
        }
    }
}

async fn without_the_scope_tickets_are_forbidden(world: &World) {
    let mut refused = world.gateway().follow(Transport::WebSocket, TICKETS, json!({})).await;
    assert_eq!(refused.error().await.0, "FORBIDDEN");
}
