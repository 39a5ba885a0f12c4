//! The feeds, live (semantics §9, §14): they tell what the pull feed tells, whether it was before or comes now.

use std::collections::BTreeSet;
use std::time::Duration;

use entity::enums::{EventKind, Scope};
use entity::event;
use entity::ids::AgentId;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};
use switchboard::domain::facets::Facets;

use crate::support::bustle::Bustle;
use crate::support::client::document;
use crate::support::dice::Dice;
use crate::support::live::{FEED, FOLLOWED, Heard, Socket, Transport, kinds, seq};
use crate::support::{Client, World, both};

both!(
    the_stream_tells_what_the_pull_feed_tells,
    what_a_feed_cannot_tell_is_refused,
    a_long_replay_goes_over_into_what_comes_without_a_gap,
    following_is_judged_as_of_the_entry,
    integrations_follow_nothing,
    what_becomes_hidden_is_no_longer_told,
    without_the_scope_feeds_are_forbidden,
);

const PULL: &str = "query($after: EventCursor, $kinds: [TimelineKind!], $filter: ConversationFilter) {
    conversationChanges(after: $after, first: 100, kinds: $kinds, filter: $filter) {
        nodes { cursor entry { id } } endCursor hasMore } }";
/// What is done at random.
const DEEDS: usize = 80;

/// Position and id of each entry that the pull feed tells.
async fn pulled(client: &Client, filter: &Value, kinds: &Value) -> Vec<(String, String)> {
    let (mut told, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = client.query(PULL, json!({ "after": after, "filter": filter, "kinds": kinds })).await.ok();
        let cursors = page.texts("conversationChanges.nodes", "cursor");
        told.extend(cursors.into_iter().zip(page.texts("conversationChanges.nodes", "entry.id")));
        after = page.at("conversationChanges.endCursor").clone();
        if page.at("conversationChanges.hasMore") == false {
            return told;
        }
    }
}

/// Something of each sort that filters can name.
fn filters(world: &World, bustle: &Bustle) -> Vec<(Value, Value)> {
    let organisation = world.organisation();
    let all = Value::Null;
    vec![
        (all.clone(), all.clone()),
        (all.clone(), json!(["MESSAGE", "CLOSED", "NOTE"])),
        (all.clone(), json!([])),
        (json!({ "states": ["CLOSED", "SNOOZED"] }), all.clone()),
        (json!({ "channelIds": [organisation.vip] }), all.clone()),
        (json!({ "channelKinds": ["CHAT"] }), json!(["MESSAGE"])),
        (json!({ "priorities": ["HIGH", "URGENT"] }), all.clone()),
        (json!({ "withoutPriority": true }), all.clone()),
        (json!({ "assigneeIds": [organisation.bea.id, organisation.carl.id] }), all.clone()),
        (json!({ "teamIds": [organisation.support] }), all.clone()),
        (json!({ "unassigned": true }), all.clone()),
        (json!({ "tags": { "hasAny": bustle.tags[..2], "hasNone": [bustle.tags[2]] } }), all.clone()),
        (json!({ "followedBy": organisation.bea.id }), all.clone()),
        (json!({ "waiting": false }), all.clone()),
        (json!({ "ticketIds": bustle.tickets }), all.clone()),
        (json!({ "updatedAfter": "2026-01-05T09:00:40Z" }), all.clone()),
        (json!({ "createdBefore": "2026-01-05T09:00:40Z", "unreadOnly": false }), all),
    ]
}

