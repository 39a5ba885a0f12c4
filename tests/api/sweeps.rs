//! What a change of agents, teams and channels leads to in conversations (semantics §3.5), also in thousands, also after a crash.

use std::sync::atomic::{AtomicBool, Ordering};

use chrono::TimeDelta;
use entity::enums::{ActorKind, NotificationReason, SweepKind};
use entity::ids::{AgentId, ConversationId, SweepId};
use entity::{agent, sweep};
use futures_util::future::join;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use switchboard::scheduler::run_due;
use switchboard::service::sweeps::AT_ONCE;
use uuid::Uuid;

use crate::crash::free;
use crate::support::{Answer, World, both};

both!(
    a_deactivated_agent_loses_what_is_not_closed,
    a_deactivated_agent_is_listed_and_notified_no_longer,
    who_leaves_a_team_loses_what_came_through_it,
    who_comes_back_into_a_team_keeps_what_is_left,
    who_sees_a_channel_again_keeps_what_is_left,
    who_is_taken_back_has_lost_everything_first,
    whoever_is_taken_back_while_being_deactivated_has_nothing_left,
    who_loses_access_through_a_team_loses_what_they_no_longer_see,
    a_demoted_admin_loses_what_they_no_longer_see,
    a_restricted_channel_takes_its_conversations_from_strangers,
    an_opened_channel_takes_nothing_from_anybody,
    between_commit_and_sweep_the_rules_already_hold,
);

/// Assigns a conversation to an agent and a team.
pub async fn both_assigned(world: &World, id: &str, agent: &str, team: &str) {
    let input = json!({ "conversationId": id, "assigneeId": agent, "teamId": team });
    world.ada().mutate("assignConversation", input).await.changed();
}

pub async fn deactivate(world: &World, agent: &str) -> Answer {
    world.ada().mutate("deactivateAgent", json!({ "agentId": agent })).await.changed()
}

pub async fn unfinished(rows: &DatabaseConnection) -> u64 {
    sweep::Entity::find().count(rows).await.unwrap()
}

/// Nothing is left to do.
pub async fn all_swept(world: &World) {
    let rows = world.rows().await;
    assert_eq!(unfinished(&rows).await, 0);
    rows.close().await.unwrap();
}

/// Assignments as `World::assignments` tells them.
pub fn named(entries: &[[&str; 4]]) -> Vec<[String; 4]> {
    entries.iter().map(|entry| entry.map(str::to_owned)).collect()
}

async fn a_deactivated_agent_loses_what_is_not_closed(world: &World) {
    let organisation = world.organisation();
    let (bea, support) = (&organisation.bea.id, &organisation.support);
    let (open, closed, spam) = (world.opened().await, world.closed().await, world.spam().await);
    let alone = world.opened().await;
    for id in [&open, &closed, &spam] {
        both_assigned(world, id, bea, support).await;
    }
    world.assign(&alone, bea).await;
    world.ada().mutate("reply", json!({ "conversationId": open, "text": "Hi" })).await.changed();
    world.carl().mutate("reply", json!({ "conversationId": open, "text": "Hi" })).await.changed();
    let before = world.ada().conversation(&open).await;
    world.clock.advance(TimeDelta::minutes(1));
    let answer = deactivate(world, bea).await;
    assert_eq!(answer.get("agent.deactivatedAt"), "2026-01-05T09:01:00Z");
    assert_eq!(answer.get("agent.openConversationCount"), 0, "they lost them before the answer");
    for id in [&open, &spam] {
        assert_eq!(world.holder(id).await, [None, Some(support.clone())], "the team is kept");
        let told = world.assignments(id).await;
        assert_eq!(told[1..], named(&[["AGENT_DEACTIVATED", "ada", "-", "support"]]));
    }
    assert_eq!(world.holder(&alone).await, [None, None]);
    assert_eq!(world.holder(&closed).await[0].as_ref(), Some(bea), "closed ones keep the historic assignee");
    let after = world.ada().conversation(&open).await;
    assert_eq!((&after["state"], &after["lastActivityAt"]), (&before["state"], &before["lastActivityAt"]));
    let told = world.told_of_assignments(&open).await;
    assert_eq!(told.last(), Some(&(organisation.carl.id.clone(), NotificationReason::Following)), "followers are told");
    assert!(!world.told_of_assignments(&spam).await.iter().any(|(_, why)| *why == NotificationReason::Following));
    all_swept(world).await;
    world.ada().mutate("deactivateAgent", json!({ "agentId": bea })).await.unchanged();
}

