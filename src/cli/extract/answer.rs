//! A piece of input -> its output, or why it has none. What workers do.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use anstream::adapter::strip_str;
use jiff::civil::Date;

use super::super::input::{Fault, NamedText, Piece, Position, Reason};
use super::super::layout::Layout;
use crate::wire::OutputOptions;
use ascribe_engine::record::{self, DocumentClaims, Notice, NoticeReason, Provenance};
use ascribe_engine::{Context, Extractor};

/// What a worker needs to answer a piece of input.
pub(super) struct Reader {
    pub(super) extractor: Extractor,
    pub(super) options: OutputOptions,
    pub(super) published: Option<Date>,
    pub(super) layout: Layout,
    /// Each document gets files of its own.
    pub(super) to_folder: bool,
    /// Where it is written there are no colors.
    pub(super) is_plain: bool,
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
    pub(super) output: Option<Output>,
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

/// What is written of a piece of input.
pub(super) enum Output {
    /// To where all documents go.
    Lines(String),
    /// To files of its own, each with its ending.
    Files(Vec<(&'static str, String)>),
}

impl Reader {
    /// The answer to a piece of input. One that the extractor can't survive costs that piece alone.
    pub(super) fn answer(&self, mut piece: Piece) -> Answer {
        let (size, place, position) = (piece.size, piece.place.clone(), piece.position);
        let (file, remarks) = (Arc::clone(&piece.file), std::mem::take(&mut piece.remarks));
        let read = catch_unwind(AssertUnwindSafe(|| piece.document().map(|document| self.read(document))));
        let read = read.unwrap_or_else(|_| {
            Err(Fault::new(Reason::Failed, "the extractor failed on it (a bug): please report it"))
        });
        let (id, output, outcome) = match read {
            Ok((id, output, read)) => (id, Some(output), Ok(read)),
            Err(fault) => {
                let id = fault.id.clone().unwrap_or_else(|| place.clone());
                let line = self.layout.fault(&id, &file, position, &fault);
                let output =
                    line.map(|line| if self.to_folder { self.file(line) } else { Output::Lines(line) });
                (id, output, Err(fault))
            }
        };
        Answer { place, file, position, size, remarks, id, output, outcome }
    }

    fn read(&self, document: NamedText) -> (String, Output, Read) {
        let mut record = self.record(&document);
        if let Some(fault) = &document.date_fault {
            let message = format!(
                "the date of publication is {fault}: times such as \"on Tuesday\" are not resolved; write it as 2024-03-07"
            );
            record.notices.push(Notice { reason: NoticeReason::DateNotRead, message, span: None });
        }
        let NamedText { id, text, row, date_fault, remarks, .. } = document;
        let claims = record.claims.len();
        let output = if self.to_folder {
            Output::Files(self.layout.files(&text, record, row.as_ref()))
        } else {
            let written = self.layout.written(&text, record, row.as_ref());
            Output::Lines(if self.is_plain { strip_str(&written).to_string() } else { written })
        };
        (id, output, Read { claims, date_fault: date_fault.map(|fault| fault.to_string()), remarks })
    }

    fn record(&self, document: &NamedText) -> DocumentClaims {
        // A text with a date that can't be read is not one that states none.
        let other = self.published.filter(|_| document.date_fault.is_none());
        let context = Context {
            published: document.published.or(other),
            aliases: &self.options.aliases,
            ..Context::default()
        };
        let found = self.extractor.extract_in(&document.text, context);
        let options = self.options.of_record();
        record::document_claims(&document.id, &found, &options, Provenance::of(&self.extractor))
    }

    /// A line as a file of its own.
    fn file(&self, line: String) -> Output {
        let frame = self.layout.frame();
        Output::Files(vec![(self.layout.ending(), frame.before + &line + &frame.after)])
    }
}
