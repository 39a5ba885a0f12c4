//! Server-sent events on `/graphql`: how they are spelled, where they go on from, how they are refused and how they end.

use entity::enums::Scope;
use serde_json::{Value, json};
use switchboard::http::Limits;

use crate::support::live::CONVERSATION;
use crate::support::process::Process;
use crate::support::raw::Raw;
use crate::support::world::serve;
use crate::support::{Client, World, both};

both!(
    a_result_is_an_event_whose_id_is_its_cursor,
    last_event_id_wins_over_after,
    an_empty_last_event_id_is_none,
    a_last_event_id_that_is_no_cursor_is_refused,
    a_subscription_can_be_asked_for_with_get,
    a_query_or_mutation_is_one_event,
    what_is_wrong_with_it_is_told_in_an_event,
    a_bad_token_is_401,
    streams_take_no_place_of_requests,
    a_server_that_leaves_ends_it_with_a_cursor_and_completes,
);

const UNKNOWN: &str = "conversation_01h455vb4pex5vsknk084sn02q";

fn request(client: &Client, document: &str, variables: Value) -> reqwest::RequestBuilder {
    let request = client.http().post(client.url()).header("accept", "text/event-stream").bearer_auth(client.secret());
    request.json(&json!({ "query": document, "variables": variables }))
}

/// A stream of a conversation, past its first sign of life.
async fn follow(client: &Client, id: &str, after: &str, last_event_id: Option<&str>) -> Raw {
    let request = request(client, CONVERSATION, json!({ "id": id, "after": after }));
    let request = match last_event_id {
        Some(id) => request.header("last-event-id", id),
        None => request,
    };
    let mut raw = Raw::send(request).await;
    assert_eq!(raw.status(), 200);
    assert_eq!(raw.until("\n\n").await, ":\n\n");
    raw
}

/// The id and the data of the next event.
async fn event(raw: &mut Raw) -> (String, Value) {
    let event = raw.until("\n\n").await;
    let (id, rest) = event.strip_prefix("id: ").unwrap().split_once('\n').unwrap();
    let data = rest.strip_prefix("event: next\ndata: ").unwrap().strip_suffix("\n\n").unwrap();
    (id.to_owned(), serde_json::from_str(data).unwrap())
}

/// The one result of an answer that is one event and the end.
async fn told(raw: Raw) -> Value {
    assert_eq!((raw.status(), raw.header("content-type")), (200, "text/event-stream; charset=utf-8"));
    let text = raw.rest().await;
    let data =
        text.strip_prefix("event: next\ndata: ").and_then(|data| data.strip_suffix("\n\nevent: complete\ndata: \n\n"));
    serde_json::from_str(data.unwrap_or_else(|| panic!("{text}"))).unwrap()
}

fn code(told: &Value) -> &str {
    assert!(told["data"].is_null(), "{told}");
    told["errors"][0]["extensions"]["code"].as_str().unwrap()
}

/// Three entries of one conversation, with the cursor before them and those behind each.
async fn three(world: &World) -> (String, Vec<String>) {
    let id = world.opened().await;
    let mut cursors = vec![world.cursor().await];
    for priority in ["LOW", "HIGH", "URGENT"] {
        let input = json!({ "conversationId": id, "priority": priority });
        world.bea().mutate("setPriority", input).await.changed();
        cursors.push(world.cursor().await);
    }
    (id, cursors)
}

async fn a_result_is_an_event_whose_id_is_its_cursor(world: &World) {
    let (id, cursors) = three(world).await;
    let mut stream = follow(&world.bea(), &id, &cursors[0], None).await;
    assert_eq!(stream.header("content-type"), "text/event-stream; charset=utf-8");
    assert_eq!(stream.header("cache-control"), "no-cache, no-store, no-transform");
    assert_eq!(stream.header("x-accel-buffering"), "no");
    assert!(!stream.header("x-request-id").is_empty());
    for cursor in &cursors[1..] {
        let (id, told) = event(&mut stream).await;
        assert_eq!((&id, told["data"]["conversationChanged"]["cursor"].as_str()), (cursor, Some(cursor.as_str())));
    }
    world.close(&id).await;
    let (_, told) = event(&mut stream).await;
    assert_eq!(told["data"]["conversationChanged"]["entry"]["kind"], "CLOSED");
}

async fn last_event_id_wins_over_after(world: &World) {
    let (id, cursors) = three(world).await;
    let mut stream = follow(&world.bea(), &id, &cursors[0], Some(&cursors[2])).await;
    assert_eq!(event(&mut stream).await.0, cursors[3]);
    // Whatever it says, the argument must still be one.
    let wrong = request(&world.bea(), CONVERSATION, json!({ "id": id, "after": "nowhere" }));
    assert_eq!(code(&told(Raw::send(wrong.header("last-event-id", &cursors[2])).await).await), "BAD_REQUEST");
}

async fn an_empty_last_event_id_is_none(world: &World) {
    let (id, cursors) = three(world).await;
    let mut stream = follow(&world.bea(), &id, &cursors[1], Some("")).await;
    assert_eq!(event(&mut stream).await.0, cursors[2]);
}

