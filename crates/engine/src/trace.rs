//! Why a text has the claims that it has, and not others.
//!
//! In: any text. Out: its claims as [`Extractor::extract_in`] gives them, and for each word that could be a cue what became of
//! it. Costs about two extractions, and extraction itself nothing.

use std::ops::Range;

use crate::annotation;
use crate::claims::Claim;
use crate::cues::{CueCandidate, CueFinder};
use crate::extraction::Extraction;
use crate::extractor::{Context, Extractor, Known};
use crate::segmentation;
use crate::tagging::{CUE_THRESHOLD, Sighted};
use crate::text::{Document, Parts, Span, TokenKind};

/// The claims of a text with what became of everything that could have been a cue.
///
/// ```
/// use ascribe_engine::{Context, Extractor, Fate};
///
/// let text = "Ana Ruiz said that the dam leaks. She is said to be ill.";
/// let trace = Extractor::default().trace(text, Context::default());
/// let said = &trace.cues()[0];
/// assert_eq!(said.span.slice(text), "said");
/// assert!(matches!(said.fate, Fate::Claimed { claim: 0 }));
/// ```
#[derive(Clone, Debug)]
pub struct Trace<'text> {
    extraction: Extraction<'text>,
    cues: Vec<TracedCue>,
    /// For each token how probable it is that a cue begins there.
    begins: Vec<f32>,
    nearest: Vec<Option<(Span, f32)>>,
}

/// Words that could be a cue, and what became of them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TracedCue {
    /// The words; of a claim that nothing marks, its content.
    pub span: Span,
    /// The sentence in which they begin, as an index into [`Document::sentences`].
    pub sentence: usize,
    /// What the lexicon takes them for, as indices into [`crate::Lexicon::entries`]. Empty: it hasn't got them, and the
    /// network alone recognized them, or a mark stands for them.
    pub entries: Vec<usize>,
    /// What a pattern makes of them with what stands around. None: they fill no pattern.
    pub proposal: Option<TracedProposal>,
    /// How probable the network finds it that a cue begins here, between 0 and 1. Below [`Trace::LEAST_PROBABILITY`] it reads
    /// none.
    pub probability: f32,
    /// What became of them.
    pub fate: Fate,
}

/// An attribution that a pattern proposes and the network decides on.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TracedProposal {
    /// The pattern's name, such as "source-cue-that".
    pub pattern: &'static str,
    /// Who would have said it.
    pub source: Option<Span>,
    /// What would have been said.
    pub contents: Vec<Span>,
}

/// What became of a possible cue. Claims are indices into [`Extraction::all`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fate {
    /// It is the cue of this claim, which is sure enough.
    Claimed {
        /// The claim.
        claim: usize,
    },
    /// It is the cue of this claim, whose confidence is below the minimal one.
    Unsure {
        /// The claim.
        claim: usize,
    },
    /// Its words are part of the cue of this claim, together with others.
    PartOf {
        /// The claim.
        claim: usize,
    },
    /// The network took it for a cue and read an attribution, which gave way to another one that uses the same words.
    GaveWay {
        /// The other one, where it can be told.
        to: Option<usize>,
    },
    /// The network took it for a cue, but found nothing around it that is attributed.
    WithoutContent,
    /// The network didn't take it for a cue.
    Refused,
}

impl<'text> Trace<'text> {
    /// The network reads no cue where it is less probable than this.
    pub const LEAST_PROBABILITY: f32 = CUE_THRESHOLD;

    /// The claims, the text and its sentences.
    #[must_use]
    pub fn extraction(&self) -> &Extraction<'text> {
        &self.extraction
    }

    /// All that could be cues, in the order of the text.
    #[must_use]
    pub fn cues(&self) -> &[TracedCue] {
        &self.cues
    }

    /// Those that begin in a sentence.
    #[must_use]
    pub fn cues_of(&self, sentence: usize) -> &[TracedCue] {
        let start = self.cues.partition_point(|cue| cue.sentence < sentence);
        let end = self.cues.partition_point(|cue| cue.sentence <= sentence);
        &self.cues[start..end]
    }

    /// How probable the network finds it that a cue begins at one of the words that `span` touches.
    #[must_use]
    pub fn probability(&self, span: Span) -> f32 {
        let tokens = &self.extraction.document().tokens;
        let start = tokens.partition_point(|token| token.span.end <= span.start);
        let end = tokens.partition_point(|token| token.span.start < span.end);
        self.begins.get(start..end).unwrap_or_default().iter().copied().fold(0.0, f32::max)
    }

    /// Of the words of a sentence that are in no traced cue the one that is the likeliest to begin a cue, and how probable the
    /// network finds it. None where all are in one, or there is no such sentence.
    #[must_use]
    pub fn likeliest_other(&self, sentence: usize) -> Option<(Span, f32)> {
        self.nearest.get(sentence).copied().flatten()
    }
}

