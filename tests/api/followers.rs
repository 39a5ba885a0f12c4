//! Who follows a conversation (semantics §6.1).

use serde_json::{Value, json};

use crate::support::{Answer, Client, World, both};

both!(
    an_agent_follows_unfollows_and_follows_again,
    following_and_unfollowing_twice_changes_nothing_more,
    an_explicit_unfollow_holds_against_following_by_replying,
    who_was_removed_by_somebody_else_follows_again_by_replying,
    naming_oneself_among_the_removed_is_unfollowing,
    being_added_by_somebody_else_overrides_an_unfollow,
    each_agent_is_one_entry_in_id_order,
    followers_who_cannot_be_are_refused,
    a_deactivated_follower_is_not_listed_and_can_be_removed,
    at_most_a_hundred_follow,
    following_does_not_move_a_conversation_on,
    a_conversation_that_moved_on_is_refused,
    closed_and_spam_conversations_are_followed_too,
    integrations_follow_nothing_but_manage_followers,
);

fn of(id: &str) -> Value {
    json!({ "conversationId": id })
}

fn with(id: &str, agents: &[&str]) -> Value {
    json!({ "conversationId": id, "agentIds": agents })
}

async fn state(client: &Client, id: &str) -> Value {
    let document = "query($id: ID!) { conversation(id: $id) { viewerFollow } }";
    client.query(document, json!({ "id": id })).await.ok().at("conversation.viewerFollow").clone()
}

fn followers(answer: &Answer) -> Vec<String> {
    let followers = answer.get("conversation.followers").as_array().unwrap();
    followers.iter().map(|agent| agent["id"].as_str().unwrap().to_owned()).collect()
}

async fn an_agent_follows_unfollows_and_follows_again(world: &World) {
    let (bea, me) = (world.bea(), &world.organisation().bea.id);
    let id = world.opened().await;
    assert_eq!(state(&bea, &id).await, "NONE");
    let followed = bea.mutate("followConversation", of(&id)).await.changed();
    assert_eq!((followed.kinds(), followers(&followed)), (vec!["FOLLOWED".to_owned()], vec![me.clone()]));
    assert_eq!((state(&bea, &id).await, state(&world.carl(), &id).await), (json!("FOLLOWING"), json!("NONE")));
    let unfollowed = bea.mutate("unfollowConversation", of(&id)).await.changed();
    assert_eq!((unfollowed.kinds(), followers(&unfollowed)), (vec!["UNFOLLOWED".to_owned()], vec![]));
    assert_eq!(state(&bea, &id).await, "UNFOLLOWED");
    bea.mutate("followConversation", of(&id)).await.changed();
    assert_eq!(state(&bea, &id).await, "FOLLOWING");
    let document = "query($id: ID!) { conversation(id: $id) { timeline(kinds: [FOLLOWED, UNFOLLOWED]) { nodes {
        __typename kind actor { displayName } ... on FollowEntry { agent { id } } } } } }";
    let timeline = bea.query(document, json!({ "id": id })).await.ok();
    let entry = |kind: &str| json!({ "__typename": "FollowEntry", "kind": kind, "actor": { "displayName": "bea" }, "agent": { "id": me } });
    assert_eq!(
        timeline.at("conversation.timeline.nodes"),
        &json!([entry("FOLLOWED"), entry("UNFOLLOWED"), entry("FOLLOWED")])
    );
}

async fn following_and_unfollowing_twice_changes_nothing_more(world: &World) {
    let bea = world.bea();
    let id = world.opened().await;
    for mutation in ["followConversation", "unfollowConversation"] {
        bea.mutate(mutation, of(&id)).await.changed();
        bea.mutate(mutation, of(&id)).await.unchanged();
    }
    let carl = &world.organisation().carl.id;
    for mutation in ["addFollowers", "removeFollowers"] {
        bea.mutate(mutation, with(&id, &[carl, carl])).await.changed();
        bea.mutate(mutation, with(&id, &[carl])).await.unchanged();
        bea.mutate(mutation, with(&id, &[])).await.unchanged();
    }
}

