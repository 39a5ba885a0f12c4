//! What a list must hold, its conditions brought together: view and scope with the filter, what was asked for with what exists.
//!
//! Conditions that contradict each other are found here, so that no statement is sent that could only walk in vain.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::enums::{ChannelKind, ConversationState, Priority, Scope};
use entity::ids::{AgentId, ChannelId, CustomerId, TeamId, TicketId};

use sea_orm::sea_query::Expr;

use super::tagged::Tagged;
use crate::domain::filter::Filter;
use crate::domain::permission::{ChannelAccess, Viewer};
use crate::domain::search::Query;
use crate::domain::view::{View, Whose};
use crate::store::search::Readable;
use crate::store::{Backend, search};

/// The conditions of a list that may hold something. None of a field = no condition; no list is empty.
#[derive(Clone, Debug)]
pub(super) struct Criteria {
    pub states: Vec<ConversationState>,
    pub access: ChannelAccess,
    pub kind: Option<ChannelKind>,
    pub priorities: Option<Vec<i16>>,
    pub assignee: Assignee,
    pub teams: Option<Vec<TeamId>>,
    pub customers: Option<Vec<CustomerId>>,
    pub tickets: Option<Vec<TicketId>>,
    pub waiting: Option<bool>,
    pub tags: Tagged,
    /// Each of these follows it; empty = no condition.
    pub followers: Vec<AgentId>,
    /// A note names them.
    pub mentions: Option<AgentId>,
    /// They began it.
    pub creator: Option<AgentId>,
    /// They haven't read it.
    pub unread_by: Option<AgentId>,
    pub created_after: Option<DateTime<Utc>>,
    pub created_before: Option<DateTime<Utc>>,
    pub updated_after: Option<DateTime<Utc>>,
    /// A search finds them.
    pub found: Option<Expr>,
}

/// A condition on the assigned agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Assignee {
    Any,
    Nobody,
    Somebody,
    OneOf(Vec<AgentId>),
}

impl Criteria {
    /// The conditions of a list; none if it can't hold anything.
    pub fn of(backend: Backend, viewer: &Viewer, view: View, whose: Whose, filter: &Filter) -> Option<Self> {
        let filter = &filter.within(viewer);
        let mut states = both(view.states(), filter.states.as_deref());
        if filter.unread_only {
            states.retain(|state| *state != ConversationState::Spam);
        }
        let ranks = both(&ranks(filter.without_priority), filter.priorities.as_deref().map(ranked).as_deref());
        let kinds = both(&[ChannelKind::Email, ChannelKind::Chat], filter.channel_kinds.as_deref());
        let access = match &filter.channels {
            None => viewer.channels.clone(),
            Some(wanted) => ChannelAccess::Only(seen(wanted, &viewer.channels)?),
        };
        // Integrations have no conversations of their own.
        let own = |asked: bool| if asked { viewer.agent().map(Some) } else { Some(None) };
        Some(Self {
            states: some(states)?,
            access,
            kind: match some(kinds)?.as_slice() {
                [kind] => Some(*kind),
                _ => None,
            },
            priorities: Some(some(ranks)?).filter(|ranks| ranks.len() < ALL_RANKS.len()),
            assignee: Assignee::of(viewer, whose, filter)?,
            teams: listed(filter.teams.as_deref())?,
            customers: listed(filter.customers.as_deref())?,
            tickets: listed(filter.tickets.as_deref())?,
            waiting: filter.waiting,
            tags: filter.tags.as_ref().map_or(Some(Tagged::default()), Tagged::of)?,
            followers: followers(own(whose == Whose::Following)?, filter)?,
            mentions: if whose == Whose::Mentioned { Some(viewer.mentioned()?) } else { None },
            creator: own(whose == Whose::CreatedByMe)?,
            unread_by: own(filter.unread_only)?,
            created_after: filter.created_after,
            created_before: filter.created_before,
            updated_after: filter.updated_after,
            found: found(backend, viewer, filter.search.as_ref())?,
        })
    }
}

const ALL_RANKS: [i16; 5] = [0, 1, 2, 3, 4];

fn ranks(without: Option<bool>) -> Vec<i16> {
    ALL_RANKS.into_iter().filter(|rank| without.is_none_or(|without| without == (*rank == 0))).collect()
}

pub(in crate::store) fn ranked(priorities: &[Priority]) -> Vec<i16> {
    priorities.iter().map(|priority| Priority::rank(Some(*priority))).collect()
}

