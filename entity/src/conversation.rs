//! `conversation`: threads with a customer on a channel, denormalised for the lists.

use sea_orm::entity::prelude::*;

use crate::enums::{ActorKind, CloseReason, ConversationState, ConversationStatus, SpamReason};
use crate::ids::{AgentId, ChannelId, ConversationId, CustomerId, EventId, TeamId};

/// A row of `conversation`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "conversation")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConversationId,
    /// Human number.
    pub number: i64,
    /// Channel.
    pub channel_id: ChannelId,
    /// Customer.
    pub customer_id: CustomerId,
    /// Subject.
    pub subject: Option<String>,
    /// Free attributes, a JSON object.
    pub attributes: Json,
    /// What stands under the overlays.
    pub status: ConversationStatus,
    /// What is shown; follows from status, snooze and spam.
    pub state: ConversationState,
    /// Why it is closed.
    pub close_reason: Option<CloseReason>,
    /// When it was closed; 0001-01-01 when it isn't.
    pub closed_at: DateTimeUtc,
    /// What closed it.
    pub closed_by_kind: Option<ActorKind>,
    /// Who closed it.
    pub closed_by_id: Option<Uuid>,
    /// Until when it sleeps; 9999-12-31 when it has no time.
    pub snoozed_until: DateTimeUtc,
    /// When it was snoozed; none = not snoozed.
    pub snoozed_at: Option<DateTimeUtc>,
    /// Whether a customer message wakes it.
    pub snooze_wake_on_reply: bool,
    /// What snoozed it.
    pub snoozed_by_kind: Option<ActorKind>,
    /// Who snoozed it.
    pub snoozed_by_id: Option<Uuid>,
    /// Why it is spam; none = it isn't.
    pub spam_reason: Option<SpamReason>,
    /// When it became spam.
    pub spam_at: Option<DateTimeUtc>,
    /// What marked it.
    pub spam_by_kind: Option<ActorKind>,
    /// Who marked it.
    pub spam_by_id: Option<Uuid>,
    /// Whether a customer's message arrived while it was spam.
    pub spam_arrived: bool,
    /// Priority as a number; none = 0.
    pub priority: i16,
    /// Assigned agent.
    pub assignee_id: Option<AgentId>,
    /// Assigned team.
    pub team_id: Option<TeamId>,
    /// Its tags' ids, a JSON list in id order; `conversation_tag` says the same to filters.
    pub tags: Json,
    /// Its tickets' ids, a JSON list in id order; `ticket_link` says the same to filters.
    pub tickets: Json,
    /// Since when the customer waits; 9999-12-31 when they don't.
    pub waiting_since: DateTimeUtc,
    /// How many messages it has.
    pub message_count: i32,
    /// The version that its newest customer message made; who has read less far hasn't read it. 0 = there is none.
    pub unread_version: i32,
    /// The newest message; no foreign key.
    pub last_message_id: Option<EventId>,
    /// When the newest message came.
    pub last_message_at: Option<DateTimeUtc>,
    /// What began it.
    pub created_by_kind: ActorKind,
    /// Who began it.
    pub created_by_id: Option<Uuid>,
    /// When it began.
    pub created_at: DateTimeUtc,
    /// When its newest entry was written.
    pub updated_at: DateTimeUtc,
    /// Its newest message, reopening, waking or restoring.
    pub last_activity_at: DateTimeUtc,
    /// From when its auto-close clock runs.
    pub restarted_at: DateTimeUtc,
    /// One for every entry.
    pub version: i32,
    /// The last version that wasn't of following or delivery.
    pub moved_version: i32,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
