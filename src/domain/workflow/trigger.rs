//! What starts a workflow.

use entity::enums::{ConversationState, EventKind, MessageDirection, WorkflowTrigger};

use crate::domain::facets::Facets;
use crate::domain::fact::Fact;

/// Whether an entry starts workflows of this trigger. `before` and `after` are the conversation's facets around the entry; none before
/// the first. Nothing starts in spam, and neither does what was sent automatically.
#[must_use]
pub fn starts(trigger: WorkflowTrigger, fact: &Fact, before: Option<&Facets>, after: &Facets) -> bool {
    if after.state == ConversationState::Spam || matches!(fact, Fact::Message { automatic: true, .. }) {
        return false;
    }
    match trigger {
        WorkflowTrigger::ConversationCreated => matches!(fact, Fact::Created { .. }),
        WorkflowTrigger::CustomerMessage => is_message(fact, MessageDirection::Inbound),
        WorkflowTrigger::AgentMessage => is_message(fact, MessageDirection::Outbound),
        WorkflowTrigger::NoteAdded => matches!(fact, Fact::Note { .. }),
        WorkflowTrigger::Assigned => matches!(fact, Fact::Assigned { .. }),
        WorkflowTrigger::StateChanged => before.is_some_and(|before| before.state != after.state),
        WorkflowTrigger::Tagged => matches!(fact, Fact::Tagged { added, .. } if !added.is_empty()),
        WorkflowTrigger::Prioritized => matches!(fact, Fact::Prioritized { .. }),
        WorkflowTrigger::TicketChanged => matches!(fact, Fact::TicketChanged { .. }),
    }
}

/// The kinds of entries that may start workflows of this trigger.
#[must_use]
pub fn kinds(trigger: WorkflowTrigger) -> &'static [EventKind] {
    match trigger {
        WorkflowTrigger::ConversationCreated => &[EventKind::Created],
        WorkflowTrigger::CustomerMessage | WorkflowTrigger::AgentMessage => &[EventKind::Message],
        WorkflowTrigger::NoteAdded => &[EventKind::Note],
        WorkflowTrigger::Assigned => &[EventKind::Assigned],
        WorkflowTrigger::StateChanged => {
            &[EventKind::Snoozed, EventKind::Woken, EventKind::Closed, EventKind::Reopened, EventKind::Restored]
        }
        WorkflowTrigger::Tagged => &[EventKind::Tagged],
        WorkflowTrigger::Prioritized => &[EventKind::Prioritized],
        WorkflowTrigger::TicketChanged => &[EventKind::TicketChanged],
    }
}

fn is_message(fact: &Fact, of: MessageDirection) -> bool {
    matches!(fact, Fact::Message { direction, .. } if *direction == of)
}

#[cfg(test)]
mod tests;