impl Assignee {
    fn of(viewer: &Viewer, whose: Whose, filter: &Filter) -> Option<Self> {
        let scope = match whose {
            Whose::Mine => Self::OneOf(vec![viewer.agent()?]),
            Whose::Unassigned => Self::Nobody,
            Whose::Following | Whose::Mentioned | Whose::CreatedByMe | Whose::All => Self::Any,
        };
        let flag = match filter.unassigned {
            Some(true) => Self::Nobody,
            Some(false) => Self::Somebody,
            None => Self::Any,
        };
        let named = listed(filter.assignees.as_deref())?.map_or(Self::Any, Self::OneOf);
        scope.and(flag)?.and(named)
    }

    /// Both conditions; none if no conversation can meet them.
    fn and(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Any, only) | (only, Self::Any) => Some(only),
            (Self::Nobody, Self::Nobody) => Some(Self::Nobody),
            (Self::Nobody, _) | (_, Self::Nobody) => None,
            (Self::Somebody, only) | (only, Self::Somebody) => Some(only),
            (Self::OneOf(ours), Self::OneOf(theirs)) => some(both(&ours, Some(&theirs))).map(Self::OneOf),
        }
    }
}

/// What is searched for; none if nothing is found by it.
#[allow(clippy::option_option, reason = "no condition and no way to meet it are different things")]
fn found(backend: Backend, viewer: &Viewer, query: Option<&Query>) -> Option<Option<Expr>> {
    match query {
        None => Some(None),
        Some(query) if query.terms().is_empty() => None,
        Some(query) => {
            let readable =
                Readable { notes: viewer.has(Scope::NotesRead), customers: viewer.has(Scope::CustomersRead) };
            Some(Some(search::conversations(backend, query, readable)))
        }
    }
}

/// Who must follow: the viewer for their scope, and whom the filter names.
fn followers(viewer: Option<AgentId>, filter: &Filter) -> Option<Vec<AgentId>> {
    let named = listed(filter.followed_by.as_deref())?.unwrap_or_default();
    Some(viewer.into_iter().chain(named).collect::<BTreeSet<AgentId>>().into_iter().collect())
}

/// The values that are in both lists; all if there is no second.
fn both<T: Copy + PartialEq>(all: &[T], wanted: Option<&[T]>) -> Vec<T> {
    all.iter().copied().filter(|value| wanted.is_none_or(|wanted| wanted.contains(value))).collect()
}

fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// The list without repetitions; none if it is there and empty.
#[allow(clippy::option_option, reason = "no condition and no way to meet it are different things")]
pub(in crate::store) fn listed<T: Copy + Ord>(list: Option<&[T]>) -> Option<Option<Vec<T>>> {
    match list {
        None => Some(None),
        Some([]) => None,
        Some(values) => Some(Some(values.iter().copied().collect::<BTreeSet<T>>().into_iter().collect())),
    }
}

