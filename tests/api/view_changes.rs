//! Who applies what `viewChanged` tells holds exactly what a fresh query returns, whatever happens (semantics §2, §9).

mod kept;

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use entity::enums::Scope;
use futures_util::future::join_all;
use serde_json::{Value, json};
use switchboard::scheduler::run_due;

use crate::support::bustle::Bustle;
use crate::support::client::document;
use crate::support::dice::Dice;
use crate::support::live::{Socket, Transport, VIEW};
use crate::support::{Client, World, both};

use kept::{Kept, Question};

both!(
    a_view_that_is_followed_is_what_a_fresh_query_returns,
    what_enters_changes_and_leaves_is_told_as_such,
    a_change_of_the_viewers_own_access_ends_it,
    what_a_moment_does_not_tell_is_refused,
    personal_scopes_of_integrations_stay_empty,
);

/// Mutations and strokes of the clock; more at full size.
const DEEDS: [usize; 2] = [100, 500];
/// Between two comparisons.
const EVERY: usize = 20;

const VIEWS: [&str; 5] = ["INBOX", "SNOOZED", "HISTORY", "SPAM", "ALL"];
const SCOPES: [&str; 6] = ["MINE", "UNASSIGNED", "FOLLOWING", "MENTIONED", "CREATED_BY_ME", "ALL"];

fn deeds() -> usize {
    DEEDS[usize::from(std::env::var_os("SWITCHBOARD_FULL_SIZE").is_some())]
}

/// Each view and scope, and filters of each sort.
fn questions(world: &World, bustle: &Bustle) -> Vec<Question> {
    let organisation = world.organisation();
    let mut questions = Vec::new();
    for view in VIEWS {
        questions.extend(SCOPES.map(|scope| Question { view, scope, filter: Value::Null }));
    }
    let soon = json!(world.clock.now() + TimeDelta::minutes(30));
    let filters = [
        json!({ "tags": { "hasAny": [bustle.tags[0], bustle.tags[1]] } }),
        json!({ "tags": { "hasNone": [bustle.tags[0]], "hasAll": [bustle.tags[2]] } }),
        json!({ "priorities": ["HIGH", "URGENT"] }),
        json!({ "withoutPriority": true, "unassigned": true }),
        json!({ "waiting": true }),
        json!({ "updatedAfter": soon }),
        json!({ "createdBefore": soon, "channelKinds": ["CHAT"] }),
        json!({ "createdAfter": soon }),
        json!({ "ticketIds": bustle.tickets }),
        json!({ "followedBy": organisation.carl.id }),
        json!({ "assigneeIds": [organisation.bea.id, organisation.carl.id] }),
        json!({ "teamIds": [organisation.support] }),
        json!({ "states": ["OPEN", "CLOSED"], "channelIds": [organisation.mail] }),
        json!({ "unreadOnly": false, "channelIds": [] }),
    ];
    for filter in filters {
        let view = if questions.len().is_multiple_of(2) { "INBOX" } else { "ALL" };
        questions.push(Question { view, scope: "ALL", filter });
    }
    questions
}

async fn a_view_that_is_followed_is_what_a_fresh_query_returns(world: &World) {
    let (mut dice, begun) = (Dice::new(), Instant::now());
    let mut bustle = Bustle::begin(world, 8).await;
    let organisation = world.organisation();
    // Without the rights to notes and tickets, what they say isn't there.
    let narrow = world.client(&world.token(&organisation.bea.id, &[Scope::ConversationsRead], None).await);
    let clients = [world.bea(), world.dora(), world.robot(), narrow];
    let mut kept = Vec::new();
    for (at, client) in clients.iter().enumerate() {
        let socket = Socket::open(client).await;
        // Everything for one; for the others a part, another each time.
        for question in questions(world, &bustle).into_iter().filter(|_| at == 0 || dice.falls(30)) {
            kept.push(Kept::begin(client, &socket, question).await);
        }
    }
    for at in 1..=deeds() {
        match dice.below(30) {
            0 => world.pass(dice.span(TimeDelta::minutes(1)..TimeDelta::hours(12))).await,
            1 => leave_or_join(world, &organisation.carl.id, &mut dice).await,
            2 => come_or_go(world, &organisation.carl.id).await,
            _ => {
                let deed = bustle.draw(organisation, &mut dice);
                let client = world.client(&deed.by.token);
                let answer = client.query(&document(deed.mutation), json!({ "input": deed.input })).await;
                // Carl may be gone.
                if answer.status == 200 {
                    bustle.learn(&answer.ok());
                }
            }
        }
        world.clock.advance(dice.span(TimeDelta::seconds(1)..TimeDelta::minutes(1)));
        if at % EVERY == 0 {
            run_due(&world.app.service).await.unwrap();
            join_all(kept.iter_mut().map(Kept::is_what_a_query_returns)).await;
        }
    }
    let changes: usize = kept.iter().map(|kept| kept.changes).sum();
    assert!(changes > 3 * deeds(), "{changes} changes");
    println!("{} deeds, {} views, {changes} changes, {:.1?}", deeds(), kept.len(), begun.elapsed());
}

