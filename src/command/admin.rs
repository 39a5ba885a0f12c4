//! `switchboard admin`: makes an admin if absent and gives them a new token.
//!
//! Whoever runs it has the host, and there may be nobody else on record yet: the log names the admin themselves as the actor.

use entity::enums::AgentRole;
use entity::ids::AgentId;

use crate::app::open_migrated;
use crate::clock::Clock;
use crate::domain::actor::Actor;
use crate::domain::agent::NewAgent;
use crate::domain::handle::handle;
use crate::domain::permission::ChannelAccess;
use crate::domain::rejection::Rejection;
use crate::domain::scope_set::ScopeSet;
use crate::domain::token::{NewToken, TokenOwner};
use crate::error::Error;
use crate::service::Service;
use crate::service::agents::Maker;
use crate::{command::StartError, config::AdminConfig};

/// What the token is named.
const TOKEN_NAME: &str = "command line";

/// Prints the token alone on the last line. An active admin of this handle stays as they are; anybody else of this handle is not made
/// one.
///
/// # Errors
/// A sentence for the operator.
pub async fn run(config: AdminConfig) -> Result<(), StartError> {
    let store = open_migrated(&config.database).await.map_err(StartError::new)?;
    let service = Service::new(store.clone(), Clock::System);
    let token = token(&service, &config).await;
    store.close().await;
    println!("{}", token?);
    Ok(())
}

async fn token(service: &Service, config: &AdminConfig) -> Result<String, StartError> {
    let id = admin(service, config).await?;
    let new = NewToken {
        name: TOKEN_NAME.to_owned(),
        owner: TokenOwner::Agent(id),
        scopes: ScopeSet::all(),
        channels: None,
        expires_at: None,
    };
    let made = service.create_token(Actor::Agent(id), &ChannelAccess::All, &new).await.map_err(explain)?;
    Ok(made.secret)
}

/// The active admin of the handle, made if there is nobody of it.
async fn admin(service: &Service, config: &AdminConfig) -> Result<AgentId, StartError> {
    let handle = handle("handle", &config.handle).map_err(refused)?;
    match service.store.agent_of_handle(&handle).await.map_err(explain)? {
        Some(agent) if agent.deactivated_at.is_some() => {
            Err(StartError::new(format!("the agent {handle} is deactivated; choose another handle")))
        }
        Some(agent) if agent.role != AgentRole::Admin => Err(StartError::new(format!(
            "the agent {handle} is no admin; an admin can make them one, or choose another handle"
        ))),
        Some(agent) => Ok(agent.id),
        None => {
            let new = NewAgent {
                handle,
                name: config.name.clone(),
                email: config.email.clone(),
                role: AgentRole::Admin,
                time_zone: "UTC".to_owned(),
                capacity: None,
                teams: Vec::new(),
            };
            Ok(service.create_agent(Maker::Itself, &new).await.map_err(explain)?.id)
        }
    }
}

fn explain(error: Error) -> StartError {
    match error {
        Error::Rejected(rejection) => refused(rejection),
        Error::Unavailable(why) => StartError::new(format!("the database is busy or can't be reached: {why}")),
        other => StartError::new(format!("{other:?}")),
    }
}

fn refused(rejection: Rejection) -> StartError {
    match rejection.field.first() {
        Some(field) => StartError::new(format!("--{field}: {}", rejection.message)),
        None => StartError::new(rejection.message),
    }
}
