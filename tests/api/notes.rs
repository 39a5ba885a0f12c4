//! Internal notes: for the team alone, and nothing moves with them (semantics §5, 9, 13, 15).

use chrono::TimeDelta;
use entity::enums::Scope;
use entity::ids::ConversationId;
use entity::{conversation, note};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::budgets::{cost, warm};
use crate::support::organisation::EVERYTHING;
use crate::support::{Answer, Client, World, both};

both!(
    a_note_moves_nothing_but_the_version,
    notes_are_possible_in_every_state,
    a_notes_text_keeps_to_its_limits_and_is_shown_safely,
    the_same_key_notes_once,
    an_edit_leaves_an_entry_and_the_new_text,
    a_deleted_note_is_erased_for_good,
    only_its_author_and_admins_change_a_note,
    a_note_that_does_not_exist_for_the_viewer_answers_like_an_unknown_one,
    a_note_is_found_by_its_own_id_alone,
    without_notes_read_no_path_shows_a_note,
    who_may_not_read_notes_still_writes_them,
    no_message_is_routed_or_delivered_by_a_note,
    notes_on_a_page_cost_one_statement_more,
);

async fn noted(client: &Client, id: &str, text: &str) -> Answer {
    client.mutate("addNote", json!({ "conversationId": id, "text": text })).await
}

async fn edited(client: &Client, note: &str, text: &str) -> Answer {
    client.mutate("editNote", json!({ "noteId": note, "text": text })).await
}

async fn deleted(client: &Client, note: &str) -> Answer {
    client.mutate("deleteNote", json!({ "noteId": note })).await
}

/// The conversation's row without what every entry moves.
async fn rest_of_the_row(world: &World, id: &str) -> conversation::Model {
    let rows = world.rows().await;
    let id = ConversationId::parse(id).unwrap();
    let row = conversation::Entity::find_by_id(id).one(&rows).await.unwrap().unwrap();
    rows.close().await.unwrap();
    conversation::Model { version: 0, moved_version: 0, updated_at: row.created_at, ..row }
}

async fn a_note_moves_nothing_but_the_version(world: &World) {
    let id = world.opened().await;
    world.assign(&id, &world.organisation().carl.id).await;
    let before = rest_of_the_row(world, &id).await;
    world.clock.advance(TimeDelta::hours(1));
    let added = noted(&world.bea(), &id, "Refund?\n\nSee https://example.com/1.").await.changed();
    assert_eq!(added.kinds(), ["NOTE"]);
    assert!(added.text("note.id").starts_with("note_"));
    assert_eq!(added.get("note.id"), added.get("entries.0.id"));
    assert_eq!(added.get("entries.0.__typename"), "Note");
    assert_eq!(added.get("entries.0.actor.displayName"), "bea");
    assert_eq!(added.text("note.text"), "Refund?\n\nSee https://example.com/1.");
    assert!(added.text("note.html").starts_with("<p>Refund?</p><p>See <a href="), "{added:#?}");
    assert_eq!([added.get("note.editedAt"), added.get("note.deletedAt")], [&Value::Null; 2]);
    assert_eq!(added.get("conversation.version"), 4);
    assert_eq!(added.get("conversation.updatedAt"), "2026-01-05T10:00:00Z");
    // State, waiting, unread, the newest message and activity, and from when the clock runs.
    assert_eq!(rest_of_the_row(world, &id).await, before);
    world.clock.advance(TimeDelta::hours(1));
    edited(&world.bea(), &added.text("note.id"), "Refund!").await.changed();
    deleted(&world.bea(), &added.text("note.id")).await.changed();
    assert_eq!(rest_of_the_row(world, &id).await, before);
    // It counts as moving on: who answers may want to read it first.
    let close = json!({ "conversationId": id, "expectedVersion": 3 });
    world.bea().mutate("closeConversation", close).await.refused("CONFLICT", "input.expectedVersion");
}

