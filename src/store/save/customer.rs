//! A conversation's customer is blocked or unblocked with it. The service holds the customer's lock.

use entity::customer::{Column, Entity};
use entity::enums::EventKind;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use crate::domain::change::{Aside, Change};
use crate::domain::conversation::Conversation;
use crate::domain::fact::Fact;
use crate::error::Result;
use crate::store::append::Setup;
use crate::store::write::Tx;

/// Writes it down.
pub(super) async fn block(tx: &Tx, conversation: &Conversation, blocked: bool) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Blocked, Expr::value(blocked))
        .col_expr(Column::UpdatedAt, Expr::value(conversation.updated_at))
        .filter(Column::Id.eq(conversation.customer))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// The customer's own log row, if they are blocked or unblocked in the end: a step that does and undoes it changes nothing of theirs.
pub(super) fn setup(change: &Change) -> Option<Setup> {
    let mut told = change.asides.iter().filter_map(|aside| match aside {
        Aside::Block(blocked) => Some(*blocked),
        _ => None,
    });
    // The first turned it from its opposite.
    let before = !told.next()?;
    let blocked = told.next_back().unwrap_or(!before);
    if blocked == before {
        return None;
    }
    let moment = change.entries.last()?.moment;
    let facets = |blocked: bool| json!({ "blocked": blocked });
    let fact = Fact::Setup { of: EventKind::CustomerChanged, before: Some(facets(before)), after: facets(blocked) };
    Some(Setup { fact, subject: change.conversation.customer.0, moment })
}
