//! Quotations that somebody gives -> whether a document really holds them: to the letter, altered, or not at all.
//!
//! In: a text, what of it is attributed to whom, and quotations. Out: for each quotation a [`Finding`]: the verdict,
//! the passage, whose it is, and every word that differs.
//!
//! A quotation is first looked for word by word (`exact`), in the text (`index`) as `words` cuts it, which doesn't see
//! what only the printing differs in. Where its words aren't there one after the other, the stretches with most of its
//! telling words (`nearest`) are laid beside it (`alignment`, `reading`), and `scoring` says whether that is still the
//! same passage. Work is linear in the text and in the quotations, whatever they hold.

mod words; //     text -> words in a normal form
mod index; //     words -> where each stands, how much it tells
mod query; //     a quotation's words, and where it says that it isn't whole
mod exact; //     where its words stand one after the other
mod nearest; //   where most of its telling words stand
mod alignment; // its words beside those of a stretch
mod reading; //   what of it is there, and what differs
mod scoring; //   altered, or not there at all
mod attribution; // whose a passage is

#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::lexicon::Words;
use crate::text::{Document, Span, Watch};

use attribution::Holders;
pub(crate) use exact::COST_OF_PIECE;
use index::Index;
use query::Wanted;
use reading::{Evidence, Reading};

/// A content of the document, and where it belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attributed {
    /// The content's spans, in bytes of the text, in order; none of one that isn't to hold anything.
    pub spans: Vec<Span>,
    /// The attribution in whose content this one stands, as an index into the same list.
    pub parent: Option<usize>,
}

/// How a quotation stands in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It isn't there.
    Absent,
    /// It is there with words added, left out or changed.
    Altered,
    /// All its words are there in order: only what is printed around them differs, or it says itself, by an ellipsis
    /// or square brackets, what it leaves out or replaces.
    Typographic,
    /// It is there to the letter.
    Verbatim,
}

/// What became of some words of a passage in a quotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Edit {
    /// The quotation has words that the passage doesn't have.
    Added,
    /// The passage has words that the quotation doesn't have.
    LeftOut,
    /// The quotation has other words there.
    Changed,
}

/// Whether a quotation's speaker is whom the document says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpeakerVerdict {
    /// Nobody is named for the quotation.
    NotAsked,
    /// The document gives the passage to whom the caller names.
    Same,
    /// The document gives the passage to somebody else.
    Other,
    /// The passage isn't there: nobody says it.
    Nobody,
    /// The passage is there, but the document doesn't tell who says it.
    Unknown,
}

impl SpeakerVerdict {
    /// Whether the speaker that the caller names is the document's; none where the caller names nobody.
    #[must_use]
    pub const fn matches(self) -> Option<bool> {
        match self {
            Self::NotAsked => None,
            Self::Same => Some(true),
            Self::Other | Self::Nobody | Self::Unknown => Some(false),
        }
    }
}

/// Words in which a quotation and its passage differ.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Difference {
    /// What became of the words.
    pub edit: Edit,
    /// The quotation's words, in bytes of the quotation as it was given; empty where it leaves words out.
    pub quoted: Span,
    /// The passage's words, in bytes of the text; empty where the quotation adds some.
    pub original: Span,
}

/// A passage that somebody says a document holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GivenQuotation<'a> {
    /// Its words, perhaps in quotation marks.
    pub text: &'a str,
    /// Who is said to have said them; empty, or white space alone, where nobody is named.
    pub source: &'a str,
}

/// What a document says of a quotation.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Finding {
    /// How it stands there.
    pub verdict: Verdict,
    /// The passage, in bytes of the text, in order; none where the quotation is absent. Several where a cue breaks
    /// it, or where the quotation leaves words out and says so.
    pub passage: Vec<Span>,
    /// The share of the quotation's words that the passage holds in order, between 0 and 1; of an absent quotation
    /// that of the passage that came nearest.
    pub similarity: f32,
    /// The attribution whose content the passage is, as an index into the contents; none where the text says it itself.
    pub holder: Option<usize>,
    /// Whether the source of that attribution is the one that the caller names.
    pub speaker: SpeakerVerdict,
    /// Words that differ, in the order of the quotation; only where it is altered.
    pub differences: Vec<Difference>,
}

/// Whether the source of an attribution, an index into the contents, is the one that is asked for.
pub(crate) type Judged<'a> = &'a dyn Fn(usize) -> SpeakerVerdict;

/// Pieces of a quotation that leaves words out weigh at least so much on average: "it … is … to" stands in every text.
const LEAST_HELD_A_PIECE: f32 = 0.5;

/// A document whose quotations are verified.
pub struct Verification<'a> {
    document: &'a Document<'a>,
    classes: &'a Words,
    index: Index<'a>,
    holders: Holders<'a>,
}

impl<'a> Verification<'a> {
    /// Reads `document` once, for any number of quotations. `contents` are those of its attributions. Nothing once the
    /// work is called off.
    pub(crate) fn new(
        document: &'a Document<'a>,
        contents: &'a [Attributed],
        classes: &'a Words,
        watch: &Watch<'_>,
    ) -> Option<Self> {
        let index = Index::new(document.text, contents, classes, watch)?;
        let holders = Holders::new(&index, contents, watch)?;
        Some(Self { document, classes, index, holders })
    }

