//! Patterns that people write, judged in time that grows with the text alone.
//!
//! Owns how large a pattern may be, so that neither reading a hostile one nor judging by it can hold the server up. That takes the
//! length of the text times the places that are alive in it, so places are counted; kinds of characters have many bytes each, so the
//! compiled pattern's are counted too.

use regex::{Error, Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Hir, HirKind};

use crate::domain::rejection::{Code, Rejection};
use crate::domain::{limits, text};

/// Places of a pattern with its repetitions written out. The worst one found takes about half a second for the longest text.
const PLACES: u64 = 600;
/// Bytes of a compiled pattern: forty kinds as wide as any letter.
const COMPILED: usize = 2 * 1024 * 1024;
/// Bytes of what is remembered of it while a text is judged; with less the widest patterns take ten times as long.
const REMEMBERED: usize = 4 * 1024 * 1024;
/// How deep its groups, repetitions and classes nest.
const NESTED: u32 = 50;

/// A regular expression, ready to be used; without regard to case.
#[derive(Clone, Debug)]
pub struct Pattern {
    regex: Regex,
    /// How many places it has.
    pub places: u64,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.regex.as_str() == other.regex.as_str()
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
        compiled(pattern).map_err(|why| Rejection::new(Code::Invalid, why).at(field))
    }

    /// Whether it occurs anywhere in the text, as that is written.
    #[must_use]
    pub fn occurs_in(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }
}

/// The pattern compiled, or one sentence for the person who wrote it.
fn compiled(pattern: &str) -> Result<Pattern, String> {
    let parsed = ParserBuilder::new().case_insensitive(true).nest_limit(NESTED).build().parse(pattern);
    let places = places(&parsed.map_err(|why| no_pattern(&why.to_string()))?);
    if places > PLACES {
        return Err(format!(
            "This pattern is too large: with its repetitions written out it may have at most {PLACES} places."
        ));
    }
    let built = RegexBuilder::new(pattern)
        .case_insensitive(true)
        .size_limit(COMPILED)
        .dfa_size_limit(REMEMBERED)
        .nest_limit(NESTED)
        .build();
    let built = built.map_err(|why| match why {
        Error::CompiledTooBig(_) => {
            r"This pattern is too large: kinds of characters such as \w take much room, so repeat them less.".to_owned()
        }
        other => no_pattern(&other.to_string()),
    })?;
    Ok(Pattern { regex: built, places })
}

/// How many places it has: characters, kinds of characters and bounds, as often as they may be repeated.
fn places(pattern: &Hir) -> u64 {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) => 1,
        // Characters, not the bytes that go on with one.
        HirKind::Literal(literal) => literal.0.iter().filter(|byte| **byte & 0xc0 != 0x80).fold(0, |sum, _| sum + 1),
        HirKind::Repetition(repeated) => {
            let times = repeated.max.unwrap_or(repeated.min).max(1);
            places(&repeated.sub).saturating_mul(u64::from(times))
        }
        HirKind::Capture(capture) => places(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().map(places).fold(0, u64::saturating_add),
    }
}

/// The last line says what is wrong, the ones before show where.
fn no_pattern(why: &str) -> String {
    let last = why.lines().last().unwrap_or_default();
    format!("This isn't a regular expression: {}.", last.trim_start_matches("error: ").trim_end_matches('.'))
}

#[cfg(test)]
mod tests;