async fn the_stream_tells_what_the_pull_feed_tells(world: &World) {
    let mut dice = Dice::new();
    let mut bustle = Bustle::begin(world, 6).await;
    let begin = world.cursor_at(0).await;
    let clients = [world.bea(), world.dora(), world.gateway(), world.robot()];
    let filters = filters(world, &bustle);
    let mut live = Vec::new();
    for client in &clients {
        let socket = Socket::open(client).await;
        for (filter, kinds) in &filters {
            let variables = json!({ "filter": filter, "kinds": kinds, "after": begin });
            live.push((client, filter, kinds, socket.follow(FEED, variables).await));
        }
    }
    for _ in 0..DEEDS {
        let deed = bustle.draw(world.organisation(), &mut dice);
        let answer = world.client(&deed.by.token).query(&document(deed.mutation), json!({ "input": deed.input })).await;
        bustle.learn(&answer.ok());
        world.clock.advance(chrono::TimeDelta::seconds(1));
    }
    let mut told = 0;
    for (client, filter, kinds, mut follower) in live {
        let expected = pulled(client, filter, kinds).await;
        told += expected.len();
        let variables = json!({ "filter": filter, "kinds": kinds, "after": begin });
        let transport = dice.one_of(&Transport::ALL);
        let mut replay = client.follow(transport, FEED, variables).await;
        for follower in [&mut follower, &mut replay] {
            let heard = follower.take(expected.len()).await;
            let heard = heard.iter().map(|change| (text(&change["cursor"]), text(&change["entry"]["id"])));
            assert_eq!(heard.collect::<Vec<_>>(), expected, "{filter} {kinds}");
        }
        follower.silent(Duration::from_millis(5)).await;
        replay.complete().await;
    }
    assert!(told > 10 * DEEDS, "{told} told");
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

async fn what_a_feed_cannot_tell_is_refused(world: &World) {
    for transport in Transport::ALL {
        for filter in
            [json!({ "unreadOnly": true }), json!({ "search": "order" }), json!({ "states": vec!["OPEN"; 101] })]
        {
            let mut refused = world.bea().follow(transport, FEED, json!({ "filter": filter })).await;
            assert_eq!(refused.error().await.0, "BAD_REQUEST", "{filter}");
        }
    }
}

async fn a_long_replay_goes_over_into_what_comes_without_a_gap(world: &World) {
    let begin = world.cursor_at(0).await;
    world.laden(&world.organisation().bea.id, 600).await;
    let mut followers = Vec::new();
    let id = world.opened().await;
    // While they replay, it goes on.
    for at in 0..30 {
        for transport in Transport::ALL.iter().filter(|_| at % 5 == 0) {
            followers.push(world.bea().follow(*transport, FEED, json!({ "after": begin })).await);
        }
        let input = json!({ "conversationId": id, "subject": format!("Subject {at}") });
        world.bea().mutate("updateConversation", input).await.changed();
    }
    let expected = pulled(&world.bea(), &Value::Null, &Value::Null).await;
    assert_eq!(expected.len(), 1_200 + 2 + 30);
    for follower in &mut followers {
        let heard = follower.take(expected.len()).await;
        let heard = heard.iter().map(|change| (text(&change["cursor"]), text(&change["entry"]["id"])));
        assert!(heard.eq(expected.iter().cloned()));
    }
    world.close(&id).await;
    for follower in &mut followers {
        assert_eq!(follower.next().await["entry"]["kind"], "CLOSED");
    }
}

/// The ids of the entries after which an agent followed the conversation or had it, by the log.
async fn followed(world: &World, agent: &str, hidden: &str) -> Vec<String> {
    let (rows, agent) = (world.rows().await, AgentId::parse(agent).unwrap());
    let log = event::Entity::find().order_by_asc(event::Column::Seq).all(&rows).await.unwrap();
    rows.close().await.unwrap();
    let its = log.into_iter().filter(|row| row.conversation_id.is_some()).filter(|row| {
        let after: Facets = serde_json::from_value(row.payload["after"].clone()).unwrap();
        (after.followers.contains(&agent) || after.assignee == Some(agent)) && after.channel.to_string() != hidden
    });
    its.map(|row| match row.kind {
        EventKind::Message => format!("message_{}", row.id.to_string().split('_').nth(1).unwrap()),
        EventKind::Note => format!("note_{}", row.id.to_string().split('_').nth(1).unwrap()),
        _ => row.id.to_string(),
    })
    .collect()
}

async fn following_is_judged_as_of_the_entry(world: &World) {
    let mut dice = Dice::new();
    let mut bustle = Bustle::begin(world, 6).await;
    let begin = world.cursor_at(0).await;
    let mut live = world.bea().follow(Transport::WebSocket, FOLLOWED, json!({ "after": begin })).await;
    let mut expected = Vec::new();
    // Chance may leave her out for long, not for ever.
    for _ in 0..20 {
        for _ in 0..2 * DEEDS {
            let deed = bustle.draw(world.organisation(), &mut dice);
            let client = world.client(&deed.by.token);
            bustle.learn(&client.query(&document(deed.mutation), json!({ "input": deed.input })).await.ok());
        }
        expected = followed(world, &world.organisation().bea.id, &world.organisation().vip).await;
        if expected.len() > 10 {
            break;
        }
    }
    assert!(expected.len() > 10, "{expected:?}");
    let mut replay = world.bea().follow(Transport::Events, FOLLOWED, json!({ "after": begin })).await;
    for follower in [&mut live, &mut replay] {
        let heard = follower.take(expected.len()).await;
        assert_eq!(heard.iter().map(|change| text(&change["entry"]["id"])).collect::<Vec<_>>(), expected);
        follower.silent(Duration::from_millis(100)).await;
    }
}

async fn integrations_follow_nothing(world: &World) {
    let begin = world.cursor_at(0).await;
    let mut follower = world.robot().follow(Transport::WebSocket, FOLLOWED, json!({ "after": begin })).await;
    let id = world.opened().await;
    world.assign(&id, &world.organisation().bea.id).await;
    follower.silent(Duration::from_millis(300)).await;
}

async fn what_becomes_hidden_is_no_longer_told(world: &World) {
    let (bea, begin) = (&world.organisation().bea.id, world.cursor_at(0).await);
    world.belongs_to_vip(bea, true).await;
    let (shown, hidden) = (world.opened().await, world.hidden().await);
    let mut follower = world.bea().follow(Transport::WebSocket, FEED, json!({ "after": begin })).await;
    assert_eq!(kinds(&follower.take(4).await), ["CREATED", "MESSAGE", "CREATED", "MESSAGE"]);
    world.belongs_to_vip(bea, false).await;
    world.close(&hidden).await;
    world.close(&shown).await;
    // It may end there, or go on with what is left; what is hidden is never told.
    let told = loop {
        match follower.heard().await {
            Heard::Next(result) => break result["data"]["conversationsChanged"].clone(),
            Heard::Ended(ended) => {
                let after = json!({ "after": ended.cursor.unwrap() });
                follower = world.bea().follow(Transport::WebSocket, FEED, after).await;
            }
            Heard::Gone(code) => panic!("gone: {code:?}"),
        }
    };
    assert_eq!((&told["conversation"]["id"], &told["entry"]["kind"]), (&json!(shown), &json!("CLOSED")));
    assert!(seq(&told["cursor"]) > 0);
    let mut replay = world.bea().follow(Transport::WebSocket, FEED, json!({ "after": world.cursor_at(0).await })).await;
    let of: BTreeSet<String> = replay.take(3).await.iter().map(|change| text(&change["conversation"]["id"])).collect();
    assert_eq!(of, BTreeSet::from([shown]), "nor is what was before");
}

async fn without_the_scope_feeds_are_forbidden(world: &World) {
    let narrow = world.client(&world.token(&world.organisation().robot.id, &[Scope::TicketsRead], None).await);
    for document in [FEED, FOLLOWED] {
        let mut refused = narrow.follow(Transport::WebSocket, document, json!({})).await;
        assert_eq!(refused.error().await.0, "FORBIDDEN");
    }
}
