//! The values of enums by the names that the contract has for them: `QUOTATION_KIND_DIRECT`.

use serde::{Serialize, Serializer};

use super::options::OffsetUnit;
use crate::claims::{EntityKind, MentionForm, QuotationKind};
use crate::lexicon::{AttributionType, CueCategory, SpeechAct, Stance};
use crate::notices::NoticeReason;
use crate::verification::{Edit, Verdict};

/// Serializes each value of an enum as its name in the contract.
macro_rules! contract_names {
    ($($name:ident { $($variant:ident = $value:literal),+ $(,)? })+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(match self { $(Self::$variant => $value,)+ })
            }
        }
    )+};
}

contract_names! {
    OffsetUnit {
        Bytes = "OFFSET_ENCODING_UTF8_BYTES",
        Utf16 = "OFFSET_ENCODING_UTF16_UNITS",
        CodePoints = "OFFSET_ENCODING_CODE_POINTS",
    }
    QuotationKind {
        Direct = "QUOTATION_KIND_DIRECT",
        Indirect = "QUOTATION_KIND_INDIRECT",
        Mixed = "QUOTATION_KIND_MIXED",
    }
    AttributionType {
        Communication = "ATTRIBUTION_TYPE_COMMUNICATION",
        Attitude = "ATTRIBUTION_TYPE_ATTITUDE",
        Factive = "ATTRIBUTION_TYPE_FACTIVE",
        Control = "ATTRIBUTION_TYPE_CONTROL",
        Evidence = "ATTRIBUTION_TYPE_EVIDENCE",
    }
    SpeechAct {
        Assertion = "SPEECH_ACT_ASSERTION",
        Question = "SPEECH_ACT_QUESTION",
        Request = "SPEECH_ACT_REQUEST",
        Commitment = "SPEECH_ACT_COMMITMENT",
        Evaluation = "SPEECH_ACT_EVALUATION",
        Decree = "SPEECH_ACT_DECREE",
        Denial = "SPEECH_ACT_DENIAL",
        Prediction = "SPEECH_ACT_PREDICTION",
        Belief = "SPEECH_ACT_BELIEF",
        Perception = "SPEECH_ACT_PERCEPTION",
        Desire = "SPEECH_ACT_DESIRE",
        NoComment = "SPEECH_ACT_NO_COMMENT",
    }
    Stance {
        Neutral = "STANCE_NEUTRAL",
        Distancing = "STANCE_DISTANCING",
        Endorsing = "STANCE_ENDORSING",
    }
    MentionForm {
        Name = "MENTION_FORM_NAME",
        Nominal = "MENTION_FORM_NOMINAL",
        Pronoun = "MENTION_FORM_PRONOUN",
    }
    EntityKind {
        Person = "ENTITY_KIND_PERSON",
        Organization = "ENTITY_KIND_ORGANIZATION",
        Country = "ENTITY_KIND_COUNTRY",
        Group = "ENTITY_KIND_GROUP",
        Document = "ENTITY_KIND_DOCUMENT",
        Unknown = "ENTITY_KIND_UNKNOWN",
    }
    CueCategory {
        Verb = "CUE_CATEGORY_VERB",
        Noun = "CUE_CATEGORY_NOUN",
        Phrase = "CUE_CATEGORY_PHRASE",
        Adverb = "CUE_CATEGORY_ADVERB",
    }
    Verdict {
        Verbatim = "VERDICT_VERBATIM",
        Typographic = "VERDICT_TYPOGRAPHIC",
        Altered = "VERDICT_ALTERED",
        Absent = "VERDICT_ABSENT",
    }
    Edit {
        Added = "WORD_EDIT_ADDED",
        LeftOut = "WORD_EDIT_LEFT_OUT",
        Changed = "WORD_EDIT_CHANGED",
    }
    NoticeReason {
        OtherLanguage = "NOTICE_REASON_OTHER_LANGUAGE",
        LooksLikeHtml = "NOTICE_REASON_LOOKS_LIKE_HTML",
        LooksLikeJson = "NOTICE_REASON_LOOKS_LIKE_JSON",
        Mojibake = "NOTICE_REASON_MOJIBAKE",
        LooksLikeTranscript = "NOTICE_REASON_LOOKS_LIKE_TRANSCRIPT",
        AmbiguousAlias = "NOTICE_REASON_AMBIGUOUS_ALIAS",
        DateNotRead = "NOTICE_REASON_DATE_NOT_READ",
    }
}
