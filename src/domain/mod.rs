//! The rules, and nothing but the rules.
//!
//! Pure: no async, no database, no GraphQL, no clock, no logging. Every rule of the product is decided here, on values that the
//! caller has loaded and locked, with `now` as an argument.

pub mod action;
pub mod actor;
pub mod agent;
pub mod apply;
pub mod audience;
pub mod change;
pub mod channel;
pub mod context;
pub mod conversation;
pub mod cursor;
pub mod customer;
pub mod duration;
pub mod epoch;
pub mod facets;
pub mod fact;
pub mod filter;
pub mod handle;
pub mod input;
pub mod interest;
pub mod limits;
pub mod mention;
pub mod permission;
pub mod rejection;
pub mod routing;
pub mod scope_set;
pub mod search;
pub mod snooze_time;
pub mod sweep;
pub mod tag;
pub mod team;
pub mod text;
pub mod ticket;
pub mod timer;
pub mod token;
pub mod unread;
pub mod upcoming;
pub mod view;
pub mod workflow;
