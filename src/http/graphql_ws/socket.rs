//! The life of one socket: one task that reads, writes and keeps time, and asks its subscriptions in turn.
//! While a write waits for a slow client nothing is read from it; that lasts for the write's time limit at most.

mod events;
mod hear;
mod say;

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::ServerError;
use axum::extract::ws::WebSocket;
use futures_util::future::BoxFuture;
use tokio::time::{Instant as Deadline, Sleep, sleep};
use tokio_util::sync::WaitForCancellationFutureOwned;
use tokio_util::task::AbortOnDropHandle;

use self::events::Event;
use super::closing::Closing;
use super::frame;
use super::running::Running;
use crate::events::passes::Pass;
use crate::graphql::reader::Session;
use crate::http::access::RequestId;
use crate::http::fault::Fault;
use crate::http::front::{Front, SocketTimes};

/// Pings that a client may leave unanswered.
const MISSED: u8 = 2;
/// How long the subscriptions of a dead token may take to say so.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// One socket. Nothing of its HTTP request is kept but the id.
pub struct Socket {
    front: Front,
    id: RequestId,
    ws: WebSocket,
    phase: Phase,
    running: Running,
    /// Completes when the token is no longer valid.
    dead: Option<BoxFuture<'static, ()>>,
    /// Completes when the server leaves.
    leave: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
    /// How it ends, once every subscription has ended.
    ending: Option<Closing>,
    /// Until `connection_init` comes, the next ping is due, or it ends whatever its subscriptions do.
    timer: Pin<Box<Sleep>>,
    unanswered: u8,
    client_first: bool,
    subscriptions: u64,
}

type Checking = AbortOnDropHandle<Result<Option<Pass>, ServerError>>;

enum Phase {
    /// Nothing is known of the client.
    Fresh,
    /// Its token is being read.
    Checking(Arc<str>, Checking),
    /// It may subscribe.
    Open(Arc<str>),
}

impl Socket {
    /// A socket after its handshake.
    pub fn new(front: Front, id: RequestId, ws: WebSocket) -> Self {
        front.metrics().sockets().opened();
        let timer = Box::pin(sleep(front.limits().sockets.init));
        let leave = Some(Box::pin(front.streams_end().clone().cancelled_owned()));
        Self {
            front,
            id,
            ws,
            phase: Phase::Fresh,
            running: Running::default(),
            dead: None,
            leave,
            ending: None,
            timer,
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
        self.phase = Phase::Fresh;
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
            if self.running.is_empty()
                && let Some(closing) = self.ending.take()
            {
                return closing;
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
            Event::Checked(token, checked) => self.checked(token, checked).await,
            Event::Time => self.time().await,
            Event::Dead => {
                self.end_with(Closing::forbidden(), LAST_WORDS);
                Ok(())
            }
            Event::Leave => {
                self.end_with(Closing::unavailable("The server is shutting down"), self.front.limits().write_time);
                Ok(())
            }
        }
    }

    async fn checked(&mut self, token: Arc<str>, checked: Result<Option<Pass>, ServerError>) -> Result<(), Closing> {
        let pass = checked.map_err(|error| Closing::of_token(&error))?;
        self.dead = pass.map(|mut pass| -> BoxFuture<'static, ()> { Box::pin(async move { pass.ended().await }) });
        self.phase = Phase::Open(token);
        self.send(frame::ack()).await
    }

    async fn time(&mut self) -> Result<(), Closing> {
        match (self.ending.take(), &self.phase) {
            (Some(closing), _) => Err(closing),
            (None, Phase::Fresh) => Err(Closing::init_timeout()),
            _ if self.unanswered >= MISSED => Err(Closing::silent()),
            _ => self.ping().await,
        }
    }

    /// Ends when every subscription has ended, and after this time at the latest. From here on there are no more pings.
    fn end_with(&mut self, closing: Closing, at_the_latest: Duration) {
        let by = Deadline::now() + at_the_latest;
        if self.ending.is_none() || by < self.timer.deadline() {
            self.timer.as_mut().reset(by);
        }
        // A bad token stays the reason, also when the server leaves meanwhile.
        if !self.ending.as_ref().is_some_and(Closing::is_of_the_token) {
            self.ending = Some(closing);
        }
    }

    fn times(&self) -> SocketTimes {
        self.front.limits().sockets
    }

    fn wait(&mut self, time: Duration) {
        self.timer.as_mut().reset(Deadline::now() + time);
    }
}

/// The session of a token, read within the bound of requests in flight.
async fn session(front: &Front, token: &str) -> Result<Session, ServerError> {
    let Some(_place) = front.load().enter_soon(front.limits().in_flight).await else {
        return Err(Fault::overloaded().errors.swap_remove(0));
    };
    front.served().session(token).await
}
