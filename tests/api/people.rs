//! Agents, teams and channels are made, changed and read (semantics §1, §3.5, §9, §13).

use entity::ids::AgentId;
use futures_util::future::{join, join_all};
use serde_json::{Value, json};

use crate::budgets::{cost, warm};
use crate::support::{Answer, World, both};

both!(
    an_agent_is_made_and_read_back,
    unique_values_are_taken_without_regard_to_case,
    bad_input_is_refused_and_writes_nothing,
    a_change_that_changes_nothing_leaves_no_log_row,
    agents_change_themselves_within_bounds,
    the_last_active_admin_cannot_be_demoted,
    two_last_admins_cannot_step_down_at_once,
    one_handle_at_once_has_one_owner,
    a_full_team_takes_no_new_agent,
    there_are_at_most_200_teams_and_channels,
    policies_default_by_kind_and_null_clears,
    a_restricted_channel_exists_for_who_belongs_to_it,
    a_missing_scope_is_an_error_and_a_missing_role_a_refusal,
    agents_are_listed_by_name_in_pages,
    nested_people_cost_no_statement_a_row,
    a_deactivated_agents_tokens_are_refused_at_once_and_stay_dead,
    deactivating_and_reactivating_twice_changes_nothing,
    the_last_active_admin_cannot_be_deactivated,
    two_admins_who_deactivate_each_other_leave_one,
    members_are_replaced_and_only_new_ones_must_be_active,
    teams_of_an_agent_are_replaced,
    a_channel_is_restricted_and_opened,
    the_log_tells_what_decided_about_access_before_and_after,
);

fn eve() -> Value {
    json!({ "handle": "Eve", "name": " Eve ", "email": "Eve@example.org" })
}

async fn an_agent_is_made_and_read_back(world: &World) {
    let mut new = eve();
    new["timeZone"] = json!("Europe/Lisbon");
    new["teamIds"] = json!([world.organisation().billing, world.organisation().support]);
    let id = world.ada().mutate("createAgent", new).await.changed().text("agent.id");
    let document =
        "query($id: ID!) { node(id: $id) { id ... on Agent { displayName handle name email role availability timeZone
        capacity teams { slug } openConversationCount createdAt deactivatedAt } } }";
    let mut read = json!({ "id": id, "displayName": "Eve", "handle": "eve", "name": "Eve", "email": "Eve@example.org",
        "role": "AGENT", "availability": "ONLINE", "timeZone": "Europe/Lisbon", "capacity": null,
        "teams": [{ "slug": "billing" }, { "slug": "support" }], "openConversationCount": 0,
        "createdAt": "2026-01-05T09:00:00Z", "deactivatedAt": null });
    assert_eq!(world.bea().query(document, json!({ "id": id })).await.ok().at("node"), &read);
    read["email"] = Value::Null;
    assert_eq!(world.gateway().query(document, json!({ "id": id })).await.ok().at("node"), &read);
}

async fn unique_values_are_taken_without_regard_to_case(world: &World) {
    let with = |field: &str, value: &str| {
        let mut new = eve();
        new[field] = json!(value);
        new
    };
    let ada = world.ada();
    ada.mutate("createAgent", with("handle", "BEA")).await.refused("TAKEN", "input.handle");
    ada.mutate("createAgent", with("email", "BEA@Example.org")).await.refused("TAKEN", "input.email");
    let bea = &world.organisation().bea.id;
    ada.mutate("updateAgent", json!({ "agentId": bea, "handle": "Carl" })).await.refused("TAKEN", "input.handle");
    ada.mutate("createTeam", json!({ "slug": "Support", "name": "Other" })).await.refused("TAKEN", "input.slug");
    ada.mutate("createTeam", json!({ "slug": "other", "name": "Ｓupport" })).await.refused("TAKEN", "input.name");
    ada.mutate("createChannel", json!({ "kind": "CHAT", "name": " MAIL " })).await.refused("TAKEN", "input.name");
    // Handles and slugs are two things.
    ada.mutate("createTeam", json!({ "slug": "bea", "name": "Bea" })).await.changed();
}