async fn a_last_event_id_that_is_no_cursor_is_refused(world: &World) {
    let (id, cursors) = three(world).await;
    let variables = json!({ "id": id, "after": cursors[0] });
    for wrong in ["nowhere", "1", &format!("{}==", cursors[0]), &cursors[0][1..]] {
        let refused = request(&world.bea(), CONVERSATION, variables.clone()).header("last-event-id", wrong);
        assert_eq!(code(&told(Raw::send(refused).await).await), "BAD_REQUEST", "{wrong}");
    }
    let ahead = world.cursor_at(1_000_000).await;
    let refused = request(&world.bea(), CONVERSATION, variables).header("last-event-id", ahead);
    assert_eq!(code(&told(Raw::send(refused).await).await), "CURSOR_AHEAD");
}

async fn a_subscription_can_be_asked_for_with_get(world: &World) {
    let (id, cursors) = three(world).await;
    let bea = world.bea();
    let variables = json!({ "id": id, "after": cursors[2] }).to_string();
    let mut url = reqwest::Url::parse(bea.url()).unwrap();
    url.query_pairs_mut().append_pair("query", CONVERSATION).append_pair("variables", &variables);
    let request = bea.http().get(url).header("accept", "text/event-stream").bearer_auth(bea.secret());
    let mut stream = Raw::send(request).await;
    assert_eq!(stream.until("\n\n").await, ":\n\n");
    assert_eq!(event(&mut stream).await.0, cursors[3]);
}

async fn a_query_or_mutation_is_one_event(world: &World) {
    let id = world.opened().await;
    let bea = world.bea();
    let query = request(&bea, "query($id: ID!) { conversation(id: $id) { id } }", json!({ "id": id }));
    assert_eq!(told(Raw::send(query).await).await, json!({ "data": { "conversation": { "id": id } } }));
    let close =
        "mutation($id: ID!) { closeConversation(input: { conversationId: $id }) { changed userErrors { code } } }";
    let done = told(Raw::send(request(&bea, close, json!({ "id": id }))).await).await;
    assert_eq!(done, json!({ "data": { "closeConversation": { "changed": true, "userErrors": [] } } }));
}

async fn what_is_wrong_with_it_is_told_in_an_event(world: &World) {
    let hidden = world.hidden().await;
    for (document, id, expected) in [
        ("subscription { nothing }", UNKNOWN, "GRAPHQL_VALIDATION_FAILED"),
        ("subscription {", UNKNOWN, "GRAPHQL_PARSE_FAILED"),
        (CONVERSATION, UNKNOWN, "NOT_FOUND"),
        (CONVERSATION, &hidden, "NOT_FOUND"),
        (CONVERSATION, "team_01h455vb4pex5vsknk084sn02q", "NOT_FOUND"),
    ] {
        let refused = told(Raw::send(request(&world.bea(), document, json!({ "id": id }))).await).await;
        assert_eq!(code(&refused), expected, "{document}");
    }
    let narrow = world.client(&world.token(&world.organisation().robot.id, &[Scope::TicketsRead], None).await);
    let refused = told(Raw::send(request(&narrow, CONVERSATION, json!({ "id": UNKNOWN }))).await).await;
    assert_eq!(code(&refused), "FORBIDDEN");
}

async fn a_bad_token_is_401(world: &World) {
    let id = world.opened().await;
    let refused = Raw::send(request(&world.client("swb_nobody"), CONVERSATION, json!({ "id": id }))).await;
    assert_eq!((refused.status(), refused.header("content-type")), (401, "application/json; charset=utf-8"));
    assert_eq!(refused.header("www-authenticate"), "Bearer");
    let body: Value = serde_json::from_str(&refused.rest().await).unwrap();
    assert_eq!(code(&body), "UNAUTHENTICATED");
}

async fn streams_take_no_place_of_requests(world: &World) {
    let (id, cursors) = three(world).await;
    let (base, _serving) = serve(&world.app, Limits { in_flight: 1, ..Limits::default() }).await;
    let bea = world.client_at(&base, world.bea().secret());
    let mut streams = Vec::new();
    for _ in 0..3 {
        streams.push(follow(&bea, &id, &cursors[2], None).await);
    }
    bea.query("{ eventCursor }", json!({})).await.ok();
    for stream in &mut streams {
        assert_eq!(event(stream).await.0, cursors[3]);
    }
}

async fn a_server_that_leaves_ends_it_with_a_cursor_and_completes(world: &World) {
    let (id, cursors) = three(world).await;
    // The process has the clock of the wall, by which what is open has been open for long enough to be closed.
    world.close(&id).await;
    let closed = world.cursor().await;
    let mut process = Process::serve(&world.database.url());
    let bea = world.client_at(&process.base, world.bea().secret());
    let mut stream = follow(&bea, &id, &cursors[3], None).await;
    assert_eq!(event(&mut stream).await.0, closed);
    let leaving = tokio::task::spawn_blocking(move || process.terminate());
    let (cursor, told) = event(&mut stream).await;
    assert_eq!(code(&told), "SHUTTING_DOWN");
    assert_eq!(told["errors"][0]["extensions"]["cursor"], cursor.as_str());
    assert_eq!(stream.rest().await, "event: complete\ndata: \n\n");
    assert!(leaving.await.unwrap().success());
    world.bea().mutate("reopenConversation", json!({ "conversationId": id })).await.changed();
    let mut again = follow(&world.bea(), &id, &cursors[0], Some(&cursor)).await;
    assert_eq!(event(&mut again).await.1["data"]["conversationChanged"]["entry"]["kind"], "REOPENED");
}
