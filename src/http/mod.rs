//! The HTTP front: one path for GraphQL, the explorer, the inbox, health, readiness and metrics.
//! It authenticates, bounds, executes and answers. It has no rules of the product and reads no tables; whatever it
//! needs of the rest comes through `served` and `auth`.
//!
//! A request's way: `router` → `access` (id, log, metrics) → `graphql_http` (method, Accept, body, parameters) → `auth`
//! → `admit` (scan, parse, guard, validate, price) → `budget` → `mend` (the copy) → the executor → `mend` (the nulls,
//! the order) → the answer. A subscription goes from `admit` to `stream`, and `streamed` writes what comes as events or parts.

mod access;
mod admit;
pub mod auth;
mod budget;
pub mod codes;
pub mod document;
pub mod explorer;
mod fault;
mod front;
mod graphql_http;
mod graphql_multipart;
mod graphql_sse;
mod graphql_ws;
pub mod guard;
mod health;
mod impatient;
mod inbox;
mod load;
pub mod measure;
pub mod mend;
mod metrics;
mod origin;
mod pages;
mod params;
mod positions;
mod router;
mod scheduled;
pub mod schema_index;
mod selection;
mod serve;
pub mod served;
pub mod stream;
mod streamed;
#[cfg(test)]
mod tests;

pub use front::{Front, Limits, SocketTimes};
pub use metrics::Metrics;
pub use origin::Origins;
pub use pages::Pages;
pub use router::router;
pub use serve::serve;
pub use served::Served;
