//! The trained network: what it reads of a document, and what it says of it.
//!
//! An encoder reads the text in windows and scores for each token whether a cue begins there; a linker scores for
//! each cue what the tokens around it are to it (source, content, nothing), which the most probable spans are
//! decoded from. How the network was trained is told in `training/`.

mod header;
mod calibration;
mod decoding;
mod encoder;
mod features;
mod file;
mod layers;
mod linker;
mod pieces;
mod products;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use calibration::{Agreement, Calibration};
use decoding::FoundArguments;
use encoder::Encoder;
use file::Sections;
use header::About;
use linker::Linker;
use products::{Thread, Threads};

use crate::lexicon::{EMBEDDED_WORDS, Words, version_of};
use crate::text::{Document, IsCancelled};

#[cfg(feature = "training")]
pub use features::{FEATURES, FIRST_LEXICAL, FIRST_PROPOSED, Proposal};
pub use features::{Features, REACH_AFTER, REACH_BEFORE};
pub use file::ModelError;
#[cfg(feature = "training")]
pub use pieces::Vocabulary;

pub(super) use features::features;

/// The network that the binary carries.
static EMBEDDED_MODEL: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/tagger.model"));

/// The version of the network that the binary carries, computed once and never changed.
static EMBEDDED_VERSION: LazyLock<String> = LazyLock::new(|| version_of(&[EMBEDDED_MODEL]));

/// How many tokens are read at once: a longer text needs the memory of one such block.
const BLOCK: usize = 4096;

/// A trained network. Immutable once loaded: share one between all threads.
#[derive(Debug)]
pub struct Network {
    name: String,
    version: String,
    /// The word classes that it was trained with, where they are not those that the rest of the program reads.
    words: Option<Words>,
    calibration: Calibration,
    encoder: Encoder,
    linker: Linker,
    threads: Threads,
}

/// An attribution as the network reads it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reading {
    /// The cue.
    pub(super) cue: Range<usize>,
    /// The source, if it has one.
    pub(super) source: Option<Range<usize>>,
    /// The contents in order, at least one.
    pub(super) contents: Vec<Range<usize>>,
    /// How sure it is that this is a cue.
    pub(super) cue_confidence: f32,
    /// How sure it is of the source, or that there is none.
    pub(super) source_confidence: f32,
    /// How sure it is of the contents.
    pub(super) content_confidence: f32,
    /// How sure it is of all of them together.
    pub(super) confidence: f32,
}

/// What the network saw beside its readings: why there is none.
#[derive(Debug, Default)]
pub(crate) struct Glimpses {
    /// For each token how probable it is that a cue begins there.
    pub(super) begins: Vec<f32>,
    /// Cues that it found no content for.
    pub(super) without_content: Vec<Range<usize>>,
}

impl Network {
    /// The network that comes with this version.
    ///
    /// # Panics
    /// Never: a test loads it.
    #[must_use]
    pub fn embedded() -> Self {
        Self::new(Cow::Borrowed(EMBEDDED_MODEL), EMBEDDED_VERSION.clone())
            .expect("the embedded model is sound")
    }

    /// The network of a model file's bytes.
    ///
    /// # Errors
    /// When the bytes are no model, one for another version of this program, or damaged.
    pub fn from_file(bytes: Vec<u8>) -> Result<Self, ModelError> {
        let version = version_of(&[&bytes]);
        Self::new(Cow::Owned(bytes), version)
    }

    fn new(bytes: Cow<'static, [u8]>, version: String) -> Result<Self, ModelError> {
        let sections = Sections::read(bytes)?;
        let about = About::read(&sections)?;
        let words = Some(sections.text("words")?).filter(|words| words != EMBEDDED_WORDS);
        let words = words.map(|words| Words::from_file(&words)).transpose();
        let words = words.map_err(|fault| ModelError::section("words", &fault))?;
        Ok(Self {
            version,
            words,
            encoder: Encoder::new(&sections, &about)?,
            linker: Linker::new(&sections, &about)?,
            threads: Threads::default(),
            name: about.name,
            calibration: about.calibration,
        })
    }

    /// Its name and version.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Twelve hexadecimal digits that differ wherever the bytes of its file do.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The word classes that it was trained with, where they are not those that the rest of the program reads.
    pub(super) fn words(&self) -> Option<&Words> {
        self.words.as_ref()
    }

    /// The attributions that it reads in a document, in the order of their cues. Where a cue isn't at least as
    /// probable as `threshold`, there is none. Nothing once `cancelled` says yes, which is asked for each window.
    pub(super) fn read(
        &self,
        document: &Document<'_>,
        features: &Features,
        threshold: f32,
        cancelled: IsCancelled<'_>,
    ) -> Option<Vec<Reading>> {
        self.threads.run(cancelled, |thread| self.read_on(thread, document, features, threshold, None))
    }

