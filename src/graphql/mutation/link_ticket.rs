//! `linkTicket`.

use async_graphql::{Context, ID, InputObject, Object, Result};

use crate::domain::permission::Operation;
use crate::graphql::error::role_refusal;
use crate::graphql::reader::Reader;
use crate::graphql::types::ticket_payload::{Asked, TicketPayload};

/// A ticket and a conversation to link.
#[derive(InputObject)]
pub struct LinkTicketInput {
    /// The ticket.
    ticket_id: ID,
    /// The conversation.
    conversation_id: ID,
    /// Whether the conversation comes back when the ticket is resolved: closed it reopens, snoozed it wakes.
    #[graphql(default)]
    reopen_on_resolve: bool,
}

/// `linkTicket`.
#[derive(Default)]
pub struct LinkTicket;

#[Object]
impl LinkTicket {
    /// Links a ticket and a conversation, in any state, with an entry in the conversation. Linked already, it sets `reopenOnResolve`;
    /// linked like this already, nothing changes. Needs TICKETS_WRITE and access to the conversation. Refused with NOT_FOUND, or
    /// LIMIT_EXCEEDED beyond 50 tickets of a conversation or 500 conversations of a ticket.
    async fn link_ticket(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The two ends.")] input: LinkTicketInput,
    ) -> Result<Option<TicketPayload>> {
        let reopen_on_resolve = input.reopen_on_resolve;
        run(ctx, &input.ticket_id, &input.conversation_id, Deed::Link { reopen_on_resolve }).await
    }
}

/// What becomes of two ends.
#[derive(Clone, Copy, Debug)]
pub enum Deed {
    /// They are linked.
    Link {
        /// Whether the conversation comes back when the ticket is resolved.
        reopen_on_resolve: bool,
    },
    /// They are linked no longer.
    Unlink,
}

/// Links or unlinks a ticket and a conversation.
///
/// # Errors
/// A missing scope, and every failure that isn't a refusal.
pub async fn run(ctx: &Context<'_>, ticket: &ID, conversation: &ID, deed: Deed) -> Result<Option<TicketPayload>> {
    let reader = Reader::of(ctx)?;
    let viewer = reader.viewer();
    if let Err(rejection) = role_refusal(viewer.permit(Operation::WriteTickets))? {
        return Ok(TicketPayload::refused(rejection));
    }
    let asked = Asked::of(ticket, conversation);
    let result = match (asked.both(), deed) {
        (Ok((ticket, conversation)), Deed::Link { reopen_on_resolve }) => {
            reader.service.link_ticket(viewer, ticket, conversation, reopen_on_resolve).await
        }
        (Ok((ticket, conversation)), Deed::Unlink) => reader.service.unlink_ticket(viewer, ticket, conversation).await,
        (Err(rejection), _) => Err(rejection.into()),
    };
    TicketPayload::of(reader, asked, result).await
}
