//! The vocabulary of actions: how one thing done to a conversation is spelled where several are, and how it is read.
//!
//! Owns no rules: each is read as its own mutation reads it, and refused at its place in the list. Who may do it is a matter of what
//! it is, so that rights can be asked before anything is read.

use async_graphql::{ID, OneofObject};
use entity::ids::TicketId;

use super::add_followers::followers;
use super::add_tags::tags;
use super::assign_conversation::AssignInput;
use super::given;
use super::mark_as_spam::SpamInput;
use super::note_text::NoteInput;
use super::reply::ReplyInput;
use super::restore_from_spam::RestoreInput;
use super::set_priority::SetPriorityInput;
use super::snooze_until::SnoozeInput;
use super::ticket_input::TicketInput;
use crate::domain::action::link_ticket::LinkTicket;
use crate::domain::action::mark_as_spam::MarkAsSpam;
use crate::domain::action::restore_from_spam::RestoreFromSpam;
use crate::domain::action::tag::Tag;
use crate::domain::action::{Action, ActionKind};
use crate::domain::limits;
use crate::domain::permission::Operation;
use crate::domain::rejection::{Code, Rejection};
use crate::graphql::spelled::Spelled;

/// One thing done to a conversation: exactly one of them. People's lists of actions, macros and workflows all use this vocabulary,
/// through the same rules as the mutations of the same names. A flag takes only true.
#[derive(Clone, OneofObject)]
pub enum ConversationActionInput {
    /// Assign it, as with `assignConversation`.
    Assign(AssignInput),
    /// Put these tags on it, at most 50, as with `addTags`.
    AddTags(Vec<ID>),
    /// Take these tags off it, at most 50, as with `removeTags`.
    RemoveTags(Vec<ID>),
    /// Set its priority, or take it away, as with `setPriority`.
    SetPriority(SetPriorityInput),
    /// Note something for the team, as with `addNote`.
    AddNote(NoteInput),
    /// Write to the customer, as with `reply`. Needs MESSAGES_SEND, else the answer is FORBIDDEN.
    Reply(ReplyInput),
    /// Let it sleep, as with `snoozeConversation`.
    Snooze(SnoozeInput),
    /// Wake it, as with `wakeConversation`.
    Wake(bool),
    /// Close it, as with `closeConversation`.
    Close(bool),
    /// Reopen it, as with `reopenConversation`.
    Reopen(bool),
    /// Mark it as spam, as with `markAsSpam`.
    MarkAsSpam(SpamInput),
    /// Restore it from spam, as with `restoreFromSpam`.
    RestoreFromSpam(RestoreInput),
    /// Let these agents follow it, at most 100, as with `addFollowers`.
    AddFollowers(Vec<ID>),
    /// Stop these agents from following it, at most 100, as with `removeFollowers`.
    RemoveFollowers(Vec<ID>),
    /// Create a ticket from it, as with `createTicket`. Needs TICKETS_WRITE, else the answer is FORBIDDEN.
    CreateTicket(TicketInput),
    /// Link it to this ticket, as with `linkTicket`; linked already, it stays as it is. Needs TICKETS_WRITE, else the answer is
    /// FORBIDDEN.
    LinkTicket(ID),
}

/// A list of them, each as it was read and as it was spelled.
pub type Actions = Vec<Spelled<ConversationActionInput>>;

impl ConversationActionInput {
    /// What it needs beside the right to manage conversations.
    #[must_use]
    pub fn needs(&self) -> Option<Operation> {
        match self {
            Self::Reply(_) => Some(Operation::SendMessage),
            Self::CreateTicket(_) | Self::LinkTicket(_) => Some(Operation::WriteTickets),
            Self::MarkAsSpam(mark) => mark.block_sender.then_some(Operation::WriteCustomers),
            Self::RestoreFromSpam(restore) => restore.unblock_sender.then_some(Operation::WriteCustomers),
            _ => None,
        }
    }

    /// The kind and the action, or why there is none.
    fn read(&self) -> (ActionKind, Result<Action, Rejection>) {
        match self {
            Self::Assign(assign) => (ActionKind::Assign, assign.action()),
            Self::AddTags(ids) => (ActionKind::AddTags, tags(ids, Tag::Add)),
            Self::RemoveTags(ids) => (ActionKind::RemoveTags, tags(ids, Tag::Remove)),
            Self::SetPriority(set) => (ActionKind::SetPriority, set.action()),
            Self::AddNote(note) => (ActionKind::AddNote, note.action()),
            Self::Reply(reply) => (ActionKind::Reply, reply.action()),
            Self::Snooze(snooze) => (ActionKind::Snooze, snooze.read().map(Action::Snooze)),
            Self::Wake(set) => (ActionKind::Wake, flag(*set, Action::Wake)),
            Self::Close(set) => (ActionKind::Close, flag(*set, Action::Close)),
            Self::Reopen(set) => (ActionKind::Reopen, flag(*set, Action::Reopen)),
            Self::MarkAsSpam(SpamInput { block_sender }) => {
                (ActionKind::MarkAsSpam, Ok(Action::MarkAsSpam(MarkAsSpam { block_sender: *block_sender })))
            }
            Self::RestoreFromSpam(RestoreInput { unblock_sender }) => {
                let restore = RestoreFromSpam { unblock_sender: *unblock_sender };
                (ActionKind::RestoreFromSpam, Ok(Action::RestoreFromSpam(restore)))
            }
            Self::AddFollowers(ids) => (ActionKind::AddFollowers, followers(ids).map(Action::AddFollowers)),
            Self::RemoveFollowers(ids) => (ActionKind::RemoveFollowers, followers(ids).map(Action::RemoveFollowers)),
            Self::CreateTicket(ticket) => {
                let create = ticket.read().map(|create| Action::CreateTicket(Box::new(create)));
                (ActionKind::CreateTicket, create)
            }
            Self::LinkTicket(id) => {
                let link = given::id("ticketId", id, TicketId::parse);
                let link = link.map(|ticket| LinkTicket { ticket, reopen_on_resolve: None });
                (ActionKind::LinkTicket, link.map(Action::LinkTicket))
            }
        }
    }
}

/// Reads a list of actions.
///
/// # Errors
/// `REQUIRED` for none, `LIMIT_EXCEEDED` for more than there may be, and what an action's own mutation refuses, at its place.
pub fn read(actions: &[Spelled<ConversationActionInput>]) -> Result<Vec<Action>, Rejection> {
    if actions.is_empty() {
        return Err(Rejection::required("actions"));
    }
    if actions.len() > limits::ACTIONS {
        return Err(Rejection::limit("actions", limits::ACTIONS, "actions in a list"));
    }
    let read = |(place, action): (usize, &Spelled<ConversationActionInput>)| {
        let (kind, read) = action.read.read();
        read.map_err(|why| kind.located(place, why))
    };
    actions.iter().enumerate().map(read).collect()
}

/// What a flag asks for.
fn flag(set: bool, action: Action) -> Result<Action, Rejection> {
    if set { Ok(action) } else { Err(Rejection::new(Code::Invalid, "A flag takes only true.")) }
}
