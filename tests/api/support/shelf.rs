//! Conversations made as rows, in states and with values that no mutation leads to quickly; for tests of reading alone.

use chrono::{DateTime, TimeDelta, Utc};
use entity::conversation::{ActiveModel, Entity, Model};
use entity::enums::{ActorKind, AgentRole, ChannelVisibility, ConversationState, ConversationStatus, Scope};
use entity::ids::{AgentId, ChannelId, ConversationId, CustomerId, TeamId, TokenId};
use entity::{channel, customer};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::json;
use switchboard::domain::permission::{ChannelAccess, Principal, Viewer};
use switchboard::store::conversations::row::{far_future, far_past};

use super::World;
use super::organisation::{EVERYTHING, opening};

/// The whole minute `n` after the opening.
pub fn minute(n: i64) -> DateTime<Utc> {
    opening() + TimeDelta::minutes(n)
}

/// An agent of the test organisation, as a viewer who sees these channels.
pub fn viewer(agent: &str, channels: ChannelAccess) -> Viewer {
    let id = AgentId::parse(agent).unwrap();
    Viewer {
        principal: Principal::Agent { id, role: AgentRole::Agent },
        token: TokenId::new(opening()),
        scopes: EVERYTHING.into_iter().collect::<Vec<Scope>>().into_iter().collect(),
        channels,
        time_zone: "UTC".to_owned(),
    }
}

/// The rows of one test; taken away before the log is compared with the rows.
pub struct Shelf {
    /// An open channel.
    pub mail: ChannelId,
    /// Another.
    pub chat: ChannelId,
    /// Customers.
    pub customers: Vec<CustomerId>,
    rows: Vec<Model>,
}

impl Shelf {
    /// An empty shelf, with this many customers.
    pub async fn of(world: &World, customers: usize) -> Self {
        let rows = world.rows().await;
        let organisation = world.organisation();
        let mut made = Vec::new();
        for _ in 0..customers {
            let id = CustomerId::new(opening());
            new_customer(id).insert(&rows).await.unwrap();
            made.push(id);
        }
        rows.close().await.unwrap();
        Self {
            mail: ChannelId::parse(&organisation.mail).unwrap(),
            chat: ChannelId::parse(&organisation.chat).unwrap(),
            customers: made,
            rows: Vec::new(),
        }
    }

    /// An open conversation that nobody has and nobody waits in; all its times are the opening.
    pub fn plain(&self) -> Model {
        let at = opening();
        Model {
            id: ConversationId::new(at),
            number: 0,
            channel_id: self.mail,
            customer_id: self.customers[0],
            subject: None,
            attributes: json!({}),
            status: ConversationStatus::Open,
            state: ConversationState::Open,
            close_reason: None,
            closed_at: far_past(),
            closed_by_kind: None,
            closed_by_id: None,
            snoozed_until: far_future(),
            snoozed_at: None,
            snooze_wake_on_reply: false,
            snoozed_by_kind: None,
            snoozed_by_id: None,
            spam_reason: None,
            spam_at: None,
            spam_by_kind: None,
            spam_by_id: None,
            spam_arrived: false,
            tags: serde_json::json!([]),
            tickets: serde_json::json!([]),
            unread_version: 1,
            priority: 0,
            assignee_id: None,
            team_id: None,
            waiting_since: far_future(),
            message_count: 0,
            last_message_id: None,
            last_message_at: None,
            created_by_kind: ActorKind::Clock,
            created_by_id: None,
            created_at: at,
            updated_at: at,
            last_activity_at: at,
            restarted_at: at,
            version: 1,
            moved_version: 1,
        }
    }

    /// Puts a row on the shelf, under the next number.
    pub fn put(&mut self, row: Model) -> ConversationId {
        let number = i64::try_from(self.rows.len()).unwrap() + 1_000;
        let id = row.id;
        self.rows.push(Model { number, ..row });
        id
    }

    /// Writes the rows and answers them.
    pub async fn write(&self, world: &World) -> &[Model] {
        let connection = world.rows().await;
        for chunk in self.rows.chunks(100) {
            let rows = chunk.iter().map(|row| -> ActiveModel { row.clone().into_active_model().reset_all() });
            Entity::insert_many(rows).exec_without_returning(&connection).await.unwrap();
        }
        connection.close().await.unwrap();
        &self.rows
    }

    /// Takes the conversations away.
    pub async fn clear(self, world: &World) {
        let rows = world.rows().await;
        Entity::delete_many().exec(&rows).await.unwrap();
        rows.close().await.unwrap();
    }
}

/// The team's id.
pub fn team(id: &str) -> TeamId {
    TeamId::parse(id).unwrap()
}

/// The agent's id.
pub fn agent(id: &str) -> AgentId {
    AgentId::parse(id).unwrap()
}

/// The channel that not everybody sees.
pub async fn restricted(world: &World) -> ChannelId {
    let rows = world.rows().await;
    let found = channel::Entity::find().filter(channel::Column::Visibility.eq(ChannelVisibility::Restricted));
    let id = found.one(&rows).await.unwrap().unwrap().id;
    rows.close().await.unwrap();
    id
}

fn new_customer(id: CustomerId) -> customer::ActiveModel {
    let mut row = <customer::ActiveModel as sea_orm::ActiveModelTrait>::default();
    row.id = Set(id);
    row.search_key = Set(String::new());
    row.attributes = Set(json!({}));
    row.search_key = Set(String::new());
    row.blocked = Set(false);
    row.created_at = Set(opening());
    row.updated_at = Set(opening());
    row
}