async fn bad_input_is_refused_and_writes_nothing(world: &World) {
    let before = world.last_seq().await;
    let agent = |field: &str, value: Value| {
        let mut new = eve();
        new[field] = value;
        ("createAgent", new)
    };
    let stray = json!(["agent_01h455vb4pex5vsknk084sn02q"]);
    let bea = &world.organisation().bea.id;
    for ((mutation, input), code, field) in [
        (agent("handle", json!("a b")), "INVALID", "input.handle"),
        (agent("handle", json!("")), "REQUIRED", "input.handle"),
        (agent("name", json!("x".repeat(256))), "TOO_LONG", "input.name"),
        (agent("name", json!("a\0")), "INVALID", "input.name"),
        (agent("email", json!("eve")), "INVALID", "input.email"),
        (agent("capacity", json!(-1)), "INVALID", "input.capacity"),
        (agent("teamIds", stray.clone()), "NOT_FOUND", "input.teamIds"),
        (agent("teamIds", json!(["team_01h455vb4pex5vsknk084sn02q"])), "NOT_FOUND", "input.teamIds"),
        (("updateAgent", json!({ "agentId": bea, "name": null })), "REQUIRED", "input.name"),
        (("updateAgent", json!({ "agentId": world.organisation().support })), "NOT_FOUND", "input.agentId"),
        (("updateAgent", json!({ "agentId": bea, "teamIds": null })), "REQUIRED", "input.teamIds"),
        (("updateAgent", json!({ "agentId": bea, "teamIds": stray })), "NOT_FOUND", "input.teamIds"),
        (("deactivateAgent", json!({ "agentId": stray[0] })), "NOT_FOUND", "input.agentId"),
        (("reactivateAgent", json!({ "agentId": world.organisation().support })), "NOT_FOUND", "input.agentId"),
        (
            ("updateTeam", json!({ "teamId": world.organisation().support, "memberIds": null })),
            "REQUIRED",
            "input.memberIds",
        ),
        (
            ("updateTeam", json!({ "teamId": world.organisation().support, "memberIds": stray })),
            "NOT_FOUND",
            "input.memberIds",
        ),
        (
            ("updateChannel", json!({ "channelId": world.organisation().mail, "visibility": null })),
            "REQUIRED",
            "input.visibility",
        ),
        (
            ("updateChannel", json!({ "channelId": world.organisation().mail, "agentIds": [bea] })),
            "INVALID",
            "input.agentIds",
        ),
        (
            ("updateChannel", json!({ "channelId": world.organisation().vip, "agentIds": stray })),
            "NOT_FOUND",
            "input.agentIds",
        ),
        (
            (
                "updateChannel",
                json!({ "channelId": world.organisation().vip, "visibility": "EVERYONE", "teamIds": [world.organisation().support] }),
            ),
            "INVALID",
            "input.teamIds",
        ),
        (("createTeam", json!({ "slug": "x", "name": "X", "memberIds": stray })), "NOT_FOUND", "input.memberIds"),
        (("updateTeam", json!({ "teamId": world.organisation().support, "slug": null })), "REQUIRED", "input.slug"),
        (("createChannel", json!({ "kind": "EMAIL", "name": "X", "address": "x" })), "INVALID", "input.address"),
        (("createChannel", json!({ "kind": "EMAIL", "name": "X", "agentIds": [bea] })), "INVALID", "input.agentIds"),
        (
            (
                "updateChannel",
                json!({ "channelId": world.organisation().mail, "policy": { "autoCloseWhileWaiting": null } }),
            ),
            "REQUIRED",
            "input.policy.autoCloseWhileWaiting",
        ),
    ] {
        world.ada().mutate(mutation, input).await.refused(code, field);
    }
    let month = json!({ "channelId": world.organisation().mail, "policy": { "autoCloseAfter": "P1M" } });
    world.ada().mutate("updateChannel", month).await.failed("BAD_REQUEST");
    assert_eq!(world.last_seq().await, before);
}

