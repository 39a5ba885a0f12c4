//! A row of the log as subscriptions meet it: read once, judged by all.

use std::collections::HashMap;
use std::sync::Arc;

use entity::channel;
use entity::event::Model;
use entity::ids::{AgentId, ChannelId};
use entity::notification;
use serde_json::{Map, Value};
use tokio::sync::OnceCell;

use crate::domain::audience::concerns;
use crate::domain::facets::{Facets, undo};
use crate::domain::interest::{Happened, Turn};
use crate::error::Result;
use crate::store::Store;

/// One row of the log, its facets read.
#[derive(Debug)]
pub struct Committed {
    /// The row.
    pub row: Arc<Model>,
    /// What interests judge.
    pub happened: Happened,
    notices: OnceCell<Notices>,
}

/// Whom an entry was made known to.
#[derive(Clone, Debug, Default)]
pub struct Notices {
    /// Each agent's notification.
    pub of: Arc<HashMap<AgentId, Arc<notification::Model>>>,
    /// All of these agents, in id order.
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
            at: row.at,
            channel_kind: channel.map(|channel| channel.kind),
            facets,
        };
        Self { row: Arc::new(row), happened, notices: OnceCell::new() }
    }

    /// Whom it was made known to, read once for all who ask on this node. What was retracted since is gone.
    ///
    /// # Errors
    /// The database's.
    pub async fn notices(&self, store: &Store) -> Result<Notices> {
        if !concerns(self.happened.kind) {
            return Ok(Notices::default());
        }
        let read = async || {
            let rows = store.notifications_of_entry(self.row.seq).await?;
            let mut agents: Vec<AgentId> = rows.iter().map(|row| row.agent_id).collect();
            agents.sort_unstable();
            let of = rows.into_iter().map(|row| (row.agent_id, Arc::new(row))).collect();
            Ok(Notices { of: Arc::new(of), agents: agents.into() })
        };
        self.notices.get_or_try_init(read).await.cloned()
    }
}

/// The conversation before and after; none of rows without one, and of what this version can't read, which the log then tells.
fn turn(row: &Model) -> Option<Turn> {
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
