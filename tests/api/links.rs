//! Links between conversations (semantics §11.3).

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Client, World, both, size};

both!(
    each_kind_is_seen_from_both_ends_with_an_entry_on_each,
    linking_again_changes_nothing_and_another_kind_is_another_link,
    unlinking_one_kind_or_all_leaves_the_rest,
    what_routing_linked_stays_and_is_not_made_by_hand,
    nothing_is_linked_to_itself,
    nothing_becomes_its_own_ancestor,
    at_most_a_hundred_links,
    an_end_without_access_is_a_stub,
    linking_needs_sight_of_both_ends,
    linking_leaves_asleep_closed_and_spam_as_they_are,
    two_at_once_never_make_a_circle,
    a_circle_through_four_is_never_closed_by_four_at_once,
);

fn of(one: &str, other: &str) -> Value {
    json!({ "conversationId": one, "otherId": other })
}

fn as_kind(one: &str, other: &str, kind: &str) -> Value {
    json!({ "conversationId": one, "otherId": other, "kind": kind })
}

/// What a conversation is linked to: kinds and ids; `-` for an end that isn't shown.
async fn links(client: &Client, id: &str) -> Vec<(String, String)> {
    let conversation = client.conversation(id).await;
    let links = conversation["links"].as_array().unwrap().clone();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    links.iter().map(|link| (text(&link["kind"]), text(&link["conversation"]["id"]))).collect()
}

fn link(kind: &str, id: &str) -> (String, String) {
    (kind.to_owned(), id.to_owned())
}

async fn three(world: &World) -> [String; 3] {
    let mut ids = [const { String::new() }; 3];
    for (at, id) in ids.iter_mut().enumerate() {
        *id = world.mailed(&format!("yan{at}@example.com"), "Hello").await.conversation();
    }
    ids
}

async fn each_kind_is_seen_from_both_ends_with_an_entry_on_each(world: &World) {
    let (bea, [one, two, _]) = (world.bea(), three(world).await);
    for (kind, reverse) in [
        ("RELATED", "RELATED"),
        ("PARENT", "CHILD"),
        ("CHILD", "PARENT"),
        ("DUPLICATE_OF", "DUPLICATED_BY"),
        ("DUPLICATED_BY", "DUPLICATE_OF"),
    ] {
        let linked = bea.mutate("linkConversations", as_kind(&one, &two, kind)).await.changed();
        assert_eq!(linked.kinds(), ["LINKED"], "its own entry alone");
        assert_eq!(links(&bea, &one).await, [link(kind, &two)]);
        assert_eq!(links(&bea, &two).await, [link(reverse, &one)]);
        bea.mutate("unlinkConversations", of(&two, &one)).await.changed();
        assert_eq!((links(&bea, &one).await, links(&bea, &two).await), (vec![], vec![]));
    }
    let document = "query($id: ID!) { conversation(id: $id) { timeline(kinds: [LINKED, UNLINKED], first: 4) { nodes {
        kind actor { displayName } ... on LinkEntry { linkKind other { id } } } } } }";
    let told = bea.query(document, json!({ "id": two })).await.ok();
    let entry = |kind, what| json!({ "kind": kind, "actor": { "displayName": "bea" }, "linkKind": what, "other": { "id": one } });
    let [linked, unlinked] = ["LINKED", "UNLINKED"];
    let first =
        json!([entry(linked, "RELATED"), entry(unlinked, "RELATED"), entry(linked, "CHILD"), entry(unlinked, "CHILD")]);
    assert_eq!(told.at("conversation.timeline.nodes"), &first);
}

async fn linking_again_changes_nothing_and_another_kind_is_another_link(world: &World) {
    let (bea, [one, two, _]) = (world.bea(), three(world).await);
    bea.mutate("linkConversations", of(&one, &two)).await.changed();
    bea.mutate("linkConversations", of(&one, &two)).await.unchanged();
    bea.mutate("linkConversations", of(&two, &one)).await.unchanged();
    bea.mutate("linkConversations", as_kind(&one, &two, "DUPLICATE_OF")).await.changed();
    bea.mutate("linkConversations", as_kind(&two, &one, "DUPLICATED_BY")).await.unchanged();
    assert_eq!(links(&bea, &one).await.len(), 2);
}

