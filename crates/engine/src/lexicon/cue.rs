//! One entry of the cue lexicon, and the closed sets that its columns choose from.

use super::named::named_enum;

named_enum! {
    /// What an attribution is about, after the Penn Discourse Treebank (Prasad et al. 2006), with documents
    /// and studies set apart.
    AttributionType {
        /// Said, wrote, asked, urged, denied.
        Communication = "communication",
        /// Believes, thinks, supports, doubts.
        Attitude = "attitude",
        /// Knows, saw, remembered.
        Factive = "factive",
        /// Wants, plans, promised to, refused to.
        Control = "control",
        /// The report shows, the poll found.
        Evidence = "evidence",
    }
}

named_enum! {
    /// What is done by saying it, after Searle 1975, cut as newsrooms ask.
    SpeechAct {
        /// Says that something is so.
        Assertion = "assertion",
        /// Asks.
        Question = "question",
        /// Urges, orders, demands, advises, invites.
        Request = "request",
        /// Promises, plans, agrees to; a refusal is one, negated.
        Commitment = "commitment",
        /// Praises, criticizes, accuses, supports, opposes.
        Evaluation = "evaluation",
        /// Rules, appoints, bans, declares.
        Decree = "decree",
        /// Denies.
        Denial = "denial",
        /// Expects, forecasts, fears.
        Prediction = "prediction",
        /// Believes, thinks.
        Belief = "belief",
        /// Saw, found, shows.
        Perception = "perception",
        /// Wants, hopes.
        Desire = "desire",
        /// Declined to comment.
        NoComment = "no-comment",
    }
}

named_enum! {
    /// What the choice of the cue tells of the reporter.
    Stance {
        /// Said, according to.
        Neutral = "neutral",
        /// Claimed, alleged, insisted.
        Distancing = "distancing",
        /// Revealed, pointed out, acknowledged.
        Endorsing = "endorsing",
    }
}

named_enum! {
    /// The part of speech of an entry, as far as its forms and frames depend on it.
    CueCategory {
        /// A verb, perhaps with a particle or an object: "say", "point out", "make clear".
        Verb = "verb",
        /// A noun: "statement", "promise".
        Noun = "noun",
        /// A fixed phrase: "according to", "on record as".
        Phrase = "phrase",
        /// An adverb that attributes by itself: "reportedly".
        Adverb = "adverb",
    }
}

named_enum! {
    /// How a cue takes its content: the complement that a lexicon entry licenses. The patterns that look for
    /// them in a text are the table of `tagging`.
    Frame {
        /// "Officials warned THAT THE DAM COULD FAIL."
        That = "that",
        /// "Officials said THE DAM COULD FAIL."
        Clause = "clause",
        /// "'THE DAM IS SAFE,' she stressed."
        Quotation = "quotation",
        /// "THE DAM, she believes, WILL FAIL."
        Parenthetical = "parenthetical",
        /// "She asked WHETHER THE DAM WAS SAFE."
        Question = "question",
        /// "He promised TO REBUILD IT." The source itself is to do it.
        To = "to",
        /// "She urged the council TO REBUILD IT." Somebody else is to do it.
        SomeoneTo = "someone-to",
        /// "She told reporters THAT THE DAM WAS SAFE."
        SomeoneThat = "someone-that",
        /// "He criticized THE PLAN."
        Object = "object",
        /// "He described IT AS A SUCCESS."
        As = "as",
        /// "He denied TAKING MONEY."
        Gerund = "gerund",
        /// "THE DAM is expected TO FAIL." Nobody is named as the source.
        PassiveTo = "passive-to",
        /// "TWO SINGERS were denied VISAS": a verb that means something else in the passive.
        PassiveObject = "passive-object",
        /// "HE seems TO HAVE LEFT."
        Raising = "raising",
        /// "It emerged THAT THE DAM HAD FAILED."
        ItThat = "it-that",
        /// "Accusations OF FRAUD", "support FOR THE BILL": a noun with its preposition.
        Of = "of",
        /// "In her view, THE DAM IS SAFE."
        In = "in",
        /// "Her view is THAT THE DAM IS SAFE."
        IsThat = "is-that",
        /// "According to Ruiz, THE DAM IS SAFE."
        SourceAfter = "source-after",
        /// "She declined to COMMENT": the last word of the cue is the content's first.
        LastWord = "last-word",
        /// "The dam has reportedly failed."
        Adverb = "adverb",
    }
}

named_enum! {
    /// Which form of its lemma a cue has.
    Inflection {
        /// "Say": a verb's infinitive or present, any single form of other words.
        Base = "base",
        /// "Says".
        ThirdPerson = "third-person",
        /// "Said", in "she said".
        Past = "past",
        /// "Said", in "has said", "was said".
        PastParticiple = "past-participle",
        /// "Saying".
        Gerund = "gerund",
        /// "Statements".
        Plural = "plural",
    }
}