impl Extractor {
    /// Like [`Self::extract_in`], and why there are no other claims. It takes about twice as long.
    #[must_use]
    pub fn trace<'text>(&self, text: &'text str, context: Context<'_>) -> Trace<'text> {
        let extraction = self.extract_in(text, context);
        if !extraction.is_read() {
            return Trace { extraction, cues: Vec::new(), begins: Vec::new(), nearest: Vec::new() };
        }
        let Known { words, gazetteer, finder, tagger, .. } = &*self.known;
        let document = segmentation::segment(text);
        let candidates = finder.find(&document);
        let sighted = annotation::annotate(document, words, gazetteer, &candidates, finder, &|| false)
            .and_then(|annotated| tagger.sight(&annotated, &candidates, finder, &|| false));
        // Nobody calls it off.
        let Some(sighted) = sighted else {
            return Trace { extraction, cues: Vec::new(), begins: Vec::new(), nearest: Vec::new() };
        };
        let view = View::new(&extraction, &sighted, finder);
        let cues = view.cues(&candidates, self.min_confidence());
        let nearest = view.nearest(&cues);
        Trace { cues, nearest, begins: sighted.begins, extraction }
    }
}

/// How many claims before and after something that gave way are asked whether it gave way to them.
const RIVALS: usize = 6;

/// For each token what it belongs to, as an index into a list.
type Owners = Vec<Option<usize>>;

/// What is looked at to tell what became of a cue.
struct View<'a, 'text> {
    document: &'a Document<'text>,
    extraction: &'a Extraction<'text>,
    sighted: &'a Sighted,
    finder: &'a CueFinder,
    proposed_at: Owners,
    read_at: Owners,
    bare_at: Owners,
}

impl<'a, 'text> View<'a, 'text> {
    fn new(extraction: &'a Extraction<'text>, sighted: &'a Sighted, finder: &'a CueFinder) -> Self {
        let document = extraction.document();
        let none = Vec::new;
        let view = Self {
            document,
            extraction,
            sighted,
            finder,
            proposed_at: none(),
            read_at: none(),
            bare_at: none(),
        };
        Self {
            proposed_at: view.owners(sighted.proposed.iter().map(|link| link.parts.cue.clone())),
            read_at: view.owners(sighted.read.iter().map(|read| read.cue.clone())),
            bare_at: view.owners(sighted.without_content.iter().cloned().map(Some)),
            ..view
        }
    }

    /// For each token which of these stretches it lies in; the first of several.
    fn owners(&self, stretches: impl Iterator<Item = Option<Range<usize>>>) -> Owners {
        let mut owners = vec![None; self.document.tokens.len()];
        for (index, tokens) in stretches.enumerate() {
            let tokens = tokens.and_then(|tokens| owners.get_mut(tokens)).into_iter().flatten();
            tokens.for_each(|owner: &mut Option<usize>| {
                owner.get_or_insert(index);
            });
        }
        owners
    }

