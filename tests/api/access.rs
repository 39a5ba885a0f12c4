//! What you may not see does not exist (semantics §9).

use chrono::TimeDelta;
use entity::enums::Scope;
use serde_json::{Value, json};

use crate::support::organisation::EVERYTHING;
use crate::support::{World, both};

both!(
    a_hidden_conversation_is_in_no_list_and_under_no_id,
    a_hidden_conversation_answers_like_an_unknown_one,
    members_through_a_team_and_admins_see_it,
    a_tokens_channel_list_narrows_what_exists,
    without_a_good_token_nothing_is_answered,
    a_revoked_token_ends_at_once,
    an_expired_token_ends_at_its_time,
    a_role_is_read_anew_for_every_request,
    customers_are_cut_without_their_scope,
    recipients_are_for_senders,
);

const LISTS: &str = "query {
    inbox(first: 100) { nodes { id } totalCount }
    all: conversations(view: ALL, first: 100) { nodes { id } totalCount }
    history(first: 100) { nodes { id } }
    inboxCounts { all unassigned }
    conversationChanges(first: 100) { nodes { conversation { id } } } }";

const LOOKUPS: &str = "query($id: ID!, $number: Int) {
    byId: conversation(id: $id) { id } byNumber: conversation(number: $number) { id } node(id: $id) { id }
    nodes(ids: [$id]) { id } }";

async fn a_hidden_conversation_is_in_no_list_and_under_no_id(world: &World) {
    let shown = world.opened().await;
    let hidden = world.hidden().await;
    let number = world.ada().conversation(&hidden).await["number"].clone();
    let lists = world.bea().query(LISTS, json!({})).await.ok();
    assert_eq!(lists.at("inbox"), &json!({ "nodes": [{ "id": shown }], "totalCount": 1 }));
    assert_eq!(lists.at("all"), &json!({ "nodes": [{ "id": shown }], "totalCount": 1 }));
    assert_eq!(lists.at("inboxCounts"), &json!({ "all": 1, "unassigned": 1 }));
    let told = lists.texts("conversationChanges.nodes", "conversation.id");
    assert!(told.iter().all(|id| *id == shown), "{told:?}");
    let found = world.bea().query(LOOKUPS, json!({ "id": hidden, "number": number })).await.ok();
    assert_eq!(found.body["data"], json!({ "byId": null, "byNumber": null, "node": null, "nodes": [null] }));
    let channel = json!({ "id": world.organisation().vip, "number": null });
    assert_eq!(
        world.bea().query("query($id: ID!) { node(id: $id) { id } }", channel).await.ok().at("node"),
        &Value::Null
    );
    let filtered = "query($id: ID!) { inbox(filter: { channelIds: [$id] }) { nodes { id } } }";
    let filtered = world.bea().query(filtered, json!({ "id": world.organisation().vip })).await.ok();
    assert_eq!(filtered.at("inbox.nodes"), &json!([]));
}

