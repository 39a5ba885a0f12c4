//! The pull feed: what happened to conversations since a cursor, in the log's order.
//!
//! A filter judges the conversation as of the entry, by the facets the row keeps, so that pulling twice gives the same.

use entity::enums::EventKind;
use entity::event::Model;

use super::Store;
use super::events::Stretch;
use crate::domain::permission::ChannelAccess;
use crate::error::Result;

/// Rows looked at per statement while filtering.
const CHUNK: u64 = 500;
/// Rows looked at per page at most; a page that found nothing up to there says where to go on.
const MOST: usize = 5_000;

/// What to pull.
#[derive(Clone, Debug)]
pub struct Pull {
    /// Rows after this one.
    pub after: i64,
    /// The head, read before.
    pub head: i64,
    /// Only these kinds.
    pub kinds: Vec<EventKind>,
    /// How many rows at most.
    pub first: usize,
}

/// A page of the feed.
#[derive(Clone, Debug)]
pub struct Pulled {
    /// The rows.
    pub rows: Vec<Model>,
    /// Where to go on.
    pub end: i64,
    /// Whether more may follow up to the head.
    pub has_more: bool,
}

impl Store {
    /// Pulls one page of what the judge lets through.
    ///
    /// # Errors
    /// The database's.
    pub async fn pull(
        &self,
        access: &ChannelAccess,
        pull: &Pull,
        judge: Option<&(dyn Fn(&Model) -> bool + Send + Sync)>,
    ) -> Result<Pulled> {
        let mut found = Pulled { rows: Vec::new(), end: pull.after, has_more: true };
        let mut looked_at = 0;
        while found.rows.len() < pull.first && looked_at < MOST {
            let limit = if judge.is_some() { CHUNK } else { pull.first as u64 + 1 };
            let stretch = Stretch { after: found.end, until: pull.head, kinds: pull.kinds.clone(), limit };
            let rows = self.stretch(access, &stretch).await?;
            looked_at += rows.len();
            let whole = (rows.len() as u64) < limit;
            let taken = take(&mut found, rows, pull.first, judge);
            if whole && taken {
                found.end = pull.head.max(pull.after);
                found.has_more = false;
                break;
            }
        }
        Ok(found)
    }
}

/// Takes rows until the page is full; tells whether all were taken.
fn take(
    found: &mut Pulled,
    rows: Vec<Model>,
    first: usize,
    judge: Option<&(dyn Fn(&Model) -> bool + Send + Sync)>,
) -> bool {
    for row in rows {
        let passes = judge.is_none_or(|judge| judge(&row));
        if passes && found.rows.len() == first {
            return false;
        }
        found.end = row.seq;
        if passes {
            found.rows.push(row);
        }
    }
    true
}
