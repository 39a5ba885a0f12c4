//! The clock acts: what timers are due for is decided on the locked rows, by the same rules as everybody's actions.
//!
//! A timer is a reminder and never a reason: whether something is due follows from the conversation and its channel alone, so that an
//! old timer can do nothing wrong.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use entity::enums::TimerKind;
use entity::ids::{ChannelId, ConversationId};
use entity::timer::Model as Timer;

use super::Service;
use super::notify::save_and_notify;
use crate::domain::action::Action;
use crate::domain::actor::Actor;
use crate::domain::change::{Change, Moment};
use crate::domain::context::{Channel, Context};
use crate::domain::conversation::Conversation;
use crate::domain::timer::{Moved, Timers};
use crate::error::{Error, Result};
use crate::store::context;
use crate::store::conversations::lock::lock_free;
use crate::store::timers::{self, TRIES};
use crate::store::write::Tx;

/// The first pause after a failure, and the longest.
const PAUSES: [TimeDelta; 2] = [TimeDelta::seconds(1), TimeDelta::minutes(5)];
/// How much is kept of why a timer failed, in bytes.
const REASON: usize = 1_000;

/// What became of due timers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fired {
    /// Conversations that changed.
    pub changed: usize,
    /// Timers whose conversation somebody else was at; they are still due.
    pub left: usize,
}

impl Service {
    /// Does what these timers are due for, in one transaction, as the clock. Conversations that somebody else is at are left to the next
    /// time; timers that were taken away or set anew since they were looked up do nothing.
    ///
    /// # Errors
    /// The database's; nothing was done then.
    pub async fn fire(&self, due: &[Timer]) -> Result<Fired> {
        let mut ids: Vec<ConversationId> = due.iter().map(|timer| timer.conversation_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let ids = &ids;
        self.store
            .write(|tx| async move {
                let locked = lock_free(&tx, ids).await?;
                let left = ids.len() - locked.len();
                let known: Vec<ConversationId> = locked.iter().map(|conversation| conversation.id).collect();
                let mut rows: HashMap<ConversationId, Vec<Timer>> = HashMap::new();
                for row in timers::of(&tx, &known).await? {
                    rows.entry(row.conversation_id).or_default().push(row);
                }
                let channels = channels(&tx, &locked).await?;
                // Read after the locks.
                let now = self.clock.now();
                let mut changes = Vec::new();
                for conversation in locked {
                    let rows = rows.remove(&conversation.id).unwrap_or_default();
                    let channel = channels.get(&conversation.channel).ok_or_else(|| Error::internal("no channel"))?;
                    let change = strike(conversation, channel, &rows, now);
                    match change.entries.is_empty() {
                        true => settle(&tx, &change.conversation, channel, &rows, now).await?,
                        false => changes.push(change),
                    }
                }
                let changed = changes.len();
                save_and_notify(&tx, &[], changes).await?;
                Ok(Fired { changed, left })
            })
            .await
    }

    /// Remembers that a timer failed: it is tried again after a pause that doubles, and parked when it has failed too often.
    /// Answers whether it is parked.
    ///
    /// # Errors
    /// The database's.
    pub async fn put_off(&self, timer: &Timer, why: &Error) -> Result<bool> {
        let parked = timer.attempts.saturating_add(1) >= TRIES;
        let again = (!parked).then(|| self.clock.now() + pause(timer.attempts));
        let why = format!("{why:?}");
        let why = why.get(..why.floor_char_boundary(REASON)).unwrap_or_default();
        self.store.write(|tx| async move { timers::failed(&tx, timer, again, why).await }).await?;
        Ok(parked)
    }

    /// Lets parked timers be tried again, as a server does that starts with whatever was mended. Answers how many there were.
    ///
    /// # Errors
    /// The database's.
    pub async fn unpark_timers(&self) -> Result<u64> {
        if self.store.parked_timers().await? == 0 {
            return Ok(0);
        }
        self.store.write(|tx| async move { timers::unpark(&tx).await }).await
    }
}

fn pause(attempts: i16) -> TimeDelta {
    let doubled = 2_i32.saturating_pow(u32::try_from(attempts).unwrap_or(0));
    PAUSES[0].checked_mul(doubled).unwrap_or(PAUSES[1]).min(PAUSES[1])
}

/// The channels of these conversations, relied on.
async fn channels(tx: &Tx, of: &[Conversation]) -> Result<HashMap<ChannelId, Channel>> {
    let mut ids: Vec<ChannelId> = of.iter().map(|conversation| conversation.channel).collect();
    ids.sort_unstable();
    ids.dedup();
    context::channels(tx, &ids).await
}

/// What the clock does, by the timers that are due.
fn strike(conversation: Conversation, channel: &Channel, rows: &[Timer], now: DateTime<Utc>) -> Change {
    let moment = Moment { now: now.max(conversation.updated_at), actor: Actor::Clock };
    let mut change = Change::of(conversation);
    let context = Context::of(channel.clone());
    for row in rows.iter().filter(|row| row.due_at <= now) {
        let action = match row.kind {
            TimerKind::Wake => Action::Expire,
            TimerKind::AutoClose => Action::AutoClose,
        };
        // The clock's actions refuse nothing.
        let _ = action.decide(&mut change, &context, &moment);
    }
    // From the rows as they are, so that nothing stale stays behind.
    change.move_timers(timers::of_rows(rows), &channel.policy);
    change
}

/// Puts timers that reminded of nothing where they belong.
async fn settle(
    tx: &Tx,
    conversation: &Conversation,
    channel: &Channel,
    rows: &[Timer],
    now: DateTime<Utc>,
) -> Result<()> {
    if rows.iter().all(|row| row.due_at > now) {
        return Ok(());
    }
    let (before, after) = (timers::of_rows(rows), Timers::of(conversation, &channel.policy));
    let moved = Moved { before, after, closed: false };
    timers::move_timers(tx, conversation.id, &moved).await
}
