//! After every test: what is found by which words is exactly what the texts say.

use std::collections::{BTreeMap, BTreeSet};

use entity::enums::SearchKind;
use entity::ids::{ConversationId, CustomerId};
use entity::{conversation, customer, external_ref, message, note, search_row, ticket};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, Statement};
use switchboard::domain::search::Terms;
use uuid::Uuid;

/// A row's kind, the conversation and the customer it leads to, and its terms.
type Held = (SearchKind, Option<ConversationId>, Option<CustomerId>, BTreeSet<String>);

/// Makes sure that each text that has words has a row with them, and that there is no other.
pub async fn tells_the_texts(rows: &DatabaseConnection) {
    let held = held(rows).await;
    let expected = expected(rows).await;
    assert_eq!(held, expected, "what is found is what the texts say");
}

async fn expected(rows: &DatabaseConnection) -> BTreeMap<Uuid, Held> {
    let mut expected = BTreeMap::new();
    let mut add = |id, kind, conversation, customer, texts: &[Option<&str>]| {
        let terms = Terms::of(texts.iter().flatten().copied());
        if !terms.is_empty() {
            expected.insert(id, (kind, conversation, customer, set(&terms.joined())));
        }
    };
    for row in customer::Entity::find().all(rows).await.unwrap() {
        let texts = [row.full_name.as_deref(), row.email.as_deref()];
        add(row.id.0, SearchKind::Customer, None, Some(row.id), &texts);
    }
    for row in conversation::Entity::find().all(rows).await.unwrap() {
        add(row.id.0, SearchKind::Subject, Some(row.id), None, &[row.subject.as_deref()]);
    }
    for row in message::Entity::find().all(rows).await.unwrap() {
        add(row.entry_id.0, SearchKind::Message, Some(row.conversation_id), None, &[Some(&row.text)]);
    }
    for row in note::Entity::find().all(rows).await.unwrap() {
        add(row.entry_id.0, SearchKind::Note, Some(row.conversation_id), None, &[Some(&row.text)]);
    }
    let refs = external_ref::Entity::find().all(rows).await.unwrap();
    for row in ticket::Entity::find().all(rows).await.unwrap() {
        let keys = refs.iter().filter(|named| named.ticket_id == row.id).map(|named| Some(&*named.key));
        let texts: Vec<Option<&str>> =
            [Some(&*row.title), row.description.as_deref()].into_iter().chain(keys).collect();
        add(row.id.0, SearchKind::Ticket, None, None, &texts);
    }
    expected
}

async fn held(rows: &DatabaseConnection) -> BTreeMap<Uuid, Held> {
    let mut terms = terms(rows).await;
    let mut held = BTreeMap::new();
    for row in search_row::Entity::find().all(rows).await.unwrap() {
        let terms = terms.remove(&row.id).unwrap_or_default();
        held.insert(row.about_id, (row.kind, row.conversation_id, row.customer_id, terms));
    }
    assert_eq!(terms, BTreeMap::new(), "no terms are left of what is gone");
    held
}

/// The terms, by the ids of their rows.
async fn terms(rows: &DatabaseConnection) -> BTreeMap<i64, BTreeSet<String>> {
    let backend = rows.get_database_backend();
    let ask = if backend == DbBackend::Postgres {
        "SELECT id, term FROM search_row, unnest(tsvector_to_array(terms)) AS held (term)"
    } else {
        let vocabulary = "CREATE VIRTUAL TABLE temp.held USING fts5vocab('main', 'search_term', 'instance')";
        rows.execute_unprepared(vocabulary).await.unwrap();
        "SELECT doc, term FROM temp.held"
    };
    let mut terms: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for row in rows.query_all_raw(Statement::from_string(backend, ask)).await.unwrap() {
        let id: i64 = row.try_get_by_index(0).unwrap();
        assert!(terms.entry(id).or_default().insert(row.try_get_by_index(1).unwrap()), "a term is there once");
    }
    terms
}

fn set(terms: &str) -> BTreeSet<String> {
    terms.split(' ').map(str::to_owned).collect()
}
