//! Inbox, history, and everything else that lists conversations (semantics §2).

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Answer, World, both};

both!(
    each_view_shows_its_state,
    each_scope_shows_whose_they_are,
    every_list_of_a_filter_may_be_full,
    filters_together_mean_all_of_them,
    the_inbox_is_ordered_by_activity_and_history_by_closing,
    counts_tell_what_the_lists_show,
    a_conversation_is_found_by_id_or_number_but_not_by_both,
    a_customers_conversations_are_listed,
    what_may_be_done_is_offered,
    ids_of_other_kinds_are_nothing,
);

/// The ids of a list as Bea sees it.
pub async fn ids(world: &World, list: &str) -> Vec<String> {
    let answer = world.bea().query(&format!("{{ {list} {{ nodes {{ id }} }} }}"), json!({})).await.ok();
    let name = list.split('(').next().unwrap();
    answer.texts(&format!("{name}.nodes"), "id")
}

async fn each_view_shows_its_state(world: &World) {
    let open = world.opened().await;
    world.clock.advance(TimeDelta::seconds(1));
    let closed = world.closed().await;
    world.clock.advance(TimeDelta::seconds(1));
    let spam = world.spam().await;
    assert_eq!(ids(world, "inbox").await, [&*open]);
    assert_eq!(ids(world, "conversations(view: INBOX)").await, [&*open]);
    assert_eq!(ids(world, "history").await, [&*closed]);
    assert_eq!(ids(world, "conversations(view: HISTORY)").await, [&*closed]);
    assert_eq!(ids(world, "conversations(view: SPAM)").await, [&*spam]);
    assert_eq!(ids(world, "conversations(view: SNOOZED)").await, Vec::<String>::new());
    assert_eq!(ids(world, "conversations").await, [spam, closed, open]);
}

async fn each_scope_shows_whose_they_are(world: &World) {
    let organisation = world.organisation();
    let mine = world.opened().await;
    world.assign(&mine, &organisation.bea.id).await;
    world.clock.advance(TimeDelta::seconds(1));
    let carls = world.opened().await;
    world.assign(&carls, &organisation.carl.id).await;
    world.clock.advance(TimeDelta::seconds(1));
    let team = world.opened().await;
    let input = json!({ "conversationId": team, "teamId": organisation.support });
    world.ada().mutate("assignConversation", input).await.changed();
    assert_eq!(ids(world, "inbox(scope: MINE)").await, [&*mine]);
    assert_eq!(ids(world, "inbox(scope: UNASSIGNED)").await, [&*team]);
    assert_eq!(ids(world, "inbox(scope: ALL)").await, [team, carls, mine]);
    // An integration has no personal scopes: they are empty, not refused.
    let none = world.robot().query("{ inbox(scope: MINE) { nodes { id } } }", json!({})).await.ok();
    assert_eq!(none.at("inbox.nodes"), &json!([]));
}

/// The ids of the conversations that Bea sees and that match a filter.
pub async fn filtered(world: &World, filter: Value) -> Vec<String> {
    let document =
        "query($filter: ConversationFilter) { conversations(filter: $filter, first: 100) { nodes { id } totalCount } }";
    let answer = world.bea().query(document, json!({ "filter": filter })).await.ok();
    let ids = answer.texts("conversations.nodes", "id");
    assert_eq!(answer.at("conversations.totalCount"), &json!(ids.len()), "{filter}");
    ids
}