async fn notes_are_possible_in_every_state(world: &World) {
    for (id, state) in [(world.opened().await, "OPEN"), (world.closed().await, "CLOSED"), (world.spam().await, "SPAM")]
    {
        let offered = "query($id: ID!) { conversation(id: $id) { availableActions } }";
        let offered = world.bea().query(offered, json!({ "id": id })).await.ok();
        let offered = offered.at("conversation.availableActions").as_array().unwrap().clone();
        assert!(offered.contains(&json!("ADD_NOTE")), "{state}: {offered:?}");
        let note = noted(&world.bea(), &id, "Seen").await.changed();
        assert_eq!((note.get("conversation.state"), note.kinds()), (&json!(state), vec!["NOTE".to_owned()]));
        let edit = edited(&world.bea(), &note.text("note.id"), "Seen twice").await.changed();
        assert_eq!(edit.get("conversation.state"), state);
        let erase = deleted(&world.bea(), &note.text("note.id")).await.changed();
        assert_eq!(erase.get("conversation.state"), state);
    }
}

async fn a_notes_text_keeps_to_its_limits_and_is_shown_safely(world: &World) {
    let id = world.opened().await;
    let note = noted(&world.bea(), &id, "Fine").await.changed().text("note.id");
    let before = world.last_seq().await;
    for (text, code) in
        [(" \n ".to_owned(), "REQUIRED"), ("x".repeat(65_537), "TOO_LONG"), ("a\0b".to_owned(), "INVALID")]
    {
        noted(&world.bea(), &id, &text).await.refused(code, "input.text");
        let refused = edited(&world.bea(), &note, &text).await.refused(code, "input.text");
        assert_eq!((refused.get("note"), refused.conversation()), (&Value::Null, id.clone()));
    }
    assert_eq!(world.last_seq().await, before, "a refusal writes nothing");
    let long = noted(&world.bea(), &id, &"ü".repeat(65_536)).await.changed();
    assert_eq!(long.text("note.text").chars().count(), 65_536);
    let script = noted(&world.bea(), &id, "<script>alert(1)</script>").await.changed();
    assert_eq!(script.text("note.text"), "<script>alert(1)</script>");
    assert_eq!(script.text("note.html"), "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>");
}

async fn the_same_key_notes_once(world: &World) {
    let id = world.opened().await;
    let input = |text: &str| json!({ "conversationId": id, "text": text, "idempotencyKey": "n-1" });
    let first = world.bea().mutate("addNote", input("Once, @carl")).await.changed();
    let again = world.bea().mutate("addNote", input("Once, @carl")).await.changed();
    assert_eq!(again.payload(), first.payload());
    assert_eq!(world.bea().timeline(&id).await, ["CREATED", "MESSAGE", "NOTE", "FOLLOWED"]);
    world.bea().mutate("addNote", input("Twice")).await.refused("IDEMPOTENCY_MISMATCH", "input.idempotencyKey");
    edited(&world.bea(), &first.text("note.id"), "Once more").await.changed();
    let later = world.bea().mutate("addNote", input("Once, @carl")).await.changed();
    assert_eq!((later.get("note.id"), later.text("note.text")), (first.get("note.id"), "Once more".to_owned()));
    assert_eq!(later.kinds(), ["NOTE", "FOLLOWED"]);
    // A key is its principal's.
    assert_ne!(
        world.carl().mutate("addNote", input("Once, @carl")).await.changed().get("note.id"),
        first.get("note.id")
    );
}

const TIMELINE: &str = "query($id: ID!) { conversation(id: $id) {
    timeline(kinds: [NOTE, NOTE_EDITED, NOTE_DELETED]) { nodes { kind
        ... on Note { id text html editedAt deletedAt mentions { unreachable { id } } }
        ... on NoteChangedEntry { id note { id text mentions { unreachable { id } } } } } } } }";

