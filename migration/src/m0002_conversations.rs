//! Conversations with their texts, follows and links.
//!
//! What stands beside a conversation refers to it by keys that are judged at the commit: a new conversation's row comes last, once the
//! head of the log has given its number. Each view has the index of its default order, with the view's state as a literal predicate.

use sea_orm_migration::prelude::*;

use crate::dialect::{run, run_on_postgres};

#[derive(DeriveMigrationName)]
pub(crate) struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        run(manager, INDEXES).await?;
        run_on_postgres(manager, TUNING).await
    }
}

const TABLES: &[&str] = &[
    "CREATE TABLE conversation (
        id :UUID NOT NULL PRIMARY KEY,
        number :LONG NOT NULL UNIQUE,
        channel_id :UUID NOT NULL REFERENCES channel (id),
        customer_id :UUID NOT NULL REFERENCES customer (id),
        subject text,
        attributes :JSON NOT NULL,
        status text NOT NULL,
        state text NOT NULL,
        close_reason text,
        closed_at :TIME NOT NULL,
        closed_by_kind text,
        closed_by_id :UUID,
        snoozed_until :TIME NOT NULL,
        snoozed_at :TIME,
        snooze_wake_on_reply boolean NOT NULL,
        snoozed_by_kind text,
        snoozed_by_id :UUID,
        spam_reason text,
        spam_at :TIME,
        spam_by_kind text,
        spam_by_id :UUID,
        spam_arrived boolean NOT NULL,
        priority smallint NOT NULL,
        assignee_id :UUID REFERENCES agent (id),
        team_id :UUID REFERENCES team (id),
        tags :JSON NOT NULL,
        tickets :JSON NOT NULL,
        waiting_since :TIME NOT NULL,
        message_count integer NOT NULL,
        unread_version integer NOT NULL,
        last_message_id :UUID,
        last_message_at :TIME,
        created_by_kind text NOT NULL,
        created_by_id :UUID,
        created_at :TIME NOT NULL,
        updated_at :TIME NOT NULL,
        last_activity_at :TIME NOT NULL,
        restarted_at :TIME NOT NULL,
        version integer NOT NULL,
        moved_version integer NOT NULL
    )",
    "CREATE TABLE follow (
        conversation_id :UUID NOT NULL REFERENCES conversation (id) DEFERRABLE INITIALLY DEFERRED,
        agent_id :UUID NOT NULL REFERENCES agent (id),
        choice text NOT NULL,
        since :TIME NOT NULL,
        PRIMARY KEY (conversation_id, agent_id)
    )",
    "CREATE TABLE mentioned (
        conversation_id :UUID NOT NULL REFERENCES conversation (id) DEFERRABLE INITIALLY DEFERRED,
        agent_id :UUID NOT NULL REFERENCES agent (id),
        PRIMARY KEY (conversation_id, agent_id)
    )",
    "CREATE TABLE conversation_tag (
        conversation_id :UUID NOT NULL REFERENCES conversation (id) DEFERRABLE INITIALLY DEFERRED,
        tag_id :UUID NOT NULL REFERENCES tag (id),
        PRIMARY KEY (conversation_id, tag_id)
    )",
    "CREATE TABLE read_mark (
        agent_id :UUID NOT NULL REFERENCES agent (id),
        conversation_id :UUID NOT NULL REFERENCES conversation (id),
        read_to integer NOT NULL,
        PRIMARY KEY (agent_id, conversation_id)
    )",
    "CREATE TABLE conversation_link (
        conversation_id :UUID NOT NULL REFERENCES conversation (id) DEFERRABLE INITIALLY DEFERRED,
        other_id :UUID NOT NULL REFERENCES conversation (id) DEFERRABLE INITIALLY DEFERRED,
        kind text NOT NULL,
        linked_at :TIME NOT NULL,
        linked_by_kind text NOT NULL,
        linked_by_id :UUID,
        PRIMARY KEY (conversation_id, other_id, kind)
    )",
    // Whoever must be alone while looking at more than rows can hold still locks a guard first.
    "CREATE TABLE guard (name :KEY NOT NULL PRIMARY KEY)",
    "INSERT INTO guard (name) VALUES ('parent_links')",
    "CREATE TABLE message (
        entry_id :UUID NOT NULL PRIMARY KEY,
        conversation_id :UUID NOT NULL REFERENCES conversation (id) DEFERRABLE INITIALLY DEFERRED,
        direction text NOT NULL,
        automatic boolean NOT NULL,
        text text NOT NULL,
        truncated boolean NOT NULL,
        html text NOT NULL,
        external_id text,
        recipient text,
        delivery_status text,
        delivery_error text,
        delivery_at :TIME
    )",
    "CREATE TABLE note (
        entry_id :UUID NOT NULL PRIMARY KEY,
        conversation_id :UUID NOT NULL REFERENCES conversation (id) DEFERRABLE INITIALLY DEFERRED,
        text text NOT NULL,
        html text NOT NULL,
        edited_at :TIME,
        deleted_at :TIME
    )",
    "CREATE TABLE mention (
        note_id :UUID NOT NULL REFERENCES note (entry_id),
        position smallint NOT NULL,
        agent_id :UUID REFERENCES agent (id),
        team_id :UUID REFERENCES team (id),
        PRIMARY KEY (note_id, position),
        CHECK ((agent_id IS NULL) <> (team_id IS NULL))
    )",
    "CREATE TABLE mention_agent (
        note_id :UUID NOT NULL REFERENCES note (entry_id),
        position smallint NOT NULL,
        agent_id :UUID NOT NULL REFERENCES agent (id),
        reachable boolean NOT NULL,
        PRIMARY KEY (note_id, position, agent_id)
    )",
    "CREATE TABLE message_key (
        channel_id :UUID NOT NULL REFERENCES channel (id),
        external_id :KEY NOT NULL,
        entry_id :UUID NOT NULL,
        conversation_id :UUID NOT NULL REFERENCES conversation (id) DEFERRABLE INITIALLY DEFERRED,
        PRIMARY KEY (channel_id, external_id)
    )",
];

