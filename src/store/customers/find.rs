//! Customers read outside of a write. Every viewer with the scope sees all of them.

use std::collections::HashMap;
use std::sync::Arc;

use entity::customer::{Column, Entity, Model};
use entity::ids::CustomerId;
use sea_orm::sea_query::{ExprTrait, LikeExpr};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::domain::text;
use crate::error::Result;
use crate::store::Store;
use crate::store::access::padded;
use crate::store::page::{By, List, Order, Page, Window};

/// What names a customer outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CustomerKey {
    /// Our id.
    Id(CustomerId),
    /// The caller's id.
    ExternalId(String),
    /// E-mail address, compared without regard to case.
    Email(String),
}

/// Newest first.
fn newest() -> Order<Entity> {
    Order {
        list: List::Customers,
        descending: true,
        column: Column::CreatedAt,
        by: By::Time(|row| row.created_at),
        id: Column::Id,
        id_of: |row| row.id.0,
    }
}

impl Store {
    /// Customers by id.
    ///
    /// # Errors
    /// The database's.
    pub async fn customers_by_id(&self, ids: &[CustomerId]) -> Result<HashMap<CustomerId, Arc<Model>>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = Entity::find().filter(Column::Id.is_in(padded(ids))).all(self.reader()).await?;
        Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect())
    }

    /// The customer that a key names.
    ///
    /// # Errors
    /// The database's.
    pub async fn customer(&self, key: &CustomerKey) -> Result<Option<Model>> {
        let query = match key {
            CustomerKey::Id(id) => Entity::find_by_id(*id),
            // U+0000 is stored nowhere, and PostgreSQL can't even be asked for it.
            CustomerKey::ExternalId(text) | CustomerKey::Email(text) if text::has_nul(text) => return Ok(None),
            CustomerKey::ExternalId(id) => Entity::find().filter(Column::ExternalId.eq(id.trim())),
            CustomerKey::Email(email) => Entity::find().filter(Column::EmailKey.eq(text::key(email))),
        };
        Ok(query.one(self.reader()).await?)
    }

    /// A page of the customers, newest first; `search` keeps those with this text in name, e-mail, phone or external id.
    ///
    /// # Errors
    /// [`crate::error::Error::BadRequest`] for a malformed cursor, [`crate::error::Error::TooComplex`] when it takes too long; the
    /// database's.
    pub async fn customers(&self, search: Option<&str>, window: &Window) -> Result<Page<Model>> {
        let mut query = Entity::find();
        if let Some(pattern) = search.and_then(pattern) {
            query = query.filter(Column::SearchKey.into_expr().like(LikeExpr::new(pattern).escape('\\')));
        }
        self.page(query, &newest(), window).await
    }
}

/// The `LIKE` pattern of rows that contain a text; none for a blank one.
fn pattern(search: &str) -> Option<String> {
    let key = text::key(search);
    if key.is_empty() {
        return None;
    }
    let mut pattern = String::from("%");
    for c in key.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    Some(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_are_ordinary_characters() {
        assert_eq!(pattern(" Ä_b%\\ ").as_deref(), Some("%ä\\_b\\%\\\\%"));
        assert_eq!(pattern("  "), None);
    }
}
