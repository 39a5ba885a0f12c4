//! Access at delivery (semantics §9, architecture §3.9): whoever loses it is told so, or is told less, within two seconds, on every node.

mod six;
mod way;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::enums::Scope;
use entity::ids::AgentId;
use serde_json::{Value, json};
use switchboard::app::App;
use switchboard::domain::actor::Actor;
use switchboard::domain::permission::ChannelAccess;
use switchboard::domain::token::{NewToken, TokenOwner};
use switchboard::store::Backend;
use tokio::time::timeout;

use self::six::Six;
use self::way::Way;
use crate::support::live::{
    CONVERSATION, FEED, FOLLOWED, Follower, Heard, NOTIFICATIONS, Socket, TICKETS, Transport, VIEW, kinds,
};
use crate::support::organisation::EVERYTHING;
use crate::support::{Client, World, both};

both!(
    who_loses_a_channel_is_told_nothing_more_of_it,
    who_gains_a_channel_is_told_of_it_and_reads_views_anew,
    a_token_that_is_no_longer_valid_ends_all_six,
    all_of_a_socket_end_with_its_token,
    one_token_dies_alone,
    without_the_right_to_notes_none_is_told,
    a_token_of_some_channels_is_told_of_them_alone,
    what_is_hidden_is_filtered_like_what_is_unknown,
    nothing_is_an_integrations_own,
);

/// What must be heard by then.
const SOON: Duration = Duration::from_secs(2);
/// What is heard while nothing is to come.
const QUIET: Duration = Duration::from_millis(200);

/// What comes in time.
#[track_caller]
fn soon(follower: &mut Follower) -> impl Future<Output = Heard> {
    let place = std::panic::Location::caller();
    async move {
        let heard = timeout(SOON, follower.hear()).await;
        heard.unwrap_or_else(|_| panic!("nothing came for {SOON:?}, at {place}"))
    }
}

/// The code of the ending that comes in time.
#[track_caller]
fn ended(follower: &mut Follower) -> impl Future<Output = String> {
    let (place, heard) = (std::panic::Location::caller(), soon(follower));
    async move {
        match heard.await {
            Heard::Ended(ended) => {
                assert!(ended.cursor.is_some(), "no cursor, at {place}");
                ended.code
            }
            other => panic!("not an ending but {other:?}, at {place}"),
        }
    }
}

/// The nodes to listen at: this one, and on PostgreSQL another that nobody wakes.
pub async fn nodes(world: &World) -> Vec<(String, Option<App>)> {
    let mut nodes = vec![(world.base.clone(), None)];
    if world.app.service.store.backend() == Backend::Postgres {
        let (base, app) = world.another_node().await;
        nodes.push((base, Some(app)));
    }
    nodes
}

/// Closes what the other node has open.
pub async fn leave(nodes: Vec<(String, Option<App>)>) {
    for app in nodes.into_iter().filter_map(|(_, app)| app) {
        app.service.store.close().await;
    }
}

/// A conversation of the channel that Bea has, and a ticket of it.
async fn hers(world: &World, way: Way) -> [String; 2] {
    let mut mail = world.mail("vera@example.com", "Discretion, please.");
    mail["channelId"] = json!(way.channel(world));
    let id = world.gateway().receive(mail).await.changed().conversation();
    world.assign(&id, &world.organisation().bea.id).await;
    let ticket = world.ticket(json!({ "conversationId": id, "title": "Discreet" })).await;
    [id, ticket]
}