    fn cues(&self, candidates: &[CueCandidate], min_confidence: f32) -> Vec<TracedCue> {
        let claims = self.extraction.all();
        let is_sure = |claim: usize| claims[claim].confidence >= min_confidence;
        let fate_of = |claim| if is_sure(claim) { Fate::Claimed { claim } } else { Fate::Unsure { claim } };
        let of_claims = claims.iter().map(|claim| self.tokens(&claim.cue.as_ref()?.spans));
        let claim_at = self.owners(of_claims);
        // Of several candidates in one cue ("agreed to tell") the one counts that gives the claim its lemma, else the first.
        let mut chosen: Vec<Option<(usize, bool)>> = vec![None; claims.len()];
        for (index, candidate) in candidates.iter().enumerate() {
            let Some(claim) = owner(&claim_at, &candidate.tokens) else { continue };
            let is_named = self.has_lemma_of(candidate, claim);
            if chosen[claim].is_none_or(|(_, was_named)| is_named && !was_named) {
                chosen[claim] = Some((index, is_named));
            }
        }
        let mut cues = Vec::with_capacity(candidates.len());
        for (index, candidate) in candidates.iter().enumerate() {
            let fate = match owner(&claim_at, &candidate.tokens) {
                Some(claim) if chosen[claim].is_some_and(|(chosen, _)| chosen == index) => fate_of(claim),
                Some(claim) => Fate::PartOf { claim },
                None => self.fate_without_claim(&candidate.tokens),
            };
            cues.push(self.traced(&candidate.tokens, Some(candidate), fate));
        }
        for (index, claim) in claims.iter().enumerate().filter(|(index, _)| chosen[*index].is_none()) {
            let spans = claim.cue.as_ref().map_or(&claim.content.spans, |cue| &cue.spans);
            if let Some(tokens) = self.tokens(spans) {
                cues.push(self.traced(&tokens, None, fate_of(index)));
            }
        }
        let known = self.owners(candidates.iter().map(|candidate| Some(candidate.tokens.clone())));
        for tokens in &self.sighted.without_content {
            if owner(&known, tokens).is_none() && owner(&claim_at, tokens).is_none() {
                cues.push(self.traced(tokens, None, Fate::WithoutContent));
            }
        }
        cues.sort_by_key(|cue| (cue.sentence, cue.span.start, cue.span.end));
        cues
    }

    /// What became of a candidate that no claim has as its cue.
    fn fate_without_claim(&self, tokens: &Range<usize>) -> Fate {
        if let Some(read) = owner(&self.read_at, tokens) {
            return Fate::GaveWay { to: self.rival(&self.sighted.read[read]) };
        }
        if owner(&self.bare_at, tokens).is_some() { Fate::WithoutContent } else { Fate::Refused }
    }

    /// The claim nearby that uses the words of something that was read.
    fn rival(&self, read: &Parts) -> Option<usize> {
        let parts = read.source.iter().chain(&read.cue).chain(&read.contents);
        let spans: Vec<Span> = parts.map(|part| self.document.span_of(part)).collect();
        let touches = |it: &Span| spans.iter().any(|span| it.start < span.end && span.start < it.end);
        let claims = self.extraction.all();
        let place =
            |claim: &Claim| claim.cue.as_ref().map_or(&claim.content.spans, |cue| &cue.spans)[0].start;
        let start = spans.iter().map(|span| span.start).min()?;
        let nearest = claims.partition_point(|claim| place(claim) < start);
        let near = nearest.saturating_sub(RIVALS)..claims.len().min(nearest + RIVALS);
        near.into_iter().find(|&index| {
            let claim = &claims[index];
            let cue = claim.cue.iter().flat_map(|cue| &cue.spans).any(touches);
            cue || claim.circumstances.medium.iter().any(touches)
        })
    }

    fn traced(&self, tokens: &Range<usize>, candidate: Option<&CueCandidate>, fate: Fate) -> TracedCue {
        let mut entries: Vec<usize> = candidate
            .into_iter()
            .flat_map(|it| self.finder.readings(it))
            .map(|reading| reading.index)
            .collect();
        entries.dedup();
        let proposal = owner(&self.proposed_at, tokens).map(|index| &self.sighted.proposed[index]);
        // A cue begins with its auxiliary: "has said".
        let start = proposal.and_then(|link| link.parts.cue.as_ref()).map_or(tokens.start, |cue| cue.start);
        let begins = self.sighted.begins.get(start.min(tokens.start)..tokens.end).unwrap_or_default();
        TracedCue {
            span: self.document.span_of(tokens),
            sentence: self.document.sentence_at(tokens.start),
            entries,
            proposal: proposal.map(|link| TracedProposal {
                pattern: link.origin.pattern,
                source: link.parts.source.as_ref().map(|source| self.document.span_of(source)),
                contents: link.parts.contents.iter().map(|piece| self.document.span_of(piece)).collect(),
            }),
            probability: begins.iter().copied().fold(0.0, f32::max),
            fate,
        }
    }

