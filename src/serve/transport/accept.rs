//! The accept loop: sockets come in, each gets a task for its connection.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};

use super::connection::{Connections, with_keepalive};
use crate::serve::call::peer::Peer;

/// Accepts connections on `listener` until the server is to stop, and closes it then.
pub(crate) async fn accept(listener: TcpListener, connections: Arc<Connections>) {
    let mut acceptor = Acceptor::new(listener, connections.config().accept_pause);
    loop {
        let (socket, address) = tokio::select! {
            () = connections.stopping() => return,
            accepted = acceptor.next() => accepted,
        };
        connections.take_in(socket, Peer::new(address));
    }
}

/// A listener that goes on after failures.
pub(crate) struct Acceptor {
    listener: TcpListener,
    /// How long it pauses after one.
    pause: Duration,
    failures: Episode,
}

impl Acceptor {
    pub(crate) fn new(listener: TcpListener, pause: Duration) -> Self {
        Self { listener, pause, failures: Episode::default() }
    }

    /// The next connection. Whoever stops waiting for it loses none.
    pub(crate) async fn next(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            match self.listener.accept().await {
                Ok((socket, address)) => {
                    if self.failures.ends() {
                        tracing::info!("accepting connections again");
                    }
                    without_delay(&socket);
                    with_keepalive(&socket);
                    return (socket, address);
                }
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    if self.failures.begins() {
                        tracing::error!("can't accept connections: {error}");
                    }
                    // Whatever is missing, retrying at once would only burn a processor.
                    tokio::time::sleep(self.pause).await;
                }
            }
        }
    }
}

/// Whether the peer of one connection went away before it was accepted: no reason to pause.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::Interrupted
    )
}

/// Sends small answers at once.
fn without_delay(socket: &TcpStream) {
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!("a connection is already gone: {error}");
    }
}

/// Logs something that happens again and again only when it begins and when it ends.
#[derive(Default)]
struct Episode {
    is_on: bool,
}

impl Episode {
    /// Notes that it happens; true when it didn't before.
    const fn begins(&mut self) -> bool {
        !std::mem::replace(&mut self.is_on, true)
    }

    /// Notes that it doesn't happen; true when it did before.
    const fn ends(&mut self) -> bool {
        std::mem::replace(&mut self.is_on, false)
    }
}
