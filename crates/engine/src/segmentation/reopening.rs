//! Quotations over several paragraphs.
//!
//! A quotation that its paragraph leaves open goes on in the next one when that begins with an opening mark of
//! the same family, as newspapers set it, or holds of that family only a closing mark at its end, as block
//! quotations without marks between are set. Else its mark is stray.

use super::marks::{Family, Mark};
use super::pairing::{OpenQuotation, Pairing};
use crate::text::{Document, Quotation, Span, TokenKind};

/// The quotation that the paragraph before left open.
#[derive(Debug, Default)]
pub(super) struct Reopening {
    open: Option<OpenQuotation>,
}

impl Reopening {
    /// Settles the open quotation by the paragraph that follows it, which begins with `first_token`, and keeps
    /// the one that this leaves open.
    pub(super) fn add(
        &mut self,
        document: &mut Document<'_>,
        marks: &[Mark],
        pairing: &Pairing,
        first_token: usize,
    ) {
        let mut shift = Shift::None;
        if let Some(open) = self.open.take() {
            if reopens(document, marks, pairing, first_token, open.family) {
                document.quotations[pairing.first_quotation].continues = Some(open.quotation);
            } else if let Some(closing) = lone_closing(document, marks, pairing, open.family) {
                add_closed_block(document, pairing.first_quotation, first_token..closing + 1, open.quotation);
                shift = Shift::Up;
            } else if give_up(document, &open) {
                shift = Shift::Down;
            }
        }
        self.open = pairing.open.map(|open| OpenQuotation {
            quotation: match shift {
                Shift::None => open.quotation,
                Shift::Up => open.quotation + 1,
                Shift::Down => open.quotation - 1,
            },
            ..open
        });
    }

    /// Settles what the last paragraph left open.
    pub(super) fn finish(self, document: &mut Document<'_>) {
        if let Some(open) = self.open {
            give_up(document, &open);
        }
    }
}

/// Where the quotations of the paragraph went when one was put or taken away before them.
enum Shift {
    None,
    Up,
    Down,
}

/// Whether the paragraph begins with a quotation of `family`.
fn reopens(
    document: &Document<'_>,
    marks: &[Mark],
    pairing: &Pairing,
    first_token: usize,
    family: Family,
) -> bool {
    let begins =
        document.quotations.get(pairing.first_quotation).is_some_and(|it| it.tokens.start == first_token);
    begins && marks.first().is_some_and(|mark| mark.family == family)
}

/// The token of the closing mark that ends the paragraph, is the only mark of `family` in it and in no other
/// quotation.
fn lone_closing(document: &Document<'_>, marks: &[Mark], pairing: &Pairing, family: Family) -> Option<usize> {
    let mark = pairing.lone_closing.map(|index| &marks[index]).filter(|mark| mark.family == family)?;
    let is_held =
        document.quotations[pairing.first_quotation..].iter().any(|it| it.tokens.contains(&mark.token));
    (!is_held).then_some(mark.token)
}

/// Adds a quotation that begins with its paragraph, without a mark, and holds the others in it.
fn add_closed_block(
    document: &mut Document<'_>,
    first_quotation: usize,
    tokens: std::ops::Range<usize>,
    continued: usize,
) {
    for held in
        document.quotations[first_quotation..].iter_mut().take_while(|it| it.tokens.start < tokens.end)
    {
        held.depth += 1;
    }
    document.tokens[tokens.end - 1].kind = TokenKind::ClosingMark;
    let span = Span::new(document.tokens[tokens.start].span.start, document.tokens[tokens.end - 1].span.end);
    let block = Quotation { span, tokens, depth: 0, closed: true, continues: Some(continued) };
    document.quotations.insert(first_quotation, block);
}

/// Makes the mark of an open quotation stray and drops it, unless it continues another: then its own mark is
/// worth more than the closing one that was forgotten. Says whether it was dropped.
fn give_up(document: &mut Document<'_>, open: &OpenQuotation) -> bool {
    let quotation = &document.quotations[open.quotation];
    if quotation.continues.is_some() {
        return false;
    }
    let (start, end) = (quotation.tokens.start, quotation.tokens.end);
    document.tokens[start].kind = TokenKind::StrayMark;
    document.quotations.remove(open.quotation);
    for held in document.quotations[open.quotation..].iter_mut().take_while(|it| it.tokens.start < end) {
        held.depth -= 1;
    }
    true
}