async fn who_loses_a_channel_is_told_nothing_more_of_it(world: &World) {
    let nodes = nodes(world).await;
    for way in Way::ALL {
        for (base, _) in &nodes {
            way.sees(world, true).await;
            let ([hidden, ticket], shown) = (hers(world, way).await, shown(world).await);
            let client = world.client_at(base, &world.organisation().bea.token);
            let mut six = Six::start(world, &client, &hidden).await;
            way.sees(world, false).await;
            assert_eq!(ended(&mut six.conversation).await, "NOT_FOUND", "{way:?}");
            assert_eq!(ended(&mut six.view).await, "ACCESS_CHANGED", "{way:?}");
            world.untrack(&ticket, &hidden).await;
            world.update(&ticket, json!({ "title": "Still discreet" })).await.changed();
            world.ada().mutate("closeConversation", json!({ "conversationId": hidden })).await.changed();
            world.assign(&shown, &world.organisation().bea.id).await;
            for follower in [&mut six.followed, &mut six.feed] {
                let told = follower.next().await;
                assert_eq!(told["conversation"]["id"], shown, "{way:?}");
            }
            assert_eq!(six.notifications.next().await["notification"]["conversation"]["id"], shown, "{way:?}");
            let told = six.tickets.take(2).await;
            assert_eq!((&told[0]["kind"], &told[0]["conversation"]), (&json!("UNLINKED"), &Value::Null), "{way:?}");
            assert_eq!(told[1]["kind"], "UPDATED");
            // Nor can it be followed again, from before or from now.
            for after in [json!(world.cursor_at(0).await), Value::Null] {
                let mut refused =
                    client.follow(Transport::Events, CONVERSATION, json!({ "id": hidden, "after": after })).await;
                assert_eq!(refused.error().await.0, "NOT_FOUND");
            }
        }
        way.sees(world, true).await;
        way.sees(world, matches!(way, Way::Everybody)).await;
    }
    leave(nodes).await;
}

/// A chat, which everybody sees.
async fn shown(world: &World) -> String {
    let visitor = format!("visitor {}", world.last_seq().await);
    world.chatted(&visitor, "Hello").await.conversation()
}

async fn who_gains_a_channel_is_told_of_it_and_reads_views_anew(world: &World) {
    let nodes = nodes(world).await;
    for way in Way::ALL {
        for (base, _) in &nodes {
            way.sees(world, false).await;
            let (shown, client) = (shown(world).await, world.client_at(base, &world.organisation().bea.token));
            let mut six = Six::start(world, &client, &shown).await;
            way.sees(world, true).await;
            assert_eq!(ended(&mut six.view).await, "ACCESS_CHANGED", "{way:?}");
            let [gained, _] = hers(world, way).await;
            for follower in [&mut six.followed, &mut six.feed] {
                assert_eq!(follower.next().await["conversation"]["id"], gained, "{way:?}");
            }
            assert_eq!(six.notifications.next().await["notification"]["conversation"]["id"], gained, "{way:?}");
            world.close(&shown).await;
            let told = six.conversation.next().await;
            assert_eq!((&told["conversation"]["id"], &told["entry"]["kind"]), (&json!(shown), &json!("CLOSED")));
            way.sees(world, matches!(way, Way::Everybody)).await;
        }
    }
    leave(nodes).await;
}

/// A new token of Bea's.
async fn token(world: &World, expires_at: Option<DateTime<Utc>>) -> Client {
    let organisation = world.organisation();
    let new = NewToken {
        name: "passing".to_owned(),
        owner: TokenOwner::Agent(AgentId::parse(&organisation.bea.id).unwrap()),
        scopes: EVERYTHING.into_iter().collect(),
        channels: None,
        expires_at,
    };
    let admin = Actor::Agent(AgentId::parse(&organisation.ada.id).unwrap());
    world.client(&world.app.service.create_token(admin, &ChannelAccess::All, &new).await.unwrap().secret)
}

/// How a token ends.
#[derive(Clone, Copy, Debug)]
enum End {
    Revoked,
    Deactivated,
    Expired,
}

impl End {
    const ALL: [Self; 3] = [Self::Revoked, Self::Deactivated, Self::Expired];

    async fn token(self, world: &World) -> Client {
        let expires_at = matches!(self, Self::Expired).then(|| world.clock.now() + TimeDelta::hours(1));
        token(world, expires_at).await
    }

    async fn comes(self, world: &World, token: &Client) {
        match self {
            Self::Revoked => {
                let input = json!({ "apiTokenId": token.token_id().to_string() });
                world.ada().mutate("revokeApiToken", input).await.done();
            }
            Self::Deactivated => world.deactivate(&world.organisation().bea.id).await,
            Self::Expired => {
                world.clock.advance(TimeDelta::hours(1));
            }
        }
    }

    async fn is_over(self, world: &World) {
        if matches!(self, Self::Deactivated) {
            let input = json!({ "agentId": world.organisation().bea.id });
            world.ada().mutate("reactivateAgent", input).await.changed();
        }
    }
}

