//! What must have run, and what hasn't, has twice, or has too late.

use std::collections::{BTreeMap, HashMap};

use entity::enums::{EventKind, MessageDirection};
use entity::event::Model as Event;
use entity::ids::EventId;
use entity::workflow_run::Model as Run;
use switchboard::domain::fact::Fact;
use switchboard::store::append::fact_of;

use crate::support::automation::Ledger;

/// What is wrong with what ran: of each entry that starts workflows, those that must run did, once, and wrote what they must; all of them
/// in the order of the entries and of their places.
pub fn faults(ledger: &Ledger) -> Vec<String> {
    let mut faults = Vec::new();
    let mut ran: HashMap<EventId, BTreeMap<&str, Vec<&Run>>> = HashMap::new();
    for run in &ledger.runs {
        let name = ledger.workflows[&run.workflow_id].name.as_str();
        ran.entry(run.entry_id).or_default().entry(name).or_default().push(run);
    }
    for entry in ledger.events.values() {
        let of_entry = ran.remove(&entry.id).unwrap_or_default();
        let expected = expected(ledger, entry);
        let told = |name: &str, what: &str| format!("{name} {what} on {:?} {}", entry.kind, entry.seq);
        for name in expected.iter().filter(|name| !of_entry.contains_key(*name)) {
            faults.push(told(name, "didn't run"));
        }
        for (name, runs) in of_entry {
            if !expected.contains(&name) {
                faults.push(told(name, "ran"));
            }
            if runs.len() != 1 {
                faults.push(told(name, "ran twice"));
            }
            for run in runs {
                let wrote: Vec<EventKind> = ledger.written[&run.id].iter().map(|entry| entry.kind).collect();
                // The tag is on already where somebody else had written in the conversation.
                if wrote != [EventKind::Note] && !(name == "notes" && wrote == [EventKind::Tagged, EventKind::Note]) {
                    faults.push(format!("{}: wrote {wrote:?}", told(name, "ran")));
                }
            }
        }
    }
    faults.extend(ran.keys().map(|entry| format!("{entry} started something and isn't there")));
    faults.extend(out_of_order(ledger));
    faults
}

/// Which workflows an entry starts.
fn expected(ledger: &Ledger, entry: &Event) -> Vec<&'static str> {
    match fact_of(entry).unwrap() {
        Fact::Message { direction: MessageDirection::Inbound, automatic: false } => match text(ledger, entry) {
            "nothing" => vec![],
            "stop" => vec!["first", "stops"],
            _ => vec!["first", "notes"],
        },
        Fact::Note { .. } if text(ledger, entry) == "four" => vec!["echo"],
        _ => vec![],
    }
}

fn text<'a>(ledger: &'a Ledger, entry: &Event) -> &'a str {
    &ledger.texts[&entry.id]
}

/// Runs by what they wrote first must be runs by their entries, and of an entry by their places.
fn out_of_order(ledger: &Ledger) -> Vec<String> {
    let mut order: Vec<(i64, (i64, i32))> = Vec::new();
    for run in &ledger.runs {
        let (Some(entry), Some(wrote)) = (ledger.events.get(&run.entry_id), ledger.written[&run.id].first()) else {
            continue;
        };
        order.push((wrote.seq, (entry.seq, ledger.workflows[&run.workflow_id].place)));
    }
    order.sort_unstable();
    let pairs = order.windows(2).filter(|pair| pair[0].1 >= pair[1].1);
    pairs.map(|pair| format!("out of order: {:?} before {:?}", pair[0].1, pair[1].1)).collect()
}
