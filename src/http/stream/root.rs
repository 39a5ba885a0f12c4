//! A subscription's one root field: found through fragments, and what of its variables matters to deliveries.

use std::collections::HashSet;

use async_graphql::parser::types::{ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql::{Name, Positioned, ServerError, Variables};
use async_graphql_value::{ConstValue, Value};

use crate::domain::cursor::Cursor;
use crate::graphql::scalar::EventCursor;
use crate::http::codes;
use crate::http::mend::{cut_out, operations};
use crate::http::selection::{Part, is_left_out, parts};

/// The document with the root field alone in the operation: the library doesn't look into fragments there. The document must have
/// passed the guard's shape check and hold one operation.
///
/// # Errors
/// `GRAPHQL_VALIDATION_FAILED` for none or several root fields that aren't left out.
pub fn flatten(mut document: ExecutableDocument, variables: &Variables) -> Result<ExecutableDocument, ServerError> {
    let mut found: Vec<Field> = Vec::new();
    for (_, operation) in document.operations.iter() {
        collect(&document, &operation.node.selection_set.node, variables, &mut found);
    }
    let mut fields = found.into_iter();
    let (Some(mut root), None) = (fields.next(), fields.next()) else {
        return Err(codes::error(codes::VALIDATION_FAILED, "A subscription must select exactly one field."));
    };
    root.directives.clear();
    for operation in operations(&mut document) {
        let pos = operation.selection_set.pos;
        let root = Positioned::new(Selection::Field(Positioned::new(root.clone(), pos)), pos);
        operation.selection_set.node.items = vec![root];
    }
    // What only the root needed is needed no more.
    let needed = document.operations.iter().next().map(|(name, operation)| cut_out(&document, name, &operation.node));
    let mut document = needed.unwrap_or(document);
    let used: HashSet<Name> = document
        .operations
        .iter()
        .flat_map(|(_, operation)| &operation.node.variable_definitions)
        .map(|definition| definition.node.name.node.clone())
        .filter(|name| uses(&document, name) > 0)
        .collect();
    for operation in operations(&mut document) {
        operation.variable_definitions.retain(|definition| used.contains(&definition.node.name.node));
    }
    Ok(document)
}

fn collect(document: &ExecutableDocument, set: &SelectionSet, variables: &Variables, found: &mut Vec<Field>) {
    for (directives, part) in parts(&document.fragments, set) {
        if is_left_out(directives, variables) {
            continue;
        }
        match part {
            Part::Field(field) => found.push(field.clone()),
            Part::Fragment { set, .. } => collect(document, set, variables, found),
        }
    }
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
        if uses(document, &name) == 1 && variables.contains_key(&name) {
            // Not taken away: it may be one that must be given.
            let beginning = EventCursor(Cursor { epoch: 0, seq: 0 }).spell();
            variables.insert(name, ConstValue::String(beginning));
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

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;
    use serde_json::json;

    fn flattened(text: &str, variables: serde_json::Value) -> Result<(ExecutableDocument, Variables), ServerError> {
        let mut variables = Variables::from_json(variables);
        let document = flatten(parse_query(text).unwrap(), &variables)?;
        forget_after(&document, &mut variables);
        Ok((document, variables))
    }

    #[test]
    fn where_to_follow_on_is_no_part_of_what_is_compared() {
        for ty in ["EventCursor", "EventCursor!"] {
            let text = format!("subscription($id: ID!, $after: {ty}) {{ a(id: $id, after: $after) {{ b }} }}");
            let of = |after: &str| flattened(&text, json!({ "id": "1", "after": after })).unwrap().1;
            assert_eq!(json!(of("here")), json!(of("there")), "{ty}");
            let cursor = of("here").get("after").cloned().unwrap().into_json().unwrap();
            assert!(EventCursor::parse(cursor.as_str().unwrap()).is_ok(), "it is still read");
        }
        let twice = "subscription($after: String) { a(after: $after) { b(c: $after) } }";
        let of = |after: &str| flattened(twice, json!({ "after": after })).unwrap().1;
        assert_ne!(json!(of("here")), json!(of("there")), "it says something else as well");
    }

    #[test]
    fn the_root_is_found_through_fragments_and_what_only_led_to_it_goes() {
        let text = "subscription($yes: Boolean!, $id: ID!) { ... @include(if: $yes) { ...F } }
            fragment F on Subscription { a(id: $id) { ...G } } fragment G on B { c }";
        let (document, _) = flattened(text, json!({ "yes": true, "id": "1" })).unwrap();
        let fragments: Vec<_> = document.fragments.keys().map(Name::as_str).collect();
        assert_eq!(fragments, ["G"]);
        let (_, operation) = document.operations.iter().next().unwrap();
        let [selection] = &operation.node.selection_set.node.items[..] else { panic!("{operation:?}") };
        assert!(matches!(&selection.node, Selection::Field(field) if field.node.name.node == "a"));
        let defined: Vec<_> = operation.node.variable_definitions.iter().map(|v| v.node.name.node.as_str()).collect();
        assert_eq!(defined, ["id"]);
        for (text, yes) in [
            (text, false),
            ("subscription($yes: Boolean!) { a @skip(if: $yes) { b } }", true),
            ("subscription { a { b } c: a { b } }", true),
        ] {
            assert!(flattened(text, json!({ "yes": yes, "id": "1" })).is_err(), "{text}");
        }
    }
}
