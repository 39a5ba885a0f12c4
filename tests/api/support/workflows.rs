//! What tests of workflows do all the time: set one up, and read what it did.

use serde_json::{Value, json};

use super::{Answer, Client, World};

/// A dry run, with everything that tests read of it.
const TRIED: &str = "query($input: WorkflowInput!, $id: ID!) { testWorkflow(input: $input, conversationId: $id) {
    matched verdicts { path matched } outcomes { action changed error { code field } } userErrors { code message field } } }";

/// What tests read of a run.
pub const RUN: &str = "id at workflow { id name } conversation { id } entry { id kind } verdicts { path matched } \
    outcomes { action changed error { code message field } }";

/// A workflow's input: on customers' messages it sets the priority, unless something else is given.
pub fn input(name: &str, given: Value) -> Value {
    let mut input =
        json!({ "name": name, "trigger": "CUSTOMER_MESSAGE", "actions": [{ "setPriority": { "priority": "HIGH" } }] });
    for (field, value) in given.as_object().unwrap() {
        input[field] = value.clone();
    }
    input
}

impl World {
    /// A new workflow, made by the admin; its id.
    pub async fn workflow(&self, name: &str, given: Value) -> String {
        self.ada().mutate("createWorkflow", input(name, given)).await.changed().text("workflow.id")
    }

    /// Changes a workflow as the admin.
    pub async fn update_workflow(&self, id: &str, mut given: Value) -> Answer {
        given["workflowId"] = json!(id);
        self.ada().mutate("updateWorkflow", given).await
    }

    /// The names of the workflows in their order, after making sure that their places have no gap.
    pub async fn order(&self) -> Vec<String> {
        let answer = self.ada().query("{ workflows { name position } }", json!({})).await.ok();
        let listed = answer.at("workflows").as_array().unwrap();
        let places: Vec<u64> = listed.iter().map(|workflow| workflow["position"].as_u64().unwrap()).collect();
        assert_eq!(places, (1..=listed.len() as u64).collect::<Vec<_>>());
        answer.texts("workflows", "name")
    }

    /// The newest 50 runs of a workflow that a client sees, newest first.
    pub async fn runs(&self, client: &Client, workflow: &str) -> Vec<Value> {
        let document = format!(
            "query($id: ID!) {{ node(id: $id) {{ ... on Workflow {{ runs(first: 50) {{ nodes {{ {RUN} }} }} }} }} }}"
        );
        let answer = client.query(&document, json!({ "id": workflow })).await.ok();
        answer.at("node.runs.nodes").as_array().unwrap().clone()
    }
}

impl Client {
    /// What a workflow would do to a conversation.
    pub async fn try_workflow(&self, input: &Value, conversation: &str) -> Answer {
        self.query(TRIED, json!({ "input": input, "id": conversation })).await
    }
}
