//! The library puts the fields of an object in the order in which they were answered; right is the order in which they were asked for
//! (GraphQL, section 7.2.2), those of fragments where the fragment stands.
//! Where fragments for several types name the same fields in different orders, the first in the document counts for all of them.

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{ExecutableDocument, SelectionSet};
use async_graphql::{Name, Value, Variables};

use crate::http::selection::{Fragments, Part, is_left_out, parts};

/// The keys of an object in the order asked for, each with the keys of what is below it; none below scalars.
#[derive(Default)]
pub struct Order(IndexMap<Name, Order>);

impl Order {
    /// Of the answer to a document that holds one operation and was guarded against fragments in circles.
    pub fn of(document: &ExecutableDocument, variables: &Variables) -> Self {
        let mut order = Self::default();
        for (_, operation) in document.operations.iter() {
            order.collect(&document.fragments, &operation.node.selection_set.node, variables);
        }
        order
    }

    fn collect(&mut self, fragments: &Fragments, set: &SelectionSet, variables: &Variables) {
        for (directives, part) in parts(fragments, set) {
            if is_left_out(directives, variables) {
                continue;
            }
            match part {
                Part::Field(field) => {
                    let below = self.0.entry(field.response_key().node.clone()).or_default();
                    below.collect(fragments, &field.selection_set.node, variables);
                }
                Part::Fragment { set, .. } => self.collect(fragments, set, variables),
            }
        }
    }

    /// Puts the answer in this order.
    pub fn restore(&self, data: &mut Value) {
        // A scalar may be an object, too, and stays as it is.
        if self.0.is_empty() {
            return;
        }
        match data {
            Value::List(items) => items.iter_mut().for_each(|item| self.restore(item)),
            Value::Object(fields) => {
                if !self.is_order_of(fields.keys()) {
                    fields.sort_by_cached_key(|key, _| self.0.get_index_of(key).unwrap_or(self.0.len()));
                }
                for (key, value) in fields {
                    if let Some(below) = self.0.get(key) {
                        below.restore(value);
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether these keys, which may leave some of ours out, come in our order.
    fn is_order_of<'a>(&self, mut keys: impl Iterator<Item = &'a Name>) -> bool {
        let mut ours = self.0.keys();
        keys.all(|key| ours.any(|our| our == key))
    }
}
