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
    within(LIST, reading).await
}

async fn within<T: Send + 'static>(
    time: Duration,
    reading: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    let mut reading = Box::pin(reading);
    match tokio::time::timeout(time, &mut reading).await {
        Ok(read) => read,
        Err(_) => {
            tokio::spawn(reading);
            Err(Error::TooComplex)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn reading_late_is_refused_and_goes_on_unseen() {
        let (late, database) = oneshot::channel::<()>();
        let (ended, end) = oneshot::channel();
        let reading = async move {
            database.await.map_err(Error::internal)?;
            ended.send(()).map_err(Error::internal)
        };
        assert!(matches!(within(Duration::from_millis(1), reading).await, Err(Error::TooComplex)));
        late.send(()).unwrap();
        end.await.unwrap();
    }

    #[tokio::test]
    async fn reading_in_time_gives_what_it_gives() {
        assert!(matches!(in_time(async { Ok(7) }).await, Ok(7)));
        assert!(matches!(in_time::<()>(async { Err(Error::CursorAhead) }).await, Err(Error::CursorAhead)));
    }
}
