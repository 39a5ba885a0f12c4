//! The variables of one call: which are required, which were omitted, which have a default.
//! A null given for a variable is a value; only a variable that isn't in the request counts as omitted.

use async_graphql::parser::types::OperationDefinition;
use async_graphql::{Name, ServerError, Variables};
use async_graphql_value::ConstValue;

use crate::http::codes;

/// Refuses with `BAD_REQUEST` when a variable of a non-null type has no value or is null.
pub fn check_required(operation: &OperationDefinition, variables: &Variables) -> Result<(), ServerError> {
    for definition in &operation.variable_definitions {
        let (name, ty) = (&definition.node.name.node, &definition.node.var_type.node);
        if ty.nullable {
            continue;
        }
        let problem = match variables.get(name) {
            None if definition.node.default_value.is_none() => "was not given",
            Some(ConstValue::Null) => "must not be null",
            _ => continue,
        };
        let message = format!("The variable \"${name}\" of type \"{ty}\" {problem}.");
        let mut error = codes::error(codes::BAD_REQUEST, message);
        error.locations.push(definition.pos);
        return Err(error);
    }
    Ok(())
}

/// The variables the operation defines, with defaults filled in: the library forgets defaults under `@skip` and
/// `@include`. Values of other names are dropped.
pub fn with_defaults(operation: &OperationDefinition, mut given: Variables) -> Variables {
    let mut variables = Variables::default();
    for definition in &operation.variable_definitions {
        let name = &definition.node.name.node;
        let default = definition.node.default_value.as_ref();
        let value = given.remove(name).or_else(|| default.map(|value| value.node.clone()));
        if let Some(value) = value {
            variables.insert(name.clone(), value);
        }
    }
    variables
}

/// The variables that have neither value nor default.
pub fn omitted<'a>(operation: &'a OperationDefinition, variables: &'a Variables) -> impl Iterator<Item = &'a Name> {
    let definitions = operation.variable_definitions.iter();
    definitions.map(|definition| &definition.node.name.node).filter(|name| !variables.contains_key(*name))
}
