//! Tags as records: made, changed, archived, deleted, counted (semantics §3.6, §4, §9).

use futures_util::future::join_all;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde_json::{Value, json};

use crate::budgets::{cost, warm};
use crate::support::organisation::opening;
use crate::support::{World, both};

both!(
    a_tag_is_made_and_read_back,
    a_tag_is_changed_and_cleared,
    bad_tags_are_refused_and_write_nothing,
    a_name_has_one_owner_without_regard_to_case,
    a_tag_that_was_ever_used_cannot_be_deleted,
    a_deleted_tag_is_in_no_list_but_its_id_finds_it,
    a_renamed_tag_is_renamed_everywhere_at_once,
    agents_keep_tags_and_admins_delete_them,
    there_are_at_most_a_thousand_tags,
    tags_are_counted_and_cost_no_statement_a_row,
    using_and_deleting_a_tag_at_once_has_one_winner,
);

async fn a_tag_is_made_and_read_back(world: &World) {
    let new = json!({ "name": " Very Important ", "color": "#A1B2C3", "description": " Call them first. " });
    let made = world.bea().mutate("createTag", new).await.changed();
    let read = json!({ "id": made.get("tag.id"), "name": "Very Important", "color": "#a1b2c3",
        "description": "Call them first.", "archived": false, "createdAt": "2026-01-05T09:00:00Z", "deletedAt": null,
        "conversationCount": 0 });
    let fields = "id name color description archived createdAt deletedAt conversationCount";
    let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on Tag {{ {fields} }} }} tags {{ {fields} }} }}");
    let answer = world.gateway().query(&document, json!({ "id": made.get("tag.id") })).await.ok();
    assert_eq!((answer.at("node"), answer.at("tags.0")), (&read, &read));
    let plain = world.robot().mutate("createTag", json!({ "name": "a plain one", "color": null })).await.changed();
    assert_eq!((plain.get("tag.color"), plain.get("tag.description")), (&Value::Null, &Value::Null));
    let answer = world.gateway().query("{ tags { name } }", json!({})).await.ok();
    assert_eq!(answer.texts("tags", "name"), ["a plain one", "Very Important"], "by name, without regard to case");
}

async fn a_tag_is_changed_and_cleared(world: &World) {
    let new = json!({ "name": "one", "color": "#a1b2c3", "description": "The first." });
    let id = world.bea().mutate("createTag", new).await.changed().text("tag.id");
    let with = |field: &str, value: Value| {
        let mut input = json!({ "tagId": id });
        input[field] = value;
        input
    };
    let bea = world.bea();
    let before = world.last_seq().await;
    for same in [
        json!({ "tagId": id }),
        with("color", json!("#A1B2C3")),
        with("name", json!(" one ")),
        with("archived", json!(false)),
    ] {
        assert_eq!(bea.mutate("updateTag", same).await.done().get("changed"), false);
    }
    assert_eq!(world.last_seq().await, before);
    assert_eq!(bea.mutate("updateTag", with("name", json!("ONE"))).await.changed().text("tag.name"), "ONE");
    let cleared = bea.mutate("updateTag", with("color", Value::Null)).await.changed();
    assert_eq!((cleared.get("tag.color"), cleared.text("tag.description")), (&Value::Null, "The first.".to_owned()));
    let cleared = bea.mutate("updateTag", with("description", json!(" "))).await.changed();
    assert_eq!(cleared.get("tag.description"), &Value::Null);
    assert_eq!(world.last_seq().await, before + 3, "one log row each");
}

async fn bad_tags_are_refused_and_write_nothing(world: &World) {
    let id = world.tag("one").await;
    let before = world.last_seq().await;
    let new = |field: &str, value: Value| {
        let mut input = json!({ "name": "two" });
        input[field] = value;
        ("createTag", input)
    };
    let edit = |field: &str, value: Value| {
        let mut input = json!({ "tagId": id });
        input[field] = value;
        ("updateTag", input)
    };
    let stray = "tag_01h455vb4pex5vsknk084sn02q";
    for ((mutation, input), code, field) in [
        (new("name", json!(" ")), "REQUIRED", "input.name"),
        (new("name", json!("a\0")), "INVALID", "input.name"),
        (new("name", json!("x".repeat(256))), "TOO_LONG", "input.name"),
        (new("color", json!("red")), "INVALID", "input.color"),
        (new("color", json!("#12345")), "INVALID", "input.color"),
        (new("description", json!("x".repeat(1_001))), "TOO_LONG", "input.description"),
        (new("description", json!("\0")), "INVALID", "input.description"),
        (edit("name", Value::Null), "REQUIRED", "input.name"),
        (edit("name", json!("")), "REQUIRED", "input.name"),
        (edit("archived", Value::Null), "REQUIRED", "input.archived"),
        (edit("color", json!("#12345g")), "INVALID", "input.color"),
        (edit("tagId", json!(stray)), "NOT_FOUND", "input.tagId"),
        (edit("tagId", json!(world.organisation().bea.id)), "NOT_FOUND", "input.tagId"),
        (("deleteTag", json!({ "tagId": stray })), "NOT_FOUND", "input.tagId"),
        (("deleteTag", json!({ "tagId": "nonsense" })), "NOT_FOUND", "input.tagId"),
    ] {
        world.ada().mutate(mutation, input).await.refused(code, field);
    }
    assert_eq!(world.last_seq().await, before);
}

