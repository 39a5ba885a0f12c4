//! What was measured, as a table.

use std::fmt;
use std::time::Duration;

use switchboard::store::Backend;

/// One round.
pub struct Round {
    per_second: f64,
    /// How long after the last message all had run.
    behind: Option<Duration>,
}

impl Round {
    /// So many messages took so long; and from the first until all had run, where there were workflows.
    pub fn new(messages: usize, took: Duration, all_ran: Option<Duration>) -> Self {
        let per_second = f64::from(u32::try_from(messages).unwrap()) / took.as_secs_f64();
        Self { per_second, behind: all_ran.map(|all_ran| all_ran.saturating_sub(took)) }
    }
}

impl fmt::Display for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0} messages a second", self.per_second)?;
        self.behind.map_or(Ok(()), |behind| write!(f, ", all ran {behind:.0?} after the last"))
    }
}

/// All rounds.
#[derive(Default)]
pub struct Report(Vec<(Backend, bool, Round)>);

impl Report {
    pub fn add(&mut self, backend: Backend, with: bool, round: Round) {
        self.0.push((backend, with, round));
    }

    fn median(&self, backend: Backend, with: bool, number: impl Fn(&Round) -> f64) -> Option<f64> {
        let of_these = self.0.iter().filter(|(of, had, _)| *of == backend && *had == with);
        let mut numbers: Vec<f64> = of_these.map(|(_, _, round)| number(round)).collect();
        numbers.sort_by(f64::total_cmp);
        numbers.get(numbers.len() / 2).copied()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| database | messages a second without | with | of it | all ran after the last |")?;
        writeln!(f, "|---|---|---|---|---|")?;
        for backend in [Backend::Sqlite, Backend::Postgres] {
            let per_second = |with: bool| self.median(backend, with, |round| round.per_second);
            let behind = self.median(backend, true, |round| round.behind.unwrap_or_default().as_secs_f64() * 1_000.0);
            if let (Some(without), Some(with), Some(behind)) = (per_second(false), per_second(true), behind) {
                let of_it = with / without * 100.0;
                writeln!(f, "| {backend:?} | {without:.0} | {with:.0} | {of_it:.0} % | {behind:.0} ms |")?;
            }
        }
        Ok(())
    }
}