async fn an_edit_leaves_an_entry_and_the_new_text(world: &World) {
    let id = world.opened().await;
    let note = noted(&world.bea(), &id, "Refund?").await.changed().text("note.id");
    world.clock.advance(TimeDelta::minutes(1));
    let edit = edited(&world.bea(), &note, "Refund <now>").await.changed();
    assert_eq!(edit.kinds(), ["NOTE_EDITED"]);
    assert_eq!(edit.get("entries.0.__typename"), "NoteChangedEntry");
    assert!(edit.text("entries.0.id").starts_with("entry_"));
    assert_eq!(edit.text("note.text"), "Refund <now>");
    assert_eq!(edit.text("note.html"), "<p>Refund &lt;now&gt;</p>");
    assert_eq!(edit.get("note.editedAt"), "2026-01-05T09:01:00Z");
    let same = edited(&world.bea(), &note, "Refund <now>").await.unchanged();
    assert_eq!(same.get("note.id"), &json!(note));
    let timeline = world.carl().query(TIMELINE, json!({ "id": id })).await.ok();
    assert_eq!(timeline.texts("conversation.timeline.nodes", "kind"), ["NOTE", "NOTE_EDITED"]);
    assert_eq!(timeline.at("conversation.timeline.nodes.0.text"), "Refund <now>");
    assert_eq!(
        timeline.at("conversation.timeline.nodes.1.note"),
        &json!({ "id": note, "text": "Refund <now>", "mentions": [] })
    );
}

async fn a_deleted_note_is_erased_for_good(world: &World) {
    let id = world.opened().await;
    let note = noted(&world.bea(), &id, "@carl zanzibar").await.changed().text("note.id");
    edited(&world.bea(), &note, "@carl @dora zanzibar!").await.changed();
    world.clock.advance(TimeDelta::minutes(1));
    let gone = deleted(&world.bea(), &note).await.changed();
    assert_eq!(gone.kinds(), ["NOTE_DELETED"]);
    assert_eq!((gone.text("note.text"), gone.text("note.html")), (String::new(), String::new()));
    assert_eq!(gone.get("note.mentions"), &json!([]));
    assert_eq!(gone.get("note.deletedAt"), "2026-01-05T09:01:00Z");
    deleted(&world.bea(), &note).await.unchanged();
    deleted(&world.ada(), &note).await.unchanged();
    edited(&world.bea(), &note, "Back").await.refused("INVALID", "input.noteId");
    let timeline = world.carl().query(TIMELINE, json!({ "id": id })).await.ok();
    assert_eq!(timeline.texts("conversation.timeline.nodes", "kind"), ["NOTE", "NOTE_EDITED", "NOTE_DELETED"]);
    assert!(!timeline.body.to_string().contains("zanzibar"));
    let rows = world.rows().await;
    let kept = note::Entity::find().all(&rows).await.unwrap();
    let log = entity::event::Entity::find().all(&rows).await.unwrap();
    rows.close().await.unwrap();
    assert!(!format!("{kept:?} {log:?}").contains("zanzibar"), "no row holds the text");
}

async fn only_its_author_and_admins_change_a_note(world: &World) {
    let id = world.opened().await;
    let note = noted(&world.bea(), &id, "Mine").await.changed().text("note.id");
    let before = world.last_seq().await;
    for other in [world.carl(), world.robot()] {
        let refused = edited(&other, &note, "Yours").await.refused("FORBIDDEN", "");
        assert_eq!((refused.get("note"), refused.conversation()), (&Value::Null, id.clone()));
        deleted(&other, &note).await.refused("FORBIDDEN", "");
    }
    assert_eq!(world.last_seq().await, before, "a refusal writes nothing");
    let by_admin = edited(&world.ada(), &note, "Ours").await.changed();
    assert_eq!(by_admin.get("entries.0.actor.displayName"), "ada");
    deleted(&world.ada(), &note).await.changed();
    let robots = noted(&world.robot(), &id, "Beep").await.changed().text("note.id");
    edited(&world.robot(), &robots, "Boop").await.changed();
    edited(&world.bea(), &robots, "Bop").await.refused("FORBIDDEN", "");
    deleted(&world.robot(), &robots).await.changed();
    deleted(&world.bea(), &robots).await.refused("FORBIDDEN", "");
}