async fn filters_together_mean_all_of_them(world: &World) {
    let organisation = world.organisation();
    let mail = world.opened().await;
    world.clock.advance(TimeDelta::hours(1));
    let chat = world.chatted("visitor-1", "Hello").await.conversation();
    let both = json!({ "conversationId": mail, "assigneeId": organisation.bea.id, "teamId": organisation.support });
    world.ada().mutate("assignConversation", both).await.changed();
    world.clock.advance(TimeDelta::minutes(30));
    world.bea().mutate("reply", json!({ "conversationId": mail, "text": "Hi" })).await.changed();
    let (only_mail, only_chat, none) = (vec![mail.clone()], vec![chat.clone()], Vec::<String>::new());
    let customer = world.bea().conversation(&mail).await["customer"]["id"].clone();
    for (filter, found) in [
        (json!({ "channelIds": [organisation.mail] }), &only_mail),
        (json!({ "channelKinds": ["CHAT"] }), &only_chat),
        (json!({ "assigneeIds": [organisation.bea.id] }), &only_mail),
        (json!({ "teamIds": [organisation.support] }), &only_mail),
        (json!({ "unassigned": true }), &only_chat),
        (json!({ "unassigned": false }), &only_mail),
        (json!({ "waiting": true }), &only_chat),
        (json!({ "waiting": false }), &only_mail),
        (json!({ "customerIds": [customer] }), &only_mail),
        (json!({ "createdAfter": "2026-01-05T10:00:00Z" }), &only_chat),
        (json!({ "createdBefore": "2026-01-05T10:00:00+00:00" }), &only_mail),
        (json!({ "updatedAfter": "2026-01-05T10:30:00Z" }), &only_mail),
        (json!({ "updatedAfter": "2026-01-05T10:30:00.000001Z" }), &none),
        (json!({ "channelKinds": ["EMAIL"], "waiting": true }), &none),
        (json!({ "states": ["OPEN"], "channelKinds": ["EMAIL", "CHAT"], "unassigned": true }), &only_chat),
        (json!({ "states": ["CLOSED"] }), &none),
        (json!({ "channelIds": [] }), &none),
        (json!({ "channelIds": ["nonsense", organisation.bea.id] }), &none),
        (json!({ "assigneeIds": ["agent_01h455vb4pex5vsknk084sn02q", organisation.bea.id] }), &only_mail),
        (json!({ "withoutPriority": true, "waiting": true }), &only_chat),
        (json!({ "priorities": ["HIGH"] }), &none),
    ] {
        assert_eq!(&filtered(world, filter.clone()).await, found, "{filter}");
    }
    let many: Vec<String> = (0..101).map(|at| format!("channel_{at}")).collect();
    let document = "query($ids: [ID!]) { inbox(filter: { channelIds: $ids }) { nodes { id } } }";
    world.bea().query(document, json!({ "ids": many })).await.failed("BAD_REQUEST");
}

async fn the_inbox_is_ordered_by_activity_and_history_by_closing(world: &World) {
    let mut all = Vec::new();
    for _ in 0..3 {
        all.push(world.opened().await);
        world.clock.advance(TimeDelta::minutes(1));
    }
    let [a, b, c] = [all[0].clone(), all[1].clone(), all[2].clone()];
    world.bea().mutate("reply", json!({ "conversationId": a, "text": "Hi" })).await.changed();
    assert_eq!(ids(world, "inbox").await, [a.clone(), c.clone(), b.clone()]);
    for id in [&c, &a, &b] {
        world.clock.advance(TimeDelta::minutes(1));
        world.close(id).await;
    }
    assert_eq!(ids(world, "history").await, [b, a, c]);
}

async fn counts_tell_what_the_lists_show(world: &World) {
    let organisation = world.organisation();
    let mine = world.opened().await;
    let both = json!({ "conversationId": mine, "assigneeId": organisation.bea.id, "teamId": organisation.support });
    world.ada().mutate("assignConversation", both).await.changed();
    world.opened().await;
    world.closed().await;
    world.spam().await;
    let document = "{ inboxCounts { mine unassigned all snoozed spam teams { team { id } open } } }";
    let counts = world.bea().query(document, json!({})).await.ok();
    let counted = counts.at("inboxCounts");
    for (name, count) in [("mine", 1), ("unassigned", 1), ("all", 2), ("snoozed", 0), ("spam", 1)] {
        assert_eq!(counted[name], count, "{name}");
    }
    let support =
        counted["teams"].as_array().unwrap().iter().find(|team| team["team"]["id"] == json!(organisation.support));
    assert_eq!(support.unwrap()["open"], 1);
    // An integration has nothing of its own; the rest it counts as anybody does.
    let robots = world.robot().query(document, json!({})).await.ok();
    assert_eq!((robots.at("inboxCounts.mine"), robots.at("inboxCounts.all")), (&json!(0), &json!(2)));
}

