//! The kinds of the log's rows, and which of them timelines show, make remembered fields stale, or tell of notes.

use sea_orm::Iterable;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// The kind of a log row: what a timeline shows, and set-up changes that none shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EventKind {
    /// A message of a customer or to one.
    Message,
    /// The conversation began.
    Created,
    /// Agent or team changed.
    Assigned,
    /// An internal note.
    Note,
    /// Tags were added or removed.
    Tagged,
    /// The priority changed.
    Prioritized,
    /// Snoozed, or snoozed anew.
    Snoozed,
    /// Woke from snooze.
    Woken,
    /// Closed.
    Closed,
    /// Reopened.
    Reopened,
    /// Marked as spam.
    MarkedAsSpam,
    /// Restored from spam.
    Restored,
    /// An agent began to follow.
    Followed,
    /// An agent stopped following, or chose never to begin by itself.
    Unfollowed,
    /// Linked to another conversation.
    Linked,
    /// No longer linked to another conversation.
    Unlinked,
    /// Linked to a ticket.
    TicketLinked,
    /// No longer linked to a ticket.
    TicketUnlinked,
    /// A linked ticket's status changed.
    TicketChanged,
    /// Subject or attributes changed.
    Edited,
    /// A note's text or mentions changed.
    NoteEdited,
    /// A note was erased.
    NoteDeleted,
    /// The delivery of a message got on or failed.
    DeliveryChanged,
    /// An agent was created or changed.
    AgentChanged,
    /// A team was created or changed.
    TeamChanged,
    /// A channel was created or changed.
    ChannelChanged,
    /// A tag was created, changed or deleted.
    TagChanged,
    /// A customer was created or changed.
    CustomerChanged,
    /// An integration was created.
    IntegrationChanged,
    /// A token was created or revoked.
    TokenChanged,
    /// A ticket was created.
    TicketCreated,
    /// A ticket changed, all but its links.
    TicketUpdated,
    /// A conversation was linked to a ticket or unlinked.
    TicketLinkChanged,
    /// A macro was created, changed or deleted.
    MacroChanged,
    /// A workflow was created, changed, switched off or deleted.
    WorkflowChanged,
}

impl EventKind {
    /// All kinds that timelines show.
    #[must_use]
    pub fn of_timelines() -> Vec<Self> {
        Self::iter().filter(|kind| kind.in_timelines()).collect()
    }

    /// Whether a row of this kind can change what somebody may see or do.
    #[must_use]
    pub fn changes_access(self) -> bool {
        matches!(self, Self::AgentChanged | Self::TeamChanged | Self::ChannelChanged | Self::TokenChanged)
    }

    /// Whether a timeline shows rows of this kind.
    #[must_use]
    pub fn in_timelines(self) -> bool {
        let of_nobody =
            matches!(self, Self::CustomerChanged | Self::TokenChanged | Self::MacroChanged | Self::WorkflowChanged);
        !self.is_setup() && !self.is_of_tickets() && !of_nobody
    }

    /// Whether a row of this kind makes remembered display fields of people, teams, channels or tags stale.
    #[must_use]
    pub fn is_setup(self) -> bool {
        matches!(
            self,
            Self::AgentChanged | Self::TeamChanged | Self::ChannelChanged | Self::TagChanged | Self::IntegrationChanged
        )
    }

    /// Whether a row of this kind is one of a ticket's own.
    #[must_use]
    pub fn is_of_tickets(self) -> bool {
        matches!(self, Self::TicketCreated | Self::TicketUpdated | Self::TicketLinkChanged)
    }

    /// Whether a row of this kind tells of an internal note, and so exists only for who may read notes.
    #[must_use]
    pub fn is_of_notes(self) -> bool {
        matches!(self, Self::Note | Self::NoteEdited | Self::NoteDeleted)
    }
}
