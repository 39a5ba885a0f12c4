//! Sweeps: begun with a set-up change, moved on as conversations are dealt with, gone when nothing is left.

use entity::conversation;
use entity::enums::SweepKind;
use entity::ids::{AgentId, ChannelId, ConversationId, SweepId, TeamId};
use entity::sweep::{Column, Entity, Model};
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    Select,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Store;
use super::reach::with_access;
use super::sessions::hidden;
use super::write::Tx;
use crate::domain::actor::Actor;
use crate::domain::change::Moment;
use crate::domain::sweep::Sweep;
use crate::error::{Error, Result};

/// A literal, so that a generic plan knows it may use the partial indexes.
const HELD: &str = "conversation.status = 'OPEN'";

/// An unfinished sweep.
#[derive(Clone, Debug)]
pub struct Unfinished {
    /// Which.
    pub id: SweepId,
    /// What for.
    pub sweep: Sweep,
    /// The last conversation that was dealt with; nil = none yet.
    pub cursor: ConversationId,
    /// Who changed the set-up.
    pub actor: Actor,
}

/// What to do about a sweep that somebody else is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Wait until they let go of it: who has to answer for it.
    Wait,
    /// Leave it to them: who only sees to it that somebody does it.
    Leave,
}

/// Begins sweeps with the change that they follow from.
///
/// # Errors
/// The database's.
pub async fn begin(tx: &Tx, sweeps: &[Sweep], moment: Moment) -> Result<Vec<SweepId>> {
    let rows: Vec<Model> = sweeps.iter().map(|sweep| begun(*sweep, moment)).collect();
    let ids = rows.iter().map(|row| row.id).collect();
    // SQLite binds at most 32,766 values a statement; a row has 8.
    for chunk in rows.chunks(1_000) {
        let rows = chunk.iter().map(|row| row.clone().into_active_model().reset_all());
        Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    }
    Ok(ids)
}

fn begun(sweep: Sweep, moment: Moment) -> Model {
    let (kind, subject_id, params) = stored(sweep);
    let (actor_kind, actor_id) = moment.actor.stored();
    let (id, cursor, created_at) = (SweepId::new(moment.now), Uuid::nil(), moment.now);
    Model { id, kind, subject_id, params, cursor, actor_kind, actor_id, created_at }
}

/// The sweep, locked until the transaction ends; none if it is finished, or left to who is at it.
///
/// # Errors
/// The database's.
pub async fn lock(tx: &Tx, id: SweepId, taken: Taken) -> Result<Option<Unfinished>> {
    let found = Entity::find_by_id(id);
    let locked = match taken {
        Taken::Wait => found.lock(LockType::NoKeyUpdate),
        Taken::Leave => found.lock_with_behavior(LockType::NoKeyUpdate, LockBehavior::SkipLocked),
    };
    locked.one(tx.conn()).await?.map(unfinished).transpose()
}

/// Remembers up to which conversation a locked sweep came.
///
/// # Errors
/// The database's.
pub async fn advance(tx: &Tx, id: SweepId, cursor: ConversationId) -> Result<()> {
    let moved = Entity::update_many().col_expr(Column::Cursor, Expr::value(cursor.0));
    moved.filter(Column::Id.eq(id)).exec(tx.conn()).await?;
    Ok(())
}

/// Removes a locked sweep that has nothing left to do.
///
/// # Errors
/// The database's.
pub async fn remove(tx: &Tx, id: SweepId) -> Result<()> {
    Entity::delete_by_id(id).exec(tx.conn()).await?;
    Ok(())
}

/// The deleted teams whose conversations are still on their way to others.
///
/// # Errors
/// The database's.
pub async fn teams_on_the_way(tx: &Tx) -> Result<Vec<TeamId>> {
    let rows = Entity::find().filter(Column::Kind.eq(SweepKind::TeamDeleted)).all(tx.conn()).await?;
    Ok(rows.into_iter().map(|row| TeamId(row.subject_id)).collect())
}

/// Whether conversations are still being taken from an agent because they were deactivated.
///
/// # Errors
/// The database's.
pub async fn is_relieving(tx: &Tx, agent: AgentId) -> Result<bool> {
    Ok(of_deactivated(agent).one(tx.conn()).await?.is_some())
}

fn of_deactivated(agent: AgentId) -> Select<Entity> {
    let of_kind = Entity::find().filter(Column::Kind.eq(SweepKind::AgentDeactivated));
    of_kind.filter(Column::SubjectId.eq(agent.0)).order_by_asc(Column::Id)
}

impl Store {
    /// The unfinished sweeps that take an agent's conversations from them because they were deactivated.
    ///
    /// # Errors
    /// The database's.
    pub async fn relieving(&self, agent: AgentId) -> Result<Vec<SweepId>> {
        Ok(of_deactivated(agent).all(self.reader()).await?.into_iter().map(|row| row.id).collect())
    }

