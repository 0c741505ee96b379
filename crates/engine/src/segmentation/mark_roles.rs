//! What a quotation mark is, given what is open where it stands: its surroundings, its glyph and the next mark
//! of its family are heard in this order.

use crate::segmentation::marks::{Family, Mark, Side, Surrounding};

/// What a mark turns out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Opens,
    Closes,
    /// The clitic of a plural possessive.
    Apostrophe,
    /// The sign for feet or inches.
    Measure,
    Stray,
}

/// What a mark is, given whether it could close a quotation that is open.
pub(crate) fn role_of(mark: &Mark, can_close: bool) -> Role {
    // “the players’ union”, and in single marks ‘the players’ union said no’: another mark will close those.
    if mark.perhaps_apostrophe && (!can_close || mark.following == Some(Side::Close)) {
        return Role::Apostrophe;
    }
    let is_single = mark.family == Family::Single;
    match (mark.context, mark.glyph) {
        // ”Wrong-way” and „low-high“ marks; an apostrophe that begins a word (’Murica) opens nothing unless
        // something closes it.
        (Some(Side::Open), Some(Side::Close)) if is_single => {
            if !can_close && mark.following == Some(Side::Close) { Role::Opens } else { Role::Stray }
        }
        (Some(context), Some(glyph)) if context != glyph => match (can_close, is_single) {
            (true, _) => Role::Closes,
            (false, true) => unopened(mark),
            (false, false) => Role::Opens,
        },
        (Some(Side::Open), _) => {
            // "I came, "he said. "I saw.": the second mark is misspaced, because another opens before any closes.
            let misspaced = mark.glyph.is_none() && !is_single && mark.following == Some(Side::Open);
            if can_close && misspaced { Role::Closes } else { Role::Opens }
        }
        // “I saw that. “ – Between gaps a mark of the wrong glyph is taken for the one that is missing.
        (None, Some(Side::Open)) if is_spaced(mark) && can_close && mark.following != Some(Side::Close) => {
            Role::Closes
        }
        (None, Some(Side::Close)) if is_spaced(mark) && !can_close && mark.following == Some(Side::Close) => {
            Role::Opens
        }
        (Some(Side::Close), _) | (None, Some(Side::Close)) => {
            // He said" I saw.": the same the other way round.
            let misspaced = mark.glyph.is_none() && !is_single && mark.following == Some(Side::Close);
            match (can_close, misspaced) {
                (true, _) => Role::Closes,
                (false, true) => Role::Opens,
                (false, false) => unopened(mark),
            }
        }
        (None, None) if can_close => Role::Closes,
        (None, _) => Role::Opens,
    }
}

/// Whether white space is on both sides of a mark.
fn is_spaced(mark: &Mark) -> bool {
    (mark.before, mark.after) == (Surrounding::Gap, Surrounding::Gap)
}

/// What a mark is that should close a quotation where none is open.
fn unopened(mark: &Mark) -> Role {
    match mark.before {
        Surrounding::Letter if mark.family == Family::Single => Role::Apostrophe,
        Surrounding::Digit if mark.glyph.is_none() => Role::Measure,
        _ => Role::Stray,
    }
}
