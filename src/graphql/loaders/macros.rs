//! Macros by id.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::ids::MacroId;
use entity::saved_macro;

use crate::error::{Error, Result};
use crate::graphql::reader::Source;

impl Loader<MacroId> for Source {
    type Value = Arc<saved_macro::Model>;
    type Error = Error;

    async fn load(&self, keys: &[MacroId]) -> Result<HashMap<MacroId, Self::Value>> {
        let rows = self.service.store.macros_by_id(keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect())
    }
}
