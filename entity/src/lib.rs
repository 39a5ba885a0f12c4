//! Switchboard's tables: one entity a file, the ids ([`ids`]) and the stored spellings ([`enums`]).
//!
//! Owns the shape of what is stored and nothing else: no rules, no queries.

pub mod enums;
pub mod ids;
pub mod typeid;

pub mod agent;
pub mod api_token;
pub mod channel;
pub mod channel_agent;
pub mod channel_team;
pub mod consumer;
pub mod conversation;
pub mod conversation_link;
pub mod conversation_tag;
pub mod customer;
pub mod event;
pub mod event_head;
pub mod external_ref;
pub mod follow;
pub mod idempotency;
pub mod integration;
pub mod mention;
pub mod mention_agent;
pub mod mentioned;
pub mod message;
pub mod message_key;
pub mod note;
pub mod notification;
pub mod read_mark;
pub mod saved_macro;
pub mod search_row;
pub mod sweep;
pub mod tag;
pub mod team;
pub mod team_member;
pub mod ticket;
pub mod ticket_link;
pub mod timer;
pub mod workflow;
pub mod workflow_run;
