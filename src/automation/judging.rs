//! What conditions are judged on before anything is locked: read for a stretch together, and again for a conversation in which
//! something ran.

use std::collections::{HashMap, HashSet};

use entity::event::Model as Event;
use entity::ids::{ConversationId, EventId};

use super::candidates::Candidate;
use crate::domain::workflow::Judged;
use crate::error::{Error, Result};
use crate::service::Service;
use crate::service::pulse::Count;

/// What is judged of a stretch's entries.
pub(super) struct Judging {
    read: HashMap<EventId, Judged>,
    /// Something ran in these since they were read.
    stale: HashSet<ConversationId>,
}

impl Judging {
    /// Reads it for all of them. One whose conversation can't be read is left out, which the log tells: the others don't wait for it.
    ///
    /// # Errors
    /// The database's.
    pub async fn of(service: &Service, candidates: &[Candidate]) -> Result<Self> {
        let entries: Vec<&Event> = candidates.iter().map(|candidate| &candidate.entry).collect();
        let read = match service.store.judged(&entries, service.clock.now()).await {
            Err(Error::Internal(_)) => one_by_one(service, &entries).await?,
            read => read?,
        };
        Ok(Self { read, stale: HashSet::new() })
    }

    /// What is judged of an entry; none where that can't be read.
    pub fn get(&self, entry: &Event) -> Option<&Judged> {
        self.read.get(&entry.id)
    }

    /// Something ran in a conversation.
    pub fn has_changed(&mut self, conversation: ConversationId) {
        self.stale.insert(conversation);
    }

    /// Whether something ran in a conversation since its entries were read together.
    pub fn is_stale(&self, conversation: ConversationId) -> bool {
        self.stale.contains(&conversation)
    }

    /// Reads an entry's conversation again.
    ///
    /// # Errors
    /// The database's.
    pub async fn read_again(&mut self, service: &Service, entry: &Event) -> Result<()> {
        self.read.extend(service.store.judged(&[entry], service.clock.now()).await?);
        Ok(())
    }
}

async fn one_by_one(service: &Service, entries: &[&Event]) -> Result<HashMap<EventId, Judged>> {
    let mut read = HashMap::new();
    for entry in entries {
        match service.store.judged(&[entry], service.clock.now()).await {
            Err(Error::Internal(why)) => {
                // The row, if the database answers otherwise.
                service.store.head().await?;
                tracing::error!(why, seq = entry.seq, "an entry's conversation can't be read; it starts no workflow");
                service.pulse.add(Count::WorkflowFailures, 1);
            }
            judged => read.extend(judged?),
        }
    }
    Ok(read)
}
