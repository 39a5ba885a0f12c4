//! Finishing sweeps: what their mutations left, also after a crash.

use entity::ids::SweepId;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::error::Result;
use crate::service::Service;
use crate::store::sweeps::Taken;

/// Sweeps that are looked up at a time.
const CHUNK: u64 = 100;

/// Goes on with every sweep until nothing is left but what others are at, or until told to stop.
///
/// # Errors
/// The first failure; what doesn't hang on it was done all the same.
pub(super) async fn finish(service: &Service, stop: &CancellationToken) -> Result<()> {
    let mut outcome = Ok(());
    let mut last = SweepId(Uuid::nil());
    loop {
        let due = service.store.sweeps_after(last, CHUNK).await?;
        let Some(newest) = due.last() else { return outcome };
        last = *newest;
        for id in due {
            // One that fails doesn't hold up the others.
            outcome = outcome.and(service.sweep(id, Taken::Leave, &|| stop.is_cancelled()).await.map(drop));
            if stop.is_cancelled() {
                return outcome;
            }
        }
    }
}
