//! `/graphql` over WebSocket: the protocol `graphql-transport-ws`, as the package `graphql-ws` specifies it, for subscriptions only.
//! This file is the handshake; a socket's life is below. Which entries are delivered is decided by `stream`.

mod closing;
mod frame;
mod message;
mod running;
mod socket;

use async_graphql::http::WebSocketProtocols;
use async_graphql_axum::GraphQLProtocol;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts as _, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, header};
use axum::response::Response;

use self::socket::Socket;
use super::access::RequestId;
use super::codes;
use super::fault::Fault;
use super::front::Front;
use super::serve::ConnectionPlace;

/// Bytes of the buffers of each socket.
const BUFFER: usize = 4 * 1024;
/// Bytes of a message of a client.
const MAX_MESSAGE: usize = 64 * 1024;

/// Whether this asks for a WebSocket.
pub fn is_upgrade(request: &Request) -> bool {
    let protocols = request.headers().get_all(header::UPGRADE).iter().filter_map(|value| value.to_str().ok());
    let mut protocols = protocols.flat_map(|value| value.split(','));
    request.method() == Method::GET && protocols.any(|name| name.trim().eq_ignore_ascii_case("websocket"))
}

/// Answers the handshake; from then on the socket lives on its own.
///
/// # Errors
/// 403 for an origin that may not call, 503 while the server leaves, and what is wrong with the handshake itself.
pub async fn upgrade(front: &Front, id: &RequestId, request: Request) -> Result<Response, Fault> {
    if !front.origins().allow(request.headers()) {
        return Err(Fault::from_error(codes::error("FORBIDDEN", "This origin may not call.")));
    }
    if front.streams_end().is_cancelled() {
        return Err(Fault::from_error(codes::error(codes::SHUTTING_DOWN, "The server is shutting down.")));
    }
    let (mut parts, _) = request.into_parts();
    let place = parts.extensions.remove::<ConnectionPlace>();
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &()).await;
    let upgrade = upgrade.map_err(|refusal| Fault::transport(refusal.status(), refusal.body_text()))?;
    let upgrade = upgrade.protocols([WebSocketProtocols::GraphQLWS.sec_websocket_protocol()]);
    let speaks = speaks(&mut parts).await;
    let upgrade = upgrade
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_message_size(MAX_MESSAGE)
        .max_frame_size(MAX_MESSAGE);
    let (front, id, under_way) = (front.clone(), id.clone(), front.sockets().token());
    Ok(upgrade.on_upgrade(move |socket| async move {
        let _held = (place, under_way);
        Socket::new(front, id, socket).serve(speaks).await;
    }))
}

/// Whether the client offers the protocol. The library's extractor looks at one header alone and likes the older protocol as well, so it
/// is shown all that is offered but that.
async fn speaks(parts: &mut Parts) -> bool {
    let older = WebSocketProtocols::SubscriptionsTransportWS.sec_websocket_protocol();
    let offers = parts.headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|value| value.to_str().ok());
    let offers: Vec<&str> =
        offers.flat_map(|value| value.split(',')).map(str::trim).filter(|name| *name != older).collect();
    let Ok(offers) = HeaderValue::from_str(&offers.join(", ")) else { return false };
    parts.headers.insert(header::SEC_WEBSOCKET_PROTOCOL, offers);
    GraphQLProtocol::from_request_parts(parts, &()).await.is_ok()
}
