//! Runs that fail: what was refused, what was done all the same, and when a workflow is switched off (semantics §12.4).

use chrono::TimeDelta;
use entity::enums::EventKind;
use serde_json::json;

use crate::support::automation::Ledger;
use crate::support::{World, both};

both!(
    what_has_gone_fails_in_its_run_and_what_follows_is_done_all_the_same,
    twenty_failed_runs_in_a_row_switch_it_off,
    a_success_between_them_and_an_edit_begin_at_none,
);

async fn what_has_gone_fails_in_its_run_and_what_follows_is_done_all_the_same(world: &World) {
    let organisation = world.organisation();
    let (tag, last) = (world.tag("gone").await, world.tag("last").await);
    let team = json!({ "slug": "gone", "name": "Gone" });
    let team = world.ada().mutate("createTeam", team).await.changed().text("team.id");
    let carl = &organisation.carl.id;
    let actions = json!([
        { "assign": { "teamId": team } },
        { "assign": { "assigneeId": carl } },
        { "addTags": [tag] },
        { "addFollowers": [carl] },
        { "addNote": { "text": "Look", "mentions": [{ "teamId": team }] } },
        { "assign": { "assigneeId": organisation.bea.id } },
        { "addFollowers": [organisation.bea.id] },
        { "snooze": { "until": { "at": "2026-01-05T08:00:00Z" } } },
        { "addTags": [last] },
    ]);
    let workflow = world.on_message("one", actions).await;
    world.ada().mutate("deleteTag", json!({ "tagId": tag })).await.done();
    world.ada().mutate("deleteTeam", json!({ "teamId": team })).await.done();
    world.deactivate(carl).await;
    // On the restricted channel Bea has no access.
    let id = world.hidden().await;
    world.run_due().await;
    let runs = world.runs_of(&workflow).await;
    let refused = |action: &str, code: &str, field: &str| {
        let field: Vec<&str> = field.split('.').collect();
        json!({ "action": action, "changed": false, "error": { "code": code, "field": field } })
    };
    let expected = json!([
        refused("ASSIGN", "NOT_FOUND", "input.actions.0.assign.teamId"),
        refused("ASSIGN", "AGENT_INACTIVE", "input.actions.1.assign.assigneeId"),
        refused("ADD_TAGS", "NOT_FOUND", "input.actions.2.addTags"),
        refused("ADD_FOLLOWERS", "AGENT_INACTIVE", "input.actions.3.addFollowers"),
        refused("ADD_NOTE", "NOT_FOUND", "input.actions.4.addNote.mentions.0.teamId"),
        refused("ASSIGN", "NO_ACCESS", "input.actions.5.assign.assigneeId"),
        refused("ADD_FOLLOWERS", "NO_ACCESS", "input.actions.6.addFollowers"),
        refused("SNOOZE", "IN_THE_PAST", "input.actions.7.snooze.until.at"),
        json!({ "action": "ADD_TAGS", "changed": true, "error": null }),
    ]);
    assert_eq!(runs[0]["outcomes"], expected);
    assert_eq!(world.ada().timeline(&id).await, ["CREATED", "MESSAGE", "TAGGED"]);
    // The set-up is as it was, and so is what else happens.
    world.chatted("visitor-1", "Hello").await;
    world.run_due().await;
    assert_eq!((world.runs_of(&workflow).await.len(), world.in_force(&workflow).await), (2, (true, None)));
}

async fn twenty_failed_runs_in_a_row_switch_it_off(world: &World) {
    let (tag, vip) = (world.tag("gone").await, world.tag("vip").await);
    let workflow = world.on_message("one", json!([{ "addTags": [vip] }, { "addTags": [tag] }])).await;
    world.ada().mutate("deleteTag", json!({ "tagId": tag })).await.done();
    for visitor in 0..19 {
        world.chatted(&format!("visitor-{visitor}"), "Hello").await;
    }
    world.run_due().await;
    assert_eq!(world.in_force(&workflow).await, (true, None));
    let before = world.last_seq().await;
    // Two are left: the first is the last that runs.
    world.chatted("visitor-19", "Hello").await;
    let last = world.chatted("visitor-20", "Hello").await.conversation();
    world.clock.advance(TimeDelta::minutes(1));
    world.run_due().await;
    assert_eq!(world.runs_of(&workflow).await.len(), 20);
    let (on, why) = world.in_force(&workflow).await;
    assert!(!on && why.as_ref().is_some_and(|why| why.contains("20") && why.contains("ADD_TAGS")), "{why:?}");
    assert_eq!(world.ada().timeline(&last).await, ["CREATED", "MESSAGE"]);
    let mut log: Vec<(i64, EventKind)> = Ledger::read(world)
        .await
        .events
        .values()
        .map(|row| (row.seq, row.kind))
        .filter(|(seq, _)| *seq > before)
        .collect();
    log.sort_unstable_by_key(|(seq, _)| *seq);
    let kinds: Vec<EventKind> = log.into_iter().map(|(_, kind)| kind).collect();
    use EventKind::{Created, CustomerChanged, Message, Tagged, WorkflowChanged};
    let handed_in = [CustomerChanged, Created, Message];
    assert_eq!(kinds, [&handed_in[..], &handed_in, &[WorkflowChanged, Tagged]].concat(), "the log tells it once");
    let shown = "query($id: ID!) { node(id: $id) { ... on Workflow { updatedAt } } }";
    let shown = world.ada().query(shown, json!({ "id": workflow })).await.ok();
    assert_eq!(shown.at("node.updatedAt"), "2026-01-05T09:01:00Z");
    // Switched on again it begins at none.
    world.change_workflow(&workflow, json!({ "enabled": true })).await;
    assert_eq!(world.in_force(&workflow).await, (true, None));
    for visitor in 0..19 {
        world.chatted(&format!("again-{visitor}"), "Hello").await;
    }
    world.run_due().await;
    assert_eq!((world.runs_of(&workflow).await.len(), world.in_force(&workflow).await.0), (39, true));
    world.chatted("again-19", "Hello").await;
    world.run_due().await;
    assert!(!world.in_force(&workflow).await.0);
}

async fn a_success_between_them_and_an_edit_begin_at_none(world: &World) {
    // A time that has passed is refused.
    let workflow = world.on_message("one", json!([{ "snooze": { "until": { "at": "2026-01-05T10:00:00Z" } } }])).await;
    let messages = async |many: usize| {
        for _ in 0..many {
            world.chatted("visitor-1", "Hello").await;
        }
        world.run_due().await;
    };
    messages(1).await;
    world.clock.advance(TimeDelta::hours(2));
    messages(19).await;
    world.clock.set(crate::support::organisation::opening());
    messages(1).await;
    world.clock.advance(TimeDelta::hours(2));
    messages(19).await;
    assert_eq!((world.runs_of(&workflow).await.len(), world.in_force(&workflow).await), (40, (true, None)));
    // Its name and its place say nothing of whether it works; what it does may mend it.
    world.change_workflow(&workflow, json!({ "name": "two" })).await;
    world
        .change_workflow(&workflow, json!({ "actions": [{ "snooze": { "until": { "at": "2026-01-05T09:30:00Z" } } }] }))
        .await;
    messages(19).await;
    assert_eq!(world.in_force(&workflow).await, (true, None));
    world.change_workflow(&workflow, json!({ "name": "three" })).await;
    messages(1).await;
    assert!(!world.in_force(&workflow).await.0);
}
