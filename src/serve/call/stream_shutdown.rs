//! Tells streams to end: the server stops, or their connection has lasted as long as it may.

use http::Extensions;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::serve::status::Failure;

/// The signal to the streams of one connection. Cheap to clone.
#[derive(Clone)]
pub(crate) struct StreamShutdown {
    /// Cancelled once the server is to stop.
    server: CancellationToken,
    /// The same, or cancelled once the connection is old.
    connection: CancellationToken,
}

impl StreamShutdown {
    /// For a connection of a server that stops once `server` is cancelled.
    pub(crate) fn new(server: &CancellationToken) -> Self {
        Self { server: server.clone(), connection: server.child_token() }
    }

    /// The signal that a call's request carries.
    pub(crate) fn in_extensions(extensions: &Extensions) -> Self {
        extensions.get::<Self>().expect("every call comes over a connection").clone()
    }

    /// Tells the streams of the connection to end.
    pub(crate) fn start(&self) {
        self.connection.cancel();
    }

    /// Ready once they are told to end.
    pub(crate) fn started(&self) -> WaitForCancellationFutureOwned {
        self.connection.clone().cancelled_owned()
    }

    /// Why they end.
    pub(crate) fn failure(&self) -> Failure {
        if self.server.is_cancelled() { Failure::ShuttingDown } else { Failure::ConnectionOld }
    }
}