    /// What the document says of a quotation. `judged` says of an attribution whether its source is the one that is asked
    /// for. Where the quotation stands in several places the one is taken whose source is the same, then one that is
    /// attributed, then one in quotation marks, then the first. Nothing once the work is called off.
    pub(crate) fn find(&self, quotation: &str, judged: Judged<'_>, watch: &Watch<'_>) -> Option<Finding> {
        let wanted = Wanted::new(quotation, &self.index, self.classes);
        let places = exact::occurrences(&self.index, &wanted, watch)?;
        let exact = places.iter().map(|places| watch.ask().map(|()| self.exact(&wanted, places)));
        let exact: Vec<Finding> = exact.collect::<Option<_>>()?;
        if !exact.is_empty() {
            return Some(self.preferred(exact, judged));
        }
        let pieced = self.in_pieces(&wanted, watch)?;
        if !pieced.is_empty() {
            return Some(self.preferred(pieced, judged));
        }
        self.nearest(&wanted, judged, watch)
    }

    /// A place that holds all words of the quotation, one after the other.
    fn exact(&self, wanted: &Wanted<'_>, places: &Range<usize>) -> Finding {
        let passage = self.index.pieces(places);
        // Where the quotation would begin if it stood here to the letter.
        let start = passage[0].start.checked_sub(wanted.wording.words[0].span.start);
        let verbatim = start.map(|start| Span { start, end: start + wanted.text.len() });
        let verbatim = verbatim.filter(|span| {
            let there = self.index.text.get(span.start..span.end);
            !self.index.is_broken(places) && there == Some(wanted.text)
        });
        let (verdict, passage) = match verbatim {
            Some(span) => (Verdict::Verbatim, vec![span]),
            None => (Verdict::Typographic, passage),
        };
        self.finding(verdict, passage, 1.0)
    }

    /// Places that hold the pieces of a quotation that leaves words out or replaces them, and says so.
    fn in_pieces(&self, wanted: &Wanted<'_>, watch: &Watch<'_>) -> Option<Vec<Finding>> {
        let found = exact::occurrences_in_pieces(&self.index, wanted, watch)?;
        watch.ask()?;
        let findings = found.into_iter().filter_map(|places| {
            let weights: Vec<f32> = places.iter().map(|piece| self.weight(piece)).collect();
            let (held, longest) = (weights.iter().sum(), weights.iter().copied().fold(0.0, f32::max));
            let least: f32 = weights.iter().map(|_| LEAST_HELD_A_PIECE).sum();
            let evidence = Evidence { similarity: 1.0, held, longest, ..Evidence::default() };
            let passage = places.iter().flat_map(|piece| self.index.pieces(piece)).collect();
            let is_telling = held >= least && scoring::is_from(&evidence);
            is_telling.then(|| self.finding(Verdict::Typographic, passage, 1.0))
        });
        Some(findings.collect())
    }

    /// The passage that the quotation is altered from, if it is from any.
    fn nearest(&self, wanted: &Wanted<'_>, judged: Judged<'_>, watch: &Watch<'_>) -> Option<Finding> {
        let mut readings: Vec<Reading> = Vec::new();
        for stretch in nearest::stretches(&self.index, wanted) {
            readings.extend(Reading::of(&self.index, wanted, stretch, watch)?);
        }
        readings.sort_by(|some, other| {
            scoring::score(&other.evidence).total_cmp(&scoring::score(&some.evidence))
        });
        let Some(best) = readings.first() else {
            return Some(self.finding(Verdict::Absent, Vec::new(), 0.0));
        };
        let similarity = best.evidence.similarity;
        if !scoring::is_from(&best.evidence) {
            return Some(self.finding(Verdict::Absent, Vec::new(), similarity));
        }
        let best_score = scoring::score(&best.evidence);
        let as_good = readings.iter().take_while(|reading| scoring::score(&reading.evidence) >= best_score);
        let findings = as_good.map(|reading| {
            let verdict =
                if reading.differences.is_empty() { Verdict::Typographic } else { Verdict::Altered };
            let passage = self.index.pieces(&reading.places);
            let finding = self.finding(verdict, passage, reading.evidence.similarity);
            Finding { differences: reading.differences.clone(), ..finding }
        });
        Some(self.preferred(findings.collect(), judged))
    }

    fn weight(&self, places: &Range<usize>) -> f32 {
        places.clone().map(|place| self.index.weight_at(place)).sum()
    }

    fn finding(&self, verdict: Verdict, passage: Vec<Span>, similarity: f32) -> Finding {
        let holder = self.holders.holder(&self.index, &passage);
        let speaker =
            if verdict == Verdict::Absent { SpeakerVerdict::Nobody } else { SpeakerVerdict::Unknown };
        Finding { verdict, passage, similarity, holder, speaker, differences: Vec::new() }
    }

    /// The best of some findings; there is at least one.
    fn preferred(&self, findings: Vec<Finding>, judged: Judged<'_>) -> Finding {
        let rank = |finding: &Finding| {
            let is_same = finding.holder.is_some_and(|holder| judged(holder) == SpeakerVerdict::Same);
            let is_marked = finding.passage.first().is_some_and(|span| self.is_in_marks(*span));
            (finding.verdict, is_same, finding.holder.is_some(), is_marked)
        };
        // Of equals `min_by_key` takes the first.
        let best = findings.into_iter().min_by_key(|finding| std::cmp::Reverse(rank(finding)));
        let best = best.expect("there is a finding to choose from");
        Finding { speaker: best.holder.map_or(best.speaker, judged), ..best }
    }

    /// Whether a stretch of the text stands in quotation marks.
    fn is_in_marks(&self, span: Span) -> bool {
        let quotations = &self.document.quotations;
        let after = quotations.partition_point(|quotation| quotation.span.start <= span.start);
        // A nested quotation follows the one that holds it.
        quotations[..after].iter().rev().take(4).any(|quotation| quotation.span.contains(span))
    }
}
