//! Access is lost in the middle of a long replay (architecture §3.9): what wasn't sent by then isn't sent.
//!
//! The client doesn't read, so that the server stands in the middle, with what waits and what is still to be read from the table.

use std::time::Duration;

use serde_json::{Value, json};
use switchboard::app::App;

use crate::stream_access::{leave, nodes};
use crate::support::live::{Follower, Heard, Socket, Transport};
use crate::support::organisation::EVERYTHING;
use crate::support::{Client, World, both};

both!(
    who_loses_a_channel_in_a_replay_is_told_no_more_of_it,
    who_loses_a_channel_goes_on_with_the_others,
    a_revoked_token_ends_a_replay,
);

/// Entries of the replay. With their texts they are more than what is on its way to a client that hasn't read yet.
const ENTRIES: usize = 400;
/// Characters that each entry brings along.
const TEXT: usize = 60_000;
/// By when access that was lost is lost everywhere.
const SOON: Duration = Duration::from_secs(2);

const CONVERSATION: &str = "subscription($id: ID!, $after: EventCursor) {
    conversationChanged(conversationId: $id, after: $after) { cursor conversation { id lastMessage { text } } } }";
const FOLLOWED: &str = "subscription($after: EventCursor) {
    followedConversationsChanged(after: $after) { cursor conversation { id lastMessage { text } } } }";
const FEED: &str = "subscription($after: EventCursor) {
    conversationsChanged(after: $after) { cursor conversation { id lastMessage { text } } } }";
const VIEW: &str = "subscription($after: EventCursor) {
    viewChanged(after: $after) { cursor conversation { id lastMessage { text } } } }";

/// A conversation of the restricted channel, which Bea has and sees, in which much happened.
/// Told with the cursor from which on Bea's access stays as it is.
async fn long(world: &World) -> (String, String) {
    world.belongs_to_vip(&world.organisation().bea.id, true).await;
    let begin = world.cursor().await;
    let mut mail = world.mail("vera@example.com", &"discretion ".repeat(TEXT / 11));
    mail["channelId"] = json!(world.organisation().vip);
    let id = world.gateway().receive(mail).await.changed().conversation();
    world.assign(&id, &world.organisation().bea.id).await;
    for at in 0..ENTRIES {
        let priority = ["LOW", "HIGH"][at % 2];
        world.robot().mutate("setPriority", json!({ "conversationId": id, "priority": priority })).await.changed();
    }
    (id, begin)
}

/// A follower that reads nothing until it is let.
struct Stalled {
    follower: Follower,
    socket: Option<std::sync::Arc<Socket>>,
}

impl Stalled {
    async fn start(client: &Client, transport: Transport, document: &str, variables: Value) -> Self {
        if transport != Transport::WebSocket {
            // Its body is read when somebody asks for what comes next.
            return Self { follower: client.follow(transport, document, variables).await, socket: None };
        }
        let socket = Socket::open(client).await;
        socket.stall(true);
        Self { follower: socket.follow(document, variables).await, socket: Some(socket) }
    }

    /// Reads on, until the end, or until this conversation is told of: how many of others were, and the code at the end.
    async fn read_on(mut self, until: &str) -> (usize, Option<String>) {
        if let Some(socket) = &self.socket {
            socket.stall(false);
        }
        let mut others = 0;
        loop {
            match self.follower.heard().await {
                Heard::Next(result) => {
                    assert!(result.get("errors").is_none(), "{result:#}");
                    let told = result["data"].as_object().unwrap().values().next().unwrap();
                    if told["conversation"]["id"] == until {
                        return (others, None);
                    }
                    others += 1;
                }
                Heard::Ended(ended) => return (others, Some(ended.code)),
                Heard::Gone(code) => panic!("gone: {code:?}"),
            }
        }
    }
}

/// Stalled followers of one subscription each: on each transport, at each node.
async fn stalled(
    nodes: &[(String, Option<App>)],
    token: &str,
    document: &str,
    (id, begin): (&str, &str),
) -> Vec<Stalled> {
    let mut stalled = Vec::new();
    for (base, _) in nodes {
        for transport in Transport::ALL {
            // On a connection of its own: one that has been read from fast takes much more.
            let client = Client::new(reqwest::Client::builder().no_proxy().build().unwrap(), base, token);
            let mut variables = json!({ "after": begin });
            if document == CONVERSATION {
                variables["id"] = json!(id);
            }
            stalled.push(Stalled::start(&client, transport, document, variables).await);
        }
    }
    // Until nothing more fits in between.
    tokio::time::sleep(Duration::from_secs(1)).await;
    stalled
}

async fn who_loses_a_channel_in_a_replay_is_told_no_more_of_it(world: &World) {
    let ((id, begin), nodes, bea) = (long(world).await, nodes(world).await, &world.organisation().bea);
    for (document, code) in [(VIEW, "ACCESS_CHANGED"), (CONVERSATION, "NOT_FOUND")] {
        let stalled = stalled(&nodes, &bea.token, document, (&id, &begin)).await;
        world.belongs_to_vip(&bea.id, false).await;
        tokio::time::sleep(SOON).await;
        for follower in stalled {
            let (told, ended) = follower.read_on("").await;
            assert_eq!(ended.as_deref(), Some(code), "{document}");
            assert!(told < ENTRIES, "all {told} were told: {document}");
        }
        world.belongs_to_vip(&bea.id, true).await;
    }
    leave(nodes).await;
}

async fn who_loses_a_channel_goes_on_with_the_others(world: &World) {
    let ((id, begin), nodes, bea) = (long(world).await, nodes(world).await, &world.organisation().bea);
    for document in [FOLLOWED, FEED] {
        let stalled = stalled(&nodes, &bea.token, document, (&id, &begin)).await;
        world.belongs_to_vip(&bea.id, false).await;
        let shown = world.chatted(document, "Hello").await.conversation();
        world.assign(&shown, &bea.id).await;
        tokio::time::sleep(SOON).await;
        for follower in stalled {
            let (told, ended) = follower.read_on(&shown).await;
            assert_eq!(ended, None, "{document}");
            assert!(told < ENTRIES, "all {told} were told: {document}");
        }
        world.belongs_to_vip(&bea.id, true).await;
    }
    leave(nodes).await;
}

async fn a_revoked_token_ends_a_replay(world: &World) {
    let ((id, begin), nodes) = (long(world).await, nodes(world).await);
    for document in [CONVERSATION, FOLLOWED, FEED, VIEW] {
        let token = world.token(&world.organisation().bea.id, &EVERYTHING, None).await;
        let stalled = stalled(&nodes, &token, document, (&id, &begin)).await;
        let revoked = json!({ "apiTokenId": world.client(&token).token_id().to_string() });
        world.ada().mutate("revokeApiToken", revoked).await.done();
        tokio::time::sleep(SOON).await;
        for follower in stalled {
            let (told, ended) = follower.read_on("").await;
            assert_eq!(ended.as_deref(), Some("UNAUTHENTICATED"), "{document}");
            assert!(told < ENTRIES, "all {told} were told: {document}");
        }
    }
    leave(nodes).await;
}
