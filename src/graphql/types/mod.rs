//! The nouns of the schema, one file each: newtypes over rows, without rules and without statements.

pub mod change;
pub mod conversation;
pub mod entry;
pub mod enums;
pub mod link;
pub mod payload;
pub mod routing;
pub mod scope;
pub mod spam_mark;
pub mod timeline;
