//! Teams are deleted, others take their place, and history keeps them (semantics §3.6).

use entity::enums::SweepKind;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use switchboard::scheduler::run_due;

use crate::support::{World, both};
use crate::sweeps::{all_swept, both_assigned, interrupted, named};

both!(
    a_deleted_team_hands_its_conversations_to_another,
    a_deleted_team_is_kept_where_history_names_it,
    a_team_with_conversations_is_not_deleted_without_another,
    a_team_deleted_on_the_way_passes_on_what_is_coming,
    a_reopened_conversation_loses_a_deleted_team,
);

async fn a_deleted_team_hands_its_conversations_to_another(world: &World) {
    let organisation = world.organisation();
    let (support, billing) = (&organisation.support, &organisation.billing);
    world
        .ada()
        .mutate("updateAgent", json!({ "agentId": organisation.dora.id, "teamIds": [support, billing] }))
        .await
        .changed();
    let [kept, cleared, spam, done] =
        [world.opened().await, world.opened().await, world.spam().await, world.closed().await];
    both_assigned(world, &kept, &organisation.dora.id, support).await;
    both_assigned(world, &cleared, &organisation.bea.id, support).await;
    for id in [&spam, &done] {
        world.give(id, support).await;
    }
    world.ada().mutate("updateTeam", json!({ "teamId": billing, "autoAssignment": "ROUND_ROBIN" })).await.changed();
    world.ada().mutate("updateAgent", json!({ "agentId": organisation.dora.id, "capacity": 2 })).await.changed();
    let delete = json!({ "teamId": support, "reassignToTeamId": billing });
    assert_eq!(world.ada().mutate("deleteTeam", delete.clone()).await.done().text("deletedId"), *support);
    assert_eq!(world.assignments(&kept).await[1..], named(&[["TEAM_DELETED", "ada", "dora", "billing"]]));
    let handed = [["TEAM_DELETED", "ada", "-", "billing"], ["AUTO_ASSIGNED", "ada", "dora", "billing"]];
    assert_eq!(world.assignments(&cleared).await[1..], named(&handed));
    assert_eq!(world.assignments(&spam).await[1..], named(&handed[..1]), "nothing is handed out in spam");
    assert_eq!(world.holder(&done).await, [None, Some(support.clone())], "closed ones keep it");
    world.ada().mutate("deleteTeam", delete).await.refused("NOT_FOUND", "input.teamId");
    all_swept(world).await;
}

async fn a_deleted_team_is_kept_where_history_names_it(world: &World) {
    let organisation = world.organisation();
    let support = &organisation.support;
    let done = world.closed().await;
    both_assigned(world, &done, &organisation.bea.id, support).await;
    world.ada().mutate("deleteTeam", json!({ "teamId": support })).await.done();
    let document = "query($id: ID!, $team: ID!) { conversation(id: $id) { team { slug deletedAt } }
        node(id: $team) { ... on Team { slug deletedAt members { id } } } teams { slug } channels { teams { slug } }
        agents { nodes { teams { slug } } } }";
    let found = world.bea().query(document, json!({ "id": done, "team": support })).await.ok();
    let told = json!({ "slug": "support", "deletedAt": "2026-01-05T09:00:00Z" });
    assert_eq!(found.at("conversation.team"), &told);
    assert_eq!(found.at("node.deletedAt"), &told["deletedAt"]);
    assert_eq!(found.at("node.members"), &json!([]));
    assert_eq!(found.at("teams"), &json!([{ "slug": "billing" }]), "it is in no list");
    assert_eq!(found.at("agents.nodes.1.teams"), &json!([]));
    assert_eq!(world.assignments(&done).await[0][3], "support");
    // Its slug and name are free, and it can't be chosen.
    world.ada().mutate("createTeam", json!({ "slug": "support", "name": "Support" })).await.changed();
    let open = world.opened().await;
    let assign = json!({ "conversationId": open, "teamId": support });
    world.ada().mutate("assignConversation", assign).await.refused("NOT_FOUND", "input.teamId");
    for (mutation, input, field) in [
        ("updateTeam", json!({ "teamId": support, "name": "X" }), "input.teamId"),
        ("deleteTeam", json!({ "teamId": support }), "input.teamId"),
        (
            "deleteTeam",
            json!({ "teamId": organisation.billing, "reassignToTeamId": support }),
            "input.reassignToTeamId",
        ),
        ("updateAgent", json!({ "agentId": organisation.bea.id, "teamIds": [support] }), "input.teamIds"),
        ("updateChannel", json!({ "channelId": organisation.vip, "teamIds": [support] }), "input.teamIds"),
    ] {
        world.ada().mutate(mutation, input).await.refused("NOT_FOUND", field);
    }
}

