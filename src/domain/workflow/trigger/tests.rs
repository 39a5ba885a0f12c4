//! What starts what: every kind of entry, in every state.

use chrono::DateTime;
use entity::enums::{
    AssignmentReason, CloseReason, DeliveryStatus, LinkKind, Priority, ReopenReason, SpamReason, TicketStatus,
    WakeReason,
};
use entity::ids::{AgentId, ChannelId, ConversationId, CustomerId, EventId, TagId, TicketId};
use uuid::Uuid;

use super::*;
use crate::domain::fact::Sleep;
use WorkflowTrigger as Trigger;

const TRIGGERS: [Trigger; 9] = [
    Trigger::ConversationCreated,
    Trigger::CustomerMessage,
    Trigger::AgentMessage,
    Trigger::NoteAdded,
    Trigger::Assigned,
    Trigger::StateChanged,
    Trigger::Tagged,
    Trigger::Prioritized,
    Trigger::TicketChanged,
];

const STATES: [ConversationState; 4] =
    [ConversationState::Open, ConversationState::Snoozed, ConversationState::Closed, ConversationState::Spam];

fn facets(state: ConversationState) -> Facets {
    Facets {
        state,
        close_reason: None,
        closed_at: None,
        snoozed: false,
        snoozed_until: None,
        channel: ChannelId(Uuid::nil()),
        customer: CustomerId(Uuid::nil()),
        created_by: None,
        assignee: None,
        team: None,
        priority: None,
        tags: Vec::new(),
        tickets: Vec::new(),
        followers: Vec::new(),
        mentioned: Vec::new(),
        waiting_since: None,
        created_at: DateTime::UNIX_EPOCH,
        last_activity_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    }
}

fn message(direction: MessageDirection, automatic: bool) -> Fact {
    Fact::Message { direction, automatic }
}

/// Entries that start something whatever the state was before, and the one trigger each is for.
fn starting() -> Vec<(Fact, Trigger)> {
    let agent = Some(AgentId(Uuid::nil()));
    let assigned =
        |from_agent, to_agent, reason| Fact::Assigned { from_agent, to_agent, from_team: None, to_team: None, reason };
    let tag = TagId(Uuid::nil());
    vec![
        (Fact::Created { routing_reason: String::new(), spam: None }, Trigger::ConversationCreated),
        (message(MessageDirection::Inbound, false), Trigger::CustomerMessage),
        (message(MessageDirection::Outbound, false), Trigger::AgentMessage),
        (Fact::Note { named: Vec::new() }, Trigger::NoteAdded),
        (assigned(None, agent, AssignmentReason::Manual), Trigger::Assigned),
        (assigned(agent, None, AssignmentReason::AgentDeactivated), Trigger::Assigned),
        (assigned(None, agent, AssignmentReason::Workflow), Trigger::Assigned),
        (Fact::Tagged { added: vec![tag], removed: Vec::new() }, Trigger::Tagged),
        (Fact::Tagged { added: vec![tag], removed: vec![tag] }, Trigger::Tagged),
        (Fact::Prioritized { from: Some(Priority::Low), to: None }, Trigger::Prioritized),
        (
            Fact::TicketChanged { ticket: TicketId(Uuid::nil()), from: TicketStatus::Open, to: TicketStatus::Resolved },
            Trigger::TicketChanged,
        ),
    ]
}

/// Entries that start something only where the shown state is another after them.
fn moving() -> Vec<Fact> {
    let to = Sleep { until: None, wake_on_reply: true };
    vec![
        Fact::Snoozed { from: None, to },
        Fact::Woken { reason: WakeReason::CustomerReplied, scheduled_for: None },
        Fact::Closed { reason: CloseReason::AutoClosed, scheduled_for: None },
        Fact::Reopened { reason: ReopenReason::CustomerReplied },
        Fact::Restored { to: ConversationState::Open, unblocked_sender: false },
    ]
}

