//! What the scheduler and the tail of the log measure, spelled for the metrics page.

use std::time::{Duration, Instant};

use super::measure::{Kind, Measure};
use crate::app::App;

/// Its numbers now.
pub(super) fn measures(app: &App) -> Vec<Measure> {
    let read = app.service.pulse.read(app.service.clock.now(), Instant::now());
    let still = [
        ("loop=\"timers\"", read.timers_still),
        ("loop=\"sweeps\"", read.sweeps_still),
        ("loop=\"workflows\"", read.workflows_still),
    ];
    let still = still.into_iter().filter_map(|(labels, still)| Some((labels, seconds(still?))));
    let fired = vec![("kind=\"wake\"", read.woken), ("kind=\"auto_close\"", read.auto_closed)];
    let runs = vec![("outcome=\"done\"", read.workflow_runs), ("outcome=\"refused\"", read.workflow_runs_refused)];
    let jumps = vec![("direction=\"forward\"", read.jumps_forward), ("direction=\"back\"", read.jumps_back)];
    vec![
        Measure::gauge(
            "switchboard_timer_lag_seconds",
            "For how long the oldest timer that isn't put off has been due.",
            seconds(read.lag),
        ),
        Measure::gauge(
            "switchboard_timers_parked",
            "Timers that failed too often to be tried again before the next start.",
            read.timers_parked as f64,
        ),
        Measure::counters("switchboard_timers_fired_total", "Timers that did what they were due for, by kind.", fired),
        Measure::counter("switchboard_timer_failures_total", "Tries of a timer that failed.", read.timer_failures),
        Measure {
            name: "switchboard_scheduler_last_pass_seconds",
            kind: Kind::Gauge,
            help: "How long ago each of the scheduler's loops last got through something.",
            rows: still.collect(),
        },
        Measure::gauge(
            "switchboard_sweeps_unfinished",
            "Sweeps that were unfinished at the last look.",
            read.sweeps_unfinished as f64,
        ),
        Measure::counter("switchboard_sweep_failures_total", "Tries of a sweep that failed.", read.sweep_failures),
        Measure::counters("switchboard_clock_jumps_total", "Jumps of the wall clock, by direction.", jumps),
        Measure::gauge(
            "switchboard_auto_close_paused",
            "1 while nothing is closed by the clock, because it jumped forward.",
            f64::from(u8::from(read.auto_close_paused)),
        ),
        Measure::counters(
            "switchboard_workflow_runs_total",
            "Runs of workflows, by whether an action was refused.",
            runs,
        ),
        Measure::counter(
            "switchboard_workflow_failures_total",
            "Tries to run workflows that failed, and runs that were stepped over.",
            read.workflow_failures,
        ),
        Measure::gauge(
            "switchboard_workflows_unreadable",
            "Workflows in force that this version can't read, and so doesn't run.",
            read.workflows_unreadable as f64,
        ),
        Measure::gauge(
            "switchboard_workflow_lag_rows",
            "Rows of the log that were still to be gone through for workflows at the last look.",
            read.workflow_lag as f64,
        ),
        Measure::gauge(
            "switchboard_log_missing_row",
            "The row of the log that is missing, which live streams wait for; 0 while none is.",
            app.tail.hole().unwrap_or_default() as f64,
        ),
    ]
}

fn seconds(span: Duration) -> f64 {
    span.as_secs_f64()
}
