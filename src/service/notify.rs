//! Who is told: loads who may know of what was decided, and settles it before it is saved.

use std::collections::BTreeSet;

use entity::ids::{AgentId, TeamId};

use crate::domain::actor::Actor;
use crate::domain::audience::{Circle, Whom, settle};
use crate::domain::change::Change;
use crate::error::Result;
use crate::store::append::Setup;
use crate::store::reach;
use crate::store::save::{Saved, save};
use crate::store::write::Tx;

/// Settles who is notified of each entry and saves it all; the last thing a transaction does.
///
/// # Errors
/// As for [`save`].
pub(in crate::service) async fn save_and_notify(tx: &Tx, setups: &[Setup], mut changes: Vec<Change>) -> Result<Saved> {
    for change in &mut changes {
        let circle = circle(tx, change).await?;
        for entry in &mut change.entries {
            entry.notices = settle(&entry.claims, entry.moment.actor, &circle);
        }
    }
    save(tx, setups, changes).await
}

/// Those among whom a change concerns who may know of it; no statement where it concerns nobody.
async fn circle(tx: &Tx, change: &Change) -> Result<Circle> {
    let claims = change.entries.iter().flat_map(|entry| &entry.claims);
    let (mut agents, mut teams): (BTreeSet<AgentId>, BTreeSet<TeamId>) = (BTreeSet::new(), BTreeSet::new());
    for claim in claims {
        match claim.whom {
            Whom::Agent(agent) => agents.insert(agent),
            Whom::MembersOf(team) => teams.insert(team),
        };
    }
    if let Some(Actor::Agent(actor)) = change.entries.first().map(|entry| entry.moment.actor) {
        agents.remove(&actor);
    }
    let members = reach::members(tx, &teams.into_iter().collect::<Vec<_>>()).await?;
    agents.extend(members.values().flatten());
    let agents: Vec<AgentId> = agents.into_iter().collect();
    Ok(Circle { reachable: reach::reachable(tx, change.conversation.channel, &agents).await?, members })
}
