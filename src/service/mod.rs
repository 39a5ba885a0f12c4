//! Use cases: the only place that opens a write transaction.

pub mod credential;
pub mod html;
