//! `updateTicket`.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};
use entity::ids::{AgentId, TagId, TeamId, TicketId};

use super::given;
use super::ticket_input::{ExternalRefInput, ref_keys, refs};
use crate::domain::permission::Operation;
use crate::domain::rejection::Rejection;
use crate::domain::ticket::edit::TicketEdit;
use crate::graphql::error::role_refusal;
use crate::graphql::reader::Reader;
use crate::graphql::types::enums::{Priority, TicketStatus};
use crate::graphql::types::external_ref::ExternalRefKeyInput;
use crate::graphql::types::ticket_payload::{Asked, TicketPayload};
use crate::service::tickets::{TicketChanged, TicketCommand};

/// What of a ticket changes. Omitted = unchanged; null clears the description, the priority, the assignee and the team, and is REQUIRED
/// elsewhere.
#[derive(InputObject)]
pub struct UpdateTicketInput {
    /// The ticket.
    ticket_id: ID,
    /// What it is about, at most 255 characters.
    title: MaybeUndefined<String>,
    /// The whole story, plain text, at most 65,536 characters; null or blank = none.
    description: MaybeUndefined<String>,
    /// How far it is; from any status to any.
    status: MaybeUndefined<TicketStatus>,
    /// How urgent it is; null = nobody said.
    priority: MaybeUndefined<Priority>,
    /// The agent it is assigned to; null = nobody. A new one is NOT_FOUND if unknown, AGENT_INACTIVE if deactivated.
    assignee_id: MaybeUndefined<ID>,
    /// The team it is assigned to; null = none. A new one is NOT_FOUND if unknown or deleted.
    team_id: MaybeUndefined<ID>,
    /// Its tags in the place of those before, at most 50. A new one is NOT_FOUND if unknown, INVALID if archived.
    tag_ids: MaybeUndefined<Vec<ID>>,
    /// What it is called elsewhere besides, so that there are at most 50. One that is there gets this URL. A pair of system and key that
    /// another ticket has is TAKEN.
    add_external_refs: MaybeUndefined<Vec<ExternalRefInput>>,
    /// What it is no longer called, at most 50, taken away before others are added; what it isn't called is passed over.
    remove_external_refs: MaybeUndefined<Vec<ExternalRefKeyInput>>,
    /// Refuse with CONFLICT if the ticket's version is another.
    expected_version: Option<i32>,
}

impl UpdateTicketInput {
    fn read(self) -> std::result::Result<TicketEdit, Rejection> {
        let added = given::change("addExternalRefs", self.add_external_refs)?.unwrap_or_default();
        let removed = given::change("removeExternalRefs", self.remove_external_refs)?.unwrap_or_default();
        let edit = TicketEdit {
            title: given::change("title", self.title)?,
            description: given::clear(self.description),
            status: given::change("status", self.status)?.map(Into::into),
            priority: given::clear(self.priority).map(|priority| priority.map(Into::into)),
            assignee: given::clear_id("assigneeId", &self.assignee_id, AgentId::parse)?,
            team: given::clear_id("teamId", &self.team_id, TeamId::parse)?,
            tags: given::list("tagIds", self.tag_ids, TagId::parse)?,
            add_refs: refs("addExternalRefs", &added)?,
            remove_refs: ref_keys("removeExternalRefs", &removed)?,
        };
        edit.checked()
    }
}

async fn update(reader: &Reader, ticket: TicketId, input: UpdateTicketInput) -> crate::error::Result<TicketChanged> {
    let expected_version = input.expected_version;
    let command = TicketCommand { ticket, edit: &input.read()?, expected_version };
    reader.service.update_ticket(reader.viewer(), command).await
}

/// `updateTicket`.
#[derive(Default)]
pub struct UpdateTicket;

#[Object]
impl UpdateTicket {
    /// Changes a ticket. A change of its status is told in every conversation that is linked, in one step: an entry each, of which the
    /// payload answers the first 100 in conversations that the viewer may read. Resolved, it brings the conversations back whose link
    /// says so: closed ones reopen, snoozed ones wake, spam stays spam. Needs TICKETS_WRITE. Refused with NOT_FOUND, REQUIRED, TOO_LONG,
    /// INVALID, AGENT_INACTIVE, TAKEN, LIMIT_EXCEEDED or CONFLICT.
    async fn update_ticket(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ticket, and what changes.")] input: UpdateTicketInput,
    ) -> Result<Option<TicketPayload>> {
        let reader = Reader::of(ctx)?;
        if let Err(rejection) = role_refusal(reader.viewer().permit(Operation::WriteTickets))? {
            return Ok(TicketPayload::refused(rejection));
        }
        let Some(id) = TicketId::parse(&input.ticket_id) else {
            return Ok(TicketPayload::refused(Rejection::not_found("ticketId")));
        };
        let result = update(reader, id, input).await;
        TicketPayload::of(reader, Asked { ticket: Some(id), conversation: None }, result).await
    }
}
