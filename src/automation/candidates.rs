//! Which workflows an entry starts, before anything of its conversation is read.

use std::sync::Arc;

use entity::event::Model as Event;

use crate::domain::workflow::starts;
use crate::events::committed::turn;
use crate::service::workflows::definition::Definition;
use crate::store::append::fact_of;

/// An entry, and the workflows it starts, in their order.
pub(super) struct Candidate {
    pub entry: Event,
    pub workflows: Vec<Arc<Definition>>,
}

/// Those of the entries that start any workflow. One that this version can't read starts none, which the log tells.
pub(super) fn among(entries: Vec<Event>, in_force: &[Arc<Definition>]) -> Vec<Candidate> {
    let candidates = entries.into_iter().map(|entry| Candidate { workflows: started(&entry, in_force), entry });
    candidates.filter(|candidate| !candidate.workflows.is_empty()).collect()
}

fn started(entry: &Event, in_force: &[Arc<Definition>]) -> Vec<Arc<Definition>> {
    let Some(turn) = turn(entry) else { return Vec::new() };
    let fact = match fact_of(entry) {
        Ok(fact) => fact,
        Err(error) => {
            tracing::error!(seq = entry.seq, ?error, "an unreadable entry starts no workflow");
            return Vec::new();
        }
    };
    let starts = |workflow: &&Arc<Definition>| {
        entry.seq > workflow.enabled_after && starts(workflow.trigger, &fact, turn.before.as_ref(), &turn.after)
    };
    in_force.iter().filter(starts).cloned().collect()
}
