//! The organisation every test begins with: four agents, two teams, three channels, two integrations.

use chrono::{DateTime, TimeDelta, Utc};
use entity::enums::{AgentRole, AutoAssignment, ChannelKind, ChannelVisibility, Scope};
use entity::ids::{AgentId, TeamId};
use switchboard::clock::{Clock, ManualClock};
use switchboard::domain::actor::Actor;
use switchboard::domain::agent::NewAgent;
use switchboard::domain::channel::{NewChannel, PolicyEdit};
use switchboard::domain::permission::ChannelAccess;
use switchboard::domain::team::NewTeam;
use switchboard::domain::token::{NewToken, TokenOwner};
use switchboard::service::Service;
use switchboard::service::agents::Maker;
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

/// Migrates an empty database and founds the organisation in it, as the command line and an admin would.
pub async fn found(store: Store) -> Organisation {
    store.migrate().await.unwrap();
    let clock = ManualClock::at(opening() - TimeDelta::seconds(1));
    let founding = Founding { service: Service::new(store, Clock::from(clock.clone())), clock };
    let ada = founding.agent("ada", AgentRole::Admin, Maker::Itself).await;
    let maker = Maker::Other(Actor::Agent(ada));
    let bea = founding.agent("bea", AgentRole::Agent, maker).await;
    let carl = founding.agent("carl", AgentRole::Agent, maker).await;
    let dora = founding.agent("dora", AgentRole::Agent, maker).await;
    let admin = Actor::Agent(ada);
    let support = founding.team(admin, "support", vec![bea, carl]).await;
    let billing = founding.team(admin, "billing", vec![dora]).await;
    let organisation = Organisation {
        ada: founding.person(admin, ada).await,
        bea: founding.person(admin, bea).await,
        carl: founding.person(admin, carl).await,
        dora: founding.person(admin, dora).await,
        support: support.to_string(),
        billing: billing.to_string(),
        mail: founding.channel(admin, "Mail", ChannelKind::Email, None).await,
        chat: founding.channel(admin, "Chat", ChannelKind::Chat, None).await,
        vip: founding.channel(admin, "Vip", ChannelKind::Email, Some(billing)).await,
        gateway: founding.integration(admin, "Gateway", &GATEWAY).await,
        robot: founding.integration(admin, "Robot", &EVERYTHING).await,
    };
    founding.service.store.close().await;
    organisation
}

struct Founding {
    service: Service,
    clock: ManualClock,
}

impl Founding {
    async fn agent(&self, handle: &str, role: AgentRole, maker: Maker) -> AgentId {
        let new = NewAgent {
            handle: handle.to_owned(),
            name: handle.to_owned(),
            email: format!("{handle}@example.org"),
            role,
            time_zone: "UTC".to_owned(),
            capacity: None,
            teams: Vec::new(),
        };
        // So that ids sort as people came.
        self.clock.advance(TimeDelta::microseconds(1));
        self.service.create_agent(maker, &new).await.unwrap().id
    }

    async fn team(&self, admin: Actor, slug: &str, members: Vec<AgentId>) -> TeamId {
        let (slug, name) = (slug.to_owned(), slug.to_owned());
        let new = NewTeam { slug, name, auto_assignment: AutoAssignment::Off, members };
        self.service.create_team(admin, &new).await.unwrap().id
    }

    async fn channel(&self, admin: Actor, name: &str, kind: ChannelKind, only: Option<TeamId>) -> String {
        let new = NewChannel {
            name: name.to_owned(),
            kind,
            address: None,
            visibility: if only.is_some() { ChannelVisibility::Restricted } else { ChannelVisibility::Everyone },
            agents: Vec::new(),
            teams: only.into_iter().collect(),
            policy: PolicyEdit::default(),
        };
        self.service.create_channel(admin, &new).await.unwrap().id.to_string()
    }

    async fn person(&self, admin: Actor, id: AgentId) -> Person {
        Person { id: id.to_string(), token: self.token(admin, TokenOwner::Agent(id), &EVERYTHING).await.1 }
    }

    async fn integration(&self, admin: Actor, name: &str, scopes: &[Scope]) -> Person {
        let (id, token) = self.token(admin, TokenOwner::NewIntegration(name.to_owned()), scopes).await;
        Person { id, token }
    }

    async fn token(&self, admin: Actor, owner: TokenOwner, scopes: &[Scope]) -> (String, String) {
        let new = NewToken {
            name: "test".to_owned(),
            owner,
            scopes: scopes.iter().copied().collect(),
            channels: None,
            expires_at: None,
        };
        let made = self.service.create_token(admin, &ChannelAccess::All, &new).await.unwrap();
        (made.owner.1.map(|id| id.to_string()).unwrap_or_default(), made.secret)
    }
}
