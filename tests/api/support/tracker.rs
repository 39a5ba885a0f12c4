//! Tickets as tests make and change them, over the API.

use serde_json::{Value, json};

use super::World;

impl World {
    /// A new ticket of the admin's; its id.
    pub async fn ticket(&self, input: Value) -> String {
        self.ada().mutate("createTicket", input).await.changed().text("ticket.id")
    }

    /// A new ticket with this title, known elsewhere under this pair.
    pub async fn referred(&self, title: &str, system: &str, key: &str) -> String {
        self.ticket(json!({ "title": title, "externalRefs": [{ "system": system, "key": key }] })).await
    }

    /// Links a conversation to a ticket as the admin.
    pub async fn track(&self, ticket: &str, conversation: &str) {
        let both = json!({ "ticketId": ticket, "conversationId": conversation });
        self.ada().mutate("linkTicket", both).await.changed();
    }

    /// Unlinks a conversation from a ticket as the admin.
    pub async fn untrack(&self, ticket: &str, conversation: &str) {
        let both = json!({ "ticketId": ticket, "conversationId": conversation });
        self.ada().mutate("unlinkTicket", both).await.changed();
    }

    /// Changes a ticket as the admin.
    pub async fn update_ticket(&self, ticket: &str, mut input: Value) {
        input["ticketId"] = json!(ticket);
        self.ada().mutate("updateTicket", input).await.changed();
    }

    /// Moves a ticket as the admin.
    pub async fn move_ticket(&self, ticket: &str, status: &str) {
        self.update_ticket(ticket, json!({ "status": status })).await;
    }
}
