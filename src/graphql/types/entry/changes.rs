//! The entries of changes: one type each, with the change's own fields.

use async_graphql::{Context, Result};

use super::entry_type;
use super::gone;
use super::message::Message;
use crate::domain::fact::Fact;
use crate::graphql::reader::Reader;
use crate::graphql::scalar::DateTime;
use crate::graphql::types::agent::Agent;
use crate::graphql::types::conversation::Conversation;
use crate::graphql::types::enums::{
    AssignmentReason, CloseReason, ConversationState, DeliveryStatus, LinkKind, Priority, ReopenReason, SpamReason,
    TicketStatus, WakeReason,
};
use crate::graphql::types::tag::{self, Tag};
use crate::graphql::types::team::Team;
use crate::graphql::types::ticket::Ticket;

entry_type! {
    /// CREATED: the conversation began.
    CreatedEntry {
        /// Why it is a conversation of its own, in one sentence.
        async fn routing_reason(&self) -> Result<String> {
            match &*self.0.fact {
                Fact::Created { routing_reason, .. } => Ok(routing_reason.clone()),
                _ => Err(gone()),
            }
        }
    }
}

entry_type! {
    /// ASSIGNED: agent or team changed.
    AssignedEntry {
        /// The agent before; null = nobody.
        #[graphql(name = "fromAgent")]
        async fn agent_before(&self, ctx: &Context<'_>) -> Result<Option<Agent>> {
            match &*self.0.fact {
                Fact::Assigned { from_agent: Some(id), .. } => Ok(Reader::of(ctx)?.load(*id).await?.map(Agent)),
                _ => Ok(None),
            }
        }

        /// The agent after; null = nobody.
        #[graphql(name = "toAgent")]
        async fn agent_after(&self, ctx: &Context<'_>) -> Result<Option<Agent>> {
            match &*self.0.fact {
                Fact::Assigned { to_agent: Some(id), .. } => Ok(Reader::of(ctx)?.load(*id).await?.map(Agent)),
                _ => Ok(None),
            }
        }

        /// The team before; null = none.
        #[graphql(name = "fromTeam")]
        async fn team_before(&self, ctx: &Context<'_>) -> Result<Option<Team>> {
            match &*self.0.fact {
                Fact::Assigned { from_team: Some(id), .. } => Ok(Reader::of(ctx)?.load(*id).await?.map(Team)),
                _ => Ok(None),
            }
        }

        /// The team after; null = none.
        #[graphql(name = "toTeam")]
        async fn team_after(&self, ctx: &Context<'_>) -> Result<Option<Team>> {
            match &*self.0.fact {
                Fact::Assigned { to_team: Some(id), .. } => Ok(Reader::of(ctx)?.load(*id).await?.map(Team)),
                _ => Ok(None),
            }
        }

        /// Why it changed.
        async fn assign_reason(&self) -> Result<AssignmentReason> {
            match &*self.0.fact {
                Fact::Assigned { reason, .. } => Ok((*reason).into()),
                _ => Err(gone()),
            }
        }
    }
}

entry_type! {
    /// TAGGED: tags were added or removed.
    TaggedEntry {
        /// The tags that were added, by name.
        async fn added(&self, ctx: &Context<'_>) -> Result<Vec<Tag>> {
            match &*self.0.fact {
                Fact::Tagged { added, .. } => tag::named(ctx, added).await,
                _ => Err(gone()),
            }
        }

        /// The tags that were removed, by name.
        async fn removed(&self, ctx: &Context<'_>) -> Result<Vec<Tag>> {
            match &*self.0.fact {
                Fact::Tagged { removed, .. } => tag::named(ctx, removed).await,
                _ => Err(gone()),
            }
        }
    }
}

entry_type! {
    /// PRIORITIZED: the priority changed.
    PrioritizedEntry {
        /// The priority before; null = none.
        #[graphql(name = "fromPriority")]
        async fn priority_before(&self) -> Result<Option<Priority>> {
            match &*self.0.fact {
                Fact::Prioritized { from, .. } => Ok(from.map(Into::into)),
                _ => Err(gone()),
            }
        }

        /// The priority after; null = none.
        #[graphql(name = "toPriority")]
        async fn priority_after(&self) -> Result<Option<Priority>> {
            match &*self.0.fact {
                Fact::Prioritized { to, .. } => Ok(to.map(Into::into)),
                _ => Err(gone()),
            }
        }
    }
}

