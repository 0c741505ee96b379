//! Which way a quotation mark looks, judged by what stands around it.
//!
//! A mark with a gap before it and a word after it opens, whatever its glyph (”wrong-way” is met in real
//! text); one with a word or punctuation before it and a gap or punctuation after it closes. Where that
//! doesn't tell, the glyph does, or what is open at the time. Marks that touch (“‘No,’ he said”) look at what
//! stands around all of them.

use super::characters::{Class, char_at, class_at};
use crate::text::Span;

/// Marks of one family can pair: “ with ”, „ or ".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// “a”, "a", „a“, ''a'', and two backticks.
    Double,
    /// ‘a’, 'a', ‚a‘, and the backtick.
    Single,
    /// «a»
    Guillemet,
    /// ‹a›
    SingleGuillemet,
    /// 「a」
    Corner,
    /// 『a』
    WhiteCorner,
}

/// How many families there are.
pub(super) const FAMILIES: usize = 6;

/// How many styles there are: in each family marks with a side and straight ones.
pub(super) const STYLES: usize = 2 * FAMILIES;

/// A side of a quotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// The mark opens one.
    Open,
    /// The mark closes one.
    Close,
}

/// A quotation mark and what is known about it before it is paired.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    /// Its token in the document.
    pub(super) token: usize,
    pub(super) family: Family,
    /// The side that its glyph is made for; the straight ones have none.
    pub(super) glyph: Option<Side>,
    /// The side that its surroundings speak for.
    pub(super) context: Option<Side>,
    /// What stands before it.
    pub(super) before: Surrounding,
    /// What stands after it.
    pub(super) after: Surrounding,
    /// Whether it can be the apostrophe of "the players’ union" or "goin’ home".
    pub(super) perhaps_apostrophe: bool,
    /// The side of the next mark of its family that is certain not to be an apostrophe.
    pub(super) following: Option<Side>,
}

/// What stands at a side of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Surrounding {
    /// White space, an edge of the text, an opening bracket before or a closing one after it.
    Gap,
    /// A dash or slash: a gap or not.
    Dash,
    Letter,
    Digit,
    /// Punctuation that follows words.
    Punctuation,
    /// Another quotation mark.
    Mark,
    /// Anything else: an ellipsis, a currency sign.
    Other,
}

impl Mark {
    /// The side that surroundings or else the glyph speak for.
    pub(super) fn side(&self) -> Option<Side> {
        self.context.or(self.glyph)
    }

    /// Its style, as an index below [`STYLES`].
    pub(super) fn style(&self) -> usize {
        2 * self.family as usize + usize::from(self.glyph.is_none())
    }

    /// Settles the side that the surroundings speak for, once those that are marks themselves are known to
    /// be `before` and `after`.
    pub(super) fn look_around(&mut self, before: Surrounding, after: Surrounding) {
        use Surrounding::{Dash, Gap, Punctuation};
        (self.before, self.after) = (before, after);
        self.context = match (before, after) {
            (Gap, Gap | Dash | Punctuation) | (Dash, Dash) => None,
            (Gap, _) => Some(Side::Open),
            (_, Gap | Punctuation) => Some(Side::Close),
            (Dash, _) => Some(Side::Open),
            (_, Dash) => Some(Side::Close),
            _ => None,
        };
    }
}

/// How many bytes more the mark at `start` has when it is written as two: ‘‘a’’, ''a''. Of three straight ones
/// that close, the first is single: ''He said, 'No.'''
pub(super) fn doubled_length(text: &str, start: usize, end: usize) -> usize {
    let first = char_at(text, start);
    let rest = &text[start + first.len_utf8()..end];
    let doubled = matches!(first, '‘' | '’' | '`' | '\'') && rest.starts_with(first);
    let closes_both =
        rest.starts_with("''") && !rest.starts_with("'''") && before(text, start) != Surrounding::Gap;
    if doubled && !closes_both { first.len_utf8() } else { 0 }
}