named_enum! {
    /// What the program asks of an entry beside its act: how context corrects it, to whom it is said. The last column of
    /// the lexicon's files; any entry may have any of them.
    CueTrait {
        /// A commitment that is an assertion before "that" or "with": "agreed THAT the wall was crooked".
        AssertsThat = "asserts-that",
        /// A decree where its content is something that authorities grant: "denied him A VISA".
        Withholds = "withholds",
        /// A decree where a court or judge is its source and "that" follows: "the JURY found THAT it was arson".
        Rules = "rules",
        /// A decree where its source decides for others: "the COUNCIL decided to close the pool".
        Decrees = "decrees",
        /// A decree, or an evaluation, where its content is something asked for: "the court rejected THE APPEAL".
        TurnsDown = "turns-down",
        /// A request where it is said what not to do: "warned them NOT TO swim", "cautioned AGAINST it".
        WarnsOff = "warns-off",
        /// A prediction that is an assertion where its content tells what is: "warned that the pier WAS rotten".
        WarnsAhead = "warns-ahead",
        /// A request where its content has "should": "suggested that they SHOULD leave".
        Advises = "advises",
        /// An evaluation where it is wanted to thank or to praise: "wants TO THANK the crew".
        Thanks = "thanks",
        /// A promise, which is control where its content is a thing: "promised A NEW BRIDGE".
        Promises = "promises",
        /// A belief before "like" or "as if": "looks LIKE a trap".
        Likens = "likens",
        /// No comment where it is negated and its content is what somebody was asked: "did not respond to A REQUEST".
        Answers = "answers",
        /// No comment where its source chose not to do it: "CHOSE NOT to comment".
        Comments = "comments",
        /// No comment that is a commitment unless its content is an inquiry: "declined THE PRIZE".
        Declines = "declines",
        /// Its content, a noun, tells the act: "offered AN APOLOGY", "expressed DOUBTS".
        Gives = "gives",
        /// An assertion that is a commitment where its content is no account of anything: "offered HELP".
        Offers = "offers",
        /// An assertion that is a perception where its source gathers facts: "the SURVEY revealed that".
        Reveals = "reveals",
        /// An assertion whose content tells the act, a promise or a judgment: "said HE WOULD RESIGN".
        Plain = "plain",
        /// A commitment not to do it, or no comment: "refused to leave", "refused TO COMMENT".
        Refuses = "refuses",
        /// A refusal that has its negation among its words: "has NO plans to".
        Negates = "negates",
        /// It isn't said: "made no mention of".
        Silent = "silent",
        /// Its object is to do what the content says: "urged THE COUNCIL to wait".
        Directs = "directs",
        /// Its object is told the content: "told REPORTERS that".
        Tells = "tells",
        /// "To" opens to whom it is said: "said TO the driver".
        SpeaksTo = "speaks-to",
        /// In the passive it tells what its subject holds true: "we are CONVINCED".
        Convinces = "convinces",
    }
}

/// A set of traits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CueTraits(u32);

impl CueTraits {
    /// Whether it holds that one.
    #[must_use]
    pub const fn has(self, one: CueTrait) -> bool {
        self.0 & 1 << one as u32 != 0
    }

    /// This set and that trait.
    #[must_use]
    pub const fn with(self, one: CueTrait) -> Self {
        Self(self.0 | 1 << one as u32)
    }

    /// Those that it holds, in the order of their declaration.
    pub fn iter(self) -> impl Iterator<Item = CueTrait> {
        CueTrait::ALL.iter().copied().filter(move |&one| self.has(one))
    }
}

/// One spelling of a cue as it stands in a text, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CueForm {
    /// The words, separated by single spaces.
    pub text: String,
    /// Which form it is. A spelling that serves as two ("said") has a `CueForm` for each.
    pub inflection: Inflection,
}

/// One sense of a cue: a lemma in the frames that share a type, an act and a stance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CueEntry {
    /// The lemma, in lower case: "say", "point out".
    pub lemma: String,
    /// Its part of speech.
    pub category: CueCategory,
    /// Its spellings.
    pub forms: Vec<CueForm>,
    /// The frames that it takes, most typical first, each with its reliability.
    pub frames: Vec<LicensedFrame>,
    /// What its attributions are about.
    pub attribution_type: AttributionType,
    /// What is done by it.
    pub act: SpeechAct,
    /// What its choice tells of the reporter.
    pub stance: Stance,
    /// A sentence in which it is a cue.
    pub example: String,
    /// What else is asked of it.
    pub traits: CueTraits,
}

/// A frame that a cue takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LicensedFrame {
    /// The frame.
    pub frame: Frame,
    /// How many in a hundred of this cue's occurrences in this frame attribute something, 1 to 100.
    pub reliability: u8,
}

impl CueEntry {
    /// Its spellings, each once.
    #[must_use]
    pub fn spellings(&self) -> Vec<&str> {
        let mut spellings: Vec<&str> = Vec::new();
        for form in &self.forms {
            if !spellings.contains(&form.text.as_str()) {
                spellings.push(&form.text);
            }
        }
        spellings
    }

    /// Whether it has that trait.
    #[must_use]
    pub const fn is(&self, one: CueTrait) -> bool {
        self.traits.has(one)
    }

    /// How reliable this cue is in that frame, in percent; none where it doesn't take it.
    #[must_use]
    pub fn reliability(&self, frame: Frame) -> Option<u8> {
        self.frames.iter().find(|licensed| licensed.frame == frame).map(|licensed| licensed.reliability)
    }
}
