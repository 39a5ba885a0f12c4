//! A view as a client keeps it: read once, and from then on only told what changes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::timeout;

use crate::support::Client;
use crate::support::live::{Follower, Heard, Socket, VIEW};

const QUERY: &str =
    "query($view: ConversationView!, $scope: InboxScope!, $filter: ConversationFilter, $after: String) {
    eventCursor conversations(view: $view, scope: $scope, filter: $filter, first: 100, after: $after) {
        nodes { id version } pageInfo { hasNextPage endCursor } } }";
/// How long it may take until what is kept is what is.
const DEADLINE: Duration = Duration::from_secs(30);

/// What of the conversations it is.
#[derive(Clone, Debug)]
pub struct Question {
    pub view: &'static str,
    pub scope: &'static str,
    pub filter: Value,
}

/// The conversations of a view and their versions.
type Set = BTreeMap<String, i64>;

/// A view as a client keeps it.
pub struct Kept {
    /// How many changes it was told.
    pub changes: usize,
    client: Client,
    question: Question,
    set: Set,
    follower: Follower,
}

impl Kept {
    /// Queries, and follows on from there.
    pub async fn begin(client: &Client, socket: &Arc<Socket>, question: Question) -> Self {
        let (set, cursor) = query(client, &question).await;
        let Question { view, scope, filter } = &question;
        let variables = json!({ "view": view, "scope": scope, "filter": filter, "after": cursor });
        let follower = socket.follow(VIEW, variables).await;
        Self { changes: 0, client: client.clone(), question, set, follower }
    }

    /// Returns when what is kept is what a fresh query returns, which nothing changes meanwhile.
    pub async fn is_what_a_query_returns(&mut self) {
        let (fresh, _) = query(&self.client, &self.question).await;
        let deadline = Instant::now() + DEADLINE;
        while self.set != fresh {
            let heard = timeout(deadline - Instant::now(), self.follower.hear()).await;
            match heard {
                Ok(Heard::Next(result)) => self.apply(&result),
                Ok(other) => panic!("{:?}: {other:?}", self.question),
                Err(_) => panic!("{:?}: {:#?} is kept, and {fresh:#?} is", self.question, self.set),
            }
        }
    }

    fn apply(&mut self, result: &Value) {
        assert!(result.get("errors").is_none(), "{result}");
        let change = &result["data"]["viewChanged"];
        let id = change["conversation"]["id"].as_str().unwrap().to_owned();
        let version = change["conversation"]["version"].as_i64().unwrap();
        let (kind, was) = (change["kind"].as_str().unwrap(), self.set.contains_key(&id));
        assert_eq!(was, kind != "ENTERED", "{kind} of {id}, which was there: {was}; {:?}", self.question);
        match kind {
            "LEFT" => drop(self.set.remove(&id)),
            _ => drop(self.set.insert(id, version)),
        }
        self.changes += 1;
    }
}

/// The view as it is, and where the log stood before.
async fn query(client: &Client, question: &Question) -> (Set, String) {
    let (mut set, mut cursor, mut after) = (Set::new(), None, Value::Null);
    loop {
        let Question { view, scope, filter } = question;
        let variables = json!({ "view": view, "scope": scope, "filter": filter, "after": after });
        let page = client.query(QUERY, variables).await.ok();
        let here = page.at("eventCursor").as_str().unwrap().to_owned();
        for node in page.at("conversations.nodes").as_array().unwrap() {
            set.insert(node["id"].as_str().unwrap().to_owned(), node["version"].as_i64().unwrap());
        }
        let cursor = cursor.get_or_insert(here);
        if page.at("conversations.pageInfo.hasNextPage") == false {
            return (set, cursor.clone());
        }
        after = page.at("conversations.pageInfo.endCursor").clone();
    }
}
