//! What a hundred workflows cost those who hand in messages. Run by hand:
//! `cargo test --release --test api -- --ignored --nocapture workflow_benchmark`
//!
//! The server is the real binary with durable settings and the machine's own clock. Rounds with and without workflows take turns. It
//! prints what it measures and judges no time.

mod conditions;
mod report;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use entity::workflow_run;
use futures_util::future::join_all;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use switchboard::clock::Clock;
use switchboard::store::Backend;

use crate::support::process::Process;
use crate::support::{Client, World, cluster, run};

use conditions::{Words, word};
use report::{Report, Round};

/// How many workflows there are.
const WORKFLOWS: usize = 100;
/// How many messages come in. Without optimisation it only shows that it works.
const MESSAGES: usize = if cfg!(debug_assertions) { 200 } else { 1_000 };
/// How many come in before it is measured.
const WARM: usize = MESSAGES / 5;
/// One message of so many matches a workflow, and one alone.
const MATCHES: usize = 100;
/// How many hand them in at the same time.
const CLIENTS: usize = 16;
/// How often it is measured on each database with workflows, and as often without.
const ROUNDS: usize = if cfg!(debug_assertions) { 1 } else { 7 };
/// How many customers write.
const CUSTOMERS: usize = 300;

#[test]
#[ignore = "a benchmark, run by hand"]
fn a_hundred_workflows_beside_a_thousand_messages() {
    cluster::be_durable();
    let report = Mutex::new(Report::default());
    for round in 0..ROUNDS {
        for backend in [Backend::Sqlite, Backend::Postgres] {
            // Whoever comes first is measured first every other time.
            for with in [round % 2 == 0, round % 2 != 0] {
                run(backend, async |world| {
                    let measured = measure(world, with).await;
                    println!("{backend:?}, {}: {measured}", if with { "with" } else { "without" });
                    report.lock().unwrap().add(backend, with, measured);
                });
            }
        }
    }
    println!(
        "\n{WORKFLOWS} workflows, {MESSAGES} messages from {CLIENTS} clients, medians of {ROUNDS} rounds\n{}",
        report.into_inner().unwrap()
    );
}

async fn measure(world: &World, with: bool) -> Round {
    world.clock.set(Clock::System.now());
    let words = Words::begin(world).await;
    if with {
        for at in 0..WORKFLOWS {
            world.automate(words.workflow(world, at)).await;
        }
    }
    let mut server = Process::serve(&world.database.url());
    let client = world.client_at(&server.base, &world.organisation().gateway.token);
    hand_in(world, &client, 0..WARM).await;
    let begun = Instant::now();
    hand_in(world, &client, WARM..WARM + MESSAGES).await;
    let took = begun.elapsed();
    let expected = if with { (WARM + MESSAGES) / MATCHES } else { 0 };
    let all_ran = ran(world, expected).await.map(|_| begun.elapsed());
    assert!(server.terminate().success());
    Round::new(MESSAGES, took, all_ran)
}

/// Hands them in, each client the next as soon as its last is answered.
async fn hand_in(world: &World, client: &Client, which: std::ops::Range<usize>) {
    let next = AtomicUsize::new(which.start);
    let hand_in = async || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= which.end {
                return;
            }
            client.receive(message(world, at)).await.changed();
        }
    };
    join_all((0..CLIENTS).map(|_| hand_in())).await;
}

/// A mail or a chat message of some length; one of so many names a workflow's word.
fn message(world: &World, at: usize) -> Value {
    let customer = at * 7 % CUSTOMERS;
    let mut message = match at % 2 {
        0 => world.mail(&format!("customer-{customer}@mail-{}.example", customer % 20), ""),
        _ => world.chat(&format!("visitor-{customer}"), ""),
    };
    let names = if at % MATCHES == MATCHES / 2 { word(at / MATCHES % WORKFLOWS) } else { "none".to_owned() };
    message["subject"] = json!(format!("Parcel {at} hasn't come yet"));
    message["externalId"] = json!(format!("<{at}@benchmark.example>"));
    message["text"] = json!(format!(
        "Good morning,\n\nten days ago I ordered two camping stoves and a tent, size {at}, to be sent to my office in the Hauptstraße. The \
         stoves came on Tuesday; one of them leaks, and its box was torn. Of the tent I have heard nothing, and the parcel service says \
         that it never got it from you. Could you please look into this, and tell me when I can expect it? I am leaving for the mountains \
         on the 24th and would have to buy another one by then. My reference is {names}.\n\nKind regards,\nCustomer {customer}"
    ));
    message
}

/// Returns once as many ran as must, and not one more.
async fn ran(world: &World, expected: usize) -> Option<()> {
    let rows = world.rows().await;
    let deadline = Instant::now() + Duration::from_secs(30);
    let mut count = 0;
    while Instant::now() < deadline {
        count = workflow_run::Entity::find().count(&rows).await.unwrap();
        if count >= expected as u64 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // Quick and wrong would be worth nothing.
    assert_eq!(count, expected as u64);
    rows.close().await.unwrap();
    (expected > 0).then_some(())
}
