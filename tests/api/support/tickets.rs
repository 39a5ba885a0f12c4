//! What tests of tickets do all the time: tickets exist, conversations are linked to them, and what is stored of both is looked at.

use std::collections::BTreeMap;

use entity::ids::{ConversationId, TicketId};
use entity::{event, external_ref, ticket, ticket_link};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use switchboard::domain::change::{Change, Moment};
use switchboard::domain::fact::Fact;
use switchboard::domain::permission::ChannelAccess;
use switchboard::domain::ticket::TicketChange;
use switchboard::store::append::fact_of;
use switchboard::store::conversations::lock::lock;
use switchboard::store::save::save_all;
use switchboard::store::tickets::lock as tickets;

use super::{Answer, World};

impl World {
    /// A ticket by itself; its id.
    pub async fn a_ticket(&self, title: &str) -> String {
        self.bea().mutate("createTicket", json!({ "title": title })).await.changed().text("ticket.id")
    }

    /// A ticket of a conversation; its id.
    pub async fn ticket_of(&self, conversation: &str) -> String {
        let input = json!({ "conversationId": conversation, "title": "Broken" });
        self.bea().mutate("createTicket", input).await.changed().text("ticket.id")
    }

    /// A ticket as it is given, of the admin's; its id.
    pub async fn ticket(&self, input: Value) -> String {
        self.ada().mutate("createTicket", input).await.changed().text("ticket.id")
    }

    /// A ticket with this title, known elsewhere under this pair; its id.
    pub async fn referred(&self, title: &str, system: &str, key: &str) -> String {
        self.ticket(json!({ "title": title, "externalRefs": [{ "system": system, "key": key }] })).await
    }

    /// Links a conversation, whoever may see it.
    pub async fn track(&self, ticket: &str, conversation: &str) {
        let both = json!({ "ticketId": ticket, "conversationId": conversation });
        self.ada().mutate("linkTicket", both).await.changed();
    }

    /// Unlinks a conversation, whoever may see it.
    pub async fn untrack(&self, ticket: &str, conversation: &str) {
        let both = json!({ "ticketId": ticket, "conversationId": conversation });
        self.ada().mutate("unlinkTicket", both).await.changed();
    }

    /// Links a conversation, as Bea, which comes back or not when the ticket is resolved.
    pub async fn link(&self, ticket: &str, conversation: &str, reopen_on_resolve: bool) -> Answer {
        let input = json!({ "ticketId": ticket, "conversationId": conversation, "reopenOnResolve": reopen_on_resolve });
        self.bea().mutate("linkTicket", input).await.changed()
    }

    /// Changes a ticket, as the integration with every scope.
    pub async fn update(&self, ticket: &str, mut what: Value) -> Answer {
        what["ticketId"] = json!(ticket);
        self.robot().mutate("updateTicket", what).await
    }

    /// Resolves a ticket, as the integration with every scope.
    pub async fn resolve(&self, ticket: &str) -> Answer {
        self.update(ticket, json!({ "status": "RESOLVED" })).await.changed()
    }

    /// Links many conversations by the rules, but in one transaction.
    pub async fn link_all(&self, ticket: &str, conversations: &[ConversationId], reopen_on_resolve: bool) {
        let id = TicketId::parse(ticket).unwrap();
        let store = &self.app.service.store;
        let moment = Moment::of(self.clock.now(), switchboard::domain::actor::Actor::Clock);
        let link = async |tx| {
            tickets::lock(&tx, &[id]).await?;
            let mut change = TicketChange::of(tickets::read(&tx, &[id]).await?.remove(&id).unwrap());
            let mut linked = Vec::new();
            for conversation in lock(&tx, &ChannelAccess::All, conversations).await? {
                change.link(conversation.id, reopen_on_resolve, true, &moment);
                let mut told = Change::of(conversation);
                told.record(Fact::TicketLinked { ticket: id }, &moment);
                linked.push(told);
            }
            save_all(&tx, &[], vec![change], linked).await
        };
        store.write(link).await.unwrap();
    }

    /// The stored row of a ticket.
    pub async fn ticket_row(&self, id: &str) -> ticket::Model {
        let rows = self.rows().await;
        let found = ticket::Entity::find_by_id(TicketId::parse(id).unwrap()).one(&rows).await.unwrap().unwrap();
        rows.close().await.unwrap();
        found
    }

    /// The ticket's own log rows, in order.
    pub async fn ticket_log(&self, id: &str) -> Vec<Fact> {
        let rows = self.rows().await;
        let its = event::Entity::find().filter(event::Column::SubjectId.eq(TicketId::parse(id).unwrap().0));
        let its = its.filter(event::Column::ConversationId.is_null()).order_by_asc(event::Column::Seq);
        let found = its.all(&rows).await.unwrap();
        rows.close().await.unwrap();
        found.iter().map(|row| fact_of(row).unwrap()).collect()
    }

    /// What a ticket is called elsewhere, and where it is to be seen there: `system key` and URL.
    pub async fn refs(&self, id: &str) -> BTreeMap<String, Option<String>> {
        let rows = self.rows().await;
        let its = external_ref::Entity::find().filter(external_ref::Column::TicketId.eq(TicketId::parse(id).unwrap()));
        let found = its.all(&rows).await.unwrap();
        rows.close().await.unwrap();
        found.into_iter().map(|row| (format!("{} {}", row.system, row.key), row.url)).collect()
    }

    /// Which conversations a ticket is linked to, and whether each comes back when it is resolved.
    pub async fn linked(&self, id: &str) -> BTreeMap<String, bool> {
        let rows = self.rows().await;
        let its = ticket_link::Entity::find().filter(ticket_link::Column::TicketId.eq(TicketId::parse(id).unwrap()));
        let found = its.all(&rows).await.unwrap();
        rows.close().await.unwrap();
        found.into_iter().map(|row| (row.conversation_id.to_string(), row.reopen_on_resolve)).collect()
    }
}
