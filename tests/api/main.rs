//! The API over real HTTP, on both databases: one file a behaviour. Each test is named after what it promises.
//!
//! A test is an `async fn(world: &World)`, named in its file's `both!`; it runs as `FILE::sqlite::NAME` and `FILE::postgres::NAME`.

// Without this, clippy's allow-unwrap-in-tests covers only the #[test] functions of an integration test.
#![cfg(test)]
#![allow(missing_docs)]

mod support;

mod access;
mod apply_actions;
mod assign;
mod audience;
mod auto_assign;
mod auto_close;
mod auto_close_policy;
mod backup;
mod belonging;
mod budgets;
mod bulk;
mod bulk_proof;
mod clock;
mod close;
mod command;
mod crash;
mod crosswise;
mod customers;
mod delete_team;
mod demo;
mod downtime;
mod feed;
mod followers;
mod idempotency;
mod limits;
mod links;
mod lists;
mod macros;
mod mark_notifications;
mod matrix;
mod mentions;
mod neighbours;
mod notes;
mod notifications;
mod notified;
mod paging;
mod people;
mod permission;
mod plans;
mod priority;
mod race;
mod read_marks;
mod receive;
mod reply;
mod routing;
mod same_instant;
mod scopes;
mod search;
mod search_pages;
mod search_plans;
mod search_texts;
mod snooze;
mod snooze_presets;
mod snooze_until;
mod spam;
mod state_action;
mod sweeping;
mod sweeps;
mod tagging;
mod tags;
mod ticket_actions;
mod ticket_changes;
mod ticket_crowds;
mod ticket_links;
mod ticket_lists;
mod ticket_plans;
mod ticket_reading;
mod ticket_reopening;
mod ticket_updates;
mod tickets;
mod timer_benchmark;
mod timer_model;
mod timer_proof;
mod timers;
mod tokens;
mod unseen;
mod upcoming;
mod views;
mod wake;
mod write_path;
