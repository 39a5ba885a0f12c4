//! What conditions name, and whether it is there when they are saved. What disappears later is never found, so it never holds.

use std::collections::BTreeSet;

use super::condition::Condition;
use crate::domain::action::saved::{Known, Named};
use crate::domain::rejection::Rejection;

/// What a condition names, those it holds with it.
#[must_use]
pub fn named(condition: &Condition) -> Named {
    let mut named = Named::default();
    collect(condition, &mut named);
    named
}

fn collect(condition: &Condition, named: &mut Named) {
    match condition {
        Condition::All(inner) | Condition::Any(inner) => inner.iter().for_each(|inner| collect(inner, named)),
        Condition::Not(inner) => collect(inner, named),
        Condition::Channels(channels) => named.channels.extend(channels),
        Condition::Assignees(agents) => named.agents.extend(agents),
        Condition::Teams(teams) => named.teams.extend(teams),
        Condition::Tags(tags) => named.tags.extend(tags.named().map(|(_, tag)| tag)),
        _ => {}
    }
}

/// Refuses a condition that names what isn't there, at its place in the tree. An archived tag may be named.
///
/// # Errors
/// The first refusal: `NOT_FOUND`, `AGENT_INACTIVE`.
pub fn check(condition: &Condition, known: &Known) -> Result<(), Rejection> {
    let field = condition.field();
    match condition {
        Condition::All(inner) | Condition::Any(inner) => {
            let check = |(place, inner): (usize, &Condition)| {
                check(inner, known).map_err(|why| why.at(place.to_string()).at(field))
            };
            inner.iter().enumerate().try_for_each(check)
        }
        Condition::Not(inner) => check(inner, known).map_err(|why| why.at(field)),
        Condition::Channels(channels) => all(channels, field, |channel| known.channels.contains(channel)),
        Condition::Assignees(agents) => agents.iter().try_for_each(|agent| known.check_active(*agent, field)),
        Condition::Teams(teams) => all(teams, field, |team| known.teams.contains_key(team)),
        Condition::Tags(tags) => match tags.named().find(|(_, tag)| !known.tags.contains_key(tag)) {
            Some((list, _)) => Err(Rejection::not_found(list).at(field)),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

fn all<T>(ids: &BTreeSet<T>, field: &str, known: impl Fn(&T) -> bool) -> Result<(), Rejection> {
    if ids.iter().all(known) { Ok(()) } else { Err(Rejection::not_found(field)) }
}

#[cfg(test)]
mod tests;