/// An agent is of the team or not: what they had through it is somebody's to take.
async fn leave_or_join(world: &World, agent: &str, dice: &mut Dice) {
    let organisation = world.organisation();
    let members = if dice.falls(50) { vec![&*organisation.bea.id, agent] } else { vec![&*organisation.bea.id] };
    world.ada().mutate("updateTeam", json!({ "teamId": organisation.support, "memberIds": members })).await.ok();
    run_due(&world.app.service).await.unwrap();
}

/// An agent is deactivated for a while.
async fn come_or_go(world: &World, agent: &str) {
    for mutation in ["deactivateAgent", "reactivateAgent"] {
        world.ada().mutate(mutation, json!({ "agentId": agent })).await.ok();
        run_due(&world.app.service).await.unwrap();
    }
}

async fn what_enters_changes_and_leaves_is_told_as_such(world: &World) {
    let after = world.cursor().await;
    for transport in Transport::ALL {
        let after = if transport == Transport::WebSocket { after.clone() } else { world.cursor().await };
        let variables = json!({ "view": "INBOX", "scope": "UNASSIGNED", "after": after });
        let mut follower = world.bea().follow(transport, VIEW, variables.clone()).await;
        let id = world.opened().await;
        let it = json!({ "conversationId": id });
        world.bea().mutate("addNote", json!({ "conversationId": id, "text": "Hm" })).await.changed();
        world.assign(&id, &world.organisation().bea.id).await;
        world.close(&id).await;
        world.bea().mutate("assignConversation", json!({ "conversationId": id, "assigneeId": null })).await.changed();
        world.bea().mutate("reopenConversation", it).await.changed();
        world.close(&id).await;
        let told = ["ENTERED", "UPDATED", "UPDATED", "LEFT", "ENTERED", "LEFT"];
        let mut replay = world.bea().follow(transport, VIEW, variables).await;
        for follower in [&mut follower, &mut replay] {
            let heard = follower.take(told.len()).await;
            assert_eq!(heard.iter().map(|change| change["kind"].as_str().unwrap()).collect::<Vec<_>>(), told);
            assert!(heard.iter().all(|change| change["conversation"]["id"] == id));
        }
        follower.silent(Duration::from_millis(100)).await;
    }
}

async fn a_change_of_the_viewers_own_access_ends_it(world: &World) {
    let bea = &world.organisation().bea.id;
    let ask = async |client: &Client, transport| {
        let variables = json!({ "view": "ALL", "scope": "ALL", "after": world.cursor().await });
        client.follow(transport, VIEW, variables).await
    };
    for transport in Transport::ALL {
        for belongs in [true, false] {
            let mut hers = ask(&world.bea(), transport).await;
            let mut carls = ask(&world.carl(), transport).await;
            // What changes while a view is being opened may end it too often rather than too rarely: both are open from here on.
            let id = world.opened().await;
            for follower in [&mut hers, &mut carls] {
                // Its beginning and its first message.
                for change in follower.take(2).await {
                    assert_eq!(change["conversation"]["id"], id);
                }
            }
            let begun = Instant::now();
            world.belongs_to_vip(bea, belongs).await;
            let (code, cursor) = hers.error().await;
            assert_eq!(code, "ACCESS_CHANGED");
            assert!(cursor.is_some() && begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
            let id = world.opened().await;
            assert_eq!(carls.next().await["conversation"]["id"], id, "nobody else's ends");
        }
    }
}

async fn what_a_moment_does_not_tell_is_refused(world: &World) {
    for transport in Transport::ALL {
        for filter in [json!({ "unreadOnly": true }), json!({ "search": "order" })] {
            let variables = json!({ "view": "ALL", "scope": "ALL", "filter": filter });
            let mut refused = world.bea().follow(transport, VIEW, variables).await;
            assert_eq!(refused.error().await.0, "BAD_REQUEST", "{filter}");
        }
    }
    let narrow = world.client(&world.token(&world.organisation().robot.id, &[Scope::TicketsRead], None).await);
    let mut refused = narrow.follow(Transport::WebSocket, VIEW, json!({ "view": "ALL", "scope": "ALL" })).await;
    assert_eq!(refused.error().await.0, "FORBIDDEN");
}

async fn personal_scopes_of_integrations_stay_empty(world: &World) {
    let (robot, after) = (world.robot(), world.cursor().await);
    let mut followers = Vec::new();
    for scope in ["MINE", "FOLLOWING", "MENTIONED", "CREATED_BY_ME"] {
        let variables = json!({ "view": "ALL", "scope": scope, "after": after });
        followers.push(robot.follow(Transport::WebSocket, VIEW, variables).await);
    }
    let id = world.opened().await;
    world.assign(&id, &world.organisation().bea.id).await;
    world.robot().mutate("addNote", json!({ "conversationId": id, "text": "Look, @support" })).await.changed();
    for follower in &mut followers {
        follower.silent(Duration::from_millis(100)).await;
    }
}