async fn a_note_that_does_not_exist_for_the_viewer_answers_like_an_unknown_one(world: &World) {
    let organisation = world.organisation();
    let hidden = world.hidden().await;
    noted(&world.bea(), &hidden, "Hello").await.refused("NOT_FOUND", "input.conversationId");
    let hidden = noted(&world.dora(), &hidden, "Hidden").await.changed().text("note.id");
    let shown = world.opened().await;
    let message = world.bea().mutate("reply", json!({ "conversationId": shown, "text": "Hi" })).await.changed();
    let message = message.text("message.id").replace("message_", "note_");
    let shown = noted(&world.bea(), &shown, "Shown").await.changed().text("note.id");
    let unread = [Scope::ConversationsRead, Scope::ConversationsWrite];
    let unread = world.client(&world.token(&organisation.robot.id, &unread, None).await);
    let unknown = "note_01h455vb4pex5vsknk084sn02q".to_owned();
    let entry = shown.replace("note_", "entry_");
    for (client, id) in [
        (world.bea(), hidden),
        (unread, shown),
        (world.bea(), message),
        (world.bea(), entry),
        (world.bea(), "nonsense".to_owned()),
    ] {
        for text in ["Text", ""] {
            let answer = edited(&client, &id, text).await.refused("NOT_FOUND", "input.noteId");
            assert_eq!(answer.body, edited(&client, &unknown, text).await.body, "{id}");
        }
        let answer = deleted(&client, &id).await.refused("NOT_FOUND", "input.noteId");
        assert_eq!(answer.body, deleted(&client, &unknown).await.body, "{id}");
    }
}

async fn a_note_is_found_by_its_own_id_alone(world: &World) {
    let id = world.opened().await;
    let note = noted(&world.bea(), &id, "Here").await.changed().text("note.id");
    let document = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Note { text conversation { id } kind } } }";
    let ids = [note.clone(), note.replace("note_", "entry_"), note.replace("note_", "message_")];
    let found = world.carl().query(document, json!({ "ids": ids })).await.ok();
    let shown = json!({ "id": note, "text": "Here", "conversation": { "id": id }, "kind": "NOTE" });
    assert_eq!(found.at("nodes"), &json!([shown, null, null]));
    let edit = edited(&world.bea(), &note, "There").await.changed().text("entries.0.id");
    let document = "query($id: ID!) { node(id: $id) { id ... on NoteChangedEntry { note { text } } } }";
    let found = world.carl().query(document, json!({ "id": edit })).await.ok();
    assert_eq!(found.at("node"), &json!({ "id": edit, "note": { "text": "There" } }));
    let feed = "{ conversationChanges(kinds: [NOTE, NOTE_EDITED]) { nodes { entry { id ... on Note { text } } } } }";
    let feed = world.carl().query(feed, json!({})).await.ok();
    assert_eq!(feed.texts("conversationChanges.nodes", "entry.id"), [note, edit]);
    assert_eq!(feed.at("conversationChanges.nodes.0.entry.text"), "There");
}

/// Every read path that comes near a timeline, with all that a note or its change could show.
const PATHS: [&str; 11] = [
    "conversation(id: $id) { ...whole }",
    "conversation(number: $number) { ...whole }",
    "inbox(first: 3) { nodes { ...whole } }",
    "conversations(first: 3) { edges { node { ...whole } } }",
    "history(first: 3) { nodes { ...whole } }",
    "customers(first: 1) { nodes { conversations(first: 3) { nodes { ...whole } } } }",
    "nodes(ids: $ids) { id ...entry }",
    "node(id: $note) { id ...entry }",
    "conversationChanges(first: 10) { nodes { entry { ...entry } conversation { ...whole } } }",
    "conversationChanges(kinds: $notes) { nodes { entry { ...entry } } hasMore }",
    "notifications { nodes { entry { ...entry } conversation { lastMessage { text } } } }",
];

const FRAGMENTS: &str = "fragment whole on Conversation { id subject lastMessage { text } messageCount
    timeline(first: 10) { nodes { ...entry } }
    ofNotes: timeline(last: 10, kinds: $notes) { edges { node { ...entry } } pageInfo { hasPreviousPage } } }
fragment entry on TimelineEntry { __typename id kind version
    ... on Message { text html recipient } ... on Note { text html editedAt mentions { __typename } }
    ... on NoteChangedEntry { note { text html } } ... on FollowEntry { agent { handle } } }";