/// The wanted channels that exist for the viewer.
fn seen(wanted: &[ChannelId], access: &ChannelAccess) -> Option<Vec<ChannelId>> {
    let wanted: BTreeSet<ChannelId> = wanted.iter().copied().filter(|channel| access.sees(*channel)).collect();
    some(wanted.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::filter::TagCondition;
    use crate::domain::permission::Principal;
    use entity::enums::AgentRole;
    use entity::ids::{IntegrationId, TokenId};
    use uuid::Uuid;

    const ME: AgentId = AgentId(Uuid::from_u128(1));
    const OTHER: AgentId = AgentId(Uuid::from_u128(2));
    const SEEN: ChannelId = ChannelId(Uuid::from_u128(3));
    const HIDDEN: ChannelId = ChannelId(Uuid::from_u128(4));

    fn viewer(principal: Principal) -> Viewer {
        let channels = ChannelAccess::Except(vec![HIDDEN]);
        let scopes = [Scope::NotesRead].into_iter().collect();
        Viewer { principal, token: TokenId(Uuid::nil()), scopes, channels, time_zone: "UTC".to_owned() }
    }

    fn criteria(view: View, whose: Whose, filter: Filter) -> Option<Criteria> {
        Criteria::of(
            Backend::Sqlite,
            &viewer(Principal::Agent { id: ME, role: AgentRole::Agent }),
            view,
            whose,
            &filter,
        )
    }

    fn of(viewer: &Viewer, whose: Whose, filter: &Filter) -> Option<Criteria> {
        Criteria::of(Backend::Sqlite, viewer, View::All, whose, filter)
    }

    #[test]
    fn contradictions_hold_nothing() {
        let filter = Filter::default;
        let no_tag = TagCondition { has_any: Some(vec![]), ..TagCondition::default() };
        for (view, whose, filter) in [
            (View::Inbox, Whose::All, Filter { states: Some(vec![ConversationState::Closed]), ..filter() }),
            (View::All, Whose::All, Filter { states: Some(vec![]), ..filter() }),
            (View::All, Whose::Mine, Filter { unassigned: Some(true), ..filter() }),
            (View::All, Whose::Mine, Filter { assignees: Some(vec![OTHER]), ..filter() }),
            (View::All, Whose::Unassigned, Filter { assignees: Some(vec![ME]), ..filter() }),
            (View::All, Whose::Unassigned, Filter { unassigned: Some(false), ..filter() }),
            (View::All, Whose::All, Filter { channels: Some(vec![HIDDEN]), ..filter() }),
            (View::All, Whose::All, Filter { customers: Some(vec![]), ..filter() }),
            (View::All, Whose::All, Filter { tickets: Some(vec![]), ..filter() }),
            (View::All, Whose::All, Filter { tickets: Some(vec![TicketId(Uuid::nil())]), ..filter() }),
            (View::All, Whose::All, Filter { followed_by: Some(vec![]), ..filter() }),
            (View::Spam, Whose::All, Filter { unread_only: true, ..filter() }),
            (View::All, Whose::All, Filter { tags: Some(no_tag), ..filter() }),
            (View::All, Whose::All, Filter { channel_kinds: Some(vec![]), ..filter() }),
            (View::All, Whose::All, Filter { search: Some(Query::of("?!")), ..filter() }),
            (
                View::All,
                Whose::All,
                Filter { priorities: Some(vec![Priority::Low]), without_priority: Some(true), ..filter() },
            ),
        ] {
            assert!(criteria(view, whose, filter.clone()).is_none(), "{view:?} {whose:?} {filter:?}");
        }
        let robot = viewer(Principal::Integration { id: IntegrationId(Uuid::nil()) });
        for whose in [Whose::Mine, Whose::Following, Whose::Mentioned, Whose::CreatedByMe] {
            assert!(of(&robot, whose, &Filter::default()).is_none(), "{whose:?}");
        }
        assert!(of(&robot, Whose::All, &Filter { unread_only: true, ..filter() }).is_none());
        assert!(of(&robot, Whose::Unassigned, &Filter::default()).is_some());
    }

    #[test]
    fn conditions_that_ask_nothing_are_none() {
        let filter = Filter {
            channel_kinds: Some(vec![ChannelKind::Chat, ChannelKind::Email]),
            priorities: None,
            ..Filter::default()
        };
        let found = criteria(View::All, Whose::All, filter).unwrap();
        assert_eq!((found.kind, found.priorities, found.assignee), (None, None, Assignee::Any));
        assert_eq!(found.states.len(), 4);
    }

    #[test]
    fn a_scope_and_a_filter_on_followers_both_hold() {
        let filter = Filter { followed_by: Some(vec![OTHER]), unread_only: true, ..Filter::default() };
        let found = criteria(View::All, Whose::Following, filter).unwrap();
        assert_eq!((found.followers, found.unread_by), (vec![ME, OTHER], Some(ME)));
        assert_eq!(found.states.len(), 3, "nothing in spam is unread");
        let found = criteria(View::Spam, Whose::Mentioned, Filter::default()).unwrap();
        assert_eq!((found.followers, found.mentions, found.creator), (vec![], Some(ME), None));
        let mut me = viewer(Principal::Agent { id: ME, role: AgentRole::Agent });
        me.scopes = [].into_iter().collect();
        assert!(of(&me, Whose::Mentioned, &Filter::default()).is_none(), "notes don't exist for it");
    }

    #[test]
    fn conditions_are_brought_together() {
        let filter = Filter {
            states: Some(vec![ConversationState::Closed, ConversationState::Open]),
            assignees: Some(vec![OTHER, ME, OTHER]),
            channels: Some(vec![HIDDEN, SEEN]),
            without_priority: Some(false),
            ..Filter::default()
        };
        let found = criteria(View::Inbox, Whose::Mine, filter.clone()).unwrap();
        assert_eq!(found.states, [ConversationState::Open]);
        assert_eq!(found.assignee, Assignee::OneOf(vec![ME]));
        assert_eq!(found.access, ChannelAccess::Only(vec![SEEN]));
        assert_eq!(found.priorities, Some(vec![1, 2, 3, 4]));
        let found = criteria(View::All, Whose::All, Filter { unassigned: Some(false), ..filter }).unwrap();
        assert_eq!(found.assignee, Assignee::OneOf(vec![ME, OTHER]));
    }
}
