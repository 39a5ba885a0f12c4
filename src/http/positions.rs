//! The specification's rule on where a variable may be used (its section "All Variable Usages Are Allowed").
//! async-graphql 7.2.1 has a stricter one that refuses valid documents; this module replaces it and names the variables
//! that the library must not see. It judges types only, never values.

use std::collections::HashSet;

use async_graphql::parser::types::{
    BaseType, Directive, ExecutableDocument, Field, OperationDefinition, SelectionSet, Type,
};
use async_graphql::{Name, Pos, Positioned, ServerError};
use async_graphql_value::{ConstValue, Value};

use super::schema_index::{InputEntry, SchemaIndex, TypeEntry, named};
use super::selection::{Part, parts};

/// Variables by operation that the library would refuse although they are allowed.
pub type Inlined = HashSet<(Option<Name>, Name)>;

/// What the rule found in a document.
#[derive(Default)]
pub struct Positions {
    /// Uses that the specification refuses.
    pub errors: Vec<ServerError>,
    /// Uses that only the library refuses.
    pub inlined: Inlined,
}

/// Whether a validation error comes from the library's own rule on variable positions.
pub fn is_the_librarys(message: &str) -> bool {
    message.starts_with("Variable \"") && message.contains("\" used in position expecting type \"")
}

/// Judges every use of a variable in every operation. The document must have passed the guard's shape check.
pub fn check(index: &SchemaIndex, document: &ExecutableDocument) -> Positions {
    let mut found = Positions::default();
    for (name, operation) in document.operations.iter() {
        let mut walk = Walk { index, document, name, operation: &operation.node, found: &mut found };
        let root = index.root(operation.node.ty);
        walk.set(&operation.node.selection_set.node, root);
    }
    found
}

struct Walk<'a> {
    index: &'a SchemaIndex,
    document: &'a ExecutableDocument,
    name: Option<&'a Name>,
    operation: &'a OperationDefinition,
    found: &'a mut Positions,
}

impl Walk<'_> {
    fn set(&mut self, set: &SelectionSet, parent: &str) {
        let document = self.document;
        for (directives, part) in parts(&document.fragments, set) {
            self.directives(directives);
            match part {
                Part::Field(field) => self.field(field, parent),
                Part::Fragment { on, set } => self.set(set, on.unwrap_or(parent)),
            }
        }
    }

    fn field(&mut self, field: &Field, parent: &str) {
        let index = self.index;
        let entry = index.field(parent, &field.name.node);
        for (name, value) in &field.arguments {
            if let Some(input) = entry.and_then(|entry| entry.args.get(&name.node)) {
                self.input(input, value.pos, &value.node);
            }
        }
        let inner = entry.map_or("", |entry| named(&entry.ty).as_str());
        self.set(&field.selection_set.node, inner);
    }

    /// `@skip` and `@include` are the only directives; both take a `Boolean!`.
    fn directives(&mut self, directives: &[Positioned<Directive>]) {
        let condition =
            InputEntry { ty: Type { base: BaseType::Named(Name::new("Boolean")), nullable: false }, default: None };
        for directive in directives {
            if let Some(value) = directive.node.get_argument("if") {
                self.input(&condition, value.pos, &value.node);
            }
        }
    }

    fn input(&mut self, input: &InputEntry, pos: Pos, value: &Value) {
        match value {
            Value::Variable(variable) => {
                let has_default = input.default.is_some();
                self.usage(variable, &input.ty, has_default, pos);
            }
            _ => self.value(&input.ty, pos, value),
        }
    }

    fn value(&mut self, ty: &Type, pos: Pos, value: &Value) {
        match value {
            Value::Variable(variable) => self.usage(variable, ty, false, pos),
            Value::List(items) => {
                if let BaseType::List(item) = &ty.base {
                    items.iter().for_each(|value| self.value(item, pos, value));
                }
            }
            Value::Object(fields) => {
                let index = self.index;
                if let Some(TypeEntry::Input(inputs)) = index.ty(named(ty)) {
                    for (name, value) in fields {
                        if let Some(input) = inputs.get(name) {
                            self.input(input, pos, value);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn usage(&mut self, name: &Name, ty: &Type, has_default: bool, pos: Pos) {
        let mut definitions = self.operation.variable_definitions.iter();
        // An undefined variable is the library's to name.
        let Some(definition) = definitions.find(|def| def.node.name.node == *name) else {
            return;
        };
        let declared = &definition.node.var_type.node;
        let default = definition.node.default_value.as_ref().map(|d| &d.node);
        let defaulted = default.is_some_and(|value| *value != ConstValue::Null);
        if !is_allowed(ty, has_default, declared, defaulted) {
            self.found.errors.push(ServerError::new(
                format!("The variable \"${name}\" of type \"{declared}\" can't be used where \"{ty}\" is expected."),
                Some(pos),
            ));
        } else if !library_allows(ty, declared, default.is_some()) {
            self.found.inlined.insert((self.name.cloned(), name.clone()));
        }
    }
}

fn is_allowed(expected: &Type, has_default: bool, declared: &Type, defaulted: bool) -> bool {
    if !expected.nullable && declared.nullable {
        return (has_default || defaulted) && fits_base(&expected.base, &declared.base);
    }
    fits(expected, declared)
}

fn fits(expected: &Type, declared: &Type) -> bool {
    (expected.nullable || !declared.nullable) && fits_base(&expected.base, &declared.base)
}

fn fits_base(expected: &BaseType, declared: &BaseType) -> bool {
    match (expected, declared) {
        (BaseType::Named(a), BaseType::Named(b)) => a == b,
        (BaseType::List(a), BaseType::List(b)) => fits(a, b),
        _ => false,
    }
}

fn library_allows(expected: &Type, declared: &Type, has_default: bool) -> bool {
    let nullable = declared.nullable && !has_default;
    match (&expected.base, &declared.base) {
        (BaseType::Named(a), BaseType::Named(b)) => a == b && (expected.nullable || !nullable),
        (BaseType::List(a), BaseType::List(b)) => expected.nullable == nullable && library_allows(a, b, false),
        _ => false,
    }
}
