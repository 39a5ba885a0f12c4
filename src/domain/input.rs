//! Reading what a caller handed in: present, clean and within its limit, or a refusal that names the field.

use std::collections::HashSet;
use std::hash::Hash;

use super::rejection::Rejection;
use super::{limits, text};

/// A trimmed text that may be absent: blank counts as absent.
///
/// # Errors
/// `INVALID` for U+0000, `TOO_LONG`.
pub fn optional(field: &str, value: &str, limit: usize) -> Result<Option<String>, Rejection> {
    let value = value.trim();
    check(field, value, limit)?;
    Ok((!value.is_empty()).then(|| value.to_owned()))
}

/// A trimmed text that must be there.
///
/// # Errors
/// `REQUIRED` for a blank one, `INVALID` for U+0000, `TOO_LONG`.
pub fn required(field: &str, value: &str, limit: usize) -> Result<String, Rejection> {
    optional(field, value, limit)?.ok_or_else(|| Rejection::required(field))
}

/// The text of a message or note, exactly as written.
///
/// # Errors
/// `REQUIRED` for a blank one, `INVALID` for U+0000, `TOO_LONG`.
pub fn body(field: &str, value: &str) -> Result<String, Rejection> {
    check(field, value, limits::TEXT)?;
    if value.trim().is_empty() {
        return Err(Rejection::required(field));
    }
    Ok(value.to_owned())
}

/// A list of ids without repetition, in the order given.
///
/// # Errors
/// `LIMIT_EXCEEDED` for more different ones than the limit.
pub fn set<T: Copy + Eq + Hash>(field: &str, ids: Vec<T>, limit: usize) -> Result<Vec<T>, Rejection> {
    let mut seen = HashSet::new();
    let ids: Vec<T> = ids.into_iter().filter(|id| seen.insert(*id)).collect();
    if ids.len() > limit {
        return Err(Rejection::limit(field, limit, "of these"));
    }
    Ok(ids)
}

fn check(field: &str, value: &str, limit: usize) -> Result<(), Rejection> {
    if text::has_nul(value) {
        return Err(Rejection::invalid(field, "U+0000 isn't allowed."));
    }
    // A key of more bytes can't be indexed; a folded name can be many times as long.
    let key = match limit {
        limits::EXTERNAL_ID => value.len(),
        limits::NAME => text::key(text::cut(value, limit)).len(),
        _ => 0,
    };
    if text::exceeds(value, limit) || key > limits::KEY_BYTES {
        return Err(Rejection::too_long(field, limit));
    }
    Ok(())
}
