//! The lexicon's file format: tab-separated lines -> entries, or the line that is wrong and why.

use thiserror::Error;

use super::cue::{
    AttributionType, CueCategory, CueEntry, CueForm, CueTrait, CueTraits, Frame, Inflection, LicensedFrame,
    SpeechAct, Stance,
};
use super::inflection::{regular_noun, regular_verb};

/// The reliability of a frame that is written without one, in percent.
const DEFAULT_RELIABILITY: u8 = 80;

/// An entry has so many columns, and perhaps one more for its traits.
const COLUMNS: usize = 8;

/// All that is wrong with a lexicon file, so that it can be mended in one go. Shown, it names the first twenty faults.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{}", told(.faults))]
#[non_exhaustive]
pub struct LexiconError {
    /// The faults in the order of their lines; at least one.
    pub faults: Vec<LexiconLineFault>,
}

/// One thing that is wrong with a lexicon file, and where.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("line {line}: {fault}")]
#[non_exhaustive]
pub struct LexiconLineFault {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong in it, with the value.
    pub fault: LexiconFault,
}

/// At most so many faults are shown: a file of another kind has one in each line.
const MOST_TOLD: usize = 20;

fn told(faults: &[LexiconLineFault]) -> String {
    let shown: Vec<String> = faults.iter().take(MOST_TOLD).map(ToString::to_string).collect();
    match faults.len() - shown.len() {
        0 => shown.join("; "),
        more => format!("{}; and {more} more", shown.join("; ")),
    }
}

