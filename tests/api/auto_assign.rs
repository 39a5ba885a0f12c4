//! A team hands out what enters it without an agent (semantics §3.7, 8.5).

use std::collections::BTreeMap;

use entity::enums::NotificationReason;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{World, both};

both!(
    a_team_hands_out_in_turn,
    the_turn_wraps_round_by_id_and_passes_over_who_cannot,
    the_least_busy_member_gets_it_and_ties_go_in_turn,
    only_open_conversations_count_as_busy,
    nobody_above_their_capacity_gets_it,
    nobody_eligible_leaves_it_with_the_team,
    a_member_without_access_gets_nothing,
    what_has_an_agent_is_not_handed_out,
    a_plain_unassign_is_not_handed_out_again,
    what_is_closed_or_spam_is_not_handed_out,
    what_is_restored_from_spam_is_handed_out,
    a_team_that_is_off_hands_out_nothing,
    a_reopened_conversation_is_handed_out_however_it_reopens,
    a_reopened_conversation_keeps_an_agent_who_is_there,
    who_is_handed_it_is_told_and_the_team_is_not,
    sixteen_at_once_are_handed_out_evenly,
    the_last_free_place_is_given_once,
    two_teams_share_the_places_of_a_member,
    a_switch_at_the_same_time_is_respected,
);

/// Lets Support hand out, in this mode.
async fn hands_out(world: &World, mode: &str) {
    let input = json!({ "teamId": world.organisation().support, "autoAssignment": mode });
    world.ada().mutate("updateTeam", input).await.changed();
}

async fn change(world: &World, agent: &str, field: &str, value: Value) {
    let mut input = json!({ "agentId": agent });
    input[field] = value;
    world.ada().mutate("updateAgent", input).await.changed();
}

/// Support's members in the order of their turns.
fn members(world: &World) -> [String; 2] {
    let mut members = [world.organisation().bea.id.clone(), world.organisation().carl.id.clone()];
    members.sort();
    members
}

/// A new conversation enters Support; answers who got it.
async fn enter(world: &World) -> Option<String> {
    let id = world.opened().await;
    world.give(&id, &world.organisation().support).await;
    world.holder(&id).await[0].clone()
}

async fn a_team_hands_out_in_turn(world: &World) {
    hands_out(world, "ROUND_ROBIN").await;
    let members = members(world);
    let id = world.opened().await;
    let answer = world.give(&id, &world.organisation().support).await;
    assert_eq!(answer.kinds(), ["ASSIGNED", "ASSIGNED"]);
    assert_eq!(world.holder(&id).await, [Some(members[0].clone()), Some(world.organisation().support.clone())]);
    let first = if members[0] == world.organisation().bea.id { "bea" } else { "carl" };
    let told = [["MANUAL", "ada", "-", "support"], ["AUTO_ASSIGNED", "ada", first, "support"]];
    assert_eq!(world.assignments(&id).await, told.map(|entry| entry.map(str::to_owned)));
    for turn in [1, 0, 1] {
        assert_eq!(enter(world).await.as_deref(), Some(&*members[turn]));
    }
}

async fn the_turn_wraps_round_by_id_and_passes_over_who_cannot(world: &World) {
    hands_out(world, "ROUND_ROBIN").await;
    let members = members(world);
    world.away(&members[0]).await;
    for _ in 0..2 {
        assert_eq!(enter(world).await.as_deref(), Some(&*members[1]));
    }
    change(world, &members[0], "availability", json!("ONLINE")).await;
    assert_eq!(enter(world).await.as_deref(), Some(&*members[0]));
    world.ada().mutate("deactivateAgent", json!({ "agentId": members[1] })).await.changed();
    assert_eq!(enter(world).await.as_deref(), Some(&*members[0]));
}