async fn a_conversation_is_found_by_id_or_number_but_not_by_both(world: &World) {
    let received = world.mailed("zoe@example.com", "Hello").await;
    let (id, number) = (received.conversation(), received.int("conversation.number"));
    let document = "query($id: ID, $number: Int) { conversation(id: $id, number: $number) { id } }";
    for variables in [json!({ "id": id }), json!({ "number": number }), json!({ "id": id, "number": null })] {
        assert_eq!(world.bea().query(document, variables).await.ok().at("conversation.id"), &json!(id));
    }
    assert_eq!(world.bea().query(document, json!({ "number": 99 })).await.ok().at("conversation"), &Value::Null);
    world.bea().query(document, json!({ "id": id, "number": number })).await.failed("BAD_REQUEST");
    world.bea().query(document, json!({})).await.failed("BAD_REQUEST");
}

async fn a_customers_conversations_are_listed(world: &World) {
    let first = world.opened().await;
    world.mailed("yan@example.com", "Hello").await;
    world.clock.advance(TimeDelta::seconds(1));
    let second = world.closed().await;
    let document =
        "query($id: ID!) { conversation(id: $id) { customer { conversations { nodes { id } totalCount } } } }";
    let answer: Answer = world.bea().query(document, json!({ "id": first })).await.ok();
    assert_eq!(answer.texts("conversation.customer.conversations.nodes", "id"), [second, first]);
    assert_eq!(answer.at("conversation.customer.conversations.totalCount"), 2);
}

async fn what_may_be_done_is_offered(world: &World) {
    let document = "query($id: ID!) { conversation(id: $id) { availableActions } }";
    let asleep = world.mailed("yan@example.com", "Hello").await.conversation();
    world.snooze(&asleep, json!({ "customerReplies": true })).await;
    for (id, offered) in [
        (
            world.opened().await,
            json!([
                "ASSIGN",
                "ADD_TAGS",
                "SET_PRIORITY",
                "ADD_NOTE",
                "REPLY",
                "SNOOZE",
                "CLOSE",
                "MARK_AS_SPAM",
                "ADD_FOLLOWERS",
                "REMOVE_FOLLOWERS"
            ]),
        ),
        (
            asleep,
            json!([
                "ASSIGN",
                "ADD_TAGS",
                "SET_PRIORITY",
                "ADD_NOTE",
                "REPLY",
                "SNOOZE",
                "WAKE",
                "CLOSE",
                "MARK_AS_SPAM",
                "ADD_FOLLOWERS",
                "REMOVE_FOLLOWERS",
                "CREATE_TICKET",
                "LINK_TICKET"
            ]),
        ),
        (
            world.closed().await,
            json!([
                "ASSIGN",
                "ADD_TAGS",
                "SET_PRIORITY",
                "ADD_NOTE",
                "REPLY",
                "SNOOZE",
                "REOPEN",
                "MARK_AS_SPAM",
                "ADD_FOLLOWERS",
                "REMOVE_FOLLOWERS",
                "CREATE_TICKET",
                "LINK_TICKET"
            ]),
        ),
        (
            world.spam().await,
            json!([
                "ASSIGN",
                "ADD_TAGS",
                "SET_PRIORITY",
                "ADD_NOTE",
                "RESTORE_FROM_SPAM",
                "ADD_FOLLOWERS",
                "REMOVE_FOLLOWERS",
                "CREATE_TICKET",
                "LINK_TICKET"
            ]),
        ),
    ] {
        let answer = world.bea().query(document, json!({ "id": id })).await.ok();
        assert_eq!(answer.at("conversation.availableActions"), &offered);
    }
    // Tags are taken off where there are some.
    let id = world.opened().await;
    world.tagged(&id, &[&world.tag("vip").await]).await;
    let answer = world.robot().query(document, json!({ "id": id })).await.ok();
    assert!(answer.at("conversation.availableActions").as_array().unwrap().contains(&json!("REMOVE_TAGS")));
}

