//! Which index serves the runs of a workflow, with rows enough that the planners care.

use entity::ids::{ChannelId, WorkflowId};
use entity::{event, workflow_run};
use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait, IdenStatic, Iterable};
use serde_json::json;
use switchboard::domain::permission::{ChannelAccess, Viewer};
use switchboard::store::page::Window;

use crate::plans::plan;
use crate::support::shelf::viewer;
use crate::support::volume::{self, literal};
use crate::support::{World, both};

both!(runs_are_read_along_their_index);

/// Enough rows that walking all of them looks dear.
const ROWS: i64 = 20_000;

/// Beyond all rows of the log that the test itself writes.
const FAR: i64 = 1_000_000;

/// As many rows of the log, named as the conversations are.
async fn log_their_entries(rows: &DatabaseConnection) {
    let columns: Vec<&str> = event::Column::iter().map(|column| column.as_str()).collect();
    let values = columns.iter().map(|column| match *column {
        "id" => "conversation.id".to_owned(),
        "seq" => format!("{FAR} + conversation.number"),
        "kind" => "'MESSAGE'".to_owned(),
        other => format!("event.{other}"),
    });
    let values: Vec<String> = values.collect();
    let (columns, values) = (columns.join(", "), values.join(", "));
    let sql = format!("INSERT INTO event ({columns}) SELECT {values} FROM event, conversation WHERE event.seq = 1");
    rows.execute_unprepared(&sql).await.unwrap();
}

async fn runs_are_read_along_their_index(world: &World) {
    let organisation = world.organisation();
    let [one, other] = [world.workflow("one", json!({})).await, world.workflow("other", json!({})).await]
        .map(|id| WorkflowId::parse(&id).unwrap());
    let rows = world.rows().await;
    let channels = [&organisation.vip, &organisation.mail, &organisation.chat].map(|id| ChannelId::parse(id).unwrap());
    let [vip, mail, chat] = channels.map(|id| literal(&rows, id.0));
    let channel = format!("CASE n % 20 WHEN 0 THEN {vip} WHEN 1 THEN {chat} ELSE {mail} END");
    volume::multiply(world, &rows, ROWS, |column| (column == "channel_id").then(|| channel.clone())).await;
    let of = format!("CASE number % 50 WHEN 0 THEN {} ELSE {} END", literal(&rows, one.0), literal(&rows, other.0));
<<<<<<< HEAD
    let runs = "id, workflow_id, entry_id, root_id, conversation_id, verdicts, outcomes, failed, at";
=======
    let runs = "id, workflow_id, entry_id, conversation_id, root_id, verdicts, outcomes, failed, at";
>>>>>>> h-g
    let runs = format!(
        "INSERT INTO workflow_run ({runs}) SELECT id, {of}, id, id, id, '[]', '[]', FALSE, created_at FROM conversation"
    );
    rows.execute_unprepared(&runs).await.unwrap();
    log_their_entries(&rows).await;
    rows.execute_unprepared("ANALYZE").await.unwrap();
    let [vip, mail, _] = channels;
    let all = viewer(&organisation.bea.id, ChannelAccess::All);
    let noteless = Viewer { scopes: [entity::enums::Scope::ConversationsRead].into_iter().collect(), ..all.clone() };
    let store = &world.app.service.store;
    let first = Window { limit: 25, backward: false, after: None, before: None };
    let cursor = store.workflow_runs(&all, other, &first).await.unwrap().rows.pop().unwrap().0;
    let next = Window { after: Some(cursor), ..first.clone() };
    let mut number = 0;
    for access in [ChannelAccess::All, ChannelAccess::Except(vec![vip]), ChannelAccess::Only(vec![mail])] {
        for viewer in [&all, &noteless] {
            let viewer = Viewer { channels: access.clone(), ..viewer.clone() };
            for window in [&first, &next] {
                let (sql, bound) = store.workflow_runs_statement(&viewer, other, window).unwrap().unwrap();
                number += 1;
                let plan = plan(&rows, number, &sql, bound).await;
                assert!(plan.contains("workflow_run_by_workflow"), "{sql}\n{plan}");
                assert!(!plan.contains("Sort") && !plan.contains("TEMP B-TREE"), "{sql}\n{plan}");
                assert!(!plan.contains("Seq Scan on workflow_run"), "{sql}\n{plan}");
            }
        }
    }
    rows.execute_unprepared(&format!("DELETE FROM event WHERE seq > {FAR}")).await.unwrap();
    workflow_run::Entity::delete_many().exec(&rows).await.unwrap();
    volume::clear(&rows).await;
    rows.close().await.unwrap();
}
