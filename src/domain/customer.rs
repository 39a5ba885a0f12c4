//! The person outside: how they are named, and how what is known of them grows.

pub mod upsert;

use serde_json::{Map, Value};

use super::action::edit::merge_attributes;
use super::rejection::{Code, Rejection};
use super::{input, limits, text};
use entity::ids::CustomerId;

/// A customer as a caller names them: by id, else external id, else e-mail, else phone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CustomerRef {
    /// Our id.
    pub id: Option<CustomerId>,
    /// The caller's id.
    pub external_id: Option<String>,
    /// E-mail address, compared without regard to case.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Full name.
    pub full_name: Option<String>,
    /// Free attributes.
    pub attributes: Option<Map<String, Value>>,
}

impl CustomerRef {
    /// Trims every key and refuses what can't be kept.
    ///
    /// # Errors
    /// `REQUIRED` without any key; `TOO_LONG`, `INVALID`, `LIMIT_EXCEEDED`. Fields are below `input.customer`.
    pub fn checked(mut self) -> Result<Self, Rejection> {
        self.trim().map_err(|rejection| rejection.at("customer"))?;
        let named = self.id.is_some() || self.external_id.is_some() || self.email.is_some() || self.phone.is_some();
        if !named {
            let text = "Name the customer by id, externalId, email or phone.";
            return Err(Rejection::new(Code::Required, text).at("customer"));
        }
        Ok(self)
    }

    fn trim(&mut self) -> Result<(), Rejection> {
        let fields = [
            ("externalId", &mut self.external_id, limits::EXTERNAL_ID),
            ("email", &mut self.email, limits::NAME),
            ("phone", &mut self.phone, limits::NAME),
            ("fullName", &mut self.full_name, limits::NAME),
        ];
        for (field, value, limit) in fields {
            if let Some(given) = value {
                *value = input::optional(field, given, limit)?;
            }
        }
        if let Some(email) = &self.email
            && !is_address(email)
        {
            return Err(Rejection::invalid("email", "This isn't an e-mail address."));
        }
        if let Some(attributes) = &self.attributes {
            merge_attributes(&Map::new(), attributes)?;
        }
        Ok(())
    }

    /// The address in the form in which it is unique.
    #[must_use]
    pub fn email_key(&self) -> Option<String> {
        self.email.as_deref().map(text::key)
    }
}

/// What a search for a customer looks into: the parts, folded, one a line.
#[must_use]
pub fn search_key(parts: [Option<&str>; 4]) -> String {
    parts.into_iter().flatten().map(text::key).collect::<Vec<_>>().join("\n")
}

/// Whether a text looks like an e-mail address: something before and after one last `@`, without white space.
#[must_use]
pub fn is_address(text: &str) -> bool {
    let parts = text.rsplit_once('@');
    parts.is_some_and(|(local, host)| !local.is_empty() && !host.is_empty()) && !text.contains(char::is_whitespace)
}