async fn a_deactivated_agent_is_listed_and_notified_no_longer(world: &World) {
    let bea = &world.organisation().bea.id;
    let id = world.opened().await;
    for client in [world.bea(), world.carl()] {
        client.mutate("reply", json!({ "conversationId": id, "text": "Hi" })).await.changed();
    }
    let listed = async || world.ada().conversation(&id).await["followers"].as_array().unwrap().len();
    assert_eq!(listed().await, 2);
    deactivate(world, bea).await;
    assert_eq!(listed().await, 1);
    let rows = world.rows().await;
    let theirs = entity::notification::Entity::find()
        .filter(entity::notification::Column::AgentId.eq(AgentId::parse(bea).unwrap()));
    let before = theirs.clone().count(&rows).await.unwrap();
    world.mailed("zoe@example.com", "Still waiting").await;
    let mut answering = world.mail("zoe@example.com", "Still waiting");
    answering["subject"] = json!(format!("Re [#{}]", world.ada().conversation(&id).await["number"]));
    assert_eq!(world.gateway().receive(answering).await.changed().conversation(), id);
    assert_eq!(theirs.count(&rows).await.unwrap(), before);
    // The follow itself stays stored.
    world.ada().mutate("reactivateAgent", json!({ "agentId": bea })).await.changed();
    assert_eq!(listed().await, 2);
    rows.close().await.unwrap();
}

async fn who_leaves_a_team_loses_what_came_through_it(world: &World) {
    let organisation = world.organisation();
    let (bea, carl, support) = (&organisation.bea.id, &organisation.carl.id, &organisation.support);
    let [through, alone, other, others] =
        [world.opened().await, world.opened().await, world.opened().await, world.opened().await];
    both_assigned(world, &through, bea, support).await;
    world.assign(&alone, bea).await;
    world.give(&other, &organisation.billing).await;
    world.assign(&other, bea).await;
    both_assigned(world, &others, carl, support).await;
    let leaves = json!({ "teamId": support, "memberIds": [carl] });
    let answer = world.robot().mutate("updateTeam", leaves.clone()).await.changed();
    assert_eq!(answer.get("team.members"), &json!([{ "id": carl }]));
    assert_eq!(world.holder(&through).await, [None, Some(support.clone())]);
    assert_eq!(world.assignments(&through).await[1..], named(&[["MEMBER_REMOVED", "Robot", "-", "support"]]));
    for (id, agent) in [(&alone, bea), (&other, bea), (&others, carl)] {
        assert_eq!(world.holder(id).await[0].as_ref(), Some(agent), "not assigned through that team, or not to her");
    }
    world.robot().mutate("updateTeam", leaves).await.unchanged();
    // The same the other way round.
    world.assign(&through, carl).await;
    let leaves = json!({ "agentId": carl, "teamIds": [organisation.billing] });
    let answer = world.ada().mutate("updateAgent", leaves.clone()).await.changed();
    assert_eq!(answer.get("agent.teams"), &json!([{ "id": organisation.billing }]));
    for id in [&through, &others] {
        let told = world.assignments(id).await;
        assert_eq!(told.last(), named(&[["MEMBER_REMOVED", "ada", "-", "support"]]).last());
    }
    world.ada().mutate("updateAgent", leaves).await.unchanged();
    all_swept(world).await;
}

/// The change is committed, and the server was killed before it dealt with any conversation.
pub async fn interrupted(world: &World, kind: SweepKind, subject: Uuid, params: Value) {
    let rows = world.rows().await;
    let ada = AgentId::parse(&world.organisation().ada.id).unwrap();
    let row = sweep::ActiveModel {
        id: Set(SweepId::new(world.clock.now())),
        kind: Set(kind),
        subject_id: Set(subject),
        params: Set(params),
        cursor: Set(Uuid::nil()),
        actor_kind: Set(ActorKind::Agent),
        actor_id: Set(Some(ada.0)),
        created_at: Set(world.clock.now()),
    };
    row.insert(&rows).await.unwrap();
    rows.close().await.unwrap();
}

async fn who_comes_back_into_a_team_keeps_what_is_left(world: &World) {
    let organisation = world.organisation();
    let (bea, carl, support) = (&organisation.bea.id, &organisation.carl.id, &organisation.support);
    world.laden_through(bea, Some(support), AT_ONCE + 20).await;
    let members = |ids: &[&String]| json!({ "teamId": support, "memberIds": ids });
    keeps_what_is_left(world, "updateTeam", [members(&[carl]), members(&[bea, carl])]).await;
}

async fn who_sees_a_channel_again_keeps_what_is_left(world: &World) {
    let organisation = world.organisation();
    let bea = &organisation.bea.id;
    world.laden(bea, AT_ONCE + 20).await;
    let belonging =
        |ids: &[&String]| json!({ "channelId": organisation.mail, "visibility": "RESTRICTED", "agentIds": ids });
    keeps_what_is_left(world, "updateChannel", [belonging(&[]), belonging(&[bea])]).await;
}

