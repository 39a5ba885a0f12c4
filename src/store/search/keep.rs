//! Keeping the index: in the transaction that keeps the texts, before it takes the head of the log.

use entity::customer;
use entity::ids::TicketId;
use entity::search_row::{Column, Entity};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, InsertStatement, IntoIden, OnConflict, Query};
use sea_orm::{ActiveEnum, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use uuid::Uuid;

use super::About;
use super::find::TERM_TABLE;
use crate::domain::search::Terms;
use crate::error::{Error, Result};
use crate::store::write::Tx;

/// SQLite binds at most 32,766 values a statement; texts may be long besides.
const AT_ONCE: usize = 100;

/// Keeps what these are found by, in the place of what was kept of them before. What has no terms is forgotten. None may be there twice.
///
/// # Errors
/// The database's.
pub async fn index(tx: &Tx, rows: &[(About, Terms)]) -> Result<()> {
    let (blank, rows): (Vec<_>, Vec<_>) = rows.iter().partition(|(_, terms)| terms.is_empty());
    forget(tx, &blank.into_iter().map(|(about, _)| *about).collect::<Vec<_>>()).await?;
    for chunk in rows.chunks(AT_ONCE) {
        if tx.conn().get_database_backend() == DbBackend::Sqlite {
            with_terms_beside(tx, chunk).await?;
        } else {
            tx.conn().execute(&with_terms(chunk)?).await?;
        }
    }
    Ok(())
}

/// The same for a customer's name and e-mail address.
///
/// # Errors
/// The database's.
pub async fn index_customer(tx: &Tx, row: &customer::Model) -> Result<()> {
    let parts = [&row.full_name, &row.email].into_iter().flatten().map(String::as_str);
    index(tx, &[(About::Customer(row.id), Terms::of(parts))]).await
}

/// The same for a ticket's texts: its title, its description, its keys in other systems.
///
/// # Errors
/// The database's.
pub async fn index_ticket(tx: &Tx, id: TicketId, parts: &[&str]) -> Result<()> {
    index(tx, &[(About::Ticket(id), Terms::of(parts.iter().copied()))]).await
}

/// Forgets what these are found by.
///
/// # Errors
/// The database's.
pub async fn forget(tx: &Tx, abouts: &[About]) -> Result<()> {
    for chunk in abouts.chunks(AT_ONCE) {
        let ids: Vec<Uuid> = chunk.iter().map(|about| about.id()).collect();
        if tx.conn().get_database_backend() == DbBackend::Sqlite {
            let rows = Entity::find().select_only().column(Column::Id).filter(Column::AboutId.is_in(ids.clone()));
            let mut delete = Query::delete();
            delete.from_table(Alias::new(TERM_TABLE));
            delete.and_where(Expr::col(Alias::new("rowid")).in_subquery(rows.into_query()));
            tx.conn().execute(&delete).await?;
        }
        Entity::delete_many().filter(Column::AboutId.is_in(ids)).exec(tx.conn()).await?;
    }
    Ok(())
}

/// PostgreSQL: the terms are in the row, as an array that no parser and no dictionary touches.
fn with_terms(rows: &[&(About, Terms)]) -> Result<InsertStatement> {
    let terms = Alias::new("terms");
    let mut insert = Query::insert();
    insert.into_table(Entity).columns(COLUMNS.map(IntoIden::into_iden).into_iter().chain([terms.clone().into_iden()]));
    for (about, found_by) in rows {
        let array = Expr::cust_with_values("array_to_tsvector(string_to_array($1, ' '))", [found_by.joined()]);
        insert.values(values(*about).into_iter().chain([array])).map_err(Error::internal)?;
    }
    insert.on_conflict(OnConflict::column(Column::AboutId).update_column(terms).to_owned());
    Ok(insert)
}

/// SQLite: the terms are in a table of their own, under the row's id.
async fn with_terms_beside(tx: &Tx, rows: &[&(About, Terms)]) -> Result<()> {
    let mut insert = Query::insert();
    insert.into_table(Entity).columns(COLUMNS);
    for (about, _) in rows {
        insert.values(values(*about)).map_err(Error::internal)?;
    }
    insert.on_conflict(OnConflict::column(Column::AboutId).update_column(Column::Kind).to_owned());
    insert.returning(Query::returning().columns([Column::Id, Column::AboutId]));
    let mut terms = Query::insert();
    terms.replace().into_table(Alias::new(TERM_TABLE)).columns([Alias::new("rowid"), Alias::new("terms")]);
    for row in tx.conn().query_all(&insert).await? {
        let (id, about): (i64, Uuid) = (row.try_get("", "id")?, row.try_get("", "about_id")?);
        let kept = rows.iter().find(|(of, _)| of.id() == about);
        let (_, found_by) = kept.ok_or_else(|| Error::internal("a row of the index that nobody asked for"))?;
        terms.values([id.into(), found_by.joined().into()]).map_err(Error::internal)?;
    }
    tx.conn().execute(&terms).await?;
    Ok(())
}

const COLUMNS: [Column; 4] = [Column::Kind, Column::AboutId, Column::ConversationId, Column::CustomerId];

fn values(about: About) -> [Expr; 4] {
    [about.kind().to_value().into(), about.id().into(), about.conversation().into(), about.customer().into()]
}
