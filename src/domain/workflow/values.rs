//! The values of a condition: a list of them has at least one and not too many.

use crate::domain::input;
use crate::domain::limits;
use crate::domain::rejection::Rejection;
use crate::domain::text;

/// A list that asks something.
///
/// # Errors
/// `REQUIRED` for an empty one, `LIMIT_EXCEEDED`.
pub fn list<T>(field: &str, values: Vec<T>) -> Result<Vec<T>, Rejection> {
    if values.is_empty() {
        return Err(Rejection::required(field));
    }
    if values.len() > limits::CONDITION_VALUES {
        return Err(Rejection::limit(field, limits::CONDITION_VALUES, "values in a list"));
    }
    Ok(values)
}

/// The form in which texts are compared: as names are, and a sigma at the end of a word is the same letter as any other.
#[must_use]
pub fn fold(value: &str) -> String {
    text::key(value).replace('ς', "σ")
}

/// A text to compare with, folded.
///
/// # Errors
/// `REQUIRED` for a blank one, `INVALID` for U+0000, `TOO_LONG`.
pub fn folded(field: &str, value: &str) -> Result<String, Rejection> {
    let value = fold(&input::required(field, value, limits::NAME)?);
    // What folds to nothing would be found everywhere.
    if value.is_empty() { Err(Rejection::required(field)) } else { Ok(value) }
}

/// Texts to compare with, each read by itself and refused at its place.
///
/// # Errors
/// As for [`list`], and what `read` refuses.
pub fn each<T>(
    field: &str,
    values: Vec<String>,
    read: impl Fn(&str, &str) -> Result<T, Rejection>,
) -> Result<Vec<T>, Rejection> {
    let read = |(place, value): (usize, &String)| read(&place.to_string(), value).map_err(|why| why.at(field));
    list(field, values)?.iter().enumerate().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rejection::Code;

    #[test]
    fn a_list_has_one_to_a_hundred_values() {
        assert_eq!(list("channelIds", vec![1]), Ok(vec![1]));
        assert_eq!(list("channelIds", vec![1; 100]).unwrap().len(), 100);
        for (values, code) in [(vec![], Code::Required), (vec![1; 101], Code::LimitExceeded)] {
            let refused = list("channelIds", values).unwrap_err();
            assert_eq!((refused.code, refused.field), (code, vec!["channelIds".to_owned()]));
        }
    }

    #[test]
    fn a_text_is_refused_at_its_place() {
        let texts = |last: &str| vec!["Refund".to_owned(), last.to_owned()];
        assert_eq!(each("containsAny", texts(" ＶＩＰ "), folded), Ok(vec!["refund".to_owned(), "vip".to_owned()]));
        let long = "a".repeat(256);
        for (last, code) in
            [("", Code::Required), (" \n", Code::Required), ("a\0", Code::Invalid), (&long, Code::TooLong)]
        {
            let refused = each("containsAny", texts(last), folded).unwrap_err();
            assert_eq!((refused.code, refused.field), (code, vec!["containsAny".to_owned(), "1".to_owned()]));
        }
        assert_eq!(each("containsAny", texts(&"ä".repeat(255)), folded).unwrap()[1].chars().count(), 255);
    }
}