/// An agent loses a right and gets it back before the sweep is over.
async fn keeps_what_is_left(world: &World, mutation: &str, [lost, back]: [Value; 2]) {
    let rows = world.rows().await;
    world.ada().mutate(mutation, lost).await.changed();
    assert_eq!(free(&rows).await, AT_ONCE);
    world.ada().mutate(mutation, back).await.changed();
    run_due(&world.app.service).await.unwrap();
    assert_eq!(free(&rows).await, AT_ONCE, "each is judged on the rows as they now are");
    rows.close().await.unwrap();
    all_swept(world).await;
}

async fn who_is_taken_back_has_lost_everything_first(world: &World) {
    let organisation = world.organisation();
    let bea = &organisation.bea.id;
    let ids = world.laden(bea, AT_ONCE + 20).await;
    deactivate(world, bea).await;
    assert_eq!(relieved(world, &ids).await, AT_ONCE, "not all of them are done with the answer");
    let back = json!({ "agentId": bea });
    // By somebody else: what is taken is taken as who deactivated them.
    let answer = world.robot().mutate("reactivateAgent", back.clone()).await.changed();
    assert_eq!(answer.get("agent.openConversationCount"), 0);
    assert_eq!(relieved(world, &ids).await, AT_ONCE + 20, "each with one entry");
    all_swept(world).await;
    let last = ids.iter().max().unwrap().to_string();
    assert_eq!(world.assignments(&last).await[1..], named(&[["AGENT_DEACTIVATED", "ada", "-", "-"]]));
    world.assign(&last, bea).await;
    run_due(&world.app.service).await.unwrap();
    assert_eq!(world.holder(&last).await[0].as_ref(), Some(bea), "they keep what they are given now");
    world.robot().mutate("reactivateAgent", back).await.unchanged();
}

async fn whoever_is_taken_back_while_being_deactivated_has_nothing_left(world: &World) {
    let bea = &world.organisation().bea.id;
    let ids = world.laden(bea, 120).await;
    let done = AtomicBool::new(false);
    let deactivation = async {
        deactivate(world, bea).await;
        done.store(true, Ordering::Relaxed);
    };
    let back = async {
        // Until then they are active, which is no change.
        loop {
            let last = done.load(Ordering::Relaxed);
            let answer = world.robot().mutate("reactivateAgent", json!({ "agentId": bea })).await.done();
            if answer.get("changed") == true || last {
                return;
            }
        }
    };
    join(deactivation, back).await;
    assert_eq!(relieved(world, &ids).await, 120);
    all_swept(world).await;
}

async fn who_loses_access_through_a_team_loses_what_they_no_longer_see(world: &World) {
    let organisation = world.organisation();
    let (dora, billing) = (&organisation.dora.id, &organisation.billing);
    let (hidden, open) = (world.hidden().await, world.opened().await);
    world.assign(&hidden, dora).await;
    world.assign(&open, dora).await;
    world.dora().mutate("reply", json!({ "conversationId": hidden, "text": "Hi" })).await.changed();
    let empty = json!({ "teamId": billing, "memberIds": [] });
    world.ada().mutate("updateTeam", empty).await.changed();
    assert_eq!(world.holder(&hidden).await[0], None);
    assert_eq!(world.assignments(&hidden).await[1..], named(&[["ACCESS_LOST", "ada", "-", "-"]]));
    assert_eq!(world.holder(&open).await[0].as_ref(), Some(dora));
    assert_eq!(world.dora().conversation(&hidden).await, Value::Null);
    // She follows it, but may not know of it.
    let after = world.told_of_assignments(&hidden).await;
    assert!(!after.iter().any(|(_, why)| *why == NotificationReason::Following), "{after:?}");
    all_swept(world).await;
}

async fn a_demoted_admin_loses_what_they_no_longer_see(world: &World) {
    let organisation = world.organisation();
    let carl = &organisation.carl.id;
    let role = |role: &str| json!({ "agentId": carl, "role": role });
    world.ada().mutate("updateAgent", role("ADMIN")).await.changed();
    let (hidden, open) = (world.hidden().await, world.opened().await);
    world.assign(&hidden, carl).await;
    world.assign(&open, carl).await;
    world.ada().mutate("updateAgent", role("AGENT")).await.changed();
    assert_eq!(world.assignments(&hidden).await[1..], named(&[["ACCESS_LOST", "ada", "-", "-"]]));
    assert_eq!(world.holder(&open).await[0].as_ref(), Some(carl));
    all_swept(world).await;
}

