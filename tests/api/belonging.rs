//! Who is active, and who belongs where: deactivating, replacing members, restricting channels (semantics §3.5, §9).

use entity::ids::AgentId;
use futures_util::future::join;
use serde_json::{Value, json};

use crate::support::{World, both};

both!(
    a_deactivated_agents_tokens_are_refused_at_once_and_stay_dead,
    deactivating_and_reactivating_twice_changes_nothing,
    the_last_active_admin_cannot_be_deactivated,
    two_admins_who_deactivate_each_other_leave_one,
    members_are_replaced_and_only_new_ones_must_be_active,
    teams_of_an_agent_are_replaced,
    a_channel_is_restricted_and_opened,
    the_log_tells_what_decided_about_access_before_and_after,
);

async fn a_deactivated_agents_tokens_are_refused_at_once_and_stay_dead(world: &World) {
    let bea = &world.organisation().bea.id;
    let another = world.client(&world.token(bea, &[entity::enums::Scope::ConversationsRead], None).await);
    let asks = "{ viewer { ... on Agent { handle } } }";
    for client in [world.bea(), another.clone()] {
        assert_eq!(client.query(asks, json!({})).await.ok().at("viewer.handle"), "bea");
    }
    world.ada().mutate("deactivateAgent", json!({ "agentId": bea })).await.changed();
    let refused = async |when: &str| {
        for client in [world.bea(), another.clone()] {
            let answer = client.query(asks, json!({})).await;
            assert_eq!((answer.status, answer.error_codes()), (401, vec!["UNAUTHENTICATED"]), "{when}");
        }
    };
    refused("at once").await;
    let new = json!({ "name": "new", "owner": { "agentId": bea }, "scopes": ["CONVERSATIONS_READ"] });
    world.ada().mutate("createApiToken", new.clone()).await.refused("AGENT_INACTIVE", "input.owner.agentId");
    let tokens = world.ada().query("{ apiTokens { owner { ... on Agent { id } } revokedAt } }", json!({})).await.ok();
    let theirs = tokens.at("apiTokens").as_array().unwrap().iter().filter(|token| token["owner"]["id"] == *bea);
    assert!(theirs.clone().count() == 2 && theirs.clone().all(|token| !token["revokedAt"].is_null()));
    world.ada().mutate("reactivateAgent", json!({ "agentId": bea })).await.changed();
    refused("after coming back").await;
    let token = world.ada().mutate("createApiToken", new).await.done().text("secret");
    assert_eq!(world.client(&token).query(asks, json!({})).await.ok().at("viewer.handle"), "bea");
}

async fn deactivating_and_reactivating_twice_changes_nothing(world: &World) {
    let input = json!({ "agentId": world.organisation().bea.id });
    let list = "{ agents { nodes { name } } all: agents(includeDeactivated: true) { nodes { name deactivatedAt } } }";
    world.ada().mutate("deactivateAgent", input.clone()).await.changed();
    let before = world.last_seq().await;
    let again = world.ada().mutate("deactivateAgent", input.clone()).await.unchanged();
    assert_eq!(again.get("agent.deactivatedAt"), "2026-01-05T09:00:00Z");
    let lists = world.ada().query(list, json!({})).await.ok();
    assert_eq!(lists.texts("agents.nodes", "name"), ["ada", "carl", "dora"]);
    assert_eq!(lists.texts("all.nodes", "deactivatedAt"), ["?", "2026-01-05T09:00:00Z", "?", "?"]);
    assert_eq!(world.last_seq().await, before);
    world.ada().mutate("reactivateAgent", input.clone()).await.changed();
    let before = world.last_seq().await;
    let again = world.ada().mutate("reactivateAgent", input).await.unchanged();
    assert_eq!((again.get("agent.deactivatedAt"), world.last_seq().await), (&Value::Null, before));
}

async fn the_last_active_admin_cannot_be_deactivated(world: &World) {
    let organisation = world.organisation();
    let ada = json!({ "agentId": organisation.ada.id });
    world.ada().mutate("deactivateAgent", ada.clone()).await.refused("IN_USE", "input.agentId");
    let promote = json!({ "agentId": organisation.bea.id, "role": "ADMIN" });
    world.ada().mutate("updateAgent", promote).await.changed();
    world.ada().mutate("deactivateAgent", ada.clone()).await.changed();
    assert_eq!(world.ada().query("{ viewer { ... on Agent { handle } } }", json!({})).await.status, 401);
    let bea = json!({ "agentId": organisation.bea.id });
    world.robot().mutate("deactivateAgent", bea.clone()).await.refused("IN_USE", "input.agentId");
    let demote = json!({ "agentId": organisation.bea.id, "role": "AGENT" });
    world.robot().mutate("updateAgent", demote).await.refused("IN_USE", "input.role");
    world.bea().mutate("reactivateAgent", ada).await.changed();
    world.bea().mutate("deactivateAgent", bea).await.changed();
}

