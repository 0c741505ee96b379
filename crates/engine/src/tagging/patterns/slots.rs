//! The slots of a pattern: where its source, its content and its verb may be.

use crate::annotation::verb_groups::Voice;
use crate::lexicon::CueCategory;

/// Where a pattern looks for the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SourceSlot {
    /// Before the verb group: "RUIZ said". A verb without a subject of its own ("…, adding that", "and
    /// promised") inherits the one before it.
    Subject,
    /// After the verb: "said RUIZ".
    Inverted,
    /// After the whole cue: "according to RUIZ".
    After,
    /// "It was alleged BY RUIZ"; nobody where there is no "by".
    Agent,
    /// "RUIZ's claim", "the claim by RUIZ"; the subject of a light verb ("RUIZ made the claim").
    Possessor,
    /// The possessor of a noun behind "in" or "by": "in HER view".
    Introduced,
    /// Nobody: "he seems to", "reportedly".
    Nobody,
}

/// Where a pattern looks for the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContentSlot {
    /// After the cue and its adjuncts, from "that" on.
    That,
    /// After the cue and its adjuncts: a clause that begins with its subject.
    Clause,
    /// After the cue and its adjuncts: words of which it can't be told that they are a clause.
    AnyClause,
    /// After the cue and its adjuncts: a quotation, perhaps after a comma or a colon.
    Quotation,
    /// After the cue and a colon, whatever follows.
    Colon,
    /// After the cue and its adjuncts, from a question word on.
    Question,
    /// After the cue, from "to" on.
    Infinitive,
    /// After the cue and its object, from "to" on.
    ObjectInfinitive,
    /// After the cue and its object, from "that" on or a clause.
    ObjectThat,
    /// After the cue: a noun phrase and what hangs on it.
    Object,
    /// A relative pronoun before the source, and what follows the cue: "WHICH critics call A SURRENDER".
    Relative,
    /// After the cue: an object and "as".
    ObjectAs,
    /// After the cue: a verb in -ing.
    Gerund,
    /// Before the source or the cue: a quotation, or a clause that ends with one.
    QuotationBefore,
    /// Before the source or the cue, behind a comma: a clause; what goes on behind them too.
    ClauseBefore,
    /// The subject of the cue, and the infinitive after it.
    SubjectInfinitive,
    /// After a noun and its preposition.
    AfterPreposition,
    /// After the source that stands after the cue, and a comma: "according to Ruiz, THE DAM …".
    AfterSource,
    /// Before or after a phrase with "in" and a comma: "in her view, THE DAM IS SAFE".
    AroundPhrase,
    /// The subject of a passive, and what follows it: "RUIZ was accused OF FRAUD".
    SubjectAndRest,
    /// The subject of a passive, and "as" with what follows: "THE DAM was described AS A DANGER".
    SubjectAndAs,
    /// From the cue's own last word on.
    LastWord,
    /// The noun phrase after an adverb.
    NounPhrase,
    /// The sentence around an adverb.
    Around,
}

impl ContentSlot {
    /// Whether the slot looks at what stands before source and cue.
    pub(crate) fn looks_before(self) -> bool {
        matches!(self, Self::QuotationBefore | Self::ClauseBefore | Self::Quotation | Self::Relative)
    }
}

/// Which forms of a verb fill a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VoiceSlot {
    /// A verb that has its subject before it: finite, in -ing, or an infinitive.
    Active,
    /// A finite one.
    Finite,
    /// A passive.
    Passive,
    /// Not a verb but a noun.
    Noun,
    /// A fixed phrase.
    Phrase,
    /// An adverb.
    Adverb,
}

impl VoiceSlot {
    /// Whether a verb in that voice fills it.
    pub(crate) fn admits_verb(self, voice: Voice) -> bool {
        match self {
            Self::Active => matches!(voice, Voice::Active | Voice::Gerund | Voice::Infinitive),
            Self::Finite => voice == Voice::Active,
            Self::Passive => voice == Voice::Passive,
            Self::Noun | Self::Phrase | Self::Adverb => false,
        }
    }

    /// Whether a cue of that category, which is no verb, fills it.
    pub(crate) fn admits_category(self, category: CueCategory) -> bool {
        match self {
            Self::Noun => category == CueCategory::Noun,
            Self::Phrase => category == CueCategory::Phrase,
            Self::Adverb => category == CueCategory::Adverb,
            Self::Active | Self::Finite | Self::Passive => false,
        }
    }
}