    /// An unfinished sweep, as it is committed.
    ///
    /// # Errors
    /// The database's.
    pub async fn sweep(&self, id: SweepId) -> Result<Option<Unfinished>> {
        Entity::find_by_id(id).one(self.reader()).await?.map(unfinished).transpose()
    }

    /// Unfinished sweeps after this one, the oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn sweeps_after(&self, after: SweepId, limit: u64) -> Result<Vec<SweepId>> {
        let query = Entity::find().select_only().column(Column::Id).filter(Column::Id.gt(after));
        Ok(query.order_by_asc(Column::Id).limit(limit).into_tuple().all(self.reader()).await?)
    }

    /// The next conversations that a sweep concerns.
    ///
    /// # Errors
    /// The database's.
    pub async fn swept_next(&self, of: &Unfinished, limit: u64) -> Result<Vec<ConversationId>> {
        Ok(next(of, limit).into_tuple().all(self.reader()).await?)
    }
}

/// The next conversations that a sweep concerns, in id order: open or snoozed, also under spam. Not locked: each is judged anew.
#[must_use]
pub fn next(of: &Unfinished, limit: u64) -> Select<conversation::Entity> {
    use conversation::Column;
    let query = conversation::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Expr::cust(HELD))
        .filter(concerned(of.sweep))
        .filter(Column::Id.gt(of.cursor));
    query.order_by_asc(Column::Id).limit(limit)
}

fn concerned(sweep: Sweep) -> Condition {
    use conversation::Column;
    match sweep {
        Sweep::AgentDeactivated { agent } => Condition::all().add(Column::AssigneeId.eq(agent)),
        Sweep::MemberRemoved { agent, team } => {
            Condition::all().add(Column::AssigneeId.eq(agent)).add(Column::TeamId.eq(team))
        }
        Sweep::AgentAccess { agent } => {
            Condition::all().add(Column::AssigneeId.eq(agent)).add(Column::ChannelId.in_subquery(hidden_from(agent)))
        }
        Sweep::ChannelAccess { channel } => Condition::all()
            .add(Column::ChannelId.eq(channel))
            .add(Column::AssigneeId.is_not_null())
            .add(Column::AssigneeId.not_in_subquery(seeing(channel))),
        Sweep::TeamDeleted { team } => Condition::all().add(Column::TeamId.eq(team)),
        Sweep::PolicyChanged { channel } => Condition::all().add(Column::ChannelId.eq(channel)),
    }
}

/// The channels that an agent doesn't see.
fn hidden_from(id: AgentId) -> SelectStatement {
    use entity::{agent, channel};
    Query::select()
        .column((channel::Entity, channel::Column::Id))
        .from(channel::Entity)
        .inner_join(agent::Entity, Expr::col((agent::Entity, agent::Column::Id)).eq(id))
        .cond_where(hidden())
        .to_owned()
}

/// The agents who see a channel.
fn seeing(id: ChannelId) -> SelectStatement {
    use entity::agent;
    Query::select()
        .column((agent::Entity, agent::Column::Id))
        .from(agent::Entity)
        .cond_where(with_access(id))
        .to_owned()
}

fn stored(sweep: Sweep) -> (SweepKind, Uuid, Value) {
    match sweep {
        Sweep::AgentDeactivated { agent } => (SweepKind::AgentDeactivated, agent.0, json!({})),
        Sweep::MemberRemoved { agent, team } => (SweepKind::MemberRemoved, agent.0, json!({ "team": team })),
        Sweep::AgentAccess { agent } => (SweepKind::AgentAccess, agent.0, json!({})),
        Sweep::ChannelAccess { channel } => (SweepKind::ChannelAccess, channel.0, json!({})),
        Sweep::TeamDeleted { team } => (SweepKind::TeamDeleted, team.0, json!({})),
        Sweep::PolicyChanged { channel } => (SweepKind::PolicyChanged, channel.0, json!({})),
    }
}

fn unfinished(row: Model) -> Result<Unfinished> {
    let subject = row.subject_id;
    let sweep = match row.kind {
        SweepKind::AgentDeactivated => Sweep::AgentDeactivated { agent: AgentId(subject) },
        SweepKind::MemberRemoved => {
            let team = row.params.get("team").and_then(Value::as_str).and_then(TeamId::parse);
            let team = team.ok_or_else(|| Error::Internal(format!("{} names no team", row.id)))?;
            Sweep::MemberRemoved { agent: AgentId(subject), team }
        }
        SweepKind::AgentAccess => Sweep::AgentAccess { agent: AgentId(subject) },
        SweepKind::ChannelAccess => Sweep::ChannelAccess { channel: ChannelId(subject) },
        SweepKind::TeamDeleted => Sweep::TeamDeleted { team: TeamId(subject) },
        SweepKind::PolicyChanged => Sweep::PolicyChanged { channel: ChannelId(subject) },
    };
    let actor = Actor::of_stored(row.actor_kind, row.actor_id);
    Ok(Unfinished { id: row.id, sweep, cursor: ConversationId(row.cursor), actor })
}
