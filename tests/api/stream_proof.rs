//! No follower misses, repeats or reorders an entry, however many write, however late they commit, and whenever it hangs up and
//! comes back, by whichever transport and to whichever node (architecture §3).

mod bypass;
mod reader;
mod verdict;
mod writers;

use std::time::{Duration, Instant};

use entity::event;
use futures_util::future::{join, join_all};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, IntoActiveModel, QueryOrder};
use serde_json::{Value, json};
use switchboard::app::App;
use switchboard::store::Backend;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::support::bustle::Bustle;
use crate::support::database::Database;
use crate::support::dice::Dice;
use crate::support::live::{CONVERSATION, FEED, FOLLOWED, Transport};
use crate::support::{World, both, size};

use reader::Reader;
use verdict::{Verdict, log_of};
use writers::Writers;

both!(
    no_follower_misses_repeats_or_reorders_an_entry,
    the_proof_fails_where_the_head_is_bypassed,
    without_a_word_between_nodes_it_comes_within_a_second_and_a_half,
    a_hole_in_the_log_is_waited_for_and_not_skipped,
);

/// How many write at once.
const WRITERS: usize = 64;
/// Mutations of each; fifty times as many at full size.
const MUTATIONS: usize = 4;
/// How many follow, and hang up again and again.
const FOLLOWERS: usize = 20;

async fn no_follower_misses_repeats_or_reorders_an_entry(world: &World) {
    let mut dice = Dice::new();
    let begun = Instant::now();
    let bustle = Bustle::begin(world, 12).await;
    let stop = CancellationToken::new();
    let nodes = nodes(world, &stop).await;
    // One more to follow at, which nobody tells of anything.
    let bases: Vec<String> = nodes.iter().map(|(base, _)| base.clone()).collect();
    let places: Vec<String> = bases.iter().chain([&world.base]).cloned().collect();
    let after = world.cursor().await;
    let from = world.last_seq().await;
    let (finished, told) = watch::channel(None);
    let mut readers = readers(world, &bustle, &places, &after, &mut dice);
    let following = join_all(readers.iter_mut().map(|reader| reader.follow(world, told.clone())));
    let writing = async {
        let done = Writers { world, bases: &bases, bustle: &bustle }.write(WRITERS, size(MUTATIONS), &mut dice).await;
        finished.send_replace(Some(log_of(world, from).await));
        done
    };
    let (_, done) = join(following, writing).await;
    let log = log_of(world, from).await;
    let mut entries = 0;
    for reader in &readers {
        let expected = reader.expected(&log);
        let verdict = Verdict::of(&expected, &reader.heard);
        assert_eq!(verdict, Verdict::default(), "of {} entries, {reader:?}", expected.len());
        entries += expected.len();
    }
    stop.cancel();
    for (_, app) in nodes.into_iter().filter(|(base, _)| *base != world.base) {
        app.service.store.close().await;
    }
    let (rows, returns) = (log.len(), readers.iter().map(|reader| reader.returns).sum::<usize>());
    assert!(done > WRITERS * size(MUTATIONS) / 3 && rows > WRITERS && returns > FOLLOWERS, "{done} {rows} {returns}");
    println!(
        "{:?}: {done} mutations, {rows} rows, {entries} entries told to {FOLLOWERS} followers that came back {returns} times; {:.1?}",
        world.app.service.store.backend(),
        begun.elapsed()
    );
}

/// The servers that are written to; on PostgreSQL two that many may write to at once.
async fn nodes(world: &World, stop: &CancellationToken) -> Vec<(String, App)> {
    match world.app.service.store.backend() {
        Backend::Sqlite => vec![(world.base.clone(), world.app.clone())],
        Backend::Postgres => vec![world.wide_node(stop).await, world.wide_node(stop).await],
    }
}

/// All there is to follow, by all who may.
fn readers(world: &World, bustle: &Bustle, bases: &[String], after: &str, dice: &mut Dice) -> Vec<Reader> {
    let organisation = world.organisation();
    let anybody =
        [&organisation.ada, &organisation.bea, &organisation.dora, &organisation.gateway, &organisation.robot];
    let reader = |at: usize| {
        let (document, who, conversation) = match at % 3 {
            0 => (FEED, anybody[at / 3 % anybody.len()], None),
            1 => {
                let id = bustle.conversations[at % bustle.conversations.len()].clone();
                // The restricted channel's are no conversations for others.
                (CONVERSATION, [&organisation.dora, &organisation.ada][at / 3 % 2], Some(id))
            }
            _ => (FOLLOWED, [&organisation.bea, &organisation.carl, &organisation.dora][at / 3 % 3], None),
        };
        Reader::new(world, document, who, conversation, bases, after, dice.next())
    };
    (0..FOLLOWERS).map(reader).collect()
}

