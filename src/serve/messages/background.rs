//! Work that would hold a thread of the runtime for long: done on threads of its own, in turn.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::sleep;

use crate::serve::status::Failure;

/// Up to this many bytes are parsed, decompressed or compressed where they are read: that takes about a millisecond.
pub(crate) const SHORT_BYTES: usize = 64 << 10;

/// Half of the processors, so that the workers have the others.
static TURNS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    Arc::new(Semaphore::new((processors / 2).max(1)))
});

/// Does `work` on another thread once it is its turn. A panic in it goes on to where panics of calls are caught.
///
/// # Errors
/// When the runtime ends meanwhile.
pub(crate) async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let turn = TURNS.clone().acquire_owned().await.expect("the semaphore is never closed");
    let done = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work()
    });
    done.await.map_err(|error| match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(_) => Failure::ShuttingDown,
    })
}

/// Messages with up to this many values are decoded at once.
const FEW_VALUES: usize = 4096;

/// What is set aside for decoding and checking one value: about twice of what it takes.
const TIME_OF_VALUE: Duration = Duration::from_nanos(200);

/// One message with many values at a time.
static PACE: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(1)));

/// Waits until a message with so many values may be decoded. Decoding happens on threads of the runtime and can't be
/// interrupted; this bounds what all messages with many values together take of them.
pub(crate) async fn paced(values: usize) {
    if values <= FEW_VALUES {
        return;
    }
    let turn = PACE.clone().acquire_owned().await.expect("the semaphore is never closed");
    let time = TIME_OF_VALUE * u32::try_from(values).unwrap_or(u32::MAX);
    // The next one's turn comes once that has passed; whoever gives up waiting takes none of it.
    tokio::spawn(async move {
        sleep(time).await;
        drop(turn);
    });
}
