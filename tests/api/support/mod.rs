//! What every test stands on: a database of its own, a real server over HTTP, typed clients, and a last look at the log.

pub mod answer;
pub mod audit;
pub mod automation;
pub mod bustle;
pub mod client;
pub mod cluster;
pub mod database;
pub mod desk;
pub mod dice;
pub mod index;
pub mod live;
pub mod organisation;
pub mod place;
pub mod process;
pub mod raw;
pub mod shelf;
pub mod snapshot;
pub mod tickets;
pub mod volume;
pub mod workflows;
pub mod world;

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures_util::FutureExt;
use switchboard::store::Backend;

pub use answer::Answer;
pub use client::Client;
pub use world::World;

use database::Database;

/// Makes of each `async fn name(world: &World)` two tests, `sqlite::name` and `postgres::name`.
macro_rules! both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $name() { crate::support::run(switchboard::store::Backend::Sqlite, super::$name); })+
        }
        mod postgres {
            $(#[test] fn $name() { crate::support::run(switchboard::store::Backend::Postgres, super::$name); })+
        }
    };
}
pub(crate) use both;

/// Runs one test on one database. Afterwards, whatever the test did, the log must be whole and tell what the rows say.
pub fn run(backend: Backend, test: impl AsyncFnOnce(&World)) {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build().unwrap();
    let outcome = runtime.block_on(async {
        let Some(database) = Database::copy(backend).await else { return Ok(()) };
        let world = World::start(database).await;
        let test = async {
            test(&world).await;
            audit::log_tells_the_rows(&world).await;
        };
        let outcome = AssertUnwindSafe(test).catch_unwind().await;
        world.stop().await;
        outcome
    });
    runtime.shutdown_background();
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// How much of a long proof runs: in the suite what is given, with `SWITCHBOARD_FULL_SIZE=1` fifty times as much.
pub fn size(suite: usize) -> usize {
    if std::env::var_os("SWITCHBOARD_FULL_SIZE").is_some() { suite * 50 } else { suite }
}
