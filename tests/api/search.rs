//! Searching conversations: what is found, by whom, and when no more (semantics §9, §14).

use entity::enums::Scope;
use entity::ids::TicketId;
use entity::search_row;
use sea_orm::{EntityTrait, QueryFilter};
use serde_json::{Value, json};
use switchboard::domain::search::Query;
use switchboard::store::Backend;
use switchboard::store::search::{self, About};

use crate::budgets::{cost, warm};
use crate::support::{Client, World, both};

both!(
    subjects_are_found_as_they_are_now,
    messages_are_found_whoever_wrote_them,
    notes_are_found_as_they_are_now_and_erased_ones_no_more,
    customers_lead_to_all_their_conversations,
    all_words_must_be_in_one_place,
    notes_are_found_with_the_scope_alone,
    hidden_channels_are_never_found,
    without_a_word_nothing_is_found,
    a_search_is_bounded_and_no_feed_searches,
    who_changes_what_they_may_not_read_finds_nothing_by_it,
    refused_and_repeated_mutations_leave_nothing_to_find,
    closed_and_spam_conversations_are_found_in_their_views,
    a_page_costs_as_many_statements_with_a_search_as_without,
    what_is_kept_of_a_text_costs_a_statement_a_mutation,
    tickets_are_kept_apart,
);

const FOUND: &str = "query($search: String) { conversations(view: ALL, filter: { search: $search }, first: 100) {
    totalCount nodes { id } } }";

/// The ids of the conversations that a client finds, sorted.
pub async fn found(client: &Client, search: &str) -> Vec<String> {
    let answer = client.query(FOUND, json!({ "search": search })).await.ok();
    let mut ids = answer.texts("conversations.nodes", "id");
    ids.sort();
    assert_eq!(answer.at("conversations.totalCount"), ids.len(), "{search}: {answer:?}");
    ids
}

fn sorted<const N: usize>(mut ids: [&str; N]) -> [&str; N] {
    ids.sort_unstable();
    ids
}

/// Changes a conversation, or a note of it by its own id; a new note's id.
async fn change(client: &Client, mutation: &str, id: &str, mut input: Value) -> String {
    if input["noteId"].is_null() {
        input["conversationId"] = json!(id);
    }
    let answer = client.mutate(mutation, input).await.changed();
    answer.payload()["note"]["id"].as_str().unwrap_or_default().to_owned()
}

async fn subjects_are_found_as_they_are_now(world: &World) {
    let bea = world.bea();
    let mut mail = world.mail("zoe@example.com", "Hello");
    mail["subject"] = json!("Tent poles");
    let mailed = world.gateway().receive(mail).await.changed().conversation();
    let start = json!({ "channelId": world.organisation().mail, "customer": { "email": "yan@example.com" },
        "subject": "Your poles", "text": "Good morning" });
    let started = bea.mutate("startConversation", start).await.changed().conversation();
    assert_eq!(found(&bea, "poles").await, sorted([&*mailed, &*started]));
    change(&bea, "updateConversation", &mailed, json!({ "subject": "Tent pegs" })).await;
    assert_eq!(found(&bea, "poles").await, [&*started]);
    assert_eq!(found(&bea, "pegs").await, [&*mailed]);
    change(&bea, "updateConversation", &mailed, json!({ "attributes": { "plan": "gold" } })).await;
    assert_eq!(found(&bea, "pegs").await, [&*mailed]);
    assert_eq!(found(&bea, "gold").await, [""; 0], "attributes are for filters of their own");
    change(&bea, "updateConversation", &mailed, json!({ "subject": null })).await;
    assert_eq!(found(&bea, "pegs").await, [""; 0]);
    change(&bea, "updateConversation", &mailed, json!({ "subject": "pegs again" })).await;
    assert_eq!(found(&bea, "pegs").await, [&*mailed]);
    change(&bea, "updateConversation", &mailed, json!({ "subject": "?!" })).await;
    assert_eq!(found(&bea, "pegs").await, [""; 0]);
}

