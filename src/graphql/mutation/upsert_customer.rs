//! `upsertCustomer`.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};
use entity::ids::CustomerId;

use super::given;
use super::set_up::permitted;
use crate::domain::customer::upsert::Upsert;
use crate::domain::permission::Operation;
use crate::domain::rejection::Rejection;
use crate::graphql::reader::Reader;
use crate::graphql::scalar::JsonObject;
use crate::graphql::types::set_up_payload::CustomerPayload;

/// What is known of a customer, named by `id`, `externalId`, `email` or `phone`; at least one of them is REQUIRED, and all that are given
/// must name the same customer or none, else CONFLICT. Omitted = unchanged; null clears, but for `attributes` and `blocked`, where it is
/// REQUIRED.
#[derive(InputObject)]
pub struct UpsertCustomerInput {
    /// The customer's id; an unknown one is NOT_FOUND. Null or omitted = named by another key.
    id: Option<ID>,
    /// The organisation's own id of them, at most 1,000 characters; unique.
    external_id: MaybeUndefined<String>,
    /// Their full name, at most 255 characters.
    full_name: MaybeUndefined<String>,
    /// Their e-mail address, at most 255 characters; unique without regard to case.
    email: MaybeUndefined<String>,
    /// Their telephone number, at most 255 characters; unique.
    phone: MaybeUndefined<String>,
    /// Free attributes, merged by key; a null value removes its key. At most 64 keys and 16 KiB of JSON together.
    attributes: MaybeUndefined<JsonObject>,
    /// Whether new conversations of theirs go to spam.
    blocked: MaybeUndefined<bool>,
}

impl UpsertCustomerInput {
    fn read(self) -> std::result::Result<Upsert, Rejection> {
        Ok(Upsert {
            id: self.id.map(|id| given::id("id", &id, CustomerId::parse)).transpose()?,
            external_id: given::clear(self.external_id),
            email: given::clear(self.email),
            phone: given::clear(self.phone),
            full_name: given::clear(self.full_name),
            attributes: given::change("attributes", self.attributes)?.map(|attributes| attributes.0),
            blocked: given::change("blocked", self.blocked)?,
        })
    }
}

/// `upsertCustomer`.
#[derive(Default)]
pub struct UpsertCustomer;

#[Object]
impl UpsertCustomer {
    /// Changes the customer that the keys name, or makes one. Needs CUSTOMERS_WRITE. Refused with NOT_FOUND, CONFLICT, REQUIRED, INVALID,
    /// TOO_LONG or LIMIT_EXCEEDED.
    async fn upsert_customer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The customer, and what is known of them.")] input: UpsertCustomerInput,
    ) -> Option<Result<CustomerPayload>> {
        Some(upsert(ctx, input).await)
    }
}

async fn upsert(ctx: &Context<'_>, input: UpsertCustomerInput) -> Result<CustomerPayload> {
    let reader = Reader::of(ctx)?;
    let work = async { reader.service.upsert_customer(reader.viewer().actor(), &input.read()?).await };
    let outcome = permitted(reader, Operation::WriteCustomers, work).await?;
    CustomerPayload::of(reader, outcome).await
}
