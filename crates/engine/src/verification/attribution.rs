//! Which attribution holds a passage in its content, the innermost of them.

use rustc_hash::FxHashSet;

use crate::text::{Span, Watch};
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
    /// Nothing once the work is called off.
    pub(crate) fn new(index: &Index<'_>, contents: &'a [Attributed], watch: &Watch<'_>) -> Option<Self> {
        let lengths: Vec<usize> =
            contents.iter().map(|content| content.spans.iter().map(|span| span.len()).sum()).collect();
        let mut shortest_first: Vec<usize> = (0..contents.len()).collect();
        shortest_first.sort_by_key(|&content| (lengths[content], std::cmp::Reverse(content)));
        let mut of_word = vec![UNKNOWN; index.word_count()];
        // Contents may hold one another to any depth, so that words which have theirs are passed over at once.
        let mut free = FreeWords::new(of_word.len());
        for content in shortest_first {
            for span in &contents[content].spans {
                watch.step()?;
                let words = index.words_in(*span);
                let mut word = free.from(words.start);
                while word < words.end {
                    of_word[word] = u32::try_from(content).unwrap_or(UNKNOWN);
                    free.take(word);
                    word = free.from(word);
                }
            }
        }
        Some(Self { contents, lengths, of_word })
    }

    /// The attribution that holds most of a passage, but at least half of it; of those that hold as much, the one
    /// with the shortest content.
    pub(crate) fn holder(&self, index: &Index<'_>, passage: &[Span]) -> Option<usize> {
        let length: usize = passage.iter().map(|span| span.len()).sum();
        let mut best: Option<(usize, usize)> = None;
        let mut last = UNKNOWN;
        let mut weighed = FxHashSet::default();
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
                if !weighed.insert(content) {
                    continue;
                }
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
        let spans = &self.contents[content].spans;
        let (few, many) =
            if passage.len() < spans.len() { (passage, &spans[..]) } else { (&spans[..], passage) };
        few.iter().map(|span| shared(*span, many)).sum()
    }
}

/// How many bytes a span shares with others, which are in order and apart.
fn shared(span: Span, others: &[Span]) -> usize {
    let first = others.partition_point(|other| other.end <= span.start);
    let near = others[first..].iter().take_while(|other| other.start < span.end);
    near.map(|other| span.end.min(other.end).saturating_sub(span.start.max(other.start))).sum()
}

/// The words that no content has yet.
struct FreeWords {
    /// For each word, and for the end, itself while it is free, else a later one.
    next: Vec<usize>,
}

impl FreeWords {
    fn new(count: usize) -> Self {
        Self { next: (0..=count).collect() }
    }

    /// The first free word from `word` on, or the end. Halves the way for who asks next (Tarjan 1975).
    fn from(&mut self, mut word: usize) -> usize {
        while self.next[word] != word {
            self.next[word] = self.next[self.next[word]];
            word = self.next[word];
        }
        word
    }

    /// From now on a content has `word`.
    fn take(&mut self, word: usize) {
        self.next[word] = word + 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lexicon::Words;

    /// What holds most of a passage, by laying each content over it.
    fn holder_one_by_one(index: &Index<'_>, contents: &[Attributed], passage: &[Span]) -> Option<usize> {
        let size = |content: usize| contents[content].spans.iter().map(|span| span.len()).sum::<usize>();
        let shared =
            |some: &Span, other: &Span| some.end.min(other.end).saturating_sub(some.start.max(other.start));
        let held = |content: usize| {
            let spans = &contents[content].spans;
            passage
                .iter()
                .map(|piece| spans.iter().map(|span| shared(piece, span)).sum::<usize>())
                .sum::<usize>()
        };
        let length: usize = passage.iter().map(|span| span.len()).sum();
        let mut best: Option<(usize, usize)> = None;
        for word in passage.iter().flat_map(|span| index.words_in(*span)) {
            let has_word = |content: &usize| {
                contents[*content].spans.iter().any(|span| index.words_in(*span).contains(&word))
            };
            let holding = (0..contents.len()).filter(has_word);
            let mut next = holding.min_by_key(|&content| (size(content), std::cmp::Reverse(content)));
            for _ in 0..DEEPEST {
                let Some(content) = next else { break };
                next = contents[content].parent;
                let held = held(content);
                let is_better = best
                    .is_none_or(|(best, most)| held > most || (held == most && size(content) < size(best)));
                if is_better && 2 * held >= length {
                    best = Some((content, held));
                }
            }
        }
        best.map(|(content, _)| content)
    }

    /// Stretches of a text of so many letters with spaces between them, in order and apart.
    fn spans(count: usize, most: usize) -> impl Strategy<Value = Vec<Span>> {
        prop::collection::btree_set(0..count, 2..=2 * most).prop_map(|words| {
            let words: Vec<usize> = words.into_iter().collect();
            words.chunks_exact(2).map(|pair| Span::new(2 * pair[0], 2 * pair[1] + 1)).collect()
        })
    }

    proptest! {
        #[test]
        fn the_holder_is_the_content_that_holds_most(
            contents in prop::collection::vec((spans(60, 3), 0..60_usize), 0..40),
            passage in spans(60, 5),
        ) {
            let text = ["a b"; 30].join(" ");
            let contents: Vec<Attributed> = contents
                .into_iter()
                .enumerate()
                .map(|(number, (spans, parent))| Attributed { spans, parent: (parent < number).then_some(parent) })
                .collect();
            let watch = Watch::never();
            let index = Index::new(&text, &[], &Words::embedded(), &watch).expect("nobody calls it off");
            let holders = Holders::new(&index, &contents, &watch).expect("nobody calls it off");
            let expected = holder_one_by_one(&index, &contents, &passage);
            prop_assert_eq!(holders.holder(&index, &passage), expected);
        }
    }

    /// Each of so many contents reaches from one word to the end of the text: laid over one another they would take
    /// minutes.
    #[test]
    fn contents_that_hold_one_another_are_passed_over_at_once() {
        let count = 200_000;
        let text = "a ".repeat(count);
        let content = |word: usize| Attributed {
            spans: vec![Span::new(2 * word, 2 * count - 1)],
            parent: word.checked_sub(1),
        };
        let contents: Vec<Attributed> = (0..count).map(content).collect();
        let watch = Watch::never();
        let index = Index::new(&text, &[], &Words::embedded(), &watch).expect("nobody calls it off");
        let holders = Holders::new(&index, &contents, &watch).expect("nobody calls it off");
        assert_eq!(holders.holder(&index, &[Span::new(100, 101)]), Some(50));
    }
}
