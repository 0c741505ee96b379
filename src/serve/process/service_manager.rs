//! The service manager that started the process, systemd or one that speaks like it: told when the service is ready and when
//! it stops.
//!
//! In: the health that the service reports. Out: a datagram for each change, to the socket that `NOTIFY_SOCKET` names; none
//! where it names none.

use tokio::sync::watch;

use crate::serve::generated::health::health_check_response::ServingStatus;

/// Tells the service manager of changes until the service ends.
pub(crate) async fn keep_told(mut health: watch::Receiver<ServingStatus>) {
    let is_serving = |status: &ServingStatus| *status == ServingStatus::Serving;
    if health.wait_for(is_serving).await.is_err() {
        return;
    }
    tell(Change::Ready).await;
    if health.wait_for(|status| !is_serving(status)).await.is_ok() {
        tell(Change::Stopping).await;
    }
}

/// What the service manager is told.
#[derive(Clone, Copy, Debug)]
enum Change {
    Ready,
    Stopping,
}

/// Tells it on a thread of its own: its socket may be full.
#[cfg(unix)]
async fn tell(change: Change) {
    use sd_notify::NotifyState;

    let told = tokio::task::spawn_blocking(move || {
        sd_notify::notify(&match change {
            Change::Ready => [NotifyState::Ready, NotifyState::Status("serving")],
            Change::Stopping => [NotifyState::Stopping, NotifyState::Status("draining")],
        })
    });
    if let Ok(Err(error)) = told.await {
        tracing::warn!("the service manager can't be told of a change ({change:?}): {error}");
    }
}

/// There is none here.
#[cfg(not(unix))]
async fn tell(_: Change) {}