async fn the_least_busy_member_gets_it_and_ties_go_in_turn(world: &World) {
    hands_out(world, "LEAST_BUSY").await;
    let members = members(world);
    for _ in 0..2 {
        let id = world.opened().await;
        world.assign(&id, &members[0]).await;
    }
    // The second has less to do until both have two; then it is the first's turn, who got it longer ago.
    for turn in [1, 1, 0, 1, 0] {
        assert_eq!(enter(world).await.as_deref(), Some(&*members[turn]));
    }
}

async fn only_open_conversations_count_as_busy(world: &World) {
    hands_out(world, "LEAST_BUSY").await;
    let members = members(world);
    for _ in 0..3 {
        let id = world.opened().await;
        world.assign(&id, &members[0]).await;
        world.close(&id).await;
    }
    let id = world.opened().await;
    world.assign(&id, &members[1]).await;
    assert_eq!(enter(world).await.as_deref(), Some(&*members[0]), "closed ones are no work");
    // What one gives up with the same step doesn't count either.
    let both = json!({ "conversationId": id, "assigneeId": null, "teamId": world.organisation().support });
    world.ada().mutate("assignConversation", both).await.changed();
    assert_eq!(world.holder(&id).await[0].as_deref(), Some(&*members[1]));
}

async fn nobody_above_their_capacity_gets_it(world: &World) {
    hands_out(world, "ROUND_ROBIN").await;
    let members = members(world);
    change(world, &members[0], "capacity", json!(1)).await;
    change(world, &members[1], "capacity", json!(0)).await;
    let id = world.opened().await;
    world.give(&id, &world.organisation().support).await;
    assert_eq!(world.holder(&id).await[0].as_deref(), Some(&*members[0]));
    assert_eq!(enter(world).await, None);
    // By hand it may be more; a place that becomes free is given again.
    world.close(&id).await;
    assert_eq!(enter(world).await.as_deref(), Some(&*members[0]));
    change(world, &members[1], "capacity", Value::Null).await;
    for _ in 0..3 {
        assert_eq!(enter(world).await.as_deref(), Some(&*members[1]));
    }
}

async fn nobody_eligible_leaves_it_with_the_team(world: &World) {
    hands_out(world, "LEAST_BUSY").await;
    for member in members(world) {
        world.away(&member).await;
    }
    let id = world.opened().await;
    let answer = world.give(&id, &world.organisation().support).await;
    assert_eq!(answer.kinds(), ["ASSIGNED"]);
    assert_eq!(world.holder(&id).await, [None, Some(world.organisation().support.clone())]);
}

async fn a_member_without_access_gets_nothing(world: &World) {
    hands_out(world, "ROUND_ROBIN").await;
    let id = world.hidden().await;
    world.give(&id, &world.organisation().support).await;
    assert_eq!(world.holder(&id).await[0], None);
    let members = members(world);
    change(world, &members[1], "role", json!("ADMIN")).await;
    let other = world.hidden().await;
    world.give(&other, &world.organisation().support).await;
    assert_eq!(world.holder(&other).await[0].as_deref(), Some(&*members[1]));
}

async fn what_has_an_agent_is_not_handed_out(world: &World) {
    hands_out(world, "ROUND_ROBIN").await;
    let [first, second] = members(world);
    let id = world.opened().await;
    world.assign(&id, &second).await;
    let kept = world.give(&id, &world.organisation().support).await;
    assert_eq!((kept.kinds().len(), world.holder(&id).await[0].clone()), (1, Some(second.clone())));
    let other = world.opened().await;
    let both = json!({ "conversationId": other, "assigneeId": second, "teamId": world.organisation().support });
    assert_eq!(world.ada().mutate("assignConversation", both).await.changed().kinds(), ["ASSIGNED"]);
    // None of these was a turn.
    assert_eq!(enter(world).await, Some(first));
}

