//! Tags are put on conversations and taken off, as sets (semantics §4, §13).

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Answer, World, both};

both!(
    tags_are_put_on_and_taken_off_as_sets,
    tags_can_be_changed_in_every_state,
    a_conversation_may_have_fifty_tags,
    what_is_no_tag_cannot_be_put_on,
    an_archived_tag_stays_on_but_cannot_be_added,
    tagging_moves_neither_state_nor_activity_and_tells_nobody,
    a_conversation_that_moved_on_is_not_tagged,
    what_the_viewer_may_not_see_cannot_be_tagged,
    many_first_uses_of_one_tag_at_once_all_succeed,
);

fn names(answer: &Answer, list: &str) -> Vec<String> {
    let list = answer.get(list).as_array().unwrap();
    list.iter().map(|tag| tag["name"].as_str().unwrap().to_owned()).collect()
}

async fn tags_are_put_on_and_taken_off_as_sets(world: &World) {
    let id = world.opened().await;
    let (vip, bug, late) = (world.tag("vip").await, world.tag("Bug").await, world.tag("late").await);
    let bea = world.bea();
    let input = |tags: &[&String]| json!({ "conversationId": id, "tagIds": tags });
    let added = bea.mutate("addTags", input(&[&vip, &bug, &vip])).await.changed();
    assert_eq!(added.kinds(), ["TAGGED"]);
    assert_eq!(
        (names(&added, "entries.0.added"), names(&added, "entries.0.removed")),
        (vec!["Bug".into(), "vip".into()], vec![])
    );
    assert_eq!(names(&added, "conversation.tags"), ["Bug", "vip"]);
    // Only what is new is told.
    let more = bea.mutate("addTags", input(&[&vip, &late])).await.changed();
    assert_eq!(
        (names(&more, "entries.0.added"), names(&more, "conversation.tags")),
        (vec!["late".into()], vec!["Bug".into(), "late".into(), "vip".into()])
    );
    bea.mutate("addTags", input(&[&late, &bug])).await.unchanged();
    bea.mutate("addTags", input(&[])).await.unchanged();
    let removed = bea.mutate("removeTags", input(&[&bug, &late])).await.changed();
    assert_eq!(removed.kinds(), ["TAGGED"]);
    assert_eq!(
        (names(&removed, "entries.0.added"), names(&removed, "entries.0.removed")),
        (vec![], vec!["Bug".into(), "late".into()])
    );
    bea.mutate("removeTags", input(&[&bug])).await.unchanged();
    assert_eq!(names(&removed, "conversation.tags"), ["vip"]);
    let document = "query($id: ID!) { conversation(id: $id) { tags { name } timeline(kinds: [TAGGED]) { nodes {
        kind actor { displayName } ... on TaggedEntry { added { name } removed { name } } } } } }";
    let read = world.robot().query(document, json!({ "id": id })).await.ok();
    assert_eq!(read.at("conversation.tags"), &json!([{ "name": "vip" }]));
    let entry = |added: &[&str], removed: &[&str]| {
        let named = |tags: &[&str]| tags.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>();
        json!({ "kind": "TAGGED", "actor": { "displayName": "bea" }, "added": named(added), "removed": named(removed) })
    };
    let expected = [entry(&["Bug", "vip"], &[]), entry(&["late"], &[]), entry(&[], &["Bug", "late"])];
    assert_eq!(read.at("conversation.timeline.nodes"), &json!(expected));
}

async fn tags_can_be_changed_in_every_state(world: &World) {
    let tag = world.tag("vip").await;
    for (id, state) in [(world.opened().await, "OPEN"), (world.closed().await, "CLOSED"), (world.spam().await, "SPAM")]
    {
        let input = json!({ "conversationId": id, "tagIds": [tag] });
        assert_eq!(world.bea().mutate("addTags", input.clone()).await.changed().text("conversation.state"), state);
        assert_eq!(world.bea().mutate("removeTags", input).await.changed().text("conversation.state"), state);
    }
}

async fn a_conversation_may_have_fifty_tags(world: &World) {
    let id = world.opened().await;
    let mut tags = Vec::new();
    for at in 0..51 {
        tags.push(world.tag(&format!("tag {at}")).await);
    }
    let add =
        async |tags: &[String]| world.bea().mutate("addTags", json!({ "conversationId": id, "tagIds": tags })).await;
    add(&tags).await.refused("LIMIT_EXCEEDED", "input.tagIds");
    // Repetitions are none.
    let one = json!({ "conversationId": id, "tagIds": vec![&tags[0]; 60] });
    world.bea().mutate("addTags", one.clone()).await.changed();
    world.bea().mutate("removeTags", one).await.changed();
    let before = world.last_seq().await;
    let off = json!({ "conversationId": id, "tagIds": tags });
    world.bea().mutate("removeTags", off).await.refused("LIMIT_EXCEEDED", "input.tagIds");
    assert_eq!(world.last_seq().await, before);
    add(&tags[..50]).await.changed();
    add(&tags[50..]).await.refused("LIMIT_EXCEEDED", "input.tagIds");
    add(&tags[..50]).await.unchanged();
}