/// Entries that start nothing where the state stays.
fn silent() -> Vec<Fact> {
    let (agent, ticket) = (AgentId(Uuid::nil()), TicketId(Uuid::nil()));
    let (other, note) = (ConversationId(Uuid::nil()), EventId(Uuid::nil()));
    vec![
        message(MessageDirection::Inbound, true),
        message(MessageDirection::Outbound, true),
        Fact::Tagged { added: Vec::new(), removed: vec![TagId(Uuid::nil())] },
        Fact::Followed { agent },
        Fact::Unfollowed { agent },
        Fact::Linked { link_kind: LinkKind::Related, other },
        Fact::Unlinked { link_kind: LinkKind::Related, other },
        Fact::TicketLinked { ticket },
        Fact::TicketUnlinked { ticket },
        Fact::Edited { fields: vec!["subject".to_owned()] },
        Fact::NoteEdited { note, added: Vec::new(), gone: Vec::new() },
        Fact::NoteDeleted { note, gone: Vec::new() },
        Fact::DeliveryChanged { message: note, author: None, status: DeliveryStatus::Failed, error: None },
    ]
}

fn started(fact: &Fact, before: Option<ConversationState>, after: ConversationState) -> Vec<Trigger> {
    let (before, after) = (before.map(facets), facets(after));
    TRIGGERS.into_iter().filter(|trigger| starts(*trigger, fact, before.as_ref(), &after)).collect()
}

#[test]
fn each_entry_starts_what_it_is_for() {
    for state in STATES.into_iter().filter(|state| *state != ConversationState::Spam) {
        for (fact, trigger) in starting() {
            assert_eq!(started(&fact, Some(state), state), [trigger], "{fact:?} {state:?}");
        }
        for fact in moving().iter().chain(&silent()) {
            assert_eq!(started(fact, Some(state), state), [], "{fact:?} {state:?}");
        }
    }
    let created = Fact::Created { routing_reason: String::new(), spam: None };
    assert_eq!(started(&created, None, ConversationState::Open), [Trigger::ConversationCreated]);
}

#[test]
fn another_state_starts_state_changed_unless_it_is_spam() {
    for before in STATES {
        for after in STATES {
            let changed = before != after && after != ConversationState::Spam;
            for fact in moving() {
                let expected: &[Trigger] = if changed { &[Trigger::StateChanged] } else { &[] };
                assert_eq!(started(&fact, Some(before), after), expected, "{fact:?} {before:?} {after:?}");
            }
        }
    }
}

#[test]
fn restoring_starts_and_marking_doesnt() {
    let marked = Fact::MarkedAsSpam { reason: SpamReason::Marked, blocked_sender: true };
    let restored = |to| Fact::Restored { to, unblocked_sender: true };
    for state in STATES.into_iter().filter(|state| *state != ConversationState::Spam) {
        assert_eq!(started(&marked, Some(state), ConversationState::Spam), []);
        assert_eq!(started(&restored(state), Some(ConversationState::Spam), state), [Trigger::StateChanged]);
    }
}

#[test]
fn nothing_starts_in_spam() {
    let created = Fact::Created { routing_reason: String::new(), spam: Some(SpamReason::SenderBlocked) };
    assert_eq!(started(&created, None, ConversationState::Spam), []);
    for before in STATES {
        for fact in starting().into_iter().map(|(fact, _)| fact).chain(moving()).chain(silent()) {
            assert_eq!(started(&fact, Some(before), ConversationState::Spam), [], "{fact:?} {before:?}");
        }
    }
}

#[test]
fn nothing_automatic_starts_anything_in_any_state() {
    for direction in [MessageDirection::Inbound, MessageDirection::Outbound] {
        for before in STATES {
            for after in STATES {
                assert_eq!(started(&message(direction, true), Some(before), after), [], "{before:?} {after:?}");
            }
        }
    }
}

#[test]
fn what_starts_is_of_a_kind_that_is_looked_at() {
    let facts = starting().into_iter().map(|(fact, _)| fact).chain(moving()).chain(silent());
    for fact in facts {
        for before in STATES {
            for after in STATES {
                for trigger in started(&fact, Some(before), after) {
                    // Whatever comes with another state is one of those that move it.
                    let looked_at = kinds(trigger).contains(&fact.kind());
                    assert!(looked_at || trigger == Trigger::StateChanged, "{fact:?} {trigger:?}");
                }
            }
        }
    }
    for fact in moving() {
        assert!(kinds(Trigger::StateChanged).contains(&fact.kind()), "{fact:?}");
    }
}
