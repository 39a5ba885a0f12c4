//! What a resolved ticket brings back: closed conversations reopen, snoozed ones wake, where the link says so (semantics §11.2).

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Answer, World, both};

both!(
    a_closed_conversation_reopens_and_says_why,
    a_snoozed_conversation_wakes_and_says_why,
    spam_and_open_ones_only_hear_of_it,
    what_is_linked_otherwise_stays_closed,
    only_resolving_brings_back,
    it_may_happen_again,
    what_the_resolver_cannot_see_comes_back_too,
    the_assignee_is_judged_when_it_reopens,
    it_is_handed_out_when_it_reopens,
    several_of_one_team_are_handed_out_in_turn,
    nobody_gets_more_than_their_capacity,
    the_least_busy_are_counted_anew_for_each,
    a_reopened_conversation_counts_for_its_assignee,
    it_is_closed_by_time_from_then_on,
    its_snooze_does_not_come_to_its_end_any_more,
    assignee_and_followers_hear_of_it,
);

/// The entries of the answer that are of this conversation: kind and why.
fn told(answer: &Answer, id: &str) -> Vec<(String, String)> {
    let entries = answer.get("entries").as_array().unwrap().iter().filter(|entry| entry["conversation"]["id"] == id);
    let why = |entry: &Value| {
        ["reopenReason", "wakeReason", "assignReason", "toStatus"]
            .iter()
            .find_map(|field| entry[field].as_str().map(str::to_owned))
    };
    entries.map(|entry| (entry["kind"].as_str().unwrap().to_owned(), why(entry).unwrap_or_default())).collect()
}

fn entry(kind: &str, why: &str) -> (String, String) {
    (kind.to_owned(), why.to_owned())
}

fn resolved() -> (String, String) {
    entry("TICKET_CHANGED", "RESOLVED")
}

/// A ticket that brings these back.
async fn bringing_back(world: &World, conversations: &[&String]) -> String {
    let ticket = world.a_ticket("Zip").await;
    for id in conversations {
        world.link(&ticket, id, true).await;
    }
    ticket
}

async fn a_closed_conversation_reopens_and_says_why(world: &World) {
    let id = world.closed().await;
    let ticket = bringing_back(world, &[&id]).await;
    world.clock.advance(TimeDelta::hours(1));
    let done = world.resolve(&ticket).await;
    assert_eq!(told(&done, &id), [resolved(), entry("REOPENED", "TICKET_RESOLVED")]);
    for entry in done.get("entries").as_array().unwrap() {
        assert_eq!(entry["cause"], json!({ "depth": 1, "ticket": { "id": ticket } }));
        assert_eq!(entry["actor"]["displayName"], "Robot");
    }
    let now = world.ada().conversation(&id).await;
    assert_eq!((&now["state"], &now["closedAt"], &now["closeReason"]), (&json!("OPEN"), &Value::Null, &Value::Null));
    assert_eq!(now["lastActivityAt"], "2026-01-05T10:00:00Z", "reopening is activity");
    assert_eq!(now["waitingSince"], Value::Null, "the customer hasn't written");
    assert_eq!(done.get("ticket.version"), 3);
}

async fn a_snoozed_conversation_wakes_and_says_why(world: &World) {
    let [timed, waiting, stays] = [world.opened().await, world.opened().await, world.opened().await];
    world.snooze(&timed, json!({ "preset": "TOMORROW_MORNING" })).await;
    world.snooze(&waiting, json!({ "customerReplies": true })).await;
    let deaf = json!({ "conversationId": stays, "until": { "after": "PT5H" }, "wakeOnReply": false });
    world.bea().mutate("snoozeConversation", deaf).await.changed();
    let done = world.resolve(&bringing_back(world, &[&timed, &waiting, &stays]).await).await;
    for id in [&timed, &waiting, &stays] {
        assert_eq!(told(&done, id), [resolved(), entry("WOKEN", "TICKET_RESOLVED")]);
        let now = world.ada().conversation(id).await;
        assert_eq!((&now["state"], &now["snooze"]), (&json!("OPEN"), &Value::Null));
    }
}

