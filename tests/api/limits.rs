//! What a request may cost and hold (architecture §6): refused at once, before anything is read or written.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Client, World, both};

both!(
    nested_fragments_are_refused_in_no_time,
    dear_deep_and_wide_operations_are_refused,
    a_body_over_its_limit_is_refused,
    our_own_largest_screens_are_allowed,
    a_failing_mutation_leaves_the_others_results,
    a_malformed_value_is_a_bad_request,
);

async fn statements(world: &World, client: &Client, document: &str) -> (Vec<String>, u64, Duration) {
    client.query("{ eventCursor }", json!({})).await.ok();
    world.settled(client).await;
    let (before, start) = (world.statements(), Instant::now());
    let answer = client.query(document, json!({})).await;
    (answer.error_codes().into_iter().map(str::to_owned).collect(), world.statements() - before, start.elapsed())
}

/// Each fragment spreads the next one twice: 906 bytes that mean 16 million fields.
fn bomb() -> String {
    let mut document = "{...A}".to_owned();
    for (name, next) in ('A'..='X').zip('B'..='Y') {
        document += &format!("fragment {name} on Query{{...{next} ...{next} }}");
    }
    document += "fragment Y on Query{eventCursor}";
    format!("{document:906}")
}

async fn nested_fragments_are_refused_in_no_time(world: &World) {
    let document = bomb();
    assert_eq!(document.len(), 906);
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let (codes, statements, took) = statements(world, &world.bea(), &document).await;
        assert_eq!(codes, ["QUERY_TOO_COMPLEX"]);
        assert!(statements <= 1, "at most the token was read");
        best = best.min(took);
    }
    assert!(best < Duration::from_millis(20), "{best:?}");
    let cycle = "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }";
    let codes = world.bea().query(cycle, json!({})).await;
    assert!(!codes.error_codes().is_empty(), "{codes:#?}");
}

async fn dear_deep_and_wide_operations_are_refused(world: &World) {
    let wide: String = (0..51).map(|at| format!("a{at}: eventCursor ")).collect();
    let deep = "customer { conversations { nodes { ".repeat(8);
    let deep = format!("{{ inbox {{ nodes {{ {deep} id {} }} }} }}", "} } }".repeat(8));
    let dear = "{ inbox(first: 100) { nodes { timeline(first: 100) { nodes { id kind version at } } } } }";
    for document in [format!("{{ {wide} }}"), deep, dear.to_owned()] {
        let (codes, statements, _) = statements(world, &world.bea(), &document).await;
        assert_eq!(codes, ["QUERY_TOO_COMPLEX"], "{document}");
        assert!(statements <= 1, "{document}");
    }
}

async fn a_body_over_its_limit_is_refused(world: &World) {
    let id = world.opened().await;
    let large = json!({ "conversationId": id, "text": "x".repeat(300 * 1024) });
    let answer = world.bea().mutate("reply", large).await;
    assert_eq!(answer.status, 413, "{answer:#?}");
    // The longest text fits, whatever its letters take.
    let longest = json!({ "conversationId": id, "text": "€".repeat(65_536) });
    world.bea().mutate("reply", longest).await.changed();
}

async fn our_own_largest_screens_are_allowed(world: &World) {
    world.opened().await;
    let screen = "{ inbox(first: 100) { nodes { id number subject state lastActivityAt waitingSince version
        channel { id name } customer { id displayName } assignee { id displayName } team { id name }
        lastMessage { id text at } followers { id displayName } availableActions }
        pageInfo { hasNextPage endCursor } totalCount } inboxCounts { all mine unassigned } }";
    world.bea().query(screen, json!({})).await.ok();
}

async fn a_failing_mutation_leaves_the_others_results(world: &World) {
    let id = world.opened().await;
    let document = "mutation($id: ID!) {
        one: closeConversation(input: { conversationId: $id }) { changed userErrors { code } }
        two: closeConversation(input: { conversationId: \"conversation_01h455vb4pex5vsknk084sn02q\" }) { changed userErrors { code } }
        three: reopenConversation(input: { conversationId: $id }) { changed conversation { state } } }";
    let answer = world.bea().query(document, json!({ "id": id })).await.ok();
    assert_eq!(answer.at("one"), &json!({ "changed": true, "userErrors": [] }));
    assert_eq!(answer.at("two"), &json!({ "changed": false, "userErrors": [{ "code": "NOT_FOUND" }] }));
    assert_eq!(answer.at("three"), &json!({ "changed": true, "conversation": { "state": "OPEN" } }));
}

async fn a_malformed_value_is_a_bad_request(world: &World) {
    let inbox = "query($at: DateTime) { inbox(filter: { createdAfter: $at }) { nodes { id } } }";
    for wrong in ["yesterday", "2026-01-05", "2026-01-05T09:00:00", "2026-13-05T09:00:00Z", ""] {
        let answer = world.bea().query(inbox, json!({ "at": wrong })).await;
        assert!(
            matches!(answer.error_codes()[..], ["BAD_REQUEST" | "GRAPHQL_VALIDATION_FAILED"]),
            "{wrong}: {answer:#?}"
        );
    }
    let channel = |window: Value| {
        let input = json!({ "channelId": world.organisation().chat, "policy": { "reopenWindow": window } });
        async move { world.ada().mutate("updateChannel", input).await }
    };
    for wrong in ["24h", "PT1.5H", "P0D", "-P1D", "P3651D", "P1Y"] {
        let answer = channel(json!(wrong)).await;
        assert!(
            matches!(answer.error_codes()[..], ["BAD_REQUEST" | "GRAPHQL_VALIDATION_FAILED"]),
            "{wrong}: {answer:#?}"
        );
    }
    channel(json!("P3650D")).await.changed();
    let zone = |zone: &str| {
        let input = json!({ "agentId": world.organisation().bea.id, "timeZone": zone });
        async move { world.bea().mutate("updateAgent", input).await }
    };
    for wrong in ["Mars/Olympus", "", "GMT+1", "europe/lisbon "] {
        let answer = zone(wrong).await;
        assert!(
            matches!(answer.error_codes()[..], ["BAD_REQUEST" | "GRAPHQL_VALIDATION_FAILED"]),
            "{wrong}: {answer:#?}"
        );
    }
    zone("Europe/Lisbon").await.changed();
}
