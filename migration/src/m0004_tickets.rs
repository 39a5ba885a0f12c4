//! Tickets, the conversations linked to them, and their references elsewhere.
//!
//! What stands beside a ticket refers to it by keys that are judged at the commit: a new ticket's row comes last, once the head of the
//! log has given its number.

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
    "CREATE TABLE ticket (
        id :UUID NOT NULL PRIMARY KEY,
        number :LONG NOT NULL UNIQUE,
        title text NOT NULL,
        description text,
        status text NOT NULL,
        priority smallint NOT NULL,
        assignee_id :UUID REFERENCES agent (id),
        team_id :UUID REFERENCES team (id),
        tags :JSON NOT NULL,
        origin_id :UUID,
        conversation_count integer NOT NULL,
        created_by_kind text NOT NULL,
        created_by_id :UUID,
        created_at :TIME NOT NULL,
        updated_at :TIME NOT NULL,
        resolved_at :TIME,
        version integer NOT NULL
    )",
    "CREATE INDEX ticket_created ON ticket (created_at, id)",
    "CREATE INDEX ticket_updated ON ticket (updated_at, id)",
    // Resolved ones only become more; of the others there are never many.
    "CREATE INDEX ticket_unresolved ON ticket (created_at, id) WHERE status <> 'RESOLVED'",
    "CREATE INDEX ticket_by_assignee ON ticket (assignee_id, created_at, id)",
    "CREATE TABLE ticket_link (
        ticket_id :UUID NOT NULL REFERENCES ticket (id) DEFERRABLE INITIALLY DEFERRED,
        conversation_id :UUID NOT NULL REFERENCES conversation (id),
        reopen_on_resolve boolean NOT NULL,
        linked_at :TIME NOT NULL,
        linked_by_kind text NOT NULL,
        linked_by_id :UUID,
        PRIMARY KEY (ticket_id, conversation_id)
    )",
    "CREATE INDEX ticket_link_by_conversation ON ticket_link (conversation_id, ticket_id)",
    "CREATE TABLE external_ref (
        system :KEY NOT NULL,
        key :KEY NOT NULL,
        ticket_id :UUID NOT NULL REFERENCES ticket (id) DEFERRABLE INITIALLY DEFERRED,
        url text,
        PRIMARY KEY (system, key)
    )",
    "CREATE INDEX external_ref_by_system ON external_ref (system, ticket_id)",
    "CREATE INDEX external_ref_by_ticket ON external_ref (ticket_id, system, key)",
    "CREATE INDEX event_of_tickets ON event (seq)
        WHERE kind IN ('TICKET_CREATED', 'TICKET_UPDATED', 'TICKET_LINK_CHANGED')",
];
