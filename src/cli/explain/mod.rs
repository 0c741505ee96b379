//! `ascribe explain`: texts -> for each sentence what could be a cue, what became of it, and why.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use jiff::civil::Date;
use serde_json::{Value, json};

pub(super) mod reasons; // what became of a possible cue, in words

use super::exit::{NOTHING, PARTLY};
use super::extract::share;
use super::failure::{Failure, complain};
use super::files::{self, ExtractorFiles, STANDARD_INPUT};
use super::input::{InputArguments, NamedText, Pieces, date};
use super::layout::Offsets as UnitName;
use super::terminal::{claims, reasons as pretty};
use ascribe_engine::record::{OffsetUnit, Offsets};
use ascribe_engine::{Alias, Context, DEFAULT_MIN_CONFIDENCE, Extractor, Span, Trace, TracedCue};
use reasons::{Explained, Reason, Reasons, claim_of, entry_name, name, outcome};

/// The arguments of `ascribe explain`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Files to read; '-' or none for standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    input: InputArguments,
    /// Only this sentence, counted from 1 in each text
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    sentence: Option<u32>,
    /// Only sentences in which this word or phrase stands, and what became of it
    #[arg(long, value_name = "WORD")]
    word: Option<String>,
    /// How to write it [default: pretty on a terminal, else jsonl]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<ExplainFormat>,
    /// The unit of offsets in jsonl [default: bytes]
    #[arg(long, value_enum, value_name = "UNIT")]
    offsets: Option<UnitName>,
    /// Explain as if `extract` had this --min-confidence, between 0 and 1
    #[arg(long, value_name = "SHARE", default_value_t = DEFAULT_MIN_CONFIDENCE, value_parser = share)]
    min_confidence: f32,
    #[command(flatten)]
    extractor: ExtractorFiles,
    /// The publication date of texts that state none
    #[arg(long, value_name = "DATE", value_parser = date)]
    published: Option<Date>,
    /// People and organizations that you know, one a line: the service's Alias message as JSON
    #[arg(long, value_name = "FILE")]
    aliases: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ExplainFormat {
    /// For people
    Pretty,
    /// A record a sentence and line, in JSON
    Jsonl,
}

/// What every text is explained with.
struct Explainer<'a> {
    arguments: &'a Arguments,
    extractor: Extractor,
    aliases: Vec<Alias>,
    layout: Layout,
}

/// How explanations are written.
enum Layout {
    Pretty { width: usize },
    Jsonl { unit: OffsetUnit },
}

/// Reads the input and explains it.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let explainer = arguments.explainer()?;
    let files =
        if arguments.files.is_empty() { vec![STANDARD_INPUT.into()] } else { arguments.files.clone() };
    if files.iter().any(|file| file.as_os_str() == STANDARD_INPUT) && io::stdin().is_terminal() {
        complain(&"reading standard input; end it with Ctrl-D");
    }
    let output: Box<dyn Write> = match explainer.layout {
        Layout::Pretty { .. } => Box::new(anstream::stdout()),
        Layout::Jsonl { .. } => Box::new(io::stdout()),
    };
    let mut output = BufWriter::new(output);
    let (mut answered, mut skipped) = (0, 0);
    for piece in Pieces::new(&files, &arguments.input) {
        let place = piece.place.clone();
        match piece.document() {
            Ok(document) => {
                answered += 1;
                output.write_all(explainer.written(&document).as_bytes())?;
            }
            Err(why) => {
                skipped += 1;
                output.flush()?;
                complain(&format!("{place}: {why}"));
            }
        }
    }
    output.flush()?;
    Ok(match (answered, skipped) {
        (_, 0) => ExitCode::SUCCESS,
        (0, _) => ExitCode::from(NOTHING),
        _ => ExitCode::from(PARTLY),
    })
}

impl Arguments {
    fn explainer(&self) -> Result<Explainer<'_>, Failure> {
        let default = if io::stdout().is_terminal() { ExplainFormat::Pretty } else { ExplainFormat::Jsonl };
        let layout = match self.format.unwrap_or(default) {
            ExplainFormat::Pretty if self.offsets.is_some() => {
                return Err(Failure::Useless { option: "--offsets", with: "--format pretty".to_owned() });
            }
            ExplainFormat::Pretty => Layout::Pretty { width: claims::width() },
            ExplainFormat::Jsonl => {
                Layout::Jsonl { unit: self.offsets.map_or(OffsetUnit::Bytes, Into::into) }
            }
        };
        let aliases = self.aliases.as_deref().map_or_else(|| Ok(Vec::new()), files::aliases)?;
        Ok(Explainer { arguments: self, extractor: self.extractor.extractor()?, aliases, layout })
    }

    /// Whether the sentence of that number and text is asked for.
    fn wants(&self, number: usize, text: &str) -> bool {
        let is_numbered = self.sentence.is_none_or(|wanted| usize::try_from(wanted) == Ok(number));
        is_numbered && self.word.as_deref().is_none_or(|word| place_of(word, text).is_some())
    }
}

