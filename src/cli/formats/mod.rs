//! The forms, beside proto3 JSON, in which programs take claims. In: a document's message, and its text where the form
//! repeats it. Out: the form's text.

pub(super) mod brat;
pub(super) mod doccano;
pub(super) mod html;
pub(super) mod label_studio;
mod passages;
pub(super) mod row;
pub(super) mod table;
mod values;
pub(super) mod verdict_table;
pub(super) mod web_annotation;
