//! The tables, nothing else: their ids, their stored spellings and one SeaORM entity a table.
//! No rule lives here, and nothing here reads a clock or opens a connection.

pub mod ids;
pub mod typeid;
