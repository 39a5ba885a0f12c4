//! Conditions on what is written: words anywhere in it, or a pattern.

use std::sync::OnceLock;

use super::pattern::Pattern;
use super::values;
use crate::domain::rejection::{Code, Rejection};

/// A text that many conditions are judged on: kept as it was written, and folded once, when the first of them asks.
#[derive(Clone, Debug, Default)]
pub struct Text {
    raw: String,
    folded: OnceLock<String>,
}

impl Text {
    fn folded(&self) -> &str {
        self.folded.get_or_init(|| values::fold(&self.raw))
    }
}

impl From<String> for Text {
    fn from(raw: String) -> Self {
        Self { raw, folded: OnceLock::new() }
    }
}

/// What a text must be like: all that is given holds, and something is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextTest {
    /// One of these at least occurs; folded.
    any: Option<Vec<String>>,
    /// Each of these occurs; folded.
    all: Option<Vec<String>>,
    /// It occurs.
    pattern: Option<Pattern>,
}

impl TextTest {
    /// Reads one.
    ///
    /// # Errors
    /// `REQUIRED` for nothing given, an empty list or a blank text; `INVALID`, `TOO_LONG`, `LIMIT_EXCEEDED`.
    pub fn checked(
        any: Option<Vec<String>>,
        all: Option<Vec<String>>,
        pattern: Option<&str>,
    ) -> Result<Self, Rejection> {
        if any.is_none() && all.is_none() && pattern.is_none() {
            return Err(Rejection::new(Code::Required, "Give containsAny, containsAll or matches."));
        }
        Ok(Self {
            any: any.map(|words| values::each("containsAny", words, values::folded)).transpose()?,
            all: all.map(|words| values::each("containsAll", words, values::folded)).transpose()?,
            pattern: pattern.map(|pattern| Pattern::checked("matches", pattern)).transpose()?,
        })
    }

    /// How many places its pattern has.
    #[must_use]
    pub fn places(&self) -> u64 {
        self.pattern.as_ref().map_or(0, |pattern| pattern.places)
    }

    /// Whether a text is like this; no text never is.
    #[must_use]
    pub fn holds(&self, text: Option<&Text>) -> bool {
        let Some(text) = text else { return false };
        let has = |word: &String| text.folded().contains(word.as_str());
        self.any.as_ref().is_none_or(|words| words.iter().any(has))
            && self.all.as_ref().is_none_or(|words| words.iter().all(has))
            && self.pattern.as_ref().is_none_or(|pattern| pattern.occurs_in(&text.raw))
    }
}

#[cfg(test)]
mod tests;