async fn an_explicit_unfollow_holds_against_following_by_replying(world: &World) {
    let (bea, id) = (world.bea(), world.opened().await);
    // Also of who never followed.
    bea.mutate("unfollowConversation", of(&id)).await.changed();
    let reply = json!({ "conversationId": id, "text": "Hi" });
    assert_eq!(bea.mutate("reply", reply.clone()).await.changed().kinds(), ["MESSAGE"]);
    // Somebody else's removal doesn't take the choice away.
    world.carl().mutate("removeFollowers", with(&id, &[&world.organisation().bea.id])).await.unchanged();
    bea.mutate("reply", reply).await.changed();
    assert_eq!(state(&bea, &id).await, "UNFOLLOWED");
}

async fn who_was_removed_by_somebody_else_follows_again_by_replying(world: &World) {
    let (bea, me) = (world.bea(), &world.organisation().bea.id);
    let id = world.opened().await;
    bea.mutate("followConversation", of(&id)).await.changed();
    let removed = world.carl().mutate("removeFollowers", with(&id, &[me])).await.changed();
    assert_eq!((removed.kinds(), followers(&removed)), (vec!["UNFOLLOWED".to_owned()], vec![]));
    assert_eq!(state(&bea, &id).await, "NONE");
    let reply = json!({ "conversationId": id, "text": "Hi" });
    assert_eq!(bea.mutate("reply", reply).await.changed().kinds(), ["MESSAGE", "FOLLOWED"]);
    assert_eq!(state(&bea, &id).await, "FOLLOWING");
}

async fn naming_oneself_among_the_removed_is_unfollowing(world: &World) {
    let (bea, me) = (world.bea(), &world.organisation().bea.id);
    let id = world.opened().await;
    assert_eq!(bea.mutate("removeFollowers", with(&id, &[me])).await.changed().kinds(), ["UNFOLLOWED"]);
    assert_eq!(state(&bea, &id).await, "UNFOLLOWED");
    bea.mutate("removeFollowers", with(&id, &[me])).await.unchanged();
}

async fn being_added_by_somebody_else_overrides_an_unfollow(world: &World) {
    let (bea, me) = (world.bea(), &world.organisation().bea.id);
    let id = world.opened().await;
    bea.mutate("unfollowConversation", of(&id)).await.changed();
    world.carl().mutate("addFollowers", with(&id, &[me])).await.changed();
    assert_eq!(state(&bea, &id).await, "FOLLOWING");
}

async fn each_agent_is_one_entry_in_id_order(world: &World) {
    let organisation = world.organisation();
    let id = world.opened().await;
    let mut agents = [&*organisation.dora.id, &*organisation.ada.id, &*organisation.carl.id];
    let added = world.bea().mutate("addFollowers", with(&id, &agents)).await.changed();
    agents.sort_unstable();
    assert_eq!(
        (added.kinds(), followers(&added)),
        (vec!["FOLLOWED".to_owned(); 3], agents.map(str::to_owned).to_vec())
    );
    let document = "query($id: ID!, $kind: TimelineKind!) { conversation(id: $id) {
        timeline(kinds: [$kind]) { nodes { actor { displayName } ... on FollowEntry { agent { id } } } } } }";
    let told = async |kind: &str| {
        let answer = world.bea().query(document, json!({ "id": id, "kind": kind })).await.ok();
        let nodes = "conversation.timeline.nodes";
        (answer.texts(nodes, "agent.id"), answer.texts(nodes, "actor.displayName"))
    };
    assert_eq!(told("FOLLOWED").await, (agents.map(str::to_owned).to_vec(), vec!["bea".to_owned(); 3]));
    let input = with(&id, &[agents[2], &organisation.bea.id, agents[0]]);
    let removed = world.carl().mutate("removeFollowers", input).await.changed();
    assert_eq!(followers(&removed), [agents[1]]);
    let (gone, by) = told("UNFOLLOWED").await;
    assert_eq!((gone, by), (vec![agents[0].to_owned(), agents[2].to_owned()], vec!["carl".to_owned(); 2]));
}

