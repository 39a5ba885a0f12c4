//! Makes sure that the workflows stand in order, can be read, and ran once on an entry, and that their entries say so.

use std::collections::{BTreeMap, HashMap};

use entity::event;
use entity::ids::{EventId, RunId};
use entity::{workflow, workflow_run};
use sea_orm::{EntityTrait, QueryOrder};
use switchboard::domain::actor::Actor;
use switchboard::domain::change::CausedBy;
use switchboard::domain::limits::WORKFLOW_DEPTH;
use switchboard::domain::text::key;
use switchboard::domain::workflow::{Outcome, Verdict};

use crate::support::World;

/// Makes sure of all of it.
pub async fn workflows_are_whole(world: &World, events: &[event::Model]) {
    let rows = world.rows().await;
    let workflows = workflow::Entity::find().order_by_asc(workflow::Column::Place).all(&rows).await.unwrap();
    let runs = workflow_run::Entity::find().all(&rows).await.unwrap();
    rows.close().await.unwrap();
    in_order_and_readable(world, &workflows);
    let entries: HashMap<EventId, &event::Model> = events.iter().map(|event| (event.id, event)).collect();
    ran_once_on_an_entry(&workflows, &runs, &entries);
    entries_name_their_run(&runs, events, &entries);
}

fn in_order_and_readable(world: &World, workflows: &[workflow::Model]) {
    let (kept, deleted): (Vec<_>, Vec<_>) = workflows.iter().partition(|row| row.deleted_at.is_none());
    let places: Vec<usize> = kept.iter().map(|row| usize::try_from(row.place).unwrap()).collect();
    assert_eq!(places, (1..=kept.len()).collect::<Vec<_>>(), "the places have no gap");
    assert!(deleted.iter().all(|row| row.place == 0 && !row.enabled), "{deleted:?}");
    for row in workflows {
        assert_eq!(row.name_key, key(&row.name));
        assert!(row.disabled_reason.is_none() || !row.enabled, "what runs wasn't switched off: {row:?}");
        (world.app.spelling.actions)(&row.actions).unwrap();
        row.condition.as_ref().map(|condition| (world.app.spelling.condition)(condition).unwrap());
    }
}

fn ran_once_on_an_entry(
    workflows: &[workflow::Model],
    runs: &[workflow_run::Model],
    entries: &HashMap<EventId, &event::Model>,
) {
    let mut once: BTreeMap<_, RunId> = BTreeMap::new();
    for run in runs {
        assert_eq!(once.insert((run.workflow_id, run.entry_id), run.id), None, "it ran twice: {run:?}");
        assert!(workflows.iter().any(|row| row.id == run.workflow_id), "{run:?}");
        assert_eq!(entries[&run.entry_id].conversation_id, Some(run.conversation_id), "{run:?}");
        let outcomes: Vec<Outcome> = serde_json::from_value(run.outcomes.clone()).unwrap();
        assert_eq!(run.failed, outcomes.iter().any(|outcome| outcome.error.is_some()), "{run:?}");
        assert!(!outcomes.iter().any(|outcome| outcome.changed && outcome.error.is_some()), "{run:?}");
        serde_json::from_value::<Vec<Verdict>>(run.verdicts.clone()).unwrap();
    }
}

fn entries_name_their_run(
    runs: &[workflow_run::Model],
    events: &[event::Model],
    entries: &HashMap<EventId, &event::Model>,
) {
    let runs: HashMap<RunId, &workflow_run::Model> = runs.iter().map(|run| (run.id, run)).collect();
    for event in events {
        let actor = Actor::of_stored(event.actor_kind, event.actor_id);
        let cause =
            event.cause_kind.as_deref().zip(event.cause_id).and_then(|(kind, id)| CausedBy::of_stored(kind, id));
        let by_run = match cause {
            Some(CausedBy::Run(id)) => Some(runs[&id]),
            _ => None,
        };
        let Some(run) = by_run else {
            let of_itself = event.conversation_id.is_some() && cause.is_none();
            assert!(!(of_itself && matches!(actor, Actor::Workflow(_))), "a workflow's entry names its run: {event:?}");
            continue;
        };
        assert_eq!(actor, Actor::Workflow(run.workflow_id), "{event:?}");
        let trigger = entries[&run.entry_id];
        assert_eq!(event.cause_depth, trigger.cause_depth + 1, "{event:?}");
        assert!(event.cause_depth <= WORKFLOW_DEPTH && event.seq > trigger.seq, "{event:?}");
    }
}