/// Reads one of the paths with the variables it uses.
async fn read(client: &Client, path: &str, asked: &Value) -> Answer {
    let fragments =
        if path.contains("...whole") { FRAGMENTS } else { &FRAGMENTS[FRAGMENTS.find("fragment entry").unwrap()..] };
    let body = format!("{{ {path} }} {fragments}");
    let kinds = [("id", "ID!"), ("number", "Int"), ("ids", "[ID!]!"), ("note", "ID!"), ("notes", "[TimelineKind!]")];
    let used: Vec<_> = kinds.iter().filter(|(name, _)| body.contains(&format!("${name})"))).collect();
    let declared: Vec<_> = used.iter().map(|(name, kind)| format!("${name}: {kind}")).collect();
    let variables: serde_json::Map<_, _> =
        used.iter().map(|(name, _)| ((*name).to_owned(), asked[name].clone())).collect();
    let declared = if declared.is_empty() { String::new() } else { format!("({})", declared.join(", ")) };
    client.query(&format!("query{declared} {body}"), Value::Object(variables)).await.ok()
}

async fn without_notes_read_no_path_shows_a_note(world: &World) {
    let organisation = world.organisation();
    let id = world.opened().await;
    let note = noted(&world.bea(), &id, "zanzibar @carl").await.changed();
    let edit = edited(&world.bea(), &note.text("note.id"), "zanzibar! @carl").await.changed().text("entries.0.id");
    let note = note.text("note.id");
    let other = noted(&world.bea(), &id, "zanzibar").await.changed().text("note.id");
    let erase = deleted(&world.bea(), &other).await.changed().text("entries.0.id");
    world.bea().mutate("reply", json!({ "conversationId": id, "text": "Hi" })).await.changed();
    let closed = world.closed().await;
    noted(&world.bea(), &closed, "zanzibar!").await.changed();
    let number = world.ada().conversation(&id).await["number"].clone();
    let ids = [&note, &note.replace("note_", "entry_"), &edit, &erase, &other];
    let asked = json!({ "id": id, "number": number, "ids": ids, "note": note,
        "notes": ["NOTE", "NOTE_EDITED", "NOTE_DELETED"] });
    let less: Vec<Scope> = EVERYTHING.into_iter().filter(|scope| *scope != Scope::NotesRead).collect();
    for path in PATHS {
        for owner in [&organisation.robot.id, &organisation.carl.id, &organisation.ada.id] {
            let client = world.client(&world.token(owner, &less, None).await);
            let told = read(&client, path, &asked).await.body.to_string();
            assert!(!told.contains("zanzibar") && !told.to_lowercase().contains("note_"), "{path}: {told}");
        }
        // Integrations have no notifications.
        let reader = if path.starts_with("notifications") { world.carl() } else { world.robot() };
        let told = read(&reader, path, &asked).await.body.to_string();
        assert!(told.contains("zanzibar!"), "with the scope it is there, on {path}: {told}");
    }
    let client = world.client(&world.token(&organisation.robot.id, &less, None).await);
    let nothing = read(&client, PATHS[9], &asked).await;
    assert_eq!(nothing.at("conversationChanges"), &json!({ "nodes": [], "hasMore": false }));
    assert_eq!(read(&client, PATHS[6], &asked).await.at("nodes"), &json!([null, null, null, null, null]));
    // Pages have no holes.
    let page = "query($id: ID!) { conversation(id: $id) { timeline(first: 4) { nodes { kind } } }
        conversationChanges(first: 4) { nodes { entry { kind } } } }";
    let page = client.query(page, json!({ "id": id })).await.ok();
    let kinds = ["CREATED", "MESSAGE", "FOLLOWED", "MESSAGE"];
    assert_eq!(page.texts("conversation.timeline.nodes", "kind"), kinds);
    assert_eq!(page.texts("conversationChanges.nodes", "entry.kind"), kinds);
}

