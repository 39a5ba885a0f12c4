//! Apollo's multipart subscriptions on `/graphql`: how parts are spelled, how they are refused and how they end.

use serde_json::{Value, json};

use crate::support::live::CONVERSATION;
use crate::support::process::Process;
use crate::support::raw::Raw;
use crate::support::{Client, World, both};

both!(
    each_part_ends_with_its_boundary,
    refusals_are_plain_answers,
    queries_and_mutations_are_plain_answers,
    a_server_that_leaves_ends_it_with_a_cursor_and_the_last_boundary,
);

/// What Apollo Client sends for a subscription.
const APOLLO: &str =
    "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/graphql-response+json,application/json;q=0.9";
/// What its older versions send.
const OLDER: &str = "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json";

const HEAD: &str = "\r\ncontent-type: application/json\r\n\r\n";
const BOUNDARY: &str = "\r\n--graphql";

async fn ask(client: &Client, accept: &str, document: &str, variables: Value) -> Raw {
    let request = client.http().post(client.url()).header("accept", accept).bearer_auth(client.secret());
    Raw::send(request.json(&json!({ "query": document, "variables": variables }))).await
}

async fn follow(client: &Client, id: &str, after: &str) -> Raw {
    let mut raw = ask(client, APOLLO, CONVERSATION, json!({ "id": id, "after": after })).await;
    assert_eq!(raw.status(), 200);
    assert_eq!(raw.header("content-type"), "multipart/mixed;boundary=graphql;subscriptionSpec=1.0");
    assert_eq!(raw.header("cache-control"), "no-cache, no-store, no-transform");
    assert_eq!(raw.header("x-accel-buffering"), "no");
    assert_eq!(raw.until(BOUNDARY).await, BOUNDARY);
    raw
}

/// The next part that isn't a sign of life, read as soon as its boundary is there.
async fn part(raw: &mut Raw) -> Value {
    loop {
        let part = raw.until(BOUNDARY).await;
        let body = part.strip_prefix(HEAD).unwrap_or_else(|| panic!("{part:?}")).strip_suffix(BOUNDARY).unwrap();
        let body: Value = serde_json::from_str(body).unwrap();
        if body != json!({}) {
            return body;
        }
    }
}

async fn each_part_ends_with_its_boundary(world: &World) {
    let id = world.opened().await;
    let mut stream = follow(&world.bea(), &id, &world.cursor().await).await;
    for kind in ["CLOSED", "REOPENED"] {
        let mutation = if kind == "CLOSED" { "closeConversation" } else { "reopenConversation" };
        world.bea().mutate(mutation, json!({ "conversationId": id })).await.changed();
        let told = part(&mut stream).await;
        assert_eq!(told["payload"]["data"]["conversationChanged"]["entry"]["kind"], kind, "{told}");
    }
}

async fn refusals_are_plain_answers(world: &World) {
    for (accept, status, content_type) in [
        (APOLLO, 400, "application/graphql-response+json; charset=utf-8"),
        (OLDER, 200, "application/json; charset=utf-8"),
    ] {
        let refused = ask(&world.bea(), accept, "subscription { nothing }", json!({})).await;
        assert_eq!((refused.status(), refused.header("content-type")), (status, content_type));
        let refused: Value = serde_json::from_str(&refused.rest().await).unwrap();
        assert_eq!(refused["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
        let unknown = json!({ "id": "conversation_01h455vb4pex5vsknk084sn02q" });
        let refused = ask(&world.bea(), accept, CONVERSATION, unknown.clone()).await;
        assert_eq!(refused.header("content-type"), content_type);
        let refused: Value = serde_json::from_str(&refused.rest().await).unwrap();
        assert_eq!(refused["errors"][0]["extensions"]["code"], "NOT_FOUND");
        let refused = ask(&world.client("swb_nobody"), accept, CONVERSATION, unknown).await;
        assert_eq!((refused.status(), refused.header("content-type")), (401, content_type));
    }
}

async fn queries_and_mutations_are_plain_answers(world: &World) {
    let id = world.opened().await;
    let close = "mutation($id: ID!) { closeConversation(input: { conversationId: $id }) { changed } }";
    let done = ask(&world.bea(), APOLLO, close, json!({ "id": id })).await;
    assert_eq!(done.header("content-type"), "application/graphql-response+json; charset=utf-8");
    let done: Value = serde_json::from_str(&done.rest().await).unwrap();
    assert_eq!(done, json!({ "data": { "closeConversation": { "changed": true } } }));
    // Who takes nothing else gets nothing done.
    let reopen = "mutation($id: ID!) { reopenConversation(input: { conversationId: $id }) { changed } }";
    let refused = ask(&world.bea(), "multipart/mixed;subscriptionSpec=1.0", reopen, json!({ "id": id })).await;
    assert_eq!(refused.status(), 406);
    assert_eq!(world.bea().conversation(&id).await["state"], "CLOSED");
}

async fn a_server_that_leaves_ends_it_with_a_cursor_and_the_last_boundary(world: &World) {
    // The process has the clock of the wall, by which what is open has been open for long enough to be closed.
    let id = world.closed().await;
    let mut process = Process::serve(&world.database.url());
    let bea = world.client_at(&process.base, world.bea().secret());
    let mut stream = follow(&bea, &id, &world.cursor().await).await;
    let leaving = tokio::task::spawn_blocking(move || process.terminate());
    let ended = part(&mut stream).await;
    assert_eq!(ended["payload"], Value::Null);
    let [error] = &ended["errors"].as_array().unwrap()[..] else { panic!("{ended}") };
    assert_eq!(error["extensions"]["code"], "SHUTTING_DOWN");
    assert_eq!(stream.rest().await, "--\r\n");
    assert!(leaving.await.unwrap().success());
    world.bea().mutate("reopenConversation", json!({ "conversationId": id })).await.changed();
    let mut again = follow(&world.bea(), &id, error["extensions"]["cursor"].as_str().unwrap()).await;
    let told = part(&mut again).await;
    assert_eq!(told["payload"]["data"]["conversationChanged"]["entry"]["kind"], "REOPENED");
}