async fn spam_and_open_ones_only_hear_of_it(world: &World) {
    let [open, spam, over_closed, over_asleep] =
        [world.opened().await, world.spam().await, world.closed().await, world.opened().await];
    world.snooze(&over_asleep, json!({ "preset": "TOMORROW_MORNING" })).await;
    for id in [&over_closed, &over_asleep] {
        world.bea().mutate("markAsSpam", json!({ "conversationId": id })).await.changed();
    }
    let all = [&open, &spam, &over_closed, &over_asleep];
    let ticket = bringing_back(world, &all).await;
    let before = world.ada().conversation(&open).await;
    let done = world.resolve(&ticket).await;
    for id in all {
        assert_eq!(told(&done, id), [resolved()]);
    }
    assert_eq!(world.ada().conversation(&open).await["lastActivityAt"], before["lastActivityAt"]);
    for (id, state) in [(over_closed, "CLOSED"), (over_asleep, "SNOOZED")] {
        let restored = world.bea().mutate("restoreFromSpam", json!({ "conversationId": id })).await.changed();
        assert_eq!(restored.get("conversation.state"), state, "underneath nothing moved");
    }
}

async fn what_is_linked_otherwise_stays_closed(world: &World) {
    let [back, stays] = [world.closed().await, world.mailed("yan@example.com", "Hi").await.conversation()];
    world.close(&stays).await;
    let ticket = world.a_ticket("Zip").await;
    world.link(&ticket, &back, false).await;
    world.link(&ticket, &stays, true).await;
    // What was said last counts.
    world.link(&ticket, &back, true).await;
    world.link(&ticket, &stays, false).await;
    let done = world.resolve(&ticket).await;
    assert_eq!(told(&done, &stays), [resolved()]);
    assert_eq!(told(&done, &back).len(), 2);
}

async fn only_resolving_brings_back(world: &World) {
    let id = world.closed().await;
    let ticket = bringing_back(world, &[&id]).await;
    let moved = world.update(&ticket, json!({ "status": "IN_PROGRESS" })).await.changed();
    assert_eq!(told(&moved, &id), [entry("TICKET_CHANGED", "IN_PROGRESS")]);
    world.resolve(&ticket).await;
    world.close(&id).await;
    let moved = world.update(&ticket, json!({ "status": "OPEN" })).await.changed();
    assert_eq!(told(&moved, &id), [entry("TICKET_CHANGED", "OPEN")]);
    assert_eq!(world.ada().conversation(&id).await["state"], "CLOSED");
}

async fn it_may_happen_again(world: &World) {
    let id = world.closed().await;
    let ticket = bringing_back(world, &[&id]).await;
    for _ in 0..3 {
        assert_eq!(told(&world.resolve(&ticket).await, &id).len(), 2);
        world.update(&ticket, json!({ "status": "OPEN" })).await.changed();
        world.close(&id).await;
    }
}

async fn what_the_resolver_cannot_see_comes_back_too(world: &World) {
    let hidden = world.hidden().await;
    world.close(&hidden).await;
    let ticket = world.a_ticket("Zip").await;
    let link = json!({ "ticketId": ticket, "conversationId": hidden, "reopenOnResolve": true });
    world.dora().mutate("linkTicket", link).await.changed();
    let done = world.bea().mutate("updateTicket", json!({ "ticketId": ticket, "status": "RESOLVED" })).await.changed();
    assert_eq!(done.kinds(), Vec::<String>::new());
    assert_eq!(world.dora().conversation(&hidden).await["state"], "OPEN");
    let document = "query($id: ID!) { conversation(id: $id) { timeline(last: 1) { nodes { kind actor { displayName } cause { depth ticket { title } } } } } }";
    let last = world.dora().query(document, json!({ "id": hidden })).await.ok();
    let reopened = json!([{ "kind": "REOPENED", "actor": { "displayName": "bea" }, "cause": { "depth": 1, "ticket": { "title": "Zip" } } }]);
    assert_eq!(last.at("conversation.timeline.nodes"), &reopened);
}

