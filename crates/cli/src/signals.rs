//! The signals that end what listens: the sandbox, and the recorder of notifications.

use std::future::Future;

use crate::failure::Failure;

/// Ready when somebody wants the command to end. Listens from the moment of the call.
#[cfg(unix)]
pub(crate) fn end() -> Result<impl Future<Output = ()> + Send + 'static, Failure> {
    use tokio::signal::unix::{SignalKind, signal};

    let listen = |kind| signal(kind).map_err(|error| Failure::Machine(format!("signals: {error}")));
    let (mut interrupt, mut terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ready when somebody wants the command to end.
#[cfg(not(unix))]
pub(crate) fn end() -> Result<impl Future<Output = ()> + Send + 'static, Failure> {
    Ok(async {
        // Where there are no signals, only the end of the process is left.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