async fn a_token_that_is_no_longer_valid_ends_all_six(world: &World) {
    let nodes = nodes(world).await;
    for end in End::ALL {
        for (base, _) in &nodes {
            let (id, token) = (shown(world).await, end.token(world).await);
            let mut six = Six::start(world, &world.client_at(base, token.secret()), &id).await;
            end.comes(world, &token).await;
            for follower in six.all() {
                assert_eq!(ended(follower).await, "UNAUTHENTICATED", "{end:?}");
            }
            end.is_over(world).await;
        }
    }
    leave(nodes).await;
}

async fn all_of_a_socket_end_with_its_token(world: &World) {
    let nodes = nodes(world).await;
    for end in End::ALL {
        for (base, _) in &nodes {
            let (token, after) = (end.token(world).await, world.cursor().await);
            let socket = Socket::open(&world.client_at(base, token.secret())).await;
            let mut followers = Vec::new();
            for document in [FOLLOWED, FEED, NOTIFICATIONS] {
                followers.push(socket.follow(document, json!({ "after": after })).await);
            }
            tokio::time::sleep(QUIET).await;
            end.comes(world, &token).await;
            for follower in &mut followers {
                assert_eq!(ended(follower).await, "UNAUTHENTICATED", "{end:?}");
            }
            end.is_over(world).await;
        }
    }
    leave(nodes).await;
}

async fn one_token_dies_alone(world: &World) {
    let (id, dying) = (shown(world).await, End::Revoked.token(world).await);
    let mut dead = Six::start(world, &dying, &id).await;
    let mut alive = Six::start(world, &world.bea(), &id).await;
    End::Revoked.comes(world, &dying).await;
    for follower in dead.all() {
        assert_eq!(ended(follower).await, "UNAUTHENTICATED");
    }
    world.assign(&id, &world.organisation().bea.id).await;
    for follower in [&mut alive.conversation, &mut alive.followed, &mut alive.feed, &mut alive.view] {
        assert_eq!(follower.next().await["conversation"]["id"], id);
    }
    alive.notifications.next().await;
    alive.tickets.silent(QUIET).await;
}

async fn without_the_right_to_notes_none_is_told(world: &World) {
    let bea = &world.organisation().bea.id;
    let blind = world.client(&world.token(bea, &[Scope::ConversationsRead, Scope::TicketsRead], None).await);
    let id = shown(world).await;
    world.assign(&id, bea).await;
    world.bea().mutate("followConversation", json!({ "conversationId": id })).await.changed();
    let (mut live, mut seeing) = (Six::start(world, &blind, &id).await, Six::start(world, &world.bea(), &id).await);
    let after = world.cursor().await;
    let only = json!({ "kinds": ["NOTE", "NOTE_EDITED", "NOTE_DELETED"], "after": after });
    let mut notes = blind.follow(Transport::WebSocket, FEED, only.clone()).await;
    let mentioned = json!({ "view": "INBOX", "scope": "MENTIONED", "after": after });
    let mut mentions = blind.follow(Transport::WebSocket, VIEW, mentioned.clone()).await;
    let note = json!({ "conversationId": id, "text": "Secret", "mentions": [{ "agentId": bea }] });
    let note = world.carl().mutate("addNote", note).await.changed().text("note.id");
    world.carl().mutate("editNote", json!({ "noteId": note, "text": "Secrets" })).await.changed();
    world.carl().mutate("deleteNote", json!({ "noteId": note })).await.changed();
    world.carl().mutate("setPriority", json!({ "conversationId": id, "priority": "HIGH" })).await.changed();
    let unassign = json!({ "conversationId": id, "assigneeId": world.organisation().carl.id });
    world.ada().mutate("assignConversation", unassign).await.changed();
    let mut replay = Six::after(&blind, &id, &after).await;
    for six in [&mut live, &mut replay] {
        for follower in [&mut six.conversation, &mut six.followed, &mut six.feed] {
            assert_eq!(follower.next().await["entry"]["kind"], "PRIORITIZED");
        }
        assert_eq!(six.notifications.next().await["notification"]["entry"]["kind"], "PRIORITIZED");
    }
    let told = seeing.conversation.take(4).await;
    assert_eq!(kinds(&told), ["NOTE", "NOTE_EDITED", "NOTE_DELETED", "PRIORITIZED"]);
    for follower in [&mut notes, &mut mentions] {
        follower.silent(QUIET).await;
    }
    blind.follow(Transport::Events, FEED, only).await.silent(QUIET).await;
    blind.follow(Transport::Events, VIEW, mentioned).await.silent(QUIET).await;
}

