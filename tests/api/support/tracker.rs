//! Tickets as tests make and change them, over the API.

use serde_json::{Value, json};

use super::{Answer, Client, World};

impl World {
    /// A new ticket of the admin's; its id.
    pub async fn ticket(&self, input: Value) -> String {
        self.ada().tracked("createTicket", "CreateTicketInput", input).await.changed().text("ticket.id")
    }

    /// A new ticket with this title, known elsewhere under this pair.
    pub async fn referred(&self, title: &str, system: &str, key: &str) -> String {
        self.ticket(json!({ "title": title, "externalRefs": [{ "system": system, "key": key }] })).await
    }

    /// Links a conversation to a ticket as the admin.
    pub async fn track(&self, ticket: &str, conversation: &str) {
        let both = json!({ "ticketId": ticket, "conversationId": conversation });
        self.ada().tracked("linkTicket", "LinkTicketInput", both).await.changed();
    }

    /// Unlinks a conversation from a ticket as the admin.
    pub async fn untrack(&self, ticket: &str, conversation: &str) {
        let both = json!({ "ticketId": ticket, "conversationId": conversation });
        self.ada().tracked("unlinkTicket", "UnlinkTicketInput", both).await.changed();
    }

    /// Changes a ticket as the admin.
    pub async fn update_ticket(&self, ticket: &str, mut input: Value) {
        input["ticketId"] = json!(ticket);
        self.ada().tracked("updateTicket", "UpdateTicketInput", input).await.changed();
    }

    /// Moves a ticket as the admin.
    pub async fn move_ticket(&self, ticket: &str, status: &str) {
        self.update_ticket(ticket, json!({ "status": status })).await;
    }
}

impl Client {
    /// Runs a mutation of tickets.
    pub async fn tracked(&self, mutation: &str, kind: &str, input: Value) -> Answer {
        let payload = "changed ticket { id } userErrors { code message field }";
        let document = format!("mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {payload} }} }}");
        self.query(&document, json!({ "input": input })).await
    }
}
