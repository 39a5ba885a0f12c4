//! The managing actions: one file each, with what it needs and how it decides.
//!
//! An action is a value. People, bulk, macros, workflows and the clock all run the same ones through `service::change`.
//! Nothing here loads or writes anything.

pub mod add_note;
pub mod assign;
pub mod auto_close;
pub mod begin;
pub mod close;
pub mod create_ticket;
pub mod delete_note;
pub mod edit;
pub mod edit_note;
pub mod follow;
pub mod followers;
pub mod hand_out;
pub mod link;
pub mod link_ticket;
pub mod listed;
pub mod mark_as_spam;
pub mod move_team;
pub mod prioritise;
pub mod receive;
pub mod relieve;
pub mod reopen;
pub mod reply;
pub mod report_delivery;
pub mod restore_from_spam;
pub mod saved;
pub mod snooze;
pub mod tag;
pub mod ticket_moved;
pub mod wake;

use entity::enums::{ConversationState, Priority};
use entity::ids::TicketId;
use serde::{Deserialize, Serialize};

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
    /// It sleeps.
    Snooze(snooze::Snooze),
    /// It sleeps no longer.
    Wake,
    /// Its sleep has come to its end; the clock's alone.
    Expire,
    /// It is done.
    Close,
    /// Nobody has written for long enough; the clock's alone.
    AutoClose,
    /// It is taken up again.
    Reopen,
    /// It is spam.
    MarkAsSpam(mark_as_spam::MarkAsSpam),
    /// It isn't spam.
    RestoreFromSpam(restore_from_spam::RestoreFromSpam),
    /// Subject or attributes change.
    Edit(edit::Edit),
    /// The actor follows.
    Follow,
    /// The actor stops following.
    Unfollow,
    /// Agents follow.
    AddFollowers(followers::Followers),
    /// Agents stop following.
    RemoveFollowers(followers::Followers),
    /// The delivery of a message got on or failed.
    ReportDelivery(report_delivery::ReportDelivery),
    /// The team writes to itself.
    AddNote(add_note::AddNote),
    /// A note gets another text.
    EditNote(edit_note::EditNote),
    /// A note is erased.
    DeleteNote(delete_note::DeleteNote),
    /// The agent may no longer have it.
    Relieve(relieve::Relieve),
    /// Its team was deleted, and another takes its place.
    MoveTeam(move_team::MoveTeam),
    /// A ticket is created from it.
    CreateTicket(Box<create_ticket::CreateTicket>),
    /// It is linked to a ticket.
    LinkTicket(link_ticket::LinkTicket),
    /// It is no longer linked to a ticket.
    UnlinkTicket(link_ticket::UnlinkTicket),
    /// The status of its ticket changed.
    TicketMoved(ticket_moved::TicketMoved),
}

/// The kinds of actions people are offered: the fields of the input that names one action of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ActionKind {
    /// See [`Action::Assign`].
    Assign,
    /// See [`tag::Tag::Add`].
    AddTags,
    /// See [`tag::Tag::Remove`].
    RemoveTags,
    /// See [`Action::Prioritise`].
    SetPriority,
    /// See [`Action::AddNote`].
    AddNote,
    /// See [`Action::Reply`].
    Reply,
    /// See [`Action::Snooze`].
    Snooze,
    /// See [`Action::Wake`].
    Wake,
    /// See [`Action::Close`].
    Close,
    /// See [`Action::Reopen`].
    Reopen,
    /// See [`Action::MarkAsSpam`].
    MarkAsSpam,
    /// See [`Action::RestoreFromSpam`].
    RestoreFromSpam,
    /// See [`Action::AddFollowers`].
    AddFollowers,
    /// See [`Action::RemoveFollowers`].
    RemoveFollowers,
    /// See [`Action::CreateTicket`].
    CreateTicket,
    /// See [`Action::LinkTicket`].
    LinkTicket,
}

impl ActionKind {
    /// All of them, in the order of the API.
    pub const ALL: &[Self] = &[
        Self::Assign,
        Self::AddTags,
        Self::RemoveTags,
        Self::SetPriority,
        Self::AddNote,
        Self::Reply,
        Self::Snooze,
        Self::Wake,
        Self::Close,
        Self::Reopen,
        Self::MarkAsSpam,
        Self::RestoreFromSpam,
        Self::AddFollowers,
        Self::RemoveFollowers,
        Self::CreateTicket,
        Self::LinkTicket,
    ];

