//! Inbox, history, and everything else that lists conversations (semantics §2).

use chrono::TimeDelta;
use entity::ids::{AgentId, ConversationId, TagId};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::budgets::{cost, warm};
use crate::support::organisation::EVERYTHING;
use crate::support::volume::{self, literal};
use crate::support::{Answer, World, both, shelf};

both!(
    each_view_shows_its_state,
    each_scope_shows_whose_they_are,
    filters_together_mean_all_of_them,
    the_inbox_is_ordered_by_activity_and_history_by_closing,
    counts_tell_what_the_lists_show,
    a_conversation_is_found_by_id_or_number_but_not_by_both,
    a_customers_conversations_are_listed,
    what_may_be_done_is_offered,
    ids_of_other_kinds_are_nothing,
    personal_scopes_show_what_is_the_viewers_own,
    personal_scopes_of_integrations_are_empty_without_a_statement,
    conversations_are_filtered_by_tags,
    conversations_are_filtered_by_a_follower,
    unread_is_what_the_viewer_has_not_read,
    spam_is_listed_in_every_scope_and_order,
    every_count_is_the_length_of_its_list,
    counts_stop_at_10_001,
);

async fn ids(world: &World, list: &str) -> Vec<String> {
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

async fn filtered(world: &World, filter: Value) -> Vec<String> {
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
    for (id, offered) in [
        (
            world.opened().await,
            json!([
                "ASSIGN",
                "ADD_TAGS",
                "REMOVE_TAGS",
                "SET_PRIORITY",
                "ADD_NOTE",
                "REPLY",
                "CLOSE",
                "MARK_AS_SPAM",
                "ADD_FOLLOWERS",
                "REMOVE_FOLLOWERS"
            ]),
        ),
        (
            world.closed().await,
            json!([
                "ASSIGN",
                "ADD_TAGS",
                "REMOVE_TAGS",
                "SET_PRIORITY",
                "ADD_NOTE",
                "REPLY",
                "REOPEN",
                "MARK_AS_SPAM",
                "ADD_FOLLOWERS",
                "REMOVE_FOLLOWERS"
            ]),
        ),
        (
            world.spam().await,
            json!([
                "ASSIGN",
                "ADD_TAGS",
                "REMOVE_TAGS",
                "SET_PRIORITY",
                "ADD_NOTE",
                "RESTORE_FROM_SPAM",
                "ADD_FOLLOWERS",
                "REMOVE_FOLLOWERS"
            ]),
        ),
    ] {
        let answer = world.bea().query(document, json!({ "id": id })).await.ok();
        assert_eq!(answer.at("conversation.availableActions"), &offered);
    }
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

async fn follow(world: &World, id: &str, agent: &str) {
    // Whoever writes follows.
    let client = if agent == world.organisation().bea.id { world.bea() } else { world.carl() };
    client.mutate("reply", json!({ "conversationId": id, "text": "Hi" })).await.changed();
}

async fn personal_scopes_show_what_is_the_viewers_own(world: &World) {
    let organisation = world.organisation();
    let mut all = Vec::new();
    for _ in 0..4 {
        all.push(world.opened().await);
        world.clock.advance(TimeDelta::seconds(1));
    }
    let [followed, named, carls, plain] = [&*all[0], &*all[1], &*all[2], &*all[3]];
    follow(world, followed, &organisation.bea.id).await;
    follow(world, carls, &organisation.carl.id).await;
    world.named_in_a_note(named, &organisation.bea.id).await;
    world.named_in_a_note(carls, &organisation.carl.id).await;
    world.clock.advance(TimeDelta::seconds(1));
    let begun = world.bea().mutate("startConversation", world.mail("yan@example.com", "Good morning")).await.changed();
    let begun = &*begun.conversation();
    // Who begins a conversation follows it.
    assert_eq!(ids(world, "inbox(scope: FOLLOWING)").await, [begun, followed]);
    assert_eq!(ids(world, "inbox(scope: MENTIONED)").await, [named]);
    assert_eq!(ids(world, "inbox(scope: CREATED_BY_ME)").await, [begun]);
    for id in [followed, named, plain, begun] {
        world.clock.advance(TimeDelta::seconds(1));
        world.close(id).await;
    }
    assert_eq!(ids(world, "history(scope: FOLLOWING)").await, [begun, followed]);
    assert_eq!(ids(world, "history(scope: MENTIONED)").await, [named]);
    assert_eq!(ids(world, "history(scope: CREATED_BY_ME)").await, [begun]);
    assert_eq!(ids(world, "inbox(scope: FOLLOWING)").await, Vec::<String>::new());
    assert_eq!(ids(world, "conversations(scope: FOLLOWING)").await, [begun, followed]);
    assert_eq!(ids(world, "conversations(scope: MENTIONED)").await, [named]);
    assert_eq!(ids(world, "conversations(scope: CREATED_BY_ME)").await, [begun]);
    // What the viewer can't see any longer is in none of them.
    let hidden = world.hidden().await;
    world.named_in_a_note(&hidden, &organisation.bea.id).await;
    assert_eq!(ids(world, "conversations(scope: MENTIONED)").await, [named]);
}

async fn personal_scopes_of_integrations_are_empty_without_a_statement(world: &World) {
    world.opened().await;
    let robot = world.robot();
    let document = |list: &str| format!("{{ {list} {{ nodes {{ id }} totalCount }} }}");
    let nothing = document("inbox(scope: MINE)");
    warm(world, &robot, &nothing, json!({})).await;
    for list in ["inbox", "history", "conversations"] {
        for arguments in
            ["scope: FOLLOWING", "scope: MENTIONED", "scope: CREATED_BY_ME", "filter: { unreadOnly: true }"]
        {
            let document = document(&format!("{list}({arguments})"));
            let answer = robot.query(&document, json!({})).await.ok();
            assert_eq!(answer.at(list), &json!({ "nodes": [], "totalCount": 0 }), "{list} {arguments}");
            assert_eq!(cost(world, &robot, &document, json!({})).await, 1, "the token's alone");
        }
    }
}

async fn conversations_are_filtered_by_tags(world: &World) {
    let tags = [world.tag("a").await, world.tag("b").await, world.tag("c").await];
    let [a, b, c] = [&tags[0], &tags[1], &tags[2]];
    let mut all = Vec::new();
    for wearing in [vec![], vec![a], vec![b], vec![a, b], vec![a, b, c]] {
        let id = world.opened().await;
        if !wearing.is_empty() {
            world.tagged(&id, &wearing.iter().map(|tag| tag.as_str()).collect::<Vec<_>>()).await;
        }
        world.clock.advance(TimeDelta::seconds(1));
        all.insert(0, id);
    }
    // Closed ones are found in another way.
    for close in [false, true] {
        if close {
            for id in &all {
                world.close(id).await;
            }
        }
        for (condition, found) in [
            (json!({}), &[0, 1, 2, 3, 4][..]),
            (json!({ "hasAny": [a] }), &[0, 1, 3]),
            (json!({ "hasAny": [a, b] }), &[0, 1, 2, 3]),
            (json!({ "hasAny": [c, b, b] }), &[0, 1, 2]),
            (json!({ "hasAny": [] }), &[]),
            (json!({ "hasAny": null, "hasAll": [], "hasNone": [] }), &[0, 1, 2, 3, 4]),
            (json!({ "hasAll": [a] }), &[0, 1, 3]),
            (json!({ "hasAll": [a, b] }), &[0, 1]),
            (json!({ "hasAll": [a, b, c] }), &[0]),
            (json!({ "hasNone": [a] }), &[2, 4]),
            (json!({ "hasNone": [a, b, c] }), &[4]),
            (json!({ "hasAny": [a, c], "hasNone": [c] }), &[1, 3]),
            (json!({ "hasAny": [b, c], "hasAll": [a] }), &[0, 1]),
            (json!({ "hasAny": [b], "hasAll": [a], "hasNone": [c] }), &[1]),
            (json!({ "hasAll": [a], "hasNone": [a] }), &[]),
            // What names no tag.
            (json!({ "hasAny": ["tag_01h455vb4pex5vsknk084sn02q", "nonsense", c] }), &[0]),
            (json!({ "hasAny": ["nonsense", world.organisation().bea.id] }), &[]),
            (json!({ "hasAll": [a, "tag_01h455vb4pex5vsknk084sn02q"] }), &[]),
            (json!({ "hasAll": [a, "nonsense"] }), &[]),
            (json!({ "hasNone": ["tag_01h455vb4pex5vsknk084sn02q", "nonsense", a] }), &[2, 4]),
        ] {
            let mut expected: Vec<&String> = found.iter().map(|at| &all[*at]).collect();
            let mut found = filtered(world, json!({ "tags": condition })).await;
            if close {
                expected.sort();
                found.sort();
            }
            assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{condition} closed: {close}");
        }
    }
    let many: Vec<String> = (0..101).map(|at| format!("tag_{at}")).collect();
    for list in ["hasAny", "hasAll", "hasNone"] {
        let document = "query($tags: TagConditionInput) { inbox(filter: { tags: $tags }) { nodes { id } } }";
        world.bea().query(document, json!({ "tags": { list: many } })).await.failed("BAD_REQUEST");
    }
}

async fn conversations_are_filtered_by_a_follower(world: &World) {
    let organisation = world.organisation();
    let (beas, both) = (world.opened().await, world.opened().await);
    world.opened().await;
    follow(world, &beas, &organisation.bea.id).await;
    world.clock.advance(TimeDelta::seconds(1));
    follow(world, &both, &organisation.bea.id).await;
    follow(world, &both, &organisation.carl.id).await;
    assert_eq!(filtered(world, json!({ "followedBy": organisation.bea.id })).await, [&*both, &beas]);
    assert_eq!(filtered(world, json!({ "followedBy": organisation.carl.id })).await, [&*both]);
    for nobody in [&organisation.dora.id, &organisation.support, "agent_01h455vb4pex5vsknk084sn02q", "nonsense"] {
        assert_eq!(filtered(world, json!({ "followedBy": nobody })).await, Vec::<String>::new());
    }
    let list = format!("inbox(scope: FOLLOWING, filter: {{ followedBy: \"{}\" }})", organisation.carl.id);
    assert_eq!(ids(world, &list).await, [&*both], "who follows both ways");
}

/// Up to which version an agent has read a conversation.
async fn read_to(world: &World, id: &str, agent: &str, version: i32) {
    use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
    let row = entity::read_mark::Model {
        agent_id: AgentId::parse(agent).unwrap(),
        conversation_id: ConversationId::parse(id).unwrap(),
        read_to: version,
    };
    let rows = world.rows().await;
    entity::read_mark::Entity::delete_by_id((row.agent_id, row.conversation_id)).exec(&rows).await.unwrap();
    row.into_active_model().reset_all().insert(&rows).await.unwrap();
    rows.close().await.unwrap();
}

async fn unread_is_what_the_viewer_has_not_read(world: &World) {
    let bea = &world.organisation().bea.id;
    let id = world.mailed("zoe@example.com", "Hello").await.conversation();
    let unread = async || filtered(world, json!({ "unreadOnly": true })).await.contains(&id);
    assert!(unread().await, "nobody has read it yet");
    read_to(world, &id, &world.organisation().carl.id, 2).await;
    assert!(unread().await, "somebody else has read it");
    read_to(world, &id, bea, 1).await;
    assert!(unread().await, "read before the message");
    read_to(world, &id, bea, 2).await;
    assert!(!unread().await, "read up to the message");
    assert_eq!(filtered(world, json!({ "unreadOnly": false })).await, [&*id], "false asks nothing");
    world.carl().mutate("reply", json!({ "conversationId": id, "text": "Hi" })).await.changed();
    assert!(!unread().await, "only customers' messages count");
    read_to(world, &id, bea, -1).await;
    assert!(unread().await, "marked unread by hand");
    world.close(&id).await;
    assert!(unread().await, "closed ones too");
    read_to(world, &id, bea, 100).await;
    assert!(!unread().await);
    let spam = world.spam().await;
    assert!(!filtered(world, json!({ "unreadOnly": true })).await.contains(&spam), "nothing in spam is unread");
    let begun = world.carl().mutate("startConversation", world.mail("yan@example.com", "Hi")).await.changed();
    assert!(!filtered(world, json!({ "unreadOnly": true })).await.contains(&begun.conversation()), "no customer wrote");
}

async fn spam_is_listed_in_every_scope_and_order(world: &World) {
    let organisation = world.organisation();
    let tag = world.tag("vip").await;
    let older = world.spam().await;
    world.clock.advance(TimeDelta::minutes(1));
    let newer = world.mailed("spammer@example.com", "Buy more!").await.conversation();
    world.assign(&older, &organisation.bea.id).await;
    world.named_in_a_note(&newer, &organisation.bea.id).await;
    world.tagged(&older, &[&tag]).await;
    for (arguments, expected) in [
        ("scope: ALL", vec![&newer, &older]),
        ("scope: MINE", vec![&older]),
        ("scope: UNASSIGNED", vec![&newer]),
        ("scope: MENTIONED", vec![&newer]),
        ("scope: FOLLOWING", vec![]),
        ("scope: CREATED_BY_ME", vec![]),
        ("orderBy: { by: LAST_ACTIVITY, direction: ASC }", vec![&older, &newer]),
        ("orderBy: { by: CREATED }", vec![&newer, &older]),
        ("orderBy: { by: UPDATED }", vec![&newer, &older]),
        ("filter: { states: [SPAM] }", vec![&newer, &older]),
        ("filter: { states: [OPEN] }", vec![]),
        ("filter: { unreadOnly: true }", vec![]),
        (&*format!("filter: {{ tags: {{ hasAny: [\"{tag}\"] }} }}"), vec![&older]),
    ] {
        let found = ids(world, &format!("conversations(view: SPAM, {arguments})")).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{arguments}");
    }
}

async fn every_count_is_the_length_of_its_list(world: &World) {
    let organisation = world.organisation();
    for round in 0..3 {
        let mine = world.opened().await;
        world.assign(&mine, &organisation.bea.id).await;
        let hidden = world.hidden().await;
        for id in [&mine, &hidden] {
            world.named_in_a_note(id, &organisation.ada.id).await;
            world.named_in_a_note(id, &organisation.bea.id).await;
        }
        let teams = json!({ "conversationId": hidden, "teamId": organisation.support });
        world.ada().mutate("assignConversation", teams).await.changed();
        world.ada().mutate("reply", json!({ "conversationId": hidden, "text": "Hi" })).await.changed();
        follow(world, &mine, &organisation.bea.id).await;
        read_to(world, &mine, &organisation.bea.id, if round == 0 { 100 } else { 1 }).await;
        world.chatted(&format!("visitor-{round}"), "Hello").await;
        let spammer = format!("spammer{round}@example.com");
        world.block(json!({ "email": spammer })).await;
        world.mailed(&spammer, "Buy now!").await;
    }
    world.closed().await;
    let limited = world.token(&organisation.robot.id, &EVERYTHING, Some(&[organisation.chat.as_str()])).await;
    for (name, client) in [("ada", world.ada()), ("bea", world.bea()), ("limited", world.client(&limited))] {
        let counts = "mine unassigned following mentioned all snoozed spam unreadConversations";
        let counted = client.query(&format!("{{ inboxCounts {{ {counts} }} }}"), json!({})).await.ok();
        for (count, list) in [
            ("mine", "inbox(scope: MINE)"),
            ("unassigned", "inbox(scope: UNASSIGNED)"),
            ("following", "inbox(scope: FOLLOWING)"),
            ("mentioned", "inbox(scope: MENTIONED)"),
            ("all", "inbox"),
            ("snoozed", "conversations(view: SNOOZED)"),
            ("spam", "conversations(view: SPAM)"),
            ("unreadConversations", "inbox(filter: { unreadOnly: true })"),
        ] {
            let listed = client.query(&format!("{{ {list} {{ totalCount nodes {{ id }} }} }}"), json!({})).await.ok();
            let list = listed.at(list.split('(').next().unwrap());
            let length = list["nodes"].as_array().unwrap().len();
            assert_eq!(
                (&list["totalCount"], counted.at("inboxCounts")[count].as_u64()),
                (&json!(length), Some(length as u64)),
                "{count} of {name}"
            );
            let personal = ["mine", "following", "mentioned", "unreadConversations"].contains(&count);
            assert!(name != "limited" || !personal || length == 0, "an integration has nothing of its own");
            assert!(
                name != "ada" || count == "snoozed" || count == "mine" || length > 0,
                "{count} is tried with something"
            );
        }
    }
}

async fn counts_stop_at_10_001(world: &World) {
    let rows = world.rows().await;
    let execute = async |sql: &str| rows.execute_unprepared(sql).await.map(|_| ()).unwrap();
    let organisation = world.organisation();
    let bea = literal(&rows, shelf::agent(&organisation.bea.id).0);
    let support = literal(&rows, shelf::team(&organisation.support).0);
    volume::multiply(world, &rows, 10_000, |_| None).await;
    execute(&format!("UPDATE conversation SET assignee_id = {bea}, team_id = {support}")).await;
    execute(&format!("INSERT INTO follow (conversation_id, agent_id, choice, since) SELECT id, {bea}, 'FOLLOWING', created_at FROM conversation")).await;
    execute(&format!("INSERT INTO mentioned (conversation_id, agent_id) SELECT id, {bea} FROM conversation")).await;
    let tag = literal(&rows, TagId::parse(&world.tag("all").await).unwrap().0);
    let tagged = format!("INSERT INTO conversation_tag (conversation_id, tag_id) SELECT id, {tag} FROM conversation");
    // The last one is closed for now, and without the tag.
    execute("UPDATE conversation SET state = 'CLOSED' WHERE number = 20000").await;
    execute(&format!("{tagged} WHERE number < 20000")).await;
    let document = "{ inboxCounts { mine following mentioned all unreadConversations teams { open } }
        tags { conversationCount } teams { openConversationCount } agents { nodes { openConversationCount } }
        inbox(scope: FOLLOWING) { totalCount } }";
    let capped = ["mine", "following", "mentioned", "all", "unreadConversations", "teams.1.open"];
    let exact = [
        "tags.0.conversationCount",
        "teams.1.openConversationCount",
        "agents.nodes.1.openConversationCount",
        "inbox.totalCount",
    ];
    for (count, told) in [(10_000, json!(10_000)), (10_001, Value::Null)] {
        let answer = world.bea().query(document, json!({})).await.ok();
        for path in capped {
            assert_eq!(answer.at(&format!("inboxCounts.{path}")), count, "{path}");
        }
        for path in exact {
            assert_eq!(answer.at(path), &told, "{path}");
        }
        assert_eq!(answer.at("agents.nodes.2.openConversationCount"), 0, "who has none");
        assert_eq!(answer.at("teams.0.openConversationCount"), 0, "which has none");
        execute("UPDATE conversation SET state = 'OPEN'").await;
        execute(&format!(
            "{tagged} WHERE number = 20000 AND NOT EXISTS (SELECT 1 FROM conversation_tag WHERE conversation_id = id)"
        ))
        .await;
    }
    volume::clear(&rows).await;
    rows.close().await.unwrap();
}
