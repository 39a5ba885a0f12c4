//! How large a tree of conditions may be. It is counted while it is read, so that no more is read than is kept.

use crate::domain::limits;
use crate::domain::rejection::{Code, Rejection};

/// What room is taken so far.
#[derive(Debug, Default)]
pub struct Room {
    conditions: usize,
    places: u64,
}

impl Room {
    /// Takes room for the places of a pattern: a tree is judged as a whole while others wait.
    ///
    /// # Errors
    /// `LIMIT_EXCEEDED`, about the pattern.
    pub fn take_places(&mut self, places: u64) -> Result<(), Rejection> {
        self.places = self.places.saturating_add(places);
        if self.places <= limits::PLACES {
            return Ok(());
        }
        let text = format!(
            "The patterns of a tree may have at most {} places together, their repetitions written out.",
            limits::PLACES
        );
        Err(Rejection::new(Code::LimitExceeded, text).at("matches"))
    }

    /// Takes room for one more condition, so deep in the tree; the whole tree's own is 1 deep.
    ///
    /// # Errors
    /// `LIMIT_EXCEEDED`, about the condition itself.
    pub fn take(&mut self, depth: usize) -> Result<(), Rejection> {
        self.conditions += 1;
        if depth > limits::CONDITION_DEPTH {
            let text = format!("Conditions may nest at most {} deep.", limits::CONDITION_DEPTH);
            return Err(Rejection::new(Code::LimitExceeded, text));
        }
        if self.conditions > limits::CONDITIONS {
            let text = format!(
                "There may be at most {} conditions in a tree, those that hold others counted too.",
                limits::CONDITIONS
            );
            return Err(Rejection::new(Code::LimitExceeded, text));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_a_hundred_conditions_eight_deep() {
        let mut room = Room::default();
        for taken in 0..100 {
            assert_eq!(room.take(1 + taken % 8), Ok(()), "{taken}");
        }
        assert_eq!(room.take(1).unwrap_err().code, Code::LimitExceeded);
        let refused = Room::default().take(9).unwrap_err();
        assert_eq!((refused.code, refused.field.len()), (Code::LimitExceeded, 0));
    }

    #[test]
    fn the_patterns_of_a_tree_share_their_places() {
        let mut room = Room::default();
        assert_eq!(room.take_places(600), Ok(()));
        assert_eq!(room.take_places(400), Ok(()));
        let refused = room.take_places(1).unwrap_err();
        assert_eq!((refused.code, refused.field), (Code::LimitExceeded, vec!["matches".to_owned()]));
    }
}
