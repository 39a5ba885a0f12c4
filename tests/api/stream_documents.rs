//! How subscriptions may be spelled: whatever a query may, as long as there is one root field.

use serde_json::{Value, json};

use crate::support::live::{Follower, Transport};
use crate::support::{World, both};

both!(
    aliases_and_fragments_name_what_they_name,
    what_variables_include_and_skip_is_there_or_not,
    a_root_field_that_is_left_out_is_not_counted,
    an_error_below_a_nullable_field_leaves_the_rest,
    an_error_below_none_is_a_result_and_not_an_end,
    one_of_several_operations_is_chosen_by_its_name,
    what_is_no_subscription_is_refused,
);

/// Follows what is given from before one closing, on each transport, and looks at what is told of it.
async fn each(world: &World, document: &str, variables: impl Fn(&str, &str) -> Value, look: impl Fn(&Value, &str)) {
    for transport in Transport::ALL {
        let (id, after) = (world.opened().await, world.cursor().await);
        let mut follower: Follower = world.bea().follow(transport, document, variables(&id, &after)).await;
        world.close(&id).await;
        look(&follower.result().await, &id);
        world.bea().mutate("reopenConversation", json!({ "conversationId": id })).await.changed();
        // It goes on.
        follower.result().await;
    }
}

fn both_given(id: &str, after: &str) -> Value {
    json!({ "id": id, "after": after })
}

async fn aliases_and_fragments_name_what_they_name(world: &World) {
    let document = "subscription Named($id: ID!, $after: EventCursor) { ...Root }
        fragment Root on Subscription { ... on Subscription {
            told: conversationChanged(conversationId: $id, after: $after) { ...Change } } }
        fragment Change on ConversationChange { of: conversation { name: id state } entry { ...Entry ... on ClosedEntry { reason: closeReason } } }
        fragment Entry on TimelineEntry { what: kind }";
    each(world, document, both_given, |result, id| {
        let told =
            json!({ "of": { "name": id, "state": "CLOSED" }, "entry": { "what": "CLOSED", "reason": "RESOLVED" } });
        assert_eq!(result, &json!({ "data": { "told": told } }));
    })
    .await;
}

async fn what_variables_include_and_skip_is_there_or_not(world: &World) {
    let document =
        "subscription($id: ID!, $after: EventCursor, $yes: Boolean!, $no: Boolean!, $omitted: Boolean = false) {
        conversationChanged(conversationId: $id, after: $after) @include(if: $yes) {
            entry { kind @skip(if: $no) version @include(if: $no) }
            conversation @skip(if: $omitted) { id state @include(if: $omitted) } } }";
    let variables = |id: &str, after: &str| json!({ "id": id, "after": after, "yes": true, "no": false });
    each(world, document, variables, |result, id| {
        let told = json!({ "entry": { "kind": "CLOSED" }, "conversation": { "id": id } });
        assert_eq!(result, &json!({ "data": { "conversationChanged": told } }));
    })
    .await;
}

async fn a_root_field_that_is_left_out_is_not_counted(world: &World) {
    let document = "subscription($id: ID!, $after: EventCursor, $all: Boolean = true, $one: Boolean!) {
        ...All @skip(if: $all) conversationChanged(conversationId: $id, after: $after) @include(if: $one) { entry { kind } } }
        fragment All on Subscription { conversationsChanged(after: $after) { conversation { id } } }";
    let variables = |all: Value, one: bool| move |id: &str, after: &str| json!({ "id": id, "after": after, "all": all, "one": one });
    each(world, document, variables(json!(true), true), |result, _| {
        assert_eq!(result, &json!({ "data": { "conversationChanged": { "entry": { "kind": "CLOSED" } } } }));
    })
    .await;
    each(world, document, variables(json!(false), false), |result, id| {
        assert_eq!(result, &json!({ "data": { "conversationsChanged": { "conversation": { "id": id } } } }));
    })
    .await;
    let id = world.opened().await;
    for transport in Transport::ALL {
        let after = world.cursor().await;
        for (all, one) in [(json!(false), true), (json!(true), false)] {
            let mut refused = world.bea().follow(transport, document, variables(all, one)(&id, &after)).await;
            assert_eq!(refused.error().await.0, "GRAPHQL_VALIDATION_FAILED", "two of them, or none");
        }
        // Its default leaves it out.
        let defaulted = json!({ "id": id, "after": after, "one": true });
        let mut follower = world.bea().follow(transport, document, defaulted).await;
        let input = json!({ "conversationId": id, "subject": format!("{transport:?}") });
        world.bea().mutate("updateConversation", input).await.changed();
        assert_eq!(follower.next().await["entry"]["kind"], "EDITED");
    }
}

