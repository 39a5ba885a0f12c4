//! The library leaves the key of a failed field out and lets no error travel upwards.
//! Here every failed field gets its key back as null, and an error below a `!` nulls the nearest nullable ancestor.
//! Only answers with errors are touched; errors themselves are never changed.

use async_graphql::parser::types::{BaseType, Field, OperationDefinition, SelectionSet, Type};
use async_graphql::{Name, PathSegment, Response, Value};

use crate::http::schema_index::{FieldEntry, SchemaIndex, named};
use crate::http::selection::{Fragments, Part, parts};

/// Mends the data of an executed operation's answer by the paths of its errors.
pub fn mend_nulls(
    index: &SchemaIndex,
    fragments: &Fragments,
    operation: &OperationDefinition,
    response: &mut Response,
) {
    let (errors, data) = (&response.errors, &mut response.data);
    if errors.is_empty() && *data == Value::Null {
        // Every root field is skipped.
        *data = Value::Object(Default::default());
    }
    for error in errors {
        restore(data, &error.path);
    }
    let types = Types { index, fragments };
    for error in errors.iter().filter(|error| !error.path.is_empty()) {
        let nullable = types.nullable(operation, &error.path, data);
        propagate(data, &error.path, &nullable);
    }
}

/// Puts the keys on the path back: a failed field's own, and those of objects that lost all of theirs.
fn restore(data: &mut Value, path: &[PathSegment]) {
    let mut at = data;
    for segment in path {
        match segment {
            PathSegment::Field(key) => {
                if *at == Value::Null {
                    *at = Value::Object(Default::default());
                }
                let Value::Object(fields) = at else {
                    return;
                };
                at = fields.entry(Name::new(key)).or_insert(Value::Null);
            }
            PathSegment::Index(index) => {
                let Value::List(items) = at else {
                    return;
                };
                let Some(item) = items.get_mut(*index) else {
                    return;
                };
                at = item;
            }
        }
    }
}

/// Nulls the failed position and, while a position may not be null, the one above it.
/// `nullable[n]` says whether the position after `n + 1` segments may be null; the root always may.
fn propagate(data: &mut Value, path: &[PathSegment], nullable: &[bool]) {
    let mut length = first_null(data, path);
    while length > 0 && !nullable[length - 1] {
        length -= 1;
    }
    if let Some(value) = position(data, &path[..length]) {
        *value = Value::Null;
    }
}

/// How long the path is to the first null on it; the whole path when there is none.
fn first_null(data: &Value, path: &[PathSegment]) -> usize {
    let mut at = data;
    for (length, segment) in path.iter().enumerate() {
        let next = match (segment, at) {
            (PathSegment::Field(key), Value::Object(fields)) => fields.get(key.as_str()),
            (PathSegment::Index(index), Value::List(items)) => items.get(*index),
            _ => None,
        };
        match next {
            Some(next) => at = next,
            None => return length,
        }
    }
    path.len()
}

fn position<'v>(data: &'v mut Value, path: &[PathSegment]) -> Option<&'v mut Value> {
    path.iter().try_fold(data, |at, segment| match (segment, at) {
        (PathSegment::Field(key), Value::Object(fields)) => fields.get_mut(key.as_str()),
        (PathSegment::Index(index), Value::List(items)) => items.get_mut(*index),
        _ => None,
    })
}

struct Types<'a> {
    index: &'a SchemaIndex,
    fragments: &'a Fragments,
}

/// A selection set on a type; introspection's types have no entry and no name here.
type On<'a> = (&'a str, &'a SelectionSet);
/// A field with what the schema says of it.
type Answering<'a> = (Option<&'a FieldEntry>, &'a Field);

impl<'a> Types<'a> {
    /// For each position on the path whether it may be null. Where several fields share a key, it may only if all may.
    fn nullable(&self, operation: &'a OperationDefinition, path: &[PathSegment], data: &Value) -> Vec<bool> {
        let root = self.index.root(operation.ty).as_str();
        let mut sets: Vec<On<'a>> = vec![(root, &operation.selection_set.node)];
        let mut types: Vec<&'a Type> = Vec::new();
        let mut at = Some(data);
        let mut nullable = Vec::with_capacity(path.len());
        for segment in path {
            match segment {
                PathSegment::Field(key) => {
                    let found = self.fields(&sets, key, type_name(at));
                    types = found.iter().filter_map(|(entry, _)| Some(&entry.as_ref()?.ty)).collect();
                    sets = found.iter().map(|(entry, field)| inner(*entry, field)).collect();
                    at = match at {
                        Some(Value::Object(fields)) => fields.get(key.as_str()),
                        _ => None,
                    };
                }
                PathSegment::Index(index) => {
                    types = types.into_iter().filter_map(item).collect();
                    at = match at {
                        Some(Value::List(items)) => items.get(*index),
                        _ => None,
                    };
                }
            }
            nullable.push(types.iter().all(|ty| ty.nullable));
        }
        nullable
    }

    /// The fields that answer under `key`; of fields on other object types than the one that answered, none.
    fn fields(&self, sets: &[On<'a>], key: &str, type_name: Option<&str>) -> Vec<Answering<'a>> {
        let mut found = Vec::new();
        for &(parent, set) in sets {
            self.collect(parent, set, key, type_name, &mut found);
        }
        found
    }

    fn collect(
        &self,
        parent: &'a str,
        set: &'a SelectionSet,
        key: &str,
        type_name: Option<&str>,
        found: &mut Vec<Answering<'a>>,
    ) {
        if type_name.is_some_and(|name| name != parent && self.index.is_object(parent)) {
            return;
        }
        for (_, part) in parts(self.fragments, set) {
            match part {
                Part::Field(field) if field.response_key().node == key => {
                    found.push((self.index.field(parent, &field.name.node), field));
                }
                Part::Field(_) => {}
                Part::Fragment { on, set } => {
                    self.collect(on.unwrap_or(parent), set, key, type_name, found);
                }
            }
        }
    }
}

fn inner<'a>(entry: Option<&'a FieldEntry>, field: &'a Field) -> On<'a> {
    let parent = entry.map_or("", |entry| named(&entry.ty).as_str());
    (parent, &field.selection_set.node)
}

fn item(ty: &Type) -> Option<&Type> {
    match &ty.base {
        BaseType::List(item) => Some(item),
        BaseType::Named(_) => None,
    }
}

/// The type an object says it is, if the client asked for it.
fn type_name(value: Option<&Value>) -> Option<&str> {
    match value? {
        Value::Object(fields) => match fields.get("__typename")? {
            Value::String(name) => Some(name),
            _ => None,
        },
        _ => None,
    }
}
