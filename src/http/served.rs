//! What the front serves: a schema that executes for whom a credential proves to be.
//!
//! The application is one; the front's own tests serve a toy schema with the shapes that are hard to answer right.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use async_graphql::{Request, Response, ServerError};
use axum::http::HeaderMap;
use futures_util::StreamExt as _;
use futures_util::future::{BoxFuture, join_all};

use super::auth;
use super::measure::Measure;
use super::scheduled;
use super::schema_index::SchemaIndex;
use crate::app::App;
use crate::events::tail::Tail;
use crate::graphql::reader::{Loads, Reader, Session};
use crate::graphql::subscription::stage::{Item, Opening, Stage};

/// Something the front can serve.
pub trait Served: Send + Sync + 'static {
    /// What the front needs to know of the schema, or in words for the operator why it can't be read.
    fn index(&self) -> Result<Arc<SchemaIndex>, String>;
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
    /// What is committed, for live streams; none where nothing can be followed.
    fn tail(&self) -> Option<&Tail>;
    /// Executes a subscription for a session, to learn what to follow and from where: that is left in the opening.
    fn open(&self, request: Request, session: Session, opening: Opening) -> BoxFuture<'static, Response>;
    /// Where deliveries to those who see the same as this session share what they load.
    fn loads(&self, session: Session) -> Arc<Loads>;
    /// Executes a subscription for things to deliver, all with the same loads; none in the place of what no longer exists for the viewer.
    fn deliver(
        &self,
        calls: Vec<(Request, Item)>,
        session: Session,
        loads: Arc<Loads>,
    ) -> BoxFuture<'static, Vec<Option<Response>>>;
    /// Whether requests can be served, else why not.
    fn readiness(&self) -> BoxFuture<'_, Result<(), String>>;
    /// SQL statements sent since the start.
    fn sql_statements(&self) -> u64;
    /// What else there is to measure.
    fn measures(&self) -> Vec<Measure>;
}

impl Served for App {
    fn index(&self) -> Result<Arc<SchemaIndex>, String> {
        // Every app of a process has the same schema.
        static INDEX: OnceLock<Result<Arc<SchemaIndex>, String>> = OnceLock::new();
        INDEX.get_or_init(|| SchemaIndex::from_sdl(&self.schema.sdl()).map(Arc::new)).clone()
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

    fn tail(&self) -> Option<&Tail> {
        Some(&self.tail)
    }

    fn open(&self, request: Request, session: Session, opening: Opening) -> BoxFuture<'static, Response> {
        let reader = Reader::new(self.service.clone(), session);
        let (schema, batches) = (self.schema.clone(), reader.batches());
        let request = request.data(reader).data(Stage::Open(opening));
        Box::pin(async move {
            let mut answers = schema.execute_stream(request);
            batches.drive(answers.next()).await.unwrap_or_default()
        })
    }

    fn loads(&self, session: Session) -> Arc<Loads> {
        Arc::new(Loads::new(self.service.clone(), session))
    }

    fn deliver(
        &self,
        calls: Vec<(Request, Item)>,
        session: Session,
        loads: Arc<Loads>,
    ) -> BoxFuture<'static, Vec<Option<Response>>> {
        let (schema, batches) = (self.schema.clone(), loads.batches());
        let calls: Vec<_> = calls
            .into_iter()
            .map(|(request, item)| {
                let reader = Reader::sharing(self.service.clone(), session.clone(), Arc::clone(&loads));
                let mut answers = schema.execute_stream(request.data(reader).data(Stage::Deliver(item)));
                async move { answers.next().await }
            })
            .collect();
        Box::pin(async move { batches.drive(join_all(calls)).await })
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