async fn a_team_with_conversations_is_not_deleted_without_another(world: &World) {
    let organisation = world.organisation();
    let support = &organisation.support;
    let (open, spam) = (world.opened().await, world.spam().await);
    let delete = json!({ "teamId": support });
    for id in [open, spam] {
        world.give(&id, support).await;
        let before = world.last_seq().await;
        world.ada().mutate("deleteTeam", delete.clone()).await.refused("IN_USE", "input.teamId");
        assert_eq!(world.last_seq().await, before);
        world.ada().mutate("assignConversation", json!({ "conversationId": id, "teamId": null })).await.changed();
    }
    let itself = json!({ "teamId": support, "reassignToTeamId": support });
    world.ada().mutate("deleteTeam", itself).await.refused("INVALID", "input.reassignToTeamId");
    for unknown in ["team_01h455vb4pex5vsknk084sn02q", "nonsense", &organisation.bea.id] {
        let input = json!({ "teamId": support, "reassignToTeamId": unknown });
        world.ada().mutate("deleteTeam", input).await.refused("NOT_FOUND", "input.reassignToTeamId");
        world.ada().mutate("deleteTeam", json!({ "teamId": unknown })).await.refused("NOT_FOUND", "input.teamId");
    }
    world.bea().mutate("deleteTeam", delete.clone()).await.refused("FORBIDDEN", "");
    world.ada().mutate("deleteTeam", delete).await.done();
    // Who saw a channel only through it sees it no longer.
    let hidden = world.hidden().await;
    world.assign(&hidden, &organisation.dora.id).await;
    world.ada().mutate("deleteTeam", json!({ "teamId": organisation.billing })).await.done();
    assert_eq!(world.assignments(&hidden).await[1..], named(&[["ACCESS_LOST", "ada", "-", "-"]]));
    assert_eq!(world.dora().conversation(&hidden).await, Value::Null);
    all_swept(world).await;
}

/// The rows of a team that was deleted, with its conversations still on their way.
async fn deleted(world: &World, team: &str, heir: &str) {
    let rows = world.rows().await;
    let [team, heir] = [team, heir].map(|id| entity::ids::TeamId::parse(id).unwrap());
    entity::team::Entity::update_many()
        .col_expr(entity::team::Column::DeletedAt, Expr::value(world.clock.now()))
        .col_expr(entity::team::Column::MovedToId, Expr::value(heir))
        .filter(entity::team::Column::Id.eq(team))
        .exec(&rows)
        .await
        .unwrap();
    rows.close().await.unwrap();
    interrupted(world, SweepKind::TeamDeleted, team.0, json!({})).await;
}

async fn a_team_deleted_on_the_way_passes_on_what_is_coming(world: &World) {
    let organisation = world.organisation();
    let (support, billing) = (&organisation.support, &organisation.billing);
    let new = json!({ "slug": "last", "name": "Last" });
    let last = world.ada().mutate("createTeam", new).await.changed().text("team.id");
    let id = world.opened().await;
    world.give(&id, support).await;
    deleted(world, support, billing).await;
    let delete = json!({ "teamId": billing });
    world.ada().mutate("deleteTeam", delete.clone()).await.refused("IN_USE", "input.teamId");
    world.ada().mutate("deleteTeam", json!({ "teamId": billing, "reassignToTeamId": last })).await.done();
    run_due(&world.app.service).await.unwrap();
    assert_eq!(world.holder(&id).await[1].as_ref(), Some(&last));
    assert_eq!(world.assignments(&id).await[1..], named(&[["TEAM_DELETED", "ada", "-", "last"]]));
    all_swept(world).await;
}

async fn a_reopened_conversation_loses_a_deleted_team(world: &World) {
    let organisation = world.organisation();
    let (stays, goes, alone) = (world.closed().await, world.closed().await, world.closed().await);
    both_assigned(world, &stays, &organisation.bea.id, &organisation.support).await;
    both_assigned(world, &goes, &organisation.carl.id, &organisation.support).await;
    world.give(&alone, &organisation.support).await;
    world.ada().mutate("deleteTeam", json!({ "teamId": organisation.support })).await.done();
    world.away(&organisation.carl.id).await;
    for (id, told) in [
        (&stays, ["TEAM_DELETED", "ada", "bea", "-"]),
        (&goes, ["REOPENED", "ada", "-", "-"]),
        (&alone, ["TEAM_DELETED", "ada", "-", "-"]),
    ] {
        let reopened = world.ada().mutate("reopenConversation", json!({ "conversationId": id })).await.changed();
        assert_eq!(reopened.kinds(), ["REOPENED", "ASSIGNED"]);
        assert_eq!(world.assignments(id).await[1..], named(&[told]));
    }
}
