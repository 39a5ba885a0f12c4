//! Customers.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use entity::ids::CustomerId;

use crate::domain::permission::Operation;
use crate::domain::{limits, text};
use crate::graphql::connection::{Connection, window};
use crate::graphql::error::{bad_request, shown};
use crate::graphql::reader::Reader;
use crate::graphql::types::customer::Customer;
use crate::store::customers::find::CustomerKey;

/// Customers.
#[derive(Default)]
pub struct CustomersQuery;

#[Object]
impl CustomersQuery {
    /// The customers, newest first. Needs CUSTOMERS_READ.
    #[allow(clippy::too_many_arguments)]
    async fn customers(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only those with this text somewhere in name, e-mail address, telephone number or external id, without regard to case; at most 255 characters."
        )]
        search: Option<String>,
        #[graphql(desc = "How many, from the start or `after`; default 25, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Only customers behind this edge.")] after: Option<String>,
        #[graphql(desc = "How many, from the end or `before`; at most 100, not together with `first`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only customers before this edge.")] before: Option<String>,
    ) -> Option<Result<Connection<Customer>>> {
        let page = async {
            let reader = Reader::permitted(ctx, Operation::ReadCustomers)?;
            let search = search.as_deref();
            if search.is_some_and(|text| text::has_nul(text) || text::exceeds(text, limits::NAME)) {
                return Err(bad_request("search may have at most 255 characters, none of them U+0000."));
            }
            let window = window(first, after, last, before)?;
            let page = reader.service.store.customers(search, &window).await.map_err(shown)?;
            Ok(Connection(page.map(|row| Customer(Arc::new(row)))))
        };
        Some(page.await)
    }

    /// A customer by exactly one of the keys, else BAD_REQUEST; null when there is none. Needs CUSTOMERS_READ.
    async fn customer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The customer's id.")] id: Option<ID>,
        #[graphql(desc = "The organisation's own id of them.")] external_id: Option<String>,
        #[graphql(desc = "Their e-mail address, without regard to case.")] email: Option<String>,
    ) -> Option<Result<Customer>> {
        let found = async {
            let reader = Reader::permitted(ctx, Operation::ReadCustomers)?;
            let Some(key) = key(id, external_id, email)? else { return Ok(None) };
            let row = reader.service.store.customer(&key).await.map_err(shown)?;
            Ok(row.map(|row| Customer(Arc::new(row))))
        };
        found.await.transpose()
    }
}

/// The one key that is given; none for an id that names nothing.
fn key(id: Option<ID>, external_id: Option<String>, email: Option<String>) -> Result<Option<CustomerKey>> {
    match (id, external_id, email) {
        (Some(id), None, None) => Ok(CustomerId::parse(&id).map(CustomerKey::Id)),
        (None, Some(external_id), None) => Ok(Some(CustomerKey::ExternalId(external_id))),
        (None, None, Some(email)) => Ok(Some(CustomerKey::Email(email))),
        _ => Err(bad_request("Give exactly one of id, externalId and email.")),
    }
}
