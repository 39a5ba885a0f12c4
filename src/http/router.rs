//! The paths of the server. Adding one happens here; what it does lives in its own module.

use axum::Router;
use axum::routing::{any, get};

use super::front::Front;
use super::pages::Pages;
use super::{access, explorer, graphql_http, health, inbox, origin};

/// The router of the whole server, ready to be served.
pub fn router(front: Front, pages: Pages) -> Router {
    let cors = origin::cors(&front);
    Router::new()
        // Every method: the handler answers the wrong ones as GraphQL errors.
        .route("/graphql", any(graphql_http::handle).layer(cors))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
        .merge(explorer::routes::<Front>(pages.explorer))
        .merge(inbox::routes::<Front>(pages.inbox))
        .layer(axum::middleware::from_fn_with_state(front.clone(), access::record))
        .with_state(front)
}
