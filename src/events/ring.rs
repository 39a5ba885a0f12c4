//! The newest rows of the log, kept in memory, bounded. Knows nothing of databases or subscribers.

use std::collections::VecDeque;
use std::sync::Arc;

/// Rows kept at most; who is further behind reads the table.
pub const ROOM: usize = 2_048;

/// The newest rows, without a gap.
#[derive(Debug)]
pub struct Ring<T> {
    /// The row before the first that is kept.
    start: i64,
    rows: VecDeque<Arc<T>>,
    room: usize,
}

impl<T> Ring<T> {
    /// Nothing yet after this row.
    #[must_use]
    pub fn from(start: i64, room: usize) -> Self {
        Self { start, rows: VecDeque::new(), room }
    }

    /// The row before the first that is kept.
    #[must_use]
    pub fn start(&self) -> i64 {
        self.start
    }

    /// The newest row.
    #[must_use]
    pub fn end(&self) -> i64 {
        self.start.saturating_add(i64::try_from(self.rows.len()).unwrap_or(i64::MAX))
    }

    /// Adds the row after the newest. The oldest makes room.
    pub fn push(&mut self, row: Arc<T>) {
        self.rows.push_back(row);
        while self.rows.len() > self.room {
            self.rows.pop_front();
            self.start += 1;
        }
    }

    /// Some rows after this one, oldest first; none of a row whose next is no longer kept, nothing of the newest and those to come.
    #[must_use]
    pub fn after(&self, seq: i64, most: usize) -> Option<Vec<Arc<T>>> {
        let skip = seq.checked_sub(self.start).filter(|skip| *skip >= 0)?;
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        Some(self.rows.iter().skip(skip).take(most).cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_gives_what_follows_or_says_that_it_is_too_old() {
        let mut ring = Ring::from(10, 3);
        assert_eq!((ring.after(10, 9), ring.after(12, 9)), (Some(vec![]), Some(vec![])));
        for row in 11..=15 {
            ring.push(Arc::new(row));
        }
        assert_eq!((ring.start(), ring.end()), (12, 15));
        let after = |seq| ring.after(seq, 2).map(|rows| rows.iter().map(|row| **row).collect::<Vec<i64>>());
        assert_eq!(after(11), None, "12 is gone");
        assert_eq!(after(12), Some(vec![13, 14]));
        assert_eq!(after(14), Some(vec![15]));
        assert_eq!(after(15), Some(vec![]));
        assert_eq!(after(99), Some(vec![]), "read with a newer head");
        assert_eq!(after(i64::MIN), None);
    }
}