async fn messages_are_found_whoever_wrote_them(world: &World) {
    let bea = world.bea();
    let one = world.mailed("zoe@example.com", "The zipper is broken.").await.conversation();
    let two = world.chatted("visitor", "Do you sell zippers?").await.conversation();
    bea.mutate("reply", json!({ "conversationId": one, "text": "A courier fetches it." })).await.changed();
    let start = json!({ "channelId": world.organisation().mail, "customer": { "email": "yan@example.com" },
        "text": "The courier was there in vain." });
    let three = bea.mutate("startConversation", start).await.changed().conversation();
    assert_eq!(found(&bea, "zipper").await, sorted([&*one, &*two]));
    assert_eq!(found(&bea, "courier").await, sorted([&*one, &*three]));
    assert_eq!(found(&bea, "courier zipper").await, [""; 0]);
    let automatic = json!({ "channelId": world.organisation().mail, "customer": { "email": "zoe@example.com" },
        "text": "Out of office", "automatic": true, "subject": format!("Re: [#{}]", 1) });
    world.gateway().receive(automatic).await.changed();
    assert_eq!(found(&bea, "office").await, [&*one]);
}

async fn notes_are_found_as_they_are_now_and_erased_ones_no_more(world: &World) {
    let bea = world.bea();
    let id = world.opened().await;
    let note = change(&bea, "addNote", &id, json!({ "text": "Looks fraudulent" })).await;
    assert_eq!(found(&bea, "fraudulent").await, [&*id]);
    change(&bea, "editNote", &id, json!({ "noteId": note, "text": "Looks harmless" })).await;
    assert_eq!(found(&bea, "fraudulent").await, [""; 0]);
    assert_eq!(found(&bea, "harmless").await, [&*id]);
    change(&bea, "editNote", &id, json!({ "noteId": note, "text": "👍" })).await;
    assert_eq!(found(&bea, "harmless").await, [""; 0]);
    change(&bea, "editNote", &id, json!({ "noteId": note, "text": "harmless after all" })).await;
    assert_eq!(found(&bea, "harmless").await, [&*id]);
    change(&bea, "deleteNote", &id, json!({ "noteId": note })).await;
    assert_eq!(found(&bea, "harmless").await, [""; 0]);
}

async fn customers_lead_to_all_their_conversations(world: &World) {
    let (ada, bea) = (world.ada(), world.bea());
    let one = world.mailed("zoe.miller@mail.example", "Hello").await.conversation();
    let two = world.mailed("zoe.miller@mail.example", "Hello again").await.conversation();
    let other = world.mailed("yan@mail.example", "Hello").await.conversation();
    assert_eq!(found(&bea, "zoe.miller@mail.example").await, sorted([&*one, &*two]));
    assert_eq!(found(&bea, "miller").await, sorted([&*one, &*two]));
    assert_eq!(found(&bea, "mail.example").await, sorted([&*one, &*two, &*other]));
    let named = json!({ "email": "zoe.miller@mail.example", "fullName": "Zoë Sørensen" });
    ada.mutate("upsertCustomer", named).await.changed();
    assert_eq!(found(&bea, "zoe sørensen miller").await, sorted([&*one, &*two]), "name and address together");
    let keyed = json!({ "email": "zoe.miller@mail.example", "externalId": "z-1", "phone": "+4912345" });
    ada.mutate("upsertCustomer", keyed).await.changed();
    assert_eq!(found(&bea, "4912345").await, [""; 0], "only by name and address");
    let moved = json!({ "externalId": "z-1", "email": "sorensen@post.example", "fullName": null });
    ada.mutate("upsertCustomer", moved).await.changed();
    assert_eq!(found(&bea, "miller").await, [""; 0]);
    assert_eq!(found(&bea, "post").await, sorted([&*one, &*two]));
    // What receiving fills in is found, and what is blocked stays so.
    let chat = world.chatted("visitor", "Hi").await.conversation();
    let mut more = world.chat("visitor", "It's me");
    more["customer"]["fullName"] = json!("Ida Fischer");
    world.gateway().receive(more).await.changed();
    assert_eq!(found(&bea, "fischer").await, [&*chat]);
    world.block(json!({ "externalId": "visitor" })).await;
    assert_eq!(found(&bea, "fischer").await, [&*chat]);
    ada.mutate("upsertCustomer", json!({ "externalId": "visitor", "fullName": null })).await.changed();
    assert_eq!(found(&bea, "fischer").await, [""; 0]);
    let upserted = json!({ "email": "new@example.com", "fullName": "Nobody Wrote" });
    ada.mutate("upsertCustomer", upserted).await.changed();
    assert_eq!(found(&bea, "nobody").await, [""; 0], "a customer without conversations leads to none");
}

