//! Many who write at once, some of whom commit late.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::{join, join_all};
use sea_orm::{ConnectionTrait, DbBackend};
use serde_json::json;

use crate::support::World;
use crate::support::bustle::{Bustle, Deed};
use crate::support::client::document;
use crate::support::dice::Dice;

/// Lets one commit in ten wait when all is written and the head is held.
const LATE: &str = "CREATE OR REPLACE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF random() < 0.1 THEN PERFORM pg_sleep(random() * 0.03); END IF; RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER late AFTER INSERT ON event DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION late()";

/// What they write to.
pub struct Writers<'a> {
    pub world: &'a World,
    pub bases: &'a [String],
    pub bustle: &'a Bustle,
}

impl Writers<'_> {
    /// Whatever may happen; how much of it changed something.
    pub async fn write(&self, writers: usize, each: usize, dice: &mut Dice) -> usize {
        self.run(writers, each, dice, |dice| self.bustle.draw(self.world.organisation(), dice)).await
    }

    /// Nothing but notes.
    pub async fn note(&self, writers: usize, each: usize, dice: &mut Dice) -> usize {
        let note = |dice: &mut Dice| {
            let id = &self.bustle.conversations[dice.below(self.bustle.conversations.len())];
            let input = json!({ "conversationId": id, "text": format!("Hm {}", dice.next()) });
            Deed { by: &self.world.organisation().ada, mutation: "addNote", input }
        };
        self.run(writers, each, dice, note).await
    }

    async fn run(&self, writers: usize, each: usize, dice: &mut Dice, draw: impl Fn(&mut Dice) -> Deed) -> usize {
        let rows = self.world.rows().await;
        if rows.get_database_backend() == DbBackend::Postgres {
            rows.execute_unprepared(LATE).await.unwrap();
        }
        let (over, draw) = (AtomicBool::new(false), &draw);
        let write = async |writer: usize, mut dice: Dice| {
            let mut done = 0;
            for at in 0..each {
                let deed = draw(&mut dice);
                let client = self.world.client_at(&self.bases[(writer + at) % self.bases.len()], &deed.by.token);
                let answer = client.query(&document(deed.mutation), json!({ "input": deed.input })).await;
                // The database may be too busy for some; what they wanted isn't in the log then.
                done += usize::from(
                    answer.body["data"].pointer(&format!("/{}/changed", deed.mutation)) == Some(&json!(true)),
                );
            }
            done
        };
        let seeds: Vec<u64> = (0..writers).map(|_| dice.next()).collect();
        let writing = async {
            let writing = seeds.into_iter().enumerate().map(|(at, seed)| write(at, Dice::seeded(seed)));
            let done = join_all(writing).await;
            over.store(true, Ordering::Relaxed);
            done.into_iter().sum()
        };
        let (done, ()) = join(writing, stall(self.world, &over, dice.next())).await;
        if rows.get_database_backend() == DbBackend::Postgres {
            rows.execute_unprepared("DROP TRIGGER late ON event").await.unwrap();
        }
        rows.close().await.unwrap();
        done
    }
}

/// Keeps some conversations locked again and again, so that whoever changes them has begun before others and commits after them. SQLite
/// has one lock for all.
async fn stall(world: &World, over: &AtomicBool, seed: u64) {
    let (rows, mut dice) = (world.rows().await, Dice::seeded(seed));
    let postgres = rows.get_database_backend() == DbBackend::Postgres;
    while !over.load(Ordering::Relaxed) {
        let number = 1 + dice.below(8);
        let lock = match postgres {
            true => format!("BEGIN; SELECT number FROM conversation WHERE number = {number} FOR UPDATE"),
            false => "BEGIN IMMEDIATE".to_owned(),
        };
        // Whoever else has the lock comes first.
        let locked = rows.execute_unprepared(&lock).await.is_ok();
        tokio::time::sleep(Duration::from_millis(dice.next() % 30)).await;
        if locked || postgres {
            rows.execute_unprepared("ROLLBACK").await.unwrap();
        }
        // Meanwhile who has waited goes on.
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    rows.close().await.unwrap();
}
