//! `createMacro`.

use async_graphql::{Context, InputObject, Object, Result};

use super::conversation_action::{self, Actions};
use super::set_up::permitted;
use crate::domain::permission::Operation;
use crate::error::Error;
use crate::graphql::reader::Reader;
use crate::graphql::types::set_up_payload::MacroPayload;
use crate::service::macros::SavedActions;

/// A macro to make.
#[derive(InputObject)]
pub struct MacroInput {
    /// Its name, at most 255 characters; one that another macro has, without regard to case, is TAKEN.
    name: String,
    /// What it does, 1 to 20 actions, at most 32 KiB of JSON together, saved just as they are spelled. Whom and what they name must be there; states, access and times
    /// are judged when they are run.
    actions: Actions,
}

/// Reads a list of actions, and keeps how it is spelled.
///
/// # Errors
/// As for [`conversation_action::read`].
pub fn saved(list: &Actions) -> crate::error::Result<SavedActions> {
    let actions = conversation_action::read(list)?;
    let spelled = list.iter().map(|action| action.to_json().map_err(Error::internal));
    Ok(SavedActions { actions, spelled: spelled.collect::<crate::error::Result<_>>()? })
}

/// `createMacro`.
#[derive(Default)]
pub struct CreateMacro;

#[Object]
impl CreateMacro {
    /// Saves a list of actions under a name; there may be 200. An agent needs CONVERSATIONS_WRITE for it, an integration ADMIN; what the
    /// actions need is asked of who runs them. Refused with TAKEN, REQUIRED, INVALID, TOO_LONG, LIMIT_EXCEEDED, and for what an action
    /// names with NOT_FOUND, AGENT_INACTIVE or NOT_A_MEMBER.
    async fn create_macro(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The macro to make.")] input: MacroInput,
    ) -> Option<Result<MacroPayload>> {
        Some(create(ctx, input).await)
    }
}

async fn create(ctx: &Context<'_>, input: MacroInput) -> Result<MacroPayload> {
    let reader = Reader::of(ctx)?;
    let work = async {
        let list = saved(&input.actions)?;
        reader.service.create_macro(reader.viewer().actor(), &input.name, &list).await
    };
    let outcome = permitted(reader, Operation::ManageMacros, work).await?;
    MacroPayload::of(reader, outcome).await
}
