//! Handles of agents and slugs of teams: what an `@mention` names.

use super::rejection::Rejection;
use super::{input, limits};

/// A handle or slug in lower case: letters a–z and digits, then also dots, underscores and hyphens.
///
/// # Errors
/// `REQUIRED` for a blank one, `INVALID` for other characters, `TOO_LONG`.
pub fn handle(field: &str, value: &str) -> Result<String, Rejection> {
    let lower = input::required(field, value, limits::NAME)?.to_lowercase();
    if lower.starts_with(starts) && lower.chars().all(|c| starts(c) || matches!(c, '.' | '_' | '-')) {
        return Ok(lower);
    }
    let text =
        "This may have letters a to z, digits, dots, underscores and hyphens, and begins with a letter or digit.";
    Err(Rejection::invalid(field, text))
}

fn starts(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rejection::Code;

    #[test]
    fn handles_are_folded_to_lower_case() {
        for (given, kept) in [("ada", "ada"), (" Ada ", "ada"), ("0-9._x", "0-9._x"), ("É", "")] {
            let read = handle("handle", given);
            assert_eq!(read.as_deref().ok(), (!kept.is_empty()).then_some(kept), "{given}");
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        for (given, code) in [
            ("", Code::Required),
            ("  ", Code::Required),
            (".ada", Code::Invalid),
            ("-", Code::Invalid),
            ("a b", Code::Invalid),
            ("@ada", Code::Invalid),
            ("a\0", Code::Invalid),
            (&"a".repeat(256), Code::TooLong),
        ] {
            let refused = handle("handle", given).unwrap_err();
            assert_eq!((refused.code, refused.field), (code, vec!["handle".to_owned()]), "{given}");
        }
        assert!(handle("handle", &"a".repeat(255)).is_ok());
    }
}