async fn a_change_that_changes_nothing_leaves_no_log_row(world: &World) {
    let organisation = world.organisation();
    let before = world.last_seq().await;
    let same = [
        ("updateAgent", json!({ "agentId": organisation.bea.id, "handle": "BEA", "name": " bea ", "capacity": null })),
        ("updateTeam", json!({ "teamId": organisation.support, "slug": "support", "autoAssignment": "OFF" })),
        ("updateChannel", json!({ "channelId": organisation.mail, "policy": { "autoCloseAfter": "P7D" } })),
        ("updateChannel", json!({ "channelId": organisation.mail })),
        (
            "updateChannel",
            json!({ "channelId": organisation.mail, "visibility": "EVERYONE", "agentIds": [], "teamIds": [] }),
        ),
        (
            "updateChannel",
            json!({ "channelId": organisation.vip, "teamIds": [organisation.billing, organisation.billing] }),
        ),
        (
            "updateTeam",
            json!({ "teamId": organisation.support, "memberIds": [organisation.carl.id, organisation.bea.id] }),
        ),
        ("updateAgent", json!({ "agentId": organisation.bea.id, "teamIds": [organisation.support] })),
        ("reactivateAgent", json!({ "agentId": organisation.bea.id })),
    ];
    for (mutation, input) in same {
        let answer = world.ada().mutate(mutation, input).await.done();
        assert_eq!(answer.get("changed"), false, "{mutation}");
    }
    assert_eq!(world.last_seq().await, before);
}

async fn agents_change_themselves_within_bounds(world: &World) {
    let organisation = world.organisation();
    let own = json!({ "agentId": organisation.bea.id, "name": "Beatrice", "availability": "AWAY", "timeZone": "Asia/Kolkata" });
    let answer = world.bea().mutate("updateAgent", own).await.changed();
    assert_eq!((answer.text("agent.name"), answer.text("agent.availability")), ("Beatrice".into(), "AWAY".into()));
    for (field, value) in [
        ("role", json!("ADMIN")),
        ("handle", json!("b")),
        ("email", json!("b@c")),
        ("capacity", json!(1)),
        ("teamIds", json!([])),
    ] {
        let mut input = json!({ "agentId": organisation.bea.id });
        input[field] = value;
        world.bea().mutate("updateAgent", input).await.refused("FORBIDDEN", &format!("input.{field}"));
    }
    let other = json!({ "agentId": organisation.carl.id, "name": "C" });
    world.bea().mutate("updateAgent", other.clone()).await.refused("FORBIDDEN", "");
    world.gateway().mutate("updateAgent", other).await.failed("FORBIDDEN");
    // What lists show of her is the new name at once.
    let teams = world.bea().query("{ teams { members { name } } }", json!({})).await.ok();
    assert_eq!(teams.texts("teams.1.members", "name"), ["Beatrice", "carl"]);
}

async fn the_last_active_admin_cannot_be_demoted(world: &World) {
    let organisation = world.organisation();
    let role = |id: &str, role: &str| json!({ "agentId": id, "role": role });
    let ada = world.ada();
    ada.mutate("updateAgent", role(&organisation.ada.id, "AGENT")).await.refused("IN_USE", "input.role");
    ada.mutate("updateAgent", role(&organisation.bea.id, "ADMIN")).await.changed();
    ada.mutate("updateAgent", role(&organisation.ada.id, "AGENT")).await.changed();
    ada.mutate("updateAgent", role(&organisation.bea.id, "AGENT")).await.refused("FORBIDDEN", "");
}

async fn two_last_admins_cannot_step_down_at_once(world: &World) {
    let organisation = world.organisation();
    let role = |id: &str, role: &str| json!({ "agentId": id, "role": role });
    for _ in 0..5 {
        world.robot().mutate("updateAgent", role(&organisation.bea.id, "ADMIN")).await.done();
        world.robot().mutate("updateAgent", role(&organisation.ada.id, "ADMIN")).await.done();
        let robot = world.robot();
        let (one, other) = join(
            robot.mutate("updateAgent", role(&organisation.ada.id, "AGENT")),
            robot.mutate("updateAgent", role(&organisation.bea.id, "AGENT")),
        )
        .await;
        let refused = [one.ok(), other.ok()].iter().filter(|answer| !answer.refusals().is_empty()).count();
        assert_eq!(refused, 1);
    }
}

async fn one_handle_at_once_has_one_owner(world: &World) {
    let ada = world.ada();
    let made = join_all((0..8).map(|at| {
        let ada = &ada;
        async move {
            let mut new = eve();
            new["email"] = json!(format!("eve{at}@example.org"));
            ada.mutate("createAgent", new).await.ok()
        }
    }));
    let made: Vec<Answer> = made.await;
    let taken = |answer: &&Answer| answer.refusals() == [("TAKEN".to_owned(), Some("input.handle".to_owned()))];
    assert_eq!(made.iter().filter(taken).count(), 7);
}