const INDEXES: &[&str] = &[
    "CREATE INDEX conversation_inbox ON conversation (last_activity_at, id) WHERE state = 'OPEN'",
    "CREATE INDEX conversation_inbox_assignee ON conversation (assignee_id, last_activity_at, id) WHERE state = 'OPEN'",
    "CREATE INDEX conversation_inbox_team ON conversation (team_id, last_activity_at, id) WHERE state = 'OPEN'",
    "CREATE INDEX conversation_inbox_unassigned ON conversation (last_activity_at, id) WHERE state = 'OPEN' AND assignee_id IS NULL",
    "CREATE INDEX conversation_inbox_priority ON conversation (priority, id) WHERE state = 'OPEN'",
    "CREATE INDEX conversation_inbox_waiting ON conversation (waiting_since, id) WHERE state = 'OPEN'",
    "CREATE INDEX conversation_snoozed ON conversation (snoozed_until, id) WHERE state = 'SNOOZED'",
    "CREATE INDEX conversation_history ON conversation (closed_at, id) WHERE state = 'CLOSED'",
    "CREATE INDEX conversation_history_customer ON conversation (customer_id, closed_at, id) WHERE state = 'CLOSED'",
    "CREATE INDEX conversation_spam ON conversation (last_activity_at, id) WHERE state = 'SPAM'",
    "CREATE INDEX conversation_any ON conversation (last_activity_at, id)",
    "CREATE INDEX conversation_customer ON conversation (customer_id, last_activity_at, id)",
    "CREATE INDEX conversation_newest ON conversation (customer_id, channel_id, number)",
    "CREATE INDEX conversation_begun ON conversation (created_by_id, last_activity_at, id) WHERE created_by_kind = 'AGENT'",
    "CREATE INDEX conversation_history_begun ON conversation (created_by_id, closed_at, id) WHERE state = 'CLOSED' AND created_by_kind = 'AGENT'",
    "CREATE INDEX conversation_held ON conversation (assignee_id, id) WHERE status = 'OPEN'",
    "CREATE INDEX conversation_held_team ON conversation (team_id, id) WHERE status = 'OPEN'",
    "CREATE INDEX conversation_held_channel ON conversation (channel_id, id) WHERE status = 'OPEN'",
    "CREATE INDEX follow_by_agent ON follow (agent_id, conversation_id) WHERE choice = 'FOLLOWING'",
    "CREATE INDEX mentioned_by_agent ON mentioned (agent_id, conversation_id)",
    "CREATE INDEX conversation_tag_by_tag ON conversation_tag (tag_id, conversation_id)",
    "CREATE INDEX note_by_conversation ON note (conversation_id)",
    "CREATE INDEX message_by_conversation ON message (conversation_id)",
];

/// Every change moves an indexed time, so no update is heap-only: leave room on the pages and clean them often.
const TUNING: &[&str] = &["ALTER TABLE conversation SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02)"];
