//! The cost of one operation in points: a field is one point, what a page answers counts once per entry, what any other list of objects
//! answers ten times (more or less often where it is long or short by nature), and a page itself is a statement of its own, as is counting its
//! list: 25 points each. A bulk call answers a page too, as long as the conversations it names.
//! Runs after the shape was judged, so the expanded operation has at most 2,000 selections and needs no memo.

use std::collections::HashMap;

use async_graphql::parser::types::{BaseType, ExecutableDocument, Field, OperationDefinition, SelectionSet};
use async_graphql::{Name, Variables};
use async_graphql_value::{ConstValue, Value};

use super::{DEFAULT_PAGE, Limit, MAX_COST, MAX_PAGE, Refusal, introspection};
use crate::domain::limits;
use crate::http::schema_index::{FieldEntry, SchemaIndex, named};
use crate::http::selection::{Part, parts};

/// The operation's cost in points; refused above 10,000, and with `BAD_REQUEST` when a page size is out of range.
/// `first` and `last` multiply what their page contains, 25 when neither is given. Of fragments on different object
/// types only the dearest counts, because an object is of one type.
pub fn cost(
    index: &SchemaIndex,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
) -> Result<u64, Refusal> {
    let root = index.root(operation.ty);
    let set = &operation.selection_set.node;
    introspection::check(index, document, set)?;
    let pricing = Pricing { index, document, operation, variables };
    let points = pricing.set(set, root, None)?;
    if points > MAX_COST {
        return Err(Refusal::too_complex(
            Limit::Cost,
            format!("The operation costs {points} points; at most {MAX_COST} are allowed."),
        ));
    }
    Ok(points)
}

/// What a page, and counting its list, costs beside its entries.
const STATEMENT: u64 = 25;
/// How long a list of objects is taken to be that isn't a page.
const UNPAGED: u64 = 10;
/// The lists of objects that hold hardly ever more than this, and never many: a screen shows them beside each row of a page.
const SHORT: u64 = 3;
const SHORT_LISTS: [(&str, &str); 7] = [
    ("Conversation", "tags"),
    ("Ticket", "tags"),
    ("Ticket", "externalRefs"),
    ("Conversation", "upcoming"),
    ("TaggedEntry", "added"),
    ("TaggedEntry", "removed"),
    ("Note", "mentions"),
];

/// A list that hardly ever holds more than a few things, each of which may lead to pages of its own.
const FEW_LIST: (&str, &str) = ("Conversation", "tickets");
const FEW: u64 = 5;

/// The list of what a change of a ticket wrote in the conversations that are linked to it.
const WRITTEN_LIST: (&str, &str) = ("TicketPayload", "entries");

/// Lists that hold hardly ever more than one thing, in what answers for many and beside each row of it.
const SINGLE_LISTS: [(&str, &str); 2] = [("BulkPayload", "userErrors"), ("BulkResult", "userErrors")];
/// Lists that aren't paged, and how long they may be, or are where they do much: what stands in them may be large, or lead to pages.
const MACROS: (&str, &str) = ("Query", "macros");
const WORKFLOWS: (&str, &str) = ("Query", "workflows");
const MANY_WORKFLOWS: u64 = 25;
/// What decides everything that a change would, and takes it back.
const REHEARSAL: (&str, &str) = ("Query", "testWorkflow");
const REHEARSED: u64 = 100;
/// The mutation that answers for each conversation it is about, and where these are named; else it is about as many as it may be.
const BULK: (&str, &str) = ("Mutation", "bulkApplyActions");
const NAMED_IN_BULK: [&str; 2] = ["target", "conversationIds"];

struct Pricing<'a> {
    index: &'a SchemaIndex,
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    variables: &'a Variables,
}

