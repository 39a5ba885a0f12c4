//! What tests do all the time: customers write, conversations exist, agents have them.

use entity::enums::Scope;
use entity::ids::{AgentId, ChannelId, ConversationId, EventId, IntegrationId};
use serde_json::{Value, json};
use switchboard::domain::actor::Actor;
use switchboard::domain::change::{Aside, Change, Moment, NoteText};
use switchboard::domain::fact::Fact;
use switchboard::domain::permission::ChannelAccess;
use switchboard::domain::token::{NewToken, TokenOwner};
use switchboard::store::conversations::lock::lock;
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

    /// Lets a note of a conversation name agents, below HTTP.
    pub async fn named_in_a_note(&self, conversation: &str, agent: &str) {
        let (id, agent) = (ConversationId::parse(conversation).unwrap(), AgentId::parse(agent).unwrap());
        let noted = self.app.service.store.write(|tx| async move {
            let conversation = lock(&tx, &ChannelAccess::All, &[id]).await?.remove(0);
            let now = self.clock.now().max(conversation.updated_at);
            let note = NoteText { id: EventId::new(now), text: "Hi".to_owned(), html: String::new(), mentions: vec![] };
            let mut change = Change::of(conversation);
            change.record_as(note.id, Fact::Note { named: vec![agent] }, &Moment { now, actor: Actor::Clock });
            change.asides.push(Aside::Note(note));
            change.asides.push(Aside::Mentioned { added: vec![agent], gone: Vec::new() });
            save(&tx, &[], vec![change]).await
        });
        noted.await.unwrap();
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
