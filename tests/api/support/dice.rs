//! Chance that can be had again: seeded, and the seed is told when a test fails.

use std::ops::Range;
use std::thread::panicking;

use chrono::TimeDelta;

/// A sequence of numbers that its seed decides. `SWITCHBOARD_SEED` repeats one.
pub struct Dice {
    seed: u64,
    state: u64,
}

impl Dice {
    /// Dice with a new seed, or the one that is asked for.
    pub fn new() -> Self {
        let asked = std::env::var("SWITCHBOARD_SEED").ok().map(|text| text.parse().unwrap());
        Self::seeded(asked.unwrap_or_else(|| {
            let mut bytes = [0; 8];
            getrandom::fill(&mut bytes).unwrap();
            u64::from_le_bytes(bytes)
        }))
    }

    /// Dice that fall as this seed says.
    pub fn seeded(seed: u64) -> Self {
        Self { seed, state: seed }
    }

    /// The next number (SplitMix64).
    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).unwrap()).unwrap()
    }

    /// Whether something happens that happens so many times of a hundred.
    pub fn falls(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of these.
    pub fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// A time span within these bounds, to the microsecond.
    pub fn span(&mut self, within: Range<TimeDelta>) -> TimeDelta {
        let width = (within.end - within.start).num_microseconds().unwrap();
        within.start + TimeDelta::microseconds(i64::try_from(self.next() % u64::try_from(width).unwrap()).unwrap())
    }
}

impl Drop for Dice {
    fn drop(&mut self) {
        if panicking() {
            eprintln!("it happened with SWITCHBOARD_SEED={}", self.seed);
        }
    }
}
