//! What is known before reading: reporting cues with their forms, frames, types, acts and stances.
//!
//! In: the text of lexicon files, the embedded `data/cues.tsv` first. Out: a [`Lexicon`], checked whole.

mod named;
mod cue;
mod inflection;
mod parse;
mod words;
mod vocabulary;
mod gazetteer;
mod languages;
mod version;

pub use cue::{
    AttributionType, CueCategory, CueEntry, CueForm, CueTrait, CueTraits, Frame, Inflection, LicensedFrame,
    SpeechAct, Stance,
};
pub use gazetteer::{Gazetteer, Gender, LONGEST_ENTRY, Noun, NounKind, PersonalName, Place, PlaceKind};
pub use languages::{LONGEST_TELLING_WORD, TellingWords};
pub use parse::{LexiconError, LexiconFault, LexiconLineFault};
pub(crate) use version::{EMBEDDED_ABBREVIATIONS, knowledge_version, version_of};
pub use vocabulary::WordList;
pub(crate) use words::EMBEDDED_WORDS;
pub use words::{WordClasses, Words};

/// The lexicon that the binary carries.
const EMBEDDED_CUES: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/cues.tsv"));

/// The cues that the extractor looks for. Immutable; shared by all threads.
#[derive(Clone, Debug)]
pub struct Lexicon {
    entries: Vec<CueEntry>,
    version: String,
}

impl Lexicon {
    /// The lexicon that ships with the program, `data/cues.tsv`.
    ///
    /// # Panics
    /// Never: a test loads the same bytes.
    #[must_use]
    pub fn embedded() -> Self {
        Self::from_file(EMBEDDED_CUES).expect("the embedded lexicon was checked by a test")
    }

    /// The lexicon that a file holds, given as its text.
    ///
    /// # Errors
    /// Every line that is wrong, and why.
    pub fn from_file(file: &str) -> Result<Self, LexiconError> {
        let version = version_of(&[file.as_bytes()]);
        Ok(Self { entries: parse::parse(file)?, version })
    }

    /// This lexicon with the entries of another file, given as its text: where it has a lemma of the same
    /// category, its entries replace the ones here; the rest is added.
    ///
    /// # Errors
    /// Every line of the file that is wrong, and why.
    pub fn extended_by(&self, file: &str) -> Result<Self, LexiconError> {
        let own = parse::parse(file)?;
        let replaced = |entry: &CueEntry| {
            own.iter().any(|other| other.lemma == entry.lemma && other.category == entry.category)
        };
        let mut entries: Vec<_> = self.entries.iter().filter(|entry| !replaced(entry)).cloned().collect();
        let version = version_of(&[self.version.as_bytes(), file.as_bytes()]);
        entries.extend(own);
        Ok(Self { entries, version })
    }

    /// Its entries, in the order of their files.
    #[must_use]
    pub fn entries(&self) -> &[CueEntry] {
        &self.entries
    }

    /// Twelve hexadecimal digits that differ wherever the entries do: the start of the SHA-256 of the
    /// files that it was read from.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }
}
