//! Scopes of tokens.

use async_graphql::Enum;

/// What a token may be used for. An operation whose scope the token lacks is refused with a top-level `FORBIDDEN`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::enums::Scope")]
pub enum Scope {
    /// Read inbox, history, conversations, timelines without notes, and the change feeds.
    ConversationsRead,
    /// Manage conversations: assign, close, reopen, edit and everything else that isn't writing to customers.
    ConversationsWrite,
    /// Read internal notes wherever they appear.
    NotesRead,
    /// Hand in customers' messages and preview their routing.
    MessagesReceive,
    /// Reply, start conversations and report on deliveries; read where to deliver a message.
    MessagesSend,
    /// Read tickets and their feed.
    TicketsRead,
    /// Create, change and link tickets.
    TicketsWrite,
    /// Read customers beyond id and display name.
    CustomersRead,
    /// Create and change customers.
    CustomersWrite,
    /// Manage agents, teams, channels and tokens.
    Admin,
}

/// The scope as the API spells it.
#[must_use]
pub fn spelled(scope: entity::enums::Scope) -> String {
    async_graphql::resolver_utils::enum_value(Scope::from(scope)).to_string()
}
