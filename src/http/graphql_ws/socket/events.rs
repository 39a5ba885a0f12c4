//! What a socket waits for.

use std::future::{Future as _, poll_fn};
use std::task::{Context, Poll};

use async_graphql::ServerError;
use axum::Error;
use axum::extract::ws::Message;
use futures_util::{FutureExt as _, StreamExt as _};

use super::Socket;
use crate::graphql::reader::Session;
use crate::http::codes;
use crate::http::graphql_ws::running::Said;

/// One thing that happened.
pub(super) enum Event {
    /// The client sent something, or is gone.
    Heard(Option<Result<Message, Error>>),
    /// A subscription has something to say.
    Said(Said),
    /// The token was read.
    Checked(Result<Session, ServerError>),
    /// The timer is due.
    Time,
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
        if !self.leaving && self.leave.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Event::Leave);
        }
        if self.timer.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Event::Time);
        }
        if let Some(Poll::Ready(read)) = self.check.as_mut().map(|check| check.poll_unpin(cx)) {
            let read = read.unwrap_or_else(|_| Err(codes::error(codes::INTERNAL, "internal error")));
            return Poll::Ready(Event::Checked(read));
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
