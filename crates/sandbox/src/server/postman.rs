//! The postman: delivers notifications while the server runs.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use alipay_core::http::AsyncTransport;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::sandbox::{Sandbox, Watcher};

/// How often the postman looks even if nothing wakes him: the clock of the machine moves by itself.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Delivers what is due, each on its own, so that a slow receiver holds up nobody. Never ends; where it is dropped,
/// deliveries under way end with it. Without a notifier everything stays in the outbox.
pub(super) async fn deliver(sandbox: Sandbox, notifier: Option<Arc<dyn AsyncTransport>>) {
    let Some(notifier) = notifier else { return pending().await };
    let bell = Arc::new(Notify::new());
    let ring = Arc::clone(&bell);
    let watcher: Arc<Watcher> = Arc::new(move || ring.notify_one());
    sandbox.watch(&watcher);
    let mut deliveries = JoinSet::new();
    loop {
        for due in sandbox.due_notifications() {
            if !due.to_this_machine {
                sandbox.hold_notification(due.id);
                continue;
            }
            let (sandbox, notifier) = (sandbox.clone(), Arc::clone(&notifier));
            deliveries.spawn(async move {
                let result = notifier.send(&due.request).await;
                sandbox.notification_result(due.id, &result);
            });
        }
        while deliveries.try_join_next().is_some() {}
        tokio::select! {
            () = bell.notified() => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
        }
    }
}
