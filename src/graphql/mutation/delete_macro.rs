//! `deleteMacro`.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::ids::MacroId;

use super::given;
use super::set_up::permitted;
use crate::domain::permission::Operation;
use crate::graphql::reader::Reader;
use crate::graphql::types::delete_payload::DeletePayload;

/// A macro to delete.
#[derive(InputObject)]
pub struct DeleteMacroInput {
    /// The macro.
    macro_id: ID,
}

/// `deleteMacro`.
#[derive(Default)]
pub struct DeleteMacro;

#[Object]
impl DeleteMacro {
    /// Deletes a macro for good; its name is free from then on. An agent needs CONVERSATIONS_WRITE for it, an integration ADMIN. Refused
    /// with NOT_FOUND.
    async fn delete_macro(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The macro.")] input: DeleteMacroInput,
    ) -> Option<Result<DeletePayload>> {
        Some(delete(ctx, input).await)
    }
}

async fn delete(ctx: &Context<'_>, input: DeleteMacroInput) -> Result<DeletePayload> {
    let reader = Reader::of(ctx)?;
    let work = async {
        let id = given::id("macroId", &input.macro_id, MacroId::parse)?;
        reader.service.delete_macro(reader.viewer().actor(), id).await
    };
    let outcome = permitted(reader, Operation::ManageMacros, work).await?;
    Ok(DeletePayload::of(outcome.map(|done| done.id)))
}
