//! `updateMacro`.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};
use entity::ids::MacroId;

use super::conversation_action::Actions;
use super::create_macro::saved;
use super::given;
use super::set_up::permitted;
use crate::domain::permission::Operation;
use crate::graphql::reader::Reader;
use crate::graphql::types::set_up_payload::MacroPayload;

/// What of a macro changes. Omitted = unchanged; null is REQUIRED.
#[derive(InputObject)]
pub struct UpdateMacroInput {
    /// The macro.
    macro_id: ID,
    /// Its name, as in `createMacro`.
    name: MaybeUndefined<String>,
    /// All that it does, as in `createMacro`.
    actions: MaybeUndefined<Actions>,
}

/// `updateMacro`.
#[derive(Default)]
pub struct UpdateMacro;

#[Object]
impl UpdateMacro {
    /// Changes a macro. An agent needs CONVERSATIONS_WRITE for it, an integration ADMIN. Refused with NOT_FOUND and as `createMacro` is.
    async fn update_macro(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The macro, and what changes.")] input: UpdateMacroInput,
    ) -> Option<Result<MacroPayload>> {
        Some(update(ctx, input).await)
    }
}

async fn update(ctx: &Context<'_>, input: UpdateMacroInput) -> Result<MacroPayload> {
    let reader = Reader::of(ctx)?;
    let work = async {
        let id = given::id("macroId", &input.macro_id, MacroId::parse)?;
        let name = given::change("name", input.name)?;
        let list = given::change("actions", input.actions)?.map(|list| saved(&list)).transpose()?;
        reader.service.update_macro(reader.viewer().actor(), id, name.as_deref(), list.as_ref()).await
    };
    let outcome = permitted(reader, Operation::ManageMacros, work).await?;
    MacroPayload::of(reader, outcome).await
}
