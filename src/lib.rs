//! Switchboard: the conversation API for support teams.
//!
//! One rule of motion: request → command → decision → transaction → committed entry. The map: [`http`] owns the wire, [`graphql`]
//! spells, [`service`] does, [`domain`] decides, [`store`] keeps, [`events`] tells what was committed, [`scheduler`] does what nobody
//! asks for; [`app`] puts them together, [`command`] starts them.

pub mod app;
pub mod automation;
pub mod clock;
pub mod command;
pub mod config;
pub mod demo;
pub mod domain;
pub mod error;
pub mod events;
pub mod graphql;
pub mod http;
pub mod scheduler;
pub mod service;
pub mod store;
pub mod telemetry;
