//! Executing a prepared request. A client that hangs up stops its query, never its mutation.

use std::panic::AssertUnwindSafe;

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response};
use futures_util::FutureExt as _;
use tracing::Instrument as _;

use crate::graphql::reader::Session;
use crate::http::fault::Fault;
use crate::http::front::Front;
use crate::http::load::Place;

/// Executes and answers what the library made of it; a panic is `INTERNAL`. The place is held until the work is done,
/// also when nobody waits for it any more.
pub async fn execute(
    front: &Front,
    ty: OperationType,
    request: Request,
    session: Session,
    place: Place,
) -> Result<Response, Fault> {
    let execution = front.served().execute(request, session);
    let work = async move {
        let _place = place;
        execution.await
    };
    if ty != OperationType::Mutation {
        let work = AssertUnwindSafe(work).catch_unwind();
        return work.await.map_err(|_| panicked());
    }
    // Dropping a write half-way would leave its connection poisoned, so it runs on its own.
    let work = work.in_current_span();
    front.writes().spawn(work).await.map_err(|_| panicked())
}

/// The panic's message is in the log already, by the panic hook.
fn panicked() -> Fault {
    tracing::error!("a resolver panicked");
    Fault::internal()
}