/// What can be wrong with a line of a lexicon file.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[expect(missing_docs, reason = "the messages say what each fault is")]
#[non_exhaustive]
pub enum LexiconFault {
    #[error(
        "has {0} columns where 8 are wanted, or 9: lemma, category, forms, frames, type, act, stance, example, traits"
    )]
    Columns(usize),
    #[error("the lemma {0:?} is not in lower case, or has odd spaces")]
    Lemma(String),
    #[error("{value:?} is not a {column}; one of: {allowed}")]
    Value { column: &'static str, value: String, allowed: String },
    #[error("the frame {0:?} has a reliability that is not between 1 and 100")]
    Reliability(String),
    #[error("the frame {0:?} stands twice")]
    FrameTwice(&'static str),
    #[error("names no frame")]
    NoFrame,
    #[error("has {found} forms where a verb has 5: base, third person, past, past participle, gerund")]
    VerbForms { found: usize },
    #[error("the form {0:?} is empty, not in lower case, or has odd spaces")]
    Form(String),
    #[error("the example {0:?} holds none of the forms")]
    Example(String),
    #[error("the same lemma, category and frames stand in line {0} already")]
    Twice(usize),
    #[error("has {0} bytes, more than {LONGEST_LINE}")]
    Long(usize),
}

/// The longest line of a lexicon file, in bytes: the service sends entries to whoever asks for them, and each has to fit in
/// an answer.
const LONGEST_LINE: usize = 64 << 10;

/// Reads entries from the text of a lexicon file. Lines that are empty or begin with "#" are comments.
pub(super) fn parse(file: &str) -> Result<Vec<CueEntry>, LexiconError> {
    let (mut entries, mut faults) = (Vec::new(), Vec::new());
    let mut seen = std::collections::HashMap::new();
    // A byte order mark, as editors on Windows write it, is no part of the first line.
    let file = file.strip_prefix('\u{feff}').unwrap_or(file);
    for (line, text) in (1..).zip(file.lines()) {
        if text.trim().is_empty() || text.starts_with('#') {
            continue;
        }
        match parse_entry(text) {
            Ok(entry) => {
                let mut frames: Vec<_> = entry.frames.iter().map(|licensed| licensed.frame).collect();
                frames.sort();
                if let Some(first) = seen.insert((entry.lemma.clone(), entry.category, frames), line) {
                    faults.push(LexiconLineFault { line, fault: LexiconFault::Twice(first) });
                }
                entries.push(entry);
            }
            Err(of_line) => {
                faults.extend(of_line.into_iter().map(|fault| LexiconLineFault { line, fault }));
            }
        }
    }
    if faults.is_empty() { Ok(entries) } else { Err(LexiconError { faults }) }
}

/// Reads one line, or returns the first fault of each of its columns.
fn parse_entry(line: &str) -> Result<CueEntry, Vec<LexiconFault>> {
    if line.len() > LONGEST_LINE {
        return Err(vec![LexiconFault::Long(line.len())]);
    }
    let columns: Vec<&str> = line.split('\t').collect();
    let (columns, traits) = columns.split_at(columns.len().min(COLUMNS));
    let (&[lemma, category, forms, frames, attribution_type, act, stance, example], [] | [_]) =
        (columns, traits)
    else {
        return Err(vec![LexiconFault::Columns(columns.len() + traits.len())]);
    };
    let mut faults = Vec::new();
    let is_lemma = is_normal(lemma);
    if !is_lemma {
        faults.push(LexiconFault::Lemma(lemma.to_owned()));
    }
    let category = noted(&mut faults, named("category", category, CueCategory::ALL, CueCategory::name));
    let forms = category.and_then(|category| noted(&mut faults, parse_forms(lemma, category, forms)));
    // Forms that were made of a faulty lemma stand in no example.
    let is_shown = |forms: &Vec<CueForm>| forms.iter().any(|form| holds_words(example, &form.text));
    if is_lemma && forms.as_ref().is_some_and(|forms| !is_shown(forms)) {
        faults.push(LexiconFault::Example(example.to_owned()));
    }
    let frames = noted(&mut faults, parse_frames(frames));
    let attribution_type =
        noted(&mut faults, named("type", attribution_type, AttributionType::ALL, AttributionType::name));
    let act = noted(&mut faults, named("act", act, SpeechAct::ALL, SpeechAct::name));
    let stance = noted(&mut faults, named("stance", stance, Stance::ALL, Stance::name));
    let traits = noted(&mut faults, parse_traits(traits.first().copied().unwrap_or_default()));
    let read = (category, forms, frames, attribution_type, act, stance, traits);
    let (
        true,
        (
            Some(category),
            Some(forms),
            Some(frames),
            Some(attribution_type),
            Some(act),
            Some(stance),
            Some(traits),
        ),
    ) = (faults.is_empty(), read)
    else {
        return Err(faults);
    };
    let (lemma, example) = (lemma.to_owned(), example.to_owned());
    Ok(CueEntry { lemma, category, forms, frames, attribution_type, act, stance, example, traits })
}

/// The value; a fault is kept with the others.
fn noted<T>(faults: &mut Vec<LexiconFault>, read: Result<T, LexiconFault>) -> Option<T> {
    read.map_err(|fault| faults.push(fault)).ok()
}

fn parse_traits(column: &str) -> Result<CueTraits, LexiconFault> {
    let mut traits = CueTraits::default();
    for name in column.split_whitespace() {
        traits = traits.with(named("trait", name, CueTrait::ALL, CueTrait::name)?);
    }
    Ok(traits)
}

fn named<T: Copy>(
    column: &'static str,
    value: &str,
    all: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<T, LexiconFault> {
    all.iter().copied().find(|&candidate| name(candidate) == value).ok_or_else(|| LexiconFault::Value {
        column,
        value: value.to_owned(),
        allowed: all.iter().map(|&candidate| name(candidate)).collect::<Vec<_>>().join(", "),
    })
}

fn parse_frames(column: &str) -> Result<Vec<LicensedFrame>, LexiconFault> {
    let mut frames: Vec<LicensedFrame> = Vec::new();
    for item in column.split_whitespace() {
        let (name, reliability) = match item.split_once(':') {
            Some((name, percent)) => {
                let percent = percent.parse().ok().filter(|percent| (1..=100).contains(percent));
                (name, percent.ok_or_else(|| LexiconFault::Reliability(item.to_owned()))?)
            }
            None => (item, DEFAULT_RELIABILITY),
        };
        let frame = named("frame", name, Frame::ALL, Frame::name)?;
        if frames.iter().any(|licensed| licensed.frame == frame) {
            return Err(LexiconFault::FrameTwice(frame.name()));
        }
        frames.push(LicensedFrame { frame, reliability });
    }
    if frames.is_empty() { Err(LexiconFault::NoFrame) } else { Ok(frames) }
}

fn parse_forms(lemma: &str, category: CueCategory, column: &str) -> Result<Vec<CueForm>, LexiconFault> {
    if column == "-" {
        return Ok(match category {
            CueCategory::Verb => regular_verb(lemma),
            CueCategory::Noun => regular_noun(lemma),
            CueCategory::Phrase | CueCategory::Adverb => {
                vec![CueForm { text: lemma.to_owned(), inflection: Inflection::Base }]
            }
        });
    }
    let cells: Vec<&str> = column.split(", ").collect();
    let inflections: Vec<Inflection> = match category {
        CueCategory::Verb if cells.len() == 5 => vec![
            Inflection::Base,
            Inflection::ThirdPerson,
            Inflection::Past,
            Inflection::PastParticiple,
            Inflection::Gerund,
        ],
        CueCategory::Verb => return Err(LexiconFault::VerbForms { found: cells.len() }),
        CueCategory::Noun => {
            let mut inflections = vec![Inflection::Plural; cells.len()];
            inflections[0] = Inflection::Base;
            inflections
        }
        CueCategory::Phrase | CueCategory::Adverb => vec![Inflection::Base; cells.len()],
    };
    let mut forms = Vec::new();
    for (cell, inflection) in cells.into_iter().zip(inflections) {
        for text in cell.split('/') {
            if !is_normal(text) {
                return Err(LexiconFault::Form(text.to_owned()));
            }
            forms.push(CueForm { text: text.to_owned(), inflection });
        }
    }
    Ok(forms)
}

/// Lower case, not empty, single spaces between words.
fn is_normal(text: &str) -> bool {
    !text.is_empty()
        && text == text.to_lowercase()
        && text.split(' ').all(|word| !word.is_empty() && word.trim() == word)
}

/// Whether `text` holds `words` (in lower case) with no letter or digit directly before or after.
fn holds_words(text: &str, words: &str) -> bool {
    let text = text.to_lowercase();
    text.match_indices(words).any(|(start, found)| {
        let before = text[..start].chars().next_back();
        let after = text[start + found.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}