/// Recognises the mark at `span`, the `token`th token of a text whose stretch ends at `end`. Nothing when it
/// can't be a quotation mark there: a lone backtick, an inch sign, a low comma.
pub(super) fn recognise(text: &str, span: Span, end: usize, token: usize) -> Option<Mark> {
    let (family, glyph) = match span.slice(text) {
        "\"" | "''" | "＂" => (Family::Double, None),
        "“" | "„" | "‟" | "``" | "‘‘" => (Family::Double, Some(Side::Open)),
        "”" | "’’" => (Family::Double, Some(Side::Close)),
        "'" => (Family::Single, None),
        "‘" | "‚" | "‛" | "`" => (Family::Single, Some(Side::Open)),
        "’" => (Family::Single, Some(Side::Close)),
        "«" => (Family::Guillemet, Some(Side::Open)),
        "»" => (Family::Guillemet, Some(Side::Close)),
        "‹" => (Family::SingleGuillemet, Some(Side::Open)),
        "›" => (Family::SingleGuillemet, Some(Side::Close)),
        "「" => (Family::Corner, Some(Side::Open)),
        "」" => (Family::Corner, Some(Side::Close)),
        "『" => (Family::WhiteCorner, Some(Side::Open)),
        _ => (Family::WhiteCorner, Some(Side::Close)),
    };
    let before = before(text, span.start);
    let after = after(text, span.end, end);
    let opens = before == Surrounding::Gap && matches!(after, Surrounding::Letter | Surrounding::Digit);
    if matches!(span.slice(text), "`" | "‚") && !opens {
        return None;
    }
    let perhaps_apostrophe =
        family == Family::Single && before == Surrounding::Letter && drops_letter(&text[..span.start]);
    let mut mark =
        Mark { token, family, glyph, context: None, before, after, perhaps_apostrophe, following: None };
    mark.look_around(before, after);
    Some(mark)
}

/// "players’", "goin’", "o’": endings that an apostrophe follows.
fn drops_letter(word: &str) -> bool {
    ["s", "z", "x", "in", "S", "IN", "th", " o"].iter().any(|ending| word.ends_with(ending))
}

fn before(text: &str, start: usize) -> Surrounding {
    let Some(character) = text[..start].chars().next_back() else { return Surrounding::Gap };
    let at = start - character.len_utf8();
    match class_at(text, at).0 {
        Class::Opening => Surrounding::Gap,
        Class::Closing => Surrounding::Punctuation,
        class => surrounding(class, character),
    }
}

fn after(text: &str, at: usize, end: usize) -> Surrounding {
    if at == end {
        return Surrounding::Gap;
    }
    match class_at(text, at).0 {
        Class::Opening => Surrounding::Other,
        Class::Closing => Surrounding::Punctuation,
        // “...and then”: an ellipsis can begin a quotation, a period can't.
        Class::Period if text[at..end].starts_with("..") => Surrounding::Other,
        Class::Exclamation if text[at..end].starts_with('…') => Surrounding::Other,
        class => surrounding(class, char_at(text, at)),
    }
}

fn surrounding(class: Class, character: char) -> Surrounding {
    match class {
        Class::Space => Surrounding::Gap,
        Class::EnDash | Class::EmDash | Class::Hyphen | Class::Slash => Surrounding::Dash,
        Class::Letter | Class::Extend | Class::Ideograph => Surrounding::Letter,
        Class::Digit => Surrounding::Digit,
        Class::Period | Class::Exclamation | Class::Comma | Class::Colon | Class::Semicolon => {
            Surrounding::Punctuation
        }
        Class::Quote => Surrounding::Mark,
        // A zero-width space, a byte-order mark or a direction mark is as good as a gap.
        _ if matches!(character, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}') => {
            Surrounding::Gap
        }
        _ => Surrounding::Other,
    }
}