async fn all_words_must_be_in_one_place(world: &World) {
    let bea = world.bea();
    let mut mail = world.mail("zoe@example.com", "alpha beta");
    mail["subject"] = json!("gamma");
    let id = world.gateway().receive(mail).await.changed().conversation();
    bea.mutate("reply", json!({ "conversationId": id, "text": "delta" })).await.changed();
    change(&bea, "addNote", &id, json!({ "text": "epsilon alpha" })).await;
    for (search, finds) in [
        ("alpha beta", true),
        ("beta alpha", true),
        ("alpha epsilon", true),
        ("beta epsilon", false),
        ("alpha gamma", false),
        ("alpha delta", false),
        ("zoe gamma", false),
        ("alpha beta nothing", false),
    ] {
        assert_eq!(!found(&bea, search).await.is_empty(), finds, "{search}");
    }
}

async fn notes_are_found_with_the_scope_alone(world: &World) {
    let (one, two) = (world.opened().await, world.mailed("yan@example.com", "a secret").await.conversation());
    change(&world.bea(), "addNote", &one, json!({ "text": "a secret" })).await;
    let reading = [Scope::ConversationsRead];
    let organisation = world.organisation();
    for owner in [&organisation.bea.id, &organisation.ada.id, &organisation.robot.id] {
        let without = world.client(&world.token(owner, &reading, None).await);
        assert_eq!(found(&without, "secret").await, [&*two]);
        assert_eq!(found(&without, "zoe").await, [""; 0], "an address shows by its beginnings");
        let customers = world.client(&world.token(owner, &[reading[0], Scope::CustomersRead], None).await);
        assert_eq!(found(&customers, "zoe").await, [&*one]);
        let with = world.client(&world.token(owner, &[reading[0], Scope::NotesRead], None).await);
        assert_eq!(found(&with, "secret").await, sorted([&*one, &*two]));
    }
    assert_eq!(found(&world.gateway(), "secret").await, [&*two]);
}

async fn hidden_channels_are_never_found(world: &World) {
    let hidden = world.hidden().await;
    let open = world.mailed("vera@example.com", "discretion").await.conversation();
    change(&world.dora(), "addNote", &hidden, json!({ "text": "whisper" })).await;
    change(&world.dora(), "updateConversation", &hidden, json!({ "subject": "Pearls" })).await;
    for search in ["discretion", "vera"] {
        assert_eq!(found(&world.bea(), search).await, [&*open], "{search}");
        assert_eq!(found(&world.dora(), search).await, sorted([&*hidden, &*open]), "{search}");
    }
    for search in ["whisper", "pearls", "please"] {
        assert_eq!(found(&world.bea(), search).await, [""; 0], "{search}");
        assert_eq!(found(&world.ada(), search).await, [&*hidden], "{search}");
    }
    let organisation = world.organisation();
    let narrow = world.token(&organisation.robot.id, &[Scope::ConversationsRead], Some(&[&organisation.chat])).await;
    assert_eq!(found(&world.client(&narrow), "discretion").await, [""; 0]);
    world.belongs_to_vip(&organisation.bea.id, true).await;
    assert_eq!(found(&world.bea(), "pearls").await, [&*hidden]);
    world.belongs_to_vip(&organisation.bea.id, false).await;
    assert_eq!(found(&world.bea(), "pearls").await, [""; 0]);
}

async fn without_a_word_nothing_is_found(world: &World) {
    let id = world.opened().await;
    for search in ["", " ", "\t\n", "?!", "%", "_", "*", "\"\"", "\u{0}", "🎉", "\u{200b}", "\u{301}"] {
        assert_eq!(found(&world.bea(), search).await, [""; 0], "{search:?}");
    }
    let all = world.bea().query(FOUND, json!({ "search": null })).await.ok();
    assert_eq!(all.texts("conversations.nodes", "id"), [id], "null asks nothing");
}

