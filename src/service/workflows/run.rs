//! One run: a workflow's actions on the conversation of the entry that triggered it, in one transaction with the run itself
//! (architecture §4).
//!
//! Whoever holds the position in the log is alone with it, and acts only if nobody ran anything since they read what they judge by:
//! each run ends a turn. So runs happen once and in order, however many are at it and whatever crashes. What doesn't match on the locked
//! conversation leaves no trace.

use entity::event::Model as Event;
use entity::ids::{ConversationId, EventId, RunId};
use entity::workflow::Model as Row;
use entity::workflow_run::Model as Run;
use serde_json::Value;

use super::definition::Definition;
use super::failures::tally;
use crate::domain::action::Action;
use crate::domain::actor::Actor;
use crate::domain::change::{Cause, CausedBy, Change, Moment};
use crate::domain::conversation::Conversation;
use crate::domain::limits;
use crate::domain::permission::ChannelAccess;
use crate::domain::workflow::act::{act, given_up, too_deep, too_many};
use crate::domain::workflow::{Outcome, Verdicts, judge};
use crate::error::{Error, Result};
use crate::service::Service;
use crate::service::change::{load, lock_tickets};
use crate::service::notify::save_and_notify;
use crate::store::append::Setup;
use crate::store::automation::{self, judged};
use crate::store::conversations::lock::lock;
use crate::store::write::Tx;
use crate::store::{customers, workflows};

/// What came of trying to run a workflow on an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ran {
    /// It ran, and the run is recorded.
    Done {
        /// Whether an action was refused.
        failed: bool,
        /// Whether that switched it off.
        disabled: bool,
    },
    /// It doesn't match any longer.
    Unmatched,
    /// It was changed, switched off or deleted since it was read.
    Changed,
    /// Somebody else is at it, or something ran that isn't known to who asks.
    Left,
}

impl Service {
    /// Runs a workflow on the entry that triggered it, if it still matches and if who asks knows all that ran, up to this turn: else it
    /// might be out of order, or run again. It ends the turn.
    ///
    /// # Errors
    /// The database's; nothing was done then.
    pub async fn run_workflow(&self, workflow: &Definition, entry: &Event, turn: i64) -> Result<Ran> {
        let conversation = entry.conversation_id.ok_or_else(|| Error::internal("an entry without a conversation"))?;
        let (ran, next_timer) = self
            .store
            .write(|tx| async move {
                match automation::take(&tx).await? {
                    Some(at) if at.turn == turn && at.position < entry.seq => {}
                    _ => return Ok((Ran::Left, None)),
                }
                let Some(conversation) = lock_all(&tx, conversation, &workflow.actions).await? else {
                    return Ok((Ran::Unmatched, None));
                };
                let Some(row) = workflows::lock(&tx, workflow.id).await?.filter(|row| is_still(workflow, row)) else {
                    return Ok((Ran::Changed, None));
                };
                let Some(judged) = judged::of(&tx, entry, self.clock.now()).await? else {
                    return Ok((Ran::Unmatched, None));
                };
                let verdicts = judge(workflow.condition.as_ref(), &judged);
                if !judged.may_start() || !verdicts.matched {
                    return Ok((Ran::Unmatched, None));
                }
                // Behind this entry nothing was done yet, and before it nothing is left.
                automation::move_on(&tx, entry.seq - 1, turn + 1).await?;
                self.perform(&tx, workflow, row, entry, conversation, verdicts).await
            })
            .await?;
        self.poke(next_timer);
        Ok(ran)
    }

    /// Records a run that a fault of ours keeps failing: nothing of it was done. It ends the turn.
    ///
    /// # Errors
    /// The database's.
    pub async fn give_up_workflow(&self, workflow: &Definition, entry: &Event, turn: i64) -> Result<Ran> {
        let conversation = entry.conversation_id.ok_or_else(|| Error::internal("an entry without a conversation"))?;
        self.store
            .write(|tx| async move {
                match automation::take(&tx).await? {
                    Some(at) if at.turn == turn && at.position < entry.seq => {}
                    _ => return Ok(Ran::Left),
                }
                automation::move_on(&tx, entry.seq - 1, turn + 1).await?;
                let now = self.clock.now();
                let run = Run {
                    id: RunId::new(now),
                    workflow_id: workflow.id,
                    entry_id: entry.id,
                    conversation_id: conversation,
                    root_id: automation::root_of(&tx, entry).await?,
                    verdicts: Value::Array(Vec::new()),
                    outcomes: serde_json::to_value(given_up(&workflow.actions)).map_err(Error::internal)?,
                    failed: true,
                    at: now,
                };
                automation::record(&tx, &run).await?;
                Ok(Ran::Done { failed: true, disabled: false })
            })
            .await
    }

