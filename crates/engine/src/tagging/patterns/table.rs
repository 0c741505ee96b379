//! The patterns that a cue's surroundings may fill, as data: where the source stands, where the content
//! stands, and which frame of a lexicon entry licenses it. A new form of attribution is a new row here.

use crate::lexicon::Frame;
use crate::tagging::patterns::slots::{ContentSlot, SourceSlot, VoiceSlot};

/// One way in which source, cue and content stand together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pattern {
    /// Its name in explanations.
    pub(crate) name: &'static str,
    /// The frame that a cue's entry must license.
    pub(crate) frame: Frame,
    pub(crate) voice: VoiceSlot,
    pub(crate) source: SourceSlot,
    pub(crate) content: ContentSlot,
}

const fn pattern(
    name: &'static str,
    frame: Frame,
    voice: VoiceSlot,
    source: SourceSlot,
    content: ContentSlot,
) -> Pattern {
    Pattern { name, frame, voice, source, content }
}

/// All patterns, surest first: the first that a reading of a cue fills is taken. Each line shows the
/// sentence that it is about.
pub(crate) const PATTERNS: &[Pattern] = &[
    // The report said that the dam was safe.
    pattern("source-cue-that", Frame::That, VoiceSlot::Active, SourceSlot::Subject, ContentSlot::That),
    // Ruiz told reporters that the dam was safe.
    pattern(
        "source-cue-someone-that",
        Frame::SomeoneThat,
        VoiceSlot::Active,
        SourceSlot::Subject,
        ContentSlot::ObjectThat,
    ),
    // Ruiz said: "The dam is safe."
    pattern(
        "source-cue-quotation",
        Frame::Quotation,
        VoiceSlot::Active,
        SourceSlot::Subject,
        ContentSlot::Quotation,
    ),
    // "The dam is safe," said Ruiz.
    pattern(
        "content-cue-source",
        Frame::Quotation,
        VoiceSlot::Finite,
        SourceSlot::Inverted,
        ContentSlot::QuotationBefore,
    ),
    // "The dam is safe," Ruiz said.
    pattern(
        "content-source-cue",
        Frame::Quotation,
        VoiceSlot::Finite,
        SourceSlot::Subject,
        ContentSlot::QuotationBefore,
    ),
    // The dam, said Ruiz, was safe.
    pattern(
        "parenthetical-inverted",
        Frame::Parenthetical,
        VoiceSlot::Finite,
        SourceSlot::Inverted,
        ContentSlot::ClauseBefore,
    ),
    // The dam is safe, officials believe.
    pattern(
        "parenthetical",
        Frame::Parenthetical,
        VoiceSlot::Finite,
        SourceSlot::Subject,
        ContentSlot::ClauseBefore,
    ),
    // Ruiz asked whether the dam was safe.
    pattern(
        "source-cue-question",
        Frame::Question,
        VoiceSlot::Active,
        SourceSlot::Subject,
        ContentSlot::Question,
    ),
    // Ruiz declined to comment.
    pattern(
        "source-cue-last-word",
        Frame::LastWord,
        VoiceSlot::Active,
        SourceSlot::Subject,
        ContentSlot::LastWord,
    ),
    // Ruiz promised to rebuild the dam.
    pattern(
        "source-cue-infinitive",
        Frame::To,
        VoiceSlot::Active,
        SourceSlot::Subject,
        ContentSlot::Infinitive,
    ),
    // Ruiz urged the council to rebuild the dam.
    pattern(
        "source-cue-object-infinitive",
        Frame::SomeoneTo,
        VoiceSlot::Active,
        SourceSlot::Subject,
        ContentSlot::ObjectInfinitive,
    ),
    // The treaty, which critics say will fail
    pattern("relative-clause", Frame::Clause, VoiceSlot::Finite, SourceSlot::Subject, ContentSlot::Relative),
    // The treaty, which critics call a surrender
    pattern("relative-object", Frame::Object, VoiceSlot::Finite, SourceSlot::Subject, ContentSlot::Relative),
    // Ruiz said the dam was safe.
    pattern("source-cue-clause", Frame::Clause, VoiceSlot::Active, SourceSlot::Subject, ContentSlot::Clause),
    // Ruiz wrote on Monday: the dam is safe.
    pattern("source-cue-colon", Frame::Quotation, VoiceSlot::Active, SourceSlot::Subject, ContentSlot::Colon),
    // Ruiz denied taking money.
    pattern("source-cue-gerund", Frame::Gerund, VoiceSlot::Active, SourceSlot::Subject, ContentSlot::Gerund),
    // Ruiz described the dam as a danger.
    pattern("source-cue-object-as", Frame::As, VoiceSlot::Active, SourceSlot::Subject, ContentSlot::ObjectAs),
    // Ruiz criticized the plan.
    pattern("source-cue-object", Frame::Object, VoiceSlot::Active, SourceSlot::Subject, ContentSlot::Object),
    // Ruiz is adamant that the dam is safe.
    pattern("source-phrase-that", Frame::That, VoiceSlot::Phrase, SourceSlot::Subject, ContentSlot::That),
    // Ruiz is sure the dam will hold.
    pattern(
        "source-phrase-clause",
        Frame::Clause,
        VoiceSlot::Phrase,
        SourceSlot::Subject,
        ContentSlot::Clause,
    ),
    // Ruiz is unsure whether the dam will hold.
    pattern(
        "source-phrase-question",
        Frame::Question,
        VoiceSlot::Phrase,
        SourceSlot::Subject,
        ContentSlot::Question,
    ),
    // Ruiz is on record as opposing the dam.
    pattern(
        "source-phrase-gerund",
        Frame::Gerund,
        VoiceSlot::Phrase,
        SourceSlot::Subject,
        ContentSlot::Gerund,
    ),
    // Ruiz is keen to rebuild the dam.
    pattern(
        "source-phrase-infinitive",
        Frame::To,
        VoiceSlot::Phrase,
        SourceSlot::Subject,
        ContentSlot::Infinitive,
    ),
    // Ruiz is critical of the plan.
    pattern(
        "source-phrase-object",
        Frame::Object,
        VoiceSlot::Phrase,
        SourceSlot::Subject,
        ContentSlot::Object,
    ),
    // Digital experts said social media success depends on trust.
    pattern(
        "source-cue-words",
        Frame::Clause,
        VoiceSlot::Active,
        SourceSlot::Subject,
        ContentSlot::AnyClause,
    ),
    // It was alleged by Ruiz that the dam was unsafe.
    pattern("passive-that", Frame::That, VoiceSlot::Passive, SourceSlot::Agent, ContentSlot::That),
    // Residents were told (by the police) that the dam was safe.
    pattern(
        "passive-someone-that",
        Frame::SomeoneThat,
        VoiceSlot::Passive,
        SourceSlot::Agent,
        ContentSlot::That,
    ),
    // Residents were told the dam was safe.
    pattern(
        "passive-someone-clause",
        Frame::SomeoneThat,
        VoiceSlot::Passive,
        SourceSlot::Agent,
        ContentSlot::Clause,
    ),
    // Ruiz was asked whether the dam was safe.
    pattern(
        "passive-question",
        Frame::Question,
        VoiceSlot::Passive,
        SourceSlot::Agent,
        ContentSlot::Question,
    ),
    // The dam is expected to fail.
    pattern(
        "passive-infinitive",
        Frame::PassiveTo,
        VoiceSlot::Passive,
        SourceSlot::Nobody,
        ContentSlot::SubjectInfinitive,
    ),
    // Two singers were denied visas.
    pattern(
        "passive-decree",
        Frame::PassiveObject,
        VoiceSlot::Passive,
        SourceSlot::Agent,
        ContentSlot::SubjectAndRest,
    ),
    // The dam was described by Ruiz as a danger.
    pattern("passive-as", Frame::As, VoiceSlot::Passive, SourceSlot::Agent, ContentSlot::SubjectAndAs),
    // The plan was criticized by Ruiz. Ruiz is accused of fraud.
    pattern(
        "passive-object",
        Frame::Object,
        VoiceSlot::Passive,
        SourceSlot::Agent,
        ContentSlot::SubjectAndRest,
    ),
    // Residents were urged (by the police) to leave.
    pattern(
        "passive-object-infinitive",
        Frame::SomeoneTo,
        VoiceSlot::Passive,
        SourceSlot::Agent,
        ContentSlot::Infinitive,
    ),
    // The dam seems to be safe.
    pattern("raising", Frame::Raising, VoiceSlot::Active, SourceSlot::Nobody, ContentSlot::SubjectInfinitive),
    // It emerged that the dam was unsafe.
    pattern("it-cue-that", Frame::ItThat, VoiceSlot::Finite, SourceSlot::Nobody, ContentSlot::That),
    // In her view, the dam is safe.
    pattern(
        "in-possessor-cue",
        Frame::In,
        VoiceSlot::Noun,
        SourceSlot::Introduced,
        ContentSlot::AroundPhrase,
    ),
    // The minister's claim that the dam is safe
    pattern("possessor-cue-that", Frame::That, VoiceSlot::Noun, SourceSlot::Possessor, ContentSlot::That),
    // His promise to rebuild the dam
    pattern(
        "possessor-cue-infinitive",
        Frame::To,
        VoiceSlot::Noun,
        SourceSlot::Possessor,
        ContentSlot::Infinitive,
    ),
    // Her view is that the dam is safe.
    pattern(
        "possessor-cue-is-that",
        Frame::IsThat,
        VoiceSlot::Noun,
        SourceSlot::Possessor,
        ContentSlot::That,
    ),
    // The union's criticism of the plan
    pattern(
        "possessor-cue-of",
        Frame::Of,
        VoiceSlot::Noun,
        SourceSlot::Possessor,
        ContentSlot::AfterPreposition,
    ),
    // According to Ruiz, the dam is safe. The dam is safe, according to Ruiz.
    pattern(
        "according-to-source",
        Frame::SourceAfter,
        VoiceSlot::Phrase,
        SourceSlot::After,
        ContentSlot::AfterSource,
    ),
    // The so-called peace road
    pattern("so-called", Frame::Object, VoiceSlot::Adverb, SourceSlot::Nobody, ContentSlot::NounPhrase),
    // The dam has reportedly failed.
    pattern("adverb", Frame::Adverb, VoiceSlot::Adverb, SourceSlot::Nobody, ContentSlot::Around),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_frame_has_a_pattern() {
        for &frame in Frame::ALL {
            assert!(PATTERNS.iter().any(|pattern| pattern.frame == frame), "{} has none", frame.name());
        }
    }
}
