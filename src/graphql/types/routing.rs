//! Where a customer's message goes, and why.

use async_graphql::{Context, Enum, Object, Result};
use entity::enums::Scope;
use entity::ids::ConversationId;

use super::conversation::Conversation;
use crate::domain::routing::Decision;
use crate::graphql::reader::Reader;
use crate::service::change::Routed;

/// Where a customer's message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum RoutingDecision {
    /// Into an earlier conversation, whose state stays.
    Append,
    /// Into an earlier conversation, which reopens.
    Reopen,
    /// Into a new conversation.
    Create,
    /// Nowhere: it was received before.
    Duplicate,
}

/// Where a customer's message goes, and why.
#[derive(Clone, Debug)]
pub struct Routing {
    decision: RoutingDecision,
    conversation: Option<ConversationId>,
    reason: String,
    preview: bool,
}

impl Routing {
    /// A decision with the conversation it is about.
    #[must_use]
    pub fn of(routed: &Routed, conversation: Option<ConversationId>) -> Self {
        match routed {
            Routed::Duplicate => Self {
                decision: RoutingDecision::Duplicate,
                conversation,
                reason: "A message with this external id was received on the channel before.".to_owned(),
                preview: false,
            },
            Routed::To(route) => {
                let decision = match route.decision {
                    Decision::Append => RoutingDecision::Append,
                    Decision::Reopen => RoutingDecision::Reopen,
                    Decision::Create { .. } => RoutingDecision::Create,
                };
                Self { decision, conversation, reason: route.reason.clone(), preview: false }
            }
        }
    }

    /// The same, told before anything is done: what it would be about is shown only to who may read it.
    #[must_use]
    pub fn previewed(self) -> Self {
        Self { preview: true, ..self }
    }
}

/// Where a customer's message goes, and why.
#[Object]
impl Routing {
    /// What is done with it.
    async fn decision(&self) -> RoutingDecision {
        self.decision
    }

    /// The conversation it is in. In a preview: the one it would go into or continue; null when there is none, and when the viewer
    /// may not see it or lacks CONVERSATIONS_READ.
    async fn conversation(&self, ctx: &Context<'_>) -> Result<Option<Conversation>> {
        match self.conversation {
            Some(id) if !self.preview || Reader::of(ctx)?.viewer().has(Scope::ConversationsRead) => {
                Ok(Reader::of(ctx)?.load(id).await?.map(Conversation))
            }
            _ => Ok(None),
        }
    }

    /// One sentence.
    async fn reason(&self) -> &str {
        &self.reason
    }
}
