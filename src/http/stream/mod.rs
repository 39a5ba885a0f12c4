//! A subscription under way, whatever carries it: what a transport asks for and what it is given.
//!
//! Transports own frames, pings and closing; which entries are delivered and how they read is decided here and below. Nothing here
//! knows a transport.

mod payload;

pub use payload::{Ending, Payload, Step};

use super::access::RequestId;
use super::fault::Fault;
use super::front::Front;
use super::params::Params;
use crate::domain::cursor::Cursor;
use crate::graphql::reader::Session;

/// A subscription under way. Dropping it ends it.
#[derive(Debug)]
pub struct Stream;

impl Stream {
    /// The next thing to send, in order; after [`Step::Ended`] nothing follows, and it isn't asked again. Whoever waits for it may stop
    /// waiting at any time without losing anything.
    pub async fn next(&mut self) -> Step {
        std::future::pending().await
    }
}

/// Opens the subscription that the parameters ask for, for a session that was just read. A cursor that the transport itself carries
/// wins over the argument `after`.
///
/// # Errors
/// What is wrong with the document, the operation or its arguments, and what doesn't exist for the viewer: nothing was sent yet.
pub async fn open(
    front: &Front,
    id: &RequestId,
    params: Params,
    session: Session,
    resume: Option<Cursor>,
) -> Result<Stream, Fault> {
    let _ = (front, id, params, session, resume);
    Err(Fault::internal())
}
