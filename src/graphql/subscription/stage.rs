//! The two stages in which a subscription's document is executed: once to open it, then once for each thing that is delivered.
//!
//! So every delivery has a reader of its own, whose loads it shares with others, and nothing outlives it.

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::{Context, Result};
use entity::ids::AgentId;
use entity::{event, notification};
use futures_util::stream::{self, BoxStream, StreamExt};

use crate::domain::cursor::Cursor;
use crate::domain::interest::{Interest, Movement};
use crate::graphql::error::{coded, denied, shown};
use crate::graphql::reader::Reader;
use crate::graphql::scalar::EventCursor;
use crate::store::Store;

/// Why a document is executed; found in the context's data by every subscription's resolver.
#[derive(Clone, Debug)]
pub enum Stage {
    /// To learn what to follow, and from where.
    Open(Opening),
    /// To deliver this.
    Deliver(Item),
}

/// Where a resolver leaves what it was asked for.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    resume: Option<Cursor>,
    opened: Arc<Mutex<Option<Opened>>>,
}

/// What to follow, and from where.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What.
    pub interest: Interest,
    /// What comes after this is delivered.
    pub after: Cursor,
}

/// One thing to deliver.
#[derive(Clone, Debug)]
pub enum Item {
    /// An entry of a conversation or a ticket.
    Entry(Arc<event::Model>),
    /// How an entry moved its conversation against a view.
    Moved(Movement, Arc<event::Model>),
    /// A notification, and all agents who got one of the same entry.
    Notification(Arc<notification::Model>, Arc<[AgentId]>),
}

/// What a resolver answers in either stage.
pub type Told<T> = BoxStream<'static, Result<T>>;

impl Opening {
    /// For a transport that itself carries where to follow on, or doesn't.
    #[must_use]
    pub fn resuming(resume: Option<Cursor>) -> Self {
        Self { resume, opened: Arc::default() }
    }

    /// What the resolver left; none if it refused.
    #[must_use]
    pub fn take(&self) -> Option<Opened> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn leave(&self, opened: Opened) {
        *self.opened.lock().unwrap_or_else(PoisonError::into_inner) = Some(opened);
    }
}

/// The stage of this execution.
///
/// # Errors
/// `BAD_REQUEST` where nothing can be followed.
pub(super) fn stage<'a>(ctx: &'a Context<'_>) -> Result<&'a Stage> {
    ctx.data::<Stage>().map_err(|_| coded("BAD_REQUEST", "Subscriptions aren't served here."))
}

/// Opens: asks for the right and reads the cursor, then leaves what to follow. Answers nothing.
///
/// # Errors
/// `FORBIDDEN`, `EPOCH_CHANGED`, `CURSOR_AHEAD`.
pub(super) fn open<T: Send + Sync + 'static>(
    reader: &Reader,
    opening: &Opening,
    interest: Interest,
    after: Option<EventCursor>,
) -> Result<Told<T>> {
    reader.viewer().permit(interest.operation()).map_err(denied)?;
    let head = reader.session.head;
    let seq = match opening.resume.or(after.map(|cursor| cursor.0)) {
        Some(cursor) => Store::accept(cursor, head).map_err(shown)?,
        None => head.seq,
    };
    opening.leave(Opened { interest, after: Cursor { epoch: head.epoch, seq } });
    Ok(stream::empty().boxed())
}

/// Delivers one thing, or nothing if it no longer exists for the viewer.
pub(super) fn one<T: Send + 'static>(item: Option<T>) -> Told<T> {
    stream::iter(item.map(Ok)).boxed()
}

/// A thing was to be delivered that this subscription never tells.
pub(super) fn strange() -> async_graphql::Error {
    coded("INTERNAL", "internal error")
}
