//! Conditions on the tags of conversations: brought together, and as SQL.

use std::collections::BTreeSet;

use entity::ids::TagId;
use sea_orm::Condition;
use sea_orm::sea_query::ExprTrait;

use super::relations::{Related, Start, with_each};
use crate::domain::filter::TagCondition;
use crate::domain::limits;

/// What of tags a conversation must have. Empty = no condition; no two lists have a tag in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tagged {
    /// One of these.
    pub any: Vec<TagId>,
    /// Each of these.
    pub all: Vec<TagId>,
    /// None of these.
    pub none: Vec<TagId>,
}

impl Tagged {
    /// The condition; none if no conversation can meet it.
    pub fn of(condition: &TagCondition) -> Option<Self> {
        let set = |list: &Option<Vec<TagId>>| -> BTreeSet<TagId> { list.iter().flatten().copied().collect() };
        let (mut any, mut all, none) = (set(&condition.has_any), set(&condition.has_all), set(&condition.has_none));
        if condition.has_any.is_some() {
            any.retain(|tag| !none.contains(tag));
            if any.is_empty() {
                return None;
            }
        }
        if all.len() > limits::CONVERSATION_TAGS || !all.is_disjoint(&none) {
            return None;
        }
        if !any.is_disjoint(&all) {
            // Who has them all has one of these.
            any.clear();
        }
        if any.len() == 1 {
            all.append(&mut any);
        }
        let list = |tags: BTreeSet<TagId>| tags.into_iter().collect();
        Some(Self { any: list(any), all: list(all), none: list(none) })
    }

    /// How many tags are named, each as often as its list is bound.
    pub fn values(&self) -> usize {
        self.any.len() + 2 * self.all.len() + self.none.len()
    }

    /// As SQL.
    pub fn condition(&self, start: Start) -> Condition {
        let mut condition = Condition::all();
        if !self.any.is_empty() {
            condition = condition.add(Related::tagged(&self.any).condition(start));
        }
        if let Some(tag) = self.all.first() {
            condition = condition.add(Related::tagged(&[*tag]).condition(start));
        }
        if self.all.len() > 1 {
            condition = condition.add(with_each(&self.all));
        }
        if !self.none.is_empty() {
            condition = condition.add(Related::tagged(&self.none).condition(Start::List).not());
        }
        condition
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn lists_are_brought_together() {
        let [a, b, c] = [1, 2, 3].map(|n| TagId(Uuid::from_u128(n)));
        let condition = |any: Option<&[TagId]>, all: Option<&[TagId]>, none: Option<&[TagId]>| {
            let list = |tags: Option<&[TagId]>| tags.map(<[TagId]>::to_vec);
            Tagged::of(&TagCondition { has_any: list(any), has_all: list(all), has_none: list(none) })
        };
        let tagged = |any: &[TagId], all: &[TagId], none: &[TagId]| {
            Some(Tagged { any: any.to_vec(), all: all.to_vec(), none: none.to_vec() })
        };
        for (found, expected) in [
            (condition(None, None, None), tagged(&[], &[], &[])),
            (condition(Some(&[]), None, None), None),
            (condition(None, Some(&[]), Some(&[])), tagged(&[], &[], &[])),
            (condition(Some(&[b, a, b]), None, None), tagged(&[a, b], &[], &[])),
            (condition(Some(&[a]), Some(&[b]), None), tagged(&[], &[a, b], &[])),
            (condition(Some(&[a, b]), Some(&[b]), None), tagged(&[], &[b], &[])),
            (condition(Some(&[a, b]), None, Some(&[b])), tagged(&[], &[a], &[b])),
            (condition(Some(&[a]), None, Some(&[a])), None),
            (condition(None, Some(&[a, c]), Some(&[c])), None),
        ] {
            assert_eq!(found, expected);
        }
        let many: Vec<TagId> = (0..51).map(|n| TagId(Uuid::from_u128(n))).collect();
        assert_eq!(condition(None, Some(&many), None), None, "no conversation has so many");
    }
}
