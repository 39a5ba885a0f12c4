//! Introspection answers lists without a page size, and its types point at each other, so ten nested `fields` would
//! answer billions of entries. This bounds an estimate of the answer; the usual introspection query is far below it.

use async_graphql::parser::types::{ExecutableDocument, SelectionSet};

use super::{Limit, Refusal};
use crate::http::schema_index::SchemaIndex;
use crate::http::selection::{Part, parts};

/// Entries that one operation's introspection may answer, by the estimate below.
const MAX_ENTRIES: u64 = 2_000_000;

/// Refuses an operation whose introspection would answer more than about two million entries.
pub fn check(index: &SchemaIndex, document: &ExecutableDocument, set: &SelectionSet) -> Result<(), Refusal> {
    let estimate = Estimate { index, document };
    if estimate.root(set) > MAX_ENTRIES {
        return Err(Refusal::too_complex(
            Limit::Introspection,
            "The introspection would answer too much; ask for less at once.",
        ));
    }
    Ok(())
}

struct Estimate<'a> {
    index: &'a SchemaIndex,
    document: &'a ExecutableDocument,
}

impl<'a> Estimate<'a> {
    fn root(&self, set: &'a SelectionSet) -> u64 {
        self.sum(set, &|name, inner| match name {
            "__schema" | "__type" => self.entries(inner),
            _ => 0,
        })
    }

    fn entries(&self, set: &'a SelectionSet) -> u64 {
        self.sum(set, &|name, inner| {
            let one = 1_u64.saturating_add(self.entries(inner));
            one.saturating_mul(self.usual_count(name))
        })
    }

    fn sum(&self, set: &'a SelectionSet, field: &dyn Fn(&str, &'a SelectionSet) -> u64) -> u64 {
        parts(&self.document.fragments, set).fold(0, |sum, (_, part)| {
            sum.saturating_add(match part {
                Part::Field(f) => field(&f.name.node, &f.selection_set.node),
                Part::Fragment { set, .. } => self.sum(set, field),
            })
        })
    }

    fn usual_count(&self, field: &str) -> u64 {
        match field {
            "types" => self.index.type_count(),
            "fields" | "inputFields" | "possibleTypes" => 10,
            "enumValues" | "directives" => 6,
            "args" | "interfaces" => 2,
            _ => 1,
        }
    }
}
