//! API tokens by id, as far as the viewer may see them.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::api_token;
use entity::ids::TokenId;

use crate::domain::permission::Operation;
use crate::error::{Error, Result};
use crate::graphql::reader::Source;

impl Loader<TokenId> for Source {
    type Value = Arc<api_token::Model>;
    type Error = Error;

    async fn load(&self, keys: &[TokenId]) -> Result<HashMap<TokenId, Self::Value>> {
        let viewer = &self.session.viewer;
        let all = viewer.permit(Operation::Administer).is_ok();
        let own = |row: &api_token::Model| viewer.agent().is_some() && viewer.agent() == row.agent_id;
        let rows = self.service.store.tokens_by_id(keys).await?;
        Ok(rows.into_iter().filter(|row| all || own(row)).map(|row| (row.id, Arc::new(row))).collect())
    }
}
