//! `unlinkConversations`.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::link_conversations::ends;
use crate::domain::permission::Operation;
use crate::graphql::error::role_refusal;
use crate::graphql::reader::Reader;
use crate::graphql::types::enums::LinkKind;
use crate::graphql::types::payload::ConversationPayload;

/// `unlinkConversations`.
#[derive(Default)]
pub struct UnlinkConversations;

/// Two conversations that have nothing to do with each other any longer.
#[derive(InputObject)]
pub struct UnlinkConversationsInput {
    /// This end, which the payload shows.
    conversation_id: ID,
    /// The other end.
    other_id: ID,
    /// In which kind; omitted or null = in every kind that people link by. What routing linked stays, and naming it is INVALID.
    kind: Option<LinkKind>,
}

#[Object]
impl UnlinkConversations {
    /// Unlinks two conversations, with an entry on each end for each link that is gone. Not linked, nothing changes. Needs
    /// CONVERSATIONS_WRITE and access to both. Refused with NOT_FOUND, SELF_LINK or INVALID.
    async fn unlink_conversations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The two ends.")] input: UnlinkConversationsInput,
    ) -> Result<Option<ConversationPayload>> {
        let reader = Reader::of(ctx)?;
        if let Err(rejection) = role_refusal(reader.viewer().permit(Operation::ManageConversation))? {
            return Ok(ConversationPayload::refused(rejection));
        }
        match ends(&input.conversation_id, &input.other_id) {
            Ok(ends) => {
                let result = reader.service.unlink(reader.viewer(), ends, input.kind.map(Into::into)).await;
                ConversationPayload::of(reader, Some(ends[0]), result).await
            }
            Err(rejection) => Ok(ConversationPayload::refused(rejection)),
        }
    }
}
