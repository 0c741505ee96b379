//! The rooms one at a time: for benches, tests and training. Behind the feature `training`, since what it shows changes with
//! every version.

use std::mem;

use crate::annotation::{self, AnnotatedDocument};
use crate::attribution::{self, Attribution};
use crate::claims::{self, Claim, Knowledge};
use crate::coreference::{self, Resolution};
use crate::extractor::{Extractor, Known};
use crate::segmentation;
use crate::tagging::{Labels, Tagger};
use crate::text::{Document, IsCancelled};

pub use crate::coreference::{PronounReading, ReadCandidate};
pub use crate::cues::{CueCandidate, CueFinder};
pub use crate::segmentation::segment;
pub use crate::tagging::network::{
    FEATURES, FIRST_LEXICAL, FIRST_PROPOSED, Features, Proposal, REACH_AFTER, REACH_BEFORE, Vocabulary,
};

/// A room, in the order in which a text goes through them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// Text -> document.
    Segmentation,
    /// Document -> cue candidates.
    Cues,
    /// Document + cue candidates -> what its words and sentences are.
    Annotation,
    /// What the patterns propose, and what the network is given; not the network itself. With other stubs nothing.
    Patterns,
    /// Labels -> attributions.
    Attribution,
    /// Attributions -> who their sources are.
    Coreference,
    /// Attributions -> claims.
    Claims,
}

impl Room {
    /// All of them in their order.
    pub const ALL: [Self; 7] = [
        Self::Segmentation,
        Self::Cues,
        Self::Annotation,
        Self::Patterns,
        Self::Attribution,
        Self::Coreference,
        Self::Claims,
    ];
}

/// What stands for the labels that the network would give, so that its time doesn't hide that of the rooms after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stub {
    /// What the patterns propose.
    Patterns,
    /// An attribution every so many tokens: a source of one token, a cue of one, and the rest as content.
    Every(usize),
    /// The same, but each content reaches to the end of the text: all are nested in each other.
    Nested(usize),
}

/// A text on its way through the rooms.
#[derive(Debug)]
pub struct Walk<'a, 'text> {
    extractor: &'a Extractor,
    text: &'text str,
    stub: Stub,
    document: Document<'text>,
    candidates: Vec<CueCandidate>,
    annotated: Option<AnnotatedDocument<'text>>,
    labels: Labels,
    attributions: Vec<Attribution>,
    sources: Vec<Option<Resolution>>,
    claims: Vec<Claim>,
}

impl<'a, 'text> Walk<'a, 'text> {
    /// Before the first room.
    #[must_use]
    pub fn new(extractor: &'a Extractor, text: &'text str, stub: Stub) -> Self {
        Self {
            extractor,
            text,
            stub,
            document: segmentation::segment(""),
            candidates: Vec::new(),
            annotated: None,
            labels: Labels::default(),
            attributions: Vec::new(),
            sources: Vec::new(),
            claims: Vec::new(),
        }
    }

    /// Goes through one room. The rooms before it have to be gone through. Nothing once `cancelled` says yes.
    pub fn enter(&mut self, room: Room, cancelled: IsCancelled<'_>) -> Option<()> {
        let Known { words, gazetteer, finder, tagger, .. } = &*self.extractor.known;
        match room {
            Room::Segmentation => self.document = segmentation::segment_unless(self.text, cancelled)?,
            Room::Cues => self.candidates = finder.find(&self.document),
            Room::Annotation => {
                let document = mem::replace(&mut self.document, segmentation::segment(""));
                let candidates = &self.candidates;
                self.annotated =
                    Some(annotation::annotate(document, words, gazetteer, candidates, finder, cancelled)?);
            }
            Room::Patterns => {
                let annotated = self.annotated.as_ref()?;
                self.labels = match self.stub {
                    Stub::Patterns => {
                        tagger.features(annotated, &self.candidates, finder, cancelled)?;
                        Tagger::propose(annotated, &self.candidates, finder, cancelled)?
                    }
                    Stub::Every(step) => Labels::every(step, annotated.len(), false),
                    Stub::Nested(step) => Labels::every(step, annotated.len(), true),
                };
            }
            Room::Attribution => {
                let document = &self.annotated.as_ref()?.document;
                self.attributions = attribution::assemble(document, &self.labels, cancelled)?;
            }
            Room::Coreference => {
                let annotated = self.annotated.as_ref()?;
                self.sources = coreference::resolve(annotated, &self.attributions, &[], cancelled)?;
            }
            Room::Claims => {
                let knowledge =
                    Knowledge { lexicon: finder.lexicon(), sources: &self.sources, published: None };
                let annotated = self.annotated.as_ref()?;
                self.claims = claims::claims_of(annotated, &self.attributions, knowledge, cancelled)?;
            }
        }
        Some(())
    }

    /// How many attributions there are, once they are assembled.
    #[must_use]
    pub fn attributions(&self) -> usize {
        self.attributions.len()
    }
}

impl Extractor {
    /// `text` as its tokens and what the network reads of them: what the network is trained on.
    #[must_use]
    pub fn features<'text>(&self, text: &'text str) -> (Document<'text>, Features) {
        let Known { words, gazetteer, finder, tagger, .. } = &*self.known;
        let read = || {
            let document = segmentation::segment(text);
            let candidates = finder.find(&document);
            let annotated = annotation::annotate(document, words, gazetteer, &candidates, finder, &|| false)?;
            let features = tagger.features(&annotated, &candidates, finder, &|| false)?;
            Some((annotated.document, features))
        };
        // Nobody calls it off.
        read().unwrap_or_else(|| (segmentation::segment(text), Features::default()))
    }

    /// The claims of `text` as the patterns alone propose them to the network: what the lexicon's reliabilities are
    /// counted from, and what explains a reading.
    #[must_use]
    pub fn propose(&self, text: &str) -> Vec<Claim> {
        let mut walk = Walk::new(self, text, Stub::Patterns);
        for room in Room::ALL {
            // Nobody calls it off.
            let _ = walk.enter(room, &|| false);
        }
        walk.claims
    }

    /// What the third-person pronouns of `text` were read as, and what was weighed: for measuring and for learning.
    #[must_use]
    pub fn read_pronouns(&self, text: &str) -> Vec<PronounReading> {
        let Known { words, gazetteer, finder, tagger, .. } = &*self.known;
        let read = || {
            let document = segmentation::segment(text);
            let candidates = finder.find(&document);
            let annotated = annotation::annotate(document, words, gazetteer, &candidates, finder, &|| false)?;
            let labels = tagger.tag(&annotated, &candidates, finder, &|| false)?;
            let attributions = attribution::assemble(&annotated.document, &labels, &|| false)?;
            coreference::read_pronouns(&annotated, &attributions, &|| false)
        };
        // Nobody calls it off.
        read().unwrap_or_default()
    }
}
