//! The part of a document that one operation needs, so that mending it can't make the rest invalid.

use std::collections::HashMap;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, FragmentDefinition, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned};

/// A copy of the operation with the fragments it reaches and nothing else.
pub fn cut_out(
    document: &ExecutableDocument,
    name: Option<&Name>,
    operation: &OperationDefinition,
) -> ExecutableDocument {
    let mut fragments = HashMap::new();
    collect(document, &operation.selection_set.node, &mut fragments);
    let operation = Positioned::new(operation.clone(), operation.selection_set.pos);
    let operations = match name {
        None => DocumentOperations::Single(operation),
        Some(name) => DocumentOperations::Multiple(HashMap::from([(name.clone(), operation)])),
    };
    ExecutableDocument { operations, fragments }
}

fn collect(
    document: &ExecutableDocument,
    set: &SelectionSet,
    fragments: &mut HashMap<Name, Positioned<FragmentDefinition>>,
) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => {
                collect(document, &field.node.selection_set.node, fragments);
            }
            Selection::InlineFragment(fragment) => {
                collect(document, &fragment.node.selection_set.node, fragments);
            }
            Selection::FragmentSpread(spread) => {
                let name = &spread.node.fragment_name.node;
                if fragments.contains_key(name) {
                    continue;
                }
                if let Some(fragment) = document.fragments.get(name) {
                    fragments.insert(name.clone(), fragment.clone());
                    collect(document, &fragment.node.selection_set.node, fragments);
                }
            }
        }
    }
}
