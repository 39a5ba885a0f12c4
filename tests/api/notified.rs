//! Who is told of what, and why (semantics §6.1–6.5). Which entry concerns whom is in `audience.rs`, how they read it in
//! `notifications.rs`.

use serde_json::json;

use crate::notifications::{assign, follow, notices, reply, told, unread_count, written};
use crate::support::{World, both};

both!(
    who_unfollowed_is_told_nothing,
    one_entry_is_told_once_with_the_strongest_reason,
    nobody_is_told_of_their_own_acts,
    followers_and_the_assignee_are_told_of_messages_and_changes,
    a_newly_assigned_agent_is_told,
    a_newly_assigned_team_is_told_while_nobody_has_it,
    the_author_is_told_of_a_failed_delivery,
    automatic_messages_tell_nobody,
    nothing_in_spam_tells_anybody,
    a_deactivated_follower_is_told_nothing,
);

async fn who_unfollowed_is_told_nothing(world: &World) {
    let (bea, id) = (world.bea(), world.opened().await);
    follow(&bea, &id).await;
    bea.mutate("unfollowConversation", json!({ "conversationId": id })).await.changed();
    reply(&bea, &id).await;
    reply(&world.carl(), &id).await;
    assert_eq!(told(&bea).await, Vec::<String>::new());
}

async fn one_entry_is_told_once_with_the_strongest_reason(world: &World) {
    let organisation = world.organisation();
    let (bea, id) = (world.bea(), world.chatted("visitor-1", "Hello").await.conversation());
    // A follower and member of the team, then the assignee besides.
    follow(&bea, &id).await;
    assign(&world.ada(), &id, None, Some(&organisation.support)).await;
    assign(&world.ada(), &id, Some(&organisation.bea.id), Some(&organisation.support)).await;
    world.chatted("visitor-1", "Anybody there?").await;
    assert_eq!(told(&bea).await, ["ASSIGNED TEAM_ASSIGNED", "ASSIGNED ASSIGNED", "MESSAGE ASSIGNED"]);
    assert_eq!(unread_count(&bea).await, 3);
}

async fn nobody_is_told_of_their_own_acts(world: &World) {
    let (bea, id) = (world.bea(), world.opened().await);
    follow(&bea, &id).await;
    assign(&bea, &id, Some(&world.organisation().bea.id), Some(&world.organisation().support)).await;
    reply(&bea, &id).await;
    bea.mutate("closeConversation", json!({ "conversationId": id })).await.changed();
    assert_eq!(told(&bea).await, Vec::<String>::new());
    let reopen = json!({ "conversationId": id });
    world.carl().mutate("reopenConversation", reopen).await.changed();
    assert_eq!(told(&bea).await, ["REOPENED ASSIGNED"]);
}

async fn followers_and_the_assignee_are_told_of_messages_and_changes(world: &World) {
    let organisation = world.organisation();
    let (ada, bea, carl, dora) = (world.ada(), world.bea(), world.carl(), world.dora());
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    follow(&bea, &id).await;
    assign(&ada, &id, Some(&organisation.carl.id), None).await;
    world.chatted("visitor-1", "Anybody there?").await;
    reply(&ada, &id).await;
    ada.mutate("closeConversation", json!({ "conversationId": id })).await.changed();
    world.chatted("visitor-1", "One more thing").await;
    // Of these nobody is told.
    ada.mutate("updateConversation", json!({ "conversationId": id, "subject": "Thing" })).await.changed();
    ada.mutate("addFollowers", json!({ "conversationId": id, "agentIds": [organisation.dora.id] })).await.changed();
    ada.mutate("removeFollowers", json!({ "conversationId": id, "agentIds": [organisation.dora.id] })).await.changed();
    bea.mutate("markConversationRead", json!({ "conversationId": id })).await.changed();
    let all = ["ASSIGNED", "MESSAGE", "MESSAGE", "CLOSED", "MESSAGE", "REOPENED"];
    assert_eq!(told(&bea).await, all.map(|kind| format!("{kind} FOLLOWING")));
    assert_eq!(told(&carl).await, all.map(|kind| format!("{kind} ASSIGNED")));
    assert_eq!(told(&dora).await, Vec::<String>::new());
    assign(&ada, &id, None, None).await;
    assert_eq!(told(&carl).await.len(), all.len(), "who only had it is told of nothing more");
    assert_eq!(told(&bea).await.len(), all.len() + 1);
}

