//! Runs that a fault of ours keeps failing.

use entity::ids::{EventId, WorkflowId};

/// How often a run is tried before it is given up.
const TRIES: u32 = 5;

/// The run that failed last, and how often in a row.
#[derive(Default)]
pub(super) struct Faults {
    last: Option<(WorkflowId, EventId)>,
    times: u32,
}

impl Faults {
    /// A run failed; tells whether it is to be given up.
    pub fn one_more(&mut self, workflow: WorkflowId, entry: EventId) -> bool {
        let run = Some((workflow, entry));
        self.times = if self.last == run { self.times + 1 } else { 1 };
        self.last = run;
        self.times >= TRIES
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn a_run_is_given_up_when_it_alone_failed_five_times_in_a_row() {
        let (workflow, other) = (WorkflowId::new(DateTime::UNIX_EPOCH), WorkflowId::new(DateTime::UNIX_EPOCH));
        let entry = EventId::new(DateTime::UNIX_EPOCH);
        let mut faults = Faults::default();
        let tries = |faults: &mut Faults, of, times| (0..times).map(|_| faults.one_more(of, entry)).collect::<Vec<_>>();
        assert_eq!(tries(&mut faults, workflow, 4), [false; 4]);
        assert_eq!(tries(&mut faults, other, 1), [false]);
        assert_eq!(tries(&mut faults, workflow, 5), [false, false, false, false, true]);
    }
}
