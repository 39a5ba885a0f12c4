//! The copy of a document that is executed: the chosen operation, with the variables mended.
//! The kept document stays as the client wrote it.

use std::collections::HashMap;

use async_graphql::parser::types::{
    Directive, DocumentOperations, ExecutableDocument, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Variables};
use async_graphql_value::Value;

use super::{reach, skipped, variables};
use crate::http::document::Document;

/// What the library gets to execute.
pub struct Call {
    /// The copy.
    pub document: ExecutableDocument,
    /// The variables with their defaults.
    pub variables: Variables,
}

/// Prepares one call of an operation. An argument or input field whose variable has neither value nor default is left
/// out, so that "omitted" isn't taken for null; in a list it is null, as the specification says.
pub fn executable(document: &Document, name: Option<&Name>, operation: &OperationDefinition, given: Variables) -> Call {
    let mut variables = variables::with_defaults(operation, given);
    let mut replaced: HashMap<Name, Option<Value>> =
        variables::omitted(operation, &variables).map(|name| (name.clone(), None)).collect();
    for (owner, variable) in &document.inlined {
        if owner.as_ref() == name
            && let Some(value) = variables.remove(variable)
        {
            replaced.insert(variable.clone(), Some(value.into_value()));
        }
    }
    let mut copy = reach::cut_out(&document.ast, name, operation);
    if !replaced.is_empty() {
        replace(&mut copy, &replaced);
    }
    if document.marked {
        skipped::mark(&mut copy);
    }
    Call { document: copy, variables }
}

type Replaced = HashMap<Name, Option<Value>>;

fn replace(document: &mut ExecutableDocument, replaced: &Replaced) {
    for operation in operations(document) {
        let definitions = &mut operation.variable_definitions;
        definitions.retain(|definition| !replaced.contains_key(&definition.node.name.node));
        replace_in_set(&mut operation.selection_set.node, replaced);
    }
    for fragment in document.fragments.values_mut() {
        replace_in_set(&mut fragment.node.selection_set.node, replaced);
    }
}

/// The operations of a document, to be edited.
pub fn operations(document: &mut ExecutableDocument) -> impl Iterator<Item = &mut OperationDefinition> {
    let (single, multiple) = match &mut document.operations {
        DocumentOperations::Single(operation) => (Some(operation), None),
        DocumentOperations::Multiple(operations) => (None, Some(operations.values_mut())),
    };
    single.into_iter().chain(multiple.into_iter().flatten()).map(|operation| &mut operation.node)
}

fn replace_in_set(set: &mut SelectionSet, replaced: &Replaced) {
    for selection in &mut set.items {
        replace_in_directives(selection.node.directives_mut(), replaced);
        match &mut selection.node {
            Selection::Field(field) => {
                replace_in_arguments(&mut field.node.arguments, replaced);
                replace_in_set(&mut field.node.selection_set.node, replaced);
            }
            Selection::InlineFragment(fragment) => {
                replace_in_set(&mut fragment.node.selection_set.node, replaced);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn replace_in_directives(directives: &mut [Positioned<Directive>], replaced: &Replaced) {
    for directive in directives {
        replace_in_arguments(&mut directive.node.arguments, replaced);
    }
}

fn replace_in_arguments(arguments: &mut Vec<(Positioned<Name>, Positioned<Value>)>, replaced: &Replaced) {
    arguments.retain_mut(|(_, value)| match replaced_value(&value.node, replaced) {
        Outcome::Unchanged => true,
        Outcome::Omitted => false,
        Outcome::Becomes(new) => {
            value.node = new;
            true
        }
    });
}

enum Outcome {
    Unchanged,
    Omitted,
    Becomes(Value),
}

fn replaced_value(value: &Value, replaced: &Replaced) -> Outcome {
    match value {
        Value::Variable(name) => match replaced.get(name) {
            None => Outcome::Unchanged,
            Some(None) => Outcome::Omitted,
            Some(Some(value)) => Outcome::Becomes(value.clone()),
        },
        Value::List(items) => {
            let items = items.iter().map(|item| match replaced_value(item, replaced) {
                Outcome::Unchanged => item.clone(),
                Outcome::Omitted => Value::Null,
                Outcome::Becomes(value) => value,
            });
            Outcome::Becomes(Value::List(items.collect()))
        }
        Value::Object(fields) => {
            let fields = fields.iter().filter_map(|(name, field)| {
                let value = match replaced_value(field, replaced) {
                    Outcome::Unchanged => field.clone(),
                    Outcome::Omitted => return None,
                    Outcome::Becomes(value) => value,
                };
                Some((name.clone(), value))
            });
            Outcome::Becomes(Value::Object(fields.collect()))
        }
        _ => Outcome::Unchanged,
    }
}
