//! The signals that ask a process to stop.

use crate::command::StartError;

/// Completes at the first SIGTERM or SIGINT. Listens from the call on.
///
/// # Errors
/// A sentence for the operator.
pub fn told_to_stop() -> Result<impl Future<Output = ()>, StartError> {
    use tokio::signal::unix::{SignalKind, signal};
    let fault = |fault: std::io::Error| StartError::new(format!("can't listen for signals: {fault}"));
    let mut terminate = signal(SignalKind::terminate()).map_err(fault)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(fault)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
    })
}
