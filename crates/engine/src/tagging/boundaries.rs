//! Where the parts of a reading end, as far as the text itself says it: at paragraphs, at quotation marks, before whom
//! is spoken to.
//!
//! The network decides token by token, within a window; what is said here holds whatever the window shows.

use std::ops::Range;

use crate::annotation::{AnnotatedDocument, WordForms};
use crate::lexicon::{WordClasses, WordList};
use crate::tagging::network::Reading;
use crate::text::Quotation;

/// How many quotations inside a content are looked through for one that its end cuts: invariant 8.
const MOST_QUOTATIONS: usize = 8;

impl AnnotatedDocument<'_> {
    /// A reading whose parts end where the text says.
    pub(crate) fn with_edges(&self, mut reading: Reading) -> Reading {
        if let Some(source) = &mut reading.source {
            source.end = self.before_addressee(&reading.cue, source);
        }
        let pieces: Vec<Range<usize>> = reading
            .contents
            .iter()
            .map(|content| self.to_closing_mark(content, &reading))
            .flat_map(|content| self.by_paragraph(&content, &reading.cue))
            .collect();
        // A lone ">" stays: a reading has content.
        if !pieces.is_empty() {
            reading.contents = without_overlaps(pieces);
        }
        reading
    }

    /// Where a source ends that stands behind its verb: "said | Bolden | to the crowd", but "said the ambassador to
    /// Chad".
    fn before_addressee(&self, cue: &Range<usize>, source: &Range<usize>) -> usize {
        let verb = cue.end - 1;
        let may_be_inverted =
            self.is_in(verb, WordList::InvertedVerb) || self.has(verb, WordForms::SPEAKS_TO);
        let is_inverted = source.start == cue.end && may_be_inverted;
        let speaks_to = |&token: &usize| {
            self.is_word(token, "to")
                && self.is_capitalized(token - 1)
                && !self.is(token - 1, WordClasses::TITLE)
        };
        let to = (source.start + 1..source.end).find(speaks_to).filter(|_| is_inverted);
        to.unwrap_or(source.end)
    }

    /// A content that begins with a quotation, or within one, goes on until its closing mark: somebody's words don't
    /// end with their first sentence. What holds the cue or the source itself is somebody else's quotation.
    fn to_closing_mark(&self, content: &Range<usize>, reading: &Reading) -> Range<usize> {
        let quotations = &self.document.quotations;
        let first = quotations.partition_point(|quotation| quotation.tokens.start < content.start);
        let is_cut = |quotation: &&Quotation| {
            let tokens = &quotation.tokens;
            let holds = |part: &Range<usize>| part.start < tokens.end && tokens.start < part.end;
            tokens.start < content.end
                && tokens.end > content.end
                && !holds(&reading.cue)
                && !reading.source.as_ref().is_some_and(holds)
        };
        let cut = quotations[first..].iter().take(MOST_QUOTATIONS).find(is_cut);
        content.start..cut.map_or(content.end, |quotation| quotation.tokens.end)
    }

    /// A content that runs over paragraphs as one piece for each, without the words of a sentence that it only begins:
    /// the headline "Ibarra: I will not sell the club" ends before the article's "Owner". A block's ">" is layout.
    fn by_paragraph(&self, content: &Range<usize>, cue: &Range<usize>) -> Vec<Range<usize>> {
        let mut pieces = Vec::new();
        let mut start = content.start;
        while start < content.end {
            let paragraph = self.document.paragraph_at(self.sentence_index(start));
            let last = self.document.paragraphs[paragraph].sentences.end - 1;
            let end = self.document.sentences[last].tokens.end.min(content.end);
            let sentence = self.sentence(end - 1);
            let is_whole = (end..sentence.end).all(|token| !self.is_wordlike(token));
            // "… / and the bridge too, Ruiz said" is a line that was broken.
            let is_begun_only = start != content.start
                && sentence.start == start
                && !is_whole
                && cue.end <= content.start
                && self.is_capitalized(start);
            let first = start + usize::from(self.word(start) == ">");
            if !is_begun_only && first < end {
                pieces.push(first..end);
            }
            start = end;
        }
        pieces
    }
}

/// The pieces in order, those that share tokens as one.
fn without_overlaps(pieces: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match apart.last_mut() {
            Some(last) if piece.start < last.end => last.end = last.end.max(piece.end),
            _ => apart.push(piece),
        }
    }
    apart
}
