//! A door beside the service's own: plain HTTP/1.1, few connections, each request answered within seconds.
//!
//! In: a listener, a handler. Out: nothing; it answers until it is dropped, which ends its connections too.

use std::convert::Infallible;
use std::time::Duration;

use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tonic::body::Body;

use super::accept::Acceptor;
use super::activity::IdleAfter;
use super::places::{Entry, Newcomer, Place, Places, PlacesConfig};
use crate::serve::call::peer::Holder;

/// The limits of such a door.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SideDoorLimits {
    /// At most this many connections are open at one time, of which a quarter only waits until idle ones give their places up.
    pub(crate) connections: usize,
    /// The longest that a request's head may take, its answer once its head is there, a client that reads nothing of an
    /// answer, and a connection without a request; each.
    pub(crate) longest: Duration,
    /// How long a connection may last.
    pub(crate) max_age: Duration,
    /// How long the door pauses after it failed to accept a connection.
    pub(crate) accept_pause: Duration,
    /// When a connection counts as idle.
    pub(crate) idle_after: IdleAfter,
}

/// Answers what comes in on `listener` with `handler`, until this is dropped.
pub(crate) async fn open_side_door<H, F>(listener: TcpListener, limits: SideDoorLimits, handler: H)
where
    H: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    let waiting = limits.connections.div_ceil(4);
    let places = Places::new(PlacesConfig {
        count: limits.connections - waiting,
        waiting,
        patience: limits.longest,
        idle_after: limits.idle_after,
        look_every: PlacesConfig::LOOK_EVERY,
    });
    let mut acceptor = Acceptor::new(listener, limits.accept_pause);
    let mut connections = JoinSet::new();
    loop {
        let (socket, address) = tokio::select! {
            accepted = acceptor.next() => accepted,
            Some(_) = connections.join_next() => continue,
        };
        // Who may not even wait is closed.
        let Ok(entry) = places.enter(Newcomer::At(Holder::at(address.ip()))) else { continue };
        let handler = handler.clone();
        connections.spawn(async move {
            let place = match entry {
                Entry::Place(place) => place,
                Entry::Waiting(mut waiting) => match waiting.place().await {
                    Ok(place) => place,
                    Err(_) => return,
                },
            };
            serve(socket, &place, limits, handler).await;
        });
    }
}

async fn serve<H, F>(socket: TcpStream, place: &Place, limits: SideDoorLimits, handler: H)
where
    H: Fn(Request<Incoming>) -> F,
    F: Future<Output = Response<Body>>,
{
    let mut socket = TimeoutStream::new(socket);
    socket.set_write_timeout(Some(limits.longest));
    let service = service_fn(|request| {
        let call = place.activity().call();
        let answered = timeout(limits.longest, handler(request));
        async move {
            let response = answered.await.unwrap_or_else(|_| too_late());
            Ok::<_, Infallible>(response.map(|body| call.until_dropped(body)))
        }
    });
    let mut http1 = http1::Builder::new();
    // The next request has to come within that time as well.
    http1.timer(TokioTimer::new()).header_read_timeout(limits.longest);
    let connection = http1.serve_connection(TokioIo::new(Box::pin(socket)), service);
    let mut connection = std::pin::pin!(connection);
    let is_needed = tokio::select! {
        _ = connection.as_mut() => return,
        () = sleep(limits.max_age) => false,
        () = place.is_needed() => true,
    };
    connection.as_mut().graceful_shutdown();
    // What hasn't sent a whole head by now isn't waited for where others need the place.
    let ends = if is_needed && place.activity().calls() == 0 { Duration::ZERO } else { limits.longest };
    let _ = timeout(ends, connection).await;
}

fn too_late() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::REQUEST_TIMEOUT;
    response
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use http_body_util::BodyExt;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio_util::task::AbortOnDropHandle;

    use super::*;

    const SOON: Duration = Duration::from_millis(100);
    const PATIENCE: Duration = Duration::from_secs(20);

    fn limits() -> SideDoorLimits {
        SideDoorLimits {
            connections: 8,
            longest: SOON,
            max_age: PATIENCE,
            accept_pause: SOON,
            idle_after: IdleAfter { call: Duration::ZERO, accept: SOON },
        }
    }

    /// A door that answers each request with its body.
    async fn door(limits: SideDoorLimits) -> (SocketAddr, AbortOnDropHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let echo = async |request: Request<Incoming>| {
            let body = request
                .into_body()
                .collect()
                .await
                .map(http_body_util::Collected::to_bytes)
                .unwrap_or_default();
            Response::new(Body::new(http_body_util::Full::new(body)))
        };
        (address, AbortOnDropHandle::new(tokio::spawn(open_side_door(listener, limits, echo))))
    }

    /// What comes back until the door closes the connection.
    async fn said(address: SocketAddr, sent: &str) -> String {
        let mut socket = TcpStream::connect(address).await.expect("it listens");
        socket.write_all(sent.as_bytes()).await.expect("it is sent");
        let mut said = Vec::new();
        let read = timeout(PATIENCE, socket.read_to_end(&mut said)).await.expect("it closes in time");
        // A connection that is closed with something unread is reset.
        let _ = read;
        String::from_utf8_lossy(&said).into_owned()
    }

    const WHOLE: &str = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nhi";

    #[tokio::test]
    async fn heads_bodies_and_idle_connections_end_in_time() {
        let (address, _door) = door(SideDoorLimits { connections: 64, ..limits() }).await;
        assert_eq!(said(address, "GET / HTTP/1.1\r\nhost: a\r\n").await, "", "half a head");
        assert_eq!(said(address, "").await, "", "none");
        let answer = said(address, "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nh").await;
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        let answer = said(address, WHOLE).await;
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("\r\n\r\nhi"), "{answer}");
    }

    #[tokio::test]
    async fn a_new_connection_gets_the_place_of_one_that_says_nothing() {
        let limits = SideDoorLimits { longest: PATIENCE, ..limits() };
        let (address, _door) = door(limits).await;
        let mut silent = Vec::new();
        for _ in 0..6 {
            silent.push(TcpStream::connect(address).await.expect("it listens"));
        }
        let asked = WHOLE.replace("host: a", "host: a\r\nconnection: close");
        assert!(said(address, &asked).await.ends_with("hi"));
        drop(silent);
    }

    #[tokio::test]
    async fn a_connection_does_not_last_for_ever() {
        let (address, _door) = door(SideDoorLimits { max_age: SOON, longest: SOON * 2, ..limits() }).await;
        let mut socket = TcpStream::connect(address).await.expect("it listens");
        let asking = async {
            let mut bytes = [0; 1024];
            while socket.write_all(WHOLE.as_bytes()).await.is_ok()
                && matches!(socket.read(&mut bytes).await, Ok(1..))
            {
                sleep(SOON / 10).await;
            }
        };
        timeout(PATIENCE, asking).await.expect("it ends in time");
    }
}
