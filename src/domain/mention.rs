//! Whom a note names (semantics §5.2): by id, and by what stands behind an `@` in its text.
//!
//! Owns what counts as a handle in a text, and how agents and teams become mentions. What a name stands for is loaded before.

use std::collections::{BTreeMap, BTreeSet};

use entity::ids::AgentId;

use super::actor::Actor;
use super::change::{Mention, Mentionable};
use super::context::{Context, Needs};
use super::limits;
use super::rejection::Rejection;

#[cfg(test)]
mod tests;

/// Whom a note is to name: a list of ids and the text always make the whole set together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Naming {
    /// By id, each once, with its place in the list.
    listed: Vec<(usize, Mentionable)>,
    /// In the text, each once, in lower case, in order.
    written: Vec<String>,
}

impl Naming {
    /// Reads both.
    ///
    /// # Errors
    /// `LIMIT_EXCEEDED` for more different ids than a note may name, or for a text with more names than are looked up.
    pub fn read(ids: Vec<Mentionable>, text: &str) -> Result<Self, Rejection> {
        let mut listed: Vec<(usize, Mentionable)> = Vec::new();
        for (place, target) in ids.into_iter().enumerate() {
            if listed.iter().all(|(_, known)| *known != target) {
                listed.push((place, target));
            }
            if listed.len() > limits::MENTIONS {
                return Err(Rejection::limit("mentions", limits::MENTIONS, "agents and teams in a note"));
            }
        }
        Ok(Self { listed, written: written(text)? })
    }

    pub(in crate::domain) fn needs(&self, needs: &mut Needs) {
        for (_, target) in &self.listed {
            match target {
                Mentionable::Agent(agent) => needs.agents.insert(*agent),
                Mentionable::Team(team) => needs.called.insert(*team),
            };
        }
        needs.names.extend(self.written.iter().flat_map(|name| spellings(name)).map(str::to_owned));
    }

    /// The mentions, those by id first. One that the note had before stays as it was written; a new team comes to its active members
    /// without the note's author.
    ///
    /// # Errors
    /// `NOT_FOUND` for an id that names nothing, `LIMIT_EXCEEDED` for more agents and teams than a note may name.
    pub(in crate::domain) fn resolve(
        &self,
        context: &Context,
        author: Actor,
        before: &[Mention],
    ) -> Result<Vec<Mention>, Rejection> {
        let kept = |target| before.iter().find(|mention| mention.target == target).cloned();
        let mentions = self.targets(context)?.into_iter();
        Ok(mentions.map(|target| kept(target).unwrap_or_else(|| reached(target, context, author))).collect())
    }

    /// Whom it names by id.
    pub(in crate::domain) fn listed(&self) -> impl Iterator<Item = Mentionable> {
        self.listed.iter().map(|(_, target)| *target)
    }

    /// Refuses an id that names nothing.
    ///
    /// # Errors
    /// `NOT_FOUND`, at its place.
    pub(in crate::domain) fn check_listed(&self, exists: impl Fn(Mentionable) -> bool) -> Result<(), Rejection> {
        let Some((place, target)) = self.listed.iter().find(|(_, target)| !exists(*target)) else { return Ok(()) };
        let field = match target {
            Mentionable::Agent(_) => "agentId",
            Mentionable::Team(_) => "teamId",
        };
        Err(Rejection::not_found(field).at(place.to_string()).at("mentions"))
    }

    fn targets(&self, context: &Context) -> Result<Vec<Mentionable>, Rejection> {
        self.check_listed(|target| exists(target, context))?;
        let mut targets: Vec<Mentionable> = self.listed().collect();
        for name in &self.written {
            // Of "@ada." the longest that is somebody's.
            let named = spellings(name).find_map(|spelling| context.names.get(spelling));
            for target in named.into_iter().flatten().filter(|target| exists(**target, context)) {
                if !targets.contains(target) {
                    targets.push(*target);
                }
            }
        }
        if targets.len() > limits::MENTIONS {
            return Err(Rejection::limit("text", limits::MENTIONS, "agents and teams in a note"));
        }
        Ok(targets)
    }
}

/// The agents whom these mentions come to, whether or not they can be notified.
pub(in crate::domain) fn agents(mentions: &[Mention]) -> BTreeSet<AgentId> {
    mentions.iter().flat_map(|mention| mention.agents.keys().copied()).collect()
}

/// Those of them who can be notified.
pub(in crate::domain) fn reachable(mentions: &[Mention]) -> BTreeSet<AgentId> {
    let agents = mentions.iter().flat_map(|mention| &mention.agents);
    agents.filter(|(_, reachable)| **reachable).map(|(agent, _)| *agent).collect()
}

fn exists(target: Mentionable, context: &Context) -> bool {
    match target {
        Mentionable::Agent(agent) => context.agents.contains_key(&agent),
        Mentionable::Team(team) => context.teams.contains_key(&team),
    }
}

/// A mention and the agents it comes to as it is written.
fn reached(target: Mentionable, context: &Context, author: Actor) -> Mention {
    let mut agents = BTreeMap::new();
    match target {
        Mentionable::Agent(id) => {
            agents.extend(context.agents.get(&id).map(|agent| (id, agent.active && agent.has_access)));
        }
        Mentionable::Team(team) => {
            let members = context.teams.get(&team).into_iter().flat_map(|team| &team.members);
            for id in members.filter(|id| author != Actor::Agent(**id)) {
                let active = context.agents.get(id).filter(|agent| agent.active);
                agents.extend(active.map(|agent| (*id, agent.has_access)));
            }
        }
    }
    Mention { target, agents }
}

/// What stands behind the `@`s of a text: the longest run of a handle's characters, each once, in lower case, in order.
fn written(text: &str) -> Result<Vec<String>, Rejection> {
    let (mut names, mut seen, mut tried) = (Vec::new(), BTreeSet::new(), 0);
    for (at, _) in text.match_indices('@') {
        if text[..at].chars().next_back().is_some_and(belongs_to_an_address) {
            continue;
        }
        let rest = &text[at + 1..];
        let run = &rest[..rest.find(|character| !in_handle(character)).unwrap_or(rest.len())];
        let name = run.to_ascii_lowercase();
        if name.starts_with(|character: char| character.is_ascii_alphanumeric()) && seen.insert(name.clone()) {
            tried += spellings(&name).count();
            names.push(name);
        }
        if tried > limits::NAMES_IN_A_TEXT {
            return Err(Rejection::limit("text", limits::NAMES_IN_A_TEXT, "different names behind an @"));
        }
    }
    Ok(names)
}

/// A name as it stands in a text, then without more and more of the punctuation behind it; as long as a handle may be.
fn spellings(name: &str) -> impl Iterator<Item = &str> {
    let bare = name.trim_end_matches(['.', '_', '-']).len();
    (bare..=name.len().min(limits::NAME)).rev().map(|end| &name[..end])
}

fn in_handle(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-')
}

/// Whether an `@` behind this is one of an e-mail address or a link, or of nothing. Letters of scripts that don't space words aren't.
fn belongs_to_an_address(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '@' | '.' | '-' | '/')
}