entry_type! {
    /// SNOOZED: the conversation sleeps, or sleeps for another time than before.
    SnoozedEntry {
        /// Until when it slept before, in UTC; null when it didn't sleep, or until the customer replied.
        async fn previous_until(&self) -> Result<Option<DateTime>> {
            match &*self.0.fact {
                Fact::Snoozed { from, .. } => Ok(from.and_then(|sleep| sleep.until).map(Into::into)),
                _ => Err(gone()),
            }
        }

        /// Until when it sleeps, in UTC; null = until the customer replies.
        async fn until(&self) -> Result<Option<DateTime>> {
            match &*self.0.fact {
                Fact::Snoozed { to, .. } => Ok(to.until.map(Into::into)),
                _ => Err(gone()),
            }
        }

        /// Whether a customer's message wakes it before.
        async fn wake_on_reply(&self) -> Result<bool> {
            match &*self.0.fact {
                Fact::Snoozed { to, .. } => Ok(to.wake_on_reply),
                _ => Err(gone()),
            }
        }
    }
}

entry_type! {
    /// WOKEN: a snoozed conversation came back.
    WokenEntry {
        /// Why it woke.
        async fn wake_reason(&self) -> Result<WakeReason> {
            match &*self.0.fact {
                Fact::Woken { reason, .. } => Ok((*reason).into()),
                _ => Err(gone()),
            }
        }

        /// When the clock meant to wake it; null when somebody did.
        async fn scheduled_for(&self) -> Option<DateTime> {
            self.0.row.scheduled_for.map(Into::into)
        }
    }
}

entry_type! {
    /// CLOSED: the conversation is done and in history.
    ClosedEntry {
        /// Why it was closed.
        async fn close_reason(&self) -> Result<CloseReason> {
            match &*self.0.fact {
                Fact::Closed { reason, .. } => Ok((*reason).into()),
                _ => Err(gone()),
            }
        }

        /// When the clock meant to close it; null when somebody did.
        async fn scheduled_for(&self) -> Option<DateTime> {
            self.0.row.scheduled_for.map(Into::into)
        }
    }
}

entry_type! {
    /// REOPENED: a closed conversation is open again.
    ReopenedEntry {
        /// Why it reopened.
        async fn reopen_reason(&self) -> Result<ReopenReason> {
            match &*self.0.fact {
                Fact::Reopened { reason } => Ok((*reason).into()),
                _ => Err(gone()),
            }
        }
    }
}

entry_type! {
    /// MARKED_AS_SPAM: the conversation is in the spam view.
    MarkedAsSpamEntry {
        /// Why it is spam.
        async fn spam_reason(&self) -> Result<SpamReason> {
            match &*self.0.fact {
                Fact::MarkedAsSpam { reason, .. } => Ok((*reason).into()),
                _ => Err(gone()),
            }
        }

        /// Whether the customer was blocked with it.
        async fn blocked_sender(&self) -> Result<bool> {
            match &*self.0.fact {
                Fact::MarkedAsSpam { blocked_sender, .. } => Ok(*blocked_sender),
                _ => Err(gone()),
            }
        }
    }
}

entry_type! {
    /// RESTORED: the conversation isn't spam any longer.
    RestoredEntry {
        /// What stood underneath. If the customer wrote while it was spam, a REOPENED or WOKEN entry may follow.
        async fn restored_to(&self) -> Result<ConversationState> {
            match &*self.0.fact {
                Fact::Restored { to, .. } => Ok((*to).into()),
                _ => Err(gone()),
            }
        }

        /// Whether the customer was unblocked with it.
        async fn unblocked_sender(&self) -> Result<bool> {
            match &*self.0.fact {
                Fact::Restored { unblocked_sender, .. } => Ok(*unblocked_sender),
                _ => Err(gone()),
            }
        }
    }
}

