//! Subject and attributes change.

use serde_json::{Map, Value};

use crate::domain::change::{Aside, Change, Moment};
use crate::domain::fact::Fact;
use crate::domain::rejection::{Code, Rejection};
use crate::domain::{input, limits, text};

/// What to change. The outer option is whether it was given at all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edit {
    /// The new subject; null clears it.
    pub subject: Option<Option<String>>,
    /// Merged by key; a null value removes its key.
    pub attributes: Option<Map<String, Value>>,
}

impl Edit {
    /// Changes what differs.
    ///
    /// # Errors
    /// `TOO_LONG`, `INVALID`, `LIMIT_EXCEEDED`.
    pub fn decide(&self, change: &mut Change, moment: &Moment) -> Result<(), Rejection> {
        let mut fields = Vec::new();
        if let Some(subject) = &self.subject {
            let subject = match subject {
                Some(subject) => input::optional("subject", subject, limits::SUBJECT)?,
                None => None,
            };
            if subject != change.conversation.subject {
                change.conversation.subject = subject;
                change.asides.push(Aside::Subject);
                fields.push("subject".to_owned());
            }
        }
        if let Some(patch) = &self.attributes {
            let merged = merge_attributes(&change.conversation.attributes, patch)?;
            if merged != change.conversation.attributes {
                change.conversation.attributes = merged;
                fields.push("attributes".to_owned());
            }
        }
        if !fields.is_empty() {
            change.record(Fact::Edited { fields }, moment);
        }
        Ok(())
    }
}

/// Attributes merged by key, a null value removing its key, within their limits.
///
/// # Errors
/// `INVALID` for U+0000 anywhere in them, `LIMIT_EXCEEDED` for more than 64 keys or 16 KiB.
pub fn merge_attributes(old: &Map<String, Value>, patch: &Map<String, Value>) -> Result<Map<String, Value>, Rejection> {
    let mut merged = old.clone();
    for (key, value) in patch {
        if text::has_nul(key) || holds_nul(value) {
            return Err(Rejection::invalid("attributes", "U+0000 isn't allowed."));
        }
        if value.is_null() {
            merged.remove(key);
        } else {
            merged.insert(key.clone(), value.clone());
        }
    }
    let bytes = serde_json::to_string(&merged).map_or(usize::MAX, |json| json.len());
    if merged.len() > limits::ATTRIBUTE_KEYS || bytes > limits::ATTRIBUTE_BYTES {
        return Err(Rejection::new(Code::LimitExceeded, "There may be at most 64 attributes of 16 KiB together.")
            .at("attributes"));
    }
    Ok(merged)
}

fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(string) => text::has_nul(string),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(object) => object.iter().any(|(key, value)| text::has_nul(key) || holds_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