    /// The same, with what else was seen.
    pub(super) fn read_and_tell(
        &self,
        document: &Document<'_>,
        features: &Features,
        threshold: f32,
        cancelled: IsCancelled<'_>,
    ) -> Option<(Vec<Reading>, Glimpses)> {
        let mut glimpses = Glimpses { begins: vec![0.0; features.len()], without_content: Vec::new() };
        let told = Some(&mut glimpses);
        let readings = self
            .threads
            .run(cancelled, |thread| self.read_on(thread, document, features, threshold, told))?;
        Some((readings, glimpses))
    }

    fn read_on(
        &self,
        thread: &mut Thread<'_>,
        document: &Document<'_>,
        features: &Features,
        threshold: f32,
        mut told: Option<&mut Glimpses>,
    ) -> Option<Vec<Reading>> {
        let mut readings = Vec::new();
        let mut start = 0;
        while start < features.len() {
            let end = features.len().min(start + BLOCK);
            let around = start.saturating_sub(REACH_BEFORE)..features.len().min(end + REACH_AFTER);
            let block = Block { tokens: start..end, around };
            let found = Found { readings: &mut readings, told: told.as_deref_mut() };
            self.read_block(thread, document, features, block, threshold, found);
            if thread.is_cancelled() {
                return None;
            }
            start = end.max(readings.last().map_or(0, |last: &Reading| last.cue.end));
        }
        Some(readings)
    }

    /// Adds the attributions whose cues begin in a block.
    fn read_block(
        &self,
        thread: &mut Thread<'_>,
        document: &Document<'_>,
        features: &Features,
        block: Block,
        threshold: f32,
        mut found: Found<'_>,
    ) -> Option<()> {
        let encoded = self.encoder.read(thread, document, features, block.around)?;
        let probabilities = &encoded.cues[block.tokens.start - encoded.tokens.start..];
        if let Some(told) = &mut found.told {
            let begins = told.begins.get_mut(block.tokens.clone()).into_iter().flatten();
            begins.zip(probabilities).for_each(|(begins, probabilities)| *begins = probabilities[1]);
        }
        let cues = decoding::cues(probabilities, block.tokens, threshold);
        let spans: Vec<Range<usize>> = cues.iter().map(|cue| cue.tokens.clone()).collect();
        let linked = self.linker.link(thread, &encoded, features, &spans)?;
        for (cue, linked) in cues.into_iter().zip(linked) {
            if linked.contents.is_empty() {
                found.told.iter_mut().for_each(|told| told.without_content.push(cue.tokens.clone()));
                continue;
            }
            let (source, content) = (linked.source_probability, linked.content_probability);
            let agreement = agreement(features, &cue.tokens, &linked);
            let calibration = &self.calibration;
            found.readings.push(Reading {
                cue_confidence: Calibration::part(calibration.cue, cue.probability),
                source_confidence: Calibration::part(calibration.source, source),
                content_confidence: Calibration::part(calibration.content, content),
                confidence: calibration.attribution(cue.probability, source, content, agreement),
                cue: cue.tokens,
                source: linked.source,
                contents: linked.contents,
            });
        }
        Some(())
    }
}

/// Where what a block holds is put.
struct Found<'a> {
    readings: &'a mut Vec<Reading>,
    told: Option<&'a mut Glimpses>,
}

/// Tokens whose cues are looked for, and those that are read for it.
struct Block {
    tokens: Range<usize>,
    around: Range<usize>,
}

/// Whether any proposal for that cue has the source and the content that were found.
fn agreement(features: &Features, cue: &Range<usize>, found: &FoundArguments) -> Agreement {
    let proposals = features.proposals_of(cue);
    let overlap_by_half = |a: &[Range<usize>], b: &[Range<usize>]| {
        let length = |spans: &[Range<usize>]| spans.iter().map(ExactSizeIterator::len).sum::<usize>();
        let shared: usize = a
            .iter()
            .flat_map(|a| b.iter().map(move |b| a.end.min(b.end).saturating_sub(a.start.max(b.start))))
            .sum();
        2 * shared >= length(a) + length(b) - shared
    };
    let as_list = |source: &Option<Range<usize>>| source.iter().cloned().collect::<Vec<_>>();
    let source = as_list(&found.source);
    [
        found.source.is_none(),
        proposals.is_empty(),
        proposals.iter().any(|it| overlap_by_half(&as_list(&it.source), &source)),
        proposals.iter().any(|it| overlap_by_half(&it.contents, &found.contents)),
    ]
}
