//! Tags: what a new one must have, and what of one may change.

use super::rejection::Rejection;
use super::{input, limits};

/// A tag to make.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewTag {
    /// Shown name; unique without regard to case.
    pub name: String,
    /// `#rrggbb`; folded to lower case.
    pub color: Option<String>,
    /// What it is for.
    pub description: Option<String>,
}

impl NewTag {
    /// Trims every text and refuses what can't be kept; a blank colour or description is none.
    ///
    /// # Errors
    /// `REQUIRED`, `INVALID`, `TOO_LONG`.
    pub fn checked(self) -> Result<Self, Rejection> {
        Ok(Self {
            name: input::required("name", &self.name, limits::NAME)?,
            color: color(self.color)?,
            description: description(self.description)?,
        })
    }
}

/// What of a tag changes. The outer option is whether it was given at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagEdit {
    /// Shown name.
    pub name: Option<String>,
    /// Colour; null clears it.
    pub color: Option<Option<String>>,
    /// What it is for; null clears it.
    pub description: Option<Option<String>>,
    /// Whether it can't be newly added.
    pub archived: Option<bool>,
}

impl TagEdit {
    /// Trims every text and refuses what can't be kept; a blank colour or description is none.
    ///
    /// # Errors
    /// `REQUIRED`, `INVALID`, `TOO_LONG`.
    pub fn checked(self) -> Result<Self, Rejection> {
        Ok(Self {
            name: self.name.map(|name| input::required("name", &name, limits::NAME)).transpose()?,
            color: self.color.map(color).transpose()?,
            description: self.description.map(description).transpose()?,
            archived: self.archived,
        })
    }
}

fn description(given: Option<String>) -> Result<Option<String>, Rejection> {
    given.map_or(Ok(None), |text| input::optional("description", &text, limits::TAG_DESCRIPTION))
}

fn color(given: Option<String>) -> Result<Option<String>, Rejection> {
    let malformed = || Rejection::invalid("color", "A colour is spelled #rrggbb, with hexadecimal digits.");
    let Some(text) = given.map_or(Ok(None), |text| input::optional("color", &text, limits::NAME))? else {
        return Ok(None);
    };
    let digits = text.strip_prefix('#').ok_or_else(malformed)?;
    if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(malformed());
    }
    Ok(Some(text.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rejection::Code;

    #[test]
    fn colours_are_folded_to_lower_case() {
        for (given, kept) in [("#A1b2C3", Some("#a1b2c3")), (" #000000 ", Some("#000000")), ("", None), (" ", None)] {
            assert_eq!(color(Some(given.to_owned())), Ok(kept.map(str::to_owned)), "{given}");
        }
        assert_eq!(color(None), Ok(None));
    }

    #[test]
    fn other_spellings_of_colours_are_refused() {
        for given in ["red", "#abc", "#a1b2c3d4", "a1b2c3", "#a1b2cg", "##a1b2c", "#a1b2c\u{e9}", "#a1\0b2c"] {
            let refused = color(Some(given.to_owned())).unwrap_err();
            assert_eq!((refused.code, refused.field), (Code::Invalid, vec!["color".to_owned()]), "{given:?}");
        }
    }

    #[test]
    fn a_description_may_have_a_thousand_characters() {
        let tag = |length| NewTag { name: "x".to_owned(), color: None, description: Some("ä".repeat(length)) };
        assert!(tag(1_000).checked().is_ok());
        assert_eq!(tag(1_001).checked().unwrap_err().code, Code::TooLong);
    }
}
