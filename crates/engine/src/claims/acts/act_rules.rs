//! What is done by words that mostly do something else: an entry's act, corrected by source, cue and content.

use std::ops::Range;

use crate::annotation::AnnotatedDocument;
use crate::attribution::Attribution;
use crate::claims::acts::judgment::judges;
use crate::claims::{EntityKind, Source};
use crate::lexicon::{AttributionType, CueEntry, CueTrait, SpeechAct, WordList};

/// How far into a content it is looked what it is about.
const OPENING: usize = 6;

/// How far into a content its first verb is looked for.
const FIRST_VERB: usize = 24;

/// What an attribution is about, and what is done by it.
type Nature = (AttributionType, SpeechAct);

/// The type and act of an attribution, corrected by what stands around its cue.
pub(crate) fn in_context(
    annotated: &AnnotatedDocument<'_>,
    attribution: &Attribution,
    entry: &CueEntry,
    source: Option<&Source>,
) -> Nature {
    let around = Around { annotated, attribution };
    let own = (entry.attribution_type, entry.act);
    around
        .decided(entry, source)
        .or_else(|| around.requested(entry))
        .or_else(|| around.foretold(entry))
        .or_else(|| around.unsaid(entry))
        .or_else(|| around.given(entry))
        .or_else(|| around.told(entry, source))
        .unwrap_or(own)
}

/// The type and act of an attribution whose cue no entry has: from the words in it.
pub(crate) fn without_entry(annotated: &AnnotatedDocument<'_>, attribution: &Attribution) -> Nature {
    let around = Around { annotated, attribution };
    if around.is_in_cue(WordList::Worried) && around.is_clause() {
        return (AttributionType::Attitude, SpeechAct::Prediction);
    }
    if around.is_in_cue(WordList::Feeling) {
        return (AttributionType::Attitude, SpeechAct::Evaluation);
    }
    let is_judgment = around.is_in_cue(WordList::Judgment) || around.is_in_cue(WordList::Attack);
    if is_judgment || judges(annotated, &attribution.parts.contents) {
        return (AttributionType::Communication, SpeechAct::Evaluation);
    }
    (AttributionType::Communication, SpeechAct::Assertion)
}

/// An attribution in its text.
struct Around<'a> {
    annotated: &'a AnnotatedDocument<'a>,
    attribution: &'a Attribution,
}

