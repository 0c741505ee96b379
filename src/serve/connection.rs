//! One connection, from its socket to its end, with a limit of time on each of its stages.
//!
//! TLS handshake -> preface of HTTP/2 -> calls, until the peer goes, the connection is old, or the server
//! stops. Then GOAWAY, and what is in flight goes on for a while. This is also the place that would tell
//! HTTP/1.1 from HTTP/2: the first bytes are at hand in [`Connections::serve`].

use std::io::Cursor;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http2;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::config::ConnectionConfig;
use super::executor::CallExecutor;
use super::front::Front;
use super::tls::Tls;

/// The length of what a client of HTTP/2 says first, in bytes. No request of HTTP/1.1 is shorter either.
const PREFACE_BYTES: usize = 24;

/// All connections, and what they have in common.
pub(super) struct Connections {
    config: ConnectionConfig,
    tls: Option<Arc<Tls>>,
    front: Front,
    http2: http2::Builder<CallExecutor>,
    tasks: TaskTracker,
    /// Cancelled once no new calls are taken.
    stopping: CancellationToken,
    /// Cancelled once what is still open is cut.
    cut: CancellationToken,
}

impl Connections {
    pub(super) fn new(
        config: ConnectionConfig,
        tls: Option<Arc<Tls>>,
        front: Front,
        stopping: CancellationToken,
    ) -> Self {
        let http2 = http2(&config);
        let (tasks, cut) = (TaskTracker::new(), CancellationToken::new());
        Self { config, tls, front, http2, tasks, stopping, cut }
    }

    pub(super) const fn config(&self) -> &ConnectionConfig {
        &self.config
    }

    /// Ready once no new connections are to be accepted.
    pub(super) async fn stopping(&self) {
        self.stopping.cancelled().await;
    }

    /// Serves a connection in a task of its own, which keeps `place` until it ends.
    pub(super) fn spawn(self: &Arc<Self>, socket: TcpStream, place: OwnedSemaphorePermit) {
        let connections = self.clone();
        self.tasks.spawn(async move {
            let _place = place;
            let _open = connections.front.metrics.connection();
            tokio::select! {
                () = connections.secure_and_serve(socket) => {}
                () = connections.cut.cancelled() => tracing::warn!("cut a connection with calls in flight"),
            }
        });
    }

    /// Waits until all connections are closed; cuts those that aren't after `limit`. Whether none was cut.
    pub(super) async fn drain(&self, limit: Duration) -> bool {
        self.tasks.close();
        let in_time = timeout(limit, self.tasks.wait()).await.is_ok();
        self.cut.cancel();
        self.tasks.wait().await;
        in_time
    }

    async fn secure_and_serve(&self, socket: TcpStream) {
        let Some(tls) = &self.tls else { return self.serve(socket).await };
        let secured = tokio::select! {
            secured = timeout(self.config.handshake_timeout, tls.secure(socket)) => secured,
            () = self.stopping() => return,
        };
        match secured {
            Ok(Ok(socket)) => self.serve(socket).await,
            Ok(Err(error)) => tracing::debug!("no TLS: {error}"),
            Err(_) => tracing::debug!("no TLS within {:?}", self.config.handshake_timeout),
        }
    }

    async fn serve(&self, mut socket: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) {
        let mut preface = [0; PREFACE_BYTES];
        let read = tokio::select! {
            read = timeout(self.config.preface_timeout, socket.read_exact(&mut preface)) => read,
            () = self.stopping() => return,
        };
        if !matches!(read, Ok(Ok(_))) {
            tracing::debug!("no preface of HTTP/2 within {:?}", self.config.preface_timeout);
            return;
        }
        // What was read comes first again.
        let (rest, write) = tokio::io::split(socket);
        let mut socket = TimeoutStream::new(tokio::io::join(Cursor::new(preface).chain(rest), write));
        socket.set_write_timeout(Some(self.config.write_timeout));

        let socket = TokioIo::new(Box::pin(socket));
        let connection = self.http2.serve_connection(socket, self.front.clone());
        let mut connection = pin!(connection);
        let grace = tokio::select! {
            result = &mut connection => return tell(result),
            // How long calls go on is up to the drain limit then.
            () = self.stopping() => None,
            () = until_old(self.config.max_age) => Some(self.config.age_grace),
        };
        connection.as_mut().graceful_shutdown();
        tokio::select! {
            result = connection => tell(result),
            () = passed(grace) => tracing::debug!("closed an old connection with calls in flight"),
        }
    }
}

/// HTTP/2 with every limit that it knows.
fn http2(config: &ConnectionConfig) -> http2::Builder<CallExecutor> {
    let mut builder = http2::Builder::new(CallExecutor);
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(config.max_concurrent_streams.max(1))
        .keep_alive_interval(config.keepalive_interval)
        .keep_alive_timeout(config.keepalive_timeout)
        .max_header_list_size(config.max_header_list_bytes)
        .max_pending_accept_reset_streams(config.max_pending_resets)
        .max_local_error_reset_streams(config.max_stream_errors);
    builder
}

/// Ready once a connection that began now is old: after `max_age`, give or take a tenth, so that connections
/// that began together don't end together (gRFC A9).
async fn until_old(max_age: Option<Duration>) {
    passed(max_age.map(|age| age.mul_f64(0.9 + 0.2 * fastrand::f64()))).await;
}

/// Ready once `duration` has passed; never where there is none.
async fn passed(duration: Option<Duration>) {
    match duration {
        Some(duration) => sleep(duration).await,
        None => std::future::pending().await,
    }
}

/// Peers break off all the time: worth a line only to who looks for it.
fn tell(result: Result<(), hyper::Error>) {
    if let Err(error) = result {
        tracing::debug!("a connection ended: {error}");
    }
}
