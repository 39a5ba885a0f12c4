//! After every test: the log is dense, and folding it tells what the rows say. So every mutation any test makes is checked.

mod tickets;
mod workflows;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::enums::EventKind;
use entity::ids::{AgentId, ChannelId, ConversationId, EventId, TagId};
use entity::{
    channel, conversation, conversation_tag, event, event_head, follow, idempotency, mention_agent, mentioned, message,
    note, notification, saved_macro, ticket, ticket_link, timer,
};
use sea_orm::{DatabaseConnection, EntityTrait, QueryOrder};
use serde_json::{Map, Value};
use switchboard::domain::actor::Actor;
use switchboard::domain::audience::concerns;
use switchboard::domain::change::Moment;
use switchboard::domain::channel::Policy;
use switchboard::domain::conversation::Conversation;
use switchboard::domain::facets::{Facets, undo};
use switchboard::domain::fact::Fact;
use switchboard::domain::text::key;
use switchboard::domain::timer::Timers;
use switchboard::store::append::fact_of;
use switchboard::store::context::policy;
use switchboard::store::conversations::people::People;
use switchboard::store::conversations::row::to_domain;
use switchboard::store::timers;

use tickets::log_tells_the_tickets;
use workflows::log_tells_the_runs;

use super::{World, index};

/// Everything the log and the rows say.
struct Books {
    head: event_head::Model,
    events: Vec<event::Model>,
    conversations: Vec<Conversation>,
    messages: HashMap<ConversationId, usize>,
    notes: Vec<note::Model>,
    mentions: Vec<mention_agent::Model>,
    tags: HashMap<ConversationId, BTreeSet<TagId>>,
    notices: Vec<notification::Model>,
    tickets: Vec<ticket::Model>,
    links: Vec<ticket_link::Model>,
    timers: HashMap<ConversationId, Vec<timer::Model>>,
    policies: HashMap<ChannelId, Policy>,
}

/// Makes sure that the log has no gap and tells, folded, what the rows say.
pub async fn log_tells_the_rows(world: &World) {
    let rows = world.rows().await;
    let books = books(&rows).await;
    what_is_kept_is_whole(&rows).await;
    let seqs: Vec<i64> = books.events.iter().map(|event| event.seq).collect();
    assert_eq!(seqs, (1..=books.head.last_seq).collect::<Vec<_>>(), "the log is dense up to its head");
    let mut numbers: Vec<i64> = books.conversations.iter().map(|conversation| conversation.number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), books.conversations.len(), "numbers are unique");
    let known: BTreeSet<ConversationId> = books.conversations.iter().map(|conversation| conversation.id).collect();
    let of_none = books.events.iter().find(|event| event.conversation_id.is_some_and(|id| !known.contains(&id)));
    assert_eq!(of_none, None, "every entry has its conversation");
    let (mut events, mut notes): (HashMap<_, Vec<_>>, HashMap<_, Vec<EventId>>) = (HashMap::new(), HashMap::new());
    for event in &books.events {
        events.entry(event.conversation_id).or_default().push(event);
    }
    for note in &books.notes {
        notes.entry(note.conversation_id).or_default().push(note.entry_id);
    }
    for conversation in &books.conversations {
        let entries = events.remove(&Some(conversation.id)).unwrap_or_default();
        check(conversation, &entries, books.messages.get(&conversation.id).copied().unwrap_or(0));
        let what = format!("#{} {}", conversation.number, conversation.id);
        let written = entries.iter().filter(|entry| entry.kind == EventKind::Note).count();
        let notes = notes.remove(&conversation.id).unwrap_or_default();
        assert_eq!(notes.len(), written, "{what}: a text for every note");
        let named = books.mentions.iter().filter(|mention| notes.contains(&mention.note_id));
        let named: BTreeSet<AgentId> = named.map(|mention| mention.agent_id).collect();
        assert_eq!(named, conversation.mentioned, "{what}: it is in the scope of whom its notes name");
        let tags = books.tags.get(&conversation.id).cloned().unwrap_or_default();
        assert_eq!(tags, conversation.tags, "{what}: the tags are those of the row");
    }
    timers_tell_the_rows(&books);
    log_tells_the_tickets(&books.tickets, &books.links, &books.events, &books.conversations);
    log_tells_the_runs(world, &rows, &books.events).await;
    index::tells_the_texts(&rows).await;
    rows.close().await.unwrap();
    let mut notices: BTreeSet<(AgentId, i64)> = BTreeSet::new();
    for note in &books.notes {
        let unread = |notice: &&notification::Model| notice.note_id == Some(note.entry_id) && notice.read_at.is_none();
        if note.deleted_at.is_some() {
            assert_eq!((&*note.text, &*note.html), ("", ""), "erased for good: {note:?}");
            assert_eq!(books.mentions.iter().find(|mention| mention.note_id == note.entry_id), None, "{note:?}");
            assert_eq!(books.notices.iter().find(unread), None, "an erased note tells nobody: {note:?}");
        }
    }
    for notice in &books.notices {
        assert!(notices.insert((notice.agent_id, notice.seq)), "an entry is told once to each: {notice:?}");
        // The log is dense.
        let told = &books.events[usize::try_from(notice.seq).unwrap() - 1];
        assert_eq!(told.id, notice.entry_id, "{notice:?}");
        assert_eq!((told.seq, told.conversation_id), (notice.seq, Some(notice.conversation_id)), "{notice:?}");
        assert!(concerns(told.kind), "streams look for notices of this kind: {told:?}");
        assert_ne!(told.actor_id, Some(notice.agent_id.0), "nobody is told of what they did: {notice:?}");
    }
}