async fn a_hidden_conversation_answers_like_an_unknown_one(world: &World) {
    let hidden = world.hidden().await;
    let reply = json!({ "conversationId": hidden, "text": "Hello" });
    let message = world.dora().mutate("reply", reply).await.changed().text("message.id");
    let unknown = "conversation_01h455vb4pex5vsknk084sn02q";
    let mutations = |id: &str| {
        [
            ("reply", json!({ "conversationId": id, "text": "Hello" })),
            ("reply", json!({ "conversationId": id, "text": "" })),
            ("assignConversation", json!({ "conversationId": id, "assigneeId": world.organisation().bea.id })),
            ("closeConversation", json!({ "conversationId": id, "expectedVersion": 77 })),
            ("reopenConversation", json!({ "conversationId": id })),
            ("updateConversation", json!({ "conversationId": id, "subject": "s" })),
            ("followConversation", json!({ "conversationId": id })),
            ("unfollowConversation", json!({ "conversationId": id })),
            ("addFollowers", json!({ "conversationId": id, "agentIds": [world.organisation().dora.id] })),
            ("addFollowers", json!({ "conversationId": id, "agentIds": ["nonsense"] })),
            ("removeFollowers", json!({ "conversationId": id, "agentIds": [world.organisation().dora.id] })),
            ("markConversationRead", json!({ "conversationId": id, "expectedVersion": 77 })),
            ("markConversationUnread", json!({ "conversationId": id })),
            ("markNotificationsRead", json!({ "conversationId": id })),
        ]
    };
    for ((mutation, hidden), (_, unknown)) in mutations(&hidden).into_iter().zip(mutations(unknown)) {
        let hidden = world.bea().mutate(mutation, hidden).await;
        let unknown = world.bea().mutate(mutation, unknown).await;
        assert_eq!(hidden.body, unknown.body, "{mutation}");
    }
    let report = |id: &str| json!({ "messageId": id, "status": "SENT" });
    let limited = world
        .client(&world.token(&world.organisation().robot.id, &EVERYTHING, Some(&[&world.organisation().mail])).await);
    let hidden = limited.mutate("reportDelivery", report(&message)).await.refused("NOT_FOUND", "input.messageId");
    let unknown = limited.mutate("reportDelivery", report("message_01h455vb4pex5vsknk084sn02q")).await;
    assert_eq!(hidden.body, unknown.body);
    world.gateway().mutate("reportDelivery", report(&message)).await.changed();
}

async fn members_through_a_team_and_admins_see_it(world: &World) {
    let hidden = world.hidden().await;
    for client in [world.ada(), world.dora(), world.gateway()] {
        assert_eq!(client.conversation(&hidden).await["id"], json!(hidden));
        let lists = client.query("{ inbox { nodes { id } } }", json!({})).await.ok();
        assert_eq!(lists.texts("inbox.nodes", "id"), [&*hidden]);
    }
    world.dora().mutate("closeConversation", json!({ "conversationId": hidden })).await.changed();
}

async fn a_tokens_channel_list_narrows_what_exists(world: &World) {
    let organisation = world.organisation();
    let mail = world.opened().await;
    let chat = world.chatted("visitor-1", "Hello").await.conversation();
    for owner in [&organisation.robot.id, &organisation.ada.id, &organisation.bea.id] {
        let limited =
            world.client(&world.token(owner, &EVERYTHING, Some(&[&organisation.chat, &organisation.vip])).await);
        let seen = limited.query("{ inbox { nodes { id } } }", json!({})).await.ok();
        assert_eq!(seen.texts("inbox.nodes", "id"), [&*chat]);
        assert_eq!(limited.conversation(&mail).await, Value::Null);
        let close = json!({ "conversationId": mail });
        limited.mutate("closeConversation", close).await.refused("NOT_FOUND", "input.conversationId");
    }
    let bea = world.client(&world.token(&organisation.bea.id, &EVERYTHING, Some(&[&organisation.vip])).await);
    let hidden = world.hidden().await;
    assert_eq!(bea.conversation(&hidden).await, Value::Null, "a list never widens");
    let robot = world.client(&world.token(&organisation.robot.id, &EVERYTHING, Some(&[&organisation.chat])).await);
    robot.receive(world.mail("zoe@example.com", "Hello")).await.refused("NOT_FOUND", "input.channelId");
    robot.receive(world.chat("visitor-2", "Hello")).await.changed();
}

async fn without_a_good_token_nothing_is_answered(world: &World) {
    let good = world.organisation().bea.token.clone();
    let mut other_secret = good.clone().into_bytes();
    let last = other_secret.len() - 12;
    other_secret[last] = if other_secret[last] == b'7' { b'6' } else { b'7' };
    for token in ["", "swb_agent_nonsense", &good[..good.len() - 1], &String::from_utf8(other_secret).unwrap()] {
        let answer = world.client(token).query("{ eventCursor }", json!({})).await.failed("UNAUTHENTICATED");
        assert_eq!(answer.status, 401);
        assert!(answer.body.get("data").is_none(), "{answer:#?}");
    }
}

