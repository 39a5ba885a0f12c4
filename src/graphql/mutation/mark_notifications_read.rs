//! `markNotificationsRead`.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, OneofObject, Result};
use entity::ids::{ConversationId, NotificationId};

use super::given;
use crate::domain::permission::Operation;
use crate::domain::rejection::Rejection;
use crate::domain::{input, limits};
use crate::graphql::error::{refusal, role_refusal};
use crate::graphql::reader::Reader;
use crate::graphql::scalar::EventCursor;
use crate::graphql::types::notification::{Notification, NotificationsPayload};
use crate::store::Store;
use crate::store::notifications::Which;

/// Which notifications to mark as read.
#[derive(OneofObject)]
pub enum MarkNotificationsReadInput {
    /// Those with these ids, at most 100.
    Ids(Vec<ID>),
    /// Those of a conversation.
    ConversationId(ID),
    /// Those of entries up to this position in the log, the one there too.
    UpTo(EventCursor),
    /// All. A flag takes only true.
    All(bool),
}

impl MarkNotificationsReadInput {
    fn read(self, reader: &Reader) -> std::result::Result<Which, Rejection> {
        Ok(match self {
            Self::Ids(ids) => {
                let ids = given::ids("ids", Some(ids), NotificationId::parse)?;
                Which::Ids(input::set("ids", ids, limits::NOTIFICATIONS)?)
            }
            Self::ConversationId(id) => Which::Of(given::id("conversationId", &id, ConversationId::parse)?),
            Self::UpTo(cursor) => {
                let known = Store::accept(cursor.0, reader.session.head);
                Which::UpTo(known.map_err(|_| Rejection::invalid("upTo", "The log has no such position."))?)
            }
            Self::All(true) => Which::All,
            Self::All(false) => return Err(Rejection::invalid("all", "A flag takes only true.")),
        })
    }
}

/// `markNotificationsRead`.
#[derive(Default)]
pub struct MarkNotificationsRead;

#[Object]
impl MarkNotificationsRead {
    /// Marks the viewer's own notifications as read, as far as `notifications` lists them; those that were read stay as they are. Refused
    /// with NOT_FOUND, LIMIT_EXCEEDED or INVALID, and for integrations with FORBIDDEN. Needs no scope.
    async fn mark_notifications_read(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which of them.")] input: MarkNotificationsReadInput,
    ) -> Option<Result<NotificationsPayload>> {
        Some(mark(ctx, input).await)
    }
}

async fn mark(ctx: &Context<'_>, input: MarkNotificationsReadInput) -> Result<NotificationsPayload> {
    let reader = Reader::of(ctx)?;
    if let Err(rejection) = role_refusal(reader.viewer().permit(Operation::FollowAndRead))? {
        return Ok(refused(rejection));
    }
    let marked = async { reader.service.mark_notifications_read(reader.viewer(), &input.read(reader)?).await };
    let marked = refusal(marked.await)?;
    reader.forget();
    Ok(match marked {
        Ok(rows) => NotificationsPayload {
            changed: !rows.is_empty(),
            notifications: rows.into_iter().map(|row| Notification(Arc::new(row))).collect(),
            user_errors: Vec::new(),
        },
        Err(rejection) => refused(rejection),
    })
}

fn refused(rejection: Rejection) -> NotificationsPayload {
    NotificationsPayload { user_errors: vec![rejection.into()], ..NotificationsPayload::default() }
}
