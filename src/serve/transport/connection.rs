//! One connection, from its socket to its end, with a limit of time on each of its stages.
//!
//! A place -> TLS handshake -> the first bytes, which tell HTTP/2 from HTTP/1.1 -> calls, until the peer leaves, the
//! connection is old or idle while others need its place, or the server stops. Then the server sends GOAWAY, and calls in
//! flight go on for a while. Who gets no place is told so over HTTP.

use std::io::Cursor;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::activity::{Activity, IdleAfter};
use super::frame_meter::FrameMeter;
use super::http1_socket::{Http1Socket, UnsentAnswer};
use super::places::{Entry, Newcomer, NoPlace, Place, Places, PlacesConfig};
use super::protocols::{ConnectionProtocols, Protocols, Refusal};
use super::proxies::TrustedProxies;
use super::tls::Tls;
use crate::serve::admission::shares::Shares;
use crate::serve::call::call_task::{CallExecutor, within_limits};
use crate::serve::call::peer::{Holder, Peer};
use crate::serve::call::stream_shutdown::StreamShutdown;
use crate::serve::config::ConnectionConfig;
use crate::serve::status::Failure;
use crate::serve::telemetry::metrics::Metrics;

/// What a client of HTTP/2 sends first. No HTTP/1.1 request that names its host is shorter.
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Telling those who get no place so may take this long, with the TLS handshake.
const TELLING: Duration = Duration::from_secs(3);

/// The log tells at most once in this time that connections get no place.
const TOLD_EVERY: Duration = Duration::from_mins(1);

/// At most so many requests are read after their answers at one time, only to be thrown away: each holds its head and what
/// HTTP keeps of a call. A further one is reset, as HTTP/2 has it.
const MOST_DRAINS: usize = 1024;

/// Where a peer has n connections, a further one may have so many calls open, divided by n. A thousand connections could
/// else begin a hundred thousand calls in one moment, and whoever came after them would wait until each is refused.
const STREAMS_OF_A_CROWD: usize = 4096;

/// All connections, and what they share.
pub(crate) struct Connections {
    config: ConnectionConfig,
    places: Places,
    proxies: TrustedProxies,
    /// When the log told last that connections get no place.
    told: Mutex<Option<Instant>>,
    tls: Option<Arc<Tls>>,
    protocols: Arc<Protocols>,
    http1: http1::Builder,
    http2: http2::Builder<CallExecutor>,
    tasks: TaskTracker,
    /// For rests of requests that are read after their answers.
    drains: Shares,
    /// Cancelled once the server takes no new calls.
    stopping: CancellationToken,
    /// Cancelled when the server cuts what is still open.
    cut: CancellationToken,
}

impl Connections {
    pub(crate) fn new(
        config: ConnectionConfig,
        tls: Option<Arc<Tls>>,
        protocols: Protocols,
        stopping: CancellationToken,
    ) -> Self {
        let (http1, http2) = (http1(&config), http2(&config));
        let (tasks, cut) = (TaskTracker::new(), CancellationToken::new());
        let places = Places::new(PlacesConfig {
            count: config.max_connections,
            waiting: config.max_waiting,
            patience: config.place_timeout,
            idle_after: IdleAfter { call: config.idle_after, accept: config.silent_after },
            look_every: PlacesConfig::LOOK_EVERY,
        });
        let proxies = TrustedProxies::new(&config.trusted_proxies);
        let told = Mutex::default();
        let drains = Shares::new(MOST_DRAINS);
        let protocols = Arc::new(protocols);
        Self { config, places, proxies, told, tls, protocols, http1, http2, tasks, drains, stopping, cut }
    }

    pub(crate) const fn config(&self) -> &ConnectionConfig {
        &self.config
    }

    /// Ready once no new connections are to be accepted.
    pub(crate) async fn stopping(&self) {
        self.stopping.cancelled().await;
    }

    fn metrics(&self) -> &Metrics {
        self.protocols.metrics()
    }