/// Makes sure that what was done under each key is known, and that each macro can be run.
async fn what_is_kept_is_whole(rows: &DatabaseConnection) {
    for kept in idempotency::Entity::find().all(rows).await.unwrap() {
        assert!(!kept.outcome.is_null(), "nothing is claimed without being done: {kept:?}");
    }
    for saved in saved_macro::Entity::find().all(rows).await.unwrap() {
        let actions = saved.actions.as_array().unwrap();
        assert!((1..=20).contains(&actions.len()) && actions.iter().all(Value::is_object), "{saved:?}");
        assert_eq!(saved.name_key, key(&saved.name));
    }
}

/// Makes sure that what the clock will do is what the conversations and their channels' policies say.
fn timers_tell_the_rows(books: &Books) {
    for conversation in &books.conversations {
        let set = books.timers.get(&conversation.id).map_or(&[][..], Vec::as_slice);
        let wanted = Timers::of(conversation, &books.policies[&conversation.channel]);
        assert_eq!(timers::of_rows(set), wanted, "#{} {}: {set:?}", conversation.number, conversation.id);
    }
}

async fn books(rows: &DatabaseConnection) -> Books {
    let head = event_head::Entity::find().one(rows).await.unwrap().unwrap();
    let events = event::Entity::find().order_by_asc(event::Column::Seq).all(rows).await.unwrap();
    let mut people: HashMap<ConversationId, People> = HashMap::new();
    for row in follow::Entity::find().all(rows).await.unwrap() {
        people.entry(row.conversation_id).or_default().follows.insert(row.agent_id, row.choice);
    }
    for row in mentioned::Entity::find().all(rows).await.unwrap() {
        people.entry(row.conversation_id).or_default().mentioned.insert(row.agent_id);
    }
    let mut tags: HashMap<ConversationId, BTreeSet<TagId>> = HashMap::new();
    for row in conversation_tag::Entity::find().all(rows).await.unwrap() {
        tags.entry(row.conversation_id).or_default().insert(row.tag_id);
    }
    let notices = notification::Entity::find().all(rows).await.unwrap();
    let conversations = conversation::Entity::find().all(rows).await.unwrap();
    let conversations = conversations.into_iter().map(|row| {
        let people = people.remove(&row.id).unwrap_or_default();
        to_domain(row, people)
    });
    let conversations = conversations.collect();
    let mut messages: HashMap<ConversationId, usize> = HashMap::new();
    for row in message::Entity::find().all(rows).await.unwrap() {
        *messages.entry(row.conversation_id).or_default() += 1;
    }
    let notes = note::Entity::find().all(rows).await.unwrap();
    let mentions = mention_agent::Entity::find().all(rows).await.unwrap();
    let mut timers: HashMap<ConversationId, Vec<timer::Model>> = HashMap::new();
    for row in timer::Entity::find().all(rows).await.unwrap() {
        timers.entry(row.conversation_id).or_default().push(row);
    }
    let tickets = ticket::Entity::find().all(rows).await.unwrap();
    let links = ticket_link::Entity::find().all(rows).await.unwrap();
    let channels = channel::Entity::find().all(rows).await.unwrap();
    let policies = channels.iter().map(|row| (row.id, policy(row))).collect();
    Books { tickets, links, timers, policies, head, events, conversations, messages, notes, mentions, tags, notices }
}

fn check(conversation: &Conversation, entries: &[&event::Model], messages: usize) {
    let what = format!("#{} {}", conversation.number, conversation.id);
    let versions: Vec<Option<i32>> = entries.iter().map(|entry| entry.conversation_version).collect();
    assert_eq!(versions, (1..=conversation.version).map(Some).collect::<Vec<_>>(), "{what}: one version an entry");
    let written = entries.iter().filter(|entry| entry.kind == EventKind::Message).count();
    assert_eq!(written, messages, "{what}: a text for every message");
    assert!(entries.is_sorted_by_key(|entry| entry.at), "{what}: time never steps back");
    for pair in entries.windows(2) {
        let before = undo(&object(pair[1], "after"), &object(pair[1], "delta"));
        assert_eq!(before, object(pair[0], "after"), "{what}: before {} = after {}", pair[1].seq, pair[0].seq);
    }
    let last = entries.last().map(|entry| object(entry, "after"));
    assert_eq!(last, Some(Facets::of(conversation).to_object()), "{what}: the last entry tells the row");
    assert_eq!(fold(conversation, entries), *conversation, "{what}: the fold is the row");
}

/// The conversation its facts make. Texts and the number aren't in facts: these are taken from the row.
fn fold(row: &Conversation, entries: &[&event::Model]) -> Conversation {
    let begun = entries[0].at;
    let mut folded = Conversation {
        closed: None,
        snooze: None,
        spam: None,
        priority: None,
        assignee: None,
        team: None,
        tags: BTreeSet::new(),
        tickets: BTreeSet::new(),
        follows: BTreeMap::new(),
        mentioned: BTreeSet::new(),
        waiting_since: None,
        message_count: 0,
        unread_version: 0,
        last_message: None,
        created_by: Actor::of_stored(entries[0].actor_kind, entries[0].actor_id),
        created_at: begun,
        updated_at: begun,
        last_activity_at: begun,
        restarted_at: begun,
        version: 0,
        moved_version: 0,
        ..row.clone()
    };
    for entry in entries {
        let fact: Fact = fact_of(entry).unwrap();
        assert_eq!(fact.kind(), entry.kind);
        let actor = Actor::of_stored(entry.actor_kind, entry.actor_id);
        folded.apply(&fact, entry.id, &Moment::of(entry.at, actor));
    }
    folded
}

fn object(entry: &event::Model, part: &str) -> Map<String, Value> {
    entry.payload[part].as_object().cloned().unwrap_or_else(|| panic!("{part} of {entry:?}"))
}