impl Around<'_> {
    /// What authorities do by it: they refuse, rule, decide, turn down.
    fn decided(&self, entry: &CueEntry, source: Option<&Source>) -> Option<Nature> {
        let kind = entry.attribution_type;
        // "Denied him a visa" says nothing of what is true.
        let withholds = entry.is(CueTrait::Withholds) && self.is_about(WordList::Granted);
        let rules =
            entry.is(CueTrait::Rules) && self.has_source_among(WordList::Judge) && self.opens_with(&["that"]);
        let decrees = entry.is(CueTrait::Decrees) && self.has_source_among(WordList::Authority);
        if withholds || rules || decrees {
            return Some((kind, SpeechAct::Decree));
        }
        let turns_down = entry.is(CueTrait::TurnsDown)
            && !self.is_about(WordList::Charge)
            && self.is_about(WordList::Petition);
        turns_down.then(|| {
            let is_decree =
                self.has_source_among(WordList::Authority) || source.is_none_or(|it| is_body(it.entity_kind));
            (kind, if is_decree { SpeechAct::Decree } else { SpeechAct::Evaluation })
        })
    }

    /// "Warned | CHINA AGAINST it", "suggested | THAT THEY SHOULD leave".
    fn requested(&self, entry: &CueEntry) -> Option<Nature> {
        let warns = entry.is(CueTrait::WarnsOff) && self.warns_off();
        let advises = entry.is(CueTrait::Advises) && self.is_clause() && self.has_first(&["should"]);
        (warns || advises).then_some((entry.attribution_type, SpeechAct::Request))
    }

    /// What is to come, is wanted, or promised, and what only looks so.
    fn foretold(&self, entry: &CueEntry) -> Option<Nature> {
        let kind = entry.attribution_type;
        // "Agreed that the wall was crooked" promises nothing; "warned that the pier was rotten" tells what is, "warned of
        // a flood" what will be.
        let asserts = entry.is(CueTrait::AssertsThat) && self.opens_with(&["that", "with"])
            || entry.is(CueTrait::WarnsAhead) && self.is_clause() && !self.has_first_of(WordList::Future);
        if asserts {
            return Some((kind, SpeechAct::Assertion));
        }
        // "We want to thank the crew" thanks them.
        if entry.is(CueTrait::Thanks) && self.thanks() {
            return Some((AttributionType::Communication, SpeechAct::Evaluation));
        }
        if entry.is(CueTrait::Promises) && self.is_of_a_thing() {
            return Some((AttributionType::Control, SpeechAct::Commitment));
        }
        let likens = entry.is(CueTrait::Likens) && self.is_likeness();
        likens.then_some((AttributionType::Attitude, SpeechAct::Belief))
    }

    /// What is left unsaid, and what is declined without that.
    fn unsaid(&self, entry: &CueEntry) -> Option<Nature> {
        let answers = entry.is(CueTrait::Answers) || self.is_in_cue(WordList::Answer);
        let is_silent = self.attribution.polarity.negated && answers && self.is_about(WordList::Inquiry)
            || entry.is(CueTrait::Comments) && self.is_in_cue(WordList::SilentVerb);
        if is_silent {
            return Some((AttributionType::Communication, SpeechAct::NoComment));
        }
        let declines = entry.is(CueTrait::Declines)
            && !self.is_about(WordList::Inquiry)
            && !self.is_about(WordList::Interview);
        declines.then_some((AttributionType::Control, SpeechAct::Commitment))
    }

    fn content(&self) -> Range<usize> {
        self.attribution.parts.contents[0].clone()
    }

    fn opens_with(&self, words: &[&str]) -> bool {
        self.annotated.is_one_of(self.content().start, words)
    }

    /// "That the dam held", "the dam had held": the content has a verb of its own, so far as its length tells.
    fn is_clause(&self) -> bool {
        self.opens_with(&["that"])
            || self.has_first(&["is", "was", "are", "were", "has", "have", "had", "should"])
            || self.has_first_of(WordList::Future)
    }

    /// Whether one of the first words of the content, or of the cue, is in that list.
    fn is_about(&self, list: WordList) -> bool {
        self.content().take(OPENING).any(|token| self.annotated.is_in(token, list)) || self.is_in_cue(list)
    }

    fn is_in_cue(&self, list: WordList) -> bool {
        let cue = self.attribution.parts.cue.iter().flat_map(Clone::clone).take(2 * OPENING);
        cue.into_iter().any(|token| self.annotated.is_in(token, list))
    }

    fn has_source_among(&self, list: WordList) -> bool {
        let mut tokens = self.attribution.parts.source.iter().flat_map(Clone::clone).take(OPENING);
        tokens.any(|token| self.annotated.is_in(token, list))
    }

    /// Whether one of these stands where the content's first verb is looked for.
    fn has_first(&self, words: &[&str]) -> bool {
        self.content().take(FIRST_VERB).any(|token| self.annotated.is_one_of(token, words))
    }

    /// Whether one of a list stands where the content's first verb is looked for.
    fn has_first_of(&self, list: WordList) -> bool {
        self.content().take(FIRST_VERB).any(|token| self.annotated.is_in(token, list))
    }

    /// "Warned | CHINA AGAINST it", "warned | THEM NOT TO go".
    fn warns_off(&self) -> bool {
        let mut opening = self.content().take(OPENING);
        self.opens_with(&["to", "not", "against"])
            || !self.opens_with(&["that"])
                && opening.any(|token| self.annotated.is_one_of(token, &["against"]))
            || self.content().take(OPENING).any(|token| {
                self.annotated.is_one_of(token, &["not"]) && self.annotated.is_one_of(token + 1, &["to"])
            })
    }

    /// "Wanted TO THANK the crew"
    fn thanks(&self) -> bool {
        self.opens_with(&["to"])
            && self.content().take(3).any(|token| self.annotated.is_in(token, WordList::ThankingVerb))
    }

    /// "Promised A NEW BRIDGE": no clause and nobody's words.
    fn is_of_a_thing(&self) -> bool {
        !self.is_clause() && !self.is_mark(self.content().start)
    }

    /// "Looks LIKE a trap", "looked AS IF it held".
    fn is_likeness(&self) -> bool {
        let cue = self.attribution.parts.cue.iter().flat_map(Clone::clone).take(2 * OPENING);
        cue.into_iter().any(|token| self.annotated.is_one_of(token, &["like", "as"]))
            || self.opens_with(&["like", "as", "if"])
    }

    /// "Offered AN APOLOGY", "offered HELP", "offered NO DETAILS", "expressed HOPE".
    fn given(&self, entry: &CueEntry) -> Option<Nature> {
        if !entry.is(CueTrait::Gives) {
            return None;
        }
        let communicated = |act| Some((AttributionType::Communication, act));
        if self.is_about(WordList::Judgment) {
            return communicated(SpeechAct::Evaluation);
        }
        if self.is_about(WordList::Wished) {
            return communicated(SpeechAct::Desire);
        }
        if self.is_about(WordList::Believed) {
            return communicated(SpeechAct::Belief);
        }
        if self.is_about(WordList::Feared) {
            let feared = self.has_first(&["that"]);
            return communicated(if feared { SpeechAct::Prediction } else { SpeechAct::Evaluation });
        }
        let is_account = self.is_about(WordList::Account)
            || self.content().take(FIRST_VERB).any(|token| self.is_mark(token));
        if entry.is(CueTrait::Offers) && !is_account {
            return Some((AttributionType::Control, SpeechAct::Commitment));
        }
        Some((entry.attribution_type, entry.act))
    }

    /// What "said" and "revealed" do: the content or the source tells it.
    fn told(&self, entry: &CueEntry, source: Option<&Source>) -> Option<Nature> {
        let kind = entry.attribution_type;
        // What is seen in a study: "the results CONFIRM", "a survey REVEALED".
        if entry.is(CueTrait::Reveals) && self.has_source_among(WordList::Finder) {
            return Some((kind, SpeechAct::Perception));
        }
        if !entry.is(CueTrait::Plain) {
            return None;
        }
        self.promised(source)
            .or_else(|| {
                judges(self.annotated, &self.attribution.parts.contents).then_some(SpeechAct::Evaluation)
            })
            .map(|act| (kind, act))
    }

    fn is_mark(&self, token: usize) -> bool {
        self.annotated.is_mark(token)
    }

    /// What "he would reopen the school" and "it would rain" are when somebody says them.
    fn promised(&self, source: Option<&Source>) -> Option<SpeechAct> {
        let content = self.content();
        let passed = ["that", "not", "n't", "n’t"];
        let mut tokens = content
            .take(FIRST_VERB)
            .filter(|&token| !self.is_mark(token) && !self.annotated.is_one_of(token, &passed));
        let [subject, modal, verb] = [tokens.next()?, tokens.next()?, tokens.next()?];
        let is_modal = self.annotated.is_one_of(modal, &["will", "would", "wo", "'ll", "’ll"]);
        if !is_modal || self.annotated.is_in(verb, WordList::NotPromised) {
            return None;
        }
        let own = self.attribution.parts.source.as_ref().map(|source| source.start);
        let is_own = |words: &[&str]| own.is_some_and(|own| self.annotated.is_one_of(own, words));
        let is_person = source.is_some_and(|source| source.entity_kind == EntityKind::Person);
        match self.annotated.word(subject).to_ascii_lowercase().as_str() {
            "it" if source.is_some_and(|source| is_body(source.entity_kind)) => Some(SpeechAct::Commitment),
            "it" => Some(SpeechAct::Prediction),
            // "He said she would": another one's promise.
            "he" if is_own(&["she", "they", "we", "i"]) => None,
            "she" if is_own(&["he", "they", "we", "i"]) => None,
            "they" if is_person => None,
            "he" | "she" | "they" | "we" | "i" => Some(SpeechAct::Commitment),
            _ => None,
        }
    }
}

fn is_body(kind: EntityKind) -> bool {
    matches!(kind, EntityKind::Organization | EntityKind::Country)
}