async fn a_revoked_token_ends_at_once(world: &World) {
    let owner = json!({ "newIntegrationName": "Bot" });
    let new = json!({ "name": "bot", "owner": owner, "scopes": ["CONVERSATIONS_READ"] });
    let made = world.ada().mutate("createApiToken", new).await.done();
    let bot = world.client(&made.text("secret"));
    bot.query("{ eventCursor }", json!({})).await.ok();
    let revoke = json!({ "apiTokenId": made.text("apiToken.id") });
    world.ada().mutate("revokeApiToken", revoke).await.done();
    bot.query("{ eventCursor }", json!({})).await.failed("UNAUTHENTICATED");
}

async fn an_expired_token_ends_at_its_time(world: &World) {
    let owner = json!({ "newIntegrationName": "Bot" });
    let new =
        json!({ "name": "bot", "owner": owner, "scopes": ["CONVERSATIONS_READ"], "expiresAt": "2026-01-05T10:00:00Z" });
    let bot = world.client(&world.ada().mutate("createApiToken", new).await.done().text("secret"));
    world.clock.advance(TimeDelta::hours(1) - TimeDelta::microseconds(1));
    bot.query("{ eventCursor }", json!({})).await.ok();
    world.clock.advance(TimeDelta::microseconds(1));
    bot.query("{ eventCursor }", json!({})).await.failed("UNAUTHENTICATED");
}

async fn a_role_is_read_anew_for_every_request(world: &World) {
    let hidden = world.hidden().await;
    let role = |role: &str| json!({ "agentId": world.organisation().bea.id, "role": role });
    assert_eq!(world.bea().conversation(&hidden).await, Value::Null);
    world.ada().mutate("updateAgent", role("ADMIN")).await.changed();
    assert_eq!(world.bea().conversation(&hidden).await["id"], json!(hidden));
    world.bea().receive(world.mail("zoe@example.com", "Hello")).await.changed();
    world.ada().mutate("updateAgent", role("AGENT")).await.changed();
    assert_eq!(world.bea().conversation(&hidden).await, Value::Null);
    world.bea().receive(world.mail("zoe@example.com", "Hello")).await.refused("FORBIDDEN", "");
}

async fn customers_are_cut_without_their_scope(world: &World) {
    let id = world.opened().await;
    let document =
        "query($id: ID!) { conversation(id: $id) { customer { id displayName email phone fullName externalId } } }";
    let whole = world.robot().query(document, json!({ "id": id })).await.ok();
    assert_eq!(whole.at("conversation.customer.email"), "zoe@example.com");
    let cut = world.gateway().query(document, json!({ "id": id })).await.ok();
    let customer = cut.at("conversation.customer");
    assert_eq!(customer["id"], whole.at("conversation.customer")["id"]);
    assert_eq!(customer["displayName"], "zoe@example.com");
    assert_eq!(customer["email"], Value::Null);
}

async fn recipients_are_for_senders(world: &World) {
    let id = world.opened().await;
    world.bea().mutate("reply", json!({ "conversationId": id, "text": "Hi" })).await.changed();
    let document = "query($id: ID!) { conversation(id: $id) { lastMessage { recipient } } }";
    let reader = world.token(&world.organisation().robot.id, &[Scope::ConversationsRead], None).await;
    for (client, recipient) in [
        (world.gateway(), json!("zoe@example.com")),
        (world.bea(), json!("zoe@example.com")),
        (world.client(&reader), Value::Null),
    ] {
        let answer = client.query(document, json!({ "id": id })).await.ok();
        assert_eq!(answer.at("conversation.lastMessage.recipient"), &recipient);
    }
}
