//! The managing actions: one file each, with what it needs and how it decides.
//!
//! An action is a value. People, bulk, macros, workflows and the clock all run the same ones through `service::change`.
//! Nothing here loads or writes anything.

pub mod assign;
pub mod begin;
pub mod close;
pub mod edit;
pub mod prioritise;
pub mod receive;
pub mod reopen;
pub mod reply;
pub mod report_delivery;
pub mod tag;
pub mod wake;

use entity::enums::{ConversationState, Priority};

use super::change::{Change, Moment};
use super::context::{Context, Needs};
use super::conversation::Conversation;
use super::rejection::Rejection;

/// One thing done to a conversation.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// A customer's message arrives.
    Receive(receive::Receive),
    /// The team writes to the customer.
    Reply(reply::Reply),
    /// Agent, team or both change.
    Assign(assign::Assign),
    /// Tags are put on or taken off.
    Tag(tag::Tag),
    /// The priority changes; none = it has none from then on.
    Prioritise(Option<Priority>),
    /// It is done.
    Close,
    /// It is taken up again.
    Reopen,
    /// Subject or attributes change.
    Edit(edit::Edit),
    /// The delivery of a message got on or failed.
    ReportDelivery(report_delivery::ReportDelivery),
}

/// The kinds of actions people are offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActionKind {
    /// See [`Action::Assign`].
    Assign,
    /// See [`tag::Tag::Add`].
    AddTags,
    /// See [`tag::Tag::Remove`].
    RemoveTags,
    /// See [`Action::Prioritise`].
    SetPriority,
    /// See [`Action::Reply`].
    Reply,
    /// See [`Action::Close`].
    Close,
    /// See [`Action::Reopen`].
    Reopen,
}

impl ActionKind {
    /// All of them, in the order of the API.
    pub const ALL: [Self; 7] =
        [Self::Assign, Self::AddTags, Self::RemoveTags, Self::SetPriority, Self::Reply, Self::Close, Self::Reopen];

    /// Whether it is possible in this state and would do something.
    #[must_use]
    pub fn offered_in(self, state: ConversationState) -> bool {
        use ConversationState::{Closed, Open, Snoozed, Spam};
        match (self, state) {
            (Self::Assign | Self::AddTags | Self::RemoveTags | Self::SetPriority, _) => true,
            (Self::Reply, Open | Snoozed | Closed) | (Self::Close, Open | Snoozed) | (Self::Reopen, Closed) => true,
            (Self::Reply, Spam) | (Self::Close, Closed | Spam) | (Self::Reopen, Open | Snoozed | Spam) => false,
        }
    }
}

impl Action {
    /// What must be loaded before it is decided.
    #[must_use]
    pub fn needs(&self, conversation: &Conversation) -> Needs {
        let mut needs = Needs::default();
        match self {
            Self::Assign(assign) => assign.needs(&mut needs),
            Self::Tag(tag) => tag.needs(&mut needs),
            Self::Receive(_) | Self::Reopen => needs.agents.extend(conversation.assignee),
            Self::Reply(reply) => {
                if reply.then == Some(reply::Then::Open) {
                    needs.agents.extend(conversation.assignee);
                }
                needs.recipient = true;
            }
            Self::ReportDelivery(report) => {
                needs.messages.insert(report.message);
            }
            Self::Prioritise(_) | Self::Close | Self::Edit(_) => {}
        }
        needs
    }

    /// Decides it on what is given; adds its entries to the change, or refuses and the change is to be dropped.
    ///
    /// # Errors
    /// The refusal, whose field is below `input`.
    pub fn decide(&self, change: &mut Change, context: &Context, moment: &Moment) -> Result<(), Rejection> {
        match self {
            Self::Receive(receive) => {
                receive.decide(change, context, moment);
                Ok(())
            }
            Self::Reply(reply) => reply.decide(change, context, moment),
            Self::Assign(assign) => assign.decide(change, context, moment),
            Self::Tag(tag) => tag.decide(change, context, moment),
            Self::Prioritise(priority) => {
                prioritise::decide(*priority, change, moment);
                Ok(())
            }
            Self::Close => close::decide(change, moment),
            Self::Reopen => reopen::decide(change, context, moment),
            Self::Edit(edit) => edit.decide(change, moment),
            Self::ReportDelivery(report) => report.decide(change, context, moment),
        }
    }
}
