//! Switchboard: the conversation API for support teams.

pub mod clock;
pub mod domain;
pub mod error;
pub mod graphql;
pub mod service;
pub mod store;
