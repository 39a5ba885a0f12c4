//! From parameters to a subscription under way: admitted, priced, opened, and its pump started.

use std::sync::Arc;
use std::time::Instant;

use async_graphql::parser::types::OperationType;
use async_graphql::{Response, ServerError};

use super::group::Plan;
use super::pump::Pump;
use super::queue::Queue;
use super::{Stream, root};
use crate::domain::cursor::Cursor;
use crate::error::Error;
use crate::events::feed::Feed;
use crate::graphql::reader::Session;
use crate::graphql::subscription::stage::{Opened, Opening};
use crate::http::access::RequestId;
use crate::http::fault::Fault;
use crate::http::front::Front;
use crate::http::graphql_http::give_code;
use crate::http::params::Params;
use crate::http::{admit, codes, mend};

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
    if front.streams_end().is_cancelled() {
        return Err(Fault::from_error(codes::error(codes::SHUTTING_DOWN, "The server is leaving; try again.")));
    }
    let _place = front.load().enter_soon(front.limits().in_flight).await.ok_or_else(Fault::overloaded)?;
    let tail = front.served().tail().ok_or_else(not_served)?;
    let (plan, request) = admitted(front, params, &session).await?;
    let opening = Opening::resuming(resume);
    let answer = front.served().open(request, session.clone(), opening.clone()).await;
    let Opened { interest, after } = opening.take().ok_or_else(|| refusal(id, answer))?;
    let pass = tail.hold(session.viewer.clone(), session.expires_at, session.head).await.map_err(unavailable)?;
    let queue = Queue::default();
    let opened_at = session.head;
    let pump = Pump {
        front: front.clone(),
        request_id: id.clone(),
        interest,
        pass,
        opened_at,
        viewer: session.viewer,
        feed: Feed::after(tail.clone(), after),
        plan: Arc::new(plan),
        queue: queue.clone(),
    };
    Ok(Stream::of(front.clone(), queue, tokio::spawn(pump.run())))
}

/// The admitted and priced operation: as it is executed for each delivery, and as it is executed to open it.
async fn admitted(front: &Front, params: Params, session: &Session) -> Result<(Plan, async_graphql::Request), Fault> {
    let document = admit::document(front, &params.query).await.map_err(Fault::request)?;
    let refuse = |error: ServerError| Fault::request(vec![error]);
    let (name, operation) = document.operation(params.operation_name.as_deref()).map_err(refuse)?;
    if operation.ty != OperationType::Subscription {
        return Err(refuse(codes::error(codes::BAD_REQUEST, "Only subscriptions are served here.")));
    }
    let cost = admit::price(front, &document, operation, &params.variables).map_err(refuse)?;
    let spent = front.budgets().spend(&session.viewer.token.to_string(), cost, Instant::now());
    spent.map_err(Fault::rate_limited)?;
    front.metrics().spent(cost);
    let mut call = mend::executable(&document, name, operation, params.variables);
    let executable = root::flatten(call.document, &call.variables).map_err(refuse)?;
    let (name, all) = (name.map(ToString::to_string), call.variables.clone());
    root::forget_after(&executable, &mut call.variables);
    let order = mend::Order::of(&executable, &call.variables);
    let plan = Plan {
        document: Arc::clone(&document),
        name,
        text: params.query,
        executable,
        variables: call.variables,
        order,
    };
    let request = plan.request().variables(all);
    Ok((plan, request))
}

/// What the library or a resolver answered instead of opening.
fn refusal(id: &RequestId, mut answer: Response) -> Fault {
    if answer.errors.is_empty() {
        return Fault::internal();
    }
    let before = answer.errors.iter().all(|error| error.path.is_empty());
    for error in &mut answer.errors {
        give_code(error, id, before);
    }
    Fault::request(answer.errors)
}

fn unavailable(error: Error) -> Fault {
    tracing::warn!(?error, "a stream couldn't be opened");
    Fault::overloaded()
}

fn not_served() -> Fault {
    Fault::request(vec![codes::error(codes::BAD_REQUEST, "Subscriptions aren't served here.")])
}
