//! A socket over which HTTP/1.1 is spoken: it knows when an answer is sent, and doesn't close before the peer has read
//! it.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::activity::CallInFlight;
use super::linger::Linger;
use crate::serve::call::call_task::lift_limits;

/// The answer that is under way on a connection, of which there is one at a time. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct UnsentAnswer(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    _call: Option<CallInFlight>,
    /// Whether all of the answer was handed to the connection, which may still have some of it to write.
    is_handed_on: bool,
}

impl UnsentAnswer {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a call begins. It is in flight, and within the limits of the connection's task, until its answer is
    /// sent.
    pub(super) fn begin(&self, call: CallInFlight) {
        lift_limits();
        *self.state() = State { _call: Some(call), is_handed_on: false };
    }

    /// Notes that all of its answer was handed to the connection.
    pub(super) fn is_handed_on(&self) {
        self.state().is_handed_on = true;
    }

    /// Notes that all that was handed to the connection is written.
    fn is_written(&self) {
        let mut state = self.state();
        if state.is_handed_on {
            *state = State::default();
            lift_limits();
        }
    }
}

/// The socket.
pub(super) struct Http1Socket<S> {
    socket: S,
    answer: UnsentAnswer,
    end: Option<Linger>,
}

impl<S> Http1Socket<S> {
    pub(super) const fn new(socket: S, answer: UnsentAnswer) -> Self {
        Self { socket, answer, end: None }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Http1Socket<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Http1Socket<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().socket).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().socket).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    /// Hyper flushes its socket only when it has nothing left to write.
    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(Pin::new(&mut this.socket).poll_flush(context))?;
        this.answer.is_written();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.end.is_none() {
            ready!(Pin::new(&mut this.socket).poll_shutdown(context))?;
        }
        let end = this.end.get_or_insert_with(Linger::begin);
        end.poll(Pin::new(&mut this.socket), context).map(Ok)
    }
}