    /// Serves a connection with `peer` in a task of its own, once it has a place.
    pub(crate) fn take_in(self: &Arc<Self>, socket: TcpStream, peer: Peer) {
        let holder = Holder::at(peer.address);
        let newcomer =
            if self.proxies.are_at(peer.address) { Newcomer::Proxy(holder) } else { Newcomer::At(holder) };
        let entry = match self.places.enter(newcomer) {
            Ok(entry) => entry,
            Err(why) => return self.note_refused(why),
        };
        let connections = self.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = connections.place_and_serve(socket, peer, entry) => {}
                () = connections.cut.cancelled() => tracing::warn!("cut a connection with calls in flight"),
            }
        });
    }

    async fn place_and_serve(&self, socket: TcpStream, peer: Peer, entry: Entry) {
        let place = match entry {
            Entry::Place(place) => Ok(place),
            Entry::Waiting(mut waiting) => {
                let place = tokio::select! {
                    place = waiting.place() => place,
                    () = self.stopping() => return,
                };
                if let Err(why) = place {
                    self.note_refused(why);
                    // It keeps its place among those who wait meanwhile, so that not more are told at one time.
                    let telling = Box::pin(self.secure_and_serve(socket, Visit::Refused(why)));
                    let _ = timeout(TELLING, telling).await;
                    drop(waiting);
                    return;
                }
                place
            }
        };
        if let Ok(place) = place {
            let _open = self.metrics().connection();
            self.secure_and_serve(socket, Visit::Placed(peer, &place)).await;
        }
    }

    fn note_refused(&self, why: NoPlace) {
        self.metrics().connection_refused(why.label());
        let mut told = self.told.lock().expect("nothing panics while it is held");
        if told.is_none_or(|told| told.elapsed() >= TOLD_EVERY) {
            *told = Some(Instant::now());
            let most = self.config.max_connections;
            tracing::warn!(
                "no place for new connections ({}): max-connections is {most}; ascribe_connections_refused_total counts them",
                why.label()
            );
        }
    }

    /// Waits until all connections are closed; cuts those that aren't after `limit`. True when it cut none.
    pub(crate) async fn drain(&self, limit: Duration) -> bool {
        self.tasks.close();
        if let (calls @ 1.., connections) = self.places.calls().counts() {
            tracing::info!("waiting for {calls} calls on {connections} connections");
        }
        let in_time = timeout(limit, self.tasks.wait()).await.is_ok();
        if !in_time {
            let (calls, connections) = self.places.calls().counts();
            tracing::warn!(
                "cutting {calls} calls on {connections} connections: they took longer than {limit:?}"
            );
        }
        self.cut.cancel();
        self.tasks.wait().await;
        in_time
    }

    async fn secure_and_serve(&self, socket: TcpStream, visit: Visit<'_>) {
        let Some(tls) = &self.tls else { return self.serve(socket, visit).await };
        let secured = tokio::select! {
            secured = timeout(self.config.handshake_timeout, tls.secure(socket)) => secured,
            () = self.is_to_leave(&visit) => return,
        };
        match secured {
            Ok(Ok(socket)) => return self.serve(socket, visit).await,
            Ok(Err(error)) => tracing::debug!("no TLS: {error}"),
            Err(_) => tracing::debug!("no TLS within {:?}", self.config.handshake_timeout),
        }
        if matches!(visit, Visit::Placed(..)) {
            self.metrics().connection_refused("no-tls");
        }
    }

    /// Ready once a connection that hasn't begun is to leave.
    async fn is_to_leave(&self, visit: &Visit<'_>) {
        let is_needed = async {
            match visit {
                Visit::Placed(_, place) => place.is_needed().await,
                Visit::Refused(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            () = self.stopping() => {}
            () = is_needed => self.metrics().connection_gave_way(),
        }
    }

    async fn serve(
        &self,
        mut socket: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        visit: Visit<'_>,
    ) {
        let mut preface = [0; PREFACE.len()];
        let read = tokio::select! {
            // Who has said something by now isn't silent.
            biased;
            read = timeout(self.config.preface_timeout, socket.read_exact(&mut preface)) => read,
            () = self.is_to_leave(&visit) => return,
        };
        if !matches!(read, Ok(Ok(_))) {
            tracing::debug!("no HTTP within {:?}", self.config.preface_timeout);
            return;
        }
        let is_http2 = preface == *PREFACE;
        let (peer, place) = match visit {
            Visit::Placed(peer, place) => (peer, place),
            // Apart, so that those who are served don't need the room for it.
            Visit::Refused(why) => {
                return Box::pin(self.tell(self.with_timeout(preface, socket), is_http2, why)).await;
            }
        };
        let shutdown = StreamShutdown::new(&self.stopping);
        let activity = place.activity();
        let mut protocols = ConnectionProtocols {
            protocols: self.protocols.clone(),
            peer,
            proxies: self.proxies.clone(),
            activity: activity.clone(),
            drains: self.drains.clone(),
            shutdown: shutdown.clone(),
            unsent: None,
        };
        if is_http2 {
            let meter = FrameMeter::new(socket);
            let unsent = meter.unsent_answers();
            let socket = TokioIo::new(self.with_timeout(preface, meter));
            let idle = idle(activity, || unsent.count() == 0);
            let mut http2 = self.http2.clone();
            http2.max_concurrent_streams(self.streams_in(place.crowd()));
            let connection = http2.serve_connection(socket, protocols);
            let end_gracefully = http2::Connection::graceful_shutdown;
            let served = self.until_its_end(connection, end_gracefully, shutdown, place, idle);
            // In a box, so that a connection of one version takes no room for the other.
            tokio::select! {
                () = Box::pin(served) => {}
                () = activity.overdone() => tracing::debug!("closed a connection that only begins calls"),
            }
        } else {
            let unsent = UnsentAnswer::default();
            protocols.unsent = Some(unsent.clone());
            let socket = TokioIo::new(Http1Socket::new(self.with_timeout(preface, socket), unsent));
            let idle = idle(activity, || true);
            let connection = self.http1.serve_connection(socket, protocols);
            let end_gracefully = http1::Connection::graceful_shutdown;
            let served = self.until_its_end(connection, end_gracefully, shutdown, place, idle);
            if within_limits(served).await.is_none() {
                tracing::debug!("closed a connection whose answer wasn't read in time");
            }
        }
    }

    /// How many calls may be open on a connection that is this one of its peer's.
    fn streams_in(&self, crowd: usize) -> u32 {
        let share = u32::try_from(STREAMS_OF_A_CROWD / crowd.max(1)).unwrap_or(u32::MAX);
        self.config.max_concurrent_streams.min(share).max(1)
    }

    /// The socket, from which the connection reads the first bytes once more, with a limit of time on each write.
    fn with_timeout<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(
        &self,
        preface: [u8; PREFACE.len()],
        socket: S,
    ) -> impl AsyncRead + AsyncWrite + Send + Unpin + 'static {
        let (rest, write) = tokio::io::split(socket);
        let mut socket = TimeoutStream::new(tokio::io::join(Cursor::new(preface).chain(rest), write));
        socket.set_write_timeout(Some(self.config.write_timeout));
        Box::pin(socket)
    }

    /// Tells a client why it gets no place: over HTTP/1.1 in the answer to its request, over HTTP/2 by GOAWAY, and in the
    /// answers to calls that came before that.
    async fn tell(
        &self,
        socket: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        is_http2: bool,
        why: NoPlace,
    ) {
        let refusal = Refusal(Failure::TooManyConnections(why.told()));
        let ended = if is_http2 {
            let mut connection = pin!(self.http2.serve_connection(TokioIo::new(socket), refusal));
            connection.as_mut().graceful_shutdown();
            connection.await
        } else {
            let socket = TokioIo::new(Http1Socket::new(socket, UnsentAnswer::default()));
            self.http1.clone().keep_alive(false).serve_connection(socket, refusal).await
        };
        log_end(ended);
    }

    /// Serves a connection until it ends by itself, or gracefully because it is old, others need its place, or the server
    /// stops. In the last two cases one that is `idle` is closed, whether its peer answers or not.
    async fn until_its_end<C: Future<Output = Result<(), hyper::Error>>>(
        &self,
        connection: C,
        end_gracefully: impl FnOnce(Pin<&mut C>),
        shutdown: StreamShutdown,
        place: &Place,
        idle: impl Future<Output = ()>,
    ) {
        let mut connection = pin!(connection);
        let (grace, gives_way) = tokio::select! {
            result = &mut connection => return log_end(result),
            // The drain limit then says how long calls go on.
            () = self.stopping() => (None, false),
            () = until_old(self.config.max_age) => (Some(self.config.age_grace), false),
            () = place.is_needed() => (Some(self.config.age_grace), true),
        };
        end_gracefully(connection.as_mut());
        let in_time = async {
            // Streams end by themselves once they are told: the other half is for the answers to what they took in.
            passed(grace.map(|grace| grace / 2)).await;
            shutdown.start();
            passed(grace.map(|grace| grace / 2)).await;
        };
        if gives_way {
            self.metrics().connection_gave_way();
        }
        let has_nothing_to_wait_for = async {
            if !gives_way {
                self.stopping().await;
            }
            idle.await;
        };
        tokio::select! {
            result = connection => log_end(result),
            () = has_nothing_to_wait_for => tracing::debug!("closed a connection without calls"),
            () = in_time => tracing::debug!("closed an old connection with calls in flight"),
        }
    }
}

