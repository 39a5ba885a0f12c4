//! One client that follows all there is to follow.

use serde_json::json;

use super::QUIET;
use crate::support::live::{CONVERSATION, FEED, FOLLOWED, Follower, NOTIFICATIONS, TICKETS, Transport, VIEW};
use crate::support::{Client, World};

/// All six subscriptions of one client.
pub struct Six {
    pub conversation: Follower,
    pub followed: Follower,
    pub feed: Follower,
    pub view: Follower,
    pub notifications: Follower,
    pub tickets: Follower,
}

impl Six {
    /// From where the log stands.
    pub async fn start(world: &World, client: &Client, conversation: &str) -> Self {
        let six = Self::after(client, conversation, &world.cursor().await).await;
        // So that each is under way: one that is refused would say so.
        tokio::time::sleep(QUIET).await;
        six
    }

    /// From a position, some on each transport.
    pub async fn after(client: &Client, conversation: &str, after: &str) -> Self {
        let [one, two, three] = Transport::ALL;
        let all = json!({ "after": after });
        let view = json!({ "view": "INBOX", "scope": "ALL", "after": after });
        let conversation = json!({ "id": conversation, "after": after });
        Self {
            conversation: client.follow(one, CONVERSATION, conversation).await,
            followed: client.follow(two, FOLLOWED, all.clone()).await,
            feed: client.follow(three, FEED, all.clone()).await,
            view: client.follow(two, VIEW, view).await,
            notifications: client.follow(one, NOTIFICATIONS, all.clone()).await,
            tickets: client.follow(three, TICKETS, all).await,
        }
    }

    pub fn all(&mut self) -> [&mut Follower; 6] {
        [
            &mut self.conversation,
            &mut self.followed,
            &mut self.feed,
            &mut self.view,
            &mut self.notifications,
            &mut self.tickets,
        ]
    }
}
