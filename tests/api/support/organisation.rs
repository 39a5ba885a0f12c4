//! The organisation every test begins with: four agents, two teams, three channels, two integrations.

use chrono::{DateTime, Utc};
use entity::enums::{AgentRole, AutoAssignment, Availability, ChannelKind, ChannelVisibility, Scope};
use entity::ids::{AgentId, ChannelId, IntegrationId, TeamId, TokenId};
use entity::{agent, api_token, channel, channel_team, integration, team, team_member};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, Database, DatabaseConnection};
use switchboard::service::credential::{Minted, TokenKind};
use switchboard::store::Store;

/// Who is there.
#[derive(Debug)]
pub struct Organisation {
    /// The admin.
    pub ada: Person,
    /// Of the team Support.
    pub bea: Person,
    /// Of the team Support.
    pub carl: Person,
    /// Of the team Billing.
    pub dora: Person,
    /// Bea and Carl.
    pub support: String,
    /// Dora alone.
    pub billing: String,
    /// An open e-mail channel.
    pub mail: String,
    /// An open chat channel.
    pub chat: String,
    /// An e-mail channel that Billing alone sees.
    pub vip: String,
    /// Hands in messages and delivers replies.
    pub gateway: Person,
    /// An integration with every scope.
    pub robot: Person,
}

/// Somebody with a token.
#[derive(Debug)]
pub struct Person {
    /// The agent's or integration's id.
    pub id: String,
    /// A token with every scope there is for them.
    pub token: String,
}

/// When the organisation was founded and every test begins: a Monday at nine.
pub fn opening() -> DateTime<Utc> {
    "2026-01-05T09:00:00Z".parse().unwrap()
}

/// What a gateway's token may be used for.
pub const GATEWAY: [Scope; 3] = [Scope::ConversationsRead, Scope::MessagesReceive, Scope::MessagesSend];

/// Every scope.
pub const EVERYTHING: [Scope; 10] = [
    Scope::ConversationsRead,
    Scope::ConversationsWrite,
    Scope::NotesRead,
    Scope::MessagesReceive,
    Scope::MessagesSend,
    Scope::TicketsRead,
    Scope::TicketsWrite,
    Scope::CustomersRead,
    Scope::CustomersWrite,
    Scope::Admin,
];

/// Migrates an empty database and founds the organisation in it.
pub async fn found(store: Store, url: &str) -> Organisation {
    store.migrate().await.unwrap();
    // A stand-in for the service's own way, until it can create people.
    let rows = Database::connect(url).await.unwrap();
    let ada = agent(&rows, "ada", AgentRole::Admin).await;
    let bea = agent(&rows, "bea", AgentRole::Agent).await;
    let carl = agent(&rows, "carl", AgentRole::Agent).await;
    let dora = agent(&rows, "dora", AgentRole::Agent).await;
    let support = team(&rows, "support", &[&bea, &carl]).await;
    let billing = team(&rows, "billing", &[&dora]).await;
    let mail = channel(&rows, "Mail", ChannelKind::Email, None).await;
    let chat = channel(&rows, "Chat", ChannelKind::Chat, None).await;
    let vip = channel(&rows, "Vip", ChannelKind::Email, Some(billing)).await;
    let gateway = integration(&rows, "gateway", &GATEWAY).await;
    let robot = integration(&rows, "robot", &EVERYTHING).await;
    rows.close().await.unwrap();
    store.close().await;
    Organisation {
        ada,
        bea,
        carl,
        dora,
        support: support.to_string(),
        billing: billing.to_string(),
        mail,
        chat,
        vip,
        gateway,
        robot,
    }
}

async fn agent(rows: &DatabaseConnection, handle: &str, role: AgentRole) -> Person {
    let id = AgentId::new(opening());
    let row = agent::ActiveModel {
        id: Set(id),
        handle: Set(handle.to_owned()),
        name: Set(handle.to_owned()),
        name_key: Set(handle.to_owned()),
        email: Set(format!("{handle}@example.org")),
        email_key: Set(format!("{handle}@example.org")),
        role: Set(role),
        availability: Set(Availability::Online),
        time_zone: Set("UTC".to_owned()),
        capacity: Set(None),
        created_at: Set(opening()),
        deactivated_at: Set(None),
    };
    row.insert(rows).await.unwrap();
    let token = token(rows, TokenKind::Agent, Some(id), None, &EVERYTHING).await;
    Person { id: id.to_string(), token }
}

async fn integration(rows: &DatabaseConnection, name: &str, scopes: &[Scope]) -> Person {
    let id = IntegrationId::new(opening());
    let row = integration::ActiveModel {
        id: Set(id),
        name: Set(name.to_owned()),
        name_key: Set(name.to_owned()),
        created_at: Set(opening()),
    };
    row.insert(rows).await.unwrap();
    let token = token(rows, TokenKind::Integration, None, Some(id), scopes).await;
    Person { id: id.to_string(), token }
}

async fn token(
    rows: &DatabaseConnection,
    kind: TokenKind,
    agent: Option<AgentId>,
    integration: Option<IntegrationId>,
    scopes: &[Scope],
) -> String {
    let id = TokenId::new(opening());
    let minted = Minted::new(kind, id).unwrap();
    let row = api_token::ActiveModel {
        id: Set(id),
        name: Set("test".to_owned()),
        agent_id: Set(agent),
        integration_id: Set(integration),
        scopes: Set(serde_json::to_value(scopes).unwrap()),
        channels: Set(None),
        prefix: Set(minted.prefix.clone()),
        secret_hash: Set(minted.hash.to_vec()),
        created_at: Set(opening()),
        last_used_at: Set(None),
        expires_at: Set(None),
        revoked_at: Set(None),
    };
    row.insert(rows).await.unwrap();
    minted.text
}

async fn team(rows: &DatabaseConnection, slug: &str, members: &[&Person]) -> TeamId {
    let id = TeamId::new(opening());
    let row = team::ActiveModel {
        id: Set(id),
        slug: Set(slug.to_owned()),
        name: Set(slug.to_owned()),
        name_key: Set(slug.to_owned()),
        auto_assignment: Set(AutoAssignment::Off),
        created_at: Set(opening()),
        deleted_at: Set(None),
    };
    row.insert(rows).await.unwrap();
    for member in members {
        let row = team_member::ActiveModel { team_id: Set(id), agent_id: Set(AgentId::parse(&member.id).unwrap()) };
        row.insert(rows).await.unwrap();
    }
    id
}

async fn channel(rows: &DatabaseConnection, name: &str, kind: ChannelKind, only: Option<TeamId>) -> String {
    let id = ChannelId::new(opening());
    let row = channel::ActiveModel {
        id: Set(id),
        name: Set(name.to_owned()),
        name_key: Set(name.to_lowercase()),
        kind: Set(kind),
        address: Set(None),
        visibility: Set(if only.is_some() { ChannelVisibility::Restricted } else { ChannelVisibility::Everyone }),
        auto_close_after: Set((kind == ChannelKind::Email).then(|| "P7D".to_owned())),
        auto_close_while_waiting: Set(true),
        reopen_window: Set((kind == ChannelKind::Chat).then(|| "PT24H".to_owned())),
        created_at: Set(opening()),
    };
    row.insert(rows).await.unwrap();
    if let Some(team) = only {
        let row = channel_team::ActiveModel { channel_id: Set(id), team_id: Set(team) };
        row.insert(rows).await.unwrap();
    }
    id.to_string()
}
