//! The order of workflows: places from 1, without a gap.

use std::ops::RangeInclusive;

/// Workflows that give way: those in these places move by one, down the list or up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Which places; empty = nobody moves.
    pub places: RangeInclusive<i32>,
    /// 1 or -1.
    pub by: i32,
}

/// Where one more comes to stand among so many, and who gives way; no position = at the end. A position beyond the end is the end.
#[must_use]
pub fn inserted(position: Option<i32>, others: i32) -> (i32, Shift) {
    let place = within(position.unwrap_or(i32::MAX), others + 1);
    (place, Shift { places: place..=others, by: 1 })
}

/// Where one of so many comes to stand, and who gives way. A position beyond the end is the end.
#[must_use]
pub fn moved(from: i32, position: i32, all: i32) -> (i32, Shift) {
    let to = within(position, all);
    let shift =
        if to < from { Shift { places: to..=from - 1, by: 1 } } else { Shift { places: from + 1..=to, by: -1 } };
    (to, shift)
}

/// Who closes ranks behind one of so many that goes.
#[must_use]
pub fn removed(from: i32, all: i32) -> Shift {
    Shift { places: from + 1..=all, by: -1 }
}

fn within(position: i32, all: i32) -> i32 {
    position.min(all).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Carries out a shift on a list of names in their places.
    fn apply(list: &mut [(char, i32)], shift: &Shift) {
        for (_, place) in list.iter_mut().filter(|(_, place)| shift.places.contains(place)) {
            *place += shift.by;
        }
    }

    fn in_order(mut list: Vec<(char, i32)>) -> String {
        list.sort_by_key(|(_, place)| *place);
        assert!(list.iter().map(|(_, place)| *place).eq(1..=list.len() as i32), "{list:?}");
        list.into_iter().map(|(name, _)| name).collect()
    }

    fn abcd() -> Vec<(char, i32)> {
        vec![('a', 1), ('b', 2), ('c', 3), ('d', 4)]
    }

    #[test]
    fn one_more_takes_its_place_and_the_others_give_way() {
        for (position, order) in
            [(None, "abcdx"), (Some(1), "xabcd"), (Some(3), "abxcd"), (Some(5), "abcdx"), (Some(i32::MAX), "abcdx")]
        {
            let (place, shift) = inserted(position, 4);
            let mut list = abcd();
            apply(&mut list, &shift);
            list.push(('x', place));
            assert_eq!(in_order(list), order, "{position:?}");
        }
        assert_eq!(inserted(Some(7), 0).0, 1);
    }

    #[test]
    fn one_that_moves_leaves_no_gap() {
        for (from, position, order) in [
            (1, 4, "bcda"),
            (4, 1, "dabc"),
            (2, 3, "acbd"),
            (3, 2, "acbd"),
            (2, 2, "abcd"),
            (2, i32::MAX, "acdb"),
            (4, 9, "abcd"),
        ] {
            let (place, shift) = moved(from, position, 4);
            let mut list = abcd();
            let at = list.iter().position(|(_, place)| *place == from).unwrap();
            let (name, _) = list.remove(at);
            apply(&mut list, &shift);
            list.push((name, place));
            assert_eq!(in_order(list), order, "{from} to {position}");
        }
    }

    #[test]
    fn ranks_are_closed_behind_one_that_goes() {
        for (from, order) in [(1, "bcd"), (2, "acd"), (4, "abc")] {
            let mut list = abcd();
            list.retain(|(_, place)| *place != from);
            apply(&mut list, &removed(from, 4));
            assert_eq!(in_order(list), order, "{from}");
        }
    }
}
