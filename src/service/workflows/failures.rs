//! Runs that fail in a row: so many switch their workflow off.

use entity::workflow::Model as Row;

use super::update::changed;
use crate::domain::change::Moment;
use crate::domain::workflow::Outcome;
use crate::error::{Error, Result};
use crate::store::append::Setup;
use crate::store::workflows;
use crate::store::write::Tx;

/// So many failed runs in a row switch a workflow off.
pub const FAILURES: i32 = 20;

/// Counts the runs that failed in a row; the last that may switches the workflow off, which the log tells.
///
/// # Errors
/// The database's.
pub(super) async fn tally(tx: &Tx, mut row: Row, outcomes: &[Outcome], moment: &Moment) -> Result<Option<Setup>> {
    let Some((failure, why)) = outcomes.iter().find_map(|outcome| Some((outcome, outcome.error.as_ref()?))) else {
        if row.failures > 0 {
            row.failures = 0;
            workflows::update(tx, &row).await?;
        }
        return Ok(None);
    };
    row.failures = row.failures.saturating_add(1);
    if row.failures < FAILURES {
        workflows::update(tx, &row).await?;
        return Ok(None);
    }
    let action = serde_json::to_value(failure.action).map_err(Error::internal)?;
    let action = action.as_str().unwrap_or_default().to_owned();
    let before = row.clone();
    row.disabled_reason = Some(format!("{FAILURES} runs in a row failed; the last at {action}: {}", why.message));
    (row.enabled, row.revision) = (false, row.revision.saturating_add(1));
    row.updated_at = moment.now.max(row.updated_at);
    workflows::update(tx, &row).await?;
    Ok(Some(changed(Some(&before), &row, *moment)))
}
