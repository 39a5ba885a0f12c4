//! Lists of the viewer's own, narrowed by what stands beside conversations, and the numbers beside the lists (semantics §2, §9).

use chrono::TimeDelta;
use entity::enums::Scope;
use entity::ids::{AgentId, ConversationId, TagId};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use crate::budgets::{cost, warm};
use crate::support::organisation::EVERYTHING;
use crate::support::volume::{self, literal};
use crate::support::{World, both, shelf};
use crate::views::{filtered, ids};

both!(
    personal_scopes_show_what_is_the_viewers_own,
    personal_scopes_of_integrations_are_empty_without_a_statement,
    without_notes_read_nobody_is_mentioned,
    conversations_are_filtered_by_tags,
    conversations_are_filtered_by_a_follower,
    unread_is_what_the_viewer_has_not_read,
    spam_is_listed_in_every_scope_and_order,
    every_count_is_the_length_of_its_list,
    counts_stop_at_10_001,
);

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

async fn without_notes_read_nobody_is_mentioned(world: &World) {
    let bea = &world.organisation().bea.id;
    let (open, closed) = (world.opened().await, world.opened().await);
    for id in [&open, &closed] {
        world.named_in_a_note(id, bea).await;
    }
    world.close(&closed).await;
    let less: Vec<_> = EVERYTHING.into_iter().filter(|scope| *scope != Scope::NotesRead).collect();
    let document = "{ inboxCounts { mentioned } conversations(scope: MENTIONED) { nodes { id } totalCount } }";
    for (client, count, length) in [(world.bea(), 1, 2), (world.client(&world.token(bea, &less, None).await), 0, 0)] {
        let answer = client.query(document, json!({})).await.ok();
        assert_eq!(answer.at("inboxCounts.mentioned"), count);
        assert_eq!(answer.at("conversations.nodes").as_array().unwrap().len(), length);
        assert_eq!(answer.at("conversations.totalCount"), length);
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
        world.ada().mutate("followConversation", json!({ "conversationId": hidden })).await.changed();
        follow(world, &mine, &organisation.bea.id).await;
        read_to(world, &mine, &organisation.bea.id, if round == 0 { 100 } else { 1 }).await;
        world.chatted(&format!("visitor-{round}"), "Hello").await;
        let spammer = format!("spammer{round}@example.com");
        world.block(json!({ "email": spammer })).await;
        world.mailed(&spammer, "Buy now!").await;
        let asleep = world.opened().await;
        world.snooze(&asleep, json!({ "preset": "NEXT_WEEK" })).await;
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
            assert!(name != "ada" || count == "mine" || length > 0, "{count} is tried with something");
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
