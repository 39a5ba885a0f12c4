//! Switchboard: the conversation API for support teams.

pub mod app;
pub mod graphql;
pub mod http;
