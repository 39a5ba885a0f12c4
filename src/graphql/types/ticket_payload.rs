//! What mutations of tickets answer: the ticket as it now is, the conversation that was named, what was written, and why not.

use async_graphql::{ID, Result, SimpleObject};
use entity::ids::{ConversationId, TicketId};

use super::conversation::Conversation;
use super::entry::TimelineEntry;
use super::payload::{after_the_fact, conversation, entries};
use super::ticket::Ticket;
use super::user_error::UserError;
use crate::domain::rejection::Rejection;
use crate::error::Error;
use crate::graphql::error::refusal;
use crate::graphql::reader::Reader;
use crate::service::tickets::TicketChanged;

/// What a change of a ticket came to.
#[derive(Clone, SimpleObject, Default)]
pub struct TicketPayload {
    /// The ticket as it now is; when refused, as it is, unchanged by you. Null when there is none.
    pub ticket: Option<Ticket>,
    /// The conversation that was named, as it now is; when refused, as it is, unchanged by you. Null when none was named, or when it
    /// doesn't exist for the viewer.
    pub conversation: Option<Conversation>,
    /// Whether anything changed; false when nothing had to, and when refused.
    pub changed: bool,
    /// The entries this wrote in conversations, in order, at most 100. Of conversations that weren't named, those that the viewer may
    /// read; of others nothing is answered.
    pub entries: Vec<TimelineEntry>,
    /// Why it was refused; empty when done.
    pub user_errors: Vec<UserError>,
}

/// What the caller named.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// The ticket; none if none was named.
    pub ticket: Option<TicketId>,
    /// The conversation, likewise.
    pub conversation: Option<ConversationId>,
}

impl Asked {
    /// What two ids name, if anything.
    #[must_use]
    pub fn of(ticket: &ID, conversation: &ID) -> Self {
        Self { ticket: TicketId::parse(ticket), conversation: ConversationId::parse(conversation) }
    }

    /// Both.
    ///
    /// # Errors
    /// `NOT_FOUND` for what names nothing.
    pub fn both(self) -> std::result::Result<(TicketId, ConversationId), Rejection> {
        let conversation = self.conversation.ok_or_else(|| Rejection::not_found("conversationId"))?;
        Ok((self.ticket.ok_or_else(|| Rejection::not_found("ticketId"))?, conversation))
    }
}

impl TicketPayload {
    /// Answers a change; a refusal shows what was named as it is, as far as the viewer sees it.
    ///
    /// # Errors
    /// Everything but a refusal.
    pub async fn of(
        reader: &Reader,
        asked: Asked,
        result: std::result::Result<TicketChanged, Error>,
    ) -> Result<Option<Self>> {
        reader.forget();
        Ok(Some(match refusal(result)? {
            Ok(done) => Self::done(reader, &done).await.map_err(|fault| after_the_fact(done.changed, fault))?,
            Err(rejection) => Self {
                ticket: ticket(reader, asked.ticket).await?,
                conversation: conversation(reader, asked.conversation).await?,
                user_errors: vec![rejection.into()],
                ..Self::default()
            },
        }))
    }

    async fn done(reader: &Reader, done: &TicketChanged) -> Result<Self> {
        Ok(Self {
            ticket: ticket(reader, Some(done.ticket)).await?,
            conversation: conversation(reader, done.conversation).await?,
            changed: done.changed,
            entries: entries(reader, &done.events)?,
            user_errors: Vec::new(),
        })
    }

    /// Answers a refusal before anything was looked at.
    #[must_use]
    pub fn refused(rejection: Rejection) -> Option<Self> {
        Some(Self { user_errors: vec![rejection.into()], ..Self::default() })
    }
}

async fn ticket(reader: &Reader, id: Option<TicketId>) -> Result<Option<Ticket>> {
    match id {
        Some(id) => Ok(reader.load(id).await?.map(Ticket)),
        None => Ok(None),
    }
}