async fn a_full_team_takes_no_new_agent(world: &World) {
    use switchboard::domain::actor::Actor;
    use switchboard::domain::agent::NewAgent;
    use switchboard::service::agents::Maker;
    let mut members = Vec::new();
    for at in 0..201 {
        let new = NewAgent {
            handle: format!("a{at}"),
            name: "A".to_owned(),
            email: format!("a{at}@example.org"),
            role: entity::enums::AgentRole::Agent,
            time_zone: "UTC".to_owned(),
            capacity: None,
            teams: Vec::new(),
        };
        let made = world.app.service.create_agent(Maker::Other(Actor::Clock), &new).await.unwrap();
        members.push(AgentId::to_string(&made.id));
    }
    let mut team = json!({ "slug": "all", "name": "All", "memberIds": members });
    world.ada().mutate("createTeam", team.clone()).await.refused("LIMIT_EXCEEDED", "input.memberIds");
    team["memberIds"] = json!(members[..200]);
    let team = world.ada().mutate("createTeam", team).await.changed().text("team.id");
    let mut late = eve();
    late["teamIds"] = json!([team]);
    world.ada().mutate("createAgent", late).await.refused("LIMIT_EXCEEDED", "input.teamIds");
    let join = json!({ "agentId": members[200], "teamIds": [team] });
    world.ada().mutate("updateAgent", join.clone()).await.refused("LIMIT_EXCEEDED", "input.teamIds");
    let all = json!({ "teamId": team, "memberIds": members });
    world.ada().mutate("updateTeam", all).await.refused("LIMIT_EXCEEDED", "input.memberIds");
    let others = json!({ "teamId": team, "memberIds": members[2..] });
    world.ada().mutate("updateTeam", others).await.changed();
    world.ada().mutate("updateAgent", join).await.unchanged();
}

async fn there_are_at_most_200_teams_and_channels(world: &World) {
    use entity::enums::{AutoAssignment, ChannelKind, ChannelVisibility};
    use switchboard::domain::actor::Actor;
    use switchboard::domain::channel::{NewChannel, PolicyEdit};
    use switchboard::domain::team::NewTeam;
    let service = &world.app.service;
    for at in 2..200 {
        let slug = format!("t{at}");
        let new = NewTeam { name: slug.clone(), slug, auto_assignment: AutoAssignment::Off, members: Vec::new() };
        service.create_team(Actor::Clock, &new).await.unwrap();
    }
    for at in 3..200 {
        let new = NewChannel {
            name: format!("c{at}"),
            kind: ChannelKind::Chat,
            address: None,
            visibility: ChannelVisibility::Everyone,
            agents: Vec::new(),
            teams: Vec::new(),
            policy: PolicyEdit::default(),
        };
        service.create_channel(Actor::Clock, &new).await.unwrap();
    }
    let before = world.last_seq().await;
    let ada = world.ada();
    ada.mutate("createTeam", json!({ "slug": "late", "name": "Late" })).await.refused("LIMIT_EXCEEDED", "");
    ada.mutate("createChannel", json!({ "kind": "CHAT", "name": "Late" })).await.refused("LIMIT_EXCEEDED", "");
    assert_eq!(world.last_seq().await, before);
    let lists = ada.query("{ teams { id } channels { id } }", json!({})).await.ok();
    let length = |list: &str| lists.at(list).as_array().unwrap().len();
    assert_eq!((length("teams"), length("channels")), (200, 200));
}

