//! `/graphql` over HTTP, as the GraphQL-over-HTTP specification wants it; one operation a request, no batching.
//! This file is the order of things; each step lives in a file below. Rules of the product are none of its business.

mod answer;
mod execute;
mod finish;
mod negotiate;
mod subscribe;

use std::time::Instant;

use async_graphql::Request as GraphqlRequest;
use async_graphql::parser::types::OperationType;
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::response::{IntoResponse, Redirect, Response};

use self::answer::Answer;
pub use self::finish::{finish, give_code, hide};
use self::negotiate::Accepted;
use super::access::{RequestId, Seen};
use super::fault::Fault;
use super::front::Front;
use super::metrics::Operation;
use super::{admit, graphql_ws, mend, params};

/// Answers every method on `/graphql`. A browser that asks for a page without a query is sent to the explorer.
pub async fn handle(State(front): State<Front>, Extension(id): Extension<RequestId>, request: Request) -> Response {
    if graphql_ws::is_upgrade(&request) {
        let refused = |fault| answer::respond(Accepted::ANYTHING, &id, Seen::default(), Err(fault));
        return graphql_ws::upgrade(&front, &id, request).await.unwrap_or_else(refused);
    }
    let headers = request.headers();
    if negotiate::is_page_visit(request.method(), headers, request.uri().query()) {
        return Redirect::to("/explorer").into_response();
    }
    let accepted = negotiate::accepted(headers);
    let mut seen = Seen::default();
    let result = match accepted {
        Some(accepted) => answer(&front, &id, request, accepted, &mut seen).await,
        None => Err(Fault::not_acceptable()),
    };
    answer::respond(accepted.unwrap_or(Accepted::ANYTHING), &id, seen, result)
}

async fn answer(
    front: &Front,
    id: &RequestId,
    request: Request,
    accepted: Accepted,
    seen: &mut Seen,
) -> Result<Answer, Fault> {
    let (parts, body) = request.into_parts();
    let params = params::read(front.limits(), &parts, body).await?;
    let place = front.load().enter(front.limits().in_flight);
    let place = place.ok_or_else(Fault::overloaded)?;
    let session = front.served().authenticate(&parts.headers).await.map_err(Fault::from_error)?;
    let document = admit::document(front, &params.query).await.map_err(Fault::request)?;
    let (name, operation) =
        document.operation(params.operation_name.as_deref()).map_err(|error| Fault::request(vec![error]))?;
    seen.operation = label(operation.ty);
    if operation.ty == OperationType::Subscription {
        // It takes a place of its own for as long as it is being opened; then it may run for days.
        drop(place);
        return subscribe::subscribe(front, id, &parts.headers, accepted, params, session).await;
    }
    check(&parts.method, operation.ty, accepted)?;
    seen.cost =
        admit::price(front, &document, operation, &params.variables).map_err(|error| Fault::request(vec![error]))?;
    spend(front, &session.viewer.token.to_string(), seen.cost)?;
    let call = mend::executable(&document, name, operation, params.variables);
    let order = mend::Order::of(&call.document, &call.variables);
    let mut request = GraphqlRequest::new(params.query).variables(call.variables);
    request.operation_name = name.map(ToString::to_string);
    request.set_parsed_query(call.document);
    let response = execute::execute(front, operation.ty, request, session, place).await?;
    finish(front, id, &document, operation, &order, response).map(|response| Answer::Result(Box::new(response)))
}

fn label(ty: OperationType) -> Operation {
    match ty {
        OperationType::Query => Operation::Query,
        OperationType::Mutation => Operation::Mutation,
        OperationType::Subscription => Operation::Subscription,
    }
}

/// Only queries over GET, and only for who takes an answer.
fn check(method: &Method, ty: OperationType, accepted: Accepted) -> Result<(), Fault> {
    if ty == OperationType::Mutation && method == Method::GET {
        return Err(Fault::method_not_allowed("POST", "Mutations are sent with POST."));
    }
    if accepted.takes_results() { Ok(()) } else { Err(Fault::not_acceptable()) }
}

fn spend(front: &Front, token: &str, cost: u64) -> Result<(), Fault> {
    front.budgets().spend(token, cost, Instant::now()).map_err(Fault::rate_limited)?;
    front.metrics().spent(cost);
    Ok(())
}
