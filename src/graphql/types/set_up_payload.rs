//! What mutations of people, channels, tags and tokens answer: the object as it now is, and why it was refused.

use async_graphql::{Result, SimpleObject};
use entity::ids::{AgentId, ChannelId, CustomerId, MacroId, TagId, TeamId, TokenId};

use super::agent::Agent;
use super::api_token::ApiToken;
use super::channel::Channel;
use super::customer::Customer;
use super::saved_macro::Macro;
use super::tag::Tag;
use super::team::Team;
use super::user_error::UserError;
use crate::domain::rejection::Rejection;
use crate::graphql::reader::Reader;
use crate::service::set_up::Done;
use crate::service::tokens::MadeToken;

/// What came of it: done, or refused.
pub type Outcome<T> = std::result::Result<T, Rejection>;

/// What making or changing an agent came to.
#[derive(Clone, Debug, Default, SimpleObject)]
pub struct AgentPayload {
    /// The agent as it now is; null when refused.
    agent: Option<Agent>,
    /// Whether anything changed; false when nothing had to, and when refused.
    changed: bool,
    /// Why it was refused; empty when done.
    user_errors: Vec<UserError>,
}

/// What making or changing a team came to.
#[derive(Clone, Debug, Default, SimpleObject)]
pub struct TeamPayload {
    /// The team as it now is; null when refused.
    team: Option<Team>,
    /// Whether anything changed; false when nothing had to, and when refused.
    changed: bool,
    /// Why it was refused; empty when done.
    user_errors: Vec<UserError>,
}

/// What making or changing a channel came to.
#[derive(Clone, Debug, Default, SimpleObject)]
pub struct ChannelPayload {
    /// The channel as it now is; null when refused, and when the viewer may not see it.
    channel: Option<Channel>,
    /// Whether anything changed; false when nothing had to, and when refused.
    changed: bool,
    /// Why it was refused; empty when done.
    user_errors: Vec<UserError>,
}

/// What making or changing a customer came to.
#[derive(Clone, Debug, Default, SimpleObject)]
pub struct CustomerPayload {
    /// The customer as they now are; null when refused.
    customer: Option<Customer>,
    /// Whether anything changed; false when nothing had to, and when refused.
    changed: bool,
    /// Why it was refused; empty when done.
    user_errors: Vec<UserError>,
}

/// What making or changing a tag came to.
#[derive(Clone, Debug, Default, SimpleObject)]
pub struct TagPayload {
    /// The tag as it now is; null when refused.
    tag: Option<Tag>,
    /// Whether anything changed; false when nothing had to, and when refused.
    changed: bool,
    /// Why it was refused; empty when done.
    user_errors: Vec<UserError>,
}

/// What making or changing a macro came to.
#[derive(Clone, Debug, Default, SimpleObject)]
pub struct MacroPayload {
    /// The macro as it now is; null when refused.
    #[graphql(name = "macro")]
    saved: Option<Macro>,
    /// Whether anything changed; false when nothing had to, and when refused.
    changed: bool,
    /// Why it was refused; empty when done.
    user_errors: Vec<UserError>,
}

/// What making or revoking a token came to.
#[derive(Clone, Debug, Default, SimpleObject)]
pub struct ApiTokenPayload {
    /// The token as it now is; null when refused.
    api_token: Option<ApiToken>,
    /// The whole token, for its owner's eyes only. It is answered once, when it is made, and can't be read again.
    secret: Option<String>,
    /// Why it was refused; empty when done.
    user_errors: Vec<UserError>,
}

impl AgentPayload {
    /// Reads the agent as it now is.
    ///
    /// # Errors
    /// As shown to clients.
    pub async fn of(reader: &Reader, outcome: Outcome<Done<AgentId>>) -> Result<Self> {
        match outcome {
            Ok(done) => {
                let agent = reader.load(done.id).await?.map(Agent);
                Ok(Self { agent, changed: done.changed, user_errors: Vec::new() })
            }
            Err(refused) => Ok(Self { user_errors: vec![refused.into()], ..Self::default() }),
        }
    }
}

