//! API tokens are made, shown once, listed and revoked, and say who asks (architecture §6).

use serde_json::{Value, json};

use crate::support::{World, both};

both!(
    a_token_is_answered_once_and_listed_to_its_owner,
    bad_tokens_are_refused,
    revoking_twice_is_revoking_once,
    viewers_learn_who_they_are,
    nodes_answer_in_order_and_hide_what_is_not_for_the_viewer,
);

fn new(owner: Value) -> Value {
    json!({ "name": "t", "owner": owner, "scopes": ["ADMIN", "CONVERSATIONS_READ", "ADMIN"] })
}

async fn a_token_is_answered_once_and_listed_to_its_owner(world: &World) {
    let bea = &world.organisation().bea.id;
    let mut narrow = new(json!({ "agentId": bea }));
    narrow["channelIds"] = json!([world.organisation().mail, world.organisation().vip]);
    let made = world.ada().mutate("createApiToken", narrow).await.done();
    assert!(made.text("secret").starts_with("swb_agent_"));
    let document =
        "query($id: ID!) { node(id: $id) { ... on ApiToken { name scopes channels { name } owner { __typename
        ... on Agent { handle } } lastUsedAt expiresAt revokedAt } } }";
    let read = world.ada().query(document, json!({ "id": made.text("apiToken.id") })).await.ok();
    assert_eq!(
        read.at("node"),
        &json!({ "name": "t", "scopes": ["CONVERSATIONS_READ", "ADMIN"], "channels": [{ "name": "Mail" }, { "name": "Vip" }],
            "owner": { "__typename": "Agent", "handle": "bea" }, "lastUsedAt": null, "expiresAt": null, "revokedAt": null })
    );
    // What of it she doesn't see, she isn't told.
    let own = world.bea().query(document, json!({ "id": made.text("apiToken.id") })).await.ok();
    assert_eq!(own.at("node.channels"), &json!([{ "name": "Mail" }]));
    let list = async |client: crate::support::Client| {
        client.query("{ apiTokens { name owner { ... on Agent { handle } } } }", json!({})).await
    };
    let own = list(world.bea()).await.ok();
    assert_eq!(own.texts("apiTokens", "owner.handle"), ["bea", "bea"]);
    assert_eq!(list(world.ada()).await.ok().at("apiTokens").as_array().unwrap().len(), 7);
    list(world.gateway()).await.failed("FORBIDDEN");
    let ids = world.ada().query("{ apiTokens { id } }", json!({})).await.ok().texts("apiTokens", "id");
    let seen = world.bea().query("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": ids })).await.ok();
    assert_eq!(seen.at("nodes").as_array().unwrap().iter().filter(|node| !node.is_null()).count(), 2);
}

async fn bad_tokens_are_refused(world: &World) {
    let gateway = json!({ "newIntegrationName": " GATEWAY" });
    let ada = world.ada();
    ada.mutate("createApiToken", new(gateway)).await.refused("TAKEN", "input.owner.newIntegrationName");
    let nobody = json!({ "agentId": "agent_01h455vb4pex5vsknk084sn02q" });
    ada.mutate("createApiToken", new(nobody)).await.refused("NOT_FOUND", "input.owner.agentId");
    let other = json!({ "integrationId": world.organisation().ada.id });
    ada.mutate("createApiToken", new(other)).await.refused("NOT_FOUND", "input.owner.integrationId");
    let with = |field: &str, value: Value| {
        let mut input = new(json!({ "newIntegrationName": "Bot" }));
        input[field] = value;
        input
    };
    for (field, value, code) in [
        ("scopes", json!([]), "REQUIRED"),
        ("name", json!(" "), "REQUIRED"),
        ("expiresAt", json!("2026-01-05T09:00:00Z"), "IN_THE_PAST"),
        ("channelIds", json!(["channel_01h455vb4pex5vsknk084sn02q"]), "NOT_FOUND"),
    ] {
        ada.mutate("createApiToken", with(field, value)).await.refused(code, &format!("input.{field}"));
    }
    ada.mutate("createApiToken", new(json!({ "newIntegrationName": "Bot" }))).await.done();
    let admin = json!({ "agentId": world.organisation().bea.id });
    world.bea().mutate("createApiToken", new(admin.clone())).await.refused("FORBIDDEN", "");
    world.gateway().mutate("createApiToken", new(admin)).await.failed("FORBIDDEN");
}

