//! The nouns of the schema, one file each: newtypes over rows, without rules and without statements.

pub mod conversation;
pub mod scope;
