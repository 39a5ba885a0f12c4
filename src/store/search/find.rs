//! Finding: conditions for the statements of the lists. What the viewer may see stands in those.

use entity::conversation;
use entity::enums::SearchKind;
use sea_orm::ActiveEnum;
use sea_orm::sea_query::{Expr, IntoColumnRef};

use crate::domain::search::{Query, Wanted};
use crate::store::Backend;

/// SQLite's table of terms.
pub(super) const TERM_TABLE: &str = "search_term";

/// As many rows that hold all terms are looked at, the newest. A literal in the SQL: PostgreSQL plans for a bound limit as if nearly
/// nothing were wanted, and walks all rows backwards for a rare word.
const NEWEST: u64 = 10_000;

/// As many of a customer's conversations are found by their name and address, those with the newest activity. So they are read along
/// an index even where a handful of customers have all conversations.
const OF_CUSTOMER: u64 = 1_000;

/// What not everybody may read who reads conversations: an address shows in what is found by its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) struct Readable {
    /// Notes.
    pub notes: bool,
    /// Customers' names and addresses.
    pub customers: bool,
}

/// Conversations with all terms in their subject, in one of their messages, and, where these may be read, in one of their notes or in
/// their customer's name and address.
pub(in crate::store) fn conversations(backend: Backend, query: &Query, readable: Readable) -> Expr {
    let mut kinds = vec![SearchKind::Message, SearchKind::Subject];
    kinds.extend(readable.notes.then_some(SearchKind::Note));
    kinds.extend(readable.customers.then_some(SearchKind::Customer));
    // A row that isn't a customer's has no customer, so that nothing is looked up for it.
    let theirs = format!(
        "SELECT id FROM conversation WHERE customer_id = found.customer_id ORDER BY last_activity_at DESC, id DESC LIMIT {OF_CUSTOMER}"
    );
    let theirs = match backend {
        Backend::Sqlite => format!("conversation AS its ON its.id IN ({theirs})"),
        Backend::Postgres => format!("LATERAL ({theirs}) AS its ON TRUE"),
    };
    let found = newest(backend, &kinds);
    let ids = format!("SELECT COALESCE(found.conversation_id, its.id) FROM ({found}) AS found LEFT JOIN {theirs}");
    among(backend, (conversation::Entity, conversation::Column::Id), &ids, query)
}

/// Tickets with all terms in their texts together, by the column of their ids.
///
/// The condition stands where a list's others do: `Column::Id` of one table, `(Entity, Column::Id)` of several.
#[must_use]
pub fn tickets(backend: Backend, query: &Query, id: impl IntoColumnRef) -> Expr {
    let found = newest(backend, &[SearchKind::Ticket]);
    among(backend, id, &format!("SELECT found.about_id FROM ({found}) AS found"), query)
}

/// The condition that an id is among those.
fn among(backend: Backend, id: impl IntoColumnRef, ids: &str, query: &Query) -> Expr {
    let (sql, terms) = match backend {
        Backend::Sqlite => (format!("? IN ({ids})"), spelled(query, for_fts5, " AND ")),
        // As an array, each of which is looked up by its index however many they are thought to be.
        Backend::Postgres => (format!("$1 = ANY (ARRAY({ids}))"), spelled(query, for_tsquery, " & ")),
    };
    Expr::cust_with_exprs(sql, [Expr::col(id), Expr::val(terms)])
}

/// The newest rows of these kinds that have all terms.
fn newest(backend: Backend, kinds: &[SearchKind]) -> String {
    let (from, id) = match backend {
        // Crosswise, so that the terms are looked up first, in the order of their rows.
        Backend::Sqlite => (
            format!("{TERM_TABLE} CROSS JOIN search_row ON id = {TERM_TABLE}.rowid WHERE {TERM_TABLE} MATCH ?"),
            "search_term.rowid",
        ),
        Backend::Postgres => ("search_row WHERE terms @@ $2::tsquery".to_owned(), "id"),
    };
    let kinds: Vec<String> = kinds.iter().map(|kind| format!("'{}'", kind.to_value())).collect();
    let kinds = kinds.join(", ");
    format!(
        "SELECT about_id, conversation_id, customer_id FROM {from} AND kind IN ({kinds}) ORDER BY {id} DESC LIMIT {NEWEST}"
    )
}

/// All terms, each quoted as the database wants it.
fn spelled(query: &Query, term: fn(&Wanted) -> String, and: &str) -> String {
    query.terms().iter().map(term).collect::<Vec<_>>().join(and)
}

fn for_fts5(term: &Wanted) -> String {
    format!("\"{}\"{}", term.text.replace('"', "\"\""), if term.prefix { " *" } else { "" })
}

fn for_tsquery(term: &Wanted) -> String {
    let text = term.text.replace('\\', "\\\\").replace('\'', "''");
    format!("'{text}'{}", if term.prefix { ":*" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_quoted_so_that_none_is_an_operator() {
        let query = Query::of("Refund OR re -退款 AND");
        assert_eq!(spelled(&query, for_fts5, " AND "), r#""refund" * AND "or" AND "re" AND "退款" AND "and" *"#);
        assert_eq!(spelled(&query, for_tsquery, " & "), "'refund':* & 'or' & 're' & '退款' & 'and':*");
        // No term has such characters; were there one, it would still be a term.
        let odd = Wanted { text: "a'b\\c\"d".to_owned(), prefix: false };
        assert_eq!((for_fts5(&odd), for_tsquery(&odd)), ("\"a'b\\c\"\"d\"".to_owned(), "'a''b\\\\c\"d'".to_owned()));
    }
}
