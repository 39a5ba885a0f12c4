//! What was measured, as a table.

use std::fmt;
use std::time::Duration;

use switchboard::store::Backend;

/// p50, p99 and the longest of some mutations.
type Latency = [Duration; 3];

/// One round.
pub struct Round {
    all_woken: Duration,
    per_second: f64,
    before: Latency,
    meanwhile: Latency,
}

impl Round {
    pub fn new(snoozes: usize, all_woken: Duration, before: Vec<Duration>, meanwhile: Vec<Duration>) -> Self {
        let per_second = f64::from(u32::try_from(snoozes).unwrap()) / all_woken.as_secs_f64();
        Self { all_woken, per_second, before: latency(before), meanwhile: latency(meanwhile) }
    }
}

fn latency(mut took: Vec<Duration>) -> Latency {
    took.sort_unstable();
    [50, 99, 100].map(|percent| took[(took.len() * percent / 100).min(took.len() - 1)])
}

impl fmt::Display for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [before, meanwhile] = [self.before, self.meanwhile].map(|latency| {
            let [p50, p99, max] = latency.map(|took| took.as_secs_f64() * 1_000.0);
            format!("{p50:.1} / {p99:.1} / {max:.1} ms")
        });
        let (all_woken, per_second) = (self.all_woken.as_secs_f64(), self.per_second);
        write!(f, "{all_woken:.1} s | {per_second:.0} | {before} | {meanwhile}")
    }
}

/// All rounds.
#[derive(Default)]
pub struct Report(Vec<(Backend, Round)>);

impl Report {
    pub fn add(&mut self, backend: Backend, round: Round) {
        self.0.push((backend, round));
    }

    fn median(&self, backend: Backend) -> Option<Round> {
        let rounds: Vec<&Round> = self.0.iter().filter(|(of, _)| *of == backend).map(|(_, round)| round).collect();
        let middle = |number: &dyn Fn(&Round) -> f64| {
            let mut numbers: Vec<f64> = rounds.iter().map(|round| number(round)).collect();
            numbers.sort_by(f64::total_cmp);
            numbers.get(numbers.len() / 2).copied()
        };
        let time = |number: &dyn Fn(&Round) -> Duration| {
            middle(&|round| number(round).as_secs_f64()).map(Duration::from_secs_f64)
        };
        let [mut before, mut meanwhile] = [[Duration::ZERO; 3]; 2];
        for at in 0..3 {
            before[at] = time(&|round| round.before[at])?;
            meanwhile[at] = time(&|round| round.meanwhile[at])?;
        }
        let per_second = middle(&|round| round.per_second)?;
        Some(Round { all_woken: time(&|round| round.all_woken)?, per_second, before, meanwhile })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| database | all woken after | a second | mutations before, p50 / p99 / max | meanwhile |")?;
        writeln!(f, "|---|---|---|---|---|")?;
        for backend in [Backend::Sqlite, Backend::Postgres] {
            if let Some(round) = self.median(backend) {
                writeln!(f, "| {backend:?} | {round} |")?;
            }
        }
        Ok(())
    }
}