async fn policies_default_by_kind_and_null_clears(world: &World) {
    let read = async |id: &str| {
        let document = "query($id: ID!) { node(id: $id) { ... on Channel { policy {
            autoCloseAfter autoCloseWhileWaiting reopenWindow } } } }";
        let policy = world.bea().query(document, json!({ "id": id })).await.ok().at("node.policy").clone();
        [&policy["autoCloseAfter"], &policy["autoCloseWhileWaiting"], &policy["reopenWindow"]].map(Clone::clone)
    };
    let create = async |input: Value| world.ada().mutate("createChannel", input).await.changed().text("channel.id");
    let mail = create(json!({ "name": "M", "kind": "EMAIL", "address": "m@example.org" })).await;
    assert_eq!(read(&mail).await, [json!("P7D"), json!(true), json!(null)]);
    let chat = create(json!({ "name": "C", "kind": "CHAT", "policy": null })).await;
    assert_eq!(read(&chat).await, [json!(null), json!(true), json!("PT24H")]);
    let odd = json!({ "name": "O", "kind": "CHAT", "policy": { "autoCloseAfter": "PT36H", "reopenWindow": null } });
    assert_eq!(read(&create(odd).await).await, [json!("PT36H"), json!(true), json!(null)]);
    let never = json!({ "channelId": mail, "policy": { "autoCloseAfter": null, "autoCloseWhileWaiting": false } });
    world.ada().mutate("updateChannel", never).await.changed();
    assert_eq!(read(&mail).await, [json!(null), json!(false), json!(null)]);
}

async fn a_restricted_channel_exists_for_who_belongs_to_it(world: &World) {
    let organisation = world.organisation();
    let new = json!({ "name": "Inner", "kind": "CHAT", "visibility": "RESTRICTED",
        "agentIds": [organisation.bea.id, organisation.bea.id], "teamIds": [organisation.billing] });
    let id = world.ada().mutate("createChannel", new).await.changed().text("channel.id");
    let list = "{ channels { id agents { name } teams { slug } } }";
    for (client, seen) in [(world.ada(), true), (world.bea(), true), (world.dora(), true), (world.carl(), false)] {
        let answer = client.query(list, json!({})).await.ok();
        let found = answer.at("channels").as_array().unwrap().iter().find(|channel| channel["id"] == *id).cloned();
        let expected = json!({ "id": id, "agents": [{ "name": "bea" }], "teams": [{ "slug": "billing" }] });
        assert_eq!(found, seen.then_some(expected));
    }
}

async fn a_missing_scope_is_an_error_and_a_missing_role_a_refusal(world: &World) {
    let new = || json!({ "slug": "new", "name": "New" });
    world.bea().mutate("createTeam", new()).await.refused("FORBIDDEN", "");
    let answer = world.gateway().mutate("createTeam", new()).await.failed("FORBIDDEN");
    assert_eq!(answer.body["data"], json!({ "createTeam": null }));
    world.robot().mutate("createTeam", new()).await.changed();
}

async fn agents_are_listed_by_name_in_pages(world: &World) {
    let page = async |arguments: &str| {
        let document =
            format!("{{ agents({arguments}) {{ totalCount nodes {{ name }} pageInfo {{ hasNextPage endCursor }} }} }}");
        world.gateway().query(&document, json!({})).await.ok()
    };
    let first = page("first: 3").await;
    assert_eq!(first.texts("agents.nodes", "name"), ["ada", "bea", "carl"]);
    assert_eq!((first.at("agents.totalCount"), first.at("agents.pageInfo.hasNextPage")), (&json!(4), &json!(true)));
    let next = page(&format!("first: 3, after: {}", first.at("agents.pageInfo.endCursor"))).await;
    assert_eq!(next.texts("agents.nodes", "name"), ["dora"]);
    assert_eq!(page("last: 1").await.texts("agents.nodes", "name"), ["dora"]);
}

async fn nested_people_cost_no_statement_a_row(world: &World) {
    let document = "{ teams { members { name } openConversationCount } channels { agents { name } teams { name } }
        agents { nodes { teams { name } openConversationCount } } }";
    warm(world, &world.bea(), document, json!({})).await;
    // The token, and for each list itself and its two relations; names are remembered.
    assert_eq!(cost(world, &world.bea(), document, json!({})).await, 10);
    let id = world.opened().await;
    let bea = &world.organisation().bea.id;
    world.bea().mutate("assignConversation", json!({ "conversationId": id, "assigneeId": bea })).await.changed();
    let counts = world.bea().query("{ agents { nodes { openConversationCount } } }", json!({})).await.ok();
    let counts: Vec<_> =
        counts.at("agents.nodes").as_array().unwrap().iter().map(|one| one["openConversationCount"].clone()).collect();
    assert_eq!(counts, [0, 1, 0, 0]);
}

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
