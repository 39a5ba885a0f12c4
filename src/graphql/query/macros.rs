//! Macros.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};

use crate::graphql::error::shown;
use crate::graphql::reader::Reader;
use crate::graphql::types::saved_macro::Macro;

/// Macros.
#[derive(Default)]
pub struct MacrosQuery;

#[Object]
impl MacrosQuery {
    /// The macros, by name; there are at most 200.
    async fn macros(&self, ctx: &Context<'_>) -> Result<Vec<Macro>> {
        let rows = Reader::of(ctx)?.service.store.macros().await.map_err(shown)?;
        Ok(rows.into_iter().map(|row| Macro(Arc::new(row))).collect())
    }
}
