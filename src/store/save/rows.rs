//! The rows of conversations that change: one by itself, many in one statement.

use entity::conversation::{Column, Entity};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, Iterable, QueryFilter};

use crate::domain::conversation::Conversation;
use crate::error::Result;
use crate::store::conversations::row::of_domain;
use crate::store::write::Tx;

/// SQLite binds at most 32,766 values a statement; a row has 42.
const AT_ONCE: usize = 500;

/// Puts locked conversations in the place of their rows.
pub(super) async fn replace(tx: &Tx, conversations: &[&Conversation]) -> Result<()> {
    if let [one] = conversations {
        let update = Entity::update_many().set(of_domain(one)).filter(Column::Id.eq(one.id));
        update.exec(tx.conn()).await?;
        return Ok(());
    }
    // The rows are there, so that each is in conflict with itself and nothing is inserted.
    let kept = |column: &Column| matches!(column, Column::Id | Column::Number);
    let moved: Vec<Column> = Column::iter().filter(|column| !kept(column)).collect();
    for chunk in conversations.chunks(AT_ONCE) {
        let replace = OnConflict::column(Column::Id).update_columns(moved.clone()).to_owned();
        let rows = chunk.iter().map(|conversation| of_domain(conversation));
        Entity::insert_many(rows).on_conflict(replace).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}