async fn ids_of_other_kinds_are_nothing(world: &World) {
    let organisation = world.organisation();
    let received = world.mailed("zoe@example.com", "Hello").await;
    let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
    let known = [
        ("Agent", &organisation.bea.id),
        ("Team", &organisation.support),
        ("Channel", &organisation.mail),
        ("Integration", &organisation.gateway.id),
        ("Conversation", &received.conversation()),
        ("Message", &received.text("message.id")),
        ("CreatedEntry", &received.text("entries.0.id")),
        ("Customer", &received.text("conversation.customer.id")),
    ];
    let ids: Vec<&String> = known.iter().map(|(_, id)| *id).collect();
    let answer = world.ada().query(nodes, json!({ "ids": ids })).await.ok();
    let expected: Vec<Value> = known.iter().map(|(name, id)| json!({ "__typename": name, "id": id })).collect();
    assert_eq!(answer.at("nodes"), &json!(expected));
    let wrong = received.text("message.id").replace("message_", "entry_");
    let ids = json!({ "ids": [wrong, "nonsense", "", "agent_", organisation.bea.id.replace("agent_", "team_")] });
    let answer = world.ada().query(nodes, ids).await.ok();
    assert_eq!(answer.at("nodes"), &json!([null, null, null, null, null]));
    let conversation = "query($id: ID!) { conversation(id: $id) { id } }";
    let answer = world.ada().query(conversation, json!({ "id": organisation.bea.id })).await.ok();
    assert_eq!(answer.at("conversation"), &Value::Null);
    let many: Vec<&str> = vec!["nonsense"; 101];
    world.ada().query(nodes, json!({ "ids": many })).await.failed("BAD_REQUEST");
}

/// A hundred values each, in every list that is taken apart into scans of its own.
async fn every_list_of_a_filter_may_be_full(world: &World) {
    let ids = |prefix: &str| -> Vec<String> {
        let digits = |at: usize| format!("{:02}", at).replace('8', "z").replace('9', "y");
        (0..100).map(|at| format!("{prefix}_01h455vb4pex5vsknk084sn0{}", digits(at))).collect()
    };
    let (agents, teams, customers, tags) = (ids("agent"), ids("team"), ids("customer"), ids("tag"));
    let tags = json!({ "hasAny": &tags[..50], "hasAll": &tags[..50], "hasNone": &tags[50..] });
    let document = "query($f: ConversationFilter!) { inbox(filter: $f) { nodes { id } totalCount }
        history(filter: $f) { nodes { id } } conversations(filter: $f, orderBy: { by: LAST_ACTIVITY }) { nodes { id } } }";
    let others: Vec<String> = ids("tag").iter().map(|tag| tag.replace("084sn0", "084sn1")).collect();
    for tags in [tags, json!({ "hasAny": ids("tag"), "hasNone": others })] {
        let all = json!({ "assigneeIds": agents, "teamIds": teams, "customerIds": customers, "tags": tags,
            "channelIds": ids("channel"), "followedBy": agents[0], "priorities": ["LOW", "HIGH"], "unreadOnly": true });
        let mut some = all.clone();
        for list in ["channelIds", "teamIds", "customerIds"] {
            some.as_object_mut().unwrap().remove(list);
        }
        for filter in [all, some] {
            let found = world.ada().query(document, json!({ "f": filter })).await.ok();
            assert_eq!(found.at("inbox"), &json!({ "nodes": [], "totalCount": 0 }));
        }
    }
}
