//! Whom the names in a text stand for. Read without locks: the agents and teams found are locked afterwards, in their order.

use std::collections::{HashMap, HashSet};

use entity::ids::{AgentId, TeamId};
use entity::{agent, team};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::domain::change::Mentionable;
use crate::error::Result;
use crate::store::access::padded;
use crate::store::write::Tx;

/// As many are looked up in one statement: notes of one step may name more than it takes values.
const AT_ONCE: usize = 8_192;

/// The agents with these handles and the teams that aren't deleted with these slugs.
pub(super) async fn stand_for(tx: &Tx, names: &HashSet<String>) -> Result<HashMap<String, Vec<Mentionable>>> {
    let mut found: HashMap<String, Vec<Mentionable>> = HashMap::new();
    if names.is_empty() {
        return Ok(found);
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for names in names.chunks(AT_ONCE) {
        for (name, target) in named(tx, names).await? {
            found.entry(name).or_default().push(target);
        }
    }
    Ok(found)
}

async fn named(tx: &Tx, names: &[&str]) -> Result<Vec<(String, Mentionable)>> {
    let agents: Vec<(String, AgentId)> = agent::Entity::find()
        .select_only()
        .columns([agent::Column::Handle, agent::Column::Id])
        .filter(agent::Column::Handle.is_in(padded(names)))
        .into_tuple()
        .all(tx.conn())
        .await?;
    let teams: Vec<(String, TeamId)> = team::Entity::find()
        .select_only()
        .columns([team::Column::Slug, team::Column::Id])
        .filter(team::Column::Slug.is_in(padded(names)))
        .filter(team::Column::DeletedAt.is_null())
        .into_tuple()
        .all(tx.conn())
        .await?;
    let agents = agents.into_iter().map(|(handle, id)| (handle, Mentionable::Agent(id)));
    Ok(agents.chain(teams.into_iter().map(|(slug, id)| (slug, Mentionable::Team(id)))).collect())
}
