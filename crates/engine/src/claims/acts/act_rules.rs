//! What is done by words that mostly do something else: an entry's act, corrected by source, cue and content.

use std::ops::Range;

use crate::attribution::Attribution;
use crate::claims::acts::judgment::judges;
use crate::claims::acts::vocabulary::{
    ACCOUNTS, ANSWERS, AUTHORITIES, CHARGES, FINDERS, FUTURE, GRANTS, INQUIRIES, JUDGEMENTS, JUDGES,
    NOT_PROMISED, PETITIONS, PLAIN,
};
use crate::claims::{EntityKind, Source};
use crate::lexicon::{AttributionType, CueEntry, SpeechAct};
use crate::text::Document;

/// How far into a content it is looked what it is about.
const OPENING: usize = 6;

/// How far into a content its first verb is looked for.
const FIRST_VERB: usize = 24;

/// The type and act of an attribution, corrected by what stands around its cue.
pub(crate) fn in_context(
    document: &Document<'_>,
    attribution: &Attribution,
    entry: &CueEntry,
    source: Option<&Source>,
) -> (AttributionType, SpeechAct) {
    use AttributionType::{Attitude, Communication, Control};
    use SpeechAct::{
        Assertion, Belief, Commitment, Decree, Denial, Desire, Evaluation, NoComment, Perception, Prediction,
        Request,
    };
    let around = Around { document, attribution };
    let (kind, act) = (entry.attribution_type, entry.act);
    let told = match (entry.lemma.as_str(), act) {
        // "Agreed that the wall was crooked" promises nothing.
        ("agree", Commitment) if around.opens_with(&["that", "with"]) => Some((kind, Assertion)),
        // "Denied him a visa" says nothing of what is true.
        ("deny", _) if around.is_about(&GRANTS) => Some((kind, Decree)),
        ("find", _) if around.has_source_among(&JUDGES) && around.opens_with(&["that"]) => {
            Some((kind, Decree))
        }
        ("decide" | "decision", Commitment) if around.has_source_among(&AUTHORITIES) => Some((kind, Decree)),
        ("reject" | "turn down" | "dismiss", Denial)
            if !around.is_about(&CHARGES) && around.is_about(&PETITIONS) =>
        {
            let rules =
                around.has_source_among(&AUTHORITIES) || source.is_none_or(|it| is_body(it.entity_kind));
            Some((kind, if rules { Decree } else { Evaluation }))
        }
        // "Warned that the pier was rotten" tells what is, "warned of a flood" what will be.
        ("warn" | "caution", Prediction | Assertion) if around.warns_off() => Some((kind, Request)),
        ("warn", Prediction) if around.is_clause() && !around.has_first(&FUTURE) => Some((kind, Assertion)),
        ("suggest" | "propose" | "recommend" | "convince" | "persuade", Assertion | Belief)
            if around.is_clause() && around.has_first(&["should"]) =>
        {
            Some((kind, Request))
        }
        // "We want to thank the crew" thanks them.
        ("want" | "wish" | "would like", Desire) if around.thanks() => Some((Communication, Evaluation)),
        ("promise" | "pledge" | "vow" | "guarantee", Commitment) if around.is_of_a_thing() => {
            Some((Control, Commitment))
        }
        ("look", Desire) if around.is_likeness() => Some((Attitude, Belief)),
        _ if attribution.polarity.negated && around.is_in_cue(&ANSWERS) && around.is_about(&INQUIRIES) => {
            Some((Communication, NoComment))
        }
        ("respond" | "comment" | "answer" | "elaborate", Assertion) if around.chooses_silence() => {
            Some((Communication, NoComment))
        }
        ("decline", NoComment)
            if !around.is_about(&INQUIRIES) && !around.is_about(&["interview", "interviews"]) =>
        {
            Some((Control, Commitment))
        }
        ("offer" | "issue" | "voice" | "express" | "give" | "send", _) => around.given(kind, act),
        (_, Assertion) if kind == Communication && around.has_source_among(&FINDERS) && is_finding(entry) => {
            Some((kind, Perception))
        }
        (lemma, Assertion) if kind == Communication && PLAIN.contains(&lemma) => around
            .promised(source)
            .or_else(|| judges(document, &attribution.parts.contents).then_some(Evaluation))
            .map(|act| (kind, act)),
        _ => None,
    };
    told.unwrap_or((kind, act))
}