async fn a_name_has_one_owner_without_regard_to_case(world: &World) {
    let id = world.tag("Straße").await;
    world.tag("Other").await;
    for name in ["STRASSE", "other", " ＯＴＨＥＲ "] {
        let outcome = world.ada().mutate("createTag", json!({ "name": name })).await;
        if name == "STRASSE" {
            // Folding is by characters: ß isn't ss.
            outcome.changed();
        } else {
            outcome.refused("TAKEN", "input.name");
        }
    }
    let input = json!({ "tagId": id, "name": "OTHER" });
    world.ada().mutate("updateTag", input).await.refused("TAKEN", "input.name");
    let ada = world.ada();
    let made = join_all((0..8).map(|_| ada.mutate("createTag", json!({ "name": "at once" })))).await;
    let taken =
        made.into_iter().filter(|answer| answer.refusals() == [("TAKEN".to_owned(), Some("input.name".to_owned()))]);
    assert_eq!(taken.count(), 7);
}

async fn a_tag_that_was_ever_used_cannot_be_deleted(world: &World) {
    let id = world.opened().await;
    let tag = world.tag("vip").await;
    world.tagged(&id, &[&tag]).await;
    world.ada().mutate("deleteTag", json!({ "tagId": tag })).await.refused("IN_USE", "input.tagId");
    // The entries name it for good.
    world.ada().mutate("removeTags", json!({ "conversationId": id, "tagIds": [tag] })).await.changed();
    world.ada().mutate("deleteTag", json!({ "tagId": tag })).await.refused("IN_USE", "input.tagId");
}

async fn a_deleted_tag_is_in_no_list_but_its_id_finds_it(world: &World) {
    let tag = world.tag("vip").await;
    world.clock.advance(chrono::TimeDelta::minutes(1));
    let deleted = world.ada().mutate("deleteTag", json!({ "tagId": tag })).await.done();
    assert_eq!(deleted.get("deletedId"), &json!(tag));
    let document =
        "query($id: ID!) { node(id: $id) { ... on Tag { name deletedAt } } tags(includeArchived: true) { id } }";
    let answer = world.bea().query(document, json!({ "id": tag })).await.ok();
    assert_eq!(answer.at("node"), &json!({ "name": "vip", "deletedAt": "2026-01-05T09:01:00Z" }));
    assert_eq!(answer.at("tags"), &json!([]));
    let before = world.last_seq().await;
    world.ada().mutate("deleteTag", json!({ "tagId": tag })).await.refused("NOT_FOUND", "input.tagId");
    world.ada().mutate("updateTag", json!({ "tagId": tag, "name": "x" })).await.refused("NOT_FOUND", "input.tagId");
    assert_eq!(world.last_seq().await, before);
    assert_ne!(world.tag("VIP").await, tag, "its name is free");
}

async fn a_renamed_tag_is_renamed_everywhere_at_once(world: &World) {
    let id = world.opened().await;
    let tag = world.tag("vip").await;
    world.tagged(&id, &[&tag]).await;
    let document = "query($id: ID!) { conversation(id: $id) { tags { name } } }";
    world.bea().query(document, json!({ "id": id })).await.ok();
    world.ada().mutate("updateTag", json!({ "tagId": tag, "name": "Important" })).await.changed();
    let read = world.bea().query(document, json!({ "id": id })).await.ok();
    assert_eq!(read.at("conversation.tags.0.name"), "Important");
}

