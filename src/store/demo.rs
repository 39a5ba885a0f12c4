//! What the demo asks of a database.

use entity::conversation::{self, Column};
use entity::ids::ConversationId;
use entity::{event_head, integration};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::Store;
use super::head::ONLY;
use crate::domain::text;
use crate::error::Result;

impl Store {
    /// Says that the demo fills this database.
    ///
    /// # Errors
    /// The database's.
    pub async fn mark_as_demo(&self) -> Result<()> {
        self.write(|tx| async move {
            event_head::Entity::update_many()
                .col_expr(event_head::Column::Demo, Expr::value(true))
                .filter(event_head::Column::Id.eq(ONLY))
                .exec(tx.conn())
                .await?;
            Ok(())
        })
        .await
    }

    /// How many conversations there are.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_conversations(&self) -> Result<u64> {
        Ok(conversation::Entity::find().count(self.reader()).await?)
    }

    /// A conversation's number.
    ///
    /// # Errors
    /// The database's.
    pub async fn number_of(&self, id: ConversationId) -> Result<Option<i64>> {
        let row = conversation::Entity::find().filter(Column::Id.eq(id)).one(self.reader()).await?;
        Ok(row.map(|row| row.number))
    }

    /// The integration of this name, if there is one.
    ///
    /// # Errors
    /// The database's.
    pub async fn integration_of_name(&self, name: &str) -> Result<Option<integration::Model>> {
        let query = integration::Entity::find().filter(integration::Column::NameKey.eq(text::key(name)));
        Ok(query.one(self.reader()).await?)
    }
}
