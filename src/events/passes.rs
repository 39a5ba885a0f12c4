//! Who may still listen: the tokens of this node's live streams, each with what exists for its holder now.
//!
//! A token is read again when the log tells that somebody's access has changed, before anything after that row is given out. Nothing is
//! decided here of what a stream does about it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use chrono::{DateTime, Utc};
use entity::ids::{AgentId, TokenId};
use tokio::sync::watch;

use crate::domain::cursor::Cursor;
use crate::domain::permission::Viewer;
use crate::store::sessions::Presented;

/// The live tokens of a node.
#[derive(Debug, Default)]
pub(super) struct Passes {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// The newest row that may have changed somebody's access.
    changed_at: Place,
    tokens: HashMap<TokenId, Weak<watch::Sender<Standing>>>,
}

/// A place in the log, in the order of epochs and rows.
type Place = (i32, i64);

fn place(cursor: Cursor) -> Place {
    (cursor.epoch, cursor.seq)
}

/// How a token stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Whom it acts for, and what exists for them; none once it is revoked, expired, or its agent deactivated.
    pub viewer: Option<Arc<Viewer>>,
    expires_at: Option<DateTime<Utc>>,
    /// As of which row of the log this was read.
    as_of: Place,
}

impl Standing {
    /// As it was just read.
    #[must_use]
    pub fn of(viewer: Viewer, expires_at: Option<DateTime<Utc>>, as_of: Cursor) -> Self {
        Self { viewer: Some(Arc::new(viewer)), expires_at, as_of: place(as_of) }
    }

    fn read(presented: Presented, now: DateTime<Utc>) -> Self {
        let alive = !presented.dead && presented.expires_at.is_none_or(|at| now < at);
        let as_of = place(presented.head);
        Self { viewer: alive.then(|| Arc::new(presented.viewer)), expires_at: presented.expires_at, as_of }
    }

    fn gone(as_of: Place) -> Self {
        Self { viewer: None, expires_at: None, as_of }
    }
}

/// One stream's hold on its token: tells how that stands.
#[derive(Clone, Debug)]
pub struct Pass {
    told: watch::Receiver<Standing>,
    _held: Arc<watch::Sender<Standing>>,
}

impl Pass {
    /// Whom the token acts for now; none once it is no longer valid.
    #[must_use]
    pub fn viewer(&mut self) -> Option<Arc<Viewer>> {
        self.told.borrow_and_update().viewer.clone()
    }

    /// Whether it stands otherwise than when it was last asked for its viewer.
    #[must_use]
    pub fn has_changed(&self) -> bool {
        self.told.has_changed().unwrap_or(true)
    }

    /// Completes when it stands otherwise than when it was last asked for its viewer.
    pub async fn changed(&mut self) {
        if self.told.changed().await.is_err() {
            // It is held, so its sender is there.
            std::future::pending().await
        }
    }

    /// Completes when the token is no longer valid.
    pub async fn ended(&mut self) {
        while self.viewer().is_some() {
            self.changed().await;
        }
    }
}

impl Passes {
    /// Holds a token that was just read; tells too whether it must be read again, because somebody's access has changed since.
    pub(super) fn hold(&self, token: TokenId, standing: Standing) -> (Pass, bool) {
        let mut kept = self.kept();
        let known = kept.tokens.get(&token).and_then(Weak::upgrade);
        // An agent who is back begins anew beside streams that are just ending.
        let known = known.filter(|held| held.borrow().viewer.is_some());
        let held = known.unwrap_or_else(|| Arc::new(watch::Sender::new(standing.clone())));
        become_if_newer(&held, standing);
        kept.tokens.insert(token, Arc::downgrade(&held));
        let stale = held.borrow().as_of < kept.changed_at;
        (Pass { told: held.subscribe(), _held: held }, stale)
    }

    /// The tokens to read again because of what happened in this row. Who comes later knows that they read too early.
    pub(super) fn change(&self, at: Cursor) -> Vec<TokenId> {
        let mut kept = self.kept();
        kept.changed_at = kept.changed_at.max(place(at));
        kept.tokens.retain(|_, held| held.strong_count() > 0);
        kept.tokens.keys().copied().collect()
    }

    /// The log is another: what was read of it before is older than all that is read of it now.
    pub(super) fn begin_anew(&self) {
        let mut kept = self.kept();
        kept.changed_at = Place::default();
        for held in kept.tokens.values().filter_map(Weak::upgrade) {
            held.send_if_modified(|standing| {
                standing.as_of = Place::default();
                false
            });
        }
    }

    /// The agents whose tokens are held.
    pub(super) fn agents(&self) -> HashSet<AgentId> {
        let kept = self.kept();
        let held = kept.tokens.values().filter_map(Weak::upgrade);
        held.filter_map(|held| held.borrow().viewer.as_ref().and_then(|viewer| viewer.agent())).collect()
    }

    /// Lets tokens stand as they were read again; one that is gone is no longer valid.
    pub(super) fn renew(&self, asked: &[TokenId], mut read: HashMap<TokenId, Presented>, now: DateTime<Utc>) {
        let kept = self.kept();
        for token in asked {
            let Some(held) = kept.tokens.get(token).and_then(Weak::upgrade) else { continue };
            let standing =
                read.remove(token).map_or(Standing::gone((i32::MAX, i64::MAX)), |read| Standing::read(read, now));
            become_if_newer(&held, standing);
        }
    }

    /// Ends those whose time is over.
    pub(super) fn expire(&self, now: DateTime<Utc>) {
        for held in self.kept().tokens.values().filter_map(Weak::upgrade) {
            held.send_if_modified(|standing| {
                let over = standing.viewer.is_some() && standing.expires_at.is_some_and(|at| at <= now);
                if over {
                    standing.viewer = None;
                }
                over
            });
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was read earlier doesn't replace what was read later; who sees the same as before isn't woken.
fn become_if_newer(held: &watch::Sender<Standing>, new: Standing) {
    held.send_if_modified(|standing| {
        if new.as_of <= standing.as_of {
            return false;
        }
        if standing.viewer.is_none() {
            return false;
        }
        let same = standing.viewer == new.viewer;
        *standing = new;
        !same
    });
}
