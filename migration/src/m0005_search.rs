//! What texts are found by: a row for each text, and its terms in the form that each database looks up quickly.

use sea_orm_migration::prelude::*;

use crate::dialect::{run, run_on_postgres, run_on_sqlite};

#[derive(DeriveMigrationName)]
pub(crate) struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        run_on_sqlite(manager, FTS5).await?;
        run_on_postgres(manager, TSVECTOR).await
    }
}

const TABLES: &[&str] = &["CREATE TABLE search_row (
        id :COUNTED NOT NULL PRIMARY KEY,
        kind text NOT NULL,
        about_id :UUID NOT NULL UNIQUE,
        conversation_id :UUID REFERENCES conversation (id) DEFERRABLE INITIALLY DEFERRED,
        customer_id :UUID REFERENCES customer (id)
    )"];

/// Its row ids are those of `search_row`. The tokenizer only splits at spaces here: the terms come folded, and no text is kept.
const FTS5: &[&str] = &["CREATE VIRTUAL TABLE search_term USING fts5 (
        terms, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
    )"];

/// Without a list of what is still to be put into the index, which some writer would have to work off, and every search to read.
const TSVECTOR: &[&str] = &[
    "ALTER TABLE search_row ADD COLUMN terms tsvector NOT NULL",
    "CREATE INDEX search_row_by_term ON search_row USING gin (terms) WITH (fastupdate = off)",
];