/// What becomes of a connection.
enum Visit<'a> {
    /// It has a place.
    Placed(Peer, &'a Place),
    /// It is only told why it gets none.
    Refused(NoPlace),
}

/// How long a connection has no calls before it counts as idle: time for one that is already on its way.
const NO_CALL_FOR: Duration = Duration::from_millis(500);

/// Ready once a connection has had no calls for a while, and all its answers are sent.
async fn idle(activity: &Activity, all_are_sent: impl Fn() -> bool) {
    loop {
        activity.no_call().await;
        sleep(NO_CALL_FOR).await;
        if activity.calls() == 0 && all_are_sent() {
            return;
        }
    }
}

/// HTTP/1.1 with every limit that hyper has for it.
fn http1(config: &ConnectionConfig) -> http1::Builder {
    let mut builder = http1::Builder::new();
    // This closes idle connections too: the next request has to come within that time.
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(config.keepalive_timeout.max(config.preface_timeout))
        .max_header_size(usize::try_from(config.max_header_list_bytes).unwrap_or(usize::MAX));
    builder
}

/// How many bytes of a call's messages a client may send before the server reads them, and of all calls on a
/// connection.
///
/// A document on its way costs a stream its length of the first window: 4 MiB over a round trip of 80 ms take under
/// three seconds. The second window bounds more than bytes: h2 charges each DATA frame of fewer than 256 bytes, until
/// it is read, with what it lacks of them, and ends the connection when that comes to half of this window. A client may
/// fill a stream's window with frames of m bytes, one for each small document, while it reads no answers: that is
/// charged with 128 KiB / m * (256 - m). The streams that one caller gets of the default 64, 48, may all be full of
/// frames of 41 bytes: 48 * 128 KiB / 41 * 215 = 32 MiB. All 64 may be full of frames of 52 bytes, and all 128 calls that
/// a connection may have open of frames of 86.
///
/// What a hostile peer can make a connection hold is bounded by all of these: of frames of fewer than 8 bytes, some 350
/// bytes of memory each, it may send ten thousand (`frame_meter`); of those of 8 bytes as many as 32 MiB / 248, 47 MB;
/// and 128 streams full of bytes are 16 MiB.
const STREAM_WINDOW_BYTES: u32 = 128 << 10;
const CONNECTION_WINDOW_BYTES: u32 = 64 << 20;

