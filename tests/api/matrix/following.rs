//! Subscriptions in the matrix: what is told of the log's beginning.

use std::time::Duration;

use serde_json::json;
use tokio::time::timeout;

use super::stage::Stage;
use crate::support::Client;
use crate::support::live::{CONVERSATION, FEED, FOLLOWED, Heard, NOTIFICATIONS, TICKETS, Transport, VIEW};

/// How long it takes at most until something is told that was there before.
const SOON: Duration = Duration::from_millis(1_500);

impl Stage<'_> {
    /// What comes first; none where the operation is no subscription.
    pub async fn follow(&self, operation: &str, client: &Client) -> Option<String> {
        let after = self.world.cursor_at(0).await;
        let filter = json!({ "channelIds": [self.channel] });
        let (document, variables) = match operation {
            "conversationChanged" => (CONVERSATION, json!({ "id": self.id, "after": after })),
            "conversationsChanged" => (FEED, json!({ "filter": filter, "after": after })),
            "followedConversationsChanged" => (FOLLOWED, json!({ "after": after })),
            "viewChanged" => (VIEW, json!({ "view": "ALL", "scope": "ALL", "filter": filter, "after": after })),
            "notificationReceived" => (NOTIFICATIONS, json!({ "after": after })),
            "ticketChanged" => (TICKETS, json!({ "after": after })),
            _ => return None,
        };
        let mut follower = client.follow(Transport::WebSocket, document, variables).await;
        Some(match timeout(SOON, follower.hear()).await {
            Ok(Heard::Next(_)) => "done".to_owned(),
            Ok(Heard::Ended(ended)) => format!("top-level {}", ended.code),
            Ok(Heard::Gone(code)) => panic!("gone: {code:?}"),
            Err(_) => "nothing".to_owned(),
        })
    }
}