    /// How it is spelled as a field of an input.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::Assign => "assign",
            Self::AddTags => "addTags",
            Self::RemoveTags => "removeTags",
            Self::SetPriority => "setPriority",
            Self::AddNote => "addNote",
            Self::Reply => "reply",
            Self::Snooze => "snooze",
            Self::Wake => "wake",
            Self::Close => "close",
            Self::Reopen => "reopen",
            Self::MarkAsSpam => "markAsSpam",
            Self::RestoreFromSpam => "restoreFromSpam",
            Self::AddFollowers => "addFollowers",
            Self::RemoveFollowers => "removeFollowers",
            Self::CreateTicket => "createTicket",
            Self::LinkTicket => "linkTicket",
        }
    }

    /// Whether its value is what its own mutation has in a single field, whose name then has no place in a path.
    #[must_use]
    pub fn is_bare(self) -> bool {
        matches!(self, Self::AddTags | Self::RemoveTags | Self::AddFollowers | Self::RemoveFollowers | Self::LinkTicket)
    }

    /// Whether it is possible in this state, with or without tags, and would do something.
    #[must_use]
    pub fn offered_in(self, state: ConversationState, tagged: bool) -> bool {
        use ConversationState::{Closed, Open, Snoozed, Spam};
        match (self, state) {
            (Self::RemoveTags, _) => tagged,
            (Self::Assign | Self::AddTags | Self::SetPriority, _) => true,
            (Self::AddNote | Self::AddFollowers | Self::RemoveFollowers, _) => true,
            (Self::CreateTicket | Self::LinkTicket, _) => true,
            (Self::Reply | Self::Snooze | Self::MarkAsSpam, state) => state != Spam,
            (Self::Wake, state) => state == Snoozed,
            (Self::Close, state) => matches!(state, Open | Snoozed),
            (Self::Reopen, state) => state == Closed,
            (Self::RestoreFromSpam, state) => state == Spam,
        }
    }
}

impl Action {
    /// Its kind; none for what people aren't offered.
    #[must_use]
    pub fn kind(&self) -> Option<ActionKind> {
        match self {
            Self::Assign(_) => Some(ActionKind::Assign),
            Self::Tag(tag::Tag::Add(_)) => Some(ActionKind::AddTags),
            Self::Tag(tag::Tag::Remove(_)) => Some(ActionKind::RemoveTags),
            Self::Prioritise(_) => Some(ActionKind::SetPriority),
            Self::AddNote(_) => Some(ActionKind::AddNote),
            Self::Reply(_) => Some(ActionKind::Reply),
            Self::Snooze(_) => Some(ActionKind::Snooze),
            Self::Wake => Some(ActionKind::Wake),
            Self::Close => Some(ActionKind::Close),
            Self::Reopen => Some(ActionKind::Reopen),
            Self::MarkAsSpam(_) => Some(ActionKind::MarkAsSpam),
            Self::RestoreFromSpam(_) => Some(ActionKind::RestoreFromSpam),
            Self::AddFollowers(_) => Some(ActionKind::AddFollowers),
            Self::RemoveFollowers(_) => Some(ActionKind::RemoveFollowers),
            Self::CreateTicket(_) => Some(ActionKind::CreateTicket),
            Self::LinkTicket(_) => Some(ActionKind::LinkTicket),
            Self::Receive(_) | Self::ReportDelivery(_) | Self::Edit(_) | Self::Follow | Self::Unfollow => None,
            Self::Expire | Self::AutoClose | Self::EditNote(_) | Self::DeleteNote(_) => None,
            Self::Relieve(_) | Self::MoveTeam(_) | Self::UnlinkTicket(_) | Self::TicketMoved(_) => None,
        }
    }

    /// Whether it may change the conversation's customer, who is then locked before the conversation.
    #[must_use]
    pub fn changes_customer(&self) -> bool {
        match self {
            Self::MarkAsSpam(mark) => mark.block_sender,
            Self::RestoreFromSpam(restore) => restore.unblock_sender,
            _ => false,
        }
    }

    /// The same of somebody who may not read the conversation: it shows them nothing of what was said.
    #[must_use]
    pub fn unread(self) -> Self {
        match self {
            Self::CreateTicket(create) => {
                Self::CreateTicket(Box::new(create_ticket::CreateTicket { unread: true, ..*create }))
            }
            other => other,
        }
    }

