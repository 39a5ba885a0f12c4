//! What was committed, on its way to those who follow along.
//!
//! Reads the log and tells of it; changes nothing and decides nothing.

pub mod neighbours;
