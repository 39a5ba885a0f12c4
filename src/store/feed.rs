//! The pull feed: what happened to conversations since a cursor, in the log's order.
//!
//! A filter judges the conversation as of the entry, by the facets the row keeps, so that pulling twice gives the same.

use std::collections::HashMap;

use entity::channel;
use entity::enums::{ChannelKind, EventKind};
use entity::event::Model;
use entity::ids::ChannelId;
use sea_orm::EntityTrait;

use super::Store;
use super::events::Stretch;
use crate::domain::facets::Facets;
use crate::domain::filter::Filter;
use crate::domain::permission::Viewer;
use crate::error::Result;

/// Rows looked at per statement while filtering.
const CHUNK: u64 = 500;
/// Rows of the log that one statement walks at most.
const LENGTH: i64 = 20_000;
/// Statements per page at most; a page that found nothing up to there says where to go on.
const STRETCHES: usize = 10;

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
    /// Pulls one page of what the filter admits.
    ///
    /// # Errors
    /// The database's.
    pub async fn pull(&self, viewer: &Viewer, pull: &Pull, filter: Option<&Filter>) -> Result<Pulled> {
        let filter = filter.map(|filter| filter.within(viewer));
        let filter = filter.as_ref();
        let kinds = match filter {
            Some(filter) if filter.channel_kinds.is_some() => self.channel_kinds().await?,
            _ => HashMap::new(),
        };
        let mut found = Pulled { rows: Vec::new(), end: pull.after, has_more: true };
        for _ in 0..STRETCHES {
            // Bounded by rows of the log, not by rows found: who sees little of a long log moves on all the same.
            let until = pull.head.min(found.end.saturating_add(LENGTH));
            let limit = if filter.is_some() { CHUNK } else { pull.first as u64 + 1 };
            let stretch = Stretch { after: found.end, until, kinds: pull.kinds.clone(), limit };
            let rows = self.stretch(viewer, &stretch).await?;
            let whole = (rows.len() as u64) < limit;
            let judge = |row: &Model| filter.is_none_or(|filter| admits(filter, &kinds, row));
            if !take(&mut found, rows, pull.first, judge) {
                break;
            }
            if whole {
                found.end = until.max(pull.after);
                found.has_more = until < pull.head;
            }
            if !found.has_more {
                break;
            }
        }
        Ok(found)
    }

    async fn channel_kinds(&self) -> Result<HashMap<ChannelId, ChannelKind>> {
        let rows = channel::Entity::find().all(self.reader()).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.kind)).collect())
    }
}

/// Judges a conversation as of the entry. A row whose facets this version can't read is let through rather than lost.
fn admits(filter: &Filter, kinds: &HashMap<ChannelId, ChannelKind>, row: &Model) -> bool {
    let after = row.payload.get("after").cloned().unwrap_or_default();
    match serde_json::from_value::<Facets>(after) {
        Ok(facets) => filter.admits(&facets, kinds.get(&facets.channel).copied()),
        Err(fault) => {
            tracing::error!(seq = row.seq, %fault, "unreadable facets");
            true
        }
    }
}

/// Takes rows until the page is full; tells whether all were taken.
fn take(found: &mut Pulled, rows: Vec<Model>, first: usize, judge: impl Fn(&Model) -> bool) -> bool {
    for row in rows {
        let passes = judge(&row);
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
