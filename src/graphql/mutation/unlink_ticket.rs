//! `unlinkTicket`.

use async_graphql::{Context, ID, InputObject, Object, Result};

use crate::domain::permission::Operation;
use crate::graphql::error::role_refusal;
use crate::graphql::reader::Reader;
use crate::graphql::types::ticket_payload::{Asked, TicketPayload};

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
        let reader = Reader::of(ctx)?;
        let viewer = reader.viewer();
        if let Err(rejection) = role_refusal(viewer.permit(Operation::WriteTickets))? {
            return Ok(TicketPayload::refused(rejection));
        }
        let asked = Asked::of(&input.ticket_id, &input.conversation_id);
        let result = match asked.both() {
            Ok((ticket, conversation)) => reader.service.unlink_ticket(viewer, ticket, conversation).await,
            Err(rejection) => Err(rejection.into()),
        };
        TicketPayload::of(reader, asked, result).await
    }
}
