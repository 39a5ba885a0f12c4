//! The write path of set-up records: agents, teams, channels, integrations, tokens.
//!
//! Lock the rows, check, write them, log what decides about access; after the commit forget remembered display names, before
//! anybody is answered.

use entity::enums::EventKind;
use entity::ids::SweepId;
use serde_json::Value;
use uuid::Uuid;

use super::Service;
use crate::domain::actor::Actor;
use crate::domain::change::Moment;
use crate::domain::fact::Fact;
use crate::domain::rejection::{Code, Rejection};
use crate::domain::sweep::Sweep;
use crate::error::Result;
use crate::store::append::Setup;
use crate::store::save::save;
use crate::store::sweeps;
use crate::store::write::Tx;

/// A set-up record that was made or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done<Id> {
    /// Which.
    pub id: Id,
    /// Whether anything changed.
    pub changed: bool,
}

/// What a transaction came to, up to which log row remembered display names are stale, and which sweeps follow.
pub(in crate::service) struct Written<T> {
    pub value: T,
    pub stale: Option<i64>,
    pub sweeps: Vec<SweepId>,
}

impl<T> Written<T> {
    /// Nothing was written.
    pub fn of(value: T) -> Self {
        Self { value, stale: None, sweeps: Vec::new() }
    }
}

impl<Id> Written<Done<Id>> {
    /// A record that already was as it should be.
    pub fn unchanged(id: Id) -> Self {
        Self::of(Done { id, changed: false })
    }
}

impl Service {
    /// Runs the work in one transaction, forgets what it made stale, and begins to carry out what follows from it.
    pub(in crate::service) async fn set_up<T, F, Fut>(&self, work: F) -> Result<T>
    where
        F: Fn(Tx) -> Fut,
        Fut: Future<Output = Result<Written<T>>>,
    {
        let written = self.store.write(work).await?;
        if let Some(seq) = written.stale {
            self.store.forget_display_names(seq);
        }
        Box::pin(self.sweep_at_once(&written.sweeps)).await;
        Ok(written.value)
    }

    /// When something is done to a set-up record.
    pub(in crate::service) fn moment(&self, actor: Actor) -> Moment {
        Moment::of(self.clock.now(), actor)
    }
}

/// Logs the changes, the last thing a transaction does.
pub(in crate::service) async fn log<T>(tx: &Tx, setups: &[Setup], value: T) -> Result<Written<T>> {
    let saved = save(tx, setups, Vec::new()).await?;
    let stale = saved.events.iter().filter(|row| row.kind.is_setup()).map(|row| row.seq).max();
    Ok(Written { value, stale, sweeps: Vec::new() })
}

/// Logs the changes and begins the sweeps that follow from them, the last thing a transaction does.
pub(in crate::service) async fn log_and_sweep<T>(
    tx: &Tx,
    setups: &[Setup],
    following: &[Sweep],
    moment: Moment,
    value: T,
) -> Result<Written<T>> {
    let sweeps = sweeps::begin(tx, following, moment).await?;
    Ok(Written { sweeps, ..log(tx, setups, value).await? })
}

/// The log row of one record: what decides about access, before (none = it is new) and after.
pub(in crate::service) fn logged(
    of: EventKind,
    subject: Uuid,
    before: Option<Value>,
    after: Value,
    moment: Moment,
) -> Setup {
    Setup { fact: Fact::Setup { of, before, after }, subject, moment }
}

/// Refuses a unique value that another record holds.
pub(in crate::service) fn free<Id: PartialEq>(
    holder: Option<Id>,
    own: Option<Id>,
    field: &str,
) -> std::result::Result<(), Rejection> {
    if holder.is_some() && holder != own { Err(Rejection::taken(field)) } else { Ok(()) }
}

/// Refuses one more than there may be.
pub(in crate::service) fn room(count: u64, limit: usize, what: &str) -> std::result::Result<(), Rejection> {
    if usize::try_from(count).is_ok_and(|count| count < limit) {
        return Ok(());
    }
    Err(Rejection::new(Code::LimitExceeded, format!("There may be at most {limit} {what}.")))
}
