//! What tests do all the time: customers write, conversations exist, agents have them.

use chrono::TimeDelta;
use entity::enums::{AssignmentReason, ChannelKind, EventKind, NotificationReason, Scope};
use entity::ids::{AgentId, ChannelId, ConversationId, CustomerId, IntegrationId, TeamId};
use entity::{event, notification};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use switchboard::domain::action::begin::Begin;
use switchboard::domain::actor::Actor;
use switchboard::domain::change::{Change, Moment};
use switchboard::domain::channel::Policy;
use switchboard::domain::fact::Fact;
use switchboard::domain::permission::ChannelAccess;
use switchboard::domain::timer::Timers;
use switchboard::domain::token::{NewToken, TokenOwner};
use switchboard::scheduler::run_due;
use switchboard::store::save::save;

use super::{Answer, World};

impl World {
    /// A mail from this address, to be handed in.
    pub fn mail(&self, from: &str, text: &str) -> Value {
        json!({ "channelId": self.organisation().mail, "customer": { "email": from }, "text": text })
    }

    /// A chat message of the visitor with this id of the website, to be handed in.
    pub fn chat(&self, visitor: &str, text: &str) -> Value {
        json!({ "channelId": self.organisation().chat, "customer": { "externalId": visitor }, "text": text })
    }

    /// Hands in a mail; answers what came of it.
    pub async fn mailed(&self, from: &str, text: &str) -> Answer {
        self.gateway().receive(self.mail(from, text)).await.changed()
    }

    /// Hands in a chat message; answers what came of it.
    pub async fn chatted(&self, visitor: &str, text: &str) -> Answer {
        self.gateway().receive(self.chat(visitor, text)).await.changed()
    }

    /// An open conversation, begun by a mail of Zoe's.
    pub async fn opened(&self) -> String {
        self.mailed("zoe@example.com", "Where is my order?").await.conversation()
    }

    /// A closed conversation, begun by a mail of Zoe's.
    pub async fn closed(&self) -> String {
        let id = self.opened().await;
        self.close(&id).await;
        id
    }

    /// A conversation in spam, begun by a blocked customer's mail.
    pub async fn spam(&self) -> String {
        self.block(json!({ "email": "spammer@example.com" })).await;
        self.mailed("spammer@example.com", "Buy now!").await.conversation()
    }

    /// A conversation of the restricted channel.
    pub async fn hidden(&self) -> String {
        let mut mail = self.mail("vera@example.com", "Discretion, please.");
        mail["channelId"] = json!(self.organisation().vip);
        self.gateway().receive(mail).await.changed().conversation()
    }

    /// Blocks a customer, who is made if new.
    pub async fn block(&self, mut customer: Value) {
        customer["blocked"] = json!(true);
        self.ada().mutate("upsertCustomer", customer).await.changed();
    }

    /// Closes a conversation as the admin.
    pub async fn close(&self, id: &str) -> Answer {
        self.ada().mutate("closeConversation", json!({ "conversationId": id })).await.changed()
    }

    /// Assigns a conversation as the admin.
    pub async fn assign(&self, id: &str, agent: &str) -> Answer {
        self.ada().mutate("assignConversation", json!({ "conversationId": id, "assigneeId": agent })).await.changed()
    }

    /// Snoozes a conversation as Bea, until what is given; a customer's message wakes it.
    pub async fn snooze(&self, id: &str, until: Value) -> Answer {
        self.bea().mutate("snoozeConversation", json!({ "conversationId": id, "until": until })).await.changed()
    }

    /// Time passes, and the clock does what is due by then.
    pub async fn pass(&self, time: TimeDelta) {
        self.clock.advance(time);
        run_due(&self.app.service).await.unwrap();
    }

    /// So many open conversations that an agent has, each begun and assigned by the rules, but many in one transaction.
    pub async fn laden(&self, agent: &str, many: usize) -> Vec<ConversationId> {
        self.laden_through(agent, None, many).await
    }

    /// The same, assigned through a team.
    pub async fn laden_through(&self, agent: &str, team: Option<&str>, many: usize) -> Vec<ConversationId> {
        let made = self.ada().mutate("upsertCustomer", json!({ "email": "zoe@example.com" })).await.done();
        let customer = CustomerId::parse(&made.text("customer.id")).unwrap();
        let (agent, to_team) = (AgentId::parse(agent).unwrap(), team.and_then(TeamId::parse));
        let moment = Moment::of(self.clock.now(), Actor::Customer(customer));
        let begun = || {
            let begin = Begin {
                id: ConversationId::new(moment.now),
                channel: ChannelId::parse(&self.organisation().mail).unwrap(),
                customer,
                subject: None,
                routing_reason: "There are many.".to_owned(),
                sender_blocked: false,
            };
            let mut change = begin.decide(&moment);
            let reason = AssignmentReason::Manual;
            let (from_agent, to_agent, from_team) = (None, Some(agent), None);
            change.record(Fact::Assigned { from_agent, to_agent, from_team, to_team, reason }, &moment);
            change.move_timers(Timers::default(), &Policy::of(ChannelKind::Email));
            change
        };
        let changes: Vec<Change> = std::iter::repeat_with(begun).take(many).collect();
        let changes = &changes;
        self.app.service.store.write(|tx| async move { save(&tx, &[], changes.clone()).await }).await.unwrap();
        changes.iter().map(|change| change.conversation.id).collect()
    }