/// HTTP/2 with every limit that hyper has for it.
fn http2(config: &ConnectionConfig) -> http2::Builder<CallExecutor> {
    let mut builder = http2::Builder::new(CallExecutor);
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(config.max_concurrent_streams.max(1))
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .keep_alive_interval(config.keepalive_interval)
        .keep_alive_timeout(config.keepalive_timeout)
        .max_header_list_size(config.max_header_list_bytes)
        .max_pending_accept_reset_streams(config.max_pending_resets)
        .max_local_error_reset_streams(config.max_stream_errors);
    builder
}

/// Notices a peer that vanished while nothing is sent to it, as HTTP/1.1 has no pings: after a minute of silence the
/// system asks whether it is there.
pub(super) fn with_keepalive(socket: &TcpStream) {
    let keepalive = TcpKeepalive::new()
        .with_time(Duration::from_mins(1))
        .with_interval(Duration::from_secs(20))
        .with_retries(3);
    if let Err(error) = SockRef::from(socket).set_tcp_keepalive(&keepalive) {
        tracing::debug!("a connection is already gone: {error}");
    }
}

/// Ready once a connection that began now is old: after `max_age`, give or take a tenth at random, so that connections
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

/// Logs how a connection ended. Peers break off all the time: only who looks for it sees the line.
fn log_end(result: Result<(), hyper::Error>) {
    if let Err(error) = result {
        tracing::debug!("a connection ended: {error}");
    }
}
