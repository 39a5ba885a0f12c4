//! The server's own counters and their Prometheus text. All atomics of fixed number: labels come from closed sets, never
//! from what a client sends, so memory and the page are bounded.

mod sockets;
mod streams;

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

pub use self::sockets::SocketEnd;
use self::sockets::Sockets;
use self::streams::Streams;
use super::guard::Limit;
use super::measure::Measure;

/// What a request turned out to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Operation {
    /// No operation was reached: pages, faults of the transport, refused documents.
    #[default]
    None,
    /// A query.
    Query,
    /// A mutation.
    Mutation,
    /// A subscription.
    Subscription,
}

impl Operation {
    const ALL: [Self; 4] = [Self::None, Self::Query, Self::Mutation, Self::Subscription];

    /// The word in metrics and logs.
    pub fn label(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Query => "query",
            Self::Mutation => "mutation",
            Self::Subscription => "subscription",
        }
    }
}

/// Statuses with a row of their own; others share the last.
const STATUSES: [u16; 16] = [101, 200, 303, 304, 400, 401, 403, 404, 405, 406, 408, 413, 415, 429, 500, 503];
/// Upper bounds of the duration's buckets, in microseconds.
const BOUNDS: [u64; 12] =
    [500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 2_500_000, 10_000_000];
const OPERATIONS: usize = Operation::ALL.len();

/// The counters of one server.
#[derive(Default)]
pub struct Metrics {
    requests: [[AtomicU64; STATUSES.len() + 1]; OPERATIONS],
    buckets: [[AtomicU64; BOUNDS.len() + 1]; OPERATIONS],
    microseconds: [AtomicU64; OPERATIONS],
    refusals: [AtomicU64; Limit::ALL.len()],
    points: AtomicU64,
    sockets: Sockets,
    streams: Streams,
}

impl Metrics {
    /// Counts an answered request.
    pub fn answered(&self, operation: Operation, status: u16, took: Duration) {
        let row = operation as usize;
        let column = STATUSES.iter().position(|s| *s == status);
        add(&self.requests[row][column.unwrap_or(STATUSES.len())], 1);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS.iter().position(|bound| micros <= *bound);
        add(&self.buckets[row][bucket.unwrap_or(BOUNDS.len())], 1);
        add(&self.microseconds[row], micros);
    }

    /// Counts a document the guard refused.
    pub fn refused(&self, limit: Limit) {
        add(&self.refusals[limit as usize], 1);
    }

    /// Counts the cost of an operation that is executed.
    pub fn spent(&self, points: u64) {
        add(&self.points, points);
    }

    /// The counters of WebSockets.
    pub(super) fn sockets(&self) -> &Sockets {
        &self.sockets
    }

    /// The counters of live streams.
    pub(super) fn streams(&self) -> &Streams {
        &self.streams
    }

    /// The page, with what others count.
    pub fn render(&self, in_flight: usize, sql_statements: u64, measures: &[Measure]) -> String {
        let mut page = Page(String::with_capacity(8 * 1024));
        self.render_requests(&mut page);
        self.render_durations(&mut page);
        page.head("switchboard_guard_refusals_total", "counter", "Documents the guard refused, by limit.");
        for limit in Limit::ALL {
            let labels = format!("limit=\"{}\"", limit.label());
            let count = read(&self.refusals[limit as usize]);
            page.row("switchboard_guard_refusals_total", &labels, count);
        }
        page.head("switchboard_cost_points_total", "counter", "Cost points of executed operations.");
        page.row("switchboard_cost_points_total", "", read(&self.points));
        page.head("switchboard_sql_statements_total", "counter", "SQL statements sent to the database.");
        page.row("switchboard_sql_statements_total", "", sql_statements);
        page.head("switchboard_requests_in_flight", "gauge", "GraphQL requests being executed.");
        page.row("switchboard_requests_in_flight", "", in_flight as u64);
        self.sockets.render(&mut page);
        self.streams.render(&mut page);
        for measure in measures {
            page.head(measure.name, measure.kind.label(), measure.help);
            for (labels, value) in &measure.rows {
                page.row(measure.name, labels, value);
            }
        }
        page.0
    }

