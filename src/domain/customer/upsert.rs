//! What a caller says of a customer they make or change.

use entity::ids::CustomerId;
use serde_json::{Map, Value};

use super::is_address;
use crate::domain::rejection::{Code, Rejection};
use crate::domain::{input, limits, text};

/// What is known of a customer. The outer option is whether it was given at all; null clears.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Upsert {
    /// Our id.
    pub id: Option<CustomerId>,
    /// The caller's id.
    pub external_id: Option<Option<String>>,
    /// E-mail address, compared without regard to case.
    pub email: Option<Option<String>>,
    /// Telephone number.
    pub phone: Option<Option<String>>,
    /// Full name.
    pub full_name: Option<Option<String>>,
    /// Merged by key; a null value removes its key.
    pub attributes: Option<Map<String, Value>>,
    /// Whether they are blocked.
    pub blocked: Option<bool>,
}

impl Upsert {
    /// Trims every text and refuses what can't be kept; a blank text clears.
    ///
    /// # Errors
    /// `REQUIRED` without any key; `TOO_LONG`, `INVALID`.
    pub fn checked(mut self) -> Result<Self, Rejection> {
        let fields = [
            ("externalId", &mut self.external_id, limits::EXTERNAL_ID),
            ("email", &mut self.email, limits::NAME),
            ("phone", &mut self.phone, limits::NAME),
            ("fullName", &mut self.full_name, limits::NAME),
        ];
        for (field, value, limit) in fields {
            if let Some(Some(given)) = value {
                *value = Some(input::optional(field, given, limit)?);
            }
        }
        if self.email().is_some_and(|email| !is_address(email)) {
            return Err(Rejection::invalid("email", "This isn't an e-mail address."));
        }
        let named = self.external_id().is_some() || self.email().is_some() || self.phone().is_some();
        if self.id.is_none() && !named {
            return Err(Rejection::new(Code::Required, "Name the customer by id, externalId, email or phone."));
        }
        Ok(self)
    }

    /// The caller's id, if one is given.
    #[must_use]
    pub fn external_id(&self) -> Option<&str> {
        self.external_id.as_ref()?.as_deref()
    }

    /// The address, if one is given.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.email.as_ref()?.as_deref()
    }

    /// The address in the form in which it is unique.
    #[must_use]
    pub fn email_key(&self) -> Option<String> {
        self.email().map(text::key)
    }

    /// The number, if one is given.
    #[must_use]
    pub fn phone(&self) -> Option<&str> {
        self.phone.as_ref()?.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_is_named_by_a_key() {
        let nameless = Upsert { full_name: Some(Some("Grace".into())), email: Some(None), ..Upsert::default() };
        assert_eq!(nameless.checked().unwrap_err().code, Code::Required);
        let blank = Upsert { phone: Some(Some("  ".into())), ..Upsert::default() };
        assert_eq!(blank.checked().unwrap_err().code, Code::Required);
        let named = Upsert { email: Some(Some(" Grace@Example.org ".into())), ..Upsert::default() };
        let named = named.checked().unwrap();
        assert_eq!(
            (named.email(), named.email_key().as_deref()),
            (Some("Grace@Example.org"), Some("grace@example.org"))
        );
    }

    #[test]
    fn keys_have_their_form() {
        let odd = Upsert { email: Some(Some("grace".into())), ..Upsert::default() };
        assert_eq!(odd.checked().unwrap_err().field, ["email"]);
        let long = Upsert { external_id: Some(Some("x".repeat(1_001))), ..Upsert::default() };
        assert_eq!(long.checked().unwrap_err().code, Code::TooLong);
    }
}
