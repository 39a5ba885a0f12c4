//! Reading a selection set: its own fields, and the sets of its fragments with the type they are for.
//! Whoever walks with it must know the document to be free of fragment cycles, so after the guard's shape check.

use std::collections::HashMap;

use async_graphql::parser::types::{Directive, Field, FragmentDefinition, Selection, SelectionSet};
use async_graphql::{Name, Positioned, Variables};
use async_graphql_value::{ConstValue, Value};

/// A document's fragments by name.
pub type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// One selection of a set.
pub enum Part<'a> {
    /// A field.
    Field(&'a Field),
    /// An inline fragment or a spread.
    Fragment {
        /// The type it is for; none means the set's own.
        on: Option<&'a str>,
        /// What it selects.
        set: &'a SelectionSet,
    },
}

/// The parts of a set with their directives. Spreads of unknown fragments are left out: the validator names them.
pub fn parts<'a>(
    fragments: &'a Fragments,
    set: &'a SelectionSet,
) -> impl Iterator<Item = (&'a [Positioned<Directive>], Part<'a>)> {
    set.items.iter().filter_map(|selection| {
        let part = match &selection.node {
            Selection::Field(field) => Part::Field(&field.node),
            Selection::InlineFragment(fragment) => {
                let condition = fragment.node.type_condition.as_ref();
                Part::Fragment {
                    on: condition.map(|condition| condition.node.on.node.as_str()),
                    set: &fragment.node.selection_set.node,
                }
            }
            Selection::FragmentSpread(spread) => {
                let fragment = fragments.get(&spread.node.fragment_name.node)?;
                Part::Fragment {
                    on: Some(fragment.node.type_condition.node.on.node.as_str()),
                    set: &fragment.node.selection_set.node,
                }
            }
        };
        Some((selection.node.directives().as_slice(), part))
    })
}

/// Whether `@skip` or `@include` leaves a selection with these directives out.
pub fn is_left_out(directives: &[Positioned<Directive>], variables: &Variables) -> bool {
    directives.iter().any(|directive| {
        let value = match directive.node.get_argument("if").map(|value| &value.node) {
            Some(Value::Boolean(value)) => Some(*value),
            Some(Value::Variable(name)) => match variables.get(name) {
                Some(ConstValue::Boolean(value)) => Some(*value),
                _ => None,
            },
            _ => None,
        };
        match directive.node.name.node.as_str() {
            "skip" => value == Some(true),
            "include" => value == Some(false),
            _ => false,
        }
    })
}