async fn the_assignee_is_judged_when_it_reopens(world: &World) {
    let organisation = world.organisation();
    let [kept, lost] = [world.opened().await, world.opened().await];
    world.assign(&kept, &organisation.bea.id).await;
    world.assign(&lost, &organisation.carl.id).await;
    for id in [&kept, &lost] {
        world.close(id).await;
    }
    world.away(&organisation.carl.id).await;
    let done = world.resolve(&bringing_back(world, &[&kept, &lost]).await).await;
    let reopened = entry("REOPENED", "TICKET_RESOLVED");
    assert_eq!(told(&done, &kept), [resolved(), reopened.clone()]);
    assert_eq!(told(&done, &lost), [resolved(), reopened, entry("ASSIGNED", "REOPENED")]);
    assert_eq!(world.holder(&kept).await[0].as_deref(), Some(&*organisation.bea.id));
    assert_eq!(world.holder(&lost).await, [None, None]);
    // On a channel they no longer see, nobody keeps it.
    let hidden = world.hidden().await;
    world.belongs_to_vip(&organisation.bea.id, true).await;
    world.assign(&hidden, &organisation.bea.id).await;
    world.close(&hidden).await;
    world.belongs_to_vip(&organisation.bea.id, false).await;
    let ticket = world.a_ticket("Zip").await;
    let link = json!({ "ticketId": ticket, "conversationId": hidden, "reopenOnResolve": true });
    world.robot().mutate("linkTicket", link).await.changed();
    let done = world.resolve(&ticket).await;
    assert_eq!(told(&done, &hidden).last(), Some(&entry("ASSIGNED", "REOPENED")));
}

/// Closed conversations of Support without an agent, while nobody hands anything out.
async fn of_support(world: &World, many: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for at in 0..many {
        let id = world.mailed(&format!("yan{at}@example.com"), "Hi").await.conversation();
        world.give(&id, &world.organisation().support).await;
        world.close(&id).await;
        ids.push(id);
    }
    ids.sort();
    ids
}

async fn hands_out(world: &World, mode: &str) {
    let input = json!({ "teamId": world.organisation().support, "autoAssignment": mode });
    world.ada().mutate("updateTeam", input).await.changed();
}

/// Support's members in the order of their turns.
fn members(world: &World) -> [String; 2] {
    let mut members = [world.organisation().bea.id.clone(), world.organisation().carl.id.clone()];
    members.sort();
    members
}

/// Who has each of them.
async fn holders(world: &World, ids: &[String]) -> Vec<Option<String>> {
    let mut holders = Vec::new();
    for id in ids {
        holders.push(world.holder(id).await[0].clone());
    }
    holders
}

async fn it_is_handed_out_when_it_reopens(world: &World) {
    let ids = of_support(world, 1).await;
    hands_out(world, "ROUND_ROBIN").await;
    let ticket = bringing_back(world, &[&ids[0]]).await;
    let done = world.resolve(&ticket).await;
    let told = told(&done, &ids[0]);
    assert_eq!(told, [resolved(), entry("REOPENED", "TICKET_RESOLVED"), entry("ASSIGNED", "AUTO_ASSIGNED")]);
    assert_eq!(done.get("entries.2.cause.ticket.id"), &json!(ticket));
    assert_eq!(done.get("entries.2.toAgent.id"), &json!(members(world)[0]));
    // The turn was kept.
    let next = world.opened().await;
    world.give(&next, &world.organisation().support).await;
    assert_eq!(world.holder(&next).await[0].as_ref(), Some(&members(world)[1]));
}

async fn several_of_one_team_are_handed_out_in_turn(world: &World) {
    let ids = of_support(world, 5).await;
    hands_out(world, "ROUND_ROBIN").await;
    world.resolve(&bringing_back(world, &ids.iter().collect::<Vec<_>>()).await).await;
    let [first, second] = members(world);
    let turns = [&first, &second, &first, &second, &first].map(|member| Some(member.clone()));
    assert_eq!(holders(world, &ids).await, turns, "in the order of their ids");
}

async fn nobody_gets_more_than_their_capacity(world: &World) {
    let ids = of_support(world, 5).await;
    let [first, second] = members(world);
    for (agent, capacity) in [(&first, 2), (&second, 1)] {
        world.ada().mutate("updateAgent", json!({ "agentId": agent, "capacity": capacity })).await.changed();
    }
    let other = world.opened().await;
    world.assign(&other, &first).await;
    hands_out(world, "ROUND_ROBIN").await;
    world.resolve(&bringing_back(world, &ids.iter().collect::<Vec<_>>()).await).await;
    // One free place each; the others stay with the team.
    assert_eq!(holders(world, &ids).await, [Some(first), Some(second), None, None, None]);
    assert_eq!(world.holder(&ids[4]).await[1].as_ref(), Some(&world.organisation().support));
}