async fn unlinking_one_kind_or_all_leaves_the_rest(world: &World) {
    let (bea, [one, two, three]) = (world.bea(), three(world).await);
    for kind in ["RELATED", "DUPLICATE_OF", "PARENT"] {
        bea.mutate("linkConversations", as_kind(&one, &two, kind)).await.changed();
    }
    bea.mutate("linkConversations", of(&one, &three)).await.changed();
    bea.mutate("unlinkConversations", as_kind(&one, &two, "CHILD")).await.unchanged();
    bea.mutate("unlinkConversations", as_kind(&two, &one, "CHILD")).await.changed();
    assert_eq!(links(&bea, &two).await.len(), 2, "seen from the other end it is the same link");
    let rest = bea.mutate("unlinkConversations", of(&one, &two)).await.changed();
    assert_eq!(rest.kinds(), ["UNLINKED", "UNLINKED"]);
    assert_eq!(links(&bea, &one).await, [link("RELATED", &three)]);
    bea.mutate("unlinkConversations", of(&one, &two)).await.unchanged();
}

async fn what_routing_linked_stays_and_is_not_made_by_hand(world: &World) {
    let bea = world.bea();
    let old = world.chatted("visitor-1", "Hello").await.conversation();
    world.close(&old).await;
    world.clock.advance(chrono::TimeDelta::hours(25));
    let new = world.chatted("visitor-1", "Me again").await.conversation();
    assert_eq!(links(&bea, &new).await, [link("CONTINUES", &old)]);
    bea.mutate("unlinkConversations", of(&new, &old)).await.unchanged();
    for kind in ["CONTINUES", "CONTINUED_BY"] {
        for mutation in ["linkConversations", "unlinkConversations"] {
            bea.mutate(mutation, as_kind(&new, &old, kind)).await.refused("INVALID", "input.kind");
        }
    }
}

async fn nothing_is_linked_to_itself(world: &World) {
    let id = world.opened().await;
    for mutation in ["linkConversations", "unlinkConversations"] {
        world.bea().mutate(mutation, of(&id, &id)).await.refused("SELF_LINK", "input.otherId");
    }
}

async fn nothing_becomes_its_own_ancestor(world: &World) {
    let (bea, [one, two, three]) = (world.bea(), three(world).await);
    bea.mutate("linkConversations", as_kind(&two, &one, "PARENT")).await.changed();
    bea.mutate("linkConversations", as_kind(&two, &three, "CHILD")).await.changed();
    bea.mutate("linkConversations", as_kind(&one, &three, "PARENT")).await.refused("CYCLE", "input.otherId");
    bea.mutate("linkConversations", as_kind(&three, &one, "CHILD")).await.refused("CYCLE", "input.otherId");
    bea.mutate("linkConversations", as_kind(&two, &one, "CHILD")).await.refused("CYCLE", "input.otherId");
    // Shorter, but no circle; and a family of its own kind alone makes one.
    bea.mutate("linkConversations", as_kind(&three, &one, "PARENT")).await.changed();
    bea.mutate("linkConversations", as_kind(&one, &three, "DUPLICATE_OF")).await.changed();
    bea.mutate("unlinkConversations", as_kind(&two, &one, "PARENT")).await.changed();
    bea.mutate("unlinkConversations", as_kind(&three, &one, "PARENT")).await.changed();
    bea.mutate("linkConversations", as_kind(&one, &three, "PARENT")).await.changed();
}

async fn at_most_a_hundred_links(world: &World) {
    let bea = world.bea();
    let full = world.opened().await;
    let others = world.laden(&world.organisation().carl.id, 101).await;
    for other in &others[..100] {
        bea.mutate("linkConversations", of(&other.to_string(), &full)).await.changed();
    }
    let last = others[100].to_string();
    bea.mutate("linkConversations", of(&full, &last)).await.refused("LIMIT_EXCEEDED", "input.conversationId");
    bea.mutate("linkConversations", of(&last, &full)).await.refused("LIMIT_EXCEEDED", "input.otherId");
    bea.mutate("unlinkConversations", of(&full, &others[0].to_string())).await.changed();
    bea.mutate("linkConversations", of(&full, &last)).await.changed();
}

