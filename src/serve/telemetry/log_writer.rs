//! Standard error, written by a thread of its own: who logs never waits for who reads the log.
//!
//! In: lines, from any thread. Out: the same, in their order, as fast as somebody reads them. Lines for which there is no
//! room are dropped and counted; so are those that can't be written.

use std::io::{self, ErrorKind, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

use super::log_line::Escapes;
use super::metrics::Metrics;

/// At most this many bytes of lines wait to be written.
const MOST_WAITING: usize = 4 << 20;
/// Lines are written together up to this many bytes: a pipe keeps so many in one piece, whoever else writes to it.
const LARGEST_WRITE: usize = 4096;
/// How long the thread pauses where standard error doesn't block and takes nothing now.
const PAUSE: Duration = Duration::from_millis(20);

/// Takes lines. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct LogWriter {
    sender: Sender<Message>,
    state: Arc<State>,
}

#[derive(Debug)]
enum Message {
    Line(Box<[u8]>),
    /// Asks to be told once everything before is written.
    Flush(SyncSender<()>),
}

#[derive(Debug)]
struct State {
    /// Bytes of lines that wait.
    waiting: AtomicUsize,
    /// How many lost lines the log has told of.
    told: AtomicU64,
    metrics: Metrics,
}

impl LogWriter {
    /// Starts the thread, which ends with the process.
    pub(super) fn start(
        sink: impl Write + Send + 'static,
        escapes: Escapes,
        metrics: Metrics,
    ) -> io::Result<Self> {
        let (sender, messages) = channel();
        let state = Arc::new(State { waiting: AtomicUsize::new(0), told: AtomicU64::new(0), metrics });
        let own = state.clone();
        let thread = thread::Builder::new().name("log".to_owned());
        thread.spawn(move || own.write_all(&messages, sink, escapes))?;
        Ok(Self { sender, state })
    }

    /// Waits until everything that was logged before is written, at most for `limit`.
    pub(super) fn flush(&self, limit: Duration) {
        self.state.tell_losses();
        let (done, written) = sync_channel(1);
        if self.sender.send(Message::Flush(done)).is_ok() {
            // Whoever doesn't read the log doesn't keep the process.
            let _ = written.recv_timeout(limit);
        }
    }
}