async fn a_plain_unassign_is_not_handed_out_again(world: &World) {
    hands_out(world, "ROUND_ROBIN").await;
    let support = &world.organisation().support;
    let id = world.opened().await;
    world.give(&id, support).await;
    let nobody = json!({ "conversationId": id, "assigneeId": null });
    assert_eq!(world.ada().mutate("assignConversation", nobody).await.changed().kinds(), ["ASSIGNED"]);
    assert_eq!(world.holder(&id).await, [None, Some(support.clone())]);
    // It is in the team already, so it doesn't enter it.
    world.ada().mutate("assignConversation", json!({ "conversationId": id, "teamId": support })).await.unchanged();
}

async fn what_is_closed_or_spam_is_not_handed_out(world: &World) {
    hands_out(world, "ROUND_ROBIN").await;
    for id in [world.closed().await, world.spam().await] {
        assert_eq!(world.give(&id, &world.organisation().support).await.kinds(), ["ASSIGNED"]);
        assert_eq!(world.holder(&id).await[0], None);
    }
}

async fn what_is_restored_from_spam_is_handed_out(world: &World) {
    hands_out(world, "ROUND_ROBIN").await;
    let id = world.spam().await;
    world.give(&id, &world.organisation().support).await;
    let restored = world.ada().mutate("restoreFromSpam", json!({ "conversationId": id })).await.changed();
    assert_eq!(restored.kinds(), ["RESTORED", "ASSIGNED"]);
    assert_eq!(world.holder(&id).await[0].as_ref(), Some(&members(world)[0]));
}

async fn a_team_that_is_off_hands_out_nothing(world: &World) {
    assert_eq!(enter(world).await, None);
}

async fn a_reopened_conversation_is_handed_out_however_it_reopens(world: &World) {
    hands_out(world, "ROUND_ROBIN").await;
    let [first, second] = members(world);
    let support = &world.organisation().support;
    let mut closed = Vec::new();
    for at in 0..3 {
        let id = world.chatted(&format!("visitor-{at}"), "Hello").await.conversation();
        let both = json!({ "conversationId": id, "assigneeId": first, "teamId": support });
        world.ada().mutate("assignConversation", both).await.changed();
        world.close(&id).await;
        closed.push(id);
    }
    world.away(&first).await;
    let reopened = world.ada().mutate("reopenConversation", json!({ "conversationId": closed[0] })).await.changed();
    assert_eq!(reopened.kinds(), ["REOPENED", "ASSIGNED", "ASSIGNED"]);
    let reply = json!({ "conversationId": closed[1], "text": "One more thing", "then": { "open": true } });
    let replied = world.ada().mutate("reply", reply).await.changed();
    assert_eq!(replied.kinds(), ["MESSAGE", "FOLLOWED", "REOPENED", "ASSIGNED", "ASSIGNED"]);
    let written = world.chatted("visitor-2", "Are you there?").await;
    assert_eq!(written.kinds(), ["MESSAGE", "REOPENED", "ASSIGNED", "ASSIGNED"]);
    let name = if second == world.organisation().bea.id { "bea" } else { "carl" };
    for (id, actor) in closed.iter().zip(["ada", "ada", "Customer"]) {
        assert_eq!(world.holder(id).await, [Some(second.clone()), Some(support.clone())]);
        let told = [["REOPENED", actor, "-", "support"], ["AUTO_ASSIGNED", actor, name, "support"]];
        assert_eq!(world.assignments(id).await[1..], told.map(|entry| entry.map(str::to_owned)));
    }
}

async fn a_reopened_conversation_keeps_an_agent_who_is_there(world: &World) {
    hands_out(world, "ROUND_ROBIN").await;
    let [_, second] = members(world);
    // Capacity doesn't matter to who has it already.
    change(world, &second, "capacity", json!(0)).await;
    let id = world.opened().await;
    let both = json!({ "conversationId": id, "assigneeId": second, "teamId": world.organisation().support });
    world.ada().mutate("assignConversation", both).await.changed();
    world.close(&id).await;
    let reopened = world.ada().mutate("reopenConversation", json!({ "conversationId": id })).await.changed();
    assert_eq!((reopened.kinds(), world.holder(&id).await[0].clone()), (vec!["REOPENED".to_owned()], Some(second)));
}

