//! How callers name a customer.

use async_graphql::{ID, InputObject};
use entity::ids::CustomerId;

use crate::domain::customer::CustomerRef;
use crate::domain::rejection::Rejection;
use crate::graphql::scalar::JsonObject;

/// A customer, by `id`, else `externalId`, else `email` without regard to case, else `phone`; made if new. Missing fields and
/// attribute keys are filled in, nothing that is known is overwritten. No key at all is REQUIRED.
#[derive(Clone, InputObject)]
pub struct CustomerRefInput {
    /// The customer's id; an unknown one is NOT_FOUND.
    id: Option<ID>,
    /// The caller's own id, at most 1,000 characters; unique.
    external_id: Option<String>,
    /// E-mail address, at most 255 characters; unique without regard to case.
    email: Option<String>,
    /// Telephone number, at most 255 characters; unique.
    phone: Option<String>,
    /// Full name, at most 255 characters.
    full_name: Option<String>,
    /// Free attributes, at most 64 keys and 16 KiB of JSON together.
    attributes: Option<JsonObject>,
}

impl CustomerRefInput {
    /// What it names.
    ///
    /// # Errors
    /// `NOT_FOUND` for an id that isn't a customer's.
    pub fn named(self) -> Result<CustomerRef, Rejection> {
        let id = match self.id {
            Some(id) => Some(CustomerId::parse(&id).ok_or_else(|| Rejection::not_found("id").at("customer"))?),
            None => None,
        };
        Ok(CustomerRef {
            id,
            external_id: self.external_id,
            email: self.email,
            phone: self.phone,
            full_name: self.full_name,
            attributes: self.attributes.map(|attributes| attributes.0),
        })
    }
}
