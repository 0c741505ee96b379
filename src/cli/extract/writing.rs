//! Answers -> the output, in their order; and on standard error what is wrong with the input, and a summary.

use std::process::ExitCode;
use std::time::Duration;

use anstream::adapter::strip_str;

use super::super::exit::{NOTHING, PARTLY};
use super::super::failure::Failure;
use super::super::input::{Reading, Reason};
use super::super::layout::Frame;
use super::super::output::{Folder, Stream};
use super::super::terminal::complaints::{Complaints, Kind};
use super::super::terminal::progress::{Progress, Wanted, count};
use super::super::workers::Answers;
use super::answer::{Answer, Output};
use super::resume::Done;

/// Where the output goes.
pub(super) enum Target {
    Stream(Stream),
    Folder {
        folder: Folder,
        /// Each name in the folder with the id of its document, where that is to be told.
        names: Option<Vec<(String, String)>>,
    },
}

/// Writes answers, and tells what is to be told.
pub(super) struct Writer {
    target: Target,
    frame: Frame,
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
    pub(super) fn new(target: Target, frame: Frame, progress: Progress, wanted: Wanted, done: &Done) -> Self {
        Self {
            target,
            frame,
            progress,
            wanted,
            complaints: Complaints::default(),
            answered: done.answered,
            skipped: done.skipped,
            claims: done.claims,
            earlier: done.answered + done.skipped,
        }
    }

    /// Writes what stands before all documents, and tells with what is gone on.
    pub(super) fn begin(&mut self, done: &Done) -> Result<(), Failure> {
        self.remark(&done.remarks);
        self.progress.advance(done.bytes, self.answered);
        if let Target::Stream(stream) = &mut self.target {
            stream.write(&self.frame.before)?;
        }
        Ok(())
    }

    /// Writes answers as they come.
    pub(super) fn write_all(&mut self, mut answers: Answers<Answer>) -> Result<(), Failure> {
        while let Some(answer) = answers.next(|| self.flush())? {
            self.write(answer)?;
        }
        match &mut self.target {
            Target::Stream(stream) => stream.write(&self.frame.after)?,
            Target::Folder { folder, names: Some(names) } => {
                folder.write("documents", "tsv", &table(names))?
            }
            Target::Folder { .. } => {}
        }
        self.flush()
    }

    fn flush(&mut self) -> Result<(), Failure> {
        match &mut self.target {
            Target::Stream(stream) => self.progress.write(|| stream.flush()),
            Target::Folder { .. } => Ok(()),
        }
    }

    fn write(&mut self, answer: Answer) -> Result<(), Failure> {
        let Answer { place, file, position, size, remarks, id, output, outcome } = answer;
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
        if let Some(output) = output {
            self.put(&id, output, outcome.is_ok())?;
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

    fn put(&mut self, id: &str, output: Output, is_answer: bool) -> Result<(), Failure> {
        match (&mut self.target, output) {
            (Target::Stream(stream), Output::Lines(lines)) => {
                if is_answer && self.answered > 0 {
                    stream.write(self.frame.between)?;
                }
                stream.write(&lines)
            }
            (Target::Folder { folder, names }, Output::Files(files)) => {
                let name = folder.name(id);
                if let Some(names) = names {
                    names.push((name.clone(), id.to_owned()));
                }
                files.iter().try_for_each(|(ending, contents)| {
                    folder.write(&name, ending, &strip_str(contents).to_string())
                })
            }
            _ => Ok(()),
        }
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

/// Which document each name stands for: a line each.
fn table(names: &[(String, String)]) -> String {
    let one_line = |text: &str| text.replace(['\t', '\r', '\n'], " ");
    let rows = names.iter().map(|(name, id)| format!("{name}\t{}\n", one_line(id)));
    format!("name\tdocument_id\n{}", rows.collect::<String>())
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
