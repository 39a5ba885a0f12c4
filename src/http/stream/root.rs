//! A subscription's one root field: found through fragments, and what of its variables matters to deliveries.

use async_graphql::parser::types::{ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql::{Name, Positioned, ServerError, Variables};
use async_graphql_value::Value;

use crate::http::codes;
use crate::http::mend::operations;
use crate::http::selection::{Part, parts};

/// Leaves the root field alone in the operation: the library doesn't look into fragments there. The document must have passed the
/// guard's shape check and hold one operation.
///
/// # Errors
/// `GRAPHQL_VALIDATION_FAILED` for more than one root field, and for one that may be left out.
pub fn flatten(document: &mut ExecutableDocument) -> Result<(), ServerError> {
    let mut found: Vec<Positioned<Field>> = Vec::new();
    for (_, operation) in document.operations.iter() {
        collect(document, &operation.node.selection_set.node, &mut found)?;
    }
    let mut fields = found.into_iter();
    let (Some(root), None) = (fields.next(), fields.next()) else {
        return Err(refused("A subscription must select exactly one field."));
    };
    let pos = root.pos;
    for operation in operations(document) {
        operation.selection_set.node.items = vec![Positioned::new(Selection::Field(root.clone()), pos)];
    }
    Ok(())
}

fn collect(
    document: &ExecutableDocument,
    set: &SelectionSet,
    found: &mut Vec<Positioned<Field>>,
) -> Result<(), ServerError> {
    for (directives, part) in parts(&document.fragments, set) {
        if !directives.is_empty() {
            return Err(refused("The field of a subscription can't be left out by a directive."));
        }
        match part {
            Part::Field(field) => found.push(Positioned::new(field.clone(), set.items[0].pos)),
            Part::Fragment { set, .. } => collect(document, set, found)?,
        }
    }
    Ok(())
}

/// Forgets the variable that only says where to follow on, so that those who follow on from different places read the same.
pub fn forget_after(document: &ExecutableDocument, variables: &mut Variables) {
    let roots = document.operations.iter().flat_map(|(_, operation)| &operation.node.selection_set.node.items);
    let after = roots.filter_map(|selection| match &selection.node {
        Selection::Field(field) => match field.node.get_argument("after").map(|value| &value.node) {
            Some(Value::Variable(name)) => Some(name.clone()),
            _ => None,
        },
        _ => None,
    });
    for name in after.collect::<Vec<Name>>() {
        let nullable = document.operations.iter().all(|(_, operation)| {
            let mut definitions = operation.node.variable_definitions.iter();
            definitions.any(|definition| definition.node.name.node == name && definition.node.var_type.node.nullable)
        });
        if nullable && uses(document, &name) == 1 {
            variables.remove(&name);
        }
    }
}

/// How often a variable is used.
fn uses(document: &ExecutableDocument, name: &Name) -> usize {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set.node);
    operations.chain(fragments).map(|set| uses_in(set, name)).sum()
}

fn uses_in(set: &SelectionSet, name: &Name) -> usize {
    let in_selection = |selection: &Positioned<Selection>| {
        let directives = selection.node.directives().iter().flat_map(|directive| &directive.node.arguments);
        let own: usize = directives.map(|(_, value)| uses_in_value(&value.node, name)).sum();
        own + match &selection.node {
            Selection::Field(field) => {
                let arguments = field.node.arguments.iter().map(|(_, value)| uses_in_value(&value.node, name));
                arguments.sum::<usize>() + uses_in(&field.node.selection_set.node, name)
            }
            Selection::InlineFragment(fragment) => uses_in(&fragment.node.selection_set.node, name),
            Selection::FragmentSpread(_) => 0,
        }
    };
    set.items.iter().map(in_selection).sum()
}

fn uses_in_value(value: &Value, name: &Name) -> usize {
    match value {
        Value::Variable(used) => usize::from(used == name),
        Value::List(items) => items.iter().map(|item| uses_in_value(item, name)).sum(),
        Value::Object(fields) => fields.values().map(|field| uses_in_value(field, name)).sum(),
        _ => 0,
    }
}

fn refused(message: &str) -> ServerError {
    codes::error(codes::VALIDATION_FAILED, message)
}
