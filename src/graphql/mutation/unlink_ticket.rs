//! `unlinkTicket`.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::link_ticket::{Deed, run};
use crate::graphql::types::ticket_payload::TicketPayload;

/// A ticket and a conversation that are to be linked no longer.
#[derive(InputObject)]
pub struct UnlinkTicketInput {
    /// The ticket.
    ticket_id: ID,
    /// The conversation.
    conversation_id: ID,
}

/// `unlinkTicket`.
#[derive(Default)]
pub struct UnlinkTicket;

#[Object]
impl UnlinkTicket {
    /// Unlinks a ticket and a conversation, with an entry in the conversation; what isn't linked stays as it is. Needs TICKETS_WRITE and
    /// access to the conversation. Refused with NOT_FOUND.
    async fn unlink_ticket(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The two ends.")] input: UnlinkTicketInput,
    ) -> Result<Option<TicketPayload>> {
        run(ctx, &input.ticket_id, &input.conversation_id, Deed::Unlink).await
    }
}
