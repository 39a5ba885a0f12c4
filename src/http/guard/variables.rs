//! The library copies a variable's value wherever the document uses it, twice while validating and once more while
//! executing. A large variable used a thousand times would therefore cost seconds; this bounds the product.

use std::collections::HashMap;

use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, SelectionSet};
use async_graphql::{Name, Variables};
use async_graphql_value::{ConstValue, Value};

use super::{Limit, Refusal};
use crate::http::selection::{Part, parts};

/// The sum over all uses of a variable's weight; one use of the largest possible body is far below it.
const MAX_WEIGHT: u64 = 300_000;

/// Refuses an operation whose uses of its variables would copy too much.
pub fn check_variable_weight(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
) -> Result<(), Refusal> {
    if variables.is_empty() {
        return Ok(());
    }
    let weights: HashMap<&Name, u64> = variables.iter().map(|(name, value)| (name, weight(value))).collect();
    let walk = Walk { document, weights };
    if walk.set(&operation.selection_set.node) > MAX_WEIGHT {
        return Err(Refusal::too_complex(Limit::Variables, "The operation uses large variables too often."));
    }
    Ok(())
}

struct Walk<'a> {
    document: &'a ExecutableDocument,
    weights: HashMap<&'a Name, u64>,
}

impl Walk<'_> {
    fn set(&self, set: &SelectionSet) -> u64 {
        parts(&self.document.fragments, set).fold(0, |sum, (_, part)| {
            sum.saturating_add(match part {
                Part::Field(field) => {
                    let arguments = field.arguments.iter();
                    let inner = self.set(&field.selection_set.node);
                    arguments.fold(inner, |sum, (_, value)| sum.saturating_add(self.value(&value.node)))
                }
                Part::Fragment { set, .. } => self.set(set),
            })
        })
    }

    fn value(&self, value: &Value) -> u64 {
        match value {
            Value::Variable(name) => self.weights.get(name).copied().unwrap_or_default(),
            Value::List(items) => items.iter().map(|item| self.value(item)).sum(),
            Value::Object(fields) => fields.values().map(|field| self.value(field)).sum(),
            _ => 0,
        }
    }
}

/// One per value, and one more per 64 bytes of text.
fn weight(value: &ConstValue) -> u64 {
    1 + match value {
        ConstValue::String(text) => text.len() as u64 / 64,
        ConstValue::List(items) => items.iter().map(weight).sum(),
        ConstValue::Object(fields) => fields.values().map(weight).sum(),
        _ => 0,
    }
}
