//! The guard: refuses documents that would cost too much, before the library sees them.
//! async-graphql's own checks expand fragments again and again, so everything here is counted once per fragment,
//! with saturating sums. It decides on the document and its variables alone: no I/O, no schema execution.

mod cost;
mod introspection;
mod scan;
mod shape;
#[cfg(test)]
mod tests;
mod variables;

pub use cost::cost;
pub use scan::scan;
pub use shape::check_shape;
pub use variables::check_variable_weight;

use async_graphql::ServerError;

use super::codes;

/// Lexical tokens in a document.
pub const MAX_TOKENS: usize = 15_000;
/// Bytes in one name.
pub const MAX_NAME: usize = 256;
/// Open brackets of any kind, selections and fragments inside each other; the parser and the validator recurse.
pub const MAX_NESTING: usize = 64;
/// Selections after expanding every fragment, over all operations of a document.
pub const MAX_SELECTIONS: u64 = 2_000;
/// Fields inside each other.
pub const MAX_DEPTH: u32 = 20;
/// Directives at one place.
pub const MAX_DIRECTIVES: usize = 5;
/// Aliases in one operation after expanding its fragments.
pub const MAX_ALIASES: u64 = 50;
/// Cost points of one operation.
pub const MAX_COST: u64 = 10_000;
/// The largest page.
pub const MAX_PAGE: i64 = 100;
/// The page when no size is asked for.
pub const DEFAULT_PAGE: u64 = 25;

/// Which limit a document met; the label of the refusal's metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Too many tokens, or a name that is too long.
    Tokens,
    /// Brackets or fragments nested too deep to parse and validate safely.
    Nesting,
    /// Too many selections, or a fragment that contains itself.
    Selections,
    /// Fields nested too deep.
    Depth,
    /// Too many directives at one place.
    Directives,
    /// Too many aliases.
    Aliases,
    /// Too many cost points.
    Cost,
    /// A page size out of range, or two at once.
    Page,
    /// Introspection that would answer too much.
    Introspection,
    /// Large variables used too often.
    Variables,
}

impl Limit {
    /// Every limit, in the order of the metric's rows.
    pub const ALL: [Self; 10] = [
        Self::Tokens,
        Self::Nesting,
        Self::Selections,
        Self::Depth,
        Self::Directives,
        Self::Aliases,
        Self::Cost,
        Self::Page,
        Self::Introspection,
        Self::Variables,
    ];

    /// The metric's label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Tokens => "tokens",
            Self::Nesting => "nesting",
            Self::Selections => "selections",
            Self::Depth => "depth",
            Self::Directives => "directives",
            Self::Aliases => "aliases",
            Self::Cost => "cost",
            Self::Page => "page",
            Self::Introspection => "introspection",
            Self::Variables => "variables",
        }
    }
}

/// Why the guard refuses a document.
#[derive(Debug)]
pub struct Refusal {
    /// The limit it met.
    pub limit: Limit,
    /// The code the client is told.
    pub code: &'static str,
    /// What it met, in words for the client.
    pub message: String,
}

impl Refusal {
    fn too_complex(limit: Limit, message: impl Into<String>) -> Self {
        Self { limit, code: codes::QUERY_TOO_COMPLEX, message: message.into() }
    }

    fn bad_page(message: impl Into<String>) -> Self {
        Self { limit: Limit::Page, code: codes::BAD_REQUEST, message: message.into() }
    }

    /// The error a client is answered.
    pub fn into_error(self) -> ServerError {
        codes::error(self.code, self.message)
    }
}