async fn an_error_below_a_nullable_field_leaves_the_rest(world: &World) {
    let document = "subscription($id: ID!, $after: EventCursor) { conversationChanged(conversationId: $id, after: $after) {
        entry { kind } conversation { id lastMessage { id conversation { timeline(after: \"nonsense\") { nodes { id } } } } } } }";
    each(world, document, both_given, |result, id| {
        let told = json!({ "entry": { "kind": "CLOSED" }, "conversation": { "id": id, "lastMessage": null } });
        assert_eq!(result["data"], json!({ "conversationChanged": told }));
        let [error] = &result["errors"].as_array().unwrap()[..] else { panic!("{result}") };
        assert_eq!(error["extensions"]["code"], "BAD_REQUEST");
        let path = json!(["conversationChanged", "conversation", "lastMessage", "conversation", "timeline"]);
        assert_eq!(error["path"], path);
    })
    .await;
}

async fn an_error_below_none_is_a_result_and_not_an_end(world: &World) {
    let document =
        "subscription($id: ID!, $after: EventCursor) { conversationChanged(conversationId: $id, after: $after) {
        entry { kind } conversation { id timeline(after: \"nonsense\") { nodes { id } } } } }";
    each(world, document, both_given, |result, _| {
        assert_eq!(result["data"], Value::Null);
        assert_eq!(result["errors"][0]["extensions"]["code"], "BAD_REQUEST", "{result}");
    })
    .await;
}

async fn one_of_several_operations_is_chosen_by_its_name(world: &World) {
    let id = world.opened().await;
    let document = "query Look { eventCursor }
        subscription Follow($id: ID!, $after: EventCursor) { conversationChanged(conversationId: $id, after: $after) { entry { kind } } }";
    for transport in Transport::ALL {
        let after = world.cursor().await;
        let request = json!({ "query": document, "variables": both_given(&id, &after), "operationName": "Follow" });
        let mut follower = world.bea().follow_from(transport, request, None).await;
        let (subject, input) = (format!("{transport:?}"), "updateConversation");
        world.bea().mutate(input, json!({ "conversationId": id, "subject": subject })).await.changed();
        assert_eq!(follower.next().await["entry"]["kind"], "EDITED");
    }
}

async fn what_is_no_subscription_is_refused(world: &World) {
    let id = world.opened().await;
    let two = "subscription($id: ID!) { a: conversationChanged(conversationId: $id) { cursor }
        b: conversationChanged(conversationId: $id) { cursor } }";
    for transport in Transport::ALL {
        for (document, code) in [
            ("subscription($id: ID!) { nothing(id: $id) }", "GRAPHQL_VALIDATION_FAILED"),
            (
                "subscription($id: ID!) { conversationChanged(conversationId: $id) { nothing } }",
                "GRAPHQL_VALIDATION_FAILED",
            ),
            (two, "GRAPHQL_VALIDATION_FAILED"),
            ("subscription {", "GRAPHQL_PARSE_FAILED"),
        ] {
            let mut refused = world.bea().follow(transport, document, json!({ "id": id })).await;
            assert_eq!(refused.error().await.0, code, "{document} on {transport:?}");
        }
    }
}
