//! Rules about text: limits are counted in characters, U+0000 is never stored, and names are compared folded.
//! Owns how text is cut, cleaned and folded; which limit applies where is each action's business.

use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Whether the text has more than `max` characters.
pub fn exceeds(text: &str, max: usize) -> bool {
    // A character takes at least one byte, so short texts needn't be counted.
    text.len() > max && text.chars().nth(max).is_some()
}

/// The first `max` characters; the whole text if it isn't longer.
pub fn cut(text: &str, max: usize) -> &str {
    match text.char_indices().nth(max) {
        Some((end, _)) if text.len() > max => &text[..end],
        _ => text,
    }
}

/// Whether U+0000 occurs, which PostgreSQL can't store.
pub fn has_nul(text: &str) -> bool {
    text.as_bytes().contains(&0)
}

/// The text without U+0000.
pub fn without_nul(text: &str) -> Cow<'_, str> {
    if has_nul(text) { Cow::Owned(text.replace('\0', "")) } else { Cow::Borrowed(text) }
}

/// The form in which names are compared and sorted, bytewise: trimmed, compatibility-composed (NFKC), in lower case.
/// Folding what is folded changes nothing.
pub fn key(name: &str) -> String {
    let lower = name.nfkc().collect::<String>().to_lowercase();
    // Lower-casing can take a composed character apart.
    let folded: String = lower.nfkc().collect();
    folded.trim().to_owned()
}

/// One line of at most `max` characters for lists: white space of any length becomes one space, a longer text ends in an ellipsis.
pub fn preview(text: &str, max: usize) -> String {
    let mut line = String::new();
    // One more than fits tells whether anything is left out; the rest of a long text isn't looked at.
    let mut room = max + 1;
    for word in text.split_whitespace() {
        if !line.is_empty() && room > 0 {
            line.push(' ');
            room -= 1;
        }
        line.extend(word.chars().take(room).inspect(|_| room -= 1));
        if room == 0 {
            let kept = cut(&line, max.saturating_sub(1)).trim_end().len();
            line.truncate(kept);
            line.push('…');
            break;
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_count_characters_not_bytes() {
        assert_eq!(cut("äöü", 2), "äö");
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("abc", 0), "");
        assert_eq!(cut("", 5), "");
        assert_eq!(cut("a😀b", 2), "a😀");
        assert!(exceeds("äöü", 2));
        assert!(!exceeds("äöü", 3));
        assert!(exceeds("a", 0));
        assert!(!exceeds("", 0));
    }

    #[test]
    fn nul_is_found_and_removed() {
        assert!(has_nul("a\0b"));
        assert!(!has_nul("ab\u{1}"));
        assert_eq!(without_nul("\0a\0\0b\0"), "ab");
        assert!(matches!(without_nul("ab"), Cow::Borrowed("ab")));
    }

    #[test]
    fn names_are_folded() {
        for (name, folded) in [
            (" Ada ", "ada"),
            ("ÉCOLE", "école"),
            ("E\u{301}cole", "école"),
            ("ＶＩＰ", "vip"),
            ("ﬁx", "fix"),
            ("ΟΔΟΣ", "οδος"),
            ("a\u{a0}", "a"),
            ("", ""),
        ] {
            assert_eq!(key(name), folded, "{name}");
        }
    }

    #[test]
    fn folding_twice_is_folding_once() {
        for name in ["İstanbul", "ǅ", "ϔ", "ﷺ", "Å", " x ", "K", "\u{1e9e}"] {
            assert_eq!(key(&key(name)), key(name), "{name}");
        }
    }

    #[test]
    fn a_preview_is_one_line() {
        assert_eq!(preview("  Hello,\r\n\n  world\t!  ", 50), "Hello, world !");
        assert_eq!(preview("", 5), "");
        assert_eq!(preview(" \n ", 5), "");
        assert_eq!(preview("12345", 5), "12345");
        assert_eq!(preview("123456", 5), "1234…");
        assert_eq!(preview("123 456", 5), "123…");
        assert_eq!(preview("äöüäöü", 5), "äöüä…");
        assert_eq!(preview("12345 6", 5), "1234…");
    }
}