async fn agents_keep_tags_and_admins_delete_them(world: &World) {
    use entity::enums::Scope;
    let organisation = world.organisation();
    let tag = world.bea().mutate("createTag", json!({ "name": "a" })).await.changed().text("tag.id");
    world.bea().mutate("deleteTag", json!({ "tagId": tag })).await.refused("FORBIDDEN", "");
    let unscoped = world.client(&world.token(&organisation.ada.id, &[Scope::ConversationsWrite], None).await);
    unscoped.mutate("deleteTag", json!({ "tagId": tag })).await.failed("FORBIDDEN");
    // An agent needs the scope of daily work, an integration that of setting things up.
    let reading =
        world.client(&world.token(&organisation.ada.id, &[Scope::ConversationsRead, Scope::Admin], None).await);
    reading.mutate("createTag", json!({ "name": "b" })).await.failed("FORBIDDEN");
    reading.mutate("deleteTag", json!({ "tagId": tag })).await.done();
    for (scope, allowed) in [(Scope::ConversationsWrite, false), (Scope::Admin, true)] {
        let robot = world.client(&world.token(&organisation.robot.id, &[scope], None).await);
        let answer = robot.mutate("createTag", json!({ "name": "b" })).await;
        if allowed {
            let tag = answer.changed().text("tag.id");
            robot.mutate("updateTag", json!({ "tagId": tag, "archived": true })).await.changed();
            robot.mutate("deleteTag", json!({ "tagId": tag })).await.done();
        } else {
            answer.failed("FORBIDDEN");
        }
    }
}

async fn there_are_at_most_a_thousand_tags(world: &World) {
    let archived = world.tag("archived").await;
    world.ada().mutate("updateTag", json!({ "tagId": archived, "archived": true })).await.changed();
    let deleted = world.tag("deleted").await;
    world.ada().mutate("deleteTag", json!({ "tagId": deleted })).await.done();
    let rows = world.rows().await;
    for at in 0..998 {
        row(at).insert(&rows).await.unwrap();
    }
    rows.close().await.unwrap();
    let last = world.tag("last").await;
    let before = world.last_seq().await;
    world.ada().mutate("createTag", json!({ "name": "late" })).await.refused("LIMIT_EXCEEDED", "");
    assert_eq!(world.last_seq().await, before);
    let all = world.ada().query("{ tags(includeArchived: true) { id } }", json!({})).await.ok();
    assert_eq!(all.at("tags").as_array().unwrap().len(), 1_000);
    world.ada().mutate("deleteTag", json!({ "tagId": last })).await.done();
    world.tag("late").await;
}

fn row(at: usize) -> entity::tag::ActiveModel {
    let name = format!("tag {at:04}");
    let row = entity::tag::Model {
        id: entity::ids::TagId::new(opening()),
        name_key: name.clone(),
        name,
        color: None,
        description: None,
        archived: false,
        used: false,
        created_at: opening(),
        deleted_at: None,
    };
    row.into_active_model().reset_all()
}

async fn tags_are_counted_and_cost_no_statement_a_row(world: &World) {
    let (hidden, open, closed, spam) =
        (world.hidden().await, world.opened().await, world.closed().await, world.spam().await);
    let (all, one) = (world.tag("all").await, world.tag("one").await);
    for at in 0..20 {
        world.tag(&format!("unused {at}")).await;
    }
    for id in [&hidden, &open, &closed, &spam] {
        world.tagged(id, &[&all]).await;
    }
    world.tagged(&open, &[&one]).await;
    let (bea, document) = (world.bea(), "{ tags { id name conversationCount } }");
    let tags = bea.query(document, json!({})).await.ok();
    let counts: Vec<&Value> = tags.at("tags").as_array().unwrap().iter().map(|tag| &tag["conversationCount"]).collect();
    assert_eq!(counts[..3], [&json!(4), &json!(1), &json!(0)], "also what the viewer doesn't see");
    warm(world, &bea, document, json!({})).await;
    assert!(cost(world, &bea, document, json!({})).await <= 3, "the token, the tags, their counts");
    // In one document, a count after a change is that after it.
    let document = "mutation($id: ID!, $tags: [ID!]!) { removeTags(input: { conversationId: $id, tagIds: $tags }) {
        conversation { tags { name conversationCount } } } }";
    let answer = bea.query(document, json!({ "id": open, "tags": [one] })).await.ok();
    assert_eq!(answer.at("removeTags.conversation.tags"), &json!([{ "name": "all", "conversationCount": 4 }]));
}

async fn using_and_deleting_a_tag_at_once_has_one_winner(world: &World) {
    let id = world.opened().await;
    let ada = world.ada();
    for round in 0..8 {
        let tag = world.tag(&format!("tag {round}")).await;
        let (add, delete) = (json!({ "conversationId": id, "tagIds": [tag] }), json!({ "tagId": tag }));
        let (added, deleted) =
            futures_util::future::join(ada.mutate("addTags", add), ada.mutate("deleteTag", delete)).await;
        if added.get("changed") == true {
            deleted.refused("IN_USE", "input.tagId");
        } else {
            added.refused("NOT_FOUND", "input.tagIds");
            deleted.done();
        }
    }
}
