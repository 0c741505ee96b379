//! When calls that would go on have to end: the server stops, or their connection has lasted as long as it may.

use http::Extensions;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::status::Failure;

/// The end of the streams of one connection. Cheap to clone.
#[derive(Clone)]
pub(super) struct Ending {
    /// Cancelled once the server is to stop.
    server: CancellationToken,
    /// The same, or cancelled once the connection is to end.
    connection: CancellationToken,
}

impl Ending {
    /// Of a connection of a server that stops once `server` is cancelled.
    pub(super) fn new(server: &CancellationToken) -> Self {
        Self { server: server.clone(), connection: server.child_token() }
    }

    /// What a connection's calls carry.
    pub(super) fn in_extensions(extensions: &Extensions) -> Self {
        extensions.get::<Self>().expect("every call comes over a connection").clone()
    }

    /// Has the streams of the connection end.
    pub(super) fn begin(&self) {
        self.connection.cancel();
    }

    /// Ready once they are to end.
    pub(super) fn begun(&self) -> WaitForCancellationFutureOwned {
        self.connection.clone().cancelled_owned()
    }

    /// Why they end.
    pub(super) fn failure(&self) -> Failure {
        if self.server.is_cancelled() { Failure::ShuttingDown } else { Failure::ConnectionOld }
    }
}
