//! What was committed, on its way to those who follow along.
//!
//! Reads the log and tells of it; changes nothing and decides nothing.

pub mod committed;
pub mod feed;
pub mod neighbours;
pub mod passes;
pub mod ring;
pub mod tail;
