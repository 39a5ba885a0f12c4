//! The write path: everything that changes a conversation goes through here.
//!
//! Lock, load what the actions need, decide one after another on the result of the one before, save. All or nothing.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::enums::{EventKind, Scope};
use entity::event::Model as Event;
use entity::ids::{ChannelId, ConversationId, EventId, TicketId};

use super::Service;
use super::idempotency::{self, Key, Outcome};
use super::notify::save_and_notify;
use crate::clock::Clock;
use crate::domain::action::Action;
use crate::domain::action::listed::{self, Refused};
use crate::domain::actor::Actor;
use crate::domain::change::{Change, Moment};
use crate::domain::context::Context;
use crate::domain::conversation::Conversation;
use crate::domain::permission::Viewer;
use crate::domain::rejection::{Code, Rejection};
use crate::domain::routing::Route;
use crate::error::{Error, Result};
use crate::store::conversations::lock::lock;
use crate::store::save::Saved;
use crate::store::write::Tx;
use crate::store::{context, customers, tickets};

/// What to do to one conversation.
#[derive(Clone, Copy, Debug)]
pub struct Command<'a> {
    /// The conversation.
    pub conversation: ConversationId,
    /// The actions, in order, all or nothing.
    pub actions: &'a [Action],
    /// Whether the caller gave a list of actions: a refusal then names the action's place in it.
    pub listed: bool,
    /// The version the caller last saw.
    pub expected_version: Option<i32>,
    /// The idempotency key, if one was given.
    pub key: Option<&'a Key>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The conversation.
    pub conversation: ConversationId,
    /// The message that was written or found, if the operation is about one.
    pub message: Option<EventId>,
    /// The note that was written or changed, if the operation is about one.
    pub note: Option<EventId>,
    /// The ticket that was created or changed, if the operation is about one.
    pub ticket: Option<TicketId>,
    /// Where a received message went.
    pub route: Option<Routed>,
    /// The conversation's entries that were written, in order.
    pub events: Vec<Event>,
    /// Whether anything changed.
    pub changed: bool,
    /// The earliest timer that was set by it.
    pub next_timer: Option<DateTime<Utc>>,
}

/// Where a received message went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Routed {
    /// As routing decided.
    To(Route),
    /// It had been received before.
    Duplicate,
}

impl Service {
    /// Changes one conversation.
    ///
    /// # Errors
    /// A refusal by a rule; `NOT_FOUND` for what doesn't exist for the viewer; the database's.
    pub async fn change(&self, viewer: &Viewer, command: Command<'_>) -> Result<Changed> {
        let unread =
            (!viewer.has(Scope::ConversationsRead)).then(|| command.actions.iter().cloned().map(Action::unread));
        let unread = unread.map(Iterator::collect::<Vec<Action>>);
        let command = Command { actions: unread.as_deref().unwrap_or(command.actions), ..command };
        let changed = self
            .store
            .write(|tx| async move {
                if let Some(done) = idempotency::begin(&tx, &viewer.channels, command.key, self.clock.now()).await? {
                    return Ok(done);
                }
                if command.actions.iter().any(Action::changes_customer) {
                    customers::lock_of(&tx, &viewer.channels, command.conversation).await?;
                }
                lock_tickets(&tx, command.actions).await?;
                let conversation = lock_unmoved(&tx, viewer, command.conversation, command.expected_version).await?;
                let change = decide(&tx, &self.clock, viewer.actor(), conversation, command).await?;
                let outcome = Outcome::of(&change, None);
                idempotency::finish(&tx, command.key, &outcome).await?;
                let saved = save_and_notify(&tx, &[], vec![change]).await?;
                Ok(Changed::of(command.conversation, &saved, outcome))
            })
            .await?;
        self.poke(changed.next_timer);
        Ok(changed)
    }
}

/// Locks the tickets that the actions are about, which comes before every conversation.
///
/// # Errors
/// The database's.
pub(in crate::service) async fn lock_tickets(tx: &Tx, actions: &[Action]) -> Result<()> {
    let ids: Vec<TicketId> = actions.iter().filter_map(Action::ticket).collect();
    tickets::lock::lock(tx, &ids).await
}

/// Locks a conversation, as far as it exists for the viewer and hasn't moved on since the version they last saw.
///
/// # Errors
/// `NOT_FOUND`, `CONFLICT`; the database's.
pub async fn lock_unmoved(
    tx: &Tx,
    viewer: &Viewer,
    id: ConversationId,
    expected_version: Option<i32>,
) -> Result<Conversation> {
    let locked = lock(tx, &viewer.channels, &[id]).await?;
    let conversation = locked.into_iter().next().ok_or_else(|| Rejection::not_found("conversationId"))?;
    if expected_version.is_some_and(|expected| conversation.moved_since(expected)) {
        let moved = Rejection::new(Code::Conflict, "The conversation moved on since this version.");
        return Err(moved.at("expectedVersion").into());
    }
    Ok(conversation)
}

