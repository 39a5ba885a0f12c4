//! The library answers null for an object of which every field is skipped or none of the fragments is for its type; right is `{}`.
//! In documents where that may be, every object is asked for one more field, which is taken out of the answer.

use async_graphql::parser::types::{ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql::{Name, Pos, Positioned, Value};

use super::copy::operations;

/// Names that begin with two underscores are nobody's but the server's.
const MARKER: &str = "__answered";

/// Whether an object may be asked for none of its fields: something is under a directive, or all is in fragments, which may be for
/// other types.
pub fn may_answer_nothing(document: &ExecutableDocument) -> bool {
    let mut operations = document.operations.iter();
    let mut fragments = document.fragments.values();
    operations.any(|(_, operation)| may_be_empty_below(&operation.node.selection_set.node))
        || fragments.any(|fragment| may_be_empty_below(&fragment.node.selection_set.node))
}

fn may_be_empty_below(set: &SelectionSet) -> bool {
    set.items.iter().any(|selection| {
        !selection.node.directives().is_empty()
            || match &selection.node {
                Selection::Field(field) => {
                    let inner = &field.node.selection_set.node;
                    is_all_fragments(inner) || may_be_empty_below(inner)
                }
                Selection::InlineFragment(fragment) => may_be_empty_below(&fragment.node.selection_set.node),
                Selection::FragmentSpread(_) => false,
            }
    })
}

fn is_all_fragments(set: &SelectionSet) -> bool {
    !set.items.is_empty() && !set.items.iter().any(|selection| matches!(selection.node, Selection::Field(_)))
}

/// Asks every object for the marker, the root's excepted.
pub fn mark(document: &mut ExecutableDocument) {
    for operation in operations(document) {
        mark_below(&mut operation.selection_set.node);
    }
    for fragment in document.fragments.values_mut() {
        mark_below(&mut fragment.node.selection_set.node);
    }
}

fn mark_below(set: &mut SelectionSet) {
    for selection in &mut set.items {
        match &mut selection.node {
            Selection::Field(field) => {
                let inner = &mut field.node.selection_set.node;
                if !inner.items.is_empty() {
                    mark_below(inner);
                    inner.items.push(marker());
                }
            }
            Selection::InlineFragment(fragment) => {
                mark_below(&mut fragment.node.selection_set.node);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn marker() -> Positioned<Selection> {
    let nowhere = Pos::default();
    let field = Field {
        alias: Some(Positioned::new(Name::new(MARKER), nowhere)),
        name: Positioned::new(Name::new("__typename"), nowhere),
        arguments: Vec::new(),
        directives: Vec::new(),
        selection_set: Positioned::default(),
    };
    Positioned::new(Selection::Field(Positioned::new(field, nowhere)), nowhere)
}

/// Takes the marker out of an answer.
pub fn strip_markers(value: &mut Value) {
    match value {
        Value::List(items) => items.iter_mut().for_each(strip_markers),
        Value::Object(fields) => {
            fields.shift_remove(MARKER);
            fields.values_mut().for_each(strip_markers);
        }
        _ => {}
    }
}