async fn a_restricted_channel_takes_its_conversations_from_strangers(world: &World) {
    let organisation = world.organisation();
    let [beas, carls, adas, done] =
        [world.opened().await, world.opened().await, world.opened().await, world.closed().await];
    both_assigned(world, &beas, &organisation.bea.id, &organisation.support).await;
    world.assign(&carls, &organisation.carl.id).await;
    world.assign(&adas, &organisation.ada.id).await;
    world.assign(&done, &organisation.bea.id).await;
    let restrict =
        json!({ "channelId": organisation.mail, "visibility": "RESTRICTED", "agentIds": [organisation.carl.id] });
    let answer = world.ada().mutate("updateChannel", restrict.clone()).await.changed();
    assert_eq!(answer.get("channel.agents"), &json!([{ "id": organisation.carl.id }]));
    assert_eq!(world.holder(&beas).await, [None, Some(organisation.support.clone())]);
    assert_eq!(world.assignments(&beas).await[1..], named(&[["ACCESS_LOST", "ada", "-", "support"]]));
    for (id, agent) in [(&carls, &organisation.carl), (&adas, &organisation.ada), (&done, &organisation.bea)] {
        assert_eq!(world.holder(id).await[0].as_ref(), Some(&agent.id), "named, an admin, closed");
    }
    world.ada().mutate("updateChannel", restrict).await.unchanged();
    let nobody = json!({ "channelId": organisation.mail, "agentIds": [] });
    world.ada().mutate("updateChannel", nobody).await.changed();
    assert_eq!(world.holder(&carls).await[0], None);
    assert_eq!(world.bea().conversation(&beas).await, Value::Null);
    all_swept(world).await;
}

async fn an_opened_channel_takes_nothing_from_anybody(world: &World) {
    let organisation = world.organisation();
    let id = world.hidden().await;
    world.assign(&id, &organisation.dora.id).await;
    let open = json!({ "channelId": organisation.vip, "visibility": "EVERYONE" });
    let answer = world.ada().mutate("updateChannel", open).await.changed();
    assert_eq!(answer.get("channel.teams"), &json!([]), "opening clears who belongs to it");
    assert_eq!(world.holder(&id).await[0].as_ref(), Some(&organisation.dora.id));
    world.assign(&id, &organisation.bea.id).await;
}

async fn between_commit_and_sweep_the_rules_already_hold(world: &World) {
    let organisation = world.organisation();
    let bea = AgentId::parse(&organisation.bea.id).unwrap();
    let [open, done] = [world.chatted("visitor-1", "Hello").await, world.chatted("visitor-2", "Hello").await];
    let [open, done] = [open.conversation(), done.conversation()];
    for id in [&open, &done] {
        both_assigned(world, id, &organisation.bea.id, &organisation.support).await;
    }
    world.close(&done).await;
    let rows = world.rows().await;
    agent::Entity::update_many()
        .col_expr(agent::Column::DeactivatedAt, Expr::value(world.clock.now()))
        .filter(agent::Column::Id.eq(bea))
        .exec(&rows)
        .await
        .unwrap();
    interrupted(world, SweepKind::AgentDeactivated, bea.0, json!({})).await;
    let told = || entity::notification::Entity::find().filter(entity::notification::Column::AgentId.eq(bea));
    let before = told().count(&rows).await.unwrap();
    world.chatted("visitor-1", "Are you there?").await;
    assert_eq!(told().count(&rows).await.unwrap(), before, "the assignee isn't told any longer");
    assert_eq!(world.chatted("visitor-2", "Me too").await.kinds(), ["MESSAGE", "REOPENED", "ASSIGNED"]);
    let assign = json!({ "conversationId": done, "assigneeId": organisation.bea.id });
    world.ada().mutate("assignConversation", assign).await.refused("AGENT_INACTIVE", "input.assigneeId");
    assert_eq!(unfinished(&rows).await, 1);
    run_due(&world.app.service).await.unwrap();
    assert_eq!(world.assignments(&open).await[1..], named(&[["AGENT_DEACTIVATED", "ada", "-", "support"]]));
    assert_eq!(world.assignments(&done).await[1..], named(&[["REOPENED", "Customer", "-", "support"]]));
    assert_eq!(unfinished(&rows).await, 0);
    rows.close().await.unwrap();
}

/// How many of these have lost their agent, each with exactly one entry that says so.
pub async fn relieved(world: &World, ids: &[ConversationId]) -> usize {
    let rows = world.rows().await;
    let relieved = crate::crash::relieved(&rows, ids).await;
    rows.close().await.unwrap();
    relieved
}
