//! The form in which texts are searched: without regard to case, width, accents and vowel points.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text, folded: NFKC, in lower case, without accents and vowel points, without what isn't seen.
pub(super) fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.chars().filter(|c| !vanishes(*c)).map(|c| c.to_ascii_lowercase()).collect();
    }
    let seen = text.chars().filter(|c| !vanishes(*c));
    let lower = seen.nfkc().collect::<String>().to_lowercase();
    // Taken apart, so that an accent stands by itself; what isn't dropped is put together again.
    lower.nfkd().filter(|c| !(is_accent(*c) || vanishes(*c))).map(plain).nfkc().collect()
}

/// What nobody sees and nobody types: controls that aren't white space, joiners, marks of direction, variants of a form.
fn vanishes(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic. In other scripts a mark is a letter like others.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}')
        && is_combining_mark(c)
}

/// A sigma at the end of a word is the same letter.
fn plain(c: char) -> char {
    if c == 'ς' { 'σ' } else { c }
}