impl Write for &LogWriter {
    /// Takes a whole line, or drops it. Neither waits nor fails.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let before = self.state.waiting.fetch_add(line.len(), Ordering::Relaxed);
        let has_room = before.saturating_add(line.len()) <= MOST_WAITING;
        if !has_room || self.sender.send(Message::Line(line.into())).is_err() {
            self.state.waiting.fetch_sub(line.len(), Ordering::Relaxed);
            self.state.metrics.log_lines_lost(1);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for LogWriter {
    type Writer = &'a Self;

    fn make_writer(&'a self) -> &'a Self {
        self
    }
}

impl State {
    /// Writes what comes, until nobody can log any more.
    fn write_all(&self, messages: &Receiver<Message>, sink: impl Write, escapes: Escapes) {
        let mut sink = Sink { sink, is_torn: false };
        let mut batch = Batch::default();
        while let Ok(first) = messages.recv() {
            let mut next = Some(first);
            while let Some(message) = next {
                match message {
                    Message::Line(line) => {
                        let end = batch.text.len();
                        escapes.add_line(&line, &mut batch.text);
                        if end > 0 && batch.text.len() > LARGEST_WRITE {
                            let last = batch.text.split_off(end);
                            self.write(&mut batch, &mut sink);
                            batch.text = last;
                        }
                        batch.lines += 1;
                        batch.bytes += line.len();
                    }
                    Message::Flush(done) => {
                        self.write(&mut batch, &mut sink);
                        // Fails where nobody waits for it any more.
                        let _ = done.try_send(());
                    }
                }
                next = messages.try_recv().ok();
            }
            self.write(&mut batch, &mut sink);
        }
    }

    fn write(&self, batch: &mut Batch, sink: &mut Sink<impl Write>) {
        let Batch { text, lines, bytes } = std::mem::take(batch);
        let is_written = sink.write_whole(&text);
        self.waiting.fetch_sub(bytes, Ordering::Relaxed);
        if is_written {
            self.tell_losses();
        } else {
            self.metrics.log_lines_lost(lines);
        }
    }

    /// Logs how many lines were lost since this was last said, where there is room to say it.
    fn tell_losses(&self) {
        if self.waiting.load(Ordering::Relaxed) > MOST_WAITING / 2 {
            return;
        }
        let lost = self.metrics.lost_log_lines();
        let told = self.told.swap(lost, Ordering::Relaxed);
        if lost > told {
            tracing::warn!(
                "{} lines of the log were lost: they came faster than they were read",
                lost - told
            );
        }
    }
}

/// Lines that are written together.
#[derive(Default)]
struct Batch {
    text: Vec<u8>,
    lines: u64,
    /// As they were counted when they came.
    bytes: usize,
}

/// Where lines go.
struct Sink<W> {
    sink: W,
    /// Whether the last line that was written lacks its end.
    is_torn: bool,
}

impl<W: Write> Sink<W> {
    /// Writes lines; false where that failed.
    fn write_whole(&mut self, lines: &[u8]) -> bool {
        // What follows half a line is a line of its own.
        let end: &[u8] = if self.is_torn && !lines.is_empty() { b"\n" } else { b"" };
        for bytes in [end, lines] {
            let mut rest = bytes;
            while !rest.is_empty() {
                match self.sink.write(rest) {
                    Ok(count @ 1..) => {
                        rest = &rest[count.min(rest.len())..];
                        self.is_torn = !rest.is_empty();
                    }
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(PAUSE),
                    Ok(_) | Err(_) => return false,
                }
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// Keeps what is written once it is let.
    #[derive(Clone, Default)]
    struct Gate {
        written: Arc<Mutex<Vec<u8>>>,
        closed: Arc<Mutex<()>>,
    }

    impl Write for Gate {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _open = self.closed.lock().expect("nobody panics");
            self.written.lock().expect("nobody panics").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Gate {
        fn lines(&self) -> Vec<String> {
            let written = self.written.lock().expect("nobody panics");
            String::from_utf8_lossy(&written).lines().map(str::to_owned).collect()
        }
    }

    #[test]
    fn lines_come_whole_and_in_order_and_a_flush_waits_for_them() {
        let gate = Gate::default();
        let writer = LogWriter::start(gate.clone(), Escapes::Text, Metrics::default()).expect("it starts");
        let long = "x".repeat(2 * LARGEST_WRITE);
        for number in 0..1000 {
            (&writer).write_all(format!("{number}\n").as_bytes()).expect("it never fails");
        }
        (&writer).write_all(format!("{long}\n").as_bytes()).expect("it never fails");
        writer.flush(10 * SECOND);
        let numbers = (0..1000).map(|number: usize| number.to_string());
        assert!(gate.lines().into_iter().eq(numbers.chain([long])), "{:?}", gate.lines());
        assert_eq!(writer.state.waiting.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn who_logs_does_not_wait_for_who_does_not_read() {
        let gate = Gate::default();
        let metrics = Metrics::default();
        let writer = LogWriter::start(gate.clone(), Escapes::Text, metrics.clone()).expect("it starts");
        let closed = gate.closed.lock().expect("nobody panics");
        let line = [vec![b'x'; 1023], vec![b'\n']].concat();
        for _ in 0..2 * MOST_WAITING / line.len() {
            (&writer).write_all(&line).expect("it never fails");
        }
        writer.flush(Duration::from_millis(1));
        let lost = metrics.lost_log_lines();
        assert!(lost > 0);
        drop(closed);
        writer.flush(10 * SECOND);
        assert_eq!(u64::try_from(gate.lines().len()).ok(), Some(8192 - lost), "all others were written");
    }

    #[test]
    fn what_can_not_be_written_is_counted_and_tears_no_other_line() {
        /// Takes five bytes, then none for one attempt, then all.
        struct Full(usize, Gate);
        impl Write for Full {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0 += 1;
                match self.0 {
                    1 => self.1.write(&bytes[..5]),
                    2 => Err(ErrorKind::StorageFull.into()),
                    3 => Err(ErrorKind::WouldBlock.into()),
                    _ => self.1.write(bytes),
                }
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let gate = Gate::default();
        let mut sink = Sink { sink: Full(0, gate.clone()), is_torn: false };
        assert!(!sink.write_whole(b"the first\n"));
        assert!(sink.write_whole(b"the second\n"));
        assert!(sink.write_whole(b"the third\n"));
        assert_eq!(gate.lines(), ["the f", "the second", "the third"]);
    }
}