/// Decides a command's actions on its locked conversation; the actor must still have the right to see it.
///
/// # Errors
/// The first refusal, at its place in the list if the caller gave one.
pub async fn decide(
    tx: &Tx,
    clock: &Clock,
    actor: Actor,
    conversation: Conversation,
    command: Command<'_>,
) -> Result<Change> {
    // Read after the lock.
    let moment = Moment::since(conversation.updated_at, clock.now(), actor);
    let decided = decide_all(tx, &moment, Change::of(conversation), command.actions).await?;
    Ok(decided.map_err(|refused| if command.listed { refused.in_the_list() } else { refused.why })?)
}

/// Decides actions at a given moment, on the result of what was decided before.
///
/// # Errors
/// The first refusal.
pub async fn decide_on(tx: &Tx, moment: &Moment, change: Change, actions: &[Action]) -> Result<Change> {
    Ok(decide_all(tx, moment, change, actions).await?.map_err(|refused| refused.why)?)
}

async fn decide_all(tx: &Tx, moment: &Moment, change: Change, actions: &[Action]) -> Result<Decided> {
    let mut needs = listed::needs(&change.conversation, actions);
    if let Actor::Agent(agent) = moment.actor {
        needs.agents.insert(agent);
    }
    let mut context = context::load(tx, &change.conversation, &needs).await?;
    may_still_see(moment.actor, &context)?;
    Ok(all(change, &mut context, moment, actions))
}

/// Loads what deciding these actions may look at.
///
/// # Errors
/// The database's.
pub(in crate::service) async fn load(tx: &Tx, conversation: &Conversation, actions: &[Action]) -> Result<Context> {
    context::load(tx, conversation, &listed::needs(conversation, actions)).await
}

/// Decides what follows from something that the actor had the right to do, whatever became of them since.
///
/// # Errors
/// The refusal.
pub(in crate::service) async fn decide_consequence(
    tx: &Tx,
    moment: &Moment,
    conversation: Conversation,
    action: Action,
) -> Result<Change> {
    let actions = [action];
    let mut context = load(tx, &conversation, &actions).await?;
    Ok(all(Change::of(conversation), &mut context, moment, &actions).map_err(|refused| refused.why)?)
}

/// Decides what follows for several locked conversations, each at its moment, in their order, each knowing what those before it did.
///
/// # Errors
/// The first refusal.
pub(in crate::service) fn decide_consequences(
    contexts: &mut HashMap<ChannelId, Context>,
    consequences: Vec<(Conversation, Action, Moment)>,
) -> Result<Vec<Change>> {
    let mut changes = Vec::with_capacity(consequences.len());
    for (conversation, action, moment) in consequences {
        let before = conversation.work_of();
        let context = contexts.get_mut(&conversation.channel);
        let context = context.ok_or_else(|| Error::internal("a conversation's channel wasn't loaded"))?;
        let change = all(Change::of(conversation), context, &moment, &[action]).map_err(|refused| refused.why)?;
        for context in contexts.values_mut() {
            context.learn(&change.asides);
            context.count(before, change.conversation.work_of());
        }
        changes.push(change);
    }
    Ok(changes)
}

type Decided = std::result::Result<Change, Refused>;

/// Decides the actions and where the timers then belong.
fn all(mut change: Change, context: &mut Context, moment: &Moment, actions: &[Action]) -> Decided {
    let before = change.timers_now(&context.channel.policy);
    listed::decide(&mut change, context, moment, actions)?;
    change.move_timers(before, &context.channel.policy);
    Ok(change)
}

/// Between the request's token and the lock an agent may have been deactivated or lost the channel.
fn may_still_see(actor: Actor, context: &Context) -> Result<()> {
    let Actor::Agent(agent) = actor else { return Ok(()) };
    let sees = context.agents.get(&agent).is_some_and(|agent| agent.active && agent.has_access);
    if sees { Ok(()) } else { Err(Rejection::not_found("conversationId").into()) }
}

impl Changed {
    /// What a save came to for one of its conversations.
    #[must_use]
    pub fn of(conversation: ConversationId, saved: &Saved, outcome: Outcome) -> Self {
        let events: Vec<Event> =
            saved.events.iter().filter(|row| row.conversation_id == Some(conversation)).cloned().collect();
        let changed = !events.is_empty();
        Self {
            conversation,
            message: outcome.message,
            note: outcome.note,
            ticket: outcome.ticket,
            route: None,
            events,
            changed,
            next_timer: saved.next_timer,
        }
    }
}

/// The first entry of a kind among a change's, such as the message or the note it writes.
#[must_use]
pub fn entry_of(change: &Change, kind: EventKind) -> Option<EventId> {
    change.entries.iter().find(|entry| entry.fact.kind() == kind).map(|entry| entry.id)
}
