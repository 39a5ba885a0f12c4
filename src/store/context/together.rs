//! Loading what decisions on several conversations need, in one transaction: first all set-up rows are locked by kind and id, because one
//! conversation's team may come after the next one's.

use std::collections::HashSet;

use entity::enums::ChannelVisibility;
use entity::ids::{AgentId, ChannelId, TeamId};
use sea_orm::sea_query::LockType;

use super::{agents, handing_out, load, members, teams, to_domain};
use crate::domain::context::{Context, Needs};
use crate::domain::conversation::Conversation;
use crate::domain::permission::ChannelAccess;
use crate::error::{Error, Result};
use crate::store::channels;
use crate::store::write::Tx;

/// Loads it for each, in their order. Who needs no more than the channel costs no statement of its own.
///
/// # Errors
/// The database's.
pub async fn load_all(tx: &Tx, of: &[(&Conversation, Needs)]) -> Result<Vec<Context>> {
    let mut ids: Vec<ChannelId> = of.iter().map(|(conversation, _)| conversation.channel).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows = channels::rely_on(tx, &ChannelAccess::All, &ids).await?;
    lock_ahead(tx, of).await?;
    let mut contexts = Vec::with_capacity(of.len());
    for (conversation, needs) in of {
        let channel = rows.iter().find(|row| row.id == conversation.channel);
        let channel = channel.ok_or_else(|| Error::Internal(format!("channel {} is gone", conversation.channel)))?;
        contexts.push(match *needs == Needs::default() {
            true => Context::of(to_domain(channel)),
            false => load(tx, conversation, needs).await?,
        });
    }
    Ok(contexts)
}

async fn lock_ahead(tx: &Tx, of: &[(&Conversation, Needs)]) -> Result<()> {
    let asked: HashSet<TeamId> = of.iter().flat_map(|(_, needs)| &needs.handing_out).copied().collect();
    let all: HashSet<TeamId> = of.iter().flat_map(|(_, needs)| &needs.teams).copied().collect();
    let mut people: HashSet<AgentId> = of.iter().flat_map(|(_, needs)| &needs.agents).copied().collect();
    let Some((first, _)) = of.first() else { return Ok(()) };
    let giving = handing_out(tx, &asked).await?;
    let mode = if giving.is_empty() { LockType::Share } else { LockType::NoKeyUpdate };
    let teams = teams(tx, &all, mode).await?;
    people.extend(members(&teams, &asked, &giving)?);
    agents(tx, &people, mode, first.channel, ChannelVisibility::Everyone).await?;
    Ok(())
}
