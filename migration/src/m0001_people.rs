//! People, channels and credentials.

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
    "CREATE TABLE agent (
        id :UUID NOT NULL PRIMARY KEY,
        handle :KEY NOT NULL UNIQUE,
        name text NOT NULL,
        name_key :KEY NOT NULL,
        email text NOT NULL,
        email_key :KEY NOT NULL UNIQUE,
        role text NOT NULL,
        availability text NOT NULL,
        time_zone text NOT NULL,
        capacity integer,
        created_at :TIME NOT NULL,
        deactivated_at :TIME
    )",
    "CREATE INDEX agent_by_name ON agent (name_key, id)",
    "CREATE TABLE team (
        id :UUID NOT NULL PRIMARY KEY,
        slug :KEY NOT NULL,
        name text NOT NULL,
        name_key :KEY NOT NULL,
        auto_assignment text NOT NULL,
        last_turn_id :UUID REFERENCES agent (id),
        created_at :TIME NOT NULL,
        deleted_at :TIME,
        moved_to_id :UUID REFERENCES team (id)
    )",
    "CREATE UNIQUE INDEX team_by_slug ON team (slug) WHERE deleted_at IS NULL",
    "CREATE UNIQUE INDEX team_by_name ON team (name_key) WHERE deleted_at IS NULL",
    "CREATE TABLE team_member (
        team_id :UUID NOT NULL REFERENCES team (id),
        agent_id :UUID NOT NULL REFERENCES agent (id),
        PRIMARY KEY (team_id, agent_id)
    )",
    "CREATE INDEX team_member_by_agent ON team_member (agent_id, team_id)",
    "CREATE TABLE channel (
        id :UUID NOT NULL PRIMARY KEY,
        name text NOT NULL,
        name_key :KEY NOT NULL UNIQUE,
        kind text NOT NULL,
        address text,
        visibility text NOT NULL,
        auto_close_after text,
        auto_close_while_waiting boolean NOT NULL,
        reopen_window text,
        created_at :TIME NOT NULL
    )",
    "CREATE TABLE channel_agent (
        channel_id :UUID NOT NULL REFERENCES channel (id),
        agent_id :UUID NOT NULL REFERENCES agent (id),
        PRIMARY KEY (channel_id, agent_id)
    )",
    "CREATE TABLE channel_team (
        channel_id :UUID NOT NULL REFERENCES channel (id),
        team_id :UUID NOT NULL REFERENCES team (id),
        PRIMARY KEY (channel_id, team_id)
    )",
    "CREATE TABLE customer (
        id :UUID NOT NULL PRIMARY KEY,
        external_id :KEY UNIQUE,
        full_name text,
        email text,
        email_key :KEY UNIQUE,
        phone :KEY UNIQUE,
        search_key :KEY NOT NULL,
        attributes :JSON NOT NULL,
        blocked boolean NOT NULL,
        created_at :TIME NOT NULL,
        updated_at :TIME NOT NULL
    )",
    "CREATE INDEX customer_newest ON customer (created_at, id)",
    "CREATE TABLE tag (
        id :UUID NOT NULL PRIMARY KEY,
        name text NOT NULL,
        name_key :KEY NOT NULL,
        color text,
        description text,
        archived boolean NOT NULL,
        used boolean NOT NULL,
        created_at :TIME NOT NULL,
        deleted_at :TIME
    )",
    "CREATE UNIQUE INDEX tag_by_name ON tag (name_key) WHERE deleted_at IS NULL",
    "CREATE TABLE macro (
        id :UUID NOT NULL PRIMARY KEY,
        name text NOT NULL,
        name_key :KEY NOT NULL UNIQUE,
        actions :JSON NOT NULL,
        created_at :TIME NOT NULL,
        updated_at :TIME NOT NULL
    )",
    "CREATE TABLE integration (
        id :UUID NOT NULL PRIMARY KEY,
        name text NOT NULL,
        name_key :KEY NOT NULL UNIQUE,
        created_at :TIME NOT NULL
    )",
    "CREATE TABLE api_token (
        id :UUID NOT NULL PRIMARY KEY,
        name text NOT NULL,
        agent_id :UUID REFERENCES agent (id),
        integration_id :UUID REFERENCES integration (id),
        scopes :JSON NOT NULL,
        channels :JSON,
        secret_hash :BYTES NOT NULL,
        prefix text NOT NULL,
        created_at :TIME NOT NULL,
        last_used_at :TIME,
        expires_at :TIME,
        revoked_at :TIME,
        CHECK ((agent_id IS NULL) <> (integration_id IS NULL))
    )",
    "CREATE INDEX api_token_by_agent ON api_token (agent_id)",
    "CREATE INDEX api_token_by_integration ON api_token (integration_id)",
];
