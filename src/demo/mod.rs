//! The demo organisation: a small outdoor shop whose last thirty days came in through the real service path.
//!
//! Owns the script and its playing under a manual clock; it inserts no rows. `serve --demo` fills an empty database once and prints
//! new tokens at every start.

mod macros;
mod organisation;
mod play;
mod script;
mod stories;
mod tickets;
mod workflows;

use entity::ids::IntegrationId;

use crate::automation::Spelling;
use crate::clock::{Clock, ManualClock};
use crate::domain::actor::Actor;
use crate::domain::permission::ChannelAccess;
use crate::domain::scope_set::ScopeSet;
use crate::domain::token::{NewToken, TokenOwner};
use crate::error::Error;
use crate::service::Service;
use crate::store::Store;
use entity::enums::{AgentRole, Scope};

/// What every token of the demo is named, so that the next start finds it.
const TOKEN_NAME: &str = "demo";
/// The integration that hands messages in and delivers replies.
const GATEWAY: &str = "gateway";
/// The agents who get a token, the eldest active one of each; in an untouched demo Ada, and Ben, for whom the restricted channel
/// doesn't exist.
const TOKEN_HOLDERS: [AgentRole; 2] = [AgentRole::Admin, AgentRole::Agent];

/// A name and a token to paste.
#[derive(Clone)]
pub struct Pass {
    /// Whom it acts for.
    pub name: String,
    /// The token.
    pub token: String,
}

/// Fills an empty database, and makes new tokens in place of the earlier ones. `spelling` reads its macros and workflows.
///
/// # Errors
/// A sentence for the operator, also for a database that the demo didn't fill.
pub async fn prepare(store: &Store, spelling: Spelling) -> Result<Vec<Pass>, String> {
    let head = store.head().await.map_err(explain)?;
    if head.last_seq > 0 && !head.demo {
        return Err("--demo fills an empty database only, and this one holds data of its own".to_owned());
    }
    if head.last_seq == 0 {
        store.mark_as_demo().await.map_err(explain)?;
        fill(store, spelling).await.map_err(explain)?;
    } else if !store.has_token_named(TOKEN_NAME).await.map_err(explain)? {
        // The tokens come after the whole script, and no token is ever deleted.
        return Err("filling this demo database was cut short; delete it and start again".to_owned());
    }
    passes(&Service::new(store.clone(), Clock::System)).await.map_err(explain)
}

async fn fill(store: &Store, spelling: Spelling) -> Result<(), Error> {
    let now = Clock::System.now();
    let clock = ManualClock::at(now - script::SPAN);
    let service = Service::new(store.clone(), clock.clone().into());
    let organisation = organisation::found(&service, &clock, spelling).await?;
    play::play(&service, &clock, &organisation, spelling, script::write(now)).await
}

async fn passes(service: &Service) -> Result<Vec<Pass>, Error> {
    let missing = || Error::Internal("the demo has no active admin".to_owned());
    let admin = service.store.eldest_agent(AgentRole::Admin).await?.ok_or_else(missing)?;
    let actor = Actor::Agent(admin.id);
    service.revoke_tokens_named(actor, TOKEN_NAME).await?;
    let mut passes = Vec::new();
    for role in TOKEN_HOLDERS {
        // People change in a demo, too: whoever is gone gets no token.
        if let Some(agent) = service.store.eldest_agent(role).await? {
            passes.push(pass(service, actor, &agent.handle, TokenOwner::Agent(agent.id), ScopeSet::all()).await?);
        }
    }
    let owner = match service.store.integration_of_name(GATEWAY).await? {
        Some(integration) => TokenOwner::Integration(IntegrationId(integration.id.0)),
        None => TokenOwner::NewIntegration(GATEWAY.to_owned()),
    };
    passes.push(pass(service, actor, GATEWAY, owner, gateway_scopes()).await?);
    Ok(passes)
}

async fn pass(service: &Service, actor: Actor, name: &str, owner: TokenOwner, scopes: ScopeSet) -> Result<Pass, Error> {
    let new = NewToken { name: TOKEN_NAME.to_owned(), owner, scopes, channels: None, expires_at: None };
    let made = service.create_token(actor, &ChannelAccess::All, &new).await?;
    Ok(Pass { name: name.to_owned(), token: made.secret })
}

fn gateway_scopes() -> ScopeSet {
    [Scope::ConversationsRead, Scope::MessagesReceive, Scope::MessagesSend, Scope::CustomersRead, Scope::CustomersWrite]
        .into_iter()
        .collect()
}

fn explain(error: Error) -> String {
    format!("the demo couldn't be prepared: {error:?}")
}