async fn the_least_busy_are_counted_anew_for_each(world: &World) {
    let ids = of_support(world, 4).await;
    let [first, second] = members(world);
    for _ in 0..2 {
        let id = world.opened().await;
        world.assign(&id, &first).await;
    }
    hands_out(world, "LEAST_BUSY").await;
    world.resolve(&bringing_back(world, &ids.iter().collect::<Vec<_>>()).await).await;
    let given = [&second, &second, &first, &second].map(|member| Some(member.clone()));
    assert_eq!(holders(world, &ids).await, given, "two and none, then two and two, then in turn");
}

async fn a_reopened_conversation_counts_for_its_assignee(world: &World) {
    let [first, second] = members(world);
    // The one that comes back to the first is decided before the one that is handed out.
    let back = world.opened().await;
    world.assign(&back, &first).await;
    world.close(&back).await;
    let waking = world.opened().await;
    world.assign(&waking, &second).await;
    world.snooze(&waking, json!({ "preset": "TOMORROW_MORNING" })).await;
    world.clock.advance(TimeDelta::seconds(1));
    let free = of_support(world, 1).await.remove(0);
    for agent in [&first, &second] {
        world.ada().mutate("updateAgent", json!({ "agentId": agent, "capacity": 1 })).await.changed();
    }
    hands_out(world, "ROUND_ROBIN").await;
    assert!(back < free && waking < free);
    world.resolve(&bringing_back(world, &[&back, &waking, &free]).await).await;
    assert_eq!(world.holder(&free).await[0], None, "both have their one");
}

async fn it_is_closed_by_time_from_then_on(world: &World) {
    let id = world.closed().await;
    let ticket = bringing_back(world, &[&id]).await;
    world.clock.advance(TimeDelta::days(30));
    world.resolve(&ticket).await;
    world.pass(TimeDelta::days(7) - TimeDelta::seconds(1)).await;
    assert_eq!(world.ada().conversation(&id).await["state"], "OPEN");
    world.pass(TimeDelta::seconds(1)).await;
    let closed = world.ada().conversation(&id).await;
    assert_eq!((&closed["state"], &closed["closeReason"]), (&json!("CLOSED"), &json!("AUTO_CLOSED")));
}

async fn its_snooze_does_not_come_to_its_end_any_more(world: &World) {
    let id = world.opened().await;
    world.snooze(&id, json!({ "after": "PT5H" })).await;
    world.resolve(&bringing_back(world, &[&id]).await).await;
    world.pass(TimeDelta::days(1)).await;
    let woken = world.ada().timeline(&id).await.iter().filter(|kind| *kind == "WOKEN").count();
    assert_eq!(woken, 1);
    // Awake since then, it is closed a week after.
    world.pass(TimeDelta::days(6)).await;
    assert_eq!(world.ada().conversation(&id).await["state"], "CLOSED");
}

async fn assignee_and_followers_hear_of_it(world: &World) {
    let organisation = world.organisation();
    let id = world.opened().await;
    world.assign(&id, &organisation.carl.id).await;
    world.bea().mutate("followConversation", json!({ "conversationId": id })).await.changed();
    world.close(&id).await;
    let ticket = bringing_back(world, &[&id]).await;
    let heard = async |client: crate::support::Client| {
        let document = "{ notifications(first: 2) { nodes { reason entry { kind cause { ticket { id } } } } } }";
        client.query(document, json!({})).await.ok().at("notifications.nodes").clone()
    };
    world.resolve(&ticket).await;
    for (client, reason) in [(world.carl(), "ASSIGNED"), (world.bea(), "FOLLOWING")] {
        let cause = json!({ "ticket": { "id": ticket } });
        let told = |kind: &str| json!({ "reason": reason, "entry": { "kind": kind, "cause": cause } });
        assert_eq!(heard(client).await, json!([told("REOPENED"), told("TICKET_CHANGED")]));
    }
}
