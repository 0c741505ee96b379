//! Answers -> the output, in their order; and on standard error what is wrong with the input, and a summary.

use std::process::ExitCode;
use std::time::Duration;

use super::super::exit::{NOTHING, PARTLY};
use super::super::failure::Failure;
use super::super::input::{Reading, Reason};
use super::super::output::Sink;
use super::super::terminal::complaints::{Complaints, Kind};
use super::super::terminal::progress::{Progress, Wanted, count};
use super::super::workers::Answers;
use super::answer::Answer;
use super::resume::Done;

/// Writes answers, and tells what is to be told.
pub(super) struct Writer {
    sink: Sink,
    progress: Progress,
    wanted: Wanted,
    complaints: Complaints,
    /// Documents that were answered, and pieces of input that were skipped, in this run and before.
    answered: u64,
    skipped: u64,
    claims: u64,
    /// How many of them in earlier runs.
    earlier: u64,
}

impl Writer {
    /// A writer that goes on with what is done.
    pub(super) fn new(sink: Sink, progress: Progress, wanted: Wanted, done: &Done) -> Self {
        let mut writer = Self {
            sink,
            progress,
            wanted,
            complaints: Complaints::default(),
            answered: done.answered,
            skipped: done.skipped,
            claims: done.claims,
            earlier: done.answered + done.skipped,
        };
        writer.remark(&done.remarks);
        writer.progress.advance(done.bytes, writer.answered);
        writer
    }

    /// Writes answers as they come.
    pub(super) fn write_all(&mut self, mut answers: Answers<Answer>) -> Result<(), Failure> {
        while let Some(answer) = answers.next(|| self.flush())? {
            self.write(answer)?;
        }
        self.progress.write(|| self.sink.finish())
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.progress.write(|| self.sink.flush())
    }

    fn write(&mut self, answer: Answer) -> Result<(), Failure> {
        let Answer { place, file, position, size, remarks, id, written, outcome } = answer;
        self.remark(&remarks);
        match &outcome {
            Ok(read) => {
                let remarks: Vec<String> =
                    read.remarks.iter().map(|remark| format!("{file}: {remark}")).collect();
                self.remark(&remarks);
                self.complaints.id(&id, &file, position, &self.progress);
                if let Some(fault) = &read.date_fault {
                    let what = format!("{place}: the date is {fault}: the article is read without one");
                    self.complaints.add(Kind::Date, &what, &self.progress);
                }
            }
            Err(fault) if fault.reason == Reason::BlankLine => {}
            Err(fault) => {
                // Who sees both sees them in order.
                self.flush()?;
                self.complaints.add(Kind::Fault(fault.reason), &format!("{place}: {fault}"), &self.progress);
            }
        }
        if let Some(written) = written {
            self.progress.write(|| self.sink.write(written))?;
        }
        match outcome {
            Ok(read) => {
                self.answered += 1;
                self.claims += read.claims as u64;
            }
            Err(fault) => self.skipped += u64::from(fault.reason != Reason::BlankLine),
        }
        self.progress.advance(size, self.answered);
        Ok(())
    }

    fn remark(&mut self, remarks: &[String]) {
        if self.wanted == Wanted::Yes {
            for remark in remarks {
                self.complaints.remark(remark.clone(), &self.progress);
            }
        }
    }

    /// Tells what was counted, and returns the exit code.
    pub(super) fn finish(mut self, reading: &Reading) -> ExitCode {
        self.progress.finish();
        self.complaints.finish(&self.progress);
        // Misspelt names are faults of the arguments: they are told in any case.
        for remark in reading.never_met() {
            self.complaints.remark(remark, &self.progress);
        }
        let read = self.answered + self.skipped;
        if self.wanted == Wanted::Yes && read > 1 {
            self.progress.say(&self.summary(read));
        }
        match (self.answered, self.skipped) {
            (_, 0) => ExitCode::SUCCESS,
            (0, _) => ExitCode::from(NOTHING),
            _ => ExitCode::from(PARTLY),
        }
    }

    /// "read 1,000 documents: 990 answered, 10 skipped, 2,345 claims; 120 documents a second".
    fn summary(&self, read: u64) -> String {
        let [answered, skipped, claims] = [self.answered, self.skipped, self.claims].map(count);
        let rate = rate(read - self.earlier, self.progress.elapsed());
        let earlier = match self.earlier {
            0 => String::new(),
            earlier => format!(" ({} of them were there)", count(earlier)),
        };
        let read = count(read);
        format!(
            "read {read} documents{earlier}: {answered} answered, {skipped} skipped, {claims} claims; {rate}"
        )
    }
}

/// How fast it went.
fn rate(documents: u64, elapsed: Duration) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a rate needs no more digits")]
    let rate = documents as f64 / elapsed.as_secs_f64().max(1e-3);
    if rate < 10.0 {
        format!("{rate:.1} documents a second")
    } else {
        format!("{rate:.0} documents a second")
    }
}
