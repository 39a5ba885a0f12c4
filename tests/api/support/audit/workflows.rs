//! Workflows stand in a row without a gap and can be read; each run fits the entry that triggered it and what it wrote.

use std::collections::{HashMap, HashSet};

use entity::enums::{ActorKind, EventKind};
use entity::ids::{EventId, RunId, WorkflowId};
use entity::{consumer, event, workflow, workflow_run};
use sea_orm::{DatabaseConnection, EntityTrait};
use switchboard::domain::change::CausedBy;
use switchboard::domain::limits;
use switchboard::domain::text::key;
use switchboard::domain::workflow::{Outcome, Verdict};
use switchboard::service::workflows::failures::FAILURES;

use crate::support::World;

/// Makes sure of it, whatever a test did; the events are the whole log in order.
pub async fn log_tells_the_runs(world: &World, rows: &DatabaseConnection, events: &[event::Model]) {
    let workflows = workflow::Entity::find().all(rows).await.unwrap();
    let runs = workflow_run::Entity::find().all(rows).await.unwrap();
    let consumers = consumer::Entity::find().all(rows).await.unwrap();
    let head = i64::try_from(events.len()).unwrap();
    let [consumer] = &consumers[..] else { panic!("{consumers:?}") };
    assert!((0..=head).contains(&consumer.position), "nobody has gone through what isn't there: {consumer:?}");
    assert_eq!(consumer.turn, i64::try_from(runs.len()).unwrap(), "each run ends a turn");
    they_stand_in_a_row(&workflows);
    for workflow in &workflows {
        can_be_read(world, workflow, &runs, head);
    }
    let workflows: HashMap<WorkflowId, &workflow::Model> = workflows.iter().map(|row| (row.id, row)).collect();
    let entries: HashMap<EventId, &event::Model> = events.iter().map(|row| (row.id, row)).collect();
    let mut seen: HashSet<(WorkflowId, EventId)> = HashSet::new();
    let roots: HashMap<RunId, EventId> = runs.iter().map(|run| (run.id, run.root_id)).collect();
    let mut chains: HashMap<EventId, u64> = HashMap::new();
    for run in &runs {
        assert!(seen.insert((run.workflow_id, run.entry_id)), "once for each entry: {run:?}");
        assert!(workflows.contains_key(&run.workflow_id), "{run:?}");
        let entry = entries.get(&run.entry_id).unwrap_or_else(|| panic!("no entry: {run:?}"));
        assert_eq!(entry.conversation_id, Some(run.conversation_id), "{run:?}");
        assert!(entry.at <= run.at, "{run:?} of {entry:?}");
        // What ran on an entry was never left behind by the position for less than its own entry.
        assert!(consumer.position >= entry.seq - 1, "{run:?} of {entry:?} at {consumer:?}");
        what_it_came_to_is_whole(run);
        let root = caused_by(entry).map_or(run.entry_id, |cause| roots[&cause]);
        assert_eq!(run.root_id, root, "{run:?} of {entry:?}");
        if run.root_id != run.entry_id && !run.failed {
            *chains.entry(root).or_default() += 1;
        }
    }
    assert!(chains.values().all(|length| *length <= limits::WORKFLOW_CHAIN), "{chains:?}");
    let runs: HashMap<RunId, &workflow_run::Model> = runs.iter().map(|run| (run.id, run)).collect();
    for written in events {
        let Some(id) = caused_by(written) else {
            assert!(
                written.actor_kind != ActorKind::Workflow || written.kind == EventKind::WorkflowChanged,
                "{written:?}"
            );
            continue;
        };
        let run = runs.get(&id).unwrap_or_else(|| panic!("no run: {written:?}"));
        fits(written, run, entries[&run.entry_id]);
    }
}

/// The run that made somebody write an entry, if one did.
fn caused_by(entry: &event::Model) -> Option<RunId> {
    let cause = entry.cause_kind.as_deref().zip(entry.cause_id);
    match cause.and_then(|(kind, id)| CausedBy::of_stored(kind, id)) {
        Some(CausedBy::Run(run)) => Some(run),
        _ => None,
    }
}

/// What a run wrote names its workflow, comes after its entry, and is one deeper.
fn fits(written: &event::Model, run: &workflow_run::Model, entry: &event::Model) {
    let by = (written.actor_kind, written.actor_id);
    assert_eq!(by, (ActorKind::Workflow, Some(run.workflow_id.0)), "{written:?} by {run:?}");
    assert!(written.seq > entry.seq && written.at == run.at, "{written:?} by {run:?}");
    assert!(written.conversation_id.is_none_or(|id| id == run.conversation_id), "{written:?} by {run:?}");
    assert_eq!(written.cause_depth, entry.cause_depth + 1, "{written:?} by {run:?}");
    assert!(written.cause_depth <= limits::WORKFLOW_DEPTH, "{written:?}");
}

fn they_stand_in_a_row(workflows: &[workflow::Model]) {
    let mut places: Vec<i32> =
        workflows.iter().filter(|row| row.deleted_at.is_none()).map(|workflow| workflow.place).collect();
    places.sort_unstable();
    assert_eq!(places, (1..).take(places.len()).collect::<Vec<i32>>(), "places have no gap");
}

fn can_be_read(world: &World, workflow: &workflow::Model, runs: &[workflow_run::Model], head: i64) {
    let spelling = world.app.spelling;
    let actions = (spelling.actions)(&workflow.actions).unwrap_or_else(|why| panic!("{why:?}: {workflow:?}"));
    assert!((1..=20).contains(&actions.len()), "{workflow:?}");
    if let Some(condition) = &workflow.condition {
        (spelling.condition)(condition).unwrap_or_else(|why| panic!("{why:?}: {workflow:?}"));
    }
    assert_eq!(workflow.name_key, key(&workflow.name));
    assert!((0..=head).contains(&workflow.enabled_after), "{workflow:?}");
    assert!(workflow.disabled_reason.is_none() || !workflow.enabled, "{workflow:?}");
    assert!(workflow.deleted_at.is_none() || (!workflow.enabled && workflow.place == 0), "{workflow:?}");
    let failed = runs.iter().filter(|run| run.workflow_id == workflow.id && run.failed).count();
    assert!(usize::try_from(workflow.failures).unwrap() <= failed, "{failed} runs failed: {workflow:?}");
    assert!(workflow.failures <= FAILURES - i32::from(workflow.enabled), "{workflow:?}");
}

fn what_it_came_to_is_whole(run: &workflow_run::Model) {
    let verdicts: Vec<Verdict> = serde_json::from_value(run.verdicts.clone()).unwrap();
    let paths: HashSet<&str> = verdicts.iter().map(|verdict| verdict.path.as_str()).collect();
    assert_eq!(paths.len(), verdicts.len(), "a verdict for each part of the condition: {run:?}");
    assert!(verdicts.first().is_none_or(|whole| whole.matched), "what didn't match leaves no trace: {run:?}");
    let outcomes: Vec<Outcome> = serde_json::from_value(run.outcomes.clone()).unwrap();
    assert!((1..=20).contains(&outcomes.len()), "{run:?}");
    assert_eq!(run.failed, outcomes.iter().any(|outcome| outcome.error.is_some()), "{run:?}");
    assert!(outcomes.iter().all(|outcome| outcome.error.is_none() || !outcome.changed), "{run:?}");
}
