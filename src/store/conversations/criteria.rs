//! What a list must hold, its conditions brought together: view and scope with the filter, what was asked for with what exists.
//!
//! Conditions that contradict each other are found here, so that no statement is sent that could only walk in vain.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::enums::{ChannelKind, ConversationState, Priority};
use entity::ids::{AgentId, ChannelId, CustomerId, TeamId};

use crate::domain::filter::Filter;
use crate::domain::permission::{ChannelAccess, Viewer};
use crate::domain::view::{View, Whose};

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
    pub waiting: Option<bool>,
    pub created_after: Option<DateTime<Utc>>,
    pub created_before: Option<DateTime<Utc>>,
    pub updated_after: Option<DateTime<Utc>>,
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
    pub fn of(viewer: &Viewer, view: View, whose: Whose, filter: &Filter) -> Option<Self> {
        let states = both(view.states(), filter.states.as_deref());
        let ranks = both(&ranks(filter.without_priority), filter.priorities.as_deref().map(ranked).as_deref());
        let kinds = both(&[ChannelKind::Email, ChannelKind::Chat], filter.channel_kinds.as_deref());
        let access = match &filter.channels {
            None => viewer.channels.clone(),
            Some(wanted) => ChannelAccess::Only(seen(wanted, &viewer.channels)?),
        };
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
            waiting: filter.waiting,
            created_after: filter.created_after,
            created_before: filter.created_before,
            updated_after: filter.updated_after,
        })
    }
}

const ALL_RANKS: [i16; 5] = [0, 1, 2, 3, 4];

fn ranks(without: Option<bool>) -> Vec<i16> {
    ALL_RANKS.into_iter().filter(|rank| without.is_none_or(|without| without == (*rank == 0))).collect()
}

fn ranked(priorities: &[Priority]) -> Vec<i16> {
    priorities.iter().map(|priority| Priority::rank(Some(*priority))).collect()
}

impl Assignee {
    fn of(viewer: &Viewer, whose: Whose, filter: &Filter) -> Option<Self> {
        let scope = match whose {
            Whose::Mine => Self::OneOf(vec![viewer.agent()?]),
            Whose::Unassigned => Self::Nobody,
            Whose::All => Self::Any,
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

/// The values that are in both lists; all if there is no second.
fn both<T: Copy + PartialEq>(all: &[T], wanted: Option<&[T]>) -> Vec<T> {
    all.iter().copied().filter(|value| wanted.is_none_or(|wanted| wanted.contains(value))).collect()
}

fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// The list without repetitions; none if it is there and empty.
#[allow(clippy::option_option, reason = "no condition and no way to meet it are different things")]
fn listed<T: Copy + Ord>(list: Option<&[T]>) -> Option<Option<Vec<T>>> {
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