impl Pricing<'_> {
    /// The points of a selection set on `parent`; `page` says how many entries it holds if it is a page.
    fn set(&self, set: &SelectionSet, parent: &str, page: Option<u64>) -> Result<u64, Refusal> {
        let mut always = 0_u64;
        let mut per_type: HashMap<&str, u64> = HashMap::new();
        for (_, part) in parts(&self.document.fragments, set) {
            let (sum, points) = match part {
                Part::Field(field) => (&mut always, self.field(field, parent, page)?),
                Part::Fragment { on, set } => {
                    let on = on.unwrap_or(parent);
                    let points = self.set(set, on, page)?;
                    if on != parent && self.index.is_object(on) {
                        (per_type.entry(on).or_default(), points)
                    } else {
                        (&mut always, points)
                    }
                }
            };
            *sum = sum.saturating_add(points);
        }
        let dearest = per_type.into_values().max().unwrap_or_default();
        Ok(always.saturating_add(dearest))
    }

    fn field(&self, field: &Field, parent: &str, page: Option<u64>) -> Result<u64, Refusal> {
        let set = &field.selection_set.node;
        let Some(entry) = self.index.field(parent, &field.name.node) else {
            return Ok(1_u64.saturating_add(self.set(set, "", None)?));
        };
        let bulk = ((parent, &*field.name.node) == BULK).then(|| self.conversations(field));
        let inner_page = if bulk.is_some() { bulk } else { self.page(field, entry)? };
        let itself = if inner_page.is_some() || &*field.name.node == "totalCount" { STATEMENT } else { 1 };
        // Whatever is asked of the answer, each conversation is worked on.
        let itself = itself.saturating_add(bulk.unwrap_or_default());
        let itself = if (parent, &*field.name.node) == REHEARSAL { REHEARSED } else { itself };
        let points = itself.saturating_add(self.set(set, named(&entry.ty), inner_page)?);
        Ok(match entry.ty.base {
            BaseType::List(_) if set.items.is_empty() => points,
            BaseType::List(_) if SINGLE_LISTS.contains(&(parent, &*field.name.node)) => points,
            BaseType::List(_) if inner_page.is_some() => points.saturating_mul(page.unwrap_or(1)),
            BaseType::List(_) => {
                let length = match (parent, &*field.name.node) {
                    FEW_LIST => FEW,
                    MACROS => limits::MACROS as u64,
                    WORKFLOWS => MANY_WORKFLOWS,
                    WRITTEN_LIST => limits::ENTRIES as u64,
                    list if SHORT_LISTS.contains(&list) => SHORT,
                    _ => UNPAGED,
                };
                points.saturating_mul(page.or(self.asked_for(field)).unwrap_or(length))
            }
            BaseType::Named(_) => points,
        })
    }

    /// How many entries the page that `field` answers can hold; none if it answers no page.
    fn page(&self, field: &Field, entry: &FieldEntry) -> Result<Option<u64>, Refusal> {
        if !entry.pages() {
            return Ok(None);
        }
        let first = self.size(field, entry, "first")?;
        let last = self.size(field, entry, "last")?;
        match (first, last) {
            (Some(_), Some(_)) => {
                Err(Refusal::bad_page(format!("\"{}\" takes \"first\" or \"last\", not both.", field.name.node)))
            }
            (Some(size), None) | (None, Some(size)) => Ok(Some(size.max(1))),
            (None, None) => Ok(Some(DEFAULT_PAGE)),
        }
    }

    fn size(&self, field: &Field, entry: &FieldEntry, name: &str) -> Result<Option<u64>, Refusal> {
        let Some(argument) = entry.args.get(name) else {
            return Ok(None);
        };
        let given = match field.get_argument(name) {
            None => argument.default.as_ref().and_then(integer),
            Some(value) => match &value.node {
                Value::Variable(variable) => match self.variable(variable) {
                    None => argument.default.as_ref().and_then(integer),
                    Some(value) => integer(value),
                },
                Value::Number(number) => number.as_i64().or(Some(i64::MAX)),
                _ => None,
            },
        };
        match given {
            None => Ok(None),
            Some(size) if (0..=MAX_PAGE).contains(&size) => Ok(Some(size.unsigned_abs())),
            Some(_) => {
                Err(Refusal::bad_page(format!("\"{name}\" of \"{}\" must be from 0 to {MAX_PAGE}.", field.name.node)))
            }
        }
    }

    /// How many things a list field is asked for by an `ids` argument, if it has one.
    fn asked_for(&self, field: &Field) -> Option<u64> {
        let count = match field.get_argument("ids").map(|value| &value.node) {
            Some(Value::List(items)) => items.len(),
            Some(Value::Variable(variable)) => match self.variable(variable) {
                Some(ConstValue::List(items)) => items.len(),
                _ => 1,
            },
            Some(_) => 1,
            None => return None,
        };
        Some((count as u64).max(1))
    }

    /// How many conversations a bulk call can be about.
    fn conversations(&self, field: &Field) -> u64 {
        let input = field.get_argument("input").map(|value| &value.node);
        let named = input.and_then(|input| self.items(input, &NAMED_IN_BULK));
        named.map_or(limits::BULK, |named| named.clamp(1, limits::BULK)) as u64
    }

    /// How many things are listed at a path into a value; one thing counts as a list of it.
    fn items(&self, value: &Value, path: &[&str]) -> Option<usize> {
        match (value, path) {
            (Value::Variable(variable), _) => given_items(self.variable(variable)?, path),
            (Value::Object(fields), [first, rest @ ..]) => self.items(fields.get(*first)?, rest),
            (Value::List(items), []) => Some(items.len()),
            (_, []) => Some(1),
            _ => None,
        }
    }

    fn variable(&self, name: &Name) -> Option<&ConstValue> {
        self.variables.get(name).or_else(|| {
            let definitions = &self.operation.variable_definitions;
            let definition = definitions.iter().find(|def| def.node.name.node == *name)?;
            let default = definition.node.default_value.as_ref()?;
            Some(&default.node)
        })
    }
}

/// The same in the value of a variable.
fn given_items(value: &ConstValue, path: &[&str]) -> Option<usize> {
    match (value, path) {
        (ConstValue::Object(fields), [first, rest @ ..]) => given_items(fields.get(*first)?, rest),
        (ConstValue::List(items), []) => Some(items.len()),
        (_, []) => Some(1),
        _ => None,
    }
}

/// A page size; numbers that are no page size count as too large, other values are the validator's.
fn integer(value: &ConstValue) -> Option<i64> {
    match value {
        ConstValue::Number(number) => number.as_i64().or(Some(i64::MAX)),
        _ => None,
    }
}
