//! `createTicket`.

use async_graphql::{Context, ID, InputObject, InputType, Object, Result};
use entity::ids::ConversationId;

use super::given;
use super::ticket_input::TicketInput;
use crate::domain::permission::Operation;
use crate::domain::rejection::Rejection;
use crate::graphql::error::role_refusal;
use crate::graphql::reader::Reader;
use crate::graphql::types::ticket_payload::{Asked, TicketPayload};
use crate::service::idempotency;
use crate::service::tickets::TicketChanged;

/// A ticket to create, from a conversation or by itself.
#[derive(Clone, InputObject)]
pub struct CreateTicketInput {
    /// The conversation it comes from, which is linked to it; null or omitted = none.
    conversation_id: Option<ID>,
    #[graphql(flatten)]
    ticket: TicketInput,
    /// The same key creates one ticket: a retry answers the first. At most 255 characters, kept 7 days.
    idempotency_key: Option<String>,
}

async fn create(
    reader: &Reader,
    conversation: std::result::Result<Option<ConversationId>, Rejection>,
    input: &CreateTicketInput,
) -> crate::error::Result<TicketChanged> {
    let spelled = input.to_value().to_string();
    let key = idempotency::key(reader.viewer(), "createTicket", input.idempotency_key.as_deref(), &spelled)?;
    let (conversation, create) = (conversation?, input.ticket.read()?);
    reader.service.create_ticket(reader.viewer(), conversation, create, key.as_ref()).await
}

/// `createTicket`.
#[derive(Default)]
pub struct CreateTicket;

#[Object]
impl CreateTicket {
    /// Creates a ticket, open. From a conversation it gets the subject as its title, the priority and the tags, unless others are given,
    /// remembers the message it came from, and is linked to the conversation, which gets an entry and stays as it is. Needs
    /// TICKETS_WRITE, and access to the conversation. Refused with NOT_FOUND, REQUIRED, TOO_LONG, INVALID, AGENT_INACTIVE, TAKEN,
    /// LIMIT_EXCEEDED or IDEMPOTENCY_MISMATCH.
    async fn create_ticket(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ticket, and where it comes from.")] input: CreateTicketInput,
    ) -> Result<Option<TicketPayload>> {
        let reader = Reader::of(ctx)?;
        if let Err(rejection) = role_refusal(reader.viewer().permit(Operation::WriteTickets))? {
            return Ok(TicketPayload::refused(rejection));
        }
        let id = given::optional_id("conversationId", input.conversation_id.as_ref(), ConversationId::parse);
        let asked = Asked { ticket: None, conversation: id.clone().ok().flatten() };
        let result = create(reader, id, &input).await;
        TicketPayload::of(reader, asked, result).await
    }
}
