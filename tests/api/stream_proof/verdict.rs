//! What a follower heard, against the log.

use std::collections::{HashMap, HashSet};

use entity::event;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::support::World;

/// How what was heard differs from what was to be heard; all zero is as it is to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Entries that were never heard.
    pub missing: usize,
    /// Entries heard once more.
    pub repeated: usize,
    /// Entries heard before one that stands before them in the log.
    pub reordered: usize,
    /// Entries that were not to be heard.
    pub foreign: usize,
}

impl Verdict {
    /// Compares by the entries' ids.
    pub fn of(log: &[String], heard: &[String]) -> Self {
        let places: HashMap<&String, usize> = log.iter().enumerate().map(|(at, id)| (id, at)).collect();
        let once: HashSet<&String> = heard.iter().collect();
        let mut verdict = Self { repeated: heard.len() - once.len(), ..Self::default() };
        verdict.missing = log.iter().filter(|id| !once.contains(id)).count();
        verdict.foreign = once.iter().filter(|id| !places.contains_key(**id)).count();
        let order: Vec<usize> = heard.iter().filter_map(|id| places.get(id).copied()).collect();
        verdict.reordered = order.windows(2).filter(|two| two[0] > two[1]).count();
        verdict
    }
}

/// The rows of conversations behind a position of the log.
pub async fn log_of(world: &World, from: i64) -> Vec<event::Model> {
    let rows = world.rows().await;
    let of_conversations = event::Entity::find()
        .filter(event::Column::Seq.gt(from))
        .filter(event::Column::ConversationId.is_not_null())
        .order_by_asc(event::Column::Seq);
    let log = of_conversations.all(&rows).await.unwrap();
    rows.close().await.unwrap();
    log
}

/// An entry's id without its prefix, which says whether it is a message or a note.
pub fn id_of(row: &event::Model) -> String {
    bare(&row.id.to_string())
}

/// An id without its prefix.
pub fn bare(id: &str) -> String {
    id.split('_').next_back().unwrap().to_owned()
}

#[test]
fn whatever_goes_wrong_is_told() {
    let list = |ids: &str| ids.chars().map(String::from).collect::<Vec<_>>();
    let log = list("abcde");
    for (heard, missing, repeated, reordered, foreign) in [
        ("abcde", 0, 0, 0, 0),
        ("abde", 1, 0, 0, 0),
        ("abccde", 0, 1, 0, 0),
        ("abcbcde", 0, 2, 1, 0),
        ("abdce", 0, 0, 1, 0),
        ("abcdex", 0, 0, 0, 1),
        ("", 5, 0, 0, 0),
    ] {
        let expected = Verdict { missing, repeated, reordered, foreign };
        assert_eq!(Verdict::of(&log, &list(heard)), expected, "{heard}");
    }
}
