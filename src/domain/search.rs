//! What texts are found by: the terms of a text, and those of a search for them.
//!
//! Owns how text falls apart into words. Both databases are given the same terms and compare them bytewise, so that they find the same;
//! where terms are kept, and who may find what, is for others.

mod fold;
mod runs;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use self::runs::{Run, each_run};
use super::limits;

/// What one thing is found by: the different terms of its texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms(BTreeSet<String>);

impl Terms {
    /// The terms of these texts together. Of texts with more than half a MiB of different terms the last ones are left out.
    #[must_use]
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let (mut terms, mut bytes) = (BTreeSet::new(), 0);
        let mut add = |term: &str| {
            if bytes + term.len() <= limits::TERMS_BYTES && !terms.contains(term) {
                bytes += term.len();
                terms.insert(term.to_owned());
            }
        };
        for text in texts {
            each_run(text, &mut |run| match run {
                Run::Word(word) => add(word),
                Run::Unspaced(characters) => {
                    characters.iter().for_each(|one| add(one.encode_utf8(&mut [0; 4])));
                    characters.windows(2).for_each(|pair| add(&pair.iter().collect::<String>()));
                }
            });
        }
        Self(terms)
    }

    /// Whether nothing finds it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The terms in one text, each apart from the next by a space, which no term contains.
    #[must_use]
    pub fn joined(&self) -> String {
        self.0.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

/// What is searched for: all of these terms. Without any it finds nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(Vec<Wanted>);

/// One term that is searched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Letters, digits and their marks, folded; never empty.
    pub text: String,
    /// Whether terms that only begin like this are found too.
    pub prefix: bool,
}

impl Query {
    /// Reads what somebody typed. Nothing in it is an operator; of more than [`limits::SEARCH_TERMS`] different terms the first ones
    /// count.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut wanted: Vec<Wanted> = Vec::new();
        let mut add = |text: String, prefix: bool| {
            if wanted.len() < limits::SEARCH_TERMS && wanted.iter().all(|known| known.text != text) {
                wanted.push(Wanted { text, prefix });
            }
        };
        each_run(text, &mut |run| match run {
            Run::Word(word) => add(word.to_owned(), word.chars().count() >= PREFIX),
            Run::Unspaced([one]) => add(one.to_string(), false),
            Run::Unspaced(characters) => characters.windows(2).for_each(|pair| add(pair.iter().collect(), false)),
        });
        Self(wanted)
    }

    /// The terms, in the order in which they were typed.
    #[must_use]
    pub fn terms(&self) -> &[Wanted] {
        &self.0
    }
}

/// From so many characters on, a word finds longer ones too: `re` would find nearly everything.
const PREFIX: usize = 3;
