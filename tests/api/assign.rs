//! Agent, team, both, or nobody (semantics §3.1–3.4).

use serde_json::{Value, json};

use crate::support::{Answer, World, both};

both!(
    an_agent_a_team_both_or_nobody,
    what_is_omitted_stays_as_it_is,
    an_omitted_variable_leaves_the_team_as_it_is,
    a_team_keeps_the_agent_only_if_a_member,
    an_agent_never_changes_the_team,
    who_cannot_have_it_is_refused,
    a_claim_is_refused_to_the_second,
    assigning_the_same_changes_nothing,
    a_closed_or_spam_conversation_can_be_assigned,
);

async fn assign(world: &World, id: &str, to: Value) -> Answer {
    let mut input = json!({ "conversationId": id });
    input.as_object_mut().unwrap().extend(to.as_object().unwrap().clone());
    world.ada().mutate("assignConversation", input).await
}

fn who(answer: &Answer) -> (Option<String>, Option<String>) {
    let id = |field: &str| answer.get("conversation")[field]["id"].as_str().map(str::to_owned);
    (id("assignee"), id("team"))
}

async fn an_agent_a_team_both_or_nobody(world: &World) {
    let organisation = world.organisation();
    let (bea, support) = (Some(organisation.bea.id.clone()), Some(organisation.support.clone()));
    let id = world.opened().await;
    let agent = assign(world, &id, json!({ "assigneeId": bea })).await.changed();
    assert_eq!((who(&agent), agent.kinds()), ((bea.clone(), None), vec!["ASSIGNED".to_owned()]));
    let nobody = assign(world, &id, json!({ "assigneeId": null })).await.changed();
    assert_eq!(who(&nobody), (None, None));
    let team = assign(world, &id, json!({ "teamId": support })).await.changed();
    assert_eq!(who(&team), (None, support.clone()));
    let both = assign(world, &id, json!({ "assigneeId": bea, "teamId": support })).await.changed();
    assert_eq!(who(&both), (bea, support));
    let neither = assign(world, &id, json!({ "assigneeId": null, "teamId": null })).await.changed();
    assert_eq!(who(&neither), (None, None));
    // Assigning is no activity.
    assert_eq!(neither.get("conversation.version"), 7);
}

async fn what_is_omitted_stays_as_it_is(world: &World) {
    let organisation = world.organisation();
    let id = world.opened().await;
    let both = json!({ "assigneeId": organisation.bea.id, "teamId": organisation.support });
    assign(world, &id, both).await.changed();
    let other = assign(world, &id, json!({ "assigneeId": organisation.carl.id })).await.changed();
    assert_eq!(who(&other), (Some(organisation.carl.id.clone()), Some(organisation.support.clone())));
    let teamless = assign(world, &id, json!({ "teamId": null })).await.changed();
    assert_eq!(who(&teamless), (Some(organisation.carl.id.clone()), None));
    assign(world, &id, json!({})).await.unchanged();
}

async fn an_omitted_variable_leaves_the_team_as_it_is(world: &World) {
    let organisation = world.organisation();
    let id = world.opened().await;
    assign(world, &id, json!({ "teamId": organisation.support })).await.changed();
    let document = "mutation($id: ID!, $agent: ID, $team: ID) {
        assignConversation(input: { conversationId: $id, assigneeId: $agent, teamId: $team }) {
            changed conversation { assignee { id } team { id } } userErrors { code } } }";
    let agent = json!({ "id": id, "agent": organisation.bea.id });
    let answer = world.ada().query(document, agent).await.changed();
    assert_eq!(who(&answer), (Some(organisation.bea.id.clone()), Some(organisation.support.clone())));
    let cleared = json!({ "id": id, "team": null });
    let answer = world.ada().query(document, cleared).await.changed();
    assert_eq!(who(&answer), (Some(organisation.bea.id.clone()), None));
}

