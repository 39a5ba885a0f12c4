//! What the front needs to know of the schema, read once from the exported SDL: which fields page, which types are
//! objects, what may be null, which input positions have a default.
//! It knows nothing of resolvers and is never changed after start.

use std::collections::HashMap;

use async_graphql::Name;
use async_graphql::Positioned;
use async_graphql::Value as ConstValue;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, OperationType, SchemaDefinition, Type, TypeDefinition, TypeKind,
    TypeSystemDefinition,
};

/// The schema as the front sees it.
pub struct SchemaIndex {
    types: HashMap<Name, TypeEntry>,
    query: Name,
    mutation: Name,
    subscription: Name,
}

/// A named type.
pub enum TypeEntry {
    /// An object: exactly one type at run time.
    Object(HashMap<Name, FieldEntry>),
    /// An interface or union: one of several objects at run time.
    Abstract(HashMap<Name, FieldEntry>),
    /// An input object.
    Input(HashMap<Name, InputEntry>),
    /// A scalar or enum.
    Leaf,
}

/// A field of an object or interface.
pub struct FieldEntry {
    /// What the field answers.
    pub ty: Type,
    /// The arguments it takes.
    pub args: HashMap<Name, InputEntry>,
}

/// An argument or the field of an input object.
pub struct InputEntry {
    /// What it accepts.
    pub ty: Type,
    /// What it is when left out.
    pub default: Option<ConstValue>,
}

impl SchemaIndex {
    /// Reads the index from a schema's SDL. Fails with the parser's words when the SDL can't be read.
    pub fn from_sdl(sdl: &str) -> Result<Self, String> {
        let document = parse_schema(sdl).map_err(|error| error.to_string())?;
        let mut index = Self {
            types: HashMap::new(),
            query: Name::new("Query"),
            mutation: Name::new("Mutation"),
            subscription: Name::new("Subscription"),
        };
        for definition in document.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => index.set_roots(schema.node),
                TypeSystemDefinition::Type(ty) => index.add_type(ty.node),
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        Ok(index)
    }

    /// The name of the type that operations of this kind start from.
    pub fn root(&self, ty: OperationType) -> &Name {
        match ty {
            OperationType::Query => &self.query,
            OperationType::Mutation => &self.mutation,
            OperationType::Subscription => &self.subscription,
        }
    }

    /// The type of that name; introspection's own types and unknown ones have none.
    pub fn ty(&self, name: &str) -> Option<&TypeEntry> {
        self.types.get(name)
    }

    /// The field of that name on the type of that name.
    pub fn field(&self, ty: &str, field: &str) -> Option<&FieldEntry> {
        match self.types.get(ty)? {
            TypeEntry::Object(fields) | TypeEntry::Abstract(fields) => fields.get(field),
            TypeEntry::Input(_) | TypeEntry::Leaf => None,
        }
    }

    /// Whether the name is an object type's.
    pub fn is_object(&self, name: &str) -> bool {
        matches!(self.types.get(name), Some(TypeEntry::Object(_)))
    }

    /// How many types there are.
    pub fn type_count(&self) -> u64 {
        self.types.len() as u64
    }

    fn set_roots(&mut self, schema: SchemaDefinition) {
        if let Some(name) = schema.query {
            self.query = name.node;
        }
        if let Some(name) = schema.mutation {
            self.mutation = name.node;
        }
        if let Some(name) = schema.subscription {
            self.subscription = name.node;
        }
    }

    fn add_type(&mut self, definition: TypeDefinition) {
        let entry = match definition.kind {
            TypeKind::Object(object) => TypeEntry::Object(fields(object.fields)),
            TypeKind::Interface(interface) => TypeEntry::Abstract(fields(interface.fields)),
            TypeKind::Union(_) => TypeEntry::Abstract(HashMap::new()),
            TypeKind::InputObject(input) => TypeEntry::Input(inputs(input.fields)),
            TypeKind::Scalar | TypeKind::Enum(_) => TypeEntry::Leaf,
        };
        self.types.insert(definition.name.node, entry);
    }
}

impl FieldEntry {
    /// Whether the field takes a page size.
    pub fn pages(&self) -> bool {
        self.args.contains_key("first") || self.args.contains_key("last")
    }
}

/// The name inside a type's lists and exclamation marks.
pub fn named(ty: &Type) -> &Name {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => named(inner),
    }
}

fn fields(definitions: Vec<Positioned<FieldDefinition>>) -> HashMap<Name, FieldEntry> {
    definitions
        .into_iter()
        .map(|field| {
            let entry = FieldEntry { ty: field.node.ty.node, args: inputs(field.node.arguments) };
            (field.node.name.node, entry)
        })
        .collect()
}

fn inputs(definitions: Vec<Positioned<InputValueDefinition>>) -> HashMap<Name, InputEntry> {
    definitions
        .into_iter()
        .map(|input| {
            let entry =
                InputEntry { ty: input.node.ty.node, default: input.node.default_value.map(|value| value.node) };
            (input.node.name.node, entry)
        })
        .collect()
}
