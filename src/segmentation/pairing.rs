//! The quotation marks of one paragraph -> its quotations.
//!
//! Marks are read in order; one that opens waits, one that closes takes the last waiting one of its family
//! and leaves stray what waited above it. A single closing mark takes nothing from below a double one: it
//! would more often be an apostrophe. What waits at the end is stray, so that a forgotten mark costs itself
//! and no other; the next paragraph may still take it up (`reopening`).

use super::Scratch;
use super::marks::{FAMILIES, Family, Mark, STYLES, Side, Surrounding};
use crate::text::{Document, Quotation, Span, Token, TokenKind};

/// An opening mark without a partner so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    mark: usize,
    quotation: usize,
}

/// What the next paragraph may need to know of this one, and `reopening` of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pairing {
    /// The paragraph's first quotation, as an index into the document's.
    pub(super) first_quotation: usize,
    /// A quotation that is open at the paragraph's end; it isn't settled yet.
    pub(super) open: Option<OpenQuotation>,
    /// The only mark of its family, a closing one that ends the paragraph, as an index into its marks.
    pub(super) lone_closing: Option<usize>,
}

/// A quotation that runs to its paragraph's end.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenQuotation {
    /// As an index into the document's.
    pub(super) quotation: usize,
    pub(super) family: Family,
}

/// What a mark turns out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Opens,
    Closes,
    /// The clitic of a plural possessive.
    Apostrophe,
    /// The sign for feet or inches.
    Measure,
    Stray,
}

/// Pairs the marks of the paragraph that begins with `first_token` and adds its quotations.
pub(super) fn pair(document: &mut Document<'_>, scratch: &mut Scratch, first_token: usize) -> Pairing {
    let first_quotation = document.quotations.len();
    let Scratch { marks, waiting, .. } = scratch;
    if marks.is_empty() {
        return Pairing { first_quotation, open: None, lone_closing: None };
    }
    settle_runs(marks, &document.tokens);
    look_ahead(marks);
    waiting.clear();
    let mut open_count = [0_usize; FAMILIES];
    let mut last_of_style = [None; STYLES];
    let mut count_of_family = [0_usize; FAMILIES];
    let mut last_stray = None;
    for (index, mark) in marks.iter().enumerate() {
        let family = mark.family as usize;
        let can_close = match mark.family {
            Family::Single => waiting.last().is_some_and(|it| marks[it.mark].family == Family::Single),
            _ => open_count[family] > 0,
        };
        let role = role_of(mark, can_close);
        if !matches!(role, Role::Apostrophe | Role::Measure) {
            last_of_style[mark.style()] = Some(index);
            count_of_family[family] += 1;
        }
        match role {
            Role::Opens => {
                open_count[family] += 1;
                waiting.push(Waiting { mark: index, quotation: document.quotations.len() });
                document.quotations.push(Quotation {
                    span: document.tokens[mark.token].span,
                    tokens: mark.token..mark.token + 1,
                    depth: 0,
                    closed: false,
                    continues: None,
                });
            }
            Role::Closes => {
                while let Some(partner) = waiting.pop() {
                    let partner_family = marks[partner.mark].family;
                    open_count[partner_family as usize] -= 1;
                    if partner_family == mark.family {
                        close(document, partner.quotation, mark.token);
                        break;
                    }
                }
            }
            Role::Apostrophe => document.tokens[mark.token].kind = TokenKind::Clitic,
            Role::Measure => document.tokens[mark.token].kind = TokenKind::Symbol,
            Role::Stray => last_stray = Some(index),
        }
    }
    let open = keep_open(document, marks, waiting, &last_of_style);
    drop_unpaired(document, first_quotation, open.map(|it| it.quotation));
    let open = open.map(|it| OpenQuotation {
        quotation: first_quotation
            + document.quotations[first_quotation..]
                .iter()
                .position(|it| !it.closed)
                .expect("the open quotation was kept"),
        family: marks[it.mark].family,
    });
    set_depths(&mut document.quotations[first_quotation..], waiting);
    let lone_closing = last_stray.filter(|index| {
        let mark = &marks[*index];
        let rest = &document.tokens[mark.token + 1..];
        count_of_family[mark.family as usize] == 1
            && mark.side() == Some(Side::Close)
            && mark.token > first_token
            && rest.len() < 4
            && !rest.iter().any(Token::is_wordlike)
    });
    Pairing { first_quotation, open, lone_closing }
}

