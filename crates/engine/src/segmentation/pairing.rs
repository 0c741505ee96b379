//! The quotation marks of one paragraph -> its quotations.
//!
//! Marks are read in order; one that opens waits, one that closes takes the last waiting one of its family
//! and leaves stray what waited above it. A single closing mark takes nothing from below a double one: it
//! would more often be an apostrophe. What waits at the end is stray, so that a forgotten mark costs itself
//! and no other; the next paragraph may still take it up (`reopening`).

use super::Scratch;
use super::marks::{FAMILIES, Family, Mark, STYLES, Side};
use crate::segmentation::mark_roles::{Role, role_of};
use crate::text::{Document, Quotation, Span, Token, TokenKind, Watch};

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

/// Pairs the marks of the paragraph that begins with `first_token` and adds its quotations.
pub(super) fn pair(
    document: &mut Document<'_>,
    scratch: &mut Scratch,
    first_token: usize,
    watch: &Watch<'_>,
) -> Option<Pairing> {
    let first_quotation = document.quotations.len();
    let Scratch { marks, waiting, .. } = scratch;
    if marks.is_empty() {
        return Some(Pairing { first_quotation, open: None, lone_closing: None });
    }
    settle_runs(marks, &document.tokens);
    watch.step()?;
    look_ahead(marks);
    waiting.clear();
    let mut open_count = [0_usize; FAMILIES];
    let mut last_of_style = [None; STYLES];
    let mut count_of_family = [0_usize; FAMILIES];
    let mut last_stray = None;
    for (index, mark) in marks.iter().enumerate() {
        watch.step()?;
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
                open(document, mark.token);
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
    let kept = keep_open(document, marks, waiting, &last_of_style);
    let kept_at = drop_unpaired(document, first_quotation, kept.map(|it| it.quotation));
    let open = kept.map(|it| OpenQuotation { quotation: kept_at, family: marks[it.mark].family });
    set_depths(&mut document.quotations[first_quotation..], waiting);
    let lone_closing = last_stray.filter(|index| {
        let mark = &marks[*index];
        let is_alone = count_of_family[mark.family as usize] == 1 && mark.token > first_token;
        is_alone && mark.side() == Some(Side::Close) && ends_paragraph(&document.tokens, mark.token)
    });
    Some(Pairing { first_quotation, open, lone_closing })
}

/// Whether at most punctuation follows a mark.
fn ends_paragraph(tokens: &[Token], mark: usize) -> bool {
    let rest = &tokens[mark + 1..];
    rest.len() < 4 && !rest.iter().any(Token::is_wordlike)
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

/// Begins a quotation that has only its opening mark so far.
fn open(document: &mut Document<'_>, opening: usize) {
    document.quotations.push(Quotation {
        span: document.tokens[opening].span,
        tokens: opening..opening + 1,
        depth: 0,
        closed: false,
        continues: None,
    });
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

/// Drops the quotations from `first` on that nothing closed, but for the one to be kept open; says where that
/// stands then.
fn drop_unpaired(document: &mut Document<'_>, first: usize, kept: Option<usize>) -> usize {
    let mut end = first;
    let mut kept_at = first;
    for index in first..document.quotations.len() {
        if document.quotations[index].closed || kept == Some(index) {
            if kept == Some(index) {
                kept_at = end;
            }
            document.quotations.swap(end, index);
            end += 1;
        }
    }
    document.quotations.truncate(end);
    kept_at
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
