//! Who is chosen, as tables.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use entity::enums::{AgentRole, ChannelKind};
use entity::ids::ChannelId;

use super::*;
use crate::domain::channel::Policy;
use crate::domain::context::Channel;

const START: DateTime<Utc> = DateTime::UNIX_EPOCH;

/// Agents in id order.
fn ids() -> [AgentId; 4] {
    std::array::from_fn(|at| AgentId::new(START + TimeDelta::seconds(at as i64)))
}

fn able(open: i64) -> Agent {
    Agent {
        role: AgentRole::Agent,
        active: true,
        availability: Availability::Online,
        capacity: None,
        open,
        has_access: true,
        time_zone: Tz::UTC,
    }
}

/// Whom a team of these agents chooses; `last` is the position of whoever had the last turn.
fn choose(mode: AutoAssignment, last: Option<usize>, agents: [Option<Agent>; 4]) -> Option<usize> {
    let ids = ids();
    let members = agents.iter().zip(ids).filter(|(agent, _)| agent.is_some()).map(|(_, id)| id);
    let team = Team { members: members.collect(), auto_assignment: mode, last_turn: last.map(|at| ids[at]) };
    let context = Context {
        agents: agents.iter().zip(ids).filter_map(|(agent, id)| Some((id, (*agent)?))).collect(),
        ..Context::of(Channel {
            id: ChannelId::new(START),
            kind: ChannelKind::Email,
            policy: Policy::of(ChannelKind::Email),
        })
    };
    let chosen = chosen(&team, &context)?;
    ids.iter().position(|id| *id == chosen)
}

#[test]
fn the_next_in_turn_comes_after_the_last_and_wraps_round() {
    let all = [Some(able(5)), Some(able(0)), Some(able(9)), None];
    let turns = [None, Some(0), Some(1), Some(2), Some(3)].map(|last| choose(AutoAssignment::RoundRobin, last, all));
    assert_eq!(turns, [Some(0), Some(1), Some(2), Some(0), Some(0)]);
}

#[test]
fn a_turn_passes_over_who_is_not_eligible() {
    let base = able(2);
    let unable = [
        Agent { active: false, ..base },
        Agent { availability: Availability::Away, ..base },
        Agent { has_access: false, ..base },
        Agent { capacity: Some(2), ..base },
        Agent { capacity: Some(0), open: 0, ..base },
    ];
    for agent in unable {
        let agents = [Some(base), Some(agent), Some(base), None];
        assert_eq!(choose(AutoAssignment::RoundRobin, Some(0), agents), Some(2), "{agent:?}");
        assert_eq!(choose(AutoAssignment::RoundRobin, None, [None, Some(agent), None, None]), None, "{agent:?}");
    }
    let last_place = Agent { capacity: Some(3), ..base };
    assert_eq!(choose(AutoAssignment::RoundRobin, None, [Some(last_place), None, None, None]), Some(0));
}

#[test]
fn the_least_busy_is_chosen_and_ties_go_to_the_next_in_turn() {
    let agents = [Some(able(3)), Some(able(1)), Some(able(2)), Some(able(1))];
    let turns = [None, Some(0), Some(1), Some(2), Some(3)].map(|last| choose(AutoAssignment::LeastBusy, last, agents));
    assert_eq!(turns, [Some(1), Some(1), Some(3), Some(3), Some(1)]);
}

#[test]
fn a_team_that_is_off_chooses_nobody() {
    assert_eq!(choose(AutoAssignment::Off, None, [Some(able(0)), None, None, None]), None);
}