async fn a_search_is_bounded_and_no_feed_searches(world: &World) {
    let id = world.opened().await;
    let bea = world.bea();
    let padded = |length: usize| format!("order{}", " ".repeat(length - 5));
    assert_eq!(found(&bea, &padded(500)).await, [&*id]);
    assert_eq!(found(&bea, &format!("{} nothing", padded(500))).await, [&*id], "what comes after that doesn't count");
    assert_eq!(found(&bea, &format!("{} order", "💥".repeat(494))).await, [&*id], "characters are counted, not bytes");
    assert_eq!(found(&bea, &format!("{} order", "💥".repeat(500))).await, [""; 0], "there is no word before that");
    let feed =
        "query($search: String) { conversationChanges(filter: { search: $search }, first: 5) { nodes { cursor } } }";
    for search in ["order", ""] {
        bea.query(feed, json!({ "search": search })).await.failed("BAD_REQUEST");
    }
    bea.query(feed, json!({ "search": null })).await.ok();
}

async fn who_changes_what_they_may_not_read_finds_nothing_by_it(world: &World) {
    let id = world.opened().await;
    let matching = json!({ "matching": { "filter": { "search": "order" } } });
    let input = json!({ "target": matching, "actions": [{ "wake": true }] });
    for (scopes, reached) in [
        (vec![Scope::ConversationsWrite], json!([])),
        (vec![Scope::ConversationsWrite, Scope::ConversationsRead], json!([{ "conversationId": id }])),
    ] {
        let client = world.client(&world.token(&world.organisation().robot.id, &scopes, None).await);
        let document = "mutation($input: BulkApplyActionsInput!) { bulkApplyActions(input: $input) { results { conversationId } } }";
        let answer = client.query(document, json!({ "input": input })).await.ok();
        assert_eq!(answer.at("bulkApplyActions.results"), &reached);
    }
}

async fn refused_and_repeated_mutations_leave_nothing_to_find(world: &World) {
    let bea = world.bea();
    let id = world.opened().await;
    let stale = json!({ "conversationId": id, "text": "stillborn", "expectedVersion": 1 });
    bea.mutate("reply", stale).await.refused("CONFLICT", "input.expectedVersion");
    assert_eq!(found(&bea, "stillborn").await, [""; 0]);
    let once = json!({ "conversationId": id, "text": "lively", "idempotencyKey": "k" });
    bea.mutate("reply", once.clone()).await.changed();
    bea.mutate("reply", once).await.changed();
    assert_eq!(found(&bea, "lively").await, [&*id]);
    let mut mail = world.mail("zoe@example.com", "the same message");
    mail["externalId"] = json!("<1@example.com>");
    let first = world.gateway().receive(mail.clone()).await.changed().conversation();
    world.gateway().receive(mail).await.unchanged();
    assert_eq!(found(&bea, "same message").await, [first]);
}

async fn closed_and_spam_conversations_are_found_in_their_views(world: &World) {
    let closed = world.closed().await;
    let spam = world.spam().await;
    let bea = world.bea();
    let document = "query($search: String!) { inbox(filter: { search: $search }) { nodes { id } }
        history(filter: { search: $search }) { nodes { id } totalCount }
        spam: conversations(view: SPAM, filter: { search: $search }) { nodes { id } } }";
    let answer = bea.query(document, json!({ "search": "order" })).await.ok();
    assert_eq!(answer.texts("history.nodes", "id"), [closed]);
    assert_eq!((answer.at("inbox.nodes"), answer.at("spam.nodes")), (&json!([]), &json!([])));
    let answer = bea.query(document, json!({ "search": "buy" })).await.ok();
    assert_eq!(answer.texts("spam.nodes", "id"), [spam]);
    assert_eq!((answer.at("inbox.nodes"), answer.at("history.totalCount")), (&json!([]), &json!(0)));
}

