//! The same actions on many conversations, each in a transaction of its own (semantics §13.4).
//!
//! With a key, which conversations these are is settled first and kept; then each is changed under a key of its own, so that whoever
//! tries again after a crash goes on where it ended.

use chrono::{DateTime, Utc};
use entity::ids::ConversationId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Service;
use super::change::Command;
use super::idempotency::{Key, mismatch};
use crate::domain::action::Action;
use crate::domain::limits;
use crate::domain::permission::Viewer;
use crate::domain::rejection::{Code, Rejection};
use crate::error::{Error, Result};
use crate::store::conversations::matching::{Batch, Matching};
use crate::store::idempotency::{self, Claim};

/// The operation of the keys under which the single conversations are changed.
const EACH: &str = "bulkApplyActions.each";

/// Which conversations.
#[derive(Clone, Debug)]
pub enum Target {
    /// These; no more than one call may have.
    Named(Vec<Named>),
    /// The next of those that match.
    Matching(Box<Matching>),
}

/// A conversation as the caller named it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// How it was spelled.
    pub given: String,
    /// Its id; none for what is no conversation's.
    pub id: Option<ConversationId>,
}

/// What to do to which conversations.
#[derive(Clone, Copy, Debug)]
pub struct Bulk<'a> {
    /// Which.
    pub target: &'a Target,
    /// The actions, in order, all or nothing on each.
    pub actions: &'a [Action],
    /// The idempotency key, if one was given.
    pub key: Option<&'a Key>,
}

/// What came of one of them.
#[derive(Clone, Debug)]
pub struct Each {
    /// Which.
    pub conversation: Named,
    /// Whether anything changed, or why not.
    pub outcome: std::result::Result<bool, Rejection>,
}

/// What came of all.
#[derive(Clone, Debug)]
pub struct BulkDone {
    /// One by one, in id order.
    pub results: Vec<Each>,
    /// Where to go on with what matches; none = everything was reached.
    pub end_cursor: Option<String>,
}

impl BulkDone {
    /// How many changed.
    #[must_use]
    pub fn changed(&self) -> usize {
        self.results.iter().filter(|each| each.outcome == Ok(true)).count()
    }
}

/// What is kept under the key of a call: which conversations it is about, as far as they were looked up, and since when.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Settled {
    ids: Vec<ConversationId>,
    end_cursor: Option<String>,
    since: DateTime<Utc>,
}

impl Named {
    /// What this names.
    #[must_use]
    pub fn of(given: String) -> Self {
        let id = ConversationId::parse(&given);
        Self { given, id }
    }
}

impl Target {
    /// A refusal of one of the conversations, where the caller named it.
    fn located(&self, mut why: Rejection) -> Rejection {
        if why.code == Code::NotFound && why.field == ["conversationId"] {
            let part = if matches!(self, Self::Named(_)) { "conversationIds" } else { "matching" };
            why.field = vec!["target".to_owned(), part.to_owned()];
        }
        why
    }
}

impl Service {
    /// Changes them, one after another. A refusal is one conversation's.
    ///
    /// # Errors
    /// `IDEMPOTENCY_MISMATCH`; a malformed cursor; [`Error::TooComplex`] when finding them takes too long; the database's, as
    /// [`Error::UnknownOutcome`] once something has changed.
    pub async fn bulk(&self, viewer: &Viewer, bulk: Bulk<'_>) -> Result<BulkDone> {
        let settled = match bulk.key {
            Some(key) => self.settled(viewer, bulk.target, key).await?,
            None => self.settle(viewer, bulk.target).await?,
        };
        let conversations = match bulk.target {
            Target::Named(named) => named.clone(),
            Target::Matching(_) => settled.ids.iter().map(|id| Named::of(id.to_string())).collect(),
        };
        let mut done = BulkDone { results: Vec::new(), end_cursor: settled.end_cursor };
        for conversation in conversations {
            let key = bulk.key.zip(conversation.id).map(|(key, id)| each(key, settled.since, id));
            match Box::pin(self.change_one(viewer, bulk, conversation.id, key.as_ref())).await {
                Ok(changed) => done.results.push(Each { conversation, outcome: Ok(changed) }),
                Err(Error::Rejected(why)) => {
                    done.results.push(Each { conversation, outcome: Err(bulk.target.located(why)) });
                }
                Err(error) if done.changed() > 0 => {
                    // To try again without a key would do the first ones twice.
                    return Err(Error::UnknownOutcome(format!("a bulk ended after {}: {error:?}", done.changed())));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }

    async fn change_one(
        &self,
        viewer: &Viewer,
        bulk: Bulk<'_>,
        id: Option<ConversationId>,
        key: Option<&Key>,
    ) -> Result<bool> {
        let conversation = id.ok_or_else(|| Rejection::not_found("conversationId"))?;
        let command = Command { conversation, actions: bulk.actions, listed: true, expected_version: None, key };
        Ok(self.change(viewer, command).await?.changed)
    }

    /// Which conversations the first call with this key was about; this one, if it is the first.
    async fn settled(&self, viewer: &Viewer, target: &Target, key: &Key) -> Result<Settled> {
        let claim = match self.store.done_under(key, self.clock.now()).await? {
            Some(claim) => claim,
            None => {
                let settled = serde_json::to_value(self.settle(viewer, target).await?).map_err(Error::internal)?;
                self.keep(key, settled).await?
            }
        };
        match claim {
            Claim::Done(settled) => serde_json::from_value(settled).map_err(Error::internal),
            Claim::Mismatch | Claim::Fresh => Err(mismatch().into()),
        }
    }

    /// Keeps it, unless somebody else with the same key was first.
    async fn keep(&self, key: &Key, settled: serde_json::Value) -> Result<Claim> {
        let settled = &settled;
        self.store
            .write(|tx| async move {
                match idempotency::claim(&tx, key, self.clock.now()).await? {
                    Claim::Fresh => {
                        idempotency::record(&tx, key, settled.clone()).await?;
                        Ok(Claim::Done(settled.clone()))
                    }
                    claimed => Ok(claimed),
                }
            })
            .await
    }

    async fn settle(&self, viewer: &Viewer, target: &Target) -> Result<Settled> {
        let batch = match target {
            Target::Named(_) => Batch::default(),
            Target::Matching(matching) => self.store.matching(viewer, matching, limits::BULK).await?,
        };
        Ok(Settled { ids: batch.ids, end_cursor: batch.end_cursor, since: self.clock.now() })
    }
}

/// The key of one conversation's change. When the call's own key is forgotten and used anew, so are these.
fn each(key: &Key, since: DateTime<Utc>, id: ConversationId) -> Key {
    let spelled = format!("{}\n{}\n{id}", key.key, since.timestamp_micros());
    let hash: String = Sha256::digest(spelled).iter().map(|byte| format!("{byte:02x}")).collect();
    Key { operation: EACH, key: hash, ..key.clone() }
}
