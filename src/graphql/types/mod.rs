//! The nouns of the schema, one file each: newtypes over rows, without rules and without statements.

pub mod actor;
pub mod agent;
pub mod api_token;
pub mod change;
pub mod channel;
pub mod conversation;
pub mod counts;
pub mod customer;
pub mod delete_payload;
pub mod entry;
pub mod enums;
pub mod filter;
pub mod integration;
pub mod link;
pub mod node;
pub mod notification;
pub mod payload;
pub mod principal;
pub mod routing;
pub mod scope;
pub mod set_up_payload;
pub mod spam_mark;
pub mod team;
pub mod timeline;
pub mod user_error;
pub mod view;