/// The type and act of an attribution whose cue no entry has: from the words in it.
pub(crate) fn without_entry(
    document: &Document<'_>,
    attribution: &Attribution,
) -> (AttributionType, SpeechAct) {
    let around = Around { document, attribution };
    let in_cue = |words: &[&str]| around.is_in_cue(words);
    if in_cue(&["concerned", "worried", "afraid", "fearful", "nervous", "fears"]) && around.is_clause() {
        return (AttributionType::Attitude, SpeechAct::Prediction);
    }
    let feels = [
        "concerned",
        "worried",
        "upset",
        "uncomfortable",
        "fond",
        "like",
        "likes",
        "liked",
        "love",
        "loves",
        "loved",
        "supporter",
        "supporters",
        "fan",
        "fans",
        "opponent",
        "opponents",
        "critic",
        "critics",
        "unhappy",
        "enamored",
        "appreciative",
        "startled",
        "content",
        "happy",
        "alarmed",
        "angered",
    ];
    if in_cue(&feels) {
        return (AttributionType::Attitude, SpeechAct::Evaluation);
    }
    if in_cue(&JUDGEMENTS) || in_cue(&["favorably", "swipe", "swipes", "shots", "tirade", "hit", "hits"]) {
        return (AttributionType::Communication, SpeechAct::Evaluation);
    }
    if judges(document, &attribution.parts.contents) {
        return (AttributionType::Communication, SpeechAct::Evaluation);
    }
    (AttributionType::Communication, SpeechAct::Assertion)
}

/// An attribution in its text.
struct Around<'a> {
    document: &'a Document<'a>,
    attribution: &'a Attribution,
}

