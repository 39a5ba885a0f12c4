//! How several nodes on one PostgreSQL database wake each other (architecture §3.6).

use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use sqlx::postgres::PgListener;
use switchboard::events::neighbours;
use switchboard::store::signal::Waiter;
use switchboard::store::{Backend, Store};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::crash::until;
use crate::support::{World, both};

both!(
    a_commit_wakes_who_waits_on_this_node,
    what_changes_nothing_wakes_nobody,
    a_commit_wakes_the_other_node_within_200_ms,
    a_burst_is_announced_at_most_once_in_ten_milliseconds_and_to_its_end,
    a_node_that_nothing_happens_on_says_nothing,
    a_node_whose_connections_are_cut_hears_and_is_heard_again,
    a_node_that_stops_announces_what_it_did_last,
);

/// Two nodes that talk with each other, and a third connection that listens to them.
struct Two {
    here: Store,
    there: Store,
    stop: CancellationToken,
    talking: Vec<JoinHandle<()>>,
}

impl Two {
    /// None on SQLite, where one node is all there is.
    async fn start(world: &World) -> Option<Self> {
        let here = world.app.service.store.clone();
        if here.backend() == Backend::Sqlite {
            return None;
        }
        let (there, stop) = (world.database.open().await, CancellationToken::new());
        let run = |store: &Store| tokio::spawn(neighbours::run(store.clone(), stop.clone()));
        let talking = vec![run(&here), run(&there)];
        for name in ["announcer", "listener"] {
            until(async || connections(world, name).await == 2).await;
        }
        // The last thing that connecting does is to wake.
        sleep(Duration::from_millis(50)).await;
        Some(Self { here, there, stop, talking })
    }

    async fn end(self) {
        self.stop.cancel();
        for talking in join_all(self.talking).await {
            talking.unwrap();
        }
        self.there.close().await;
    }
}

/// How many connections of this name there are.
async fn connections(world: &World, name: &str) -> i64 {
    ask(world, &format!("SELECT COUNT(*) FROM pg_stat_activity WHERE {}", named(name))).await
}

fn named(name: &str) -> String {
    format!("datname = current_database() AND application_name = 'switchboard {name}'")
}

async fn ask(world: &World, question: &str) -> i64 {
    let rows = world.rows().await;
    let answer = rows.query_one_raw(Statement::from_string(DbBackend::Postgres, question)).await.unwrap().unwrap();
    rows.close().await.unwrap();
    answer.try_get_by_index(0).unwrap()
}

async fn eavesdrop(world: &World) -> PgListener {
    let mut ear = PgListener::connect(&world.database.url()).await.unwrap();
    ear.listen("switchboard_log").await.unwrap();
    ear
}

/// What is announced until nothing is for a while.
async fn announced(ear: &mut PgListener) -> Vec<String> {
    let mut announced = Vec::new();
    while let Ok(told) = timeout(Duration::from_millis(300), ear.recv()).await {
        announced.push(told.unwrap().payload().to_owned());
    }
    announced
}

/// Whether it is told within this many milliseconds.
async fn told(waiter: &mut Waiter, milliseconds: u64) -> bool {
    timeout(Duration::from_millis(milliseconds), waiter.wait()).await.is_ok()
}

async fn a_commit_wakes_who_waits_on_this_node(world: &World) {
    let store = &world.app.service.store;
    let mut waiters = [store.news(), store.news(), store.commits()];
    world.opened().await;
    let newest = store.head().await.unwrap().last_seq;
    for waiter in &mut waiters {
        assert_eq!(timeout(Duration::from_secs(1), waiter.wait()).await.unwrap(), Some(newest));
    }
}

async fn what_changes_nothing_wakes_nobody(world: &World) {
    let id = world.opened().await;
    let mut waiter = world.app.service.store.news();
    world.close(&id).await;
    assert!(told(&mut waiter, 1_000).await);
    // Neither a refusal, nor a change that is none, nor remembering that a token was used.
    let input = serde_json::json!({ "conversationId": id });
    world.bea().mutate("closeConversation", input.clone()).await.unchanged();
    world.carl().mutate("closeConversation", input).await.unchanged();
    world.settled(&world.carl()).await;
    assert!(!told(&mut waiter, 20).await);
}

async fn a_commit_wakes_the_other_node_within_200_ms(world: &World) {
    let Some(two) = Two::start(world).await else { return };
    let mut there = two.there.news();
    let mut here = two.here.news();
    for _ in 0..5 {
        world.opened().await;
        assert!(told(&mut there, 200).await);
        // Once by the commit; a node doesn't listen to itself.
        assert!(told(&mut here, 0).await);
        assert!(!told(&mut here, 50).await);
    }
    assert_eq!(two.there.commits().wait().now_or_never(), None, "what others did isn't announced again");
    two.end().await;
}

async fn a_burst_is_announced_at_most_once_in_ten_milliseconds_and_to_its_end(world: &World) {
    let Some(two) = Two::start(world).await else { return };
    let mut ear = eavesdrop(world).await;
    let began = Instant::now();
    let mut announced = tokio::spawn(async move { (announced(&mut ear).await, ear) });
    join_all((0..8).map(async |writer| {
        for at in 0..25 {
            world.chatted(&format!("visitor-{writer}"), &format!("{at}")).await;
        }
    }))
    .await;
    let took = began.elapsed();
    let (announced, _ear) = (&mut announced).await.unwrap();
    let most = usize::try_from(took.as_millis()).unwrap() / 10 + 2;
    assert!(announced.len() <= most, "{} announcements in {took:?}", announced.len());
    let newest = two.here.head().await.unwrap().last_seq;
    assert_eq!(announced.last(), Some(&newest.to_string()));
    two.end().await;
}

async fn a_node_that_nothing_happens_on_says_nothing(world: &World) {
    let Some(two) = Two::start(world).await else { return };
    let mut ear = eavesdrop(world).await;
    assert_eq!(announced(&mut ear).await, Vec::<String>::new());
    let (here, there) = (two.here.statements(), two.there.statements());
    sleep(Duration::from_millis(100)).await;
    assert_eq!((two.here.statements(), two.there.statements()), (here, there));
    world.opened().await;
    let newest = two.here.head().await.unwrap().last_seq;
    assert_eq!(announced(&mut ear).await.last(), Some(&newest.to_string()));
    two.end().await;
}

async fn a_node_whose_connections_are_cut_hears_and_is_heard_again(world: &World) {
    let Some(two) = Two::start(world).await else { return };
    for name in ["listener", "announcer"] {
        let mut there = two.there.news();
        let cut = format!("SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {}", named(name));
        assert_eq!(ask(world, &cut).await, 2);
        if name == "listener" {
            // Nobody knows what was missed.
            assert!(told(&mut there, 2_000).await);
        }
        world.opened().await;
        // Announced over a connection that is gone, and again when there is another.
        assert!(told(&mut there, 2_000).await, "{name}");
        // Who has nothing to announce needs no connection for it.
        let least = if name == "listener" { 2 } else { 1 };
        until(async || connections(world, name).await >= least).await;
        sleep(Duration::from_millis(100)).await;
        let mut there = two.there.news();
        world.opened().await;
        assert!(told(&mut there, 200).await, "{name}");
    }
    two.end().await;
}

async fn a_node_that_stops_announces_what_it_did_last(world: &World) {
    let Some(two) = Two::start(world).await else { return };
    let mut ear = eavesdrop(world).await;
    world.opened().await;
    let newest = two.here.head().await.unwrap().last_seq;
    two.end().await;
    assert_eq!(announced(&mut ear).await.last(), Some(&newest.to_string()));
}