async fn followers_who_cannot_be_are_refused(world: &World) {
    let organisation = world.organisation();
    let (ada, carl) = (world.ada(), &organisation.carl.id);
    let (id, hidden) = (world.opened().await, world.hidden().await);
    let unknown = "agent_01h455vb4pex5vsknk084sn02q";
    for mutation in ["addFollowers", "removeFollowers"] {
        for wrong in [unknown, "nonsense", "", &organisation.support] {
            ada.mutate(mutation, with(&id, &[carl, wrong])).await.refused("NOT_FOUND", "input.agentIds");
        }
        let input = with("conversation_01h455vb4pex5vsknk084sn02q", &[carl]);
        ada.mutate(mutation, input).await.refused("NOT_FOUND", "input.conversationId");
    }
    ada.mutate("addFollowers", with(&hidden, &[&organisation.dora.id, carl]))
        .await
        .refused("NO_ACCESS", "input.agentIds");
    ada.mutate("addFollowers", with(&hidden, &[&organisation.dora.id, &organisation.ada.id])).await.changed();
    ada.mutate("removeFollowers", with(&hidden, &[carl])).await.unchanged();
    world.deactivate(carl).await;
    ada.mutate("addFollowers", with(&id, &[&organisation.bea.id, carl]))
        .await
        .refused("AGENT_INACTIVE", "input.agentIds");
    assert_eq!(ada.timeline(&id).await, ["CREATED", "MESSAGE"], "nobody was added");
}

async fn a_deactivated_follower_is_not_listed_and_can_be_removed(world: &World) {
    let organisation = world.organisation();
    let (ada, carl) = (world.ada(), &*organisation.carl.id);
    let id = world.opened().await;
    ada.mutate("addFollowers", with(&id, &[carl, &organisation.bea.id])).await.changed();
    world.deactivate(carl).await;
    assert_eq!(ada.conversation(&id).await["followers"], json!([{ "id": organisation.bea.id }]));
    // The follow itself stays, so adding them again says nothing new.
    ada.mutate("addFollowers", with(&id, &[carl])).await.unchanged();
    ada.mutate("removeFollowers", with(&id, &[carl])).await.changed();
    ada.mutate("addFollowers", with(&id, &[carl])).await.refused("AGENT_INACTIVE", "input.agentIds");
}

async fn at_most_a_hundred_follow(world: &World) {
    let (ada, bea) = (world.ada(), world.bea());
    let mut crowd = Vec::new();
    for at in 0..101 {
        let handle = format!("agent-{at}");
        let input = json!({ "handle": handle, "name": handle, "email": format!("{handle}@example.org") });
        crowd.push(ada.mutate("createAgent", input).await.changed().text("agent.id"));
    }
    let crowd: Vec<&str> = crowd.iter().map(String::as_str).collect();
    let id = world.opened().await;
    for mutation in ["addFollowers", "removeFollowers"] {
        ada.mutate(mutation, with(&id, &crowd)).await.refused("LIMIT_EXCEEDED", "input.agentIds");
    }
    let twice: Vec<&str> = crowd[..99].iter().chain(&crowd[..99]).copied().collect();
    ada.mutate("addFollowers", with(&id, &twice)).await.changed();
    ada.mutate("addFollowers", with(&id, &crowd[98..])).await.refused("LIMIT_EXCEEDED", "input.agentIds");
    let full = ada.mutate("addFollowers", with(&id, &crowd[98..100])).await.changed();
    assert_eq!((full.kinds().len(), followers(&full).len()), (1, 100));
    bea.mutate("followConversation", of(&id)).await.refused("LIMIT_EXCEEDED", "");
    // Following by itself is passed over.
    assert_eq!(bea.mutate("reply", json!({ "conversationId": id, "text": "Hi" })).await.changed().kinds(), ["MESSAGE"]);
    ada.mutate("removeFollowers", with(&id, &crowd[..1])).await.changed();
    bea.mutate("followConversation", of(&id)).await.changed();
}

