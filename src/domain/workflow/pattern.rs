//! Patterns that people write, judged in time that grows with the text alone.
//!
//! Owns how large a pattern may be, so that neither reading a hostile one nor judging by it can hold the server up.

use regex::{Error, Regex, RegexBuilder};

use crate::domain::rejection::{Code, Rejection};
use crate::domain::{limits, text};

/// Bytes of a compiled pattern.
const COMPILED: usize = 256 * 1024;
/// Bytes of what is remembered of it while a text is judged.
const REMEMBERED: usize = 1024 * 1024;
/// How deep its groups, repetitions and alternatives nest.
const NESTED: u32 = 50;

/// A regular expression, ready to be used; without regard to case.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl Eq for Pattern {}

impl Pattern {
    /// Reads one, as it is spelled.
    ///
    /// # Errors
    /// `REQUIRED` for an empty one, `TOO_LONG`, `INVALID` for what is no pattern or too large a one.
    pub fn checked(field: &str, pattern: &str) -> Result<Self, Rejection> {
        if pattern.is_empty() {
            return Err(Rejection::required(field));
        }
        if text::has_nul(pattern) {
            return Err(Rejection::invalid(field, "U+0000 isn't allowed."));
        }
        if text::exceeds(pattern, limits::PATTERN) {
            return Err(Rejection::too_long(field, limits::PATTERN));
        }
        let built = RegexBuilder::new(pattern)
            .case_insensitive(true)
            .size_limit(COMPILED)
            .dfa_size_limit(REMEMBERED)
            .nest_limit(NESTED)
            .build();
        built.map(Self).map_err(|why| Rejection::new(Code::Invalid, reason(&why)).at(field))
    }

    /// Whether it occurs anywhere in the text, as that is written.
    #[must_use]
    pub fn occurs_in(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

/// One sentence for the person who wrote it.
fn reason(why: &Error) -> String {
    match why {
        Error::CompiledTooBig(_) => "This pattern is too large; repeat less, or fewer kinds of characters.".to_owned(),
        // The last line says what is wrong, the ones before show where.
        other => {
            let text = other.to_string();
            let last = text.lines().last().unwrap_or_default();
            format!("This isn't a regular expression: {}.", last.trim_start_matches("error: ").trim_end_matches('.'))
        }
    }
}

#[cfg(test)]
mod tests;
