//! A row of the log as subscriptions meet it: read once, judged by all.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use entity::channel;
use entity::event::Model;
use entity::ids::{AgentId, ChannelId};
use entity::notification;
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use super::tail::Tail;
use crate::domain::audience::concerns;
use crate::domain::facets::{Facets, undo};
use crate::domain::fact::Fact;
use crate::domain::interest::{Happened, Turn};
use crate::domain::permission::Viewer;
use crate::error::Result;
use crate::store::Store;
use crate::store::append::fact_of;

/// One row of the log, its facets read.
#[derive(Debug)]
pub struct Committed {
    /// The row.
    pub row: Arc<Model>,
    /// What interests judge.
    pub happened: Happened,
    notices: Mutex<Option<(Instant, Notices)>>,
}

/// How long what was read of notifications is told to others: they may be read or retracted.
const FRESH: Duration = Duration::from_secs(1);

/// Whom an entry was made known to.
#[derive(Clone, Debug, Default)]
pub struct Notices {
    /// Each agent's notification.
    pub of: Arc<HashMap<AgentId, Arc<notification::Model>>>,
    /// Those of these agents whose streams this node carries, in id order.
    pub agents: Arc<[AgentId]>,
}

impl Committed {
    /// Rows with their facets, and the media of their channels, which are remembered as of the given row.
    ///
    /// # Errors
    /// The database's.
    pub async fn read(store: &Store, setup_seq: i64, rows: Vec<Model>) -> Result<Vec<Arc<Self>>> {
        let read: Vec<(Option<Turn>, Model)> = rows.into_iter().map(|row| (turn(&row), row)).collect();
        let mut channels: Vec<ChannelId> =
            read.iter().filter_map(|(turn, _)| Some(turn.as_ref()?.after.channel)).collect();
        channels.sort_unstable();
        channels.dedup();
        let channels = store.channels_by_id(setup_seq, &channels).await?;
        Ok(read.into_iter().map(|(turn, row)| Arc::new(Self::of(row, turn, &channels))).collect())
    }

    fn of(row: Model, facets: Option<Turn>, channels: &HashMap<ChannelId, Arc<channel::Model>>) -> Self {
        let channel = facets.as_ref().and_then(|turn| channels.get(&turn.after.channel));
        let happened = Happened {
            kind: row.kind,
            conversation: row.conversation_id,
            subject: row.subject_id,
            channel_kind: channel.map(|channel| channel.kind),
            facets,
        };
        Self { row: Arc::new(row), happened, notices: Mutex::default() }
    }

    /// Whom it was made known to, read once for all who ask on this node within a second. What was retracted since is gone.
    ///
    /// # Errors
    /// The database's.
    pub async fn notices(&self, tail: &Tail) -> Result<Notices> {
        if !concerns(self.happened.kind) {
            return Ok(Notices::default());
        }
        let mut kept = self.notices.lock().await;
        if let Some((_, notices)) = kept.as_ref().filter(|(since, _)| since.elapsed() < FRESH) {
            return Ok(notices.clone());
        }
        let since = Instant::now();
        let rows = tail.store().notifications_of_entry(self.row.seq).await?;
        let listening = tail.listening();
        let agents = rows.iter().map(|row| row.agent_id).filter(|agent| listening.contains(agent));
        let agents: BTreeSet<AgentId> = agents.collect();
        let of = rows.into_iter().map(|row| (row.agent_id, Arc::new(row))).collect();
        let notices = Notices { of: Arc::new(of), agents: agents.into_iter().collect() };
        *kept = Some((since, notices.clone()));
        Ok(notices)
    }

    /// Whether it changed what a viewer may see, as far as that can be told without knowing all that they belong to: rather too often
    /// than too rarely.
    #[must_use]
    pub fn changed_access_of(&self, viewer: &Viewer) -> bool {
        if !self.row.kind.changes_access() {
            return false;
        }
        let subject = self.row.subject_id;
        match fact_of(&self.row) {
            Ok(Fact::Setup { of, before, after }) => viewer.is_touched_by(of, subject, before.as_ref(), &after),
            _ => true,
        }
    }
}

/// The conversation before and after; none of rows without one, and of what this version can't read, which the log then tells.
#[must_use]
pub fn turn(row: &Model) -> Option<Turn> {
    row.conversation_id?;
    let object = |key: &str| row.payload.get(key).and_then(Value::as_object).cloned();
    let (after, delta) = (object("after")?, object("delta").unwrap_or_default());
    let before = (row.conversation_version != Some(1)).then(|| undo(&after, &delta));
    let read = |object: Map<String, Value>| serde_json::from_value::<Facets>(Value::Object(object));
    match (before.map(read).transpose(), read(after)) {
        (Ok(before), Ok(after)) => Some(Turn { before, after }),
        (Err(fault), _) | (_, Err(fault)) => {
            tracing::error!(seq = row.seq, %fault, "unreadable facets");
            None
        }
    }
}
