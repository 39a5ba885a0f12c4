//! What a list of tickets must hold: what was asked for with what exists for the viewer, and as SQL.
//!
//! Statuses are literals in the text, because a partial index serves only statements that repeat its predicate; everything else is bound.

use chrono::{DateTime, Utc};
use entity::enums::{Scope, TicketStatus};
use entity::ids::AgentId;
use entity::ticket::{Column, Entity};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Select};

use super::relations::Related;
use crate::domain::permission::Viewer;
use crate::domain::text;
use crate::domain::ticket::filter::TicketFilter;
use crate::store::access::padded;
use crate::store::conversations::criteria::{listed, ranked};
use crate::store::{Backend, search};

/// The conditions of a list that may hold something. None of a field = no condition; no list is empty.
#[derive(Clone, Debug)]
pub(super) struct Criteria {
    /// As literals.
    pub statuses: Option<Vec<&'static str>>,
    pub ranks: Option<Vec<i16>>,
    pub assignees: Option<Vec<AgentId>>,
    pub updated_after: Option<DateTime<Utc>>,
    /// A search finds them.
    pub found: Option<Expr>,
    /// What tickets must be related to, each of them; what probably narrows the list most comes first.
    pub related: Vec<Related>,
}

impl Criteria {
    /// The conditions of a list; none if it can't hold anything. What a ticket is linked to exists for CONVERSATIONS_READ alone.
    pub fn of(backend: Backend, viewer: &Viewer, filter: &TicketFilter) -> Option<Self> {
        let access = Some(&viewer.channels).filter(|_| viewer.has(Scope::ConversationsRead));
        let mut related = Vec::new();
        if let Some(conversations) = listed(filter.conversations.as_deref())? {
            related.push(Related::to_conversations(&conversations, access?));
        }
        if let Some(customers) = listed(filter.customers.as_deref())? {
            related.push(Related::to_customers(&customers, access?));
        }
        if let Some(system) = &filter.system {
            related.push(Related::known_in(spelled(system)?));
        }
        Some(Self {
            statuses: listed(filter.statuses.as_deref().map(literals).as_deref())?.filter(|some| some.len() < ALL),
            ranks: listed(filter.priorities.as_deref().map(ranked).as_deref())?,
            assignees: listed(filter.assignees.as_deref())?,
            updated_after: filter.updated_after,
            found: match &filter.search {
                Some(query) if query.terms().is_empty() => return None,
                query => query.as_ref().map(|query| search::tickets(backend, query, Column::Id)),
            },
            related,
        })
    }

    /// The tickets that meet the conditions; of what is related, that is looked up for each.
    pub fn each(&self) -> Select<Entity> {
        self.related.iter().fold(self.by_themselves(), |select, related| select.filter(related.holds()))
    }

    /// The same, for who wants them all: the database begins where it likes.
    pub fn all(&self) -> Select<Entity> {
        self.related.iter().fold(self.by_themselves(), |select, related| select.filter(related.ids()))
    }

    fn by_themselves(&self) -> Select<Entity> {
        let condition = Condition::all()
            .add_option(self.statuses.as_deref().map(in_statuses))
            .add_option(self.ranks.as_deref().map(|ranks| Column::Priority.is_in(padded(ranks))))
            .add_option(self.assignees.as_deref().map(|agents| match agents {
                // One value is compared as such, so that the index led by it keeps the order of the next column.
                [one] => Column::AssigneeId.eq(*one),
                several => Column::AssigneeId.is_in(padded(several)),
            }))
            .add_option(self.updated_after.map(|at| Column::UpdatedAt.gte(at)))
            .add_option(self.found.clone());
        Entity::find().filter(condition)
    }
}

/// How many statuses there are.
const ALL: usize = 3;

/// A name as it is stored; none for what is stored nowhere. PostgreSQL can't even be asked for U+0000.
pub(super) fn spelled(name: &str) -> Option<&str> {
    Some(name.trim()).filter(|name| !name.is_empty() && !text::has_nul(name))
}

fn literals(statuses: &[TicketStatus]) -> Vec<&'static str> {
    let literal = |status: &TicketStatus| match status {
        TicketStatus::Open => "'OPEN'",
        TicketStatus::InProgress => "'IN_PROGRESS'",
        TicketStatus::Resolved => RESOLVED,
    };
    statuses.iter().map(literal).collect()
}

const RESOLVED: &str = "'RESOLVED'";

/// Tickets in one of these statuses; what isn't resolved is said as the index of it says it.
fn in_statuses(statuses: &[&str]) -> Expr {
    let one_of = format!("ticket.status IN ({})", statuses.join(", "));
    if statuses.contains(&RESOLVED) {
        return Expr::cust(one_of);
    }
    Expr::cust(format!("ticket.status <> {RESOLVED} AND {one_of}"))
}
