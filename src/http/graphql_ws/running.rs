//! The subscriptions of one socket: being opened, or under way. They are asked in turn, so that a busy one doesn't starve the others.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use async_graphql::ServerError;
use axum::extract::ws::Message;
use futures_util::Stream as _;
use futures_util::future::FutureExt as _;
use futures_util::stream::{BoxStream, unfold};
use tokio::task::JoinError;
use tokio_util::task::AbortOnDropHandle;

use super::frame;
use crate::http::fault::Fault;
use crate::http::stream::{Step, Stream};

/// Subscriptions of one socket at most, those being opened among them.
pub const MAX_RUNNING: usize = 50;

/// What a subscription has to say.
pub enum Said {
    /// A result.
    Next(Message),
    /// It was refused; nothing was sent.
    Refused(Box<str>, Vec<ServerError>),
    /// It ended.
    Ended(Box<str>, ServerError),
}

/// The subscriptions, at most [`MAX_RUNNING`]: few enough to be asked one after the other, and kept small rather than indexed, because
/// most sockets have one.
#[derive(Default)]
pub struct Running {
    all: Vec<Subscription>,
    turn: usize,
}

struct Subscription {
    id: Box<str>,
    stage: Stage,
}

enum Stage {
    /// On a task of its own: while the socket waits for a client that reads slowly, it would hold the database's connections.
    Opening(AbortOnDropHandle<Result<Stream, Fault>>),
    Open(BoxStream<'static, Step>),
}

impl Running {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether the id is in use.
    pub fn has(&self, id: &str) -> bool {
        self.all.iter().any(|one| *one.id == *id)
    }

    /// Adds one that is being opened.
    pub fn add(&mut self, id: Box<str>, opening: AbortOnDropHandle<Result<Stream, Fault>>) {
        self.all.push(Subscription { id, stage: Stage::Opening(opening) });
    }

    /// Ends one; nothing more is said of it. An unknown id is none.
    pub fn remove(&mut self, id: &str) {
        self.all.retain(|one| *one.id != *id);
    }

    /// Ends all of them.
    pub fn clear(&mut self) {
        self.all = Vec::new();
    }

    /// The next that any of them has to say.
    pub fn poll_said(&mut self, cx: &mut Context<'_>) -> Poll<Said> {
        let count = self.all.len();
        for step in 0..count {
            let at = (self.turn + step) % count;
            if let Poll::Ready(said) = self.poll_one(at, cx) {
                self.turn = at + 1;
                return Poll::Ready(said);
            }
        }
        Poll::Pending
    }

    fn poll_one(&mut self, at: usize, cx: &mut Context<'_>) -> Poll<Said> {
        let one = &mut self.all[at];
        if let Stage::Opening(opening) = &mut one.stage {
            match ready!(opening.poll_unpin(cx)).unwrap_or_else(|error| Err(panicked(&error))) {
                Ok(stream) => one.stage = Stage::Open(steps(stream)),
                Err(fault) => return Poll::Ready(Said::Refused(self.all.remove(at).id, fault.errors)),
            }
        }
        let Stage::Open(steps) = &mut one.stage else { return Poll::Pending };
        match ready!(Pin::new(steps).poll_next(cx)) {
            Some(Step::Next(payload)) => Poll::Ready(Said::Next(frame::next(&one.id, &payload.json))),
            Some(Step::Ended(ending)) => Poll::Ready(Said::Ended(self.all.remove(at).id, ending.error)),
            None => Poll::Pending,
        }
    }
}

/// Waiting is one future for each result, kept while others are waited for.
fn steps(stream: Stream) -> BoxStream<'static, Step> {
    Box::pin(unfold(stream, |mut stream| async move {
        let step = stream.next().await;
        Some((step, stream))
    }))
}

/// The panic's message is in the log already, by the panic hook.
fn panicked(error: &JoinError) -> Fault {
    tracing::error!(%error, "a subscription wasn't opened");
    Fault::internal()
}