/// Gives marks that touch the surroundings of all of them: in “‘No,’ he said” the inner mark opens because
/// the outer one has a gap before it.
fn settle_runs(marks: &mut [Mark], tokens: &[Token]) {
    let mut start = 0;
    while start < marks.len() {
        let mut end = start + 1;
        while end < marks.len()
            && marks[end].token == marks[end - 1].token + 1
            && tokens[marks[end].token].span.start == tokens[marks[end - 1].token].span.end
        {
            end += 1;
        }
        if end - start > 1 {
            let (before, after) = (marks[start].before, marks[end - 1].after);
            for mark in &mut marks[start..end] {
                mark.look_around(before, after);
            }
        }
        start = end;
    }
}

/// Notes for each mark which side the next certain one of its family looks to.
fn look_ahead(marks: &mut [Mark]) {
    let mut following = [None; FAMILIES];
    for mark in marks.iter_mut().rev() {
        let family = mark.family as usize;
        mark.following = following[family];
        if !mark.perhaps_apostrophe {
            following[family] = mark.side();
        }
    }
}

/// What a mark is, given whether it could close a quotation that is open.
fn role_of(mark: &Mark, can_close: bool) -> Role {
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

/// Ends a quotation with its closing mark.
fn close(document: &mut Document<'_>, quotation: usize, closing: usize) {
    let quotation = &mut document.quotations[quotation];
    quotation.closed = true;
    quotation.tokens.end = closing + 1;
    quotation.span.end = document.tokens[closing].span.end;
    document.tokens[quotation.tokens.start].kind = TokenKind::OpeningMark;
    document.tokens[closing].kind = TokenKind::ClosingMark;
}

/// Finds among the marks that still wait the one whose quotation may go on in the next paragraph, and lets it
/// run to the paragraph's end: no other mark of its style stands after it ("He called it “a farce.” is open). A
/// single one only if no other does, because it may be an apostrophe.
fn keep_open(
    document: &mut Document<'_>,
    marks: &[Mark],
    waiting: &[Waiting],
    last_of_style: &[Option<usize>; STYLES],
) -> Option<Waiting> {
    let is_last = |it: &&Waiting| last_of_style[marks[it.mark].style()] == Some(it.mark);
    let is_single = |it: &Waiting| marks[it.mark].family == Family::Single;
    let open = waiting.iter().filter(is_last).min_by_key(|it| is_single(it)).copied()?;
    let end = document.tokens.len();
    let quotation = &mut document.quotations[open.quotation];
    quotation.tokens.end = end;
    quotation.span = Span::new(quotation.span.start, document.tokens[end - 1].span.end);
    document.tokens[quotation.tokens.start].kind = TokenKind::OpeningMark;
    Some(open)
}

/// Drops the quotations from `first` on that nothing closed, but for the one to be kept open.
fn drop_unpaired(document: &mut Document<'_>, first: usize, kept: Option<usize>) {
    let mut end = first;
    for index in first..document.quotations.len() {
        if document.quotations[index].closed || kept == Some(index) {
            document.quotations.swap(end, index);
            end += 1;
        }
    }
    document.quotations.truncate(end);
}

/// Counts for each quotation how many hold it. `waiting` is used as the stack of those that are open.
fn set_depths(quotations: &mut [Quotation], waiting: &mut Vec<Waiting>) {
    waiting.clear();
    for index in 0..quotations.len() {
        let start = quotations[index].tokens.start;
        while waiting.last().is_some_and(|it| quotations[it.quotation].tokens.end <= start) {
            waiting.pop();
        }
        quotations[index].depth = waiting.len();
        waiting.push(Waiting { mark: 0, quotation: index });
    }
}
