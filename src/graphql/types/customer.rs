//! Customers. Without the scope CUSTOMERS_READ only id and display name are shown.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use entity::customer::Model;
use entity::enums::Scope;

use super::conversation::Conversation;
use super::filter::ConversationFilter;
use super::view::ConversationOrder;
use crate::graphql::connection::Connection;
use crate::graphql::listing::{self, Arguments};
use crate::graphql::reader::Reader;
use crate::graphql::scalar::{DateTime, JsonObject};
use crate::store::page::Page;

/// The person outside.
#[derive(Clone, Debug)]
pub struct Customer(pub Arc<Model>);

/// The person outside. Without the scope CUSTOMERS_READ only `id`, `displayName` and the two times tell anything: nullable fields are
/// null, `attributes` is empty and `blocked` false, whatever they are.
#[Object]
impl Customer {
    /// Its id.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The name to show: the full name, else the e-mail address, else the telephone number, else "Customer".
    pub async fn display_name(&self) -> String {
        let row = &self.0;
        let name = row.full_name.as_ref().or(row.email.as_ref()).or(row.phone.as_ref());
        name.map_or_else(|| "Customer".to_owned(), Clone::clone)
    }

    /// The organisation's own id of them, unique, at most 1,000 characters; null when there is none.
    async fn external_id(&self, ctx: &Context<'_>) -> Option<Result<String>> {
        self.told(ctx, |row| row.external_id.clone())
    }

    /// Their full name, at most 255 characters; null when it isn't known.
    async fn full_name(&self, ctx: &Context<'_>) -> Option<Result<String>> {
        self.told(ctx, |row| row.full_name.clone())
    }

    /// Their e-mail address, unique without regard to case; null when it isn't known.
    async fn email(&self, ctx: &Context<'_>) -> Option<Result<String>> {
        self.told(ctx, |row| row.email.clone())
    }

    /// Their telephone number, unique; null when it isn't known.
    async fn phone(&self, ctx: &Context<'_>) -> Option<Result<String>> {
        self.told(ctx, |row| row.phone.clone())
    }

    /// Free attributes, at most 64 keys and 16 KiB of JSON together.
    async fn attributes(&self, ctx: &Context<'_>) -> Result<JsonObject> {
        let shown = readable(ctx)?.then(|| JsonObject::from_stored(self.0.attributes.clone()));
        Ok(shown.unwrap_or_default())
    }

    /// Whether new conversations of theirs go to spam.
    async fn blocked(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(readable(ctx)? && self.0.blocked)
    }

    /// Their conversations that the viewer may see, newest activity first unless `orderBy` says otherwise. Without `first` and `last` it
    /// is the first 25. Empty without CONVERSATIONS_READ.
    #[allow(clippy::too_many_arguments)]
    async fn conversations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only conversations that match this; null or omitted matches all.")] filter: Option<
            ConversationFilter,
        >,
        #[graphql(desc = "The order; null or omitted means newest activity first.")] order_by: Option<
            ConversationOrder,
        >,
        #[graphql(desc = "How many from the start, or behind `after`; 0 to 100, not together with `last`.")]
        first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor in the list's order.")] after: Option<String>,
        #[graphql(desc = "How many from the end, or before `before`; 0 to 100, not together with `first`.")]
        last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor in the list's order.")] before: Option<String>,
    ) -> Result<Connection<Conversation>> {
        if !Reader::of(ctx)?.viewer().has(Scope::ConversationsRead) {
            return Ok(Connection(Page::empty()));
        }
        let arguments = Arguments { filter, order_by, first, after, last, before };
        listing::of_customer(ctx, self.0.id, arguments).await
    }

    /// When they first became known, in UTC.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When what is known of them last changed, in UTC.
    async fn updated_at(&self) -> DateTime {
        self.0.updated_at.into()
    }
}

impl Customer {
    fn told(&self, ctx: &Context<'_>, field: fn(&Model) -> Option<String>) -> Option<Result<String>> {
        match readable(ctx) {
            Ok(true) => field(&self.0).map(Ok),
            Ok(false) => None,
            Err(fault) => Some(Err(fault)),
        }
    }
}

fn readable(ctx: &Context<'_>) -> Result<bool> {
    Ok(Reader::of(ctx)?.viewer().has(Scope::CustomersRead))
}