    /// The existing ticket it is about, which is locked before the conversation.
    #[must_use]
    pub fn ticket(&self) -> Option<TicketId> {
        match self {
            Self::LinkTicket(link) => Some(link.ticket),
            Self::UnlinkTicket(unlink) => Some(unlink.ticket),
            _ => None,
        }
    }

    /// Whether what isn't closed may be closed after it.
    #[must_use]
    pub fn may_close(&self) -> bool {
        match self {
            Self::Close | Self::AutoClose => true,
            Self::Reply(reply) => reply.then == Some(reply::Then::Close),
            _ => false,
        }
    }

    /// What must be loaded before it is decided, if the conversation may be closed by then or not.
    #[must_use]
    pub fn needs(&self, conversation: &Conversation, closed: bool) -> Needs {
        let mut needs = Needs::default();
        match self {
            Self::Assign(assign) => assign.needs(&mut needs),
            Self::Tag(tag) => tag.needs(&mut needs),
            Self::Receive(_) => {
                if closed {
                    reopen::needs(conversation, &mut needs);
                }
            }
            Self::Reopen if closed => reopen::needs(conversation, &mut needs),
            Self::Reply(reply) => {
                match &reply.then {
                    Some(reply::Then::Open) if closed => reopen::needs(conversation, &mut needs),
                    Some(reply::Then::Snooze(snooze)) => snooze.needs(conversation, closed, &mut needs),
                    Some(reply::Then::Open | reply::Then::Close) | None => {}
                }
                needs.recipient = true;
            }
            Self::Snooze(snooze) => snooze.needs(conversation, closed, &mut needs),
            Self::ReportDelivery(report) => {
                needs.messages.insert(report.message);
            }
            Self::Relieve(relieve) => relieve.needs(conversation, &mut needs),
            Self::MoveTeam(moving) => moving.needs(&mut needs),
            Self::MarkAsSpam(mark) => mark.needs(&mut needs),
            Self::RestoreFromSpam(restore) => restore.needs(conversation, &mut needs),
            Self::AddNote(add) => add.draft.naming.needs(&mut needs),
            Self::EditNote(edit) => edit.needs(&mut needs),
            Self::DeleteNote(delete) => {
                needs.notes.insert(delete.note);
            }
            Self::AddFollowers(followers) | Self::RemoveFollowers(followers) => followers.needs(&mut needs),
            Self::CreateTicket(create) => create.needs(conversation, &mut needs),
            Self::LinkTicket(link) => link.needs(&mut needs),
            Self::UnlinkTicket(unlink) => unlink.needs(&mut needs),
            Self::TicketMoved(moved) => moved.needs(conversation, &mut needs),
            Self::Reopen | Self::Wake | Self::Expire | Self::AutoClose => {}
            Self::Prioritise(_) | Self::Close | Self::Edit(_) | Self::Follow | Self::Unfollow => {}
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
            Self::Snooze(snooze) => snooze.decide(change, context, moment),
            Self::Wake => wake::decide(change, moment),
            Self::Expire => {
                wake::expire(change, moment);
                Ok(())
            }
            Self::Close => close::decide(change, moment),
            Self::AutoClose => {
                auto_close::decide(change, context, moment);
                Ok(())
            }
            Self::Reopen => reopen::decide(change, context, moment),
            Self::MarkAsSpam(mark) => {
                mark.decide(change, context, moment);
                Ok(())
            }
            Self::RestoreFromSpam(restore) => restore.decide(change, context, moment),
            Self::Edit(edit) => edit.decide(change, moment),
            Self::Follow => follow::follow(change, moment),
            Self::Unfollow => follow::unfollow(change, moment),
            Self::AddFollowers(followers) => followers.add(change, context, moment),
            Self::RemoveFollowers(followers) => followers.remove(change, context, moment),
            Self::ReportDelivery(report) => report.decide(change, context, moment),
            Self::AddNote(add) => add.decide(change, context, moment),
            Self::EditNote(edit) => edit.decide(change, context, moment),
            Self::DeleteNote(delete) => delete.decide(change, context, moment),
            Self::Relieve(relieve) => {
                relieve.decide(change, context, moment);
                Ok(())
            }
            Self::MoveTeam(moving) => moving.decide(change, context, moment),
            Self::CreateTicket(create) => create.decide(change, context, moment),
            Self::LinkTicket(link) => link.decide(change, context, moment),
            Self::UnlinkTicket(unlink) => unlink.decide(change, context, moment),
            Self::TicketMoved(moved) => {
                moved.decide(change, context, moment);
                Ok(())
            }
        }
    }
}
