//! The clock acts: what timers are due for is decided on the locked rows, by the same rules as everybody's actions.
//!
//! A timer is a reminder and never a reason: whether something is due follows from the conversation and its channel alone, so that an
//! old timer can do nothing wrong.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use entity::enums::{EventKind, TimerKind};
use entity::ids::{ChannelId, ConversationId};
use entity::timer::Model as Timer;

use super::Service;
use super::notify::save_and_notify;
use crate::domain::action::Action;
use crate::domain::actor::Actor;
use crate::domain::change::{Change, Moment};
use crate::domain::context::{Channel, Context};
use crate::domain::conversation::Conversation;
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
    /// Conversations that were woken.
    pub woken: usize,
    /// Conversations that were closed.
    pub closed: usize,
    /// Conversations that somebody else was at; their timers are still due.
    pub left: usize,
}

impl Fired {
    /// How many conversations changed.
    #[must_use]
    pub fn changed(&self) -> usize {
        self.woken + self.closed
    }
}

impl std::ops::AddAssign for Fired {
    fn add_assign(&mut self, more: Self) {
        self.woken += more.woken;
        self.closed += more.closed;
        self.left += more.left;
    }
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
        let (fired, next_timer) = self
            .store
            .write(|tx| async move {
                let locked = lock_free(&tx, ids).await?;
                let channels = channels(&tx, &locked).await?;
                let free = locked.into_iter().filter_map(|conversation| {
                    let channel = channels.get(&conversation.channel)?;
                    Some((conversation, channel))
                });
                let free: Vec<(Conversation, &Channel)> = free.collect();
                let left = ids.len() - free.len();
                let changes = self.strike_all(&tx, free).await?;
                let fired = Fired { left, ..tally(&changes) };
                Ok((fired, save_and_notify(&tx, &[], changes).await?.next_timer))
            })
            .await?;
        self.poke(next_timer);
        Ok(fired)
    }

    /// What changes among locked conversations, the longest due first. Timers that reminded of nothing are put where they belong.
    async fn strike_all(&self, tx: &Tx, locked: Vec<(Conversation, &Channel)>) -> Result<Vec<Change>> {
        let ids: Vec<ConversationId> = locked.iter().map(|(conversation, _)| conversation.id).collect();
        let mut rows: HashMap<ConversationId, Vec<Timer>> = HashMap::new();
        for row in timers::of(tx, &ids).await? {
            rows.entry(row.conversation_id).or_default().push(row);
        }
        // Read after the locks.
        let now = self.clock.now();
        let (mut changes, mut moved) = (Vec::new(), Vec::new());
        for (conversation, channel) in locked {
            let rows = rows.remove(&conversation.id).unwrap_or_default();
            let change = strike(conversation, channel, &rows, now);
            match change.entries.is_empty() {
                true => moved.extend(change.timers.map(|moved| (change.conversation.id, moved))),
                false => changes.push(change),
            }
        }
        timers::move_all(tx, &moved).await?;
        // Told in the order in which it was planned, whatever order the rows were locked in.
        changes.sort_by_key(|change| change.entries.first().and_then(|entry| entry.fact.scheduled_for()));
        Ok(changes)
    }

    /// Remembers that a timer failed: it is tried again after a pause that doubles, and parked when it has failed too often. Answers
    /// whether it was parked; not if it was set anew since.
    ///
    /// # Errors
    /// The database's.
    pub async fn put_off(&self, timer: &Timer, why: &Error) -> Result<bool> {
        let attempts = timer.attempts.saturating_add(1);
        let parked = attempts >= TRIES;
        let again = (!parked).then(|| self.clock.now() + pause(timer.attempts));
        let why = format!("{why:?}");
        let why = why.get(..why.floor_char_boundary(REASON)).unwrap_or_default();
        let known =
            self.store.write(|tx| async move { timers::failed(&tx, timer, attempts, again, why).await }).await?;
        Ok(parked && known)
    }

    /// Calls back timers that were put off by a clock that has been set back since: they would wait until it comes there again.
    ///
    /// # Errors
    /// The database's.
    pub async fn recall_timers(&self) -> Result<u64> {
        let beyond = self.clock.now() + TOO_FAR;
        self.store.write(|tx| async move { timers::recall(&tx, beyond).await }).await
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

/// Later than any timer is put off by its failures.
const TOO_FAR: TimeDelta = TimeDelta::minutes(10);

fn pause(attempts: i16) -> TimeDelta {
    let doubled = 2_i32.saturating_pow(u32::try_from(attempts).unwrap_or(0));
    PAUSES[0].checked_mul(doubled).unwrap_or(PAUSES[1]).min(PAUSES[1])
}

/// The channels of these conversations, relied on, but for those that somebody else is changing.
async fn channels(tx: &Tx, of: &[Conversation]) -> Result<HashMap<ChannelId, Channel>> {
    let mut ids: Vec<ChannelId> = of.iter().map(|conversation| conversation.channel).collect();
    ids.sort_unstable();
    ids.dedup();
    context::free_channels(tx, &ids).await
}

/// What the clock did.
fn tally(changes: &[Change]) -> Fired {
    let of = |kind| changes.iter().flat_map(|change| &change.entries).filter(|entry| entry.fact.kind() == kind).count();
    Fired { woken: of(EventKind::Woken), closed: of(EventKind::Closed), left: 0 }
}

/// What the clock does, by the timers that are due.
fn strike(conversation: Conversation, channel: &Channel, rows: &[Timer], now: DateTime<Utc>) -> Change {
    let moment = Moment::since(conversation.updated_at, now, Actor::Clock);
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
