//! Customers are made, changed, found and searched (semantics §8.1, §9, §13).

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Answer, World, both};

both!(
    upserting_finds_by_key_merges_and_clears,
    keys_that_name_two_customers_are_a_conflict,
    bad_customers_are_refused_and_write_nothing,
    one_customer_upserted_at_once_is_made_once,
    a_blocked_customers_next_conversation_is_spam,
    customers_are_found_by_exactly_one_key,
    customers_are_searched_and_paged_newest_first,
);

const CUSTOMER: &str = "id displayName externalId fullName email phone attributes blocked createdAt updatedAt";

async fn upsert(world: &World, input: Value) -> Answer {
    let document = format!(
        "mutation($input: UpsertCustomerInput!) {{ upsertCustomer(input: $input) {{
            changed customer {{ {CUSTOMER} }} userErrors {{ code message field }} }} }}"
    );
    world.robot().query(&document, json!({ "input": input })).await
}

async fn upserting_finds_by_key_merges_and_clears(world: &World) {
    let new = json!({ "externalId": "u-1", "email": "Zoe@Example.com", "attributes": { "plan": "pro", "size": 3, "no": null } });
    let made = upsert(world, new.clone()).await.changed();
    let id = made.text("customer.id");
    assert_eq!(
        made.get("customer"),
        &json!({ "id": id, "displayName": "Zoe@Example.com", "externalId": "u-1", "fullName": null, "email": "Zoe@Example.com",
            "phone": null, "attributes": { "plan": "pro", "size": 3 }, "blocked": false,
            "createdAt": "2026-01-05T09:00:00Z", "updatedAt": "2026-01-05T09:00:00Z" })
    );
    world.clock.advance(chrono::TimeDelta::seconds(1));
    let again = upsert(world, new).await.done();
    assert_eq!((again.get("changed"), again.get("customer")), (&json!(false), made.get("customer")));
    let more = json!({ "email": "zoe@example.COM", "phone": "+49 1", "fullName": "Zoë", "attributes": { "plan": null, "size": 4 } });
    let more = upsert(world, more).await.changed();
    assert_eq!(more.text("customer.id"), id);
    assert_eq!(more.get("customer.attributes"), &json!({ "size": 4 }));
    assert_eq!(more.text("customer.updatedAt"), "2026-01-05T09:00:01Z");
    let less = upsert(world, json!({ "id": id, "externalId": null, "fullName": " " })).await.changed();
    assert_eq!((less.get("customer.externalId"), less.get("customer.fullName")), (&Value::Null, &Value::Null));
}

async fn keys_that_name_two_customers_are_a_conflict(world: &World) {
    let one = upsert(world, json!({ "externalId": "u-1", "phone": "1" })).await.changed().text("customer.id");
    upsert(world, json!({ "externalId": "u-2", "phone": "2" })).await.changed();
    upsert(world, json!({ "externalId": "u-1", "phone": "2" })).await.refused("CONFLICT", "input.phone");
    upsert(world, json!({ "id": one, "externalId": "u-2" })).await.refused("CONFLICT", "input.externalId");
}

async fn bad_customers_are_refused_and_write_nothing(world: &World) {
    let before = world.app.service.store.head().await.unwrap().last_seq;
    let wide: serde_json::Map<String, Value> = (0..65).map(|at| (format!("k{at}"), json!(at))).collect();
    for (input, code, field) in [
        (json!({ "fullName": "Zoë" }), "REQUIRED", ""),
        (json!({ "email": "zoe" }), "INVALID", "input.email"),
        (json!({ "phone": "1\0" }), "INVALID", "input.phone"),
        (json!({ "phone": "1", "fullName": "x".repeat(256) }), "TOO_LONG", "input.fullName"),
        (json!({ "externalId": "x".repeat(1_001) }), "TOO_LONG", "input.externalId"),
        (json!({ "phone": "1", "attributes": wide }), "LIMIT_EXCEEDED", "input.attributes"),
        (json!({ "phone": "1", "attributes": { "k": "x".repeat(16 * 1024) } }), "LIMIT_EXCEEDED", "input.attributes"),
        (json!({ "phone": "1", "attributes": { "k": ["\0"] } }), "INVALID", "input.attributes"),
        (json!({ "phone": "1", "attributes": null }), "REQUIRED", "input.attributes"),
        (json!({ "phone": "1", "blocked": null }), "REQUIRED", "input.blocked"),
        (json!({ "id": "customer_01h455vb4pex5vsknk084sn02q" }), "NOT_FOUND", "input.id"),
        (json!({ "id": "agent_01h455vb4pex5vsknk084sn02q" }), "NOT_FOUND", "input.id"),
    ] {
        upsert(world, input).await.refused(code, field);
    }
    assert_eq!(world.app.service.store.head().await.unwrap().last_seq, before);
}

