//! The rules, and nothing but the rules: no async, no database, no GraphQL, no clock, no logging.
//! Everything here is a function of its arguments; `now` is one of them.

pub mod cursor;
pub mod duration;
pub mod text;
