//! Attributions -> claims: the record that is handed out, with kind, type, act and flags.

mod claim;

pub use claim::{
    Claim, Content, Cue, EntityKind, Explanation, MentionForm, QuotationKind, Source, TimeExpression,
};