async fn two_admins_who_deactivate_each_other_leave_one(world: &World) {
    let organisation = world.organisation();
    let (ada, bea) = (json!({ "agentId": organisation.ada.id }), json!({ "agentId": organisation.bea.id }));
    let robot = world.robot();
    let promote = json!({ "agentId": organisation.bea.id, "role": "ADMIN" });
    robot.mutate("updateAgent", promote).await.changed();
    let (one, other) =
        join(world.ada().mutate("deactivateAgent", bea.clone()), world.bea().mutate("deactivateAgent", ada.clone()))
            .await;
    // Whoever comes second is refused, or no longer let in.
    let done = [&one, &other].into_iter().filter(|answer| answer.status == 200 && answer.refusals().is_empty());
    assert_eq!(done.count(), 1, "{one:#?} {other:#?}");
    for _ in 0..5 {
        for agent in [&ada, &bea] {
            robot.mutate("reactivateAgent", agent.clone()).await.done();
        }
        let demote = json!({ "agentId": organisation.bea.id, "role": "AGENT" });
        let (one, other) =
            join(robot.mutate("deactivateAgent", ada.clone()), robot.mutate("updateAgent", demote)).await;
        let refused = [one.ok(), other.ok()].iter().filter(|answer| !answer.refusals().is_empty()).count();
        assert_eq!(refused, 1);
        let promote = json!({ "agentId": organisation.bea.id, "role": "ADMIN" });
        robot.mutate("updateAgent", promote).await.done();
    }
}

async fn members_are_replaced_and_only_new_ones_must_be_active(world: &World) {
    let organisation = world.organisation();
    let (bea, carl, dora) = (&organisation.bea.id, &organisation.carl.id, &organisation.dora.id);
    let team = |members: Value| json!({ "teamId": organisation.support, "memberIds": members });
    let ada = world.ada();
    ada.mutate("deactivateAgent", json!({ "agentId": bea })).await.changed();
    ada.mutate("deactivateAgent", json!({ "agentId": dora })).await.changed();
    ada.mutate("updateTeam", team(json!([bea, carl, dora]))).await.refused("AGENT_INACTIVE", "input.memberIds");
    ada.mutate("updateTeam", team(json!([bea, organisation.ada.id, bea]))).await.changed();
    let members = ada.query("{ teams { slug members { name } } }", json!({})).await.ok();
    assert_eq!(members.texts("teams.1.members", "name"), ["ada", "bea"], "who is in already may be deactivated");
    ada.mutate("updateTeam", team(json!([]))).await.changed();
    ada.mutate("updateTeam", team(json!([bea]))).await.refused("AGENT_INACTIVE", "input.memberIds");
}

async fn teams_of_an_agent_are_replaced(world: &World) {
    let organisation = world.organisation();
    let (support, billing) = (&organisation.support, &organisation.billing);
    let teams = |teams: Value| json!({ "agentId": organisation.bea.id, "teamIds": teams });
    let ada = world.ada();
    assert_eq!(
        world.bea().query("{ channels { name } }", json!({})).await.ok().texts("channels", "name"),
        ["Chat", "Mail"]
    );
    let answer = ada.mutate("updateAgent", teams(json!([billing]))).await.changed();
    assert_eq!(answer.get("agent.teams"), &json!([{ "id": billing }]));
    let seen = world.bea().query("{ channels { name } }", json!({})).await.ok();
    assert_eq!(seen.texts("channels", "name"), ["Chat", "Mail", "Vip"], "the team brings its access");
    ada.mutate("deactivateAgent", json!({ "agentId": organisation.bea.id })).await.changed();
    ada.mutate("updateAgent", teams(json!([billing, support]))).await.refused("AGENT_INACTIVE", "input.teamIds");
    let answer = ada.mutate("updateAgent", teams(json!([]))).await.changed();
    assert_eq!(answer.get("agent.teams"), &json!([]));
}

