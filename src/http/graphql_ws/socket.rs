//! The life of one socket: one task that reads, writes and keeps time, and asks its subscriptions in turn.
//! While a write waits for a slow client nothing is read from it; that lasts for the write's time limit at most.

mod events;
mod hear;
mod say;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use async_graphql::ServerError;
use axum::extract::ws::WebSocket;
use tokio::time::{Instant as Deadline, Sleep, sleep};
use tokio_util::sync::WaitForCancellationFutureOwned;
use tokio_util::task::AbortOnDropHandle;

use self::events::Event;
use super::closing::Closing;
use super::frame;
use super::running::Running;
use crate::graphql::reader::Session;
use crate::http::access::RequestId;
use crate::http::codes;
use crate::http::fault::Fault;
use crate::http::front::{Front, SocketTimes};

/// Pings that a client may leave unanswered.
const MISSED: u8 = 2;

/// One socket. Nothing of its HTTP request is kept but the id.
pub struct Socket {
    front: Front,
    id: RequestId,
    ws: WebSocket,
    phase: Phase,
    running: Running,
    /// The token being read: for `connection_init`, or again for a socket without subscriptions.
    check: Option<AbortOnDropHandle<Result<Session, ServerError>>>,
    /// Until `connection_init` comes, the next ping is due, or the server leaves for good.
    timer: Pin<Box<Sleep>>,
    leave: Pin<Box<WaitForCancellationFutureOwned>>,
    leaving: bool,
    unanswered: u8,
    client_first: bool,
    subscriptions: u64,
}

enum Phase {
    /// Nothing is known of the client.
    Fresh,
    /// Its token is being read.
    Checking(Arc<str>),
    /// It may subscribe.
    Open(Arc<str>),
}

impl Socket {
    /// A socket after its handshake.
    pub fn new(front: Front, id: RequestId, ws: WebSocket) -> Self {
        front.metrics().sockets().opened();
        let timer = Box::pin(sleep(front.limits().sockets.init));
        let leave = Box::pin(front.streams_end().clone().cancelled_owned());
        Self {
            front,
            id,
            ws,
            phase: Phase::Fresh,
            running: Running::default(),
            check: None,
            timer,
            leave,
            leaving: false,
            unanswered: 0,
            client_first: false,
            subscriptions: 0,
        }
    }

    /// Serves it to its end. `speaks` says whether the handshake agreed on the protocol.
    pub async fn serve(mut self, speaks: bool) {
        let start = Instant::now();
        let closing = if speaks { self.live().await } else { Closing::other_protocol() };
        self.running.clear();
        self.check = None;
        self.say_goodbye(&closing).await;
        self.front.metrics().sockets().closed(closing.end);
        tracing::info!(
            target: "switchboard::access",
            id = %self.id.0,
            code = closing.end.label(),
            subscriptions = self.subscriptions,
            micros = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX),
            "socket closed"
        );
    }

    async fn live(&mut self) -> Closing {
        loop {
            if self.leaving && self.running.is_empty() {
                return Closing::unavailable("The server is shutting down");
            }
            let event = self.event().await;
            if let Err(closing) = self.handle(event).await {
                return closing;
            }
        }
    }

    async fn handle(&mut self, event: Event) -> Result<(), Closing> {
        match event {
            Event::Heard(heard) => {
                // Whatever a client sends shows that it is there, as well as a pong does.
                self.unanswered = 0;
                self.hear(heard).await
            }
            Event::Said(said) => self.pass_on(said).await,
            Event::Checked(checked) => self.checked(checked).await,
            Event::Time => self.time().await,
            Event::Leave => {
                self.leaving = true;
                self.wait(self.times().write);
                Ok(())
            }
        }
    }

    async fn checked(&mut self, checked: Result<Session, ServerError>) -> Result<(), Closing> {
        self.check = None;
        match (&self.phase, checked) {
            (Phase::Checking(token), Ok(_)) => {
                self.phase = Phase::Open(Arc::clone(token));
                self.send(frame::ack()).await
            }
            (Phase::Checking(_), Err(error)) => Err(Closing::of_token(&error)),
            (_, Err(error)) if codes::code_of(&error) == Some(codes::UNAUTHENTICATED) => Err(Closing::forbidden()),
            _ => Ok(()),
        }
    }

    async fn time(&mut self) -> Result<(), Closing> {
        match &self.phase {
            _ if self.leaving => Err(Closing::unavailable("The server is shutting down")),
            Phase::Fresh => Err(Closing::init_timeout()),
            _ if self.unanswered >= MISSED => Err(Closing::silent()),
            Phase::Open(token) if self.running.is_empty() && self.check.is_none() => {
                self.check = Some(self.read_token(Arc::clone(token)));
                self.ping().await
            }
            _ => self.ping().await,
        }
    }

    /// Reads the token beside the socket, within the bound of requests in flight.
    fn read_token(&self, token: Arc<str>) -> AbortOnDropHandle<Result<Session, ServerError>> {
        let front = self.front.clone();
        AbortOnDropHandle::new(tokio::spawn(async move { session(&front, &token).await }))
    }

    fn times(&self) -> SocketTimes {
        self.front.limits().sockets
    }

    fn wait(&mut self, time: std::time::Duration) {
        self.timer.as_mut().reset(Deadline::now() + time);
    }
}

/// The session of a token, read within the bound of requests in flight.
async fn session(front: &Front, token: &str) -> Result<Session, ServerError> {
    let Some(_place) = front.load().enter(front.limits().in_flight) else {
        return Err(Fault::overloaded().errors.swap_remove(0));
    };
    front.served().session(token).await
}
