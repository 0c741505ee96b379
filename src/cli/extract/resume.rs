//! An output that an earlier run left -> the pieces of input that it is about are drawn, and found to be the same.

use std::io;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::super::failure::{Failure, reason};
use super::super::input::Pieces;
use super::answer::Reader;

/// What an earlier run did.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) answered: u64,
    pub(super) skipped: u64,
    pub(super) claims: u64,
    /// How many bytes of the input it read.
    pub(super) bytes: usize,
    /// What to tell of the files that it read.
    pub(super) remarks: Vec<String>,
}

/// A line of an output, as far as it is compared.
#[derive(Deserialize)]
struct Line {
    document_id: String,
    #[serde(default)]
    claims: Vec<serde::de::IgnoredAny>,
    error: Option<Error>,
    offset_encoding: Option<Value>,
    tagger_version: Option<String>,
    knowledge_version: Option<String>,
}

#[derive(Deserialize)]
struct Error {
    #[serde(default)]
    reason: String,
}

/// Draws as many pieces as `output` has lines. Fails where they are about other documents, or were made otherwise.
pub(super) fn resume(
    output: &Path,
    lines: impl Iterator<Item = io::Result<String>>,
    pieces: &mut Pieces,
    reader: &Reader,
) -> Result<Done, Failure> {
    let mut done = Done::default();
    for (line, number) in lines.zip(1u64..) {
        let fault = |why: String| {
            let place = format!("{}:{number}", output.display());
            Failure::Resume(format!("{place}: {why}: remove the file, or name another one"))
        };
        let line = line.map_err(|error| fault(reason(&error)))?;
        let line: Line = serde_json::from_str(&line)
            .map_err(|_| fault("is no line that `extract` has written".to_owned()))?;
        let Some(mut piece) = pieces.next() else {
            return Err(fault("the input has no more documents".to_owned()));
        };
        done.remarks.append(&mut piece.remarks);
        done.bytes += piece.size;
        let place = piece.place.clone();
        let id = match piece.document() {
            Ok(document) => document.id,
            Err(fault) => fault.id.unwrap_or_else(|| place.clone()),
        };
        if id != line.document_id {
            return Err(fault(format!("is about {:?}, but {place} is {id:?}", line.document_id)));
        }
        reader.check(&line).map_err(fault)?;
        match line.error {
            None => {
                done.answered += 1;
                done.claims += line.claims.len() as u64;
            }
            Some(error) if error.reason == "BLANK_LINE" => {}
            Some(_) => done.skipped += 1,
        }
    }
    Ok(done)
}

impl Reader {
    /// That a line was written by the same release, with the same lexicon, network and unit.
    fn check(&self, line: &Line) -> Result<(), String> {
        let unit = serde_json::to_value(self.options.offsets).ok();
        let knowledge = line.knowledge_version.as_deref();
        if knowledge.is_some_and(|version| version != self.extractor.knowledge_version())
            || line
                .tagger_version
                .as_deref()
                .is_some_and(|version| version != self.extractor.tagger_version())
        {
            return Err("was written by another release, lexicon or network".to_owned());
        }
        match &line.offset_encoding {
            Some(there) if Some(there) != unit.as_ref() => Err(format!("counts in another unit: {there}")),
            _ => Ok(()),
        }
    }
}