async fn what_is_no_tag_cannot_be_put_on(world: &World) {
    let id = world.opened().await;
    let (good, deleted) = (world.tag("good").await, world.tag("bad").await);
    world.ada().mutate("deleteTag", json!({ "tagId": deleted })).await.done();
    let before = world.last_seq().await;
    for stray in ["tag_01h455vb4pex5vsknk084sn02q", "nonsense", &world.organisation().bea.id, &deleted] {
        for mutation in ["addTags", "removeTags"] {
            let input = json!({ "conversationId": id, "tagIds": [good, stray] });
            world.bea().mutate(mutation, input).await.refused("NOT_FOUND", "input.tagIds");
        }
    }
    assert_eq!(world.last_seq().await, before);
}

async fn an_archived_tag_stays_on_but_cannot_be_added(world: &World) {
    let (tagged, bare) = (world.opened().await, world.opened().await);
    let tag = world.tag("old").await;
    world.tagged(&tagged, &[&tag]).await;
    let archived = world.bea().mutate("updateTag", json!({ "tagId": tag, "archived": true })).await.changed();
    assert_eq!(archived.get("tag.archived"), true);
    let input = |id: &str| json!({ "conversationId": id, "tagIds": [tag] });
    world.bea().mutate("addTags", input(&bare)).await.refused("INVALID", "input.tagIds");
    let stays = world.bea().mutate("addTags", input(&tagged)).await.unchanged();
    assert_eq!(names(&stays, "conversation.tags"), ["old"]);
    let list = async |arguments: &str| {
        let answer = world.bea().query(&format!("{{ tags{arguments} {{ name }} }}"), json!({})).await.ok();
        answer.texts("tags", "name")
    };
    assert_eq!(list("").await, Vec::<String>::new());
    assert_eq!(list("(includeArchived: true)").await, ["old"]);
    world.bea().mutate("removeTags", input(&tagged)).await.changed();
    world.bea().mutate("addTags", input(&tagged)).await.refused("INVALID", "input.tagIds");
    world.bea().mutate("updateTag", json!({ "tagId": tag, "archived": false })).await.changed();
    world.bea().mutate("addTags", input(&bare)).await.changed();
}

async fn tagging_moves_neither_state_nor_activity_and_tells_nobody(world: &World) {
    let id = world.opened().await;
    world.assign(&id, &world.organisation().carl.id).await;
    let before = world.bea().conversation(&id).await;
    let tag = world.tag("vip").await;
    let told = notices(world).await;
    world.clock.advance(chrono::TimeDelta::minutes(1));
    let after = world.bea().mutate("addTags", json!({ "conversationId": id, "tagIds": [tag] })).await.changed();
    for field in ["state", "lastActivityAt", "waitingSince"] {
        assert_eq!(after.get(&format!("conversation.{field}")), &before[field], "{field}");
    }
    assert_ne!(after.get("conversation.updatedAt"), &before["updatedAt"]);
    assert_eq!(notices(world).await, told, "nobody is notified of tags");
}

async fn notices(world: &World) -> usize {
    use sea_orm::EntityTrait;
    let rows = world.rows().await;
    let count = entity::notification::Entity::find().all(&rows).await.unwrap().len();
    rows.close().await.unwrap();
    count
}

async fn a_conversation_that_moved_on_is_not_tagged(world: &World) {
    let id = world.opened().await;
    let tag = world.tag("vip").await;
    let with = |version: i32| json!({ "conversationId": id, "tagIds": [tag], "expectedVersion": version });
    world.bea().mutate("addTags", with(1)).await.refused("CONFLICT", "input.expectedVersion");
    world.bea().mutate("addTags", with(2)).await.changed();
    // A tag moves it on.
    world.bea().mutate("removeTags", with(2)).await.refused("CONFLICT", "input.expectedVersion");
    world.bea().mutate("removeTags", with(3)).await.changed();
}

async fn what_the_viewer_may_not_see_cannot_be_tagged(world: &World) {
    let hidden = world.hidden().await;
    let tag = world.tag("vip").await;
    for mutation in ["addTags", "removeTags"] {
        for id in [hidden.as_str(), "conversation_01h455vb4pex5vsknk084sn02q", "nonsense"] {
            let input = json!({ "conversationId": id, "tagIds": [tag] });
            let answer = world.bea().mutate(mutation, input).await;
            answer.clone().refused("NOT_FOUND", "input.conversationId");
            assert_eq!(answer.get("conversation"), &Value::Null);
        }
        world
            .gateway()
            .mutate(mutation, json!({ "conversationId": hidden, "tagIds": [tag] }))
            .await
            .failed("FORBIDDEN");
    }
    world.dora().mutate("addTags", json!({ "conversationId": hidden, "tagIds": [tag] })).await.changed();
}

async fn many_first_uses_of_one_tag_at_once_all_succeed(world: &World) {
    for round in 0..4 {
        let tags = [world.tag(&format!("one {round}")).await, world.tag(&format!("two {round}")).await];
        let mut ids = Vec::new();
        for at in 0..8 {
            ids.push(world.mailed(&format!("zoe{at}@example.com"), "Hello").await.conversation());
        }
        let ada = world.ada();
        let uses = ids.iter().enumerate().map(|(at, id)| {
            let order = if at % 2 == 0 { [&tags[0], &tags[1]] } else { [&tags[1], &tags[0]] };
            ada.mutate("addTags", json!({ "conversationId": id, "tagIds": order }))
        });
        for answer in join_all(uses).await {
            answer.changed();
        }
    }
}
