//! What a socket waits for.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use async_graphql::ServerError;
use axum::Error;
use axum::extract::ws::Message;
use futures_util::{FutureExt as _, StreamExt as _};

use super::{Phase, Socket};
use crate::events::passes::Pass;
use crate::http::codes;
use crate::http::graphql_ws::running::Said;

/// One thing that happened.
pub(super) enum Event {
    /// The client sent something, or is gone.
    Heard(Option<Result<Message, Error>>),
    /// A subscription has something to say.
    Said(Said),
    /// The token was read.
    Checked(Arc<str>, Result<Option<Pass>, ServerError>),
    /// The timer is due.
    Time,
    /// The token is no longer valid.
    Dead,
    /// The server leaves.
    Leave,
}

type Source = fn(&mut Socket, &mut Context<'_>) -> Poll<Event>;

impl Socket {
    /// The next thing that happens. The client and its subscriptions come first in turn, so that neither holds up the other; what comes
    /// seldom comes before both.
    pub(super) async fn event(&mut self) -> Event {
        self.client_first = !self.client_first;
        poll_fn(|cx| self.poll_event(cx)).await
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Event> {
        if is_ready(&mut self.leave, cx) {
            return Poll::Ready(Event::Leave);
        }
        if is_ready(&mut self.dead, cx) {
            return Poll::Ready(Event::Dead);
        }
        if self.timer.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Event::Time);
        }
        if let Phase::Checking(token, checking) = &mut self.phase
            && let Poll::Ready(read) = checking.poll_unpin(cx)
        {
            // A panic's message is in the log already, by the panic hook.
            let read = read.unwrap_or_else(|_| Err(codes::error(codes::INTERNAL, "internal error")));
            return Poll::Ready(Event::Checked(Arc::clone(token), read));
        }
        let (first, second): (Source, Source) = match self.client_first {
            true => (Self::poll_heard, Self::poll_said),
            false => (Self::poll_said, Self::poll_heard),
        };
        match first(self, cx) {
            Poll::Pending => second(self, cx),
            ready => ready,
        }
    }

    fn poll_heard(&mut self, cx: &mut Context<'_>) -> Poll<Event> {
        self.ws.poll_next_unpin(cx).map(Event::Heard)
    }

    fn poll_said(&mut self, cx: &mut Context<'_>) -> Poll<Event> {
        self.running.poll_said(cx).map(Event::Said)
    }
}

/// Whether this has just completed; it isn't asked again.
fn is_ready<T: Future<Output = ()> + Unpin>(waited: &mut Option<T>, cx: &mut Context<'_>) -> bool {
    let ready = waited.as_mut().is_some_and(|waited| waited.poll_unpin(cx).is_ready());
    if ready {
        *waited = None;
    }
    ready
}