    /// Decides the actions and saves what they lead to with the run.
    async fn perform(
        &self,
        tx: &Tx,
        workflow: &Definition,
        row: Row,
        entry: &Event,
        conversation: Conversation,
        verdicts: Verdicts,
    ) -> Result<(Ran, Option<chrono::DateTime<chrono::Utc>>)> {
        // Read after the locks.
        let actor = Actor::Workflow(workflow.id);
        let moment = Moment::since(conversation.updated_at, self.clock.now(), actor);
        let id = RunId::new(moment.now);
        let depth = entry.cause_depth.saturating_add(1);
        let moment = Moment { cause: Some(Cause { by: CausedBy::Run(id), depth }), ..moment };
        let of = conversation.id;
        let root = automation::root_of(tx, entry).await?;
        let (change, outcomes) = match refused(tx, workflow, entry, root).await? {
            Some(outcomes) => (Change::of(conversation), outcomes),
            None => decide(tx, conversation, &moment, &workflow.actions).await?,
        };
        let failed = outcomes.iter().any(|outcome| outcome.error.is_some());
        let run = Run {
            id,
            workflow_id: workflow.id,
            entry_id: entry.id,
            conversation_id: of,
            root_id: root,
            verdicts: serde_json::to_value(&verdicts.of_each).map_err(Error::internal)?,
            outcomes: serde_json::to_value(&outcomes).map_err(Error::internal)?,
            failed,
            at: moment.now,
        };
        automation::record(tx, &run).await?;
        let disabled = tally(tx, row, &outcomes, &moment).await?;
        let setups: Vec<Setup> = disabled.into_iter().collect();
        let ran = Ran::Done { failed, disabled: !setups.is_empty() };
        Ok((ran, save_and_notify(tx, &setups, vec![change]).await?.next_timer))
    }
}

/// What comes of a run that its chain is too long for: too deep, or too many.
async fn refused(tx: &Tx, workflow: &Definition, entry: &Event, root: EventId) -> Result<Option<Vec<Outcome>>> {
    if entry.cause_depth >= limits::WORKFLOW_DEPTH {
        return Ok(Some(too_deep(&workflow.actions)));
    }
    let too_long = entry.id != root && automation::length_of_chain(tx, root).await? >= limits::WORKFLOW_CHAIN;
    Ok(too_long.then(|| too_many(&workflow.actions)))
}

/// Decides the actions on a locked conversation, each on the result of those before it.
pub(super) async fn decide(
    tx: &Tx,
    conversation: Conversation,
    moment: &Moment,
    actions: &[Action],
) -> Result<(Change, Vec<Outcome>)> {
    let mut context = load(tx, &conversation, actions).await?;
    let change = Change::of(conversation);
    let before = change.timers_now(&context.channel.policy);
    let (mut change, outcomes) = act(change, &mut context, moment, actions);
    change.move_timers(before, &context.channel.policy);
    Ok((change, outcomes))
}

/// Locks what the actions are about: the customer if they may change, tickets, the conversation; none if that is gone.
pub(super) async fn lock_all(tx: &Tx, id: ConversationId, actions: &[Action]) -> Result<Option<Conversation>> {
    if actions.iter().any(Action::changes_customer) {
        customers::lock_of(tx, &ChannelAccess::All, id).await?;
    }
    lock_tickets(tx, actions).await?;
    Ok(lock(tx, &ChannelAccess::All, &[id]).await?.pop())
}

fn is_still(workflow: &Definition, row: &Row) -> bool {
    row.enabled && row.deleted_at.is_none() && row.revision == workflow.revision
}
