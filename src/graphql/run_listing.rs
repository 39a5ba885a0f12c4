//! Pages of runs of workflows, read with all that is selected of them, as `listing` does it for conversations.

use std::sync::Arc;

use async_graphql::{Context, Lookahead, Result};
use entity::ids::WorkflowId;
use entity::workflow_run::Model;

use super::connection::Uncounted;
use super::error::shown;
use super::reader::Reader;
use super::told::read_told;
use super::types::workflow_run::WorkflowRun;
use crate::store::page::Window;

/// One page of a workflow's runs, newest first.
///
/// # Errors
/// `BAD_REQUEST` for a malformed cursor; `QUERY_TOO_COMPLEX` when it takes too long.
pub async fn page(ctx: &Context<'_>, workflow: WorkflowId, window: &Window) -> Result<Uncounted<WorkflowRun>> {
    let reader = Reader::of(ctx)?;
    let page = reader.service.store.workflow_runs(reader.viewer(), workflow, window).await.map_err(shown)?;
    let page = page.map(Arc::new);
    let rows: Vec<&Model> = page.rows.iter().map(|(_, row)| &**row).collect();
    let connection = ctx.look_ahead();
    read_ahead(reader, &rows, &[connection.field("nodes"), connection.field("edges").field("node")]).await?;
    Ok(Uncounted(page.map(WorkflowRun)))
}

/// Reads what is selected of these runs, in one statement a kind.
async fn read_ahead(reader: &Reader, rows: &[&Model], selected: &[Lookahead<'_>]) -> Result<()> {
    if selected.iter().any(|row| row.field("workflow").exists()) {
        reader.load_all(rows.iter().map(|row| row.workflow_id)).await?;
    }
    let told: Vec<_> = rows.iter().map(|row| (row.conversation_id, row.entry_id)).collect();
    read_told(reader, &told, selected).await
}
