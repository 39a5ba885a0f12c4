//! Finding: sub-selects of what is found, for the statements of the lists. What the viewer may see stands in those.

use entity::conversation;
use entity::enums::SearchKind;
use entity::search_row::{Column, Entity};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, JoinType, Query as Sql, SelectStatement};
use sea_orm::{ColumnTrait, Condition, Order};

use crate::domain::search::{Query, Wanted};
use crate::store::Backend;

/// SQLite's table of terms.
pub(super) const TERM_TABLE: &str = "search_term";

/// As many rows that hold all terms are looked at, the newest.
const NEWEST: u64 = 10_000;

/// The ids of the conversations that are found: those of messages, subjects and, where they may be read, notes that have all terms,
/// and those of customers who have them. An id may come more than once, and null with them.
pub(in crate::store) fn conversations(backend: Backend, query: &Query, notes: bool) -> SelectStatement {
    let mut kinds = vec![SearchKind::Message, SearchKind::Subject, SearchKind::Customer];
    if notes {
        kinds.push(SearchKind::Note);
    }
    let (found, its) = (Alias::new("found"), Alias::new("its"));
    let own = Expr::col((found.clone(), Column::ConversationId));
    let of_customer = Expr::col((its.clone(), conversation::Column::Id));
    // A row that isn't a customer's has no customer, so that nothing is looked up for it.
    let customers =
        Expr::col((its.clone(), conversation::Column::CustomerId)).eq(Expr::col((found.clone(), Column::CustomerId)));
    Sql::select()
        .expr(Func::coalesce([own, of_customer]))
        .from_subquery(newest(backend, query, &kinds), found)
        .join_as(JoinType::LeftJoin, conversation::Entity, its, customers)
        .to_owned()
}

/// The ids of the tickets that are found.
#[must_use]
pub fn tickets(backend: Backend, query: &Query) -> SelectStatement {
    let found = Alias::new("found");
    Sql::select()
        .column((found.clone(), Column::AboutId))
        .from_subquery(newest(backend, query, &[SearchKind::Ticket]), found)
        .to_owned()
}

/// The newest rows of these kinds that have all terms.
fn newest(backend: Backend, query: &Query, kinds: &[SearchKind]) -> SelectStatement {
    let mut rows = Sql::select();
    rows.columns([Column::AboutId, Column::ConversationId, Column::CustomerId].map(|column| (Entity, column)));
    match backend {
        Backend::Sqlite => {
            let terms = Alias::new(TERM_TABLE);
            let rowid = Expr::col((terms.clone(), Alias::new("rowid")));
            let has = Expr::cust_with_values(format!("{TERM_TABLE} MATCH ?"), [spelled(query, for_fts5, " AND ")]);
            // Crosswise, so that the terms are looked up first, in the order of their rows.
            rows.from(terms).join(JoinType::CrossJoin, Entity, Condition::all());
            rows.and_where(Expr::col((Entity, Column::Id)).eq(rowid.clone()));
            rows.and_where(has).order_by_expr(rowid, Order::Desc);
        }
        Backend::Postgres => {
            let has = Expr::cust_with_values("search_row.terms @@ $1::tsquery", [spelled(query, for_tsquery, " & ")]);
            rows.from(Entity).and_where(has).order_by((Entity, Column::Id), Order::Desc);
        }
    }
    rows.and_where(Column::Kind.is_in(kinds.iter().copied())).limit(NEWEST).to_owned()
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