async fn a_token_of_some_channels_is_told_of_them_alone(world: &World) {
    let (robot, chat) = (&world.organisation().robot.id, &*world.organisation().chat);
    let scopes = [Scope::ConversationsRead, Scope::TicketsRead];
    let narrow = world.client(&world.token(robot, &scopes, Some(&[chat])).await);
    let (mailed, chatted) = (world.opened().await, shown(world).await);
    let begin = json!({ "after": world.cursor_at(0).await });
    let mut feed = narrow.follow(Transport::WebSocket, FEED, begin.clone()).await;
    let mut tickets = narrow.follow(Transport::Events, TICKETS, begin).await;
    let mut refused = narrow.follow(Transport::WebSocket, CONVERSATION, json!({ "id": mailed })).await;
    assert_eq!(refused.error().await.0, "NOT_FOUND");
    let ticket = world.ticket(json!({ "conversationId": mailed, "title": "Mailed" })).await;
    world.track(&ticket, &chatted).await;
    world.close(&mailed).await;
    world.close(&chatted).await;
    loop {
        let told = feed.next().await;
        assert_ne!(told["conversation"]["id"], mailed);
        if told["entry"]["kind"] == "CLOSED" {
            break assert_eq!(told["conversation"]["id"], chatted);
        }
    }
    let linked = tickets.take(3).await;
    let of: Vec<[&Value; 2]> = linked.iter().map(|change| [&change["kind"], &change["conversation"]["id"]]).collect();
    let (created, joined) = (json!("CREATED"), json!("LINKED"));
    assert_eq!(of, [[&created, &Value::Null], [&joined, &Value::Null], [&joined, &json!(chatted)]]);
}

async fn what_is_hidden_is_filtered_like_what_is_unknown(world: &World) {
    let (hidden, _) = (world.hidden().await, world.opened().await);
    let vip = &world.organisation().vip;
    for (at, channel) in [&**vip, "channel_01h455vb4pex5vsknk084sn02q", "nonsense"].into_iter().enumerate() {
        let transport = Transport::ALL[at];
        let filter = json!({ "channelIds": [channel] });
        let begin = world.cursor_at(0).await;
        let feed = json!({ "filter": filter, "after": begin });
        let view = json!({ "view": "INBOX", "scope": "ALL", "filter": filter, "after": begin });
        let mut silent =
            [world.bea().follow(transport, FEED, feed.clone()).await, world.bea().follow(transport, VIEW, view).await];
        world
            .ada()
            .mutate("addTags", json!({ "conversationId": hidden, "tagIds": [world.tag(channel).await] }))
            .await
            .changed();
        for follower in &mut silent {
            follower.silent(QUIET).await;
        }
        if channel == vip {
            let told = world.dora().follow(transport, FEED, feed).await.take(2).await;
            assert_eq!(kinds(&told), ["CREATED", "MESSAGE"]);
        }
    }
}

async fn nothing_is_an_integrations_own(world: &World) {
    let id = world.opened().await;
    let begin = world.cursor_at(0).await;
    let mut silent = Vec::new();
    for (at, scope) in ["MINE", "FOLLOWING", "MENTIONED", "CREATED_BY_ME"].into_iter().enumerate() {
        let view = json!({ "view": "INBOX", "scope": scope, "after": begin });
        silent.push(world.robot().follow(Transport::ALL[at % 3], VIEW, view).await);
    }
    for (transport, document) in [(Transport::Events, FOLLOWED), (Transport::Parts, NOTIFICATIONS)] {
        silent.push(world.robot().follow(transport, document, json!({ "after": begin })).await);
    }
    let (bea, mail) = (&world.organisation().bea.id, &world.organisation().mail);
    world.assign(&id, bea).await;
    let note = json!({ "conversationId": id, "text": "Look", "mentions": [{ "agentId": bea }] });
    world.robot().mutate("addNote", note).await.changed();
    let begun =
        json!({ "channelId": mail, "customer": { "email": "wim@example.com" }, "text": "Hello", "subject": "Hello" });
    world.robot().mutate("startConversation", begun).await.changed();
    for follower in &mut silent {
        follower.silent(QUIET).await;
    }
}
