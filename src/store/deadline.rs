//! The time a list may take.

use std::time::Duration;

use crate::error::{Error, Result};

/// Longer, and a list is refused as too complex.
const LIST: Duration = Duration::from_secs(2);

/// What the reading gives, if it is there in time.
///
/// Reading late goes on unseen until the database ends it (PostgreSQL by its statement timeout): a connection given up in the middle
/// of an answer would have to be cleaned or closed.
///
/// # Errors
/// [`Error::TooComplex`] when time is up; the reading's own.
pub(in crate::store) async fn in_time<T: Send + 'static>(
    reading: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    let mut reading = Box::pin(reading);
    match tokio::time::timeout(LIST, &mut reading).await {
        Ok(read) => read,
        Err(_) => {
            tokio::spawn(reading);
            Err(Error::TooComplex)
        }
    }
}
