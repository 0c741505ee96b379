//! A piece of input -> its output, or why it has none. What workers do.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use jiff::civil::Date;

use super::super::failure::Failure;
use super::super::input::{Fault, NamedText, Piece, Position, Reason};
use super::super::layout::Layout;
use super::super::output::{Destination, Sink, Written};
use ascribe_engine::record::{self, DocumentClaims, Notice, NoticeReason, Options, Provenance};
use ascribe_engine::{Alias, Context, Extractor};

/// What a worker needs to answer a piece of input.
pub(super) struct Reader {
    pub(super) extractor: Extractor,
    pub(super) options: Options,
    /// Whom the caller knows by name.
    pub(super) aliases: Vec<Alias>,
    pub(super) published: Option<Date>,
    pub(super) layout: Layout,
    /// Where the output goes.
    pub(super) destination: Destination,
}

/// What came of a piece of input.
pub(super) struct Answer {
    /// Where it stands, in one word: `a.jsonl:7`.
    pub(super) place: String,
    pub(super) file: Arc<str>,
    pub(super) position: Position,
    /// How many bytes of the input it took.
    pub(super) size: usize,
    /// What to tell of how its file is read.
    pub(super) remarks: Vec<String>,
    /// Its id, or its place.
    pub(super) id: String,
    pub(super) written: Option<Written>,
    pub(super) outcome: Result<Read, Fault>,
}

/// What is to be told of a document that was read.
pub(super) struct Read {
    pub(super) claims: usize,
    /// Why its date was not read.
    pub(super) date_fault: Option<String>,
    /// How its columns are read.
    pub(super) remarks: Arc<[String]>,
}

impl Reader {
    /// Opens the output.
    pub(super) fn open(&self) -> Result<Sink, Failure> {
        Sink::open(&self.destination, &self.layout)
    }

    /// The answer to a piece of input. One that the extractor can't survive costs that piece alone.
    pub(super) fn answer(&self, mut piece: Piece) -> Answer {
        let (size, place, position) = (piece.size, piece.place.clone(), piece.position);
        let (file, remarks) = (Arc::clone(&piece.file), std::mem::take(&mut piece.remarks));
        let read = catch_unwind(AssertUnwindSafe(|| piece.document().map(|document| self.read(document))));
        let read = read.unwrap_or_else(|_| {
            Err(Fault::new(Reason::Failed, "the extractor failed on it (a bug): please report it"))
        });
        let (id, written, outcome) = match read {
            Ok((id, written, read)) => (id, Some(written), Ok(read)),
            Err(fault) => {
                let id = fault.id.clone().unwrap_or_else(|| place.clone());
                let written =
                    Written::of_fault(&self.layout, &self.destination, &id, (&file, position), &fault);
                (id, written, Err(fault))
            }
        };
        Answer { place, file, position, size, remarks, id, written, outcome }
    }

    fn read(&self, document: NamedText) -> (String, Written, Read) {
        let mut record = self.record(&document);
        if let Some(fault) = &document.date_fault {
            let message = format!(
                "the date of publication is {fault}: times such as \"on Tuesday\" are not resolved; write it as 2024-03-07"
            );
            record.notices.push(Notice { reason: NoticeReason::DateNotRead, message, span: None });
        }
        let NamedText { id, text, row, date_fault, remarks, .. } = document;
        let claims = record.claims.len();
        let written = Written::of(&self.layout, &self.destination, &text, record, row.as_ref());
        (id, written, Read { claims, date_fault: date_fault.map(|fault| fault.to_string()), remarks })
    }

    fn record(&self, document: &NamedText) -> DocumentClaims {
        // A text with a date that can't be read is not one that states none.
        let other = self.published.filter(|_| document.date_fault.is_none());
        let context =
            Context { published: document.published.or(other), aliases: &self.aliases, ..Context::default() };
        let found = self.extractor.extract_in(&document.text, context);
        record::document_claims(&document.id, &found, &self.options, Provenance::of(&self.extractor))
    }
}
