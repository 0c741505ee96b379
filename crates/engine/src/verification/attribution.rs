//! Which attribution holds a passage in its content, the innermost of them.

use crate::text::Span;
use crate::verification::Attributed;
use crate::verification::index::{Index, UNKNOWN};

/// An attribution is looked for in no more than so many that hold one another.
const DEEPEST: usize = 32;

/// For each word of a text whose it is.
pub(crate) struct Holders<'a> {
    contents: &'a [Attributed],
    /// The length of each content in bytes.
    lengths: Vec<usize>,
    /// For each word the shortest content that it stands in.
    of_word: Vec<u32>,
}

impl<'a> Holders<'a> {
    pub(crate) fn new(index: &Index<'_>, contents: &'a [Attributed]) -> Self {
        let lengths: Vec<usize> =
            contents.iter().map(|content| content.spans.iter().map(|span| span.len()).sum()).collect();
        let mut longest_first: Vec<usize> = (0..contents.len()).collect();
        longest_first.sort_by_key(|&content| (std::cmp::Reverse(lengths[content]), content));
        let mut of_word = vec![UNKNOWN; index.word_count()];
        for content in longest_first {
            for span in &contents[content].spans {
                of_word[index.words_in(*span)].fill(u32::try_from(content).unwrap_or(UNKNOWN));
            }
        }
        Self { contents, lengths, of_word }
    }

    /// The attribution that holds most of a passage, but at least half of it; of those that hold as much, the one
    /// with the shortest content.
    pub(crate) fn holder(&self, index: &Index<'_>, passage: &[Span]) -> Option<usize> {
        let length: usize = passage.iter().map(|span| span.len()).sum();
        let mut best: Option<(usize, usize)> = None;
        let mut last = UNKNOWN;
        for word in passage.iter().flat_map(|span| index.words_in(*span)) {
            let innermost = self.of_word[word];
            if innermost == last {
                continue;
            }
            last = innermost;
            let mut next = (innermost != UNKNOWN).then_some(innermost as usize);
            for _ in 0..DEEPEST {
                let Some(content) = next else { break };
                next = self.contents[content].parent;
                let held = self.held(content, passage);
                let is_better = best.is_none_or(|(best, most)| {
                    held > most || (held == most && self.lengths[content] < self.lengths[best])
                });
                if is_better && 2 * held >= length {
                    best = Some((content, held));
                }
            }
        }
        best.map(|(content, _)| content)
    }

    /// How many bytes of a passage stand in a content.
    fn held(&self, content: usize, passage: &[Span]) -> usize {
        let shared =
            |some: &Span, other: &Span| some.end.min(other.end).saturating_sub(some.start.max(other.start));
        let spans = &self.contents[content].spans;
        passage.iter().map(|piece| spans.iter().map(|span| shared(piece, span)).sum::<usize>()).sum()
    }
}
