//! `reportDelivery`.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::ids::EventId;

use crate::domain::action::report_delivery::ReportDelivery;
use crate::domain::permission::Operation;
use crate::domain::rejection::Rejection;
use crate::graphql::error::{role_refusal, shown};
use crate::graphql::reader::Reader;
use crate::graphql::types::enums::DeliveryStatus;
use crate::graphql::types::payload::MessagePayload;

/// How far a message came.
#[derive(InputObject)]
pub struct ReportDeliveryInput {
    /// The message, an outbound one.
    message_id: ID,
    /// How far it came. Older news than what is known changes nothing.
    status: DeliveryStatus,
    /// The channel's own id, by which answers will name it, at most 1,000 characters; unique on the channel.
    external_id: Option<String>,
    /// Why it failed, cut at 1,000 characters; only with FAILED.
    error: Option<String>,
}

/// `reportDelivery`.
#[derive(Default)]
pub struct ReportMessageDelivery;

#[Object]
impl ReportMessageDelivery {
    /// Says how far an outbound message came; for whoever delivers. Refused with NOT_FOUND, INVALID, TOO_LONG or TAKEN, for agents who
    /// aren't admins with FORBIDDEN.
    async fn report_delivery(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The message, and how far it came.")] input: ReportDeliveryInput,
    ) -> Result<Option<MessagePayload>> {
        let reader = Reader::of(ctx)?;
        if let Err(rejection) = role_refusal(reader.viewer().permit(Operation::ReportDelivery))? {
            return Ok(MessagePayload::refused(rejection));
        }
        let Some(message) = EventId::from_wire("message", &input.message_id) else {
            return Ok(MessagePayload::refused(Rejection::not_found("messageId")));
        };
        let status = input.status.into();
        let report = ReportDelivery { message, status, external_id: input.external_id, error: input.error };
        let result = reader.service.report_delivery(reader.viewer(), report).await;
        let asked = reader.service.conversation_of(reader.viewer(), message).await.map_err(shown)?;
        MessagePayload::of(reader, asked, result).await
    }
}
