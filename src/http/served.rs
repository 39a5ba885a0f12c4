//! What the front serves: a schema that executes for whom a credential proves to be.
//!
//! The application is one; the front's own tests serve a toy schema with the shapes that are hard to answer right.

use std::time::Instant;

use async_graphql::{Request, Response, ServerError};
use axum::http::HeaderMap;
use futures_util::future::BoxFuture;

use super::auth;
use super::measure::Measure;
use super::scheduled;
use crate::app::App;
use crate::graphql::reader::{Reader, Session};

/// Something the front can serve.
pub trait Served: Send + Sync + 'static {
    /// The schema in the schema definition language.
    fn sdl(&self) -> String;
    /// The origins that browsers may call from, beside the server's own.
    fn allow_origins(&self) -> Vec<String>;
    /// The session of the credential in the headers, else an error with its code.
    fn authenticate<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, Result<Session, ServerError>>;
    /// The session of a token, else an error with its code.
    fn session<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Session, ServerError>>;
    /// Executes without a session; only ever asked to refuse what doesn't validate.
    fn validate(&self, request: Request) -> BoxFuture<'static, Response>;
    /// Executes for a session.
    fn execute(&self, request: Request, session: Session) -> BoxFuture<'static, Response>;
    /// Whether requests can be served, else why not.
    fn readiness(&self) -> BoxFuture<'_, Result<(), String>>;
    /// SQL statements sent since the start.
    fn sql_statements(&self) -> u64;
    /// What else there is to measure.
    fn measures(&self) -> Vec<Measure>;
}

impl Served for App {
    fn sdl(&self) -> String {
        self.schema.sdl()
    }

    fn allow_origins(&self) -> Vec<String> {
        self.allow_origin.to_vec()
    }

    fn authenticate<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, Result<Session, ServerError>> {
        Box::pin(auth::authenticate(self, headers))
    }

    fn session<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Session, ServerError>> {
        Box::pin(auth::session(self, token))
    }

    fn validate(&self, request: Request) -> BoxFuture<'static, Response> {
        let schema = self.schema.clone();
        Box::pin(async move { schema.execute(request).await })
    }

    fn execute(&self, request: Request, session: Session) -> BoxFuture<'static, Response> {
        let reader = Reader::new(self.service.clone(), session);
        let (schema, batches) = (self.schema.clone(), reader.batches());
        Box::pin(async move { batches.drive(schema.execute(request.data(reader))).await })
    }

    fn readiness(&self) -> BoxFuture<'_, Result<(), String>> {
        Box::pin(async {
            self.service.store.ping().await.map_err(|_| "the database doesn't answer".to_owned())?;
            match self.service.pulse.read(self.service.clock.now(), Instant::now()).stuck {
                true => Err("the scheduler hasn't got through anything for a minute".to_owned()),
                false => Ok(()),
            }
        })
    }

    fn sql_statements(&self) -> u64 {
        self.service.store.statements()
    }

    fn measures(&self) -> Vec<Measure> {
        scheduled::measures(self)
    }
}