entry_type! {
    /// FOLLOWED, UNFOLLOWED: an agent began to follow, stopped, or chose never to begin by itself.
    FollowEntry {
        /// Who began to follow or stopped.
        async fn agent(&self, ctx: &Context<'_>) -> Result<Agent> {
            match &*self.0.fact {
                Fact::Followed { agent } | Fact::Unfollowed { agent } => {
                    Reader::of(ctx)?.load(*agent).await?.map(Agent).ok_or_else(gone)
                }
                _ => Err(gone()),
            }
        }
    }
}

entry_type! {
    /// LINKED, UNLINKED: this conversation and another were linked, or are no longer.
    LinkEntry {
        /// What the other end is, or was, to this conversation.
        async fn link_kind(&self) -> Result<LinkKind> {
            match &*self.0.fact {
                Fact::Linked { link_kind, .. } | Fact::Unlinked { link_kind, .. } => Ok((*link_kind).into()),
                _ => Err(gone()),
            }
        }

        /// The other end; null when the viewer may not see it.
        async fn other(&self, ctx: &Context<'_>) -> Result<Option<Conversation>> {
            match &*self.0.fact {
                Fact::Linked { other, .. } | Fact::Unlinked { other, .. } => Ok(Reader::of(ctx)?.load(*other).await?.map(Conversation)),
                _ => Err(gone()),
            }
        }
    }
}

entry_type! {
    /// TICKET_LINKED, TICKET_UNLINKED, TICKET_CHANGED: the conversation was linked to a ticket, linked otherwise than before or unlinked,
    /// or the status of its ticket changed.
    TicketEntry {
        /// The ticket, as it now is.
        async fn ticket(&self, ctx: &Context<'_>) -> Result<Ticket> {
            match &*self.0.fact {
                Fact::TicketLinked { ticket } | Fact::TicketUnlinked { ticket } | Fact::TicketChanged { ticket, .. } => {
                    Reader::of(ctx)?.load(*ticket).await?.map(Ticket).ok_or_else(gone)
                }
                _ => Err(gone()),
            }
        }

        /// The ticket's status before; null unless it changed.
        #[graphql(name = "fromStatus")]
        async fn status_before(&self) -> Option<TicketStatus> {
            match &*self.0.fact {
                Fact::TicketChanged { from, .. } => Some((*from).into()),
                _ => None,
            }
        }

        /// The ticket's status after; null unless it changed.
        #[graphql(name = "toStatus")]
        async fn status_after(&self) -> Option<TicketStatus> {
            match &*self.0.fact {
                Fact::TicketChanged { to, .. } => Some((*to).into()),
                _ => None,
            }
        }
    }
}

entry_type! {
    /// EDITED: subject or attributes changed.
    EditedEntry {
        /// The changed fields, spelled as in `UpdateConversationInput`.
        async fn fields(&self) -> Result<Vec<String>> {
            match &*self.0.fact {
                Fact::Edited { fields } => Ok(fields.clone()),
                _ => Err(gone()),
            }
        }
    }
}

entry_type! {
    /// DELIVERY_CHANGED: whoever delivers said how far a message came.
    DeliveryEntry {
        /// The message, as it now is.
        async fn message(&self, ctx: &Context<'_>) -> Result<Message> {
            match &*self.0.fact {
                Fact::DeliveryChanged { message, .. } => Message::load(Reader::of(ctx)?, *message).await?.ok_or_else(gone),
                _ => Err(gone()),
            }
        }

        /// How far it came with this entry.
        async fn status(&self) -> Result<DeliveryStatus> {
            match &*self.0.fact {
                Fact::DeliveryChanged { status, .. } => Ok((*status).into()),
                _ => Err(gone()),
            }
        }

        /// Why it failed; null otherwise. At most 1,000 characters.
        async fn error(&self) -> Option<String> {
            match &*self.0.fact {
                Fact::DeliveryChanged { error, .. } => error.clone(),
                _ => None,
            }
        }
    }
}
