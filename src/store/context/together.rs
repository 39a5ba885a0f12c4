//! Loading what decisions on several conversations and on a ticket look at, in one transaction and few statements however many they
//! are: all set-up rows by kind and id, each at once in the strongest mode that any of the decisions needs.

use std::collections::{HashMap, HashSet};

use entity::ids::{AgentId, ChannelId, TeamId};
use sea_orm::sea_query::LockType;

use super::{agents, handing_out, members, shut_out, tags, teams, to_domain};
use crate::domain::actor::Actor;
use crate::domain::context::{Context, Needs};
use crate::domain::conversation::Conversation;
use crate::domain::permission::ChannelAccess;
use crate::domain::ticket::known::{Known, Named};
use crate::error::Result;
use crate::store::tickets::refs::holders;
use crate::store::write::Tx;
use crate::store::{channels, workload};

/// What was loaded.
#[derive(Clone, Debug)]
pub struct Together {
    /// What decisions on each channel's conversations look at. Everybody's open conversations are counted, with those that are decided
    /// on.
    pub contexts: HashMap<ChannelId, Context>,
    /// What the ticket names.
    pub known: Known,
}

/// Loads it, and the actor if they are an agent. Of what the conversations need, agents and teams are loaded, which is all that reopening looks at.
///
/// # Errors
/// The database's; a team that has just begun to hand out runs the transaction again.
pub async fn load(tx: &Tx, actor: Actor, of: &[(&Conversation, Needs)], named: &Named) -> Result<Together> {
    let mut channel_ids: Vec<ChannelId> = of.iter().map(|(conversation, _)| conversation.channel).collect();
    channel_ids.sort_unstable();
    channel_ids.dedup();
    let rows = channels::rely_on(tx, &ChannelAccess::All, &channel_ids).await?;
    let asked: HashSet<TeamId> = of.iter().flat_map(|(_, needs)| &needs.handing_out).copied().collect();
    let team_ids = of.iter().flat_map(|(_, needs)| &needs.teams).chain(&named.teams).copied().collect();
    let mut agent_ids: HashSet<AgentId> =
        of.iter().flat_map(|(_, needs)| &needs.agents).chain(&named.agents).copied().collect();
    if let Actor::Agent(agent) = actor {
        agent_ids.insert(agent);
    }
    let giving = handing_out(tx, &asked).await?;
    let mode = if giving.is_empty() { LockType::Share } else { LockType::NoKeyUpdate };
    let teams = teams(tx, &team_ids, mode).await?;
    let members = members(&teams, &asked, &giving)?;
    agent_ids.extend(&members);
    let mut agents = agents(tx, &agent_ids, mode).await?;
    for (id, open) in workload::open_in(tx, &members, None).await? {
        if let Some(agent) = agents.get_mut(&id) {
            agent.open = open;
        }
    }
    let known = Known {
        agents: agents.iter().map(|(id, agent)| (*id, agent.active)).collect(),
        teams: teams.keys().copied().collect(),
        tags: tags(tx, &named.tags).await?,
        refs: holders(tx, &named.refs).await?,
    };
    let mut contexts = HashMap::new();
    for row in rows {
        let mut agents = agents.clone();
        shut_out(tx, &mut agents, row.id, row.visibility).await?;
        contexts.insert(row.id, Context { agents, teams: teams.clone(), ..Context::of(to_domain(&row)) });
    }
    Ok(Together { contexts, known })
}
