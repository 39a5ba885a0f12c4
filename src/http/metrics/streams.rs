//! The counters of live streams.

use std::sync::atomic::AtomicU64;

use super::{Page, add, read};
use crate::http::codes;

/// The codes with which streams end; whatever else is counted as the last.
const CODES: [&str; 9] = [
    codes::SLOW_CONSUMER,
    codes::SHUTTING_DOWN,
    codes::ACCESS_CHANGED,
    codes::NOT_FOUND,
    codes::EPOCH_CHANGED,
    codes::UNAUTHENTICATED,
    codes::OVERLOADED,
    "FORBIDDEN",
    codes::INTERNAL,
];

/// The counters of all streams of one server, whatever carries them.
#[derive(Default)]
pub struct Streams {
    opened: AtomicU64,
    closed: AtomicU64,
    executed: AtomicU64,
    delivered: AtomicU64,
    ended: [AtomicU64; CODES.len()],
}

impl Streams {
    /// Counts a stream from its opening on.
    pub fn opened(&self) {
        add(&self.opened, 1);
    }

    /// Counts that a stream is gone, ended or given up by its client.
    pub fn closed(&self) {
        add(&self.closed, 1);
    }

    /// Counts executions, each for all subscriptions that read the same.
    pub fn executed(&self, results: usize) {
        add(&self.executed, results as u64);
    }

    /// Counts a result that one subscription is sent.
    pub fn delivered(&self) {
        add(&self.delivered, 1);
    }

    /// Counts an end that the client didn't ask for.
    pub fn ended(&self, code: Option<&str>) {
        let place = CODES.iter().position(|known| Some(*known) == code);
        add(&self.ended[place.unwrap_or(CODES.len() - 1)], 1);
    }

    pub(super) fn render(&self, page: &mut Page) {
        page.head("switchboard_streams_open", "gauge", "Subscriptions under way.");
        page.row("switchboard_streams_open", "", read(&self.opened).saturating_sub(read(&self.closed)));
        let name = "switchboard_stream_results_total";
        page.head(name, "counter", "Results that subscriptions were sent, each counted for each subscription.");
        page.row(name, "", read(&self.delivered));
        let name = "switchboard_stream_executions_total";
        page.head(name, "counter", "Executions of subscriptions' operations, each for all that read the same.");
        page.row(name, "", read(&self.executed));
        let name = "switchboard_streams_ended_total";
        page.head(name, "counter", "Subscriptions that ended otherwise than by their client, by the error's code.");
        for (code, count) in CODES.iter().zip(&self.ended) {
            page.row(name, &format!("code=\"{code}\""), read(count));
        }
    }
}
