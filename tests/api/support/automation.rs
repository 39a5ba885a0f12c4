//! What tests of running workflows do all the time: there are workflows, things happen, and what ran is looked at.

use std::collections::HashMap;

use entity::ids::{EventId, RunId, WorkflowId};
use entity::{event, message, note, workflow, workflow_run};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};

use super::{Answer, World};

/// What tests read of a run.
const RUN: &str = "id entry { id kind } conversation { id } verdicts { path matched } \
    outcomes { action changed error { code field } } at";

impl World {
    /// A workflow as it is given, of the admin's; its id.
    pub async fn automate(&self, input: Value) -> String {
        self.ada().mutate("createWorkflow", input).await.changed().text("workflow.id")
    }

    /// One that does this on each of a customer's messages; its id.
    pub async fn on_message(&self, name: &str, actions: Value) -> String {
        self.automate(json!({ "name": name, "trigger": "CUSTOMER_MESSAGE", "actions": actions })).await
    }

    /// Changes a workflow, as the admin.
    pub async fn change_workflow(&self, id: &str, what: Value) -> Answer {
        self.update_workflow(id, what).await.changed()
    }

    /// Deletes a workflow, as the admin.
    pub async fn drop_workflow(&self, id: &str) {
        self.ada().mutate("deleteWorkflow", json!({ "workflowId": id })).await.done();
    }

    /// Whether a workflow is switched on, and why the server switched it off.
    pub async fn in_force(&self, id: &str) -> (bool, Option<String>) {
        let document = "query($id: ID!) { node(id: $id) { ... on Workflow { enabled disabledReason } } }";
        let answer = self.ada().query(document, json!({ "id": id })).await.ok();
        let node = answer.at("node");
        (node["enabled"].as_bool().unwrap(), node["disabledReason"].as_str().map(str::to_owned))
    }

    /// A workflow's runs as the admin sees them, at most a hundred, oldest first.
    pub async fn runs_of(&self, workflow: &str) -> Vec<Value> {
        let document = format!(
            "query($id: ID!) {{ node(id: $id) {{ ... on Workflow {{ runs(first: 100) {{ nodes {{ {RUN} }} }} }} }} }}"
        );
        let answer = self.ada().query(&document, json!({ "id": workflow })).await.ok();
        let mut runs = answer.at("node.runs.nodes").as_array().unwrap().clone();
        runs.reverse();
        runs
    }

    /// What ran: the workflow's name and the kind of its entry, in the order of the entries and of the workflows.
    pub async fn ran(&self) -> Vec<String> {
        let ledger = Ledger::read(self).await;
        let mut ran: Vec<(i64, i32, String)> = Vec::new();
        for run in &ledger.runs {
            let (workflow, entry) = (&ledger.workflows[&run.workflow_id], &ledger.events[&run.entry_id]);
            ran.push((entry.seq, workflow.place, format!("{} on {:?}", workflow.name, entry.kind)));
        }
        ran.sort();
        ran.into_iter().map(|(_, _, told)| told).collect()
    }

    /// What happened to a conversation: each entry's kind, who did it, and how deep that goes where something made them.
    pub async fn told_by(&self, conversation: &str) -> Vec<String> {
        let document = "query($id: ID!) { conversation(id: $id) { timeline(first: 100) { nodes {
            kind actor { displayName } cause { depth workflowRun { workflow { name } } ticket { id } } } } } }";
        let answer = self.ada().query(document, json!({ "id": conversation })).await.ok();
        let nodes = answer.at("conversation.timeline.nodes").as_array().unwrap().clone();
        let told = nodes.iter().map(|node| {
            let (kind, actor) = (node["kind"].as_str().unwrap(), node["actor"]["displayName"].as_str().unwrap());
            match node["cause"]["depth"].as_i64() {
                Some(depth) => format!("{kind} {actor} {depth}"),
                None => format!("{kind} {actor}"),
            }
        });
        told.collect()
    }
}

/// Everything that is stored of workflows.
pub struct Ledger {
    /// The runs, oldest first.
    pub runs: Vec<workflow_run::Model>,
    /// The workflows, deleted ones too.
    pub workflows: HashMap<WorkflowId, workflow::Model>,
    /// The log.
    pub events: HashMap<EventId, event::Model>,
    /// What each run wrote, in the log's order.
    pub written: HashMap<RunId, Vec<event::Model>>,
    /// The texts of messages and notes.
    pub texts: HashMap<EventId, String>,
}

impl Ledger {
    /// Reads it past the server.
    pub async fn read(world: &World) -> Self {
        let rows = world.rows().await;
        let runs = workflow_run::Entity::find().order_by_asc(workflow_run::Column::Id).all(&rows).await.unwrap();
        let workflows = workflow::Entity::find().all(&rows).await.unwrap();
        let events = event::Entity::find().order_by_asc(event::Column::Seq).all(&rows).await.unwrap();
        let messages = message::Entity::find().all(&rows).await.unwrap();
        let notes = note::Entity::find().all(&rows).await.unwrap();
        let texts = messages.into_iter().map(|row| (row.entry_id, row.text));
        let texts = texts.chain(notes.into_iter().map(|row| (row.entry_id, row.text))).collect();
        rows.close().await.unwrap();
        let mut written: HashMap<RunId, Vec<event::Model>> = runs.iter().map(|run| (run.id, Vec::new())).collect();
        for entry in &events {
            if let Some(wrote) = entry.cause_id.and_then(|id| written.get_mut(&RunId(id))) {
                wrote.push(entry.clone());
            }
        }
        Self {
            written,
            runs,
            workflows: workflows.into_iter().map(|row| (row.id, row)).collect(),
            events: events.into_iter().map(|row| (row.id, row)).collect(),
            texts,
        }
    }
}
