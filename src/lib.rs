//! Switchboard: the conversation API for support teams.
//!
//! The map: [`graphql`] spells, [`service`] does, [`domain`] decides; [`clock`] tells the time.

pub mod clock;
pub mod domain;
pub mod graphql;
pub mod service;
