//! Reads on for a moment after the last word on a connection, and throws it away.
//!
//! A socket that is closed while something unread is in it resets its connection, and the peer may lose what it was
//! told last. So the server reads until the peer has closed its side too, within bounds.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Sleep, sleep};

/// For at most this long, and at most this many bytes.
const PATIENCE: Duration = Duration::from_secs(1);
const MOST_BYTES: usize = 4 << 20;

/// The end of one connection.
pub(super) struct Linger {
    over: Pin<Box<Sleep>>,
    bytes: usize,
}

impl Linger {
    pub(super) fn begin() -> Self {
        Self { over: Box::pin(sleep(PATIENCE)), bytes: 0 }
    }

    /// Ready once the peer has closed its side, or it was long or much enough.
    pub(super) fn poll(
        &mut self,
        mut socket: Pin<&mut impl AsyncRead>,
        context: &mut Context<'_>,
    ) -> Poll<()> {
        let mut thrown_away = [0; 4096];
        while self.over.as_mut().poll(context).is_pending() && self.bytes < MOST_BYTES {
            let mut buffer = ReadBuf::new(&mut thrown_away);
            let read = ready!(socket.as_mut().poll_read(context, &mut buffer));
            let length = buffer.filled().len();
            if read.is_err() || length == 0 {
                break;
            }
            self.bytes += length;
        }
        Poll::Ready(())
    }
}
