//! `/graphql` over HTTP, as the GraphQL-over-HTTP specification wants it; one operation a request, no batching.
//! This file is the order of things; each step lives in a file below. Rules of the product are none of its business.

mod answer;
mod execute;

mod finish;
mod negotiate;

use std::time::Instant;

use async_graphql::Request as GraphqlRequest;
use async_graphql::parser::types::OperationType;
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::response::{IntoResponse, Redirect, Response};

pub(super) use self::finish::{finish, give_code, hide};
use self::negotiate::Media;
use super::access::{RequestId, Seen};
use super::fault::Fault;
use super::front::Front;
use super::metrics::Operation;
use super::{admit, codes, graphql_ws, mend, params};

/// Answers every method on `/graphql`. A browser that asks for a page without a query is sent to the explorer.
pub async fn handle(State(front): State<Front>, Extension(id): Extension<RequestId>, request: Request) -> Response {
    if graphql_ws::is_upgrade(&request) {
        let refused = |fault| answer::respond(Media::Json, &id, Seen::default(), Err(fault));
        return graphql_ws::upgrade(&front, &id, request).await.unwrap_or_else(refused);
    }
    let headers = request.headers();
    if negotiate::is_page_visit(request.method(), headers, request.uri().query()) {
        return Redirect::to("/explorer").into_response();
    }
    let media = negotiate::accepted(headers);
    let mut seen = Seen::default();
    let result = match media {
        Some(_) => answer(&front, &id, request, &mut seen).await,
        None => Err(Fault::not_acceptable()),
    };
    answer::respond(media.unwrap_or(Media::Json), &id, seen, result)
}

async fn answer(
    front: &Front,
    id: &RequestId,
    request: Request,
    seen: &mut Seen,
) -> Result<async_graphql::Response, Fault> {
    let (parts, body) = request.into_parts();
    let params = params::read(front.limits(), &parts, body).await?;
    let place = front.load().enter(front.limits().in_flight);
    let place = place.ok_or_else(Fault::overloaded)?;
    let session = front.served().authenticate(&parts.headers).await.map_err(Fault::from_error)?;
    let document = admit::document(front, &params.query).await.map_err(Fault::request)?;
    let (name, operation) =
        document.operation(params.operation_name.as_deref()).map_err(|error| Fault::request(vec![error]))?;
    seen.operation = label(operation.ty);
    check_method(&parts.method, operation.ty)?;
    seen.cost =
        admit::price(front, &document, operation, &params.variables).map_err(|error| Fault::request(vec![error]))?;
    spend(front, &session.viewer.token.to_string(), seen.cost)?;
    let call = mend::executable(&document, name, operation, params.variables);
    let mut request = GraphqlRequest::new(params.query).variables(call.variables);
    request.operation_name = name.map(ToString::to_string);
    request.set_parsed_query(call.document);
    let response = execute::execute(front, operation.ty, request, session, place).await?;
    finish(front, id, &document, operation, response)
}

fn label(ty: OperationType) -> Operation {
    match ty {
        OperationType::Query => Operation::Query,
        OperationType::Mutation => Operation::Mutation,
        OperationType::Subscription => Operation::Subscription,
    }
}

/// Only queries over GET, and no subscriptions on this transport.
fn check_method(method: &Method, ty: OperationType) -> Result<(), Fault> {
    match ty {
        OperationType::Mutation if method == Method::GET => {
            Err(Fault::method_not_allowed("POST", "Only queries can be sent with GET."))
        }
        OperationType::Subscription => Err(Fault::request(vec![codes::error(
            codes::BAD_REQUEST,
            "Subscriptions are served over WebSocket and server-sent events.",
        )])),
        _ => Ok(()),
    }
}

fn spend(front: &Front, token: &str, cost: u64) -> Result<(), Fault> {
    front.budgets().spend(token, cost, Instant::now()).map_err(Fault::rate_limited)?;
    front.metrics().spent(cost);
    Ok(())
}
