//! `linkConversations`.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::ids::ConversationId;

use crate::domain::permission::Operation;
use crate::domain::rejection::Rejection;
use crate::graphql::error::role_refusal;
use crate::graphql::reader::Reader;
use crate::graphql::types::enums::LinkKind;
use crate::graphql::types::payload::ConversationPayload;

/// `linkConversations`.
#[derive(Default)]
pub struct LinkConversations;

/// Two conversations that have to do with each other.
#[derive(InputObject)]
pub struct LinkConversationsInput {
    /// This end, which the payload shows.
    conversation_id: ID,
    /// The other end; not the same.
    other_id: ID,
    /// What the other end is to this one. CONTINUES and CONTINUED_BY are made by routing only, and refused with INVALID.
    #[graphql(default_with = "LinkKind::Related")]
    kind: LinkKind,
}

#[Object]
impl LinkConversations {
    /// Links two conversations, with an entry on each end. Linked like this already, nothing changes. Needs CONVERSATIONS_WRITE and
    /// access to both. Refused with NOT_FOUND, SELF_LINK, INVALID, CYCLE if a conversation would become its own ancestor, or
    /// LIMIT_EXCEEDED beyond 100 links of a conversation.
    async fn link_conversations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The two ends.")] input: LinkConversationsInput,
    ) -> Result<Option<ConversationPayload>> {
        run(ctx, [&input.conversation_id, &input.other_id], Deed::Link(input.kind)).await
    }
}

/// What becomes of two conversations.
pub enum Deed {
    /// They are linked in this kind.
    Link(LinkKind),
    /// They are unlinked in this kind, or in all that people link by.
    Unlink(Option<LinkKind>),
}

/// Does it to both ends, and answers the first.
///
/// # Errors
/// A missing scope, and every failure that isn't a refusal.
pub async fn run(ctx: &Context<'_>, ends: [&ID; 2], deed: Deed) -> Result<Option<ConversationPayload>> {
    let reader = Reader::of(ctx)?;
    if let Err(rejection) = role_refusal(reader.viewer().permit(Operation::ManageConversation))? {
        return Ok(ConversationPayload::refused(rejection));
    }
    let ends = match named(ends) {
        Ok(ends) => ends,
        Err(rejection) => return Ok(ConversationPayload::refused(rejection)),
    };
    let result = match deed {
        Deed::Link(kind) => reader.service.link(reader.viewer(), ends, kind.into()).await,
        Deed::Unlink(kind) => reader.service.unlink(reader.viewer(), ends, kind.map(Into::into)).await,
    };
    ConversationPayload::of(reader, Some(ends[0]), result).await
}

fn named([this, other]: [&ID; 2]) -> std::result::Result<[ConversationId; 2], Rejection> {
    let named = |id: &ID, field| ConversationId::parse(id).ok_or_else(|| Rejection::not_found(field));
    Ok([named(this, "conversationId")?, named(other, "otherId")?])
}