async fn following_does_not_move_a_conversation_on(world: &World) {
    let (bea, id) = (world.bea(), world.opened().await);
    let before = bea.conversation(&id).await;
    bea.mutate("followConversation", of(&id)).await.changed();
    bea.mutate("addFollowers", with(&id, &[&world.organisation().carl.id])).await.changed();
    world.clock.advance(chrono::TimeDelta::minutes(1));
    bea.mutate("unfollowConversation", of(&id)).await.changed();
    let after = bea.conversation(&id).await;
    assert_eq!((&before["version"], &after["version"]), (&json!(2), &json!(5)));
    assert_eq!(before["lastActivityAt"], after["lastActivityAt"]);
    assert_ne!(before["updatedAt"], after["updatedAt"]);
    // Who read it before all this may still close it.
    bea.mutate("closeConversation", json!({ "conversationId": id, "expectedVersion": 2 })).await.changed();
}

async fn a_conversation_that_moved_on_is_refused(world: &World) {
    let id = world.opened().await;
    world.close(&id).await;
    let me = &*world.organisation().bea.id;
    for (mutation, mut input) in [
        ("followConversation", of(&id)),
        ("unfollowConversation", of(&id)),
        ("addFollowers", with(&id, &[me])),
        ("removeFollowers", with(&id, &[me])),
    ] {
        input["expectedVersion"] = json!(2);
        let refused = world.bea().mutate(mutation, input.clone()).await.refused("CONFLICT", "input.expectedVersion");
        assert_eq!(refused.get("conversation.state"), "CLOSED");
        input["expectedVersion"] = json!(3);
        world.bea().mutate(mutation, input).await.done();
    }
}

async fn closed_and_spam_conversations_are_followed_too(world: &World) {
    for id in [world.closed().await, world.spam().await] {
        let before = world.bea().conversation(&id).await;
        world.bea().mutate("followConversation", of(&id)).await.changed();
        world.bea().mutate("addFollowers", with(&id, &[&world.organisation().carl.id])).await.changed();
        world.bea().mutate("removeFollowers", with(&id, &[&world.organisation().carl.id])).await.changed();
        world.bea().mutate("unfollowConversation", of(&id)).await.changed();
        assert_eq!(world.bea().conversation(&id).await["state"], before["state"]);
    }
}

async fn integrations_follow_nothing_but_manage_followers(world: &World) {
    let (robot, id) = (world.robot(), world.opened().await);
    for id in [&*id, "conversation_01h455vb4pex5vsknk084sn02q"] {
        robot.mutate("followConversation", of(id)).await.refused("FORBIDDEN", "");
        robot.mutate("unfollowConversation", of(id)).await.refused("FORBIDDEN", "");
    }
    world.gateway().mutate("followConversation", of(&id)).await.refused("FORBIDDEN", "");
    robot.mutate("addFollowers", with(&id, &[&world.organisation().bea.id])).await.changed();
    assert_eq!(state(&robot, &id).await, "NONE");
    let offered = "query($id: ID!) { conversation(id: $id) { availableActions } }";
    let offered = robot.query(offered, json!({ "id": id })).await.ok();
    let actions = offered.at("conversation.availableActions").as_array().unwrap();
    assert!(actions.contains(&json!("ADD_FOLLOWERS")) && actions.contains(&json!("REMOVE_FOLLOWERS")));
    robot.mutate("removeFollowers", with(&id, &[&world.organisation().bea.id])).await.changed();
    world.gateway().mutate("addFollowers", with(&id, &[&world.organisation().bea.id])).await.failed("FORBIDDEN");
}
