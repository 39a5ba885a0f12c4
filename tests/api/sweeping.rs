//! How sweeps are carried out (architecture §2): at once and by the scheduler, by one and by two, as whom, and until when.

use std::sync::atomic::{AtomicBool, Ordering};

use entity::agent;
use entity::enums::SweepKind;
use entity::ids::AgentId;
use futures_util::future::join;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use switchboard::scheduler::{run, run_due};
use switchboard::service::Service;
use switchboard::service::sweeps::AT_ONCE;
use tokio_util::sync::CancellationToken;

use crate::crash::free;
use crate::support::{World, both};
use crate::sweeps::{all_swept, deactivate, interrupted, relieved, unfinished};

both!(
    five_hundred_are_done_at_once_and_the_rest_by_the_scheduler,
    what_is_snoozed_is_gone_through_too,
    two_at_a_sweep_do_each_conversation_once,
    a_scheduler_beside_takes_nothing_from_before_the_answer,
    a_scheduler_told_to_stop_finishes_the_conversation_it_is_at,
    a_sweep_acts_as_who_began_it_whatever_became_of_them,
);

async fn five_hundred_are_done_at_once_and_the_rest_by_the_scheduler(world: &World) {
    let organisation = world.organisation();
    let ids = world.laden(&organisation.bea.id, AT_ONCE + 20).await;
    deactivate(world, &organisation.bea.id).await;
    let rows = world.rows().await;
    assert_eq!((relieved(world, &ids).await, unfinished(&rows).await), (AT_ONCE, 1));
    tokio::time::timeout(std::time::Duration::from_secs(5), world.app.service.nudge.wait()).await.unwrap();
    run_due(&world.app.service).await.unwrap();
    assert_eq!((relieved(world, &ids).await, unfinished(&rows).await), (AT_ONCE + 20, 0));
    rows.close().await.unwrap();
}

async fn what_is_snoozed_is_gone_through_too(world: &World) {
    let bea = &world.organisation().bea.id;
    let ids = world.laden(bea, 3).await;
    world.snooze(&ids[0].to_string(), json!({ "preset": "TOMORROW_MORNING" })).await;
    world.snooze(&ids[1].to_string(), json!({ "customerReplies": true })).await;
    world.bea().mutate("markAsSpam", json!({ "conversationId": ids[1].to_string() })).await.changed();
    deactivate(world, bea).await;
    assert_eq!(relieved(world, &ids).await, 3);
    let left = world.ada().conversation(&ids[0].to_string()).await;
    assert_eq!((&left["state"], &left["assignee"]), (&json!("SNOOZED"), &json!(null)), "it sleeps on");
}

async fn two_at_a_sweep_do_each_conversation_once(world: &World) {
    let organisation = world.organisation();
    let bea = AgentId::parse(&organisation.bea.id).unwrap();
    let ids = world.laden(&organisation.bea.id, 40).await;
    let rows = world.rows().await;
    agent::Entity::update_many()
        .col_expr(agent::Column::DeactivatedAt, Expr::value(world.clock.now()))
        .filter(agent::Column::Id.eq(bea))
        .exec(&rows)
        .await
        .unwrap();
    interrupted(world, SweepKind::AgentDeactivated, bea.0, json!({})).await;
    let service = &world.app.service;
    while unfinished(&rows).await > 0 {
        let (one, other) = join(run_due(service), run_due(service)).await;
        one.and(other).unwrap();
    }
    assert_eq!(relieved(world, &ids).await, 40);
    rows.close().await.unwrap();
}

async fn a_scheduler_beside_takes_nothing_from_before_the_answer(world: &World) {
    let bea = &world.organisation().bea.id;
    let ids = world.laden(bea, 200).await;
    // Schedulers of two nodes, awake all the time.
    let (_base, other) = world.another_node().await;
    let answered = AtomicBool::new(false);
    let beside = async |service: &Service| {
        while !answered.load(Ordering::Relaxed) {
            run_due(service).await.unwrap();
            tokio::task::yield_now().await;
        }
    };
    let deactivation = async {
        let answer = deactivate(world, bea).await;
        let left = relieved(world, &ids).await;
        answered.store(true, Ordering::Relaxed);
        (answer, left)
    };
    let schedulers = join(beside(&world.app.service), beside(&other.service));
    let (_, (answer, done)) = join(schedulers, deactivation).await;
    assert_eq!((answer.get("agent.openConversationCount"), done), (&json!(0), 200), "as if nobody else were at it");
    all_swept(world).await;
}

async fn a_scheduler_told_to_stop_finishes_the_conversation_it_is_at(world: &World) {
    let bea = AgentId::parse(&world.organisation().bea.id).unwrap();
    let ids = world.laden(&world.organisation().bea.id, 150).await;
    let rows = world.rows().await;
    agent::Entity::update_many()
        .col_expr(agent::Column::DeactivatedAt, Expr::value(world.clock.now()))
        .filter(agent::Column::Id.eq(bea))
        .exec(&rows)
        .await
        .unwrap();
    interrupted(world, SweepKind::AgentDeactivated, bea.0, json!({})).await;
    let stop = CancellationToken::new();
    let running = tokio::spawn(run(world.app.service.clone(), stop.clone()));
    while free(&rows).await == 0 {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    let told = free(&rows).await;
    running.await.unwrap();
    let stopped = free(&rows).await;
    assert!(stopped <= told + 1 && stopped < 150, "{told} when it was told, {stopped} when it stopped");
    run_due(&world.app.service).await.unwrap();
    assert_eq!(relieved(world, &ids).await, 150, "the next one goes on");
    rows.close().await.unwrap();
}

async fn a_sweep_acts_as_who_began_it_whatever_became_of_them(world: &World) {
    let organisation = world.organisation();
    let id = world.opened().await;
    world.assign(&id, &organisation.bea.id).await;
    let rows = world.rows().await;
    let bea = AgentId::parse(&organisation.bea.id).unwrap();
    world.ada().mutate("updateAgent", json!({ "agentId": organisation.carl.id, "role": "ADMIN" })).await.changed();
    agent::Entity::update_many()
        .col_expr(agent::Column::DeactivatedAt, Expr::value(world.clock.now()))
        .filter(agent::Column::Id.eq(bea))
        .exec(&rows)
        .await
        .unwrap();
    interrupted(world, SweepKind::AgentDeactivated, bea.0, json!({})).await;
    world.carl().mutate("deactivateAgent", json!({ "agentId": organisation.ada.id })).await.changed();
    run_due(&world.app.service).await.unwrap();
    let document = "query($id: ID!) { conversation(id: $id) { assignee { id } timeline(last: 1) { nodes {
        actor { displayName } ... on AssignedEntry { assignReason } } } } }";
    let found = world.carl().query(document, json!({ "id": id })).await.ok();
    let entry = json!({ "actor": { "displayName": "ada" }, "assignReason": "AGENT_DEACTIVATED" });
    assert_eq!(found.at("conversation.timeline.nodes.0"), &entry);
    rows.close().await.unwrap();
}
