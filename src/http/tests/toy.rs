//! A toy schema with the shapes the front has to deal with. Any bearer token that starts with `swb_` is valid.
#![allow(clippy::expect_used, missing_docs)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_graphql::{
    EmptySubscription, Enum, Error, ErrorExtensions, InputObject, Interface, MaybeUndefined, Object, Request, Response,
    Result, ServerError, SimpleObject,
};
use axum::http::{HeaderMap, header};
use futures_util::future::BoxFuture;

use crate::domain::cursor::Cursor;
use crate::domain::permission::{ChannelAccess, Principal, Viewer};
use crate::events::tail::Tail;
use crate::graphql::reader::{Loads, Session};
use crate::graphql::subscription::stage::{self, Opening};
use crate::http::codes;
use crate::http::measure::Measure;
use crate::http::schema_index::SchemaIndex;
use crate::http::served::Served;

/// The schema.
pub type Schema = async_graphql::Schema<Query, Mutation, EmptySubscription>;

/// The toy schema.
pub fn schema() -> Schema {
    Schema::build(Query, Mutation, EmptySubscription).data(Counter(AtomicU64::new(0))).finish()
}

/// The toy behind the front.
pub struct Toy {
    schema: Schema,
    allow_origins: Vec<String>,
}

impl Toy {
    pub fn new(allow_origins: Vec<String>) -> Self {
        Self { schema: schema(), allow_origins }
    }
}

impl Served for Toy {
    fn index(&self) -> std::result::Result<Arc<SchemaIndex>, String> {
        SchemaIndex::from_sdl(&self.schema.sdl()).map(Arc::new)
    }

    fn allow_origins(&self) -> Vec<String> {
        self.allow_origins.clone()
    }

    fn authenticate<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, std::result::Result<Session, ServerError>> {
        let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        self.session(value.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default())
    }

    fn session<'a>(&'a self, token: &'a str) -> BoxFuture<'a, std::result::Result<Session, ServerError>> {
        let known = token.starts_with("swb_");
        let session =
            if known { Ok(somebody()) } else { Err(codes::error(codes::UNAUTHENTICATED, "A token is required.")) };
        Box::pin(async move { session })
    }

    fn validate(&self, request: Request) -> BoxFuture<'static, Response> {
        let schema = self.schema.clone();
        Box::pin(async move { schema.execute(request).await })
    }

    fn execute(&self, request: Request, _: Session) -> BoxFuture<'static, Response> {
        self.validate(request)
    }

    fn tail(&self) -> Option<&Tail> {
        None
    }

    fn open(&self, request: Request, _: Session, _: Opening) -> BoxFuture<'static, Response> {
        self.validate(request)
    }

    fn loads(&self, _: Session) -> Arc<Loads> {
        unreachable!("the toy delivers nothing")
    }

    fn deliver(
        &self,
        _: Vec<(Request, stage::Item)>,
        _: Session,
        _: Arc<Loads>,
    ) -> BoxFuture<'static, Vec<Option<Response>>> {
        Box::pin(async { Vec::new() })
    }

    fn readiness(&self) -> BoxFuture<'_, std::result::Result<(), String>> {
        Box::pin(async { Ok(()) })
    }

    fn sql_statements(&self) -> u64 {
        0
    }

    fn measures(&self) -> Vec<Measure> {
        Vec::new()
    }
}

fn somebody() -> Session {
    let at = chrono::DateTime::UNIX_EPOCH;
    let viewer = Viewer {
        principal: Principal::Integration { id: entity::ids::IntegrationId::new(at) },
        token: entity::ids::TokenId(uuid::Uuid::nil()),
        scopes: [].into_iter().collect(),
        channels: ChannelAccess::All,
        time_zone: "UTC".to_owned(),
    };
    Session { viewer, head: Cursor { epoch: 1, seq: 0 }, setup_seq: 0, expires_at: None }
}

struct Counter(AtomicU64);

/// A scope.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All.
    All,
    /// Mine.
    Mine,
}

/// A filter.
#[derive(InputObject)]
pub struct Filter {
    team: MaybeUndefined<String>,
    tags: Option<Vec<Option<String>>>,
    #[graphql(default = 7)]
    size: i32,
    inner: Option<Box<Filter>>,
}

/// A node.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "String"))]
pub enum Node {
    /// An item.
    Item(Item),
    /// A team.
    Team(Team),
}

/// A team.
#[derive(SimpleObject, Clone)]
pub struct Team {
    id: String,
    name: String,
}

/// An item that may fail.
#[derive(Clone)]
pub struct Item {
    n: i32,
    fails: bool,
}