async fn who_is_handed_it_is_told_and_the_team_is_not(world: &World) {
    let [first, second] = members(world);
    let id = world.opened().await;
    world.give(&id, &world.organisation().support).await;
    let mut told = world.told_of_assignments(&id).await;
    told.sort();
    let team = NotificationReason::TeamAssigned;
    assert_eq!(told, [(first.clone(), team), (second, team)], "without a hand-out the team is told");
    hands_out(world, "ROUND_ROBIN").await;
    let other = world.opened().await;
    world.give(&other, &world.organisation().support).await;
    assert_eq!(world.told_of_assignments(&other).await, [(first, NotificationReason::Assigned)]);
}

/// Opens so many conversations and lets them enter Support at once; answers how many each agent got.
async fn rush(world: &World, many: usize) -> BTreeMap<Option<String>, usize> {
    let mut ids = Vec::new();
    for at in 0..many {
        ids.push(world.mailed(&format!("rush{at}@example.com"), "Hello").await.conversation());
    }
    let ada = world.ada();
    let support = &world.organisation().support;
    let enter = |id: &String| json!({ "conversationId": id, "teamId": support });
    for answer in join_all(ids.iter().map(|id| ada.mutate("assignConversation", enter(id)))).await {
        answer.changed();
    }
    let mut got = BTreeMap::new();
    for id in &ids {
        *got.entry(world.holder(id).await[0].clone()).or_default() += 1;
    }
    got
}

async fn sixteen_at_once_are_handed_out_evenly(world: &World) {
    for mode in ["ROUND_ROBIN", "LEAST_BUSY"] {
        hands_out(world, mode).await;
        let even = members(world).map(|member| (Some(member), 8));
        assert_eq!(rush(world, 16).await, BTreeMap::from(even), "{mode}");
    }
}

async fn the_last_free_place_is_given_once(world: &World) {
    hands_out(world, "LEAST_BUSY").await;
    let [first, second] = members(world);
    change(world, &first, "capacity", json!(3)).await;
    change(world, &second, "capacity", json!(1)).await;
    let expected = BTreeMap::from([(None, 12), (Some(first), 3), (Some(second), 1)]);
    assert_eq!(rush(world, 16).await, expected);
}

async fn two_teams_share_the_places_of_a_member(world: &World) {
    hands_out(world, "ROUND_ROBIN").await;
    let [first, second] = members(world);
    change(world, &first, "capacity", json!(3)).await;
    world.away(&second).await;
    let new = json!({ "slug": "other", "name": "Other", "autoAssignment": "LEAST_BUSY", "memberIds": [first, second] });
    let other = world.ada().mutate("createTeam", new).await.changed().text("team.id");
    let mut ids = Vec::new();
    for at in 0..16 {
        ids.push(world.mailed(&format!("rush{at}@example.com"), "Hello").await.conversation());
    }
    let ada = world.ada();
    let teams = [&world.organisation().support, &other];
    let enter = |at: usize| json!({ "conversationId": ids[at], "teamId": teams[at % 2] });
    for answer in join_all((0..16).map(|at| ada.mutate("assignConversation", enter(at)))).await {
        answer.changed();
    }
    let mut got = 0;
    for id in &ids {
        got += usize::from(world.holder(id).await[0].is_some());
    }
    assert_eq!(got, 3);
}

async fn a_switch_at_the_same_time_is_respected(world: &World) {
    let switching = async {
        for at in 0..8 {
            hands_out(world, ["ROUND_ROBIN", "OFF"][at % 2]).await;
        }
    };
    let entering = async {
        for _ in 0..8 {
            let id = world.opened().await;
            let answer = world.give(&id, &world.organisation().support).await;
            assert_eq!(answer.kinds().len() == 2, world.holder(&id).await[0].is_some());
        }
    };
    futures_util::future::join(switching, entering).await;
}