/// What it would be without the head: numbers from a sequence, in whose order transactions don't commit. SQLite has one writer, so
/// numbers can't but be in order there.
async fn the_proof_fails_where_the_head_is_bypassed(world: &World) {
    if world.app.service.store.backend() == Backend::Sqlite {
        return;
    }
    // A world of its own: its log will not be whole.
    let Some(database) = Database::copy(Backend::Postgres).await else { return };
    let broken = World::start(database).await;
    let mut dice = Dice::new();
    let bustle = Bustle::begin(&broken, 8).await;
    let from = broken.last_seq().await;
    let stop = CancellationToken::new();
    let nodes = [broken.wide_node(&stop).await, broken.wide_node(&stop).await];
    let bases: Vec<String> = nodes.iter().map(|(base, _)| base.clone()).collect();
    bypass::head(&broken).await;
    let (finished, told) = watch::channel(false);
    let pulling = join_all((0..4).map(|_| bypass::pull(&broken, from, told.clone())));
    let writing = async {
        let writers = Writers { world: &broken, bases: &bases, bustle: &bustle };
        let done = writers.note(WRITERS, MUTATIONS, &mut dice).await;
        finished.send_replace(true);
        done
    };
    let (pulled, done) = join(pulling, writing).await;
    let log: Vec<String> = log_of(&broken, from).await.iter().map(verdict::id_of).collect();
    let verdicts: Vec<Verdict> = pulled.iter().map(|heard| Verdict::of(&log, heard)).collect();
    stop.cancel();
    for (_, app) in nodes {
        app.service.store.close().await;
    }
    broken.stop().await;
    assert!(done > WRITERS, "{done} done");
    assert!(verdicts.iter().any(|verdict| verdict.missing > 0), "of {} entries: {verdicts:?}", log.len());
}

/// How long delivery may take when no node hears of another.
const WITHOUT_A_WORD: Duration = Duration::from_millis(1_500);

async fn without_a_word_between_nodes_it_comes_within_a_second_and_a_half(world: &World) {
    // Two servers over one database that know nothing of each other.
    let (base, app) = world.another_node().await;
    let there = world.client_at(&base, &world.organisation().bea.token);
    let id = world.opened().await;
    let after = world.cursor().await;
    let mut follower = there.follow(Transport::WebSocket, CONVERSATION, json!({ "id": id, "after": after })).await;
    let mut dice = Dice::new();
    for version in 3..3 + size(1).min(20) + 5 {
        tokio::time::sleep(Duration::from_millis(dice.next() % 300)).await;
        let input = json!({ "conversationId": id, "subject": format!("Subject {version}") });
        world.bea().mutate("updateConversation", input).await.changed();
        let committed = Instant::now();
        assert_eq!(follower.next().await["entry"]["version"], version);
        let took = committed.elapsed();
        assert!(took <= WITHOUT_A_WORD, "{took:?}");
    }
    drop(follower);
    app.service.store.close().await;
}

/// Rows that get into the log past the head, one before the other: what follows waits for the one that is missing.
async fn a_hole_in_the_log_is_waited_for_and_not_skipped(world: &World) {
    let id = world.opened().await;
    let mut followers = Vec::new();
    for transport in Transport::ALL {
        let variables = json!({ "id": id, "after": world.cursor().await });
        followers.push(world.bea().follow(transport, CONVERSATION, variables).await);
    }
    world.close(&id).await;
    for follower in &mut followers {
        assert_eq!(follower.next().await["entry"]["kind"], "CLOSED");
    }
    let (rows, last) = (world.rows().await, world.last_seq().await);
    // A row that is no conversation's, as changes of the set-up write it.
    let some = event::Entity::find().order_by_asc(event::Column::Seq).one(&rows).await.unwrap().unwrap();
    assert_eq!(some.conversation_id, None);
    let past = |seq: i64| {
        let id = entity::ids::EventId::new(world.clock.now());
        event::ActiveModel { seq: Set(seq), id: Set(id), ..some.clone().into_active_model() }.reset_all()
    };
    rows.execute_unprepared("BEGIN").await.unwrap();
    rows.execute_unprepared(&format!("UPDATE event_head SET last_seq = {}", last + 2)).await.unwrap();
    past(last + 2).insert(&rows).await.unwrap();
    rows.execute_unprepared("COMMIT").await.unwrap();
    world.bea().mutate("reopenConversation", json!({ "conversationId": id })).await.changed();
    for follower in &mut followers {
        follower.silent(Duration::from_millis(800)).await;
    }
    past(last + 1).insert(&rows).await.unwrap();
    for follower in &mut followers {
        let change: Value = follower.next().await;
        assert_eq!(change["entry"]["kind"], "REOPENED");
    }
    rows.close().await.unwrap();
}