#[Object]
impl Item {
    async fn id(&self) -> String {
        self.n.to_string()
    }
    async fn n(&self) -> i32 {
        self.n
    }
    async fn must(&self) -> Result<i32> {
        if self.fails { Err(failure()) } else { Ok(self.n) }
    }
    async fn may(&self) -> Result<Option<i32>> {
        if self.fails { Err(failure()) } else { Ok(Some(self.n)) }
    }
    async fn child(&self) -> Item {
        self.clone()
    }
    async fn maybe_child(&self) -> Option<Item> {
        Some(self.clone())
    }
    async fn items(&self, #[graphql(default = 25)] first: i32) -> Vec<Item> {
        vec![self.clone(); first.unsigned_abs() as usize]
    }
}

/// An edge.
#[derive(SimpleObject)]
pub struct Edge {
    cursor: String,
    node: Item,
}

/// A page of items.
#[derive(SimpleObject)]
pub struct ItemConnection {
    edges: Vec<Edge>,
    nodes: Vec<Item>,
    total_count: Option<i32>,
}

fn failure() -> Error {
    Error::new("refused").extend_with(|_, e| e.set("code", "FORBIDDEN"))
}

/// Reads.
pub struct Query;

#[Object]
impl Query {
    async fn hello(&self) -> &'static str {
        "world"
    }
    async fn item(&self, #[graphql(default)] fails: bool) -> Option<Item> {
        Some(Item { n: 1, fails })
    }
    async fn sure_item(&self, #[graphql(default)] fails: bool) -> Item {
        Item { n: 1, fails }
    }
    /// Three items; the second fails.
    async fn list(&self) -> Option<Vec<Item>> {
        Some((0..3).map(|n| Item { n, fails: n == 1 }).collect())
    }
    async fn open_list(&self) -> Vec<Option<Item>> {
        (0..3).map(|n| Some(Item { n, fails: n == 1 })).collect()
    }
    async fn bad_list(&self) -> Option<Vec<Result<Item>>> {
        Some(vec![Ok(Item { n: 0, fails: false }), Err(failure())])
    }
    async fn may_fail(&self) -> Result<Option<i32>> {
        Err(failure())
    }
    async fn must_fail(&self) -> Result<i32> {
        Err(failure())
    }
    async fn leak(&self) -> Result<i32> {
        Ok("not a number".parse::<i32>()?)
    }
    async fn panic(&self) -> i32 {
        std::hint::black_box(None).expect("on purpose")
    }
    async fn node(&self, team: bool) -> Option<Node> {
        Some(if team {
            Node::Team(Team { id: "t".into(), name: "Team".into() })
        } else {
            Node::Item(Item { n: 1, fails: true })
        })
    }
    async fn nodes(&self, ids: Vec<String>) -> Vec<Option<Node>> {
        ids.into_iter().map(|_| None).collect()
    }
    async fn inbox(
        &self,
        #[graphql(default_with = "Scope::All")] scope: Scope,
        filter: Option<Filter>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Option<ItemConnection> {
        let _ = (scope, filter);
        let n = first.or(last).unwrap_or(2).min(2);
        let items: Vec<Item> = (0..n).map(|n| Item { n, fails: false }).collect();
        Some(ItemConnection {
            edges: items.iter().map(|i| Edge { cursor: i.n.to_string(), node: i.clone() }).collect(),
            nodes: items,
            total_count: Some(n),
        })
    }
    /// Says what arrived.
    async fn echo(
        &self,
        team: MaybeUndefined<String>,
        #[graphql(default_with = "Scope::All")] scope: Scope,
        filter: Option<Filter>,
        words: Option<Vec<String>>,
    ) -> String {
        let scope = if scope == Scope::All { "all" } else { "mine" };
        format!(
            "team={} scope={scope} filter={} words={words:?}",
            said(&team),
            filter.as_ref().map_or("none".into(), said_filter)
        )
    }
    async fn count(&self, ctx: &async_graphql::Context<'_>) -> u64 {
        ctx.data_unchecked::<Counter>().0.load(Ordering::SeqCst)
    }
    async fn slow(&self, millis: u64) -> u64 {
        tokio::time::sleep(Duration::from_millis(millis)).await;
        millis
    }
}

fn said(value: &MaybeUndefined<String>) -> String {
    match value {
        MaybeUndefined::Undefined => "omitted".into(),
        MaybeUndefined::Null => "null".into(),
        MaybeUndefined::Value(value) => value.clone(),
    }
}

fn said_filter(filter: &Filter) -> String {
    let inner = filter.inner.as_ref().map_or("none".into(), |inner| said_filter(inner));
    format!("(team={} tags={:?} size={} inner={inner})", said(&filter.team), filter.tags, filter.size)
}

/// Writes.
pub struct Mutation;

#[Object]
impl Mutation {
    async fn bump(&self, ctx: &async_graphql::Context<'_>, millis: u64) -> u64 {
        tokio::time::sleep(Duration::from_millis(millis)).await;
        ctx.data_unchecked::<Counter>().0.fetch_add(1, Ordering::SeqCst) + 1
    }
    async fn panic(&self) -> i32 {
        std::hint::black_box(None).expect("on purpose")
    }
    async fn refuse(&self) -> Result<Option<i32>> {
        Err(failure())
    }
}
