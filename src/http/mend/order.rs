//! The library puts the fields of an object in the order in which they were answered; right is the order in which they were asked for
//! (GraphQL, section 7.2.2), those of fragments where the fragment stands.
//! Where fragments for several types name the same fields in different orders, the first in the document counts for all of them.

use async_graphql::Value;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::SelectionSet;

use crate::http::selection::{Fragments, Part, parts};

/// The keys of an object in the order asked for, each with the keys of what is below it; none below scalars.
#[derive(Default)]
struct Keys<'a>(IndexMap<&'a str, Keys<'a>>);

/// Puts the answer to this set in order.
pub fn in_order(fragments: &Fragments, set: &SelectionSet, data: &mut Value) {
    let mut keys = Keys::default();
    keys.collect(fragments, set);
    keys.order(data);
}

impl<'a> Keys<'a> {
    fn collect(&mut self, fragments: &'a Fragments, set: &'a SelectionSet) {
        for (_, part) in parts(fragments, set) {
            match part {
                Part::Field(field) => {
                    let below = self.0.entry(field.response_key().node.as_str()).or_default();
                    below.collect(fragments, &field.selection_set.node);
                }
                Part::Fragment { set, .. } => self.collect(fragments, set),
            }
        }
    }

    fn order(&self, value: &mut Value) {
        // A scalar may be an object, too, and stays as it is.
        if self.0.is_empty() {
            return;
        }
        match value {
            Value::List(items) => items.iter_mut().for_each(|item| self.order(item)),
            Value::Object(fields) => {
                if !self.is_order_of(fields.keys().map(|key| key.as_str())) {
                    fields.sort_by_cached_key(|key, _| self.0.get_index_of(key.as_str()).unwrap_or(self.0.len()));
                }
                for (key, value) in fields {
                    if let Some(below) = self.0.get(key.as_str()) {
                        below.order(value);
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether these keys, which may leave some of ours out, come in our order.
    fn is_order_of<'b>(&self, mut keys: impl Iterator<Item = &'b str>) -> bool {
        let mut ours = self.0.keys();
        keys.all(|key| ours.any(|our| *our == key))
    }
}
