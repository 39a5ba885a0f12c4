//! The numbers beside the views.

use std::sync::Arc;

use async_graphql::{Object, SimpleObject};

use super::team::Team;
use crate::store::conversations::counts;

/// How many conversations wait where, as far as the viewer may see them. Each number stops at 10,001, which means more than 10,000.
#[derive(Clone, Debug)]
pub struct InboxCounts(pub counts::InboxCounts);

/// How many open conversations a team has, as far as the viewer may see them.
#[derive(Clone, Debug, SimpleObject)]
pub struct TeamCount {
    /// The team.
    team: Team,
    /// Its open conversations. It stops at 10,001, which means more than 10,000.
    open: i32,
}

/// How many conversations wait where, as far as the viewer may see them. Each number stops at 10,001, which means more than 10,000.
#[Object]
impl InboxCounts {
    /// Open conversations assigned to the viewer; 0 for integrations.
    async fn mine(&self) -> i32 {
        int(self.0.mine)
    }

    /// Open conversations without an agent, whether or not a team is set.
    async fn unassigned(&self) -> i32 {
        int(self.0.unassigned)
    }

    /// Open conversations that the viewer follows; 0 for integrations.
    async fn following(&self) -> i32 {
        int(self.0.following)
    }

    /// Open conversations of which a note names the viewer; 0 for integrations and without NOTES_READ.
    async fn mentioned(&self) -> i32 {
        int(self.0.mentioned)
    }

    /// Open conversations.
    async fn all(&self) -> i32 {
        int(self.0.all)
    }

    /// Snoozed conversations.
    async fn snoozed(&self) -> i32 {
        int(self.0.snoozed)
    }

    /// Conversations in spam.
    async fn spam(&self) -> i32 {
        int(self.0.spam)
    }

    /// Open conversations that the viewer hasn't read, as `unreadOnly` means it; 0 for integrations.
    async fn unread_conversations(&self) -> i32 {
        int(self.0.unread)
    }

    /// Open conversations by team, sorted by the teams' names. Every team that isn't deleted is there, also with none.
    async fn teams(&self) -> Vec<TeamCount> {
        let teams = self.0.teams.iter();
        teams.map(|(team, open)| TeamCount { team: Team(Arc::clone(team)), open: int(*open) }).collect()
    }
}

fn int(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
