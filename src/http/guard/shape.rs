//! Everything about a document that doesn't depend on variables: how many selections it expands to, how deep it goes,
//! how many aliases and directives it has. Judged once, when the document enters the cache.

use std::collections::HashMap;

use async_graphql::parser::types::{Directive, ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql::{Name, Positioned};

use super::{Limit, MAX_ALIASES, MAX_DEPTH, MAX_DIRECTIVES, MAX_NESTING, MAX_SELECTIONS, Refusal};
use crate::http::codes;

/// Refuses a document of which any operation or fragment is above a limit of the guard.
pub fn check_shape(document: &ExecutableDocument) -> Result<(), Refusal> {
    let mut walk = Walk { document, fragments: HashMap::new() };
    let mut all = 0_u64;
    for (_, operation) in document.operations.iter() {
        check_directives(&operation.node.directives)?;
        for variable in &operation.node.variable_definitions {
            check_directives(&variable.node.directives)?;
        }
        let shape = walk.set(&operation.node.selection_set.node, 1)?;
        shape.check()?;
        all = all.saturating_add(shape.selections);
    }
    for name in document.fragments.keys() {
        walk.fragment(name, 1)?.check()?;
    }
    check_selections(all)
}

#[derive(Clone, Copy, Default)]
struct Shape {
    selections: u64,
    aliases: u64,
    depth: u32,
    nesting: usize,
}

impl Shape {
    fn add(&mut self, other: Self) {
        self.selections = self.selections.saturating_add(other.selections);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.depth = self.depth.max(other.depth);
        self.nesting = self.nesting.max(other.nesting);
    }

    fn check(&self) -> Result<(), Refusal> {
        check_selections(self.selections)?;
        if self.depth > MAX_DEPTH {
            return Err(Refusal::too_complex(
                Limit::Depth,
                format!("The operation nests fields deeper than {MAX_DEPTH}."),
            ));
        }
        if self.aliases > MAX_ALIASES {
            return Err(Refusal::too_complex(
                Limit::Aliases,
                format!("The operation has more than {MAX_ALIASES} aliases."),
            ));
        }
        Ok(())
    }
}

enum Memo {
    InProgress,
    Done(Shape),
}

struct Walk<'a> {
    document: &'a ExecutableDocument,
    fragments: HashMap<&'a Name, Memo>,
}

impl<'a> Walk<'a> {
    fn set(&mut self, set: &'a SelectionSet, level: usize) -> Result<Shape, Refusal> {
        check_nesting(level)?;
        let mut shape = Shape::default();
        for selection in &set.items {
            check_directives(selection.node.directives())?;
            let mut inner = match &selection.node {
                Selection::Field(field) => self.field(&field.node, level)?,
                Selection::InlineFragment(fragment) => self.set(&fragment.node.selection_set.node, level + 1)?,
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node, level + 1)?,
            };
            inner.selections = inner.selections.saturating_add(1);
            inner.nesting += 1;
            check_nesting(level + inner.nesting)?;
            shape.add(inner);
        }
        Ok(shape)
    }

    fn field(&mut self, field: &'a Field, level: usize) -> Result<Shape, Refusal> {
        let mut shape = self.set(&field.selection_set.node, level + 1)?;
        shape.depth = shape.depth.saturating_add(1);
        shape.aliases = shape.aliases.saturating_add(u64::from(field.alias.is_some()));
        Ok(shape)
    }

    fn fragment(&mut self, name: &'a Name, level: usize) -> Result<Shape, Refusal> {
        match self.fragments.get(name) {
            Some(Memo::Done(shape)) => return Ok(*shape),
            Some(Memo::InProgress) => return Err(cycle(name)),
            None => {}
        }
        // An unknown fragment is the validator's to name.
        let Some(fragment) = self.document.fragments.get(name) else {
            return Ok(Shape::default());
        };
        check_directives(&fragment.node.directives)?;
        self.fragments.insert(name, Memo::InProgress);
        let shape = self.set(&fragment.node.selection_set.node, level)?;
        self.fragments.insert(name, Memo::Done(shape));
        Ok(shape)
    }
}

fn cycle(name: &Name) -> Refusal {
    Refusal {
        limit: Limit::Selections,
        code: codes::VALIDATION_FAILED,
        message: format!("The fragment \"{name}\" contains itself."),
    }
}

fn check_selections(selections: u64) -> Result<(), Refusal> {
    if selections > MAX_SELECTIONS {
        return Err(Refusal::too_complex(
            Limit::Selections,
            format!("The document expands to more than {MAX_SELECTIONS} selections."),
        ));
    }
    Ok(())
}

fn check_nesting(level: usize) -> Result<(), Refusal> {
    if level > MAX_NESTING {
        return Err(Refusal::too_complex(
            Limit::Nesting,
            format!("The document nests selections and fragments deeper than {MAX_NESTING}."),
        ));
    }
    Ok(())
}

fn check_directives(directives: &[Positioned<Directive>]) -> Result<(), Refusal> {
    if directives.len() > MAX_DIRECTIVES {
        return Err(Refusal::too_complex(
            Limit::Directives,
            format!("There are more than {MAX_DIRECTIVES} directives at one place."),
        ));
    }
    Ok(())
}
