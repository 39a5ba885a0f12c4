//! What is written to a client, each time within its limit: a client that doesn't read must not hold memory.

use std::future::poll_fn;
use std::task::Poll;
use std::time::{Duration, Instant};

use async_graphql::ServerError;
use axum::Error;
use axum::body::Bytes;
use axum::extract::ws::Message;
use futures_util::SinkExt as _;
use tokio::time::{sleep, timeout};

use super::{LAST_WORDS, Socket};
use crate::http::codes;
use crate::http::graphql_http::hide;
use crate::http::graphql_ws::closing::Closing;
use crate::http::graphql_ws::frame;
use crate::http::graphql_ws::running::Said;

/// Messages written before the client is listened to again.
const BATCH: usize = 16;
/// How long a batch is gone on with: a client that reads slowly is listened to after each message.
const SOON: Duration = Duration::from_millis(100);

impl Socket {
    /// Writes what a subscription says, and what the others have to say at the moment along with it.
    pub(super) async fn pass_on(&mut self, first: Said) -> Result<(), Closing> {
        let (mut said, began) = (first, Instant::now());
        for _ in 1..BATCH {
            self.say(said).await?;
            if began.elapsed() > SOON {
                return self.flush().await;
            }
            match poll_fn(|cx| Poll::Ready(self.running.poll_said(cx))).await {
                Poll::Ready(more) => said = more,
                Poll::Pending => return self.flush().await,
            }
        }
        self.say(said).await?;
        self.flush().await
    }

    async fn say(&mut self, said: Said) -> Result<(), Closing> {
        match said {
            Said::Next(message) => self.feed(message).await,
            Said::Refused(_, errors) if errors.iter().any(is_of_the_token) => {
                self.end_with(Closing::forbidden(), LAST_WORDS);
                Ok(())
            }
            Said::Refused(id, errors) => self.feed_errors(&id, errors).await,
            Said::Ended(id, error) => {
                if is_of_the_token(&error) {
                    self.end_with(Closing::forbidden(), LAST_WORDS);
                }
                self.feed_errors(&id, vec![error]).await
            }
        }
    }

    async fn feed_errors(&mut self, id: &str, mut errors: Vec<ServerError>) -> Result<(), Closing> {
        for error in &mut errors {
            if codes::code_of(error) == Some(codes::INTERNAL) {
                hide(error, &self.id);
            }
        }
        self.feed(frame::error(id, &errors)).await
    }

    /// Asks whether the client is there, by a ping of WebSocket itself: every client answers those without a line of code.
    pub(super) async fn ping(&mut self) -> Result<(), Closing> {
        self.unanswered += 1;
        self.wait(self.times().ping);
        self.send(Message::Ping(Bytes::new())).await
    }

    pub(super) async fn send(&mut self, message: Message) -> Result<(), Closing> {
        let written = timeout(self.front.limits().write_time, self.ws.send(message)).await;
        outcome(written.ok())
    }

    async fn feed(&mut self, message: Message) -> Result<(), Closing> {
        let written = timeout(self.front.limits().write_time, self.ws.feed(message)).await;
        outcome(written.ok())
    }

    async fn flush(&mut self) -> Result<(), Closing> {
        let written = timeout(self.front.limits().write_time, self.ws.flush()).await;
        outcome(written.ok())
    }

    /// Says why, and waits a moment for the client's goodbye: to close over what it still sends could take the close frame from it.
    pub(super) async fn say_goodbye(&mut self, closing: &Closing) {
        let goodbye = async {
            if let Some(frame) = closing.frame()
                && self.ws.send(Message::Close(Some(frame))).await.is_err()
            {
                return;
            }
            while let Some(Ok(_)) = self.ws.recv().await {}
        };
        let time = self.front.limits().sockets.close;
        if closing.can_be_said() && timeout(time, goodbye).await.is_ok() && closing.is_deaf() {
            sleep(time).await;
        }
    }
}

fn outcome(written: Option<Result<(), Error>>) -> Result<(), Closing> {
    match written {
        Some(Ok(())) => Ok(()),
        Some(Err(error)) => Err(Closing::of_error(error)),
        None => Err(Closing::stalled()),
    }
}

fn is_of_the_token(error: &ServerError) -> bool {
    codes::code_of(error) == Some(codes::UNAUTHENTICATED)
}