    /// For each sentence the likeliest word that is in no traced cue.
    fn nearest(&self, cues: &[TracedCue]) -> Vec<Option<(Span, f32)>> {
        let mut next = 0;
        let sentences = self.document.sentences.iter().enumerate();
        let nearest = sentences.map(|(index, sentence)| {
            while cues.get(next).is_some_and(|cue| cue.sentence < index) {
                next += 1;
            }
            let here: Vec<Span> =
                cues[next..].iter().take_while(|cue| cue.sentence == index).map(|cue| cue.span).collect();
            let tokens = sentence.tokens.clone().zip(&self.document.tokens[sentence.tokens.clone()]);
            let words = tokens.filter(|(_, token)| {
                let is_known =
                    here.iter().any(|span| span.start < token.span.end && token.span.start < span.end);
                token.kind == TokenKind::Word && !is_known
            });

            words
                .map(|(at, token)| (token.span, self.sighted.begins.get(at).copied().unwrap_or(0.0)))
                .max_by(|(_, one), (_, other)| one.total_cmp(other))
        });
        nearest.collect()
    }

    fn has_lemma_of(&self, candidate: &CueCandidate, claim: usize) -> bool {
        let lemma = self.extraction.all()[claim].cue_lemma();
        self.finder.readings(candidate).any(|reading| reading.entry.lemma == lemma)
    }

    /// From the first to the last token of some spans.
    fn tokens(&self, spans: &[Span]) -> Option<Range<usize>> {
        let (first, last) = (spans.first()?, spans.last()?);
        let tokens = &self.document.tokens;
        let start = tokens.partition_point(|token| token.span.end <= first.start);
        let end = tokens.partition_point(|token| token.span.start < last.end);
        (start < end).then_some(start..end)
    }
}

/// What the first of some tokens that belongs to something belongs to.
fn owner(owners: &Owners, tokens: &Range<usize>) -> Option<usize> {
    owners.get(tokens.clone())?.iter().find_map(|owner| *owner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fates(text: &str) -> Vec<(&str, Fate)> {
        let trace = Extractor::default().trace(text, Context::default());
        trace.cues().iter().map(|cue| (cue.span.slice(text), cue.fate)).collect()
    }

    #[test]
    fn every_claim_has_its_cue_and_every_candidate_its_fate() {
        let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/seed.txt"));
        let extractor = Extractor::default();
        let trace = extractor.trace(text, Context::default());
        assert_eq!(trace.extraction().all(), extractor.extract(text).all());
        let mut claimed: Vec<usize> = trace
            .cues()
            .iter()
            .filter_map(|cue| match cue.fate {
                Fate::Claimed { claim } | Fate::Unsure { claim } => Some(claim),
                _ => None,
            })
            .collect();
        claimed.sort_unstable();
        claimed.dedup();
        assert_eq!(claimed, (0..trace.extraction().all().len()).collect::<Vec<_>>());
        let sentences = trace.extraction().document().sentences.len();
        let by_sentence: usize = (0..sentences).map(|sentence| trace.cues_of(sentence).len()).sum();
        assert_eq!(by_sentence, trace.cues().len());
        assert!(trace.likeliest_other(sentences).is_none());
    }

    #[test]
    fn what_is_no_cue_here_is_refused() {
        let fates = fates("Ruiz said that the dam leaks. She bought a book of claims.");
        assert_eq!(fates[0], ("said", Fate::Claimed { claim: 0 }));
        assert!(
            fates[1..].iter().all(|(_, fate)| matches!(fate, Fate::Refused | Fate::WithoutContent)),
            "{fates:?}"
        );
        assert!(fates.len() > 1, "{fates:?}");
    }

    #[test]
    fn any_text_has_a_trace() {
        for text in
            ["", " ", "“", "said", "said said said", "“No.”\n\n“It was a long day for all of us here.”"]
        {
            let _ = fates(text);
        }
    }
}
