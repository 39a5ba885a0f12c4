//! What a client's messages do.

use std::sync::Arc;

use async_graphql::ServerError;
use axum::Error;
use axum::extract::ws::Message as Frame;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;

use super::{Phase, Socket, session};
use crate::events::passes::Pass;
use crate::http::access::RequestId;
use crate::http::codes;
use crate::http::fault::Fault;
use crate::http::front::Front;
use crate::http::graphql_ws::closing::Closing;
use crate::http::graphql_ws::frame;
use crate::http::graphql_ws::message::{self, Message};
use crate::http::graphql_ws::running::MAX_RUNNING;
use crate::http::params::Params;
use crate::http::stream::{self, Stream};

impl Socket {
    pub(super) async fn hear(&mut self, heard: Option<Result<Frame, Error>>) -> Result<(), Closing> {
        match heard {
            Some(Ok(Frame::Text(text))) => match message::parse(&text) {
                Ok(message) => self.answer(message).await,
                Err(reason) => Err(Closing::bad_request(reason)),
            },
            Some(Ok(Frame::Binary(_))) => Err(Closing::bad_request("Binary messages are not understood")),
            // Pings are answered by the library.
            Some(Ok(Frame::Ping(_) | Frame::Pong(_))) => Ok(()),
            Some(Ok(Frame::Close(_))) => Err(Closing::said()),
            Some(Err(error)) => Err(Closing::of_error(error)),
            None => Err(Closing::gone()),
        }
    }

    async fn answer(&mut self, message: Message) -> Result<(), Closing> {
        match (message, &self.phase) {
            (Message::Init { token }, Phase::Fresh) => self.init(token),
            (Message::Init { .. }, _) => Err(Closing::too_many_inits()),
            (Message::Ping(payload), _) => self.send(frame::pong(payload)).await,
            (Message::Pong, _) => Ok(()),
            (Message::Subscribe { id, params }, Phase::Open(token)) => {
                let token = Arc::clone(token);
                self.subscribe(id, params, token).await
            }
            (Message::Subscribe { .. }, _) => Err(Closing::unauthorized()),
            (Message::Complete { id }, _) => {
                self.running.remove(&id);
                Ok(())
            }
        }
    }

    fn init(&mut self, token: Option<Box<str>>) -> Result<(), Closing> {
        let token: Arc<str> = token.ok_or_else(Closing::forbidden)?.into();
        let checking = tokio::spawn(check(self.front.clone(), Arc::clone(&token)));
        self.phase = Phase::Checking(token, AbortOnDropHandle::new(checking));
        self.wait(self.times().ping);
        Ok(())
    }

    async fn subscribe(&mut self, id: Box<str>, params: Params, token: Arc<str>) -> Result<(), Closing> {
        if self.running.has(&id) {
            return Err(Closing::already_exists(&id));
        }
        if self.running.len() >= MAX_RUNNING {
            let words = format!("A socket carries at most {MAX_RUNNING} subscriptions.");
            return self.send(frame::error(&id, &[codes::error("LIMIT_EXCEEDED", words)])).await;
        }
        let span = tracing::info_span!("request", id = %self.id.0);
        let opening = tokio::spawn(open(self.front.clone(), self.id.clone(), params, token).instrument(span));
        self.running.add(id, AbortOnDropHandle::new(opening));
        self.subscriptions += 1;
        Ok(())
    }
}

/// Reads the token, and holds it where its end is told.
async fn check(front: Front, token: Arc<str>) -> Result<Option<Pass>, ServerError> {
    let session = session(&front, &token).await?;
    let Some(tail) = front.served().tail() else { return Ok(None) };
    let held = tail.hold(session.viewer, session.expires_at, session.head).await;
    held.map(Some).map_err(|error| {
        tracing::warn!(?error, "a token couldn't be held");
        codes::error(codes::OVERLOADED, "The database is busy; try again.")
    })
}

/// Each subscription begins with its token read anew: it starts from the head as of its own message.
async fn open(front: Front, id: RequestId, params: Params, token: Arc<str>) -> Result<Stream, Fault> {
    let session = session(&front, &token).await.map_err(Fault::from_error)?;
    stream::open(&front, &id, params, session, None).await
}
