//! A text cut into paragraphs, sentences and tokens, with its quotation marks paired.

use std::ops::Range;

use super::{Span, Token};

/// A text and its parts. Tokens stand in order and don't overlap; every token lies in exactly one sentence,
/// every sentence in exactly one paragraph.
#[derive(Clone, Debug)]
pub struct Document<'text> {
    /// The caller's text, to the byte.
    pub text: &'text str,
    /// Its tokens in order.
    pub tokens: Vec<Token>,
    /// Its sentences in order; each has at least one token.
    pub sentences: Vec<Sentence>,
    /// Its paragraphs in order; each has at least one sentence.
    pub paragraphs: Vec<Paragraph>,
    /// Its quotations in the order of their opening marks. A nested one follows the one that holds it.
    pub quotations: Vec<Quotation>,
}

/// A sentence, or a headline, caption or list item that stands for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// From its first token's start to its last token's end.
    pub span: Span,
    /// Its tokens, as indices into [`Document::tokens`].
    pub tokens: Range<usize>,
}

/// A block of text between line breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paragraph {
    /// From its first token's start to its last token's end.
    pub span: Span,
    /// Its sentences, as indices into [`Document::sentences`].
    pub sentences: Range<usize>,
}

/// A passage in quotation marks, within one paragraph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quotation {
    /// From its opening mark to after its closing mark (or to its paragraph's end where it is open). One that
    /// continues another without an opening mark begins with its paragraph.
    pub span: Span,
    /// Its tokens with both marks, as indices into [`Document::tokens`].
    pub tokens: Range<usize>,
    /// How many quotations hold it: 0 for one that stands by itself.
    pub depth: usize,
    /// Whether a closing mark ends it. One that has none runs to the end of its paragraph, because the
    /// next paragraph continues it, or because it continues another and its closing mark was forgotten.
    pub closed: bool,
    /// The quotation of an earlier paragraph that this one reopens, as an index into
    /// [`Document::quotations`].
    pub continues: Option<usize>,
}

impl<'text> Document<'text> {
    /// The text of a token.
    #[must_use]
    pub fn word(&self, token: usize) -> &'text str {
        self.tokens[token].span.slice(self.text)
    }

    /// The sentence that holds a token, as an index into [`Document::sentences`].
    #[must_use]
    pub fn sentence_at(&self, token: usize) -> usize {
        self.sentences.partition_point(|sentence| sentence.tokens.end <= token)
    }

    /// The paragraph that holds a sentence, as an index into [`Document::paragraphs`].
    #[must_use]
    pub fn paragraph_at(&self, sentence: usize) -> usize {
        self.paragraphs.partition_point(|paragraph| paragraph.sentences.end <= sentence)
    }

    /// For each token the innermost quotation that holds it, marks included, as an index into
    /// [`Document::quotations`]: one pass, however deep they are nested.
    #[must_use]
    pub fn innermost_quotations(&self) -> Vec<Option<u32>> {
        let mut open: Vec<usize> = Vec::new();
        let mut next = 0;
        let innermost = |token: usize| {
            while open.last().is_some_and(|&index| self.quotations[index].tokens.end <= token) {
                open.pop();
            }
            while self.quotations.get(next).is_some_and(|quotation| quotation.tokens.start == token) {
                open.push(next);
                next += 1;
            }
            open.last().and_then(|&index| u32::try_from(index).ok())
        };
        (0..self.tokens.len()).map(innermost).collect()
    }

    /// The span from the first to the last of some tokens.
    ///
    /// # Panics
    /// When `tokens` is empty or reaches past the last token.
    #[must_use]
    pub fn span_of(&self, tokens: &Range<usize>) -> Span {
        Span::new(self.tokens[tokens.start].span.start, self.tokens[tokens.end - 1].span.end)
    }
}
