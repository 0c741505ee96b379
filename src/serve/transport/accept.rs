//! The accept loop: sockets come in, each gets a task for its connection.

use std::io;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::connection::{Connections, with_keepalive};
use crate::serve::call::peer::Peer;

/// Accepts connections on `listener` until the server is to stop, and closes it then.
pub(crate) async fn accept(listener: TcpListener, connections: Arc<Connections>) {
    let config = connections.config();
    let slots = Arc::new(Semaphore::new(config.max_connections.clamp(1, Semaphore::MAX_PERMITS)));
    let (mut failures, mut refusals) = (Episode::default(), Episode::default());
    loop {
        let accepted = tokio::select! {
            () = connections.stopping() => return,
            accepted = listener.accept() => accepted,
        };
        let (socket, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) if is_of_one_connection(&error) => continue,
            Err(error) => {
                if failures.begins() {
                    tracing::error!("can't accept connections: {error}");
                }
                // Whatever is missing, retrying at once would only burn a processor.
                tokio::select! {
                    () = connections.stopping() => return,
                    () = tokio::time::sleep(config.accept_pause) => continue,
                }
            }
        };
        if failures.ends() {
            tracing::info!("accepting connections again");
        }
        let Ok(slot) = slots.clone().try_acquire_owned() else {
            if refusals.begins() {
                tracing::warn!("closing new connections: {} are open", config.max_connections);
            }
            continue;
        };
        if refusals.ends() {
            tracing::info!("taking new connections again");
        }
        without_delay(&socket);
        with_keepalive(&socket);
        connections.spawn(socket, Peer::new(address), slot);
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
