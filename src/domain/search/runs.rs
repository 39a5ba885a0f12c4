//! Where a text falls apart: into words, and into runs of characters of scripts that put no spaces between words.

use unicode_normalization::char::is_combining_mark;

use super::fold::folded;
use crate::domain::{limits, text};

/// A part of a text that has nothing to split it.
pub(super) enum Run<'a> {
    /// Letters, digits and their marks, cut at the limit.
    Word(&'a str),
    /// Characters that may be words by themselves or together, at least one.
    Unspaced(&'a [char]),
}

/// Hands over every run of a text, in order.
pub(super) fn each_run(text: &str, take: &mut impl FnMut(Run<'_>)) {
    let (mut word, mut unspaced) = (String::new(), Vec::new());
    for c in folded(text).chars().chain([' ']) {
        let kind = Kind::of(c);
        let in_word = kind == Kind::Letter || (kind == Kind::Mark && !word.is_empty());
        if !in_word && !word.is_empty() {
            take(Run::Word(text::cut(&word, limits::TERM)));
            word.clear();
        }
        if kind != Kind::Unspaced && !unspaced.is_empty() {
            take(Run::Unspaced(&unspaced));
            unspaced.clear();
        }
        match kind {
            Kind::Unspaced => unspaced.push(c),
            _ if in_word => word.push(c),
            _ => {}
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    /// Belongs to the word before it.
    Mark,
    Unspaced,
    Other,
}

impl Kind {
    fn of(c: char) -> Self {
        match (c.is_alphanumeric(), is_combining_mark(c)) {
            (false, false) => Self::Other,
            _ if is_unspaced(c) => Self::Unspaced,
            (_, true) => Self::Mark,
            _ => Self::Letter,
        }
    }
}

/// Whether the script puts no spaces between words: Thai, Lao, Myanmar, Khmer, Tai, Javanese, Kana, Bopomofo, Han.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{1950}'..='\u{19ff}'
        | '\u{1a20}'..='\u{1aaf}' | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{312f}'
        | '\u{31a0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{a980}'..='\u{a9ff}'
        | '\u{aa60}'..='\u{aa7f}' | '\u{f900}'..='\u{faff}' | '\u{1aff0}'..='\u{1b16f}' | '\u{20000}'..='\u{3ffff}')
}
