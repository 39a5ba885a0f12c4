//! The event log, its head, what follows from it by itself (sweeps, timers), and idempotency keys.

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
    "CREATE TABLE event_head (
        id smallint NOT NULL PRIMARY KEY,
        epoch integer NOT NULL,
        last_seq :LONG NOT NULL,
        setup_seq :LONG NOT NULL,
        next_conversation_number :LONG NOT NULL,
        next_ticket_number :LONG NOT NULL,
        demo boolean NOT NULL
    )",
    "INSERT INTO event_head (id, epoch, last_seq, setup_seq, next_conversation_number, next_ticket_number, demo)
        VALUES (1, 1, 0, 0, 1, 1, FALSE)",
    "CREATE TABLE event (
        seq :LONG NOT NULL PRIMARY KEY,
        id :UUID NOT NULL UNIQUE,
        kind text NOT NULL,
        schema_version smallint NOT NULL,
        conversation_id :UUID,
        conversation_version integer,
        subject_id :UUID,
        actor_kind text NOT NULL,
        actor_id :UUID,
        cause_kind text,
        cause_id :UUID,
        cause_depth smallint NOT NULL,
        at :TIME NOT NULL,
        scheduled_for :TIME,
        payload :JSON NOT NULL
    )",
    "CREATE UNIQUE INDEX event_by_version ON event (conversation_id, conversation_version)",
    "CREATE INDEX event_by_conversation ON event (conversation_id, seq)",
    "CREATE INDEX event_by_subject ON event (subject_id, seq)",
    // Inserted under the head, so nothing it could wait for: no foreign key to an agent whose handle is just being changed.
    "CREATE TABLE notification (
        id :UUID NOT NULL PRIMARY KEY,
        agent_id :UUID NOT NULL,
        conversation_id :UUID NOT NULL,
        entry_id :UUID NOT NULL,
        note_id :UUID,
        seq :LONG NOT NULL,
        reason text NOT NULL,
        created_at :TIME NOT NULL,
        read_at :TIME
    )",
    // Neither is unique, or SQLite would walk all notices for the few unread ones.
    "CREATE INDEX notification_by_entry ON notification (seq)",
    "CREATE INDEX notification_by_agent ON notification (agent_id, seq, id)",
    "CREATE INDEX notification_unread ON notification (agent_id, seq, id) WHERE read_at IS NULL",
    "CREATE INDEX notification_unread_conversation ON notification (agent_id, conversation_id) WHERE read_at IS NULL",
    "CREATE INDEX notification_unread_note ON notification (note_id) WHERE read_at IS NULL AND note_id IS NOT NULL",
    "CREATE TABLE sweep (
        id :UUID NOT NULL PRIMARY KEY,
        kind text NOT NULL,
        subject_id :UUID NOT NULL,
        params :JSON NOT NULL,
        cursor :UUID NOT NULL,
        actor_kind text NOT NULL,
        actor_id :UUID,
        created_at :TIME NOT NULL
    )",
    "CREATE TABLE timer (
        conversation_id :UUID NOT NULL REFERENCES conversation (id) DEFERRABLE INITIALLY DEFERRED,
        kind text NOT NULL,
        due_at :TIME NOT NULL,
        next_try_at :TIME NOT NULL,
        attempts smallint NOT NULL,
        last_error text,
        PRIMARY KEY (conversation_id, kind)
    )",
    "CREATE INDEX timer_due ON timer (next_try_at, conversation_id, kind)",
    "CREATE INDEX timer_parked ON timer (conversation_id) WHERE attempts >= 20",
    "CREATE TABLE idempotency (
        principal_id :UUID NOT NULL,
        operation :KEY NOT NULL,
        key :KEY NOT NULL,
        input_hash :BYTES NOT NULL,
        outcome :JSON NOT NULL,
        at :TIME NOT NULL,
        PRIMARY KEY (principal_id, operation, key)
    )",
    "CREATE INDEX idempotency_by_age ON idempotency (at)",
];
