//! Two conversations have to do with each other (semantics §11.3).
//!
//! Each end has its own entry, which says what the other is to it.

use std::collections::BTreeSet;

use entity::enums::LinkKind;
use entity::ids::ConversationId;

use crate::domain::change::{Aside, Change, Moment};
use crate::domain::fact::Fact;
use crate::domain::limits;
use crate::domain::rejection::{Code, Rejection};

/// The kinds that people link by; routing alone makes the others.
pub const BY_HAND: [LinkKind; 5] =
    [LinkKind::Related, LinkKind::Parent, LinkKind::Child, LinkKind::DuplicateOf, LinkKind::DuplicatedBy];

/// What is known of two conversations before they are linked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// What the other end is to this one already.
    pub kinds: BTreeSet<LinkKind>,
    /// How many links this end and the other have, of any kind.
    pub links: [usize; 2],
    /// Whether the one that would be the child is an ancestor of the one that would be its parent.
    pub cycle: bool,
}

/// The same link from the other end.
#[must_use]
pub fn reverse(kind: LinkKind) -> LinkKind {
    match kind {
        LinkKind::Related => LinkKind::Related,
        LinkKind::Parent => LinkKind::Child,
        LinkKind::Child => LinkKind::Parent,
        LinkKind::DuplicateOf => LinkKind::DuplicatedBy,
        LinkKind::DuplicatedBy => LinkKind::DuplicateOf,
        LinkKind::Continues => LinkKind::ContinuedBy,
        LinkKind::ContinuedBy => LinkKind::Continues,
    }
}

/// Refuses what can't be linked, whatever is known of it.
///
/// # Errors
/// `SELF_LINK`; `INVALID` for what only routing makes.
pub fn check(ends: [ConversationId; 2], kind: Option<LinkKind>) -> Result<(), Rejection> {
    if ends[0] == ends[1] {
        return Err(Rejection::new(Code::SelfLink, "A conversation can't be linked to itself.").at("otherId"));
    }
    if kind.is_some_and(|kind| !BY_HAND.contains(&kind)) {
        return Err(Rejection::invalid("kind", "Only routing links what continues another conversation."));
    }
    Ok(())
}

/// Links two conversations; what is linked like this already stays as it is.
///
/// # Errors
/// `CYCLE`, `LIMIT_EXCEEDED`.
pub fn link(ends: [&mut Change; 2], kind: LinkKind, known: &Known, moment: &Moment) -> Result<(), Rejection> {
    if known.kinds.contains(&kind) {
        return Ok(());
    }
    if known.cycle {
        return Err(Rejection::new(Code::Cycle, "A conversation would become a part of itself.").at("otherId"));
    }
    if let Some(full) = known.links.iter().position(|links| *links >= limits::LINKS) {
        return Err(Rejection::limit(["conversationId", "otherId"][full], limits::LINKS, "links of a conversation"));
    }
    record(ends, kind, moment);
    Ok(())
}

/// Unlinks two conversations, in one kind or in all that people link by.
pub fn unlink(ends: [&mut Change; 2], kind: Option<LinkKind>, known: &Known, moment: &Moment) {
    let [this, other] = ends;
    for kind in BY_HAND.into_iter().filter(|each| kind.is_none_or(|kind| kind == *each)) {
        if known.kinds.contains(&kind) {
            part(this, kind, other.conversation.id, moment);
            part(other, reverse(kind), this.conversation.id, moment);
        }
    }
}

/// Records a link on both ends; the kind says what the second is to the first.
pub fn record(ends: [&mut Change; 2], kind: LinkKind, moment: &Moment) {
    let [this, other] = ends;
    join(this, kind, other.conversation.id, moment);
    join(other, reverse(kind), this.conversation.id, moment);
}

fn join(change: &mut Change, kind: LinkKind, other: ConversationId, moment: &Moment) {
    change.record(Fact::Linked { link_kind: kind, other }, moment);
    change.asides.push(Aside::Link(kind, other));
}

fn part(change: &mut Change, kind: LinkKind, other: ConversationId, moment: &Moment) {
    change.record(Fact::Unlinked { link_kind: kind, other }, moment);
    change.asides.push(Aside::Unlink(kind, other));
}

#[cfg(test)]
mod tests;