async fn a_page_costs_as_many_statements_with_a_search_as_without(world: &World) {
    for at in 0..20 {
        world.mailed(&format!("zoe{at}@example.com"), "Where is my order?").await;
    }
    let document = "query($search: String) { inbox(filter: { search: $search }) { nodes { number subject
        customer { displayName } lastMessage { text } } pageInfo { hasNextPage } } }";
    let bea = world.bea();
    for search in [json!(null), json!("order"), json!("zoe1")] {
        warm(world, &bea, document, json!({ "search": search })).await;
    }
    let without = cost(world, &bea, document, json!({ "search": null })).await;
    for search in ["order", "zoe1", "where is my order"] {
        assert_eq!(cost(world, &bea, document, json!({ "search": search })).await, without, "{search}");
    }
    assert!(cost(world, &bea, document, json!({ "search": "?" })).await < without, "nothing is asked in vain");
}

async fn what_is_kept_of_a_text_costs_a_statement_a_mutation(world: &World) {
    let (bea, gateway) = (world.bea(), world.gateway());
    let kept = if world.app.service.store.backend() == Backend::Sqlite { 2 } else { 1 };
    let id = world.opened().await;
    let changed = async |client: &Client, mutation: &str, mut input: Value| {
        if mutation != "receiveMessage" {
            input["conversationId"] = json!(id);
        }
        let before = world.statements();
        client.mutate(mutation, input).await.changed();
        world.statements() - before
    };
    // Once, so that everything is remembered and followed.
    changed(&bea, "reply", json!({ "text": "one" })).await;
    changed(&bea, "updateConversation", json!({ "subject": "one" })).await;
    changed(&gateway, "receiveMessage", world.chat("visitor", "one")).await;
    for client in [&bea, &gateway] {
        world.settled(client).await;
    }
    // What has no words keeps nothing, and forgets as cheaply.
    let words = changed(&bea, "reply", json!({ "text": "two words" })).await;
    assert_eq!(changed(&bea, "reply", json!({ "text": "?!" })).await, words);
    let subject = changed(&bea, "updateConversation", json!({ "subject": "two" })).await;
    let attributes = changed(&bea, "updateConversation", json!({ "attributes": { "a": 1 } })).await;
    assert_eq!(subject, attributes + kept);
    let plain = changed(&gateway, "receiveMessage", world.chat("visitor", "three")).await;
    let mut named = world.chat("visitor", "four");
    named["customer"]["attributes"] = json!({ "a": 1 });
    let filled = changed(&gateway, "receiveMessage", named.clone()).await;
    named["customer"]["fullName"] = json!("Zoe");
    named["customer"]["attributes"] = json!({ "b": 1 });
    assert_eq!(changed(&gateway, "receiveMessage", named).await, filled + kept, "a plain message takes {plain}");
}

async fn tickets_are_kept_apart(world: &World) {
    let conversation = world.mailed("zoe@example.com", "crash on start").await.conversation();
    let (one, two) = (TicketId::new(world.clock.now()), TicketId::new(world.clock.now()));
    let store = &world.app.service.store;
    let keep = async |id: TicketId, parts: &'static [&'static str]| {
        store.write(|tx| async move { search::index_ticket(&tx, id, parts).await }).await.unwrap();
    };
    keep(one, &["Crash on start", "Since 2.1", "APP-17"]).await;
    keep(two, &["Printing is slow", ""]).await;
    let rows = world.rows().await;
    let tickets = async |text: &str| {
        // Of all that is kept about anything, what is found as a ticket.
        let condition = search::tickets(store.backend(), &Query::of(text), search_row::Column::AboutId);
        let found = search_row::Entity::find().filter(condition).all(&rows).await.unwrap();
        found.into_iter().map(|row| TicketId(row.about_id)).collect::<Vec<_>>()
    };
    assert_eq!(tickets("crash").await, [one]);
    assert_eq!(tickets("app-17").await, [one]);
    keep(one, &["Solved"]).await;
    assert_eq!(tickets("crash").await, []);
    assert_eq!(tickets("solved").await, [one]);
    store.write(|tx| async move { search::forget(&tx, &[About::Ticket(two)]).await }).await.unwrap();
    assert_eq!(tickets("printing").await, []);
    rows.close().await.unwrap();
    assert_eq!(found(&world.bea(), "crash").await, [conversation], "a ticket is no conversation");
    assert_eq!(found(&world.bea(), "solved").await, [""; 0]);
    // There is no such ticket.
    store.write(|tx| async move { search::forget(&tx, &[About::Ticket(one)]).await }).await.unwrap();
}