async fn a_newly_assigned_agent_is_told(world: &World) {
    let organisation = world.organisation();
    let id = world.opened().await;
    assign(&world.ada(), &id, Some(&organisation.bea.id), None).await;
    let both = json!({ "conversationId": id, "assigneeId": organisation.carl.id, "teamId": organisation.support });
    world.ada().mutate("assignConversation", both).await.changed();
    assert_eq!(told(&world.bea()).await, ["ASSIGNED ASSIGNED"]);
    assert_eq!(told(&world.carl()).await, ["ASSIGNED ASSIGNED"]);
}

async fn a_newly_assigned_team_is_told_while_nobody_has_it(world: &World) {
    let organisation = world.organisation();
    let id = world.opened().await;
    assign(&world.carl(), &id, None, Some(&organisation.support)).await;
    assert_eq!(told(&world.bea()).await, ["ASSIGNED TEAM_ASSIGNED"]);
    assert_eq!(told(&world.carl()).await, Vec::<String>::new());
    assert_eq!(told(&world.dora()).await, Vec::<String>::new());
    let other = world.opened().await;
    assign(&world.ada(), &other, Some(&organisation.carl.id), Some(&organisation.support)).await;
    assign(&world.ada(), &other, None, Some(&organisation.support)).await;
    assert_eq!(told(&world.bea()).await.len(), 1, "the team stayed, nobody was newly asked");
    // Only those who may see it.
    let hidden = world.hidden().await;
    assign(&world.ada(), &hidden, None, Some(&organisation.support)).await;
    assert_eq!(told(&world.bea()).await.len(), 1);
}

async fn the_author_is_told_of_a_failed_delivery(world: &World) {
    let (bea, gateway) = (world.bea(), world.gateway());
    let id = world.opened().await;
    follow(&world.carl(), &id).await;
    let message = reply(&bea, &id).await.text("message.id");
    bea.mutate("unfollowConversation", json!({ "conversationId": id })).await.changed();
    for (status, error) in [("SENT", None), ("FAILED", Some("No such mailbox."))] {
        let report = json!({ "messageId": message, "status": status, "error": error });
        gateway.mutate("reportDelivery", report).await.changed();
    }
    assert_eq!(told(&bea).await, ["DELIVERY_CHANGED ASSIGNED"]);
    assert_eq!(told(&world.carl()).await, ["MESSAGE FOLLOWING"]);
    // The same failure under a new id of the medium is no other failure.
    let again = json!({ "messageId": message, "status": "FAILED", "error": "No such mailbox.", "externalId": "<1@m>" });
    gateway.mutate("reportDelivery", again).await.changed();
    assert_eq!(told(&bea).await, ["DELIVERY_CHANGED ASSIGNED"]);
}

async fn automatic_messages_tell_nobody(world: &World) {
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    follow(&world.bea(), &id).await;
    let mut away = world.chat("visitor-1", "I am away.");
    away["automatic"] = json!(true);
    world.gateway().receive(away).await.changed();
    assert_eq!(told(&world.bea()).await, Vec::<String>::new());
}

async fn nothing_in_spam_tells_anybody(world: &World) {
    let organisation = world.organisation();
    let id = world.spam().await;
    follow(&world.bea(), &id).await;
    assign(&world.ada(), &id, Some(&organisation.bea.id), None).await;
    assign(&world.ada(), &id, None, Some(&organisation.support)).await;
    let answer = world.mailed("spammer@example.com", "Buy now!").await;
    let number = answer.int("conversation.number");
    let mut again = world.mail("spammer@example.com", "Buy now!");
    again["subject"] = json!(format!("Re: [#{number}]"));
    world.gateway().receive(again).await.changed();
    assert_eq!(told(&world.bea()).await, Vec::<String>::new());
    assert_eq!(told(&world.carl()).await, Vec::<String>::new());
}

async fn a_deactivated_follower_is_told_nothing(world: &World) {
    let id = written(world, &world.bea(), "visitor-1", 1).await;
    follow(&world.carl(), &id).await;
    world.deactivate(&world.organisation().bea.id).await;
    world.chatted("visitor-1", "Still there?").await;
    let rows = world.rows().await;
    let agents: Vec<String> = notices(&rows).await.into_iter().map(|row| row.agent_id.to_string()).collect();
    rows.close().await.unwrap();
    let organisation = world.organisation();
    assert_eq!(agents, [&*organisation.bea.id, &*organisation.carl.id]);
}