async fn who_may_not_read_notes_still_writes_them(world: &World) {
    let id = world.opened().await;
    let less: Vec<Scope> = EVERYTHING.into_iter().filter(|scope| *scope != Scope::NotesRead).collect();
    for owner in [&world.organisation().robot.id, &world.organisation().bea.id] {
        let client = world.client(&world.token(owner, &less, None).await);
        let keyed = json!({ "conversationId": id, "text": "zanzibar @carl", "idempotencyKey": "n-1" });
        for answer in [client.mutate("addNote", keyed.clone()).await, client.mutate("addNote", keyed.clone()).await] {
            let answer = answer.changed();
            assert_eq!(answer.get("note"), &Value::Null);
            assert!(!answer.kinds().contains(&"NOTE".to_owned()), "{answer:#?}");
            assert!(!answer.body.to_string().contains("zanzibar"));
        }
        let newest = "{ conversationChanges(first: 100, kinds: [NOTE]) { nodes { entry { id } } } }";
        let newest = world.ada().query(newest, json!({})).await.ok();
        let note = newest.texts("conversationChanges.nodes", "entry.id").pop().unwrap();
        // It is their own.
        let edit = edited(&client, &note, "Zanzibar").await.changed();
        assert_eq!((edit.get("note"), edit.get("entries")), (&Value::Null, &json!([])));
        assert_eq!(edited(&client, &note, "Zanzibar").await.unchanged().get("note"), &Value::Null);
        let erase = deleted(&client, &note).await.changed();
        assert_eq!((erase.get("note"), erase.get("entries")), (&Value::Null, &json!([])));
    }
}

async fn no_message_is_routed_or_delivered_by_a_note(world: &World) {
    let id = world.opened().await;
    let note = noted(&world.bea(), &id, "zanzibar").await.changed().text("note.id");
    let gateway = world.gateway();
    let before = gateway.conversation(&id).await;
    assert_eq!(before["lastMessage"]["text"], "Where is my order?");
    for named in [note.clone(), note.replace("note_", "message_"), note.replace("note_", "entry_")] {
        let mut answering = world.mail("zoe@example.com", "Re: your note");
        answering["inReplyTo"] = json!([named]);
        let received = gateway.receive(answering).await.changed();
        assert_ne!(received.conversation(), id, "a note's id answers nothing");
        let report = json!({ "messageId": named, "status": "SENT" });
        let answer = gateway.mutate("reportDelivery", report).await.refused("NOT_FOUND", "input.messageId");
        let unknown = json!({ "messageId": "message_01h455vb4pex5vsknk084sn02q", "status": "SENT" });
        assert_eq!(answer.body, gateway.mutate("reportDelivery", unknown).await.body);
    }
    let feed = "{ conversationChanges(first: 100) { nodes { entry { kind ... on Message { text recipient } } } } }";
    let feed = gateway.query(feed, json!({})).await.ok();
    assert!(feed.texts("conversationChanges.nodes", "entry.kind").iter().all(|kind| kind != "NOTE"));
    assert!(!feed.body.to_string().contains("zanzibar"));
}

const PAGE: &str = "query($id: ID!, $first: Int) { conversation(id: $id) { id state customer { displayName }
    timeline(first: $first) { nodes { id kind at actor { displayName } ... on Note { NOTE } } } } }";

async fn notes_on_a_page_cost_one_statement_more(world: &World) {
    let id = world.opened().await;
    for at in 0..25 {
        let note = noted(&world.bea(), &id, &format!("{at} @carl @support")).await.changed().text("note.id");
        edited(&world.bea(), &note, &format!("{at}! @carl @support")).await.changed();
    }
    let bea = world.bea();
    let price = async |selected: &str| {
        let document = PAGE.replace("NOTE }", &format!("{selected} }}"));
        warm(world, &bea, &document, json!({ "id": id, "first": 50 })).await;
        let few = cost(world, &bea, &document, json!({ "id": id, "first": 5 })).await;
        let many = cost(world, &bea, &document, json!({ "id": id, "first": 50 })).await;
        assert_eq!(few, many, "{selected}");
        many
    };
    let changed = "text } ... on NoteChangedEntry { note { text mentions { __typename } }";
    let without = price("cursor").await;
    let with_texts = price("text html editedAt").await;
    let with_mentions = price("text mentions { target { ... on Agent { handle } ... on Team { slug } } }").await;
    assert_eq!((with_texts, with_mentions, price(changed).await), (without + 1, without + 2, without + 2));
    assert!(without <= 6, "a conversation page takes {without} statements");
}
