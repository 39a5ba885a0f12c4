//! Workflows, their runs, and how far the consumers of the log have come.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await
    }
}

const TABLES: &[&str] = &[
    "CREATE TABLE workflow (
        id :UUID NOT NULL PRIMARY KEY,
        name text NOT NULL,
        name_key :KEY NOT NULL,
        enabled boolean NOT NULL,
        disabled_reason text,
        place integer NOT NULL,
        mode text NOT NULL,
        starts_on text NOT NULL,
        condition :JSON,
        actions :JSON NOT NULL,
        failures integer NOT NULL,
        enabled_after :LONG NOT NULL,
        revision integer NOT NULL,
        created_at :TIME NOT NULL,
        updated_at :TIME NOT NULL,
        deleted_at :TIME
    )",
    "CREATE UNIQUE INDEX workflow_by_name ON workflow (name_key) WHERE deleted_at IS NULL",
    "CREATE TABLE workflow_run (
        id :UUID NOT NULL PRIMARY KEY,
        workflow_id :UUID NOT NULL,
        entry_id :UUID NOT NULL,
        conversation_id :UUID NOT NULL,
        root_id :UUID NOT NULL,
        verdicts :JSON NOT NULL,
        outcomes :JSON NOT NULL,
        failed boolean NOT NULL,
        at :TIME NOT NULL
    )",
    // Whatever happens, a workflow runs at most once for an entry.
    "CREATE UNIQUE INDEX workflow_run_by_entry ON workflow_run (entry_id, workflow_id)",
    "CREATE INDEX workflow_run_by_root ON workflow_run (root_id)",
    "CREATE INDEX workflow_run_by_workflow ON workflow_run (workflow_id, id)",
    "CREATE TABLE consumer (
        name :KEY NOT NULL PRIMARY KEY,
        position :LONG NOT NULL,
        turn :LONG NOT NULL
    )",
    "INSERT INTO consumer (name, position, turn) VALUES ('workflows', 0, 0)",
    // Whoever changes the order of the workflows is alone with it.
    "INSERT INTO guard (name) VALUES ('workflows')",
];