/// Where a word or phrase stands as whole words, whatever its case.
fn place_of(word: &str, text: &str) -> Option<Span> {
    let word = word.trim();
    let lower = text.to_lowercase();
    // Where lower case has other lengths, offsets would not fit: then letters count as they are written.
    let (text, wanted) = if lower.len() == text.len() {
        (lower.as_str(), word.to_lowercase())
    } else {
        (text, word.to_owned())
    };
    if wanted.is_empty() {
        return None;
    }
    let is_edge = |before: Option<char>| before.is_none_or(|character| !character.is_alphanumeric());
    let found = text.match_indices(wanted.as_str()).find(|(start, matched)| {
        is_edge(text[..*start].chars().next_back()) && is_edge(text[start + matched.len()..].chars().next())
    });
    found.map(|(start, matched)| Span::new(start, start + matched.len()))
}

impl Explainer<'_> {
    fn written(&self, document: &NamedText) -> String {
        let NamedText { id, text, published, .. } = document;
        let context = Context {
            published: published.or(self.arguments.published),
            aliases: &self.aliases,
            ..Context::default()
        };
        let trace = self.extractor.trace(text, context);
        for notice in trace.extraction().notices() {
            complain(&format!("{id}: {}", notice.message));
        }
        let min_confidence = self.arguments.min_confidence;
        let reasons = Reasons { trace: &trace, lexicon: self.extractor.lexicon(), min_confidence };
        let sentences = trace.extraction().document().sentences.len();
        let explained: Vec<Explained<'_>> =
            (0..sentences).filter_map(|index| self.explained(&trace, reasons, index)).collect();
        match self.layout {
            Layout::Pretty { width } => {
                pretty::document(id, text, (sentences, reasons.count()), &explained, width)
            }
            Layout::Jsonl { unit } => lines(id, reasons, &explained, unit),
        }
    }

    fn explained<'a>(
        &self,
        trace: &'a Trace<'_>,
        reasons: Reasons<'_>,
        index: usize,
    ) -> Option<Explained<'a>> {
        let extraction = trace.extraction();
        let document = extraction.document();
        let span = document.span_of(&document.sentences[index].tokens);
        let text = span.slice(extraction.text());
        if !self.arguments.wants(index + 1, text) {
            return None;
        }
        let wanted = self.arguments.word.as_deref().and_then(|word| place_of(word, text));
        let wanted = wanted.map(|place| Span::new(span.start + place.start, span.start + place.end));
        let is_wanted = |cue: &&TracedCue| {
            wanted.is_none_or(|place| place.start < cue.span.end && cue.span.start < place.end)
        };
        let cues: Vec<(&TracedCue, Reason)> =
            trace.cues_of(index).iter().filter(is_wanted).map(|cue| (cue, reasons.of(cue))).collect();
        let other = match wanted {
            Some(place) if cues.is_empty() => Some(reasons.unlisted(place)),
            Some(_) => None,
            None => reasons.other(index),
        };
        Some(Explained { number: index + 1, span, text, cues, other })
    }
}

/// The sentences as lines of JSON.
fn lines(id: &str, reasons: Reasons<'_>, sentences: &[Explained<'_>], unit: OffsetUnit) -> String {
    let trace = reasons.trace;
    let text = trace.extraction().text();
    let of_cue = |(cue, _): &(&TracedCue, Reason)| {
        let proposal = cue.proposal.iter().flat_map(|it| it.source.iter().chain(&it.contents).copied());
        proposal.chain([cue.span]).collect::<Vec<_>>()
    };
    let spans = sentences.iter().flat_map(|it| it.cues.iter().flat_map(of_cue).chain([it.span]));
    let offsets = Offsets::new(text, unit, spans);
    let in_unit = |span: Span| {
        let span = offsets.span(span);
        json!({"start": span.start, "end": span.end})
    };
    let cue = |(cue, reason): &(&TracedCue, Reason)| {
        let claim = claim_of(reason.fate);
        let confidence = claim.and_then(|claim| trace.extraction().all().get(claim)).map(|it| it.confidence);
        let entries = cue.entries.iter().filter_map(|&entry| reasons.lexicon.entries().get(entry));
        // Two senses of a word have one name.
        let mut names: Vec<String> = entries.map(entry_name).collect();
        names.dedup();
        let proposal = cue.proposal.as_ref().map(|proposal| {
            json!({
                "pattern": proposal.pattern,
                "source": proposal.source.map(in_unit),
                "contents": proposal.contents.iter().copied().map(in_unit).collect::<Vec<_>>(),
            })
        });
        json!({
            "span": in_unit(cue.span),
            "text": cue.span.slice(text),
            "lexicon": names,
            "probability": cue.probability,
            "proposal": proposal,
            "outcome": outcome(reason.fate),
            "claim_id": claim.map(name).unwrap_or_default(),
            "confidence": confidence,
            "why": reason.why,
            "advice": reason.advice,
        })
    };
    let lines = sentences.iter().map(|sentence| {
        let other = sentence.other.as_ref().map(|reason| json!({"why": reason.why, "advice": reason.advice}));
        let line = json!({
            "document_id": id,
            "offset_encoding": unit,
            "sentence": sentence.number,
            "span": in_unit(sentence.span),
            "text": sentence.text,
            "cues": sentence.cues.iter().map(cue).collect::<Vec<Value>>(),
            "other": other,
        });
        format!("{line}\n")
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whole_and_in_any_case() {
        let place = |word: &str, text: &str| place_of(word, text).map(|span| span.slice(text).to_owned());
        assert_eq!(place("hint", "They hinted. A Hint came."), Some("Hint".to_owned()));
        assert_eq!(place(" according to ", "According to Ruiz"), Some("According to".to_owned()));
        assert_eq!((place("aid", "She said so."), place("", "a"), place("İ", "aİ")), (None, None, None));
    }
}
