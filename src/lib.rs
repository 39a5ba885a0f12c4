//! Switchboard: the conversation API for support teams.
//!
//! The map: [`config`] and [`command`] start it, [`graphql`] spells, [`service`] does, [`domain`] decides;
//! [`clock`] tells the time, [`telemetry`] logs.

pub mod clock;
pub mod command;
pub mod config;
pub mod domain;
pub mod graphql;
pub mod service;
pub mod telemetry;
