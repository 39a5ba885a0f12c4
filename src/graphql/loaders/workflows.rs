//! Workflows by id, and their runs as far as they exist for the viewer.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::ids::{RunId, WorkflowId};
use entity::{workflow, workflow_run};

use crate::error::{Error, Result};
use crate::graphql::reader::Source;

impl Loader<WorkflowId> for Source {
    type Value = Arc<workflow::Model>;
    type Error = Error;

    async fn load(&self, keys: &[WorkflowId]) -> Result<HashMap<WorkflowId, Self::Value>> {
        let rows = self.service.store.workflows_by_id(keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect())
    }
}

impl Loader<RunId> for Source {
    type Value = Arc<workflow_run::Model>;
    type Error = Error;

    async fn load(&self, keys: &[RunId]) -> Result<HashMap<RunId, Self::Value>> {
        let rows = self.service.store.workflow_runs_by_id(&self.session.viewer, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect())
    }
}
