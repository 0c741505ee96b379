//! How much of a content stands in quotation marks.

use std::ops::Range;

use super::QuotationKind;
use crate::text::Document;

/// The kind of a content from its pieces: only quotations that open within it count, so that what somebody
/// quoted says indirectly is indirect.
pub(super) fn kind_of(document: &Document<'_>, contents: &[Range<usize>]) -> QuotationKind {
    let mut quoted = 0;
    let mut all = 0;
    for piece in contents {
        all += words_in(document, piece);
        let first = document.quotations.partition_point(|quotation| quotation.tokens.start < piece.start);
        let mut covered = piece.start;
        for quotation in
            document.quotations[first..].iter().take_while(|quotation| quotation.tokens.start < piece.end)
        {
            if quotation.tokens.start >= covered {
                covered = quotation.tokens.end.min(piece.end);
                quoted += words_in(document, &(quotation.tokens.start..covered));
            }
        }
    }
    match quoted {
        0 => QuotationKind::Indirect,
        _ if quoted == all => QuotationKind::Direct,
        _ => QuotationKind::Mixed,
    }
}

fn words_in(document: &Document<'_>, tokens: &Range<usize>) -> usize {
    document.tokens[tokens.clone()].iter().filter(|token| token.is_wordlike()).count()
}
