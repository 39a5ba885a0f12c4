//! Who is told: loads who may know of what was decided, and settles it before it is saved.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::ids::{AgentId, ChannelId, TeamId};

use crate::domain::actor::Actor;
use crate::domain::audience::{Circle, Whom, settle};
use crate::domain::change::Change;
use crate::domain::ticket::TicketChange;
use crate::error::Result;
use crate::store::append::Setup;
use crate::store::reach;
use crate::store::save::{Saved, save_all};
use crate::store::write::Tx;

/// Settles who is notified of each entry and saves it all; the last thing a transaction does.
///
/// # Errors
/// As for [`save_all`].
pub(in crate::service) async fn save_and_notify(tx: &Tx, setups: &[Setup], changes: Vec<Change>) -> Result<Saved> {
    save_all_and_notify(tx, setups, Vec::new(), changes).await
}

/// The same with changes of tickets that aren't those of one conversation.
///
/// # Errors
/// As for [`save_all`].
pub(in crate::service) async fn save_all_and_notify(
    tx: &Tx,
    setups: &[Setup],
    tickets: Vec<TicketChange>,
    mut changes: Vec<Change>,
) -> Result<Saved> {
    let circles = circles(tx, &changes).await?;
    for change in &mut changes {
        let Some(circle) = circles.get(&change.conversation.channel) else { continue };
        for entry in &mut change.entries {
            entry.notices = settle(&entry.claims, entry.moment.actor, circle);
        }
    }
    save_all(tx, setups, tickets, changes).await
}

/// Whom changes of one channel's conversations concern.
#[derive(Default)]
struct Concerned {
    agents: BTreeSet<AgentId>,
    teams: BTreeSet<TeamId>,
}

/// Those among whom the changes concern who may know of them, by channel; no statement where they concern nobody.
async fn circles(tx: &Tx, changes: &[Change]) -> Result<HashMap<ChannelId, Circle>> {
    let concerned = concerned(changes);
    let teams: BTreeSet<TeamId> = concerned.values().flat_map(|concerned| &concerned.teams).copied().collect();
    let all = reach::members(tx, &teams.into_iter().collect::<Vec<_>>()).await?;
    let mut circles = HashMap::new();
    for (channel, Concerned { mut agents, teams }) in concerned {
        let members = teams.iter().filter_map(|team| Some((*team, all.get(team)?.clone())));
        let members: HashMap<TeamId, BTreeSet<AgentId>> = members.collect();
        agents.extend(members.values().flatten());
        let agents: Vec<AgentId> = agents.into_iter().collect();
        circles.insert(channel, Circle { reachable: reach::reachable(tx, channel, &agents).await?, members });
    }
    Ok(circles)
}

fn concerned(changes: &[Change]) -> BTreeMap<ChannelId, Concerned> {
    let mut concerned: BTreeMap<ChannelId, Concerned> = BTreeMap::new();
    for change in changes {
        let Concerned { agents, teams } = concerned.entry(change.conversation.channel).or_default();
        // Nobody is told of what they did themselves.
        let actor = change.entries.first().map(|entry| entry.moment.actor);
        for claim in change.entries.iter().flat_map(|entry| &entry.claims) {
            match claim.whom {
                Whom::Agent(agent) if actor == Some(Actor::Agent(agent)) => {}
                Whom::Agent(agent) => {
                    agents.insert(agent);
                }
                Whom::MembersOf(team) => {
                    teams.insert(team);
                }
            }
        }
    }
    concerned
}