async fn a_channel_is_restricted_and_opened(world: &World) {
    let organisation = world.organisation();
    let (bea, dora) = (&organisation.bea.id, &organisation.dora.id);
    let change = async |input: Value| {
        let mut input = input;
        input["channelId"] = json!(organisation.chat);
        world.ada().mutate("updateChannel", input).await
    };
    let sees = async |client: crate::support::Client| {
        let answer = client.query("{ channels { id } }", json!({})).await.ok();
        answer.texts("channels", "id").contains(&organisation.chat)
    };
    world.ada().mutate("deactivateAgent", json!({ "agentId": dora })).await.changed();
    let named = json!({ "visibility": "RESTRICTED", "agentIds": [bea, dora] });
    change(named).await.refused("AGENT_INACTIVE", "input.agentIds");
    change(json!({ "visibility": "RESTRICTED" })).await.changed();
    assert_eq!((sees(world.ada()).await, sees(world.bea()).await), (true, false), "only admins are left");
    change(json!({ "agentIds": [bea] })).await.changed();
    assert_eq!((sees(world.bea()).await, sees(world.carl()).await), (true, false));
    // Who belongs to it already may be deactivated.
    world.ada().mutate("deactivateAgent", json!({ "agentId": bea })).await.changed();
    let answer =
        change(json!({ "agentIds": [bea, organisation.ada.id], "teamIds": [organisation.support] })).await.changed();
    assert_eq!(answer.get("channel.teams"), &json!([{ "id": organisation.support }]));
    assert!(sees(world.carl()).await);
    let many: Vec<String> = (0..201_u8).map(|at| AgentId(uuid::Uuid::from_bytes([at; 16])).to_string()).collect();
    change(json!({ "agentIds": many })).await.refused("LIMIT_EXCEEDED", "input.agentIds");
    change(json!({ "visibility": "EVERYONE", "agentIds": [bea] })).await.refused("INVALID", "input.agentIds");
    let answer = change(json!({ "visibility": "EVERYONE" })).await.changed();
    assert_eq!((answer.get("channel.agents"), answer.get("channel.teams")), (&json!([]), &json!([])));
    change(json!({ "visibility": "RESTRICTED" })).await.changed();
    assert!(!sees(world.carl()).await, "what was cleared doesn't come back");
}

async fn the_log_tells_what_decided_about_access_before_and_after(world: &World) {
    use entity::{enums::EventKind, event};
    use sea_orm::{EntityTrait, QueryOrder};
    let organisation = world.organisation();
    let (bea, carl, dora) = (&organisation.bea.id, &organisation.carl.id, &organisation.dora.id);
    let start = world.last_seq().await;
    let ada = world.ada();
    ada.mutate("updateTeam", json!({ "teamId": organisation.support, "memberIds": [carl] })).await.changed();
    ada.mutate("updateAgent", json!({ "agentId": carl, "teamIds": [] })).await.changed();
    ada.mutate(
        "updateChannel",
        json!({ "channelId": organisation.vip, "agentIds": [bea], "teamIds": [organisation.billing] }),
    )
    .await
    .changed();
    ada.mutate("deleteTeam", json!({ "teamId": organisation.billing })).await.done();
    ada.mutate("deactivateAgent", json!({ "agentId": bea })).await.changed();
    let rows = world.rows().await;
    let events = event::Entity::find().order_by_asc(event::Column::Seq).all(&rows).await.unwrap();
    rows.close().await.unwrap();
    let told = events.into_iter().filter(|event| event.seq > start).map(|event| {
        let fact = &event.payload["fact"];
        (event.kind, fact["before"].clone(), fact["after"].clone())
    });
    let mut both = [bea.clone(), carl.clone()];
    both.sort();
    let team = |deleted: bool, members: Value| json!({ "deleted": deleted, "members": members });
    let agent =
        |deactivated: bool, teams: Value| json!({ "role": "AGENT", "deactivated": deactivated, "teams": teams });
    let vip = |agents: Value, teams: Value| json!({ "visibility": "RESTRICTED", "agents": agents, "teams": teams });
    let (support, billing) = (&organisation.support, &organisation.billing);
    let told: Vec<_> = told.collect();
    assert_eq!(
        told[..6],
        [
            (EventKind::TeamChanged, team(false, json!(both)), team(false, json!([carl]))),
            (EventKind::AgentChanged, agent(false, json!([support])), agent(false, json!([]))),
            (EventKind::ChannelChanged, vip(json!([]), json!([billing])), vip(json!([bea]), json!([billing]))),
            (EventKind::TeamChanged, team(false, json!([dora])), team(true, json!([]))),
            (EventKind::ChannelChanged, vip(json!([bea]), json!([billing])), vip(json!([bea]), json!([]))),
            (EventKind::AgentChanged, agent(false, json!([])), agent(true, json!([]))),
        ]
    );
    let (kind, before, after) = &told[6];
    assert_eq!((*kind, &before["revoked"], &after["revoked"]), (EventKind::TokenChanged, &json!(false), &json!(true)));
}
