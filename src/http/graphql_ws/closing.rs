//! Why a socket ends, and the close frame that says so.

use std::borrow::Cow;
use std::io::ErrorKind;

use async_graphql::ServerError;
use axum::Error;
use axum::extract::ws::CloseFrame;
use tungstenite::Error as Broken;
use tungstenite::error::ProtocolError;

use crate::http::codes;
use crate::http::metrics::SocketEnd;

/// The longest reason that fits a close frame, in bytes.
const MAX_REASON: usize = 123;

/// How a socket ends.
#[derive(Debug)]
pub struct Closing {
    /// What is counted.
    pub end: SocketEnd,
    reason: Cow<'static, str>,
}

impl Closing {
    /// The client said goodbye.
    pub fn said() -> Self {
        Self::new(SocketEnd::Client, "")
    }

    /// The client is gone without a word.
    pub fn gone() -> Self {
        Self::new(SocketEnd::Gone, "")
    }

    /// The client doesn't read what is sent, so no close frame would reach it either.
    pub fn stalled() -> Self {
        Self::new(SocketEnd::Stalled, "")
    }

    /// The client doesn't answer pings.
    pub fn silent() -> Self {
        Self::new(SocketEnd::Timeout, "No pong received")
    }

    /// The handshake agreed on no protocol that is spoken here.
    pub fn other_protocol() -> Self {
        Self::new(SocketEnd::OtherProtocol, "Subprotocol not acceptable")
    }

    /// No `connection_init` in time.
    pub fn init_timeout() -> Self {
        Self::new(SocketEnd::Timeout, "Connection initialisation timeout")
    }

    /// A message that the protocol doesn't know.
    pub fn bad_request(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(SocketEnd::BadRequest, reason)
    }

    /// A subscription before `connection_ack`.
    pub fn unauthorized() -> Self {
        Self::new(SocketEnd::Unauthorized, "Unauthorized")
    }

    /// No token, or one that is good no more.
    pub fn forbidden() -> Self {
        Self::new(SocketEnd::Forbidden, "Forbidden")
    }

    /// Whether it is for the token's sake.
    pub fn is_of_the_token(&self) -> bool {
        self.end == SocketEnd::Forbidden
    }

    /// The id names a subscription that is under way.
    pub fn already_exists(id: &str) -> Self {
        Self::new(SocketEnd::AlreadyExists, format!("Subscriber for {id} already exists"))
    }

    /// A second `connection_init`.
    pub fn too_many_inits() -> Self {
        Self::new(SocketEnd::TooManyInits, "Too many initialisation requests")
    }

    /// The server leaves, or can't read the token now: another try may do better.
    pub fn unavailable(reason: &'static str) -> Self {
        Self::new(SocketEnd::Unavailable, reason)
    }

    /// What ends a socket whose token can't be read.
    pub fn of_token(error: &ServerError) -> Self {
        match codes::code_of(error) {
            Some(codes::UNAUTHENTICATED) => Self::forbidden(),
            Some(codes::OVERLOADED) => Self::unavailable("The server is busy"),
            _ => Self::new(SocketEnd::Internal, "Internal server error"),
        }
    }

    /// What ends a socket that can't be read or written any more.
    pub fn of_error(error: Error) -> Self {
        let Ok(broken) = error.into_inner().downcast::<Broken>() else { return Self::gone() };
        match *broken {
            Broken::Capacity(_) => Self::new(SocketEnd::TooBig, "The message is too big"),
            Broken::Utf8(_) => Self::new(SocketEnd::NotUtf8, "The message is not UTF-8"),
            Broken::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Self::gone(),
            Broken::Io(fault) if fault.kind() == ErrorKind::TimedOut => Self::stalled(),
            Broken::Protocol(_) => Self::new(SocketEnd::Malformed, "The frame is malformed"),
            _ => Self::gone(),
        }
    }

    /// The frame to send, where one can reach the client.
    pub fn frame(&self) -> Option<CloseFrame> {
        let reason = if self.reason.len() > MAX_REASON { "" } else { &*self.reason };
        Some(CloseFrame { code: self.end.code()?, reason: reason.into() })
    }

    /// Whether the client may still read.
    pub fn can_be_said(&self) -> bool {
        !matches!(self.end, SocketEnd::Gone | SocketEnd::Stalled)
    }

    /// Whether what the client still sends can't be read.
    pub fn is_deaf(&self) -> bool {
        matches!(self.end, SocketEnd::TooBig | SocketEnd::NotUtf8 | SocketEnd::Malformed)
    }

    fn new(end: SocketEnd, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { end, reason: reason.into() }
    }
}
