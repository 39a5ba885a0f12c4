//! What changes write or erase is found by its words from now on, or no longer.

use std::collections::BTreeMap;

use crate::domain::change::{Aside, Change};
use crate::domain::search::Terms;
use crate::error::Result;
use crate::store::search::{self, About};
use crate::store::write::Tx;

/// Brings the index up to date, for all changes at once.
pub(super) async fn index<'a>(tx: &Tx, changes: impl Iterator<Item = &'a Change>) -> Result<()> {
    // What is written twice is found by what it says in the end.
    let texts: BTreeMap<About, Terms> = changes.flat_map(texts).collect();
    search::index(tx, &texts.into_iter().collect::<Vec<_>>()).await
}

fn texts(change: &Change) -> impl Iterator<Item = (About, Terms)> + '_ {
    let conversation = &change.conversation;
    change.asides.iter().filter_map(move |aside| match aside {
        Aside::Message(message) => Some((About::Message(message.id, conversation.id), Terms::of([&*message.text]))),
        Aside::Note(note) | Aside::NoteEdited(note) => {
            Some((About::Note(note.id, conversation.id), Terms::of([&*note.text])))
        }
        Aside::NoteErased(id) => Some((About::Note(*id, conversation.id), Terms::default())),
        Aside::Subject => Some((About::Subject(conversation.id), Terms::of(conversation.subject.as_deref()))),
        _ => None,
    })
}
