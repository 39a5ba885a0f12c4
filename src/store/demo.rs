//! What the demo asks of a database.

use entity::conversation::{self, Column};
use entity::enums::AgentRole;
use entity::ids::ConversationId;
use entity::{agent, api_token, event_head, integration};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

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

    /// Whether there has ever been a token of this name.
    ///
    /// # Errors
    /// The database's.
    pub async fn has_token_named(&self, name: &str) -> Result<bool> {
        let query = api_token::Entity::find().filter(api_token::Column::Name.eq(name));
        Ok(query.one(self.reader()).await?.is_some())
    }

    /// The active agent of this role who was made first, if there is one.
    ///
    /// # Errors
    /// The database's.
    pub async fn eldest_agent(&self, role: AgentRole) -> Result<Option<agent::Model>> {
        let query = agent::Entity::find()
            .filter(agent::Column::Role.eq(role))
            .filter(agent::Column::DeactivatedAt.is_null())
            .order_by_asc(agent::Column::Id);
        Ok(query.one(self.reader()).await?)
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
