//! What became of a possible cue -> why, in plain words, and what the caller can do.

use ascribe_engine::{Claim, CueEntry, Extraction, Fate, Lexicon, MentionForm, Span, Trace, TracedCue};

/// A sentence that is to be explained.
pub(in super::super) struct Explained<'a> {
    /// Counted from 1.
    pub(in super::super) number: usize,
    pub(in super::super) span: Span,
    pub(in super::super) text: &'a str,
    /// Each possible cue with what became of it.
    pub(in super::super) cues: Vec<(&'a TracedCue, Reason)>,
    /// A word that could have been one.
    pub(in super::super) other: Option<Reason>,
}

/// What became of a possible cue, in one word for programs.
pub(in super::super) const fn outcome(fate: Fate) -> &'static str {
    match fate {
        Fate::Claimed { .. } => "claim",
        Fate::Unsure { .. } => "below-min-confidence",
        Fate::PartOf { .. } => "part-of-claim",
        Fate::GaveWay { .. } => "gave-way",
        Fate::WithoutContent => "no-content",
        Fate::Refused => "no-cue",
        _ => "unknown",
    }
}

/// The claim that a fate is about.
pub(in super::super) const fn claim_of(fate: Fate) -> Option<usize> {
    match fate {
        Fate::Claimed { claim } | Fate::Unsure { claim } | Fate::PartOf { claim } => Some(claim),
        Fate::GaveWay { to } => to,
        _ => None,
    }
}

/// A text's trace with what its reasons are told from.
#[derive(Clone, Copy)]
pub(in super::super) struct Reasons<'a> {
    pub(in super::super) trace: &'a Trace<'a>,
    pub(in super::super) lexicon: &'a Lexicon,
    pub(in super::super) min_confidence: f32,
}

/// What is told of a possible cue.
pub(in super::super) struct Reason {
    pub(in super::super) fate: Fate,
    /// What became of it, and why.
    pub(in super::super) why: String,
    /// What the caller can do. Empty: nothing.
    pub(in super::super) advice: String,
}