impl Around<'_> {
    fn word(&self, token: usize) -> &str {
        if token < self.document.tokens.len() { self.document.word(token) } else { "" }
    }

    fn content(&self) -> Range<usize> {
        self.attribution.parts.contents[0].clone()
    }

    fn opens_with(&self, words: &[&str]) -> bool {
        is_one_of(self.word(self.content().start), words)
    }

    /// "That the dam held", "the dam had held": the content has a verb of its own, so far as its length tells.
    fn is_clause(&self) -> bool {
        self.opens_with(&["that"])
            || self.has_first(&["is", "was", "are", "were", "has", "have", "had", "should"])
            || self.has_first(&FUTURE)
    }

    /// Whether one of the first words of the content, or of the cue, is one of these.
    fn is_about(&self, words: &[&str]) -> bool {
        self.content().take(OPENING).any(|token| is_one_of(self.word(token), words)) || self.is_in_cue(words)
    }

    fn is_in_cue(&self, words: &[&str]) -> bool {
        let cue = self.attribution.parts.cue.iter().flat_map(Clone::clone).take(2 * OPENING);
        cue.into_iter().any(|token| is_one_of(self.word(token), words))
    }

    fn has_source_among(&self, words: &[&str]) -> bool {
        let mut tokens = self.attribution.parts.source.iter().flat_map(Clone::clone).take(OPENING);
        tokens.any(|token| is_one_of(self.word(token), words))
    }

    /// Whether one of these stands where the content's first verb is looked for.
    fn has_first(&self, words: &[&str]) -> bool {
        self.content().take(FIRST_VERB).any(|token| is_one_of(self.word(token), words))
    }

    /// "Warned | CHINA AGAINST it", "warned | THEM NOT TO go".
    fn warns_off(&self) -> bool {
        let mut opening = self.content().take(OPENING);
        self.opens_with(&["to", "not", "against"])
            || !self.opens_with(&["that"]) && opening.any(|token| is_one_of(self.word(token), &["against"]))
            || self.content().take(OPENING).any(|token| {
                is_one_of(self.word(token), &["not"]) && is_one_of(self.word(token + 1), &["to"])
            })
    }

    /// "Wanted TO THANK the crew"
    fn thanks(&self) -> bool {
        let performed = ["thank", "congratulate", "apologize", "apologise", "commend", "applaud", "salute"];
        self.opens_with(&["to"])
            && self.content().take(3).any(|token| is_one_of(self.word(token), &performed))
    }

    /// "Promised A NEW BRIDGE": no clause and nobody's words.
    fn is_of_a_thing(&self) -> bool {
        !self.is_clause() && !self.is_mark(self.content().start)
    }

    /// "Looks LIKE a trap", "looked AS IF it held".
    fn is_likeness(&self) -> bool {
        self.is_in_cue(&["like", "as"]) || self.opens_with(&["like", "as", "if"])
    }

    /// "CHOSE NOT to respond".
    fn chooses_silence(&self) -> bool {
        self.is_in_cue(&["choosing", "chose", "refused", "refuses", "declined", "declines"])
    }

    /// "Offered AN APOLOGY", "offered HELP", "offered NO DETAILS", "expressed HOPE".
    fn given(&self, kind: AttributionType, act: SpeechAct) -> Option<(AttributionType, SpeechAct)> {
        let communicated = |act| Some((AttributionType::Communication, act));
        if self.is_about(&JUDGEMENTS) {
            return communicated(SpeechAct::Evaluation);
        }
        if self.is_about(&["hope", "hopes", "desire", "interest", "wish", "willingness", "readiness"]) {
            return communicated(SpeechAct::Desire);
        }
        if self.is_about(&["doubt", "doubts", "skepticism", "confidence", "belief", "views", "opinion"]) {
            return communicated(SpeechAct::Belief);
        }
        if self.is_about(&["fear", "fears", "concern", "worry", "worries"]) {
            let feared = self.has_first(&["that"]);
            return communicated(if feared { SpeechAct::Prediction } else { SpeechAct::Evaluation });
        }
        let is_offered =
            act == SpeechAct::Assertion && self.is_in_cue(&["offer", "offers", "offered", "offering"]);
        let is_account =
            self.is_about(&ACCOUNTS) || self.content().take(FIRST_VERB).any(|token| self.is_mark(token));
        if is_offered && !is_account {
            return Some((AttributionType::Control, SpeechAct::Commitment));
        }
        Some((kind, act))
    }

    fn is_mark(&self, token: usize) -> bool {
        self.document.tokens[token].is_mark()
    }

    /// What "he would reopen the school" and "it would rain" are when somebody says them.
    fn promised(&self, source: Option<&Source>) -> Option<SpeechAct> {
        let content = self.content();
        let passed = ["that", "not", "n't", "n’t"];
        let mut tokens = content
            .take(FIRST_VERB)
            .filter(|&token| !self.is_mark(token) && !is_one_of(self.word(token), &passed))
            .take(3)
            .map(|token| self.word(token));
        let [subject, modal, verb] = [tokens.next()?, tokens.next()?, tokens.next()?];
        if !is_one_of(modal, &["will", "would", "wo", "'ll", "’ll"]) || is_one_of(verb, &NOT_PROMISED) {
            return None;
        }
        let own = self.attribution.parts.source.as_ref().map_or("", |source| self.word(source.start));
        let is_person = source.is_some_and(|source| source.entity_kind == EntityKind::Person);
        match subject.to_ascii_lowercase().as_str() {
            "it" if source.is_some_and(|source| is_body(source.entity_kind)) => Some(SpeechAct::Commitment),
            "it" => Some(SpeechAct::Prediction),
            // "He said she would": another one's promise.
            "he" if is_one_of(own, &["she", "they", "we", "i"]) => None,
            "she" if is_one_of(own, &["he", "they", "we", "i"]) => None,
            "they" if is_person => None,
            "he" | "she" | "they" | "we" | "i" => Some(SpeechAct::Commitment),
            _ => None,
        }
    }
}

fn is_body(kind: EntityKind) -> bool {
    matches!(kind, EntityKind::Organization | EntityKind::Country)
}

/// What is seen in a study: "the results CONFIRM", "a survey REVEALED".
fn is_finding(entry: &CueEntry) -> bool {
    ["reveal", "confirm", "indicate", "disclose", "point to", "suggest"].contains(&entry.lemma.as_str())
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|known| word.eq_ignore_ascii_case(known))
}