async fn one_customer_upserted_at_once_is_made_once(world: &World) {
    let answers = join_all((0..8).map(|at| {
        let email = if at % 2 == 0 { "zoe@example.com" } else { "ZOE@example.com" };
        upsert(world, json!({ "email": email, "attributes": { format!("k{at}"): at } }))
    }));
    let ids: Vec<String> = answers.await.into_iter().map(|answer| answer.done().text("customer.id")).collect();
    assert!(ids.iter().all(|id| *id == ids[0]));
    let whole = upsert(world, json!({ "id": ids[0] })).await.done();
    assert_eq!(whole.get("customer.attributes").as_object().unwrap().len(), 8);
}

async fn a_blocked_customers_next_conversation_is_spam(world: &World) {
    upsert(world, json!({ "email": "zoe@example.com", "blocked": true })).await.changed();
    let received = world.gateway().receive(world.mail("zoe@example.com", "Hello")).await.changed();
    assert_eq!(received.text("conversation.spam.reason"), "SENDER_BLOCKED");
    upsert(world, json!({ "email": "zoe@example.com", "blocked": false })).await.changed();
    let received = world.gateway().receive(world.mail("zoe@example.com", "Hello")).await.changed();
    assert_eq!(received.text("conversation.state"), "OPEN");
}

async fn customers_are_found_by_exactly_one_key(world: &World) {
    let id =
        upsert(world, json!({ "externalId": "u-1", "email": "zoe@example.com" })).await.changed().text("customer.id");
    let find =
        async |arguments: String| world.robot().query(&format!("{{ customer{arguments} {{ id }} }}"), json!({})).await;
    for key in [format!("(id: \"{id}\")"), "(externalId: \"u-1\")".into(), "(email: \"ZOE@example.com\")".into()] {
        assert_eq!(find(key).await.ok().at("customer.id"), &json!(id));
    }
    for key in ["(id: \"x\")", "(externalId: \"U-1\")", "(email: \"\")", "(externalId: \"\\u0000\")"] {
        assert_eq!(find(key.to_owned()).await.ok().at("customer"), &Value::Null, "{key}");
    }
    for key in ["", "(externalId: \"u-1\", email: \"zoe@example.com\")", "(id: null)"] {
        find(key.to_owned()).await.failed("BAD_REQUEST");
    }
    world.gateway().query("{ customer(id: \"x\") { id } }", json!({})).await.failed("FORBIDDEN");
}

async fn customers_are_searched_and_paged_newest_first(world: &World) {
    for (name, email) in
        [("Zoë Ångström", "a@example.com"), ("50%_off\\", "b@example.com"), ("Straße", "c@example.org")]
    {
        world.clock.advance(chrono::TimeDelta::seconds(1));
        upsert(world, json!({ "fullName": name, "email": email })).await.changed();
    }
    let search = async |text: &str| {
        let document = "query($text: String) { customers(search: $text) { totalCount nodes { fullName } } }";
        let answer = world.robot().query(document, json!({ "text": text })).await.ok();
        let names = answer.texts("customers.nodes", "fullName");
        assert_eq!(answer.at("customers.totalCount"), &json!(names.len()));
        names
    };
    assert_eq!(search("ÅNGSTRÖM").await, ["Zoë Ångström"]);
    assert_eq!(search("EXAMPLE.com").await, ["50%_off\\", "Zoë Ångström"]);
    assert_eq!(search("%").await, ["50%_off\\"]);
    assert_eq!(search("%_O").await, ["50%_off\\"]);
    assert_eq!(search("\\").await, ["50%_off\\"]);
    assert_eq!(search("strasse").await, [] as [&str; 0]);
    assert_eq!(search(" ").await.len(), 3);
    let page = async |arguments: &str| {
        let document =
            format!("{{ customers({arguments}) {{ nodes {{ fullName }} pageInfo {{ endCursor hasNextPage }} }} }}");
        world.robot().query(&document, json!({})).await.ok()
    };
    let first = page("first: 2").await;
    assert_eq!(first.texts("customers.nodes", "fullName"), ["Straße", "50%_off\\"]);
    let next = page(&format!("first: 2, after: {}", first.at("customers.pageInfo.endCursor"))).await;
    assert_eq!(next.texts("customers.nodes", "fullName"), ["Zoë Ångström"]);
    assert_eq!(next.at("customers.pageInfo.hasNextPage"), false);
    let long = world
        .robot()
        .query(&format!("{{ customers(search: \"{}\") {{ totalCount }} }}", "x".repeat(256)), json!({}))
        .await;
    long.failed("BAD_REQUEST");
}