impl Reasons<'_> {
    pub(in super::super) fn of(&self, cue: &TracedCue) -> Reason {
        let fate = self.fate(cue.fate);
        let (why, advice) = match fate {
            Fate::Claimed { claim } => (self.claimed(cue, claim), self.speaker_advice(claim)),
            Fate::Unsure { claim } => self.unsure(cue, claim),
            Fate::PartOf { claim } => (format!("part of the cue of claim {}", name(claim)), String::new()),
            Fate::GaveWay { to: Some(claim) } => (
                format!(
                    "it was read as a cue, and gave way to claim {}, which uses the same words",
                    name(claim)
                ),
                String::new(),
            ),
            Fate::WithoutContent => (
                format!(
                    "taken for a cue ({} in 100), but nothing around it is read as what is said",
                    percent(cue.probability)
                ),
                OTHER_NETWORK.to_owned(),
            ),
            Fate::Refused => self.refused(cue),
            _ => ("it was read as a cue, and no claim came of it".to_owned(), String::new()),
        };
        Reason { fate, why, advice }
    }

    /// How many claims are sure enough.
    pub(in super::super) fn count(&self) -> usize {
        self.extraction().all().iter().filter(|claim| claim.confidence >= self.min_confidence).count()
    }

    /// The fate by the caller's minimal confidence.
    fn fate(&self, fate: Fate) -> Fate {
        match fate {
            Fate::Claimed { claim } | Fate::Unsure { claim } => {
                if self.claim(claim).confidence >= self.min_confidence {
                    Fate::Claimed { claim }
                } else {
                    Fate::Unsure { claim }
                }
            }
            other => other,
        }
    }

    fn claimed(&self, cue: &TracedCue, claim: usize) -> String {
        let found = self.claim(claim);
        let mut why = format!(
            "claim {}, {} in 100 sure: {}",
            name(claim),
            percent(found.confidence),
            self.shown(found)
        );
        if found.cue.is_none() {
            why.push_str(" (a quotation that nothing attributes)");
        } else if cue.entries.is_empty() {
            why.push_str(" (not in the lexicon: read without it)");
        }
        why
    }

    fn unsure(&self, cue: &TracedCue, claim: usize) -> (String, String) {
        let confidence = self.claim(claim).confidence;
        let why = format!(
            "found, but left out, since it is less sure than {}: {}",
            self.min_confidence,
            self.claimed(cue, claim)
        );
        // Rounded down, so that the claim is kept.
        (why, format!("--min-confidence {:.2} shows it", (confidence * 100.0).floor() / 100.0))
    }

    /// Where somebody speaks whom the text doesn't name.
    fn speaker_advice(&self, claim: usize) -> String {
        let source = self.claim(claim).source.as_ref();
        let unknown = source.filter(|source| source.form == MentionForm::Pronoun && !source.named);
        let who = unknown.and_then(|source| self.words(&source.spans));
        who.map_or_else(String::new, |who| format!("if you know who “{who}” is: --aliases FILE names people"))
    }

    fn refused(&self, cue: &TracedCue) -> (String, String) {
        let likely = format!(
            "not taken for a cue: the network finds it {} in 100 likely, and reads cues from {} on",
            percent(cue.probability),
            percent(Trace::LEAST_PROBABILITY)
        );
        let Some(proposal) = &cue.proposal else {
            let why = format!(
                "{likely}. Nor do source and content stand where its entry in the lexicon looks for them"
            );
            let lemma = cue.entries.first().and_then(|&entry| self.lexicon.entries().get(entry));
            let see = lemma.map_or_else(String::new, |entry| {
                format!("`ascribe cues '{}'` shows the entry; ", entry.lemma)
            });
            return (why, format!("{see}--lexicon FILE replaces it, with other frames"));
        };
        let source = proposal.source.map_or("nobody", |source| source.slice(self.text()));
        let content = self.words(&proposal.contents).unwrap_or_default();
        let why = format!(
            "{likely}. A pattern ({}) would read: {source} · {content}; where the two differ, the network decides",
            proposal.pattern
        );
        (why, OTHER_NETWORK.to_owned())
    }

    /// Of a sentence without a claim, what else might be a cue.
    pub(in super::super) fn other(&self, sentence: usize) -> Option<Reason> {
        let (span, probability) = self.trace.likeliest_other(sentence)?;
        let fates = self.trace.cues_of(sentence).iter().map(|cue| self.fate(cue.fate));
        let has_claim =
            fates.into_iter().any(|fate| matches!(fate, Fate::Claimed { .. } | Fate::Unsure { .. }));
        if has_claim || probability < WORTH_TELLING {
            return None;
        }
        Some(self.unlisted(span))
    }

    /// A word that isn't traced: it is in no entry of the lexicon, and the network took it for nothing.
    pub(in super::super) fn unlisted(&self, span: Span) -> Reason {
        let why = format!(
            "“{}” isn't in the lexicon, and the network finds it {} in 100 likely to be a cue",
            span.slice(self.text()),
            percent(self.trace.probability(span))
        );
        Reason { fate: Fate::Refused, why, advice: "--lexicon FILE adds cues (docs/lexicon.md)".to_owned() }
    }

    /// "Ana Ruiz · that the dam leaks".
    fn shown(&self, claim: &Claim) -> String {
        let who = claim.speaker().unwrap_or("nobody named");
        format!("{who} · {}", self.extraction().content(claim))
    }

    fn claim(&self, index: usize) -> &Claim {
        &self.extraction().all()[index]
    }

    fn extraction(&self) -> &Extraction<'_> {
        self.trace.extraction()
    }

    fn text(&self) -> &str {
        self.extraction().text()
    }

    fn words(&self, spans: &[Span]) -> Option<&str> {
        let (first, last) = (spans.first()?, spans.last()?);
        Some(Span::new(first.start, last.end).slice(self.text()))
    }
}

/// A claim's name, as `extract` gives it.
pub(in super::super) fn name(claim: usize) -> String {
    format!("c{claim}")
}

/// The lexicon's names of a cue's entries: "hint/verb".
pub(in super::super) fn entry_name(entry: &CueEntry) -> String {
    format!("{}/{}", entry.lemma, entry.category.name())
}

/// A share in whole percent; never 0 of something, nor 100 of less than all.
fn percent(share: f32) -> String {
    let percent = 100.0 * share;
    if share > 0.0 && percent < 1.0 {
        return "less than 1".to_owned();
    }
    let rounded = if share < 1.0 { percent.round().min(99.0) } else { 100.0 };
    format!("{rounded}")
}

/// Of a word below this nobody need think that it could be a cue.
const WORTH_TELLING: f32 = 0.01;

/// What is left where the network decides.
const OTHER_NETWORK: &str =
    "no option brings it back; --model FILE may, with another network (docs/lexicon.md)";