impl TeamPayload {
    /// Reads the team as it now is.
    ///
    /// # Errors
    /// As shown to clients.
    pub async fn of(reader: &Reader, outcome: Outcome<Done<TeamId>>) -> Result<Self> {
        match outcome {
            Ok(done) => {
                let team = reader.load(done.id).await?.map(Team);
                Ok(Self { team, changed: done.changed, user_errors: Vec::new() })
            }
            Err(refused) => Ok(Self { user_errors: vec![refused.into()], ..Self::default() }),
        }
    }
}

impl ChannelPayload {
    /// Reads the channel as it now is, if the viewer may see it: a token limited to channels doesn't see those made later.
    ///
    /// # Errors
    /// As shown to clients.
    pub async fn of(reader: &Reader, outcome: Outcome<Done<ChannelId>>) -> Result<Self> {
        match outcome {
            Ok(done) => {
                let seen = reader.viewer().channels.sees(done.id);
                let row = if seen { reader.load(done.id).await? } else { None };
                Ok(Self { channel: row.map(Channel), changed: done.changed, user_errors: Vec::new() })
            }
            Err(refused) => Ok(Self { user_errors: vec![refused.into()], ..Self::default() }),
        }
    }
}

impl CustomerPayload {
    /// Reads the customer as they now are.
    ///
    /// # Errors
    /// As shown to clients.
    pub async fn of(reader: &Reader, outcome: Outcome<Done<CustomerId>>) -> Result<Self> {
        match outcome {
            Ok(done) => {
                let customer = reader.load(done.id).await?.map(Customer);
                Ok(Self { customer, changed: done.changed, user_errors: Vec::new() })
            }
            Err(refused) => Ok(Self { user_errors: vec![refused.into()], ..Self::default() }),
        }
    }
}

impl TagPayload {
    /// Reads the tag as it now is.
    ///
    /// # Errors
    /// As shown to clients.
    pub async fn of(reader: &Reader, outcome: Outcome<Done<TagId>>) -> Result<Self> {
        match outcome {
            Ok(done) => {
                let tag = reader.load(done.id).await?.map(Tag);
                Ok(Self { tag, changed: done.changed, user_errors: Vec::new() })
            }
            Err(refused) => Ok(Self { user_errors: vec![refused.into()], ..Self::default() }),
        }
    }
}

impl MacroPayload {
    /// Reads the macro as it now is.
    ///
    /// # Errors
    /// As shown to clients.
    pub async fn of(reader: &Reader, outcome: Outcome<Done<MacroId>>) -> Result<Self> {
        match outcome {
            Ok(done) => {
                let saved = reader.load(done.id).await?.map(Macro);
                Ok(Self { saved, changed: done.changed, user_errors: Vec::new() })
            }
            Err(refused) => Ok(Self { user_errors: vec![refused.into()], ..Self::default() }),
        }
    }
}

impl ApiTokenPayload {
    /// Reads the token that was made, and tells its secret.
    ///
    /// # Errors
    /// As shown to clients.
    pub async fn made(reader: &Reader, outcome: Outcome<MadeToken>) -> Result<Self> {
        match outcome {
            Ok(made) => {
                let api_token = reader.load(made.id).await?.map(ApiToken);
                Ok(Self { api_token, secret: Some(made.secret), user_errors: Vec::new() })
            }
            Err(refused) => Ok(Self { user_errors: vec![refused.into()], ..Self::default() }),
        }
    }

    /// Reads the token as it now is.
    ///
    /// # Errors
    /// As shown to clients.
    pub async fn of(reader: &Reader, outcome: Outcome<Done<TokenId>>) -> Result<Self> {
        match outcome {
            Ok(done) => Ok(Self { api_token: reader.load(done.id).await?.map(ApiToken), ..Self::default() }),
            Err(refused) => Ok(Self { user_errors: vec![refused.into()], ..Self::default() }),
        }
    }
}
