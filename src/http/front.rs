//! What all requests of one server share: the application, the schema's index, the document cache, budgets, metrics,
//! and whether the server is leaving. Cheap to clone; it holds no state of a single request.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::budget::Budgets;
use super::document::DocumentCache;
use super::load::Load;
use super::metrics::Metrics;
use super::origin::Origins;
use super::schema_index::SchemaIndex;
use super::served::Served;
use super::stream::{Groups, Shares};

/// The front's own limits; the guard's are constants.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections open at the same time, WebSockets among them; more wait to be accepted.
    pub connections: usize,
    /// How long a client may take for a request's headers; an idle connection is closed after it too.
    pub header_time: Duration,
    /// Bytes of a request's body.
    pub body_bytes: usize,
    /// How long a client may take to send its body.
    pub body_time: Duration,
    /// How long a client may take none of what is written to it before its connection is cut.
    pub write_time: Duration,
    /// Requests executed at the same time; more are `OVERLOADED`.
    pub in_flight: usize,
    /// Cost points a token may spend in a minute; more is `RATE_LIMITED`.
    pub points_per_minute: u64,
    /// How long a live stream whose queue is full may take to make room; longer is `SLOW_CONSUMER`.
    pub slow_after: Duration,
    /// The timings of WebSockets.
    pub sockets: SocketTimes,
}

/// How long WebSockets wait for their clients.
#[derive(Clone, Copy, Debug)]
pub struct SocketTimes {
    /// How long a client may take for `connection_init`.
    pub init: Duration,
    /// The time between two pings; who is silent for two of them is taken for gone with the next.
    pub ping: Duration,
    /// How long a client may take to answer that the socket is closed.
    pub close: Duration,
}

impl Default for SocketTimes {
    fn default() -> Self {
        Self { init: Duration::from_secs(10), ping: Duration::from_secs(15), close: Duration::from_secs(2) }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 16_384,
            header_time: Duration::from_secs(10),
            body_bytes: 256 * 1024,
            body_time: Duration::from_secs(30),
            write_time: Duration::from_secs(10),
            in_flight: 1_024,
            points_per_minute: 10_000_000,
            slow_after: Duration::from_secs(2),
            sockets: SocketTimes::default(),
        }
    }
}

/// The front of one server. Clones share everything.
#[derive(Clone)]
pub struct Front(Arc<Shared>);

struct Shared {
    served: Arc<dyn Served>,
    limits: Limits,
    index: Arc<SchemaIndex>,
    documents: DocumentCache,
    budgets: Budgets,
    metrics: Metrics,
    origins: Origins,
    load: Load,
    writes: TaskTracker,
    sockets: TaskTracker,
    streams_end: CancellationToken,
    leaving: AtomicBool,
    groups: Groups,
    shares: Shares,
}

impl Front {
    /// Reads the schema's index and the allowed origins. Fails, in words for the operator, when the exported SDL can't
    /// be read.
    pub fn new(served: impl Served) -> Result<Self, String> {
        Self::with_limits(served, Limits::default())
    }

    /// The same with other limits.
    pub fn with_limits(served: impl Served, limits: Limits) -> Result<Self, String> {
        let index = served.index()?;
        let origins = Origins::new(served.allow_origins());
        Ok(Self(Arc::new(Shared {
            served: Arc::new(served),
            limits,
            index,
            documents: DocumentCache::default(),
            budgets: Budgets::new(limits.points_per_minute),
            metrics: Metrics::default(),
            origins,
            load: Load::default(),
            writes: TaskTracker::new(),
            sockets: TaskTracker::new(),
            streams_end: CancellationToken::new(),
            leaving: AtomicBool::new(false),
            groups: Groups::default(),
            shares: Shares::default(),
        })))
    }

    /// What is served.
    pub fn served(&self) -> &Arc<dyn Served> {
        &self.0.served
    }

    /// The front's limits.
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// The schema's index.
    pub fn index(&self) -> &SchemaIndex {
        &self.0.index
    }

    /// The documents seen before.
    pub fn documents(&self) -> &DocumentCache {
        &self.0.documents
    }

    /// The tokens' budgets.
    pub(super) fn budgets(&self) -> &Budgets {
        &self.0.budgets
    }

    /// The server's counters.
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// Who may call from a browser.
    pub fn origins(&self) -> &Origins {
        &self.0.origins
    }

    /// The requests in flight.
    pub(super) fn load(&self) -> &Load {
        &self.0.load
    }

    /// The mutations under way, also those whose client has left.
    pub fn writes(&self) -> &TaskTracker {
        &self.0.writes
    }

    /// The WebSockets under way.
    pub fn sockets(&self) -> &TaskTracker {
        &self.0.sockets
    }

    /// Cancelled when the server takes no more connections: from then on every stream ends.
    pub fn streams_end(&self) -> &CancellationToken {
        &self.0.streams_end
    }

    /// Subscriptions that read the same, together.
    pub(super) fn groups(&self) -> &Groups {
        &self.0.groups
    }

    /// What was lately delivered.
    pub(super) fn shares(&self) -> &Shares {
        &self.0.shares
    }

    /// Turns readiness off; requests are still answered.
    pub fn leave(&self) {
        self.0.leaving.store(true, Ordering::Relaxed);
    }

    /// Whether the server is shutting down.
    pub fn is_leaving(&self) -> bool {
        self.0.leaving.load(Ordering::Relaxed)
    }
}
