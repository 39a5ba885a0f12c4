//! A follower that hangs up at random moments, and comes back elsewhere with the cursor it stored.

use std::fmt;
use std::time::{Duration, Instant};

use entity::event;
use entity::ids::AgentId;
use serde_json::json;
use switchboard::domain::facets::Facets;
use tokio::sync::watch;
use tokio::time::timeout;

use super::verdict::{bare, id_of};
use crate::support::World;
use crate::support::dice::Dice;
use crate::support::live::{FOLLOWED, Follower, Heard, Socket, Transport};
use crate::support::organisation::Person;

/// How long it waits for the last of what it is to hear.
const PATIENCE: Duration = Duration::from_secs(60);

/// The follower, and what it has heard.
pub struct Reader {
    /// The ids of the entries, as they came.
    pub heard: Vec<String>,
    /// How often it came back.
    pub returns: usize,
    document: &'static str,
    who: &'static Person,
    agent: Option<AgentId>,
    sees_hidden: bool,
    reads_notes: bool,
    hidden: String,
    conversation: Option<String>,
    bases: Vec<String>,
    after: String,
    dice: Dice,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = self.document.split_whitespace().nth(1);
        write!(f, "{} heard {}, came back {} times, {what:?}", self.who.id, self.heard.len(), self.returns)
    }
}

impl Reader {
    /// One that has heard nothing yet.
    pub fn new(
        world: &World,
        document: &'static str,
        who: &'static Person,
        conversation: Option<String>,
        bases: &[String],
        after: &str,
        seed: u64,
    ) -> Self {
        let organisation = world.organisation();
        Self {
            heard: Vec::new(),
            returns: 0,
            document,
            who,
            agent: AgentId::parse(&who.id),
            sees_hidden: ![&organisation.bea.id, &organisation.carl.id].contains(&&who.id),
            reads_notes: who.id != organisation.gateway.id,
            hidden: organisation.vip.clone(),
            conversation,
            bases: bases.to_vec(),
            after: after.to_owned(),
            dice: Dice::seeded(seed),
        }
    }

    /// Which entries of the log it is to hear.
    pub fn expected(&self, log: &[event::Model]) -> Vec<String> {
        log.iter().filter(|row| self.is_told(row)).map(id_of).collect()
    }

    fn is_told(&self, row: &event::Model) -> bool {
        let after: Facets = serde_json::from_value(row.payload["after"].clone()).unwrap();
        let followed =
            || self.agent.is_some_and(|agent| after.assignee == Some(agent) || after.followers.contains(&agent));
        (self.sees_hidden || after.channel.to_string() != self.hidden)
            && (self.reads_notes || !row.kind.is_of_notes())
            && self.conversation.as_ref().is_none_or(|id| row.conversation_id.unwrap().to_string() == *id)
            && (self.document != FOLLOWED || followed())
    }

    /// Follows until all is heard that is in the log when nobody writes any more.
    pub async fn follow(&mut self, world: &World, mut told: watch::Receiver<Option<Vec<event::Model>>>) {
        let mut expected = None;
        loop {
            let Some(mut follower) = self.come(world).await else { continue };
            self.listen(&mut follower).await;
            if expected.is_none() && told.borrow_and_update().is_some() {
                expected = told.borrow().as_ref().map(|log| self.expected(log).len());
            }
            if let Some(expected) = expected {
                let deadline = Instant::now() + PATIENCE;
                while self.heard.len() < expected && self.hear(&mut follower, deadline - Instant::now()).await {}
                if self.heard.len() < expected && Instant::now() < deadline {
                    continue;
                }
                // What isn't to be heard would come now.
                self.hear(&mut follower, Duration::from_millis(200)).await;
                return;
            }
            follower.cut();
        }
    }

    /// None if the server is too busy.
    async fn come(&mut self, world: &World) -> Option<Follower> {
        self.returns += 1;
        let base = &self.bases[self.returns % self.bases.len()];
        // Each of them at each place.
        let transport = Transport::ALL[(self.returns + self.returns / self.bases.len()) % 3];
        let client = world.client_at(base, &self.who.token);
        let variables = json!({ "id": self.conversation, "after": self.after });
        if transport == Transport::Events && self.dice.falls(50) {
            // By the transport's own means, with what is long past in the variables.
            let variables = json!({ "id": self.conversation, "after": world.cursor_at(0).await });
            let request = json!({ "query": self.document, "variables": variables });
            return Some(client.follow_from(transport, request, Some(&self.after)).await);
        }
        if transport == Transport::WebSocket {
            let socket = Socket::try_open(&client).await.map_err(|code| assert_eq!(code, 4503)).ok()?;
            return Some(socket.follow(self.document, variables).await);
        }
        Some(client.follow(transport, self.document, variables).await)
    }

    /// For a while, or some entries.
    async fn listen(&mut self, follower: &mut Follower) {
        for _ in 0..self.dice.below(30) {
            let patience = Duration::from_millis(self.dice.next() % 200);
            if !self.hear(follower, patience).await {
                return;
            }
        }
    }

    /// One entry, if it comes in time; stores its cursor with it.
    async fn hear(&mut self, follower: &mut Follower, patience: Duration) -> bool {
        match timeout(patience, follower.hear()).await {
            Ok(Heard::Next(result)) => {
                let change = result["data"].as_object().and_then(|data| data.values().next());
                let change = change.unwrap_or_else(|| panic!("{result}"));
                self.heard.push(bare(change["entry"]["id"].as_str().unwrap()));
                self.after = change["cursor"].as_str().unwrap().to_owned();
                true
            }
            Ok(Heard::Ended(ended)) if ["SLOW_CONSUMER", "OVERLOADED"].contains(&&*ended.code) => {
                // Who was refused at once has come no further.
                self.after = ended.cursor.unwrap_or(std::mem::take(&mut self.after));
                false
            }
            Ok(other) => panic!("{self:?} is told {other:?}"),
            Err(_) => false,
        }
    }
}