    fn render_requests(&self, page: &mut Page) {
        let name = "switchboard_http_requests_total";
        page.head(name, "counter", "Answered HTTP requests, by operation type and status.");
        for operation in Operation::ALL {
            for (column, count) in self.requests[operation as usize].iter().enumerate() {
                let count = read(count);
                if count > 0 {
                    let status = STATUSES.get(column).map_or("other".to_owned(), u16::to_string);
                    let operation = operation.label();
                    let labels = format!("operation=\"{operation}\",status=\"{status}\"");
                    page.row(name, &labels, count);
                }
            }
        }
    }

    fn render_durations(&self, page: &mut Page) {
        let name = "switchboard_http_request_duration_seconds";
        page.head(name, "histogram", "Time from a request's headers to its answer, by operation type.");
        for operation in Operation::ALL {
            let (row, label) = (operation as usize, operation.label());
            let mut sum = 0;
            for (column, count) in self.buckets[row].iter().enumerate() {
                sum += read(count);
                let bound = BOUNDS.get(column).map_or("+Inf".to_owned(), |b| seconds(*b));
                let labels = format!("operation=\"{label}\",le=\"{bound}\"");
                page.row(&format!("{name}_bucket"), &labels, sum);
            }
            let labels = format!("operation=\"{label}\"");
            let total = seconds(read(&self.microseconds[row]));
            page.row(&format!("{name}_sum"), &labels, total);
            page.row(&format!("{name}_count"), &labels, sum);
        }
    }
}

struct Page(String);

impl Page {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a String can't fail.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn row(&mut self, name: &str, labels: &str, value: impl std::fmt::Display) {
        let _ = match labels {
            "" => writeln!(self.0, "{name} {value}"),
            labels => writeln!(self.0, "{name}{{{labels}}} {value}"),
        };
    }
}

fn seconds(micros: u64) -> String {
    (micros as f64 / 1_000_000.0).to_string()
}

fn add(counter: &AtomicU64, by: u64) {
    counter.fetch_add(by, Ordering::Relaxed);
}

fn read(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_and_durations_are_rendered() {
        let metrics = Metrics::default();
        metrics.answered(Operation::Query, 200, Duration::from_millis(3));
        metrics.answered(Operation::Query, 200, Duration::from_secs(60));
        metrics.answered(Operation::None, 418, Duration::ZERO);
        metrics.refused(Limit::Cost);
        let measures = [Measure::gauge("switchboard_lag_seconds", "A lag.", 0.25)];
        let page = metrics.render(2, 7, &measures);
        for line in [
            "switchboard_http_requests_total{operation=\"query\",status=\"200\"} 2",
            "switchboard_http_requests_total{operation=\"none\",status=\"other\"} 1",
            "switchboard_http_request_duration_seconds_bucket{operation=\"query\",le=\"0.0025\"} 0",
            "switchboard_http_request_duration_seconds_bucket{operation=\"query\",le=\"0.005\"} 1",
            "switchboard_http_request_duration_seconds_bucket{operation=\"query\",le=\"+Inf\"} 2",
            "switchboard_http_request_duration_seconds_sum{operation=\"query\"} 60.003",
            "switchboard_http_request_duration_seconds_count{operation=\"query\"} 2",
            "switchboard_guard_refusals_total{limit=\"cost\"} 1",
            "switchboard_sql_statements_total 7",
            "switchboard_requests_in_flight 2",
            "# TYPE switchboard_lag_seconds gauge",
            "switchboard_lag_seconds 0.25",
        ] {
            assert!(page.lines().any(|l| l == line), "{line} in\n{page}");
        }
    }
}
