//! The agents beside conversations: who follows them or chose not to, and whom their notes name. Read in one statement.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::enums::FollowChoice;
use entity::ids::{AgentId, ConversationId};
use entity::{follow, mentioned};
use sea_orm::sea_query::{Expr, UnionType};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, QueryTrait};

use crate::error::Result;
use crate::store::access::padded;
use crate::store::write::Tx;

/// The agents beside one conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People {
    /// Who chose to follow or not to.
    pub follows: BTreeMap<AgentId, FollowChoice>,
    /// Whom its notes name.
    pub mentioned: BTreeSet<AgentId>,
}

#[derive(FromQueryResult)]
struct Row {
    conversation_id: ConversationId,
    agent_id: AgentId,
    choice: Option<FollowChoice>,
}

/// The agents beside these conversations; one without any is left out.
///
/// # Errors
/// The database's.
pub(in crate::store) async fn beside(tx: &Tx, ids: &[ConversationId]) -> Result<HashMap<ConversationId, People>> {
    let mut found: HashMap<ConversationId, People> = HashMap::new();
    if ids.is_empty() {
        return Ok(found);
    }
    let mut select = follow::Entity::find().filter(follow::Column::ConversationId.is_in(padded(ids)));
    let named = mentioned::Entity::find()
        .select_only()
        .columns([mentioned::Column::ConversationId, mentioned::Column::AgentId])
        .expr_as(Expr::cust("NULL"), "choice")
        .filter(mentioned::Column::ConversationId.is_in(padded(ids)))
        .into_query();
    select =
        select.select_only().columns([follow::Column::ConversationId, follow::Column::AgentId, follow::Column::Choice]);
    QueryTrait::query(&mut select).union(UnionType::All, named);
    for row in select.into_model::<Row>().all(tx.conn()).await? {
        let people = found.entry(row.conversation_id).or_default();
        match row.choice {
            Some(choice) => {
                people.follows.insert(row.agent_id, choice);
            }
            None => {
                people.mentioned.insert(row.agent_id);
            }
        }
    }
    Ok(found)
}
