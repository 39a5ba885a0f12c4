//! Channels and their policies.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use entity::channel::Model;

use super::agent::Agent;
use super::enums::ChannelKind;
use super::team::Team;
use crate::domain::duration::IsoDuration;
use crate::graphql::loaders::belonging::{AgentsOf, ChannelTeamsOf};
use crate::graphql::reader::Reader;
use crate::graphql::scalar::{DateTime, Duration};

/// Who sees a channel and its conversations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::enums::ChannelVisibility")]
pub enum ChannelVisibility {
    /// Every agent.
    Everyone,
    /// Named agents, members of named teams, and admins.
    Restricted,
}

/// One way customers write in. A restricted channel exists only for who belongs to it.
#[derive(Clone, Debug)]
pub struct Channel(pub Arc<Model>);

/// One way customers write in. A restricted channel exists only for who belongs to it.
#[Object]
impl Channel {
    /// Its id.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Its name, at most 255 characters; unique without regard to case.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its medium; it never changes.
    async fn kind(&self) -> ChannelKind {
        self.0.kind.into()
    }

    /// The e-mail address or website it stands for, as fits its kind; null when none was given.
    async fn address(&self) -> Option<&String> {
        self.0.address.as_ref()
    }

    /// Who sees it and its conversations.
    async fn visibility(&self) -> ChannelVisibility {
        self.0.visibility.into()
    }

    /// The agents who belong to it by name, while it is restricted; empty for an open one.
    async fn agents(&self, ctx: &Context<'_>) -> Result<Vec<Agent>> {
        let agents = Reader::of(ctx)?.load(AgentsOf(self.0.id)).await?.unwrap_or_default();
        Ok(agents.iter().cloned().map(Agent).collect())
    }

    /// The teams whose members belong to it, while it is restricted; empty for an open one.
    async fn teams(&self, ctx: &Context<'_>) -> Result<Vec<Team>> {
        let teams = Reader::of(ctx)?.load(ChannelTeamsOf(self.0.id)).await?.unwrap_or_default();
        Ok(teams.iter().cloned().map(Team).collect())
    }

    /// What happens on it by time alone, also to conversations that were there before it was changed.
    async fn policy(&self) -> ChannelPolicy {
        ChannelPolicy::of(&self.0)
    }

    /// When it was created, in UTC.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }
}

/// What happens on a channel by time alone.
#[derive(Clone, Debug, SimpleObject)]
pub struct ChannelPolicy {
    /// An open conversation is closed this long after its last message, waking, reopening or restoring; automatic messages don't count.
    /// Null = never. A day is 24 hours. An e-mail channel begins with P7D, a chat channel with null. Changing it plans the open
    /// conversations anew, from the same last restart: what is older than the new time already is closed at once.
    auto_close_after: Option<Duration>,
    /// Whether a conversation whose customer still waits is closed by time too. Every channel begins with true. Changing it plans the
    /// open conversations anew, too.
    auto_close_while_waiting: bool,
    /// A closed conversation whose last message is older than this is followed by a new one instead of reopening; null = it always
    /// reopens. A chat channel begins with PT24H, an e-mail channel with null. Changing it counts for closed conversations at once.
    reopen_window: Option<Duration>,
}

impl ChannelPolicy {
    fn of(row: &Model) -> Self {
        let read = |text: &Option<String>| IsoDuration::parse(text.as_deref()?).ok().map(Duration);
        Self {
            auto_close_after: read(&row.auto_close_after),
            auto_close_while_waiting: row.auto_close_while_waiting,
            reopen_window: read(&row.reopen_window),
        }
    }
}
