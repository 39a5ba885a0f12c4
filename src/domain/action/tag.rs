//! Tags are put on and taken off, as sets (semantics §4). Possible in every state; what is there already stays there.

use entity::ids::TagId;

use crate::domain::change::{Aside, Change, Moment};
use crate::domain::context::{Context, Needs};
use crate::domain::fact::Fact;
use crate::domain::rejection::{Code, Rejection};
use crate::domain::{input, limits};

/// Which tags, and which way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tag {
    /// On.
    Add(Vec<TagId>),
    /// Off.
    Remove(Vec<TagId>),
}

impl Tag {
    pub(super) fn needs(&self, needs: &mut Needs) {
        let (Self::Add(tags) | Self::Remove(tags)) = self;
        needs.tags.extend(tags);
    }

    /// Records what really changes.
    ///
    /// # Errors
    /// `NOT_FOUND` for an unknown tag, `INVALID` for an archived one that isn't on the conversation, `LIMIT_EXCEEDED`.
    pub fn decide(&self, change: &mut Change, context: &Context, moment: &Moment) -> Result<(), Rejection> {
        let (Self::Add(tags) | Self::Remove(tags)) = self;
        let mut tags = input::set("tagIds", tags.clone(), limits::CONVERSATION_TAGS)?;
        tags.sort_unstable();
        if tags.iter().any(|tag| !context.tags.contains_key(tag)) {
            return Err(Rejection::not_found("tagIds"));
        }
        let has = &change.conversation.tags;
        let (added, removed) = match self {
            Self::Add(_) => (tags.into_iter().filter(|tag| !has.contains(tag)).collect(), Vec::new()),
            Self::Remove(_) => (Vec::new(), tags.into_iter().filter(|tag| has.contains(tag)).collect()),
        };
        check(has.len(), &added, context)?;
        record(change, added, removed, context, moment);
        Ok(())
    }
}

fn check(has: usize, added: &[TagId], context: &Context) -> Result<(), Rejection> {
    if added.iter().any(|tag| context.tags.get(tag).is_some_and(|tag| tag.archived)) {
        return Err(Rejection::new(Code::Invalid, "An archived tag can't be added.").at("tagIds"));
    }
    if has + added.len() > limits::CONVERSATION_TAGS {
        return Err(Rejection::limit("tagIds", limits::CONVERSATION_TAGS, "tags on a conversation"));
    }
    Ok(())
}

fn record(change: &mut Change, added: Vec<TagId>, removed: Vec<TagId>, context: &Context, moment: &Moment) {
    if added.is_empty() && removed.is_empty() {
        return;
    }
    let unused = |tag: &TagId| context.tags.get(tag).is_some_and(|tag| !tag.used);
    let first = added.iter().copied().filter(unused).collect();
    change.record(Fact::Tagged { added: added.clone(), removed: removed.clone() }, moment);
    change.asides.push(Aside::Tags { added, removed, first });
}