async fn an_end_without_access_is_a_stub(world: &World) {
    let (hidden, open) = (world.hidden().await, world.opened().await);
    world.dora().mutate("linkConversations", as_kind(&open, &hidden, "PARENT")).await.changed();
    assert_eq!(links(&world.dora(), &open).await, [link("PARENT", &hidden)]);
    assert_eq!(links(&world.bea(), &open).await, [link("PARENT", "-")], "who and when, but not what");
    let document = "query($id: ID!) { conversation(id: $id) { timeline(kinds: [LINKED]) { nodes {
        ... on LinkEntry { linkKind other { id } } } } } }";
    let told = world.bea().query(document, json!({ "id": open })).await.ok();
    assert_eq!(told.at("conversation.timeline.nodes"), &json!([{ "linkKind": "PARENT", "other": null }]));
    let changes = "{ conversationChanges(kinds: [LINKED]) { nodes { entry { ... on LinkEntry { other { id } } } } } }";
    let told = world.bea().query(changes, json!({})).await.ok();
    assert_eq!(
        told.at("conversationChanges.nodes"),
        &json!([{ "entry": { "other": null } }]),
        "the other end's is none"
    );
}

async fn linking_needs_sight_of_both_ends(world: &World) {
    let (bea, hidden, open) = (world.bea(), world.hidden().await, world.opened().await);
    let unknown = "conversation_01h455vb4pex5vsknk084sn02q";
    for mutation in ["linkConversations", "unlinkConversations"] {
        for unseen in [hidden.as_str(), unknown, "nonsense"] {
            bea.mutate(mutation, of(&open, unseen)).await.refused("NOT_FOUND", "input.otherId");
            bea.mutate(mutation, of(unseen, &open)).await.refused("NOT_FOUND", "input.conversationId");
        }
    }
}

async fn linking_leaves_asleep_closed_and_spam_as_they_are(world: &World) {
    let (bea, [one, two, three]) = (world.bea(), three(world).await);
    world.close(&one).await;
    bea.mutate("markAsSpam", json!({ "conversationId": two })).await.changed();
    let linked = bea.mutate("linkConversations", of(&one, &two)).await.changed();
    assert_eq!(linked.get("conversation.state"), "CLOSED");
    let linked = bea.mutate("linkConversations", of(&two, &three)).await.changed();
    assert_eq!(linked.get("conversation.state"), "SPAM");
}

async fn two_at_once_never_make_a_circle(world: &World) {
    let (bea, [one, two, _]) = (world.bea(), three(world).await);
    for _ in 0..size(4) {
        let both = [(&one, &two), (&two, &one)].map(|(a, b)| bea.mutate("linkConversations", as_kind(a, b, "PARENT")));
        let answers = join_all(both).await;
        let changed = answers.iter().filter(|answer| answer.payload()["changed"] == true).count();
        assert_eq!(changed, 1, "{answers:#?}");
        let refused = answers.into_iter().find(|answer| answer.payload()["changed"] != true).unwrap();
        refused.refused("CYCLE", "input.otherId");
        bea.mutate("unlinkConversations", of(&one, &two)).await.changed();
    }
}

async fn a_circle_through_four_is_never_closed_by_four_at_once(world: &World) {
    let (bea, [a, b, c]) = (world.bea(), three(world).await);
    let d = world.opened().await;
    for _ in 0..size(4) {
        let round = [(&a, &b), (&b, &c), (&c, &d), (&d, &a)];
        let linked = round.map(|(child, parent)| bea.mutate("linkConversations", as_kind(child, parent, "PARENT")));
        let answers = join_all(linked).await;
        let refused: Vec<_> = answers.iter().flat_map(|answer| answer.clone().ok().refusals()).collect();
        assert_eq!(refused, [("CYCLE".to_owned(), Some("input.otherId".to_owned()))], "the last of them alone");
        for (child, parent) in round {
            bea.mutate("unlinkConversations", of(child, parent)).await.done();
        }
    }
}
