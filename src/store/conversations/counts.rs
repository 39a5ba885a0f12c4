//! The numbers beside the views, all in one statement, each counted only so far.

use std::sync::Arc;

use entity::conversation::{Column, Entity};
use entity::enums::ConversationState;
use entity::ids::AgentId;
use entity::{event_head, team};
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, Iterable, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use super::criteria::Assignee;
use super::filter::{assigned, in_states};
use super::relations::{Related, Start, unread_by};
use crate::domain::permission::{ChannelAccess, Viewer};
use crate::error::Result;
use crate::store::access::visible;
use crate::store::count::number_of;
use crate::store::head::ONLY;
use crate::store::{Store, deadline};

/// How many conversations wait where, as far as they exist for the viewer; 10,001 stands for all larger numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InboxCounts {
    /// Open and assigned to the viewer.
    pub mine: i64,
    /// Open and without an agent.
    pub unassigned: i64,
    /// Open and followed by the viewer.
    pub following: i64,
    /// Open and naming the viewer in a note.
    pub mentioned: i64,
    /// Open.
    pub all: i64,
    /// Snoozed.
    pub snoozed: i64,
    /// Spam.
    pub spam: i64,
    /// Open and not read by the viewer.
    pub unread: i64,
    /// Open, by team, by the teams' names; deleted teams are left out.
    pub teams: Vec<(Arc<team::Model>, i64)>,
}

#[derive(FromQueryResult)]
struct Row {
    mine: i64,
    unassigned: i64,
    following: i64,
    mentioned: i64,
    every: i64,
    snoozed: i64,
    spam: i64,
    unread: i64,
    of_team: Option<i64>,
    #[sea_orm(nested)]
    team: Option<team::Model>,
}

impl Store {
    /// Counts the views.
    ///
    /// # Errors
    /// [`crate::error::Error::TooComplex`] when it takes too long; the database's.
    pub async fn inbox_counts(&self, viewer: &Viewer) -> Result<InboxCounts> {
        let select = statement(viewer);
        let reader = self.reader().clone();
        let rows = deadline::in_time(async move { Ok(select.into_model::<Row>().all(&reader).await?) }).await?;
        let mut counts = InboxCounts::default();
        for row in rows {
            counts.mine = row.mine;
            counts.unassigned = row.unassigned;
            counts.following = row.following;
            counts.mentioned = row.mentioned;
            counts.all = row.every;
            counts.snoozed = row.snoozed;
            counts.spam = row.spam;
            counts.unread = row.unread;
            if let (Some(team), Some(open)) = (row.team, row.of_team) {
                counts.teams.push((Arc::new(team), open));
            }
        }
        Ok(counts)
    }
}

/// One row for each team, or a single one without; the other numbers repeat in each and are counted once.
fn statement(viewer: &Viewer) -> sea_orm::Select<event_head::Entity> {
    let access = &viewer.channels;
    // Integrations have no conversations of their own.
    let of = |whom: Option<AgentId>, condition: fn(AgentId) -> Expr| {
        Some(whom.map_or_else(|| Expr::cust("1 = 0"), condition))
    };
    let own = |condition| of(viewer.agent(), condition);
    let number = |state, condition| number_of(rows(state, access, condition));
    let open = ConversationState::Open;
    let its = Column::TeamId.into_expr();
    let mut select = event_head::Entity::find()
        .select_only()
        .columns(team::Column::iter())
        .expr_as(number(open, own(|agent| Column::AssigneeId.eq(agent))), "mine")
        .expr_as(number(open, assigned(&Assignee::Nobody)), "unassigned")
        .expr_as(number(open, own(|agent| Related::followed_by(agent).condition(Start::List))), "following")
        .expr_as(
            number(open, of(viewer.mentioned(), |agent| Related::mentioning(agent).condition(Start::List))),
            "mentioned",
        )
        .expr_as(number(open, None), "every")
        .expr_as(number(ConversationState::Snoozed, None), "snoozed")
        .expr_as(number(ConversationState::Spam, None), "spam")
        .expr_as(number(open, own(unread_by)), "unread")
        .expr_as(number(open, Some(its.eq(team::Column::Id.into_expr()))), "of_team")
        .filter(event_head::Column::Id.eq(ONLY))
        .order_by_asc(team::Column::NameKey)
        .order_by_asc(team::Column::Id);
    QueryTrait::query(&mut select).left_join(team::Entity, team::Column::DeletedAt.is_null());
    select
}

fn rows(state: ConversationState, access: &ChannelAccess, condition: Option<Expr>) -> SelectStatement {
    let wanted =
        Condition::all().add_option(in_states(&[state])).add(visible(Column::ChannelId, access)).add_option(condition);
    Entity::find().filter(wanted).into_query()
}
