//! Closed sets of values, core <-> wire. A value that only one side has doesn't compile.

use super::v1;
use ascribe_engine::record::{OffsetUnit, View};
use ascribe_engine::{
    AttributionType, CueCategory, Edit, EntityKind, MentionForm, NoticeReason, QuotationKind, SpeechAct,
    Stance, Verdict,
};

/// A core enum that requests name a value of.
pub(super) trait FromWire<Wire>: Sized {
    /// The value that a request names; none where it leaves it unspecified.
    fn from_wire(value: Wire) -> Option<Self>;

    /// The names of all values, as the contract has them: `CLAIM_VIEW_BASIC, CLAIM_VIEW_FULL`.
    fn allowed() -> String;
}

/// Maps a core enum to its message enum, whose variants have the same names and one more, `Unspecified`.
macro_rules! outward {
    ($core:ident => $wire:ident { $($variant:ident),+ }) => {
        impl From<$core> for v1::$wire {
            fn from(value: $core) -> Self {
                match value { $($core::$variant => Self::$variant,)+ }
            }
        }
    };
}

/// Maps a message enum that requests hold to its core enum; `Unspecified` to none.
macro_rules! inward {
    ($wire:ident => $core:ident { $($wire_variant:ident => $variant:ident),+ }) => {
        impl FromWire<v1::$wire> for $core {
            fn from_wire(value: v1::$wire) -> Option<Self> {
                match value { v1::$wire::Unspecified => None, $(v1::$wire::$wire_variant => Some(Self::$variant),)+ }
            }

            fn allowed() -> String {
                [$(v1::$wire::$wire_variant.as_str_name()),+].join(", ")
            }
        }
    };
}

outward!(QuotationKind => QuotationKind { Direct, Indirect, Mixed });
outward!(AttributionType => AttributionType { Communication, Attitude, Factive, Control, Evidence });
outward!(SpeechAct => SpeechAct {
    Assertion, Question, Request, Commitment, Evaluation, Decree, Denial, Prediction, Belief, Perception,
    Desire, NoComment
});
outward!(Stance => Stance { Neutral, Distancing, Endorsing });
outward!(MentionForm => MentionForm { Name, Nominal, Pronoun });
outward!(EntityKind => EntityKind { Person, Organization, Country, Group, Document, Unknown });
outward!(Verdict => Verdict { Verbatim, Typographic, Altered, Absent });
outward!(Edit => WordEdit { Added, LeftOut, Changed });
outward!(CueCategory => CueCategory { Verb, Noun, Phrase, Adverb });
outward!(NoticeReason => NoticeReason {
    OtherLanguage, LooksLikeHtml, LooksLikeJson, Mojibake, LooksLikeTranscript, AmbiguousAlias, DateNotRead
});

inward!(QuotationKind => QuotationKind { Direct => Direct, Indirect => Indirect, Mixed => Mixed });
inward!(AttributionType => AttributionType {
    Communication => Communication, Attitude => Attitude, Factive => Factive, Control => Control,
    Evidence => Evidence
});
inward!(EntityKind => EntityKind {
    Person => Person, Organization => Organization, Country => Country, Group => Group, Document => Document,
    Unknown => Unknown
});
inward!(OffsetEncoding => OffsetUnit { Utf8Bytes => Bytes, Utf16Units => Utf16, CodePoints => CodePoints });
inward!(ClaimView => View { Basic => Basic, Full => Full });

impl From<OffsetUnit> for v1::OffsetEncoding {
    fn from(unit: OffsetUnit) -> Self {
        match unit {
            OffsetUnit::Bytes => Self::Utf8Bytes,
            OffsetUnit::Utf16 => Self::Utf16Units,
            OffsetUnit::CodePoints => Self::CodePoints,
        }
    }
}
