//! What is wrong with pieces of input -> lines on standard error: the first ten of a kind, then how many more there were and
//! what may have caused them.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use super::super::input::{Position, Reason};
use super::progress::{Progress, count};

/// At most so many lines of a kind.
const TOLD: u64 = 10;
/// At most so many ids are remembered, which takes some forty megabytes: later ones aren't compared.
const REMEMBERED: usize = 1_000_000;

/// The kinds of what is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in super::super) enum Kind {
    /// A piece of input is no document.
    Fault(Reason),
    /// A date was not read.
    Date,
    /// Two documents have one id.
    SameId,
    /// How a file is read.
    Remark,
}

/// What was told so far.
#[derive(Debug, Default)]
pub(in super::super) struct Complaints {
    counts: HashMap<Kind, u64>,
    /// The kinds in the order in which they came.
    kinds: Vec<Kind>,
    remarks: HashSet<String>,
    ids: Ids,
}

/// The ids of documents, as far as they are remembered, and where they were.
#[derive(Debug, Default)]
struct Ids {
    hasher: RandomState,
    places: HashMap<u64, (u32, Position)>,
    files: Vec<Arc<str>>,
}

impl Complaints {
    /// Tells of a piece of input; only counts it, where ten of the kind were told.
    pub(in super::super) fn add(&mut self, kind: Kind, what: &str, progress: &Progress) {
        let count = self.counts.entry(kind).or_insert(0);
        if *count == 0 {
            self.kinds.push(kind);
        }
        *count += 1;
        if *count <= TOLD {
            progress.say(what);
        }
    }

    /// Tells how something is read, once.
    pub(in super::super) fn remark(&mut self, what: String, progress: &Progress) {
        if !self.remarks.contains(&what) {
            self.add(Kind::Remark, &what, progress);
            // Files without number may each have columns of their own.
            if self.counts[&Kind::Remark] <= TOLD {
                self.remarks.insert(what);
            }
        }
    }

    /// Remembers a document's id, and tells if another one has it.
    pub(in super::super) fn id(
        &mut self,
        id: &str,
        file: &Arc<str>,
        position: Position,
        progress: &Progress,
    ) {
        if let Some(first) = self.ids.seen(id, file, position) {
            let what = format!("{file}{position}: the id {id:?} is that of {first} too");
            self.add(Kind::SameId, &what, progress);
        }
    }

    /// Tells how many were only counted, and what may be the cause.
    pub(in super::super) fn finish(&self, progress: &Progress) {
        for kind in &self.kinds {
            let more = self.counts[kind].saturating_sub(TOLD);
            if more > 0 {
                let (what, cause) = kind.summary();
                let cause = if cause.is_empty() { String::new() } else { format!(": {cause}") };
                progress.say(&format!("{} more {what}{cause}", count(more)));
            }
        }
    }
}

impl Kind {
    /// What many of the kind are, and why there may be many.
    const fn summary(self) -> (&'static str, &'static str) {
        let what = match self {
            Self::Fault(Reason::NotFound) => "files are not there",
            Self::Fault(Reason::Unreadable) => "files can't be read",
            Self::Fault(Reason::NotUtf8) => "are not UTF-8",
            Self::Fault(Reason::NotJson) => "lines are no JSON",
            Self::Fault(Reason::NotARow) => "rows don't fit the header",
            Self::Fault(Reason::NoText) => "have no text",
            Self::Fault(Reason::EmptyText) => "have an empty text",
            Self::Fault(Reason::BadId) => "have a wrong id",
            Self::Fault(Reason::TooLong) => "are too long",
            Self::Fault(Reason::BlankLine) => "lines are empty",
            Self::Fault(Reason::Failed) => "could not be read (a bug)",
            Self::Date => "dates were not read",
            Self::SameId => "documents have an id that another one has",
            Self::Remark => "remarks on how files are read",
        };
        let cause = match self {
            Self::Fault(reason) => reason.likely_cause(),
            Self::Date => "write them as 2024-03-07 or 2024-03-07T23:30:00-05:00",
            Self::SameId => "is the id in another column? --id-field names it",
            Self::Remark => "",
        };
        (what, cause)
    }
}

impl Ids {
    /// Where the id was before. Remembers where it is, if it wasn't.
    fn seen(&mut self, id: &str, file: &Arc<str>, position: Position) -> Option<String> {
        let hash = self.hasher.hash_one(id);
        if let Some((file, position)) = self.places.get(&hash) {
            let file = self.files.get(*file as usize)?;
            return Some(format!("{file}{position}"));
        }
        if self.places.len() < REMEMBERED {
            if self.files.last().is_none_or(|last| last != file) {
                self.files.push(Arc::clone(file));
            }
            let file = u32::try_from(self.files.len() - 1).ok()?;
            self.places.insert(hash, (file, position));
        }
        None
    }
}