    /// Assigns a conversation to a team, and nobody of it, as the admin.
    pub async fn give(&self, id: &str, team: &str) -> Answer {
        self.ada().mutate("assignConversation", json!({ "conversationId": id, "teamId": team })).await.changed()
    }

    /// How a conversation was assigned: each time why, by whom, to which agent and which team, by their names.
    pub async fn assignments(&self, id: &str) -> Vec<[String; 4]> {
        let document = "query($id: ID!) { conversation(id: $id) { timeline(last: 100, kinds: [ASSIGNED]) { nodes {
            actor { displayName } ... on AssignedEntry { assignReason toAgent { name } toTeam { slug } } } } } }";
        let answer = self.ada().query(document, json!({ "id": id })).await.ok();
        let nodes = answer.at("conversation.timeline.nodes").as_array().unwrap().clone();
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let told = nodes.iter().map(|node| {
            [
                text(&node["assignReason"]),
                text(&node["actor"]["displayName"]),
                text(&node["toAgent"]["name"]),
                text(&node["toTeam"]["slug"]),
            ]
        });
        told.collect()
    }

    /// Who has a conversation: agent and team, by their ids.
    pub async fn holder(&self, id: &str) -> [Option<String>; 2] {
        let conversation = self.ada().conversation(id).await;
        ["assignee", "team"].map(|who| conversation[who]["id"].as_str().map(str::to_owned))
    }

    /// Who was notified of a conversation's assignments, in the log's order: the agent's id and why.
    pub async fn told_of_assignments(&self, id: &str) -> Vec<(String, NotificationReason)> {
        let rows = self.rows().await;
        let id = ConversationId::parse(id).unwrap();
        let assigned = event::Entity::find()
            .filter(event::Column::ConversationId.eq(id))
            .filter(event::Column::Kind.eq(EventKind::Assigned))
            .all(&rows)
            .await
            .unwrap();
        let notices = notification::Entity::find().filter(notification::Column::ConversationId.eq(id));
        let notices = notices.order_by_asc(notification::Column::Seq).all(&rows).await.unwrap();
        rows.close().await.unwrap();
        let of_these = notices.into_iter().filter(|notice| assigned.iter().any(|entry| entry.id == notice.entry_id));
        of_these.map(|notice| (notice.agent_id.to_string(), notice.reason)).collect()
    }

    /// A new tag with this name; its id.
    pub async fn tag(&self, name: &str) -> String {
        self.ada().mutate("createTag", json!({ "name": name })).await.changed().text("tag.id")
    }

    /// Puts tags on a conversation as the admin.
    pub async fn tagged(&self, id: &str, tags: &[&str]) -> Answer {
        self.ada().mutate("addTags", json!({ "conversationId": id, "tagIds": tags })).await.changed()
    }

    /// An agent goes away.
    pub async fn away(&self, agent: &str) {
        let input = json!({ "agentId": agent, "availability": "AWAY" });
        self.ada().mutate("updateAgent", input).await.changed();
    }

    /// An agent is deactivated.
    pub async fn deactivate(&self, agent: &str) {
        self.ada().mutate("deactivateAgent", json!({ "agentId": agent })).await.changed();
    }

    /// An agent belongs to the restricted channel from now on, or no longer.
    pub async fn belongs_to_vip(&self, agent: &str, belongs: bool) {
        let agents = if belongs { vec![agent] } else { vec![] };
        let input = json!({ "channelId": self.organisation().vip, "agentIds": agents });
        self.ada().mutate("updateChannel", input).await.changed();
    }

    /// Lets a note of a conversation name an agent, who doesn't begin to follow because of it.
    pub async fn named_in_a_note(&self, conversation: &str, agent: &str) {
        let note = json!({ "conversationId": conversation, "text": "Hi", "mentions": [{ "agentId": agent }] });
        if self.ada().mutate("addNote", note).await.changed().kinds().contains(&"FOLLOWED".to_owned()) {
            let follower = json!({ "conversationId": conversation, "agentIds": [agent] });
            self.robot().mutate("removeFollowers", follower).await.ok();
        }
    }

    /// The position of the log's newest row: it stays where it is when nothing is written.
    pub async fn last_seq(&self) -> i64 {
        self.app.service.store.head().await.unwrap().last_seq
    }

    /// A new token of an agent or integration, limited to these channels if any are given.
    pub async fn token(&self, owner: &str, scopes: &[Scope], channels: Option<&[&str]>) -> String {
        let new = NewToken {
            name: "narrow".to_owned(),
            owner: AgentId::parse(owner)
                .map_or_else(|| TokenOwner::Integration(IntegrationId::parse(owner).unwrap()), TokenOwner::Agent),
            scopes: scopes.iter().copied().collect(),
            channels: channels.map(|list| list.iter().map(|id| ChannelId::parse(id).unwrap()).collect()),
            expires_at: None,
        };
        let admin = Actor::Agent(AgentId::parse(&self.organisation().ada.id).unwrap());
        self.app.service.create_token(admin, &ChannelAccess::All, &new).await.unwrap().secret
    }
}
