//! Conditions on a conversation's tags.

use std::collections::BTreeSet;

use entity::ids::TagId;

use super::values;
use crate::domain::rejection::{Code, Rejection};

/// What tags must be like: all that is given holds, and something is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagTest {
    any: Option<BTreeSet<TagId>>,
    all: Option<BTreeSet<TagId>>,
    none: Option<BTreeSet<TagId>>,
}

impl TagTest {
    /// One of the first, each of the second, and none of the third.
    ///
    /// # Errors
    /// `REQUIRED` for nothing given or an empty list, `LIMIT_EXCEEDED`.
    pub fn checked(
        any: Option<Vec<TagId>>,
        all: Option<Vec<TagId>>,
        none: Option<Vec<TagId>>,
    ) -> Result<Self, Rejection> {
        if any.is_none() && all.is_none() && none.is_none() {
            return Err(Rejection::new(Code::Required, "Give hasAny, hasAll or hasNone."));
        }
        let set = |field, tags: Option<Vec<TagId>>| {
            tags.map(|tags| values::list(field, tags).map(BTreeSet::from_iter)).transpose()
        };
        Ok(Self { any: set("hasAny", any)?, all: set("hasAll", all)?, none: set("hasNone", none)? })
    }

    /// Whether these tags are like this.
    #[must_use]
    pub fn holds(&self, tags: &BTreeSet<TagId>) -> bool {
        self.any.as_ref().is_none_or(|any| !any.is_disjoint(tags))
            && self.all.as_ref().is_none_or(|all| all.is_subset(tags))
            && self.none.as_ref().is_none_or(|none| none.is_disjoint(tags))
    }

    /// The tags it names, with the list that each stands in.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, TagId)> {
        let lists = [("hasAny", &self.any), ("hasAll", &self.all), ("hasNone", &self.none)];
        lists.into_iter().flat_map(|(field, tags)| tags.iter().flatten().map(move |tag| (field, *tag)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn tags(of: &[u128]) -> Option<Vec<TagId>> {
        Some(of.iter().map(|id| TagId(Uuid::from_u128(*id))).collect())
    }

    #[test]
    fn all_that_is_given_must_hold() {
        for (any, all, none, on_it, holds) in [
            (tags(&[1, 2]), None, None, tags(&[2, 3]), true),
            (tags(&[1, 2]), None, None, tags(&[3]), false),
            (tags(&[1, 2]), None, None, tags(&[]), false),
            (None, tags(&[1, 2]), None, tags(&[1, 2, 3]), true),
            (None, tags(&[1, 2]), None, tags(&[1]), false),
            (None, tags(&[1, 2]), None, tags(&[]), false),
            (None, None, tags(&[1, 2]), tags(&[3]), true),
            (None, None, tags(&[1, 2]), tags(&[]), true),
            (None, None, tags(&[1, 2]), tags(&[2, 3]), false),
            (tags(&[1]), tags(&[2]), tags(&[3]), tags(&[1, 2]), true),
            (tags(&[1]), tags(&[2]), tags(&[3]), tags(&[1, 2, 3]), false),
            (tags(&[1]), tags(&[2]), tags(&[3]), tags(&[2]), false),
            (tags(&[1]), tags(&[2]), tags(&[3]), tags(&[1]), false),
            (tags(&[1, 1]), None, tags(&[1]), tags(&[1]), false),
        ] {
            let test = TagTest::checked(any, all, none).unwrap();
            assert_eq!(test.holds(&on_it.iter().flatten().copied().collect()), holds, "{test:?} {on_it:?}");
        }
    }

    #[test]
    fn something_must_be_asked() {
        assert_eq!(TagTest::checked(None, None, None).unwrap_err().code, Code::Required);
        let refused = TagTest::checked(tags(&[1]), None, tags(&[])).unwrap_err();
        assert_eq!((refused.code, refused.field), (Code::Required, vec!["hasNone".to_owned()]));
        let refused = TagTest::checked(None, tags(&[1; 101]), None).unwrap_err();
        assert_eq!((refused.code, refused.field), (Code::LimitExceeded, vec!["hasAll".to_owned()]));
    }
}
