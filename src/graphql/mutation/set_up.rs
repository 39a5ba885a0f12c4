//! What the mutations of people, channels and tokens have in common: ask the right, do the work, part refusals from failures.

use async_graphql::Result;

use crate::domain::permission::{Denied, Operation};
use crate::graphql::error::{refusal, role_refusal};
use crate::graphql::reader::Reader;
use crate::graphql::types::set_up_payload::Outcome;

/// Does the work if the viewer may.
///
/// # Errors
/// A missing scope, and every failure that isn't a refusal.
pub async fn permitted<T>(
    reader: &Reader,
    operation: Operation,
    work: impl Future<Output = crate::error::Result<T>>,
) -> Result<Outcome<T>> {
    judged(reader, reader.viewer().permit(operation), work).await
}

/// Does the work if the viewer may, as somebody judged.
///
/// # Errors
/// A missing scope, and every failure that isn't a refusal.
pub async fn judged<T>(
    reader: &Reader,
    right: std::result::Result<(), Denied>,
    work: impl Future<Output = crate::error::Result<T>>,
) -> Result<Outcome<T>> {
    if let Err(refused) = role_refusal(right)? {
        return Ok(Err(refused));
    }
    let outcome = refusal(work.await);
    reader.forget_set_up();
    // Conversations may have lost their agent with it.
    reader.forget();
    outcome
}
