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
