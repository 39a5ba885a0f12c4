//! Cost points per token and minute, as a bucket that refills evenly.
//! In memory and per server; bounded in size. It counts, it doesn't know what a token may do.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Tokens remembered at most. Forgetting one gives it a full bucket.
const MAX_TOKENS: usize = 10_000;

/// The buckets of all tokens.
pub struct Budgets {
    capacity: f64,
    buckets: Mutex<HashMap<Box<str>, Bucket>>,
}

struct Bucket {
    points: f64,
    at: Instant,
}

impl Budgets {
    /// Buckets that hold `points_per_minute` and refill in a minute.
    pub fn new(points_per_minute: u64) -> Self {
        Self { capacity: points_per_minute as f64, buckets: Mutex::default() }
    }

    /// Takes `points` from the token's bucket. When it holds fewer, takes nothing and answers in how many whole
    /// seconds, at least one, it will hold enough.
    pub fn spend(&self, token: &str, points: u64, now: Instant) -> Result<(), u64> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if !buckets.contains_key(token) {
            if buckets.len() >= MAX_TOKENS {
                self.forget(&mut buckets, now);
            }
            let full = Bucket { points: self.capacity, at: now };
            buckets.insert(token.into(), full);
        }
        let Some(bucket) = buckets.get_mut(token) else {
            return Ok(());
        };
        bucket.points = self.points(bucket, now);
        bucket.at = now;
        let missing = points as f64 - bucket.points;
        if missing > 0.0 {
            return Err((missing / self.per_second()).ceil().max(1.0) as u64);
        }
        bucket.points -= points as f64;
        Ok(())
    }

    fn per_second(&self) -> f64 {
        self.capacity / 60.0
    }

    fn points(&self, bucket: &Bucket, now: Instant) -> f64 {
        let passed = now.saturating_duration_since(bucket.at);
        (bucket.points + passed.as_secs_f64() * self.per_second()).min(self.capacity)
    }

    /// Forgets the tokens that were idle for a minute, whose buckets are full; else the half that was idle longest.
    fn forget(&self, buckets: &mut HashMap<Box<str>, Bucket>, now: Instant) {
        let idle = |bucket: &Bucket| now.saturating_duration_since(bucket.at);
        buckets.retain(|_, bucket| idle(bucket) < Duration::from_secs(60));
        if buckets.len() < MAX_TOKENS {
            return;
        }
        let mut seen: Vec<Instant> = buckets.values().map(|bucket| bucket.at).collect();
        seen.sort_unstable();
        if let Some(&middle) = seen.get(seen.len() / 2) {
            buckets.retain(|_, bucket| bucket.at > middle);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spent_bucket_says_when_to_come_back_and_refills() {
        let budgets = Budgets::new(600);
        let start = Instant::now();
        assert_eq!(budgets.spend("a", 600, start), Ok(()));
        assert_eq!(budgets.spend("a", 25, start), Err(3));
        assert_eq!(budgets.spend("b", 25, start), Ok(()), "tokens don't share");
        let later = start + Duration::from_secs(3);
        assert_eq!(budgets.spend("a", 25, later), Ok(()));
    }

    #[test]
    fn a_bucket_never_holds_more_than_a_minute() {
        let budgets = Budgets::new(600);
        let start = Instant::now();
        assert_eq!(budgets.spend("a", 1, start), Ok(()));
        let later = start + Duration::from_secs(3_600);
        assert!(budgets.spend("a", 601, later).is_err());
    }

    #[test]
    fn the_memory_is_bounded() {
        let budgets = Budgets::new(600);
        let now = Instant::now();
        for n in 0..3 * MAX_TOKENS {
            let at = now + Duration::from_micros(n as u64);
            assert_eq!(budgets.spend(&n.to_string(), 1, at), Ok(()));
        }
        assert!(budgets.buckets.lock().unwrap().len() <= MAX_TOKENS);
    }
}