async fn a_team_keeps_the_agent_only_if_a_member(world: &World) {
    let organisation = world.organisation();
    let id = world.opened().await;
    assign(world, &id, json!({ "assigneeId": organisation.bea.id })).await.changed();
    let kept = assign(world, &id, json!({ "teamId": organisation.support })).await.changed();
    assert_eq!(who(&kept), (Some(organisation.bea.id.clone()), Some(organisation.support.clone())));
    let cleared = assign(world, &id, json!({ "teamId": organisation.billing })).await.changed();
    assert_eq!(who(&cleared), (None, Some(organisation.billing.clone())));
    assert_eq!(cleared.kinds(), ["ASSIGNED"]);
}

async fn an_agent_never_changes_the_team(world: &World) {
    let organisation = world.organisation();
    let id = world.opened().await;
    assign(world, &id, json!({ "teamId": organisation.support })).await.changed();
    let stranger = assign(world, &id, json!({ "assigneeId": organisation.dora.id })).await.changed();
    assert_eq!(who(&stranger), (Some(organisation.dora.id.clone()), Some(organisation.support.clone())));
}

async fn who_cannot_have_it_is_refused(world: &World) {
    let organisation = world.organisation();
    let id = world.hidden().await;
    assign(world, &id, json!({ "assigneeId": organisation.dora.id })).await.changed();
    let before = world.last_seq().await;
    assign(world, &id, json!({ "assigneeId": organisation.bea.id })).await.refused("NO_ACCESS", "input.assigneeId");
    let stranger = json!({ "assigneeId": organisation.ada.id, "teamId": organisation.support });
    assign(world, &id, stranger).await.refused("NOT_A_MEMBER", "input.assigneeId");
    for unknown in ["agent_01h455vb4pex5vsknk084sn02q", "nonsense", &organisation.support] {
        assign(world, &id, json!({ "assigneeId": unknown })).await.refused("NOT_FOUND", "input.assigneeId");
    }
    for unknown in ["team_01h455vb4pex5vsknk084sn02q", "nonsense", &organisation.bea.id] {
        assign(world, &id, json!({ "teamId": unknown })).await.refused("NOT_FOUND", "input.teamId");
    }
    assert_eq!(world.last_seq().await, before, "a refusal writes nothing");
}

async fn a_claim_is_refused_to_the_second(world: &World) {
    let organisation = world.organisation();
    let id = world.opened().await;
    // "Unassigned" means no agent, whether or not a team is set.
    assign(world, &id, json!({ "teamId": organisation.support })).await.changed();
    let claim = |agent: &str| json!({ "assigneeId": agent, "onlyIfUnassigned": true });
    assign(world, &id, claim(&organisation.bea.id)).await.changed();
    let before = world.last_seq().await;
    let refused = assign(world, &id, claim(&organisation.carl.id)).await.refused("ALREADY_ASSIGNED", "");
    assert_eq!(refused.get("conversation.assignee.id"), &json!(organisation.bea.id), "with the current assignee");
    assign(world, &id, claim(&organisation.bea.id)).await.unchanged();
    assert_eq!(world.last_seq().await, before, "neither writes anything");
}

async fn assigning_the_same_changes_nothing(world: &World) {
    let organisation = world.organisation();
    let id = world.opened().await;
    let both = json!({ "assigneeId": organisation.bea.id, "teamId": organisation.support });
    let first = assign(world, &id, both.clone()).await.changed();
    let again = assign(world, &id, both).await.unchanged();
    assert_eq!(again.get("conversation.version"), first.get("conversation.version"));
    assert_eq!(again.get("conversation.updatedAt"), first.get("conversation.updatedAt"));
}

async fn a_closed_or_spam_conversation_can_be_assigned(world: &World) {
    for id in [world.closed().await, world.spam().await] {
        let before = world.ada().conversation(&id).await;
        let assigned = assign(world, &id, json!({ "assigneeId": world.organisation().bea.id })).await.changed();
        assert_eq!(assigned.get("conversation.state"), &before["state"]);
        assert_eq!(assigned.get("conversation.lastActivityAt"), &before["lastActivityAt"]);
    }
}