async fn revoking_twice_is_revoking_once(world: &World) {
    let made = world.ada().mutate("createApiToken", new(json!({ "newIntegrationName": "Bot" }))).await.done();
    let id = json!({ "apiTokenId": made.text("apiToken.id") });
    let revoked = world.ada().mutate("revokeApiToken", id.clone()).await.done();
    assert_eq!(revoked.text("apiToken.revokedAt"), "2026-01-05T09:00:00Z");
    let before = world.app.service.store.head().await.unwrap().last_seq;
    world.clock.advance(chrono::TimeDelta::seconds(1));
    let again = world.ada().mutate("revokeApiToken", id).await.done();
    assert_eq!(again.payload(), revoked.payload());
    assert_eq!(world.app.service.store.head().await.unwrap().last_seq, before);
    let unknown = json!({ "apiTokenId": "token_01h455vb4pex5vsknk084sn02q" });
    world.ada().mutate("revokeApiToken", unknown).await.refused("NOT_FOUND", "input.apiTokenId");
}

async fn viewers_learn_who_they_are(world: &World) {
    let document = "{ viewer { __typename ... on Agent { handle } ... on Integration { name } } viewerScopes }";
    let bea = world.bea().query(document, json!({})).await.ok();
    assert_eq!(bea.at("viewer"), &json!({ "__typename": "Agent", "handle": "bea" }));
    assert_eq!(
        bea.at("viewerScopes"),
        &json!([
            "CONVERSATIONS_READ",
            "CONVERSATIONS_WRITE",
            "NOTES_READ",
            "MESSAGES_SEND",
            "TICKETS_READ",
            "TICKETS_WRITE",
            "CUSTOMERS_READ",
            "CUSTOMERS_WRITE"
        ]),
        "the role of an agent takes the rest"
    );
    let gateway = world.gateway().query(document, json!({})).await.ok();
    assert_eq!(gateway.at("viewer"), &json!({ "__typename": "Integration", "name": "Gateway" }));
}

async fn nodes_answer_in_order_and_hide_what_is_not_for_the_viewer(world: &World) {
    let organisation = world.organisation();
    let id = world.opened().await;
    let customer = world.ada().conversation(&id).await["customer"]["id"].as_str().unwrap().to_owned();
    let document = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
    let ids = json!([
        organisation.vip,
        organisation.gateway.id,
        "x",
        customer,
        organisation.support,
        id,
        organisation.bea.id
    ]);
    let kinds = |answer: &crate::support::Answer| {
        answer.at("nodes").as_array().unwrap().iter().map(|node| node["__typename"].clone()).collect::<Vec<_>>()
    };
    let bea = world.bea().query(document, json!({ "ids": ids })).await.ok();
    assert_eq!(json!(kinds(&bea)), json!([null, "Integration", null, "Customer", "Team", "Conversation", "Agent"]));
    let gateway = world.gateway().query(document, json!({ "ids": ids })).await.ok();
    assert_eq!(json!(kinds(&gateway)), json!(["Channel", "Integration", null, null, "Team", "Conversation", "Agent"]));
    let many = vec!["x"; 101];
    world.bea().query(document, json!({ "ids": many })).await.failed("BAD_REQUEST");
    let entry = "query($id: ID!) { conversation(id: $id) { timeline(first: 2) { nodes { id } } } }";
    let entries = world.bea().query(entry, json!({ "id": id })).await.ok().texts("conversation.timeline.nodes", "id");
    let found = world.bea().query(document, json!({ "ids": entries })).await.ok();
    assert_eq!(json!(kinds(&found)), json!(["CreatedEntry", "Message"]));
    let swapped: Vec<String> = entries.iter().map(|id| id.replace("entry_", "message_")).collect();
    let found = world.bea().query(document, json!({ "ids": swapped })).await.ok();
    assert_eq!(json!(kinds(&found)), json!([null, "Message"]));
}
