//! What the caller knows of names, found in the text: it wins over what the text lets guess.
//!
//! Text and variants are cut into the same pieces, words and marks, without regard to white space, so that "Ruiz 's" is
//! found in "Ruiz's". The variants become one tree of pieces, which is walked along the text once; its size is that of
//! the variants, and of these it holds no more than consist of the text's own pieces.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::annotation::AnnotatedDocument;
use crate::coreference::EntityKind;
use crate::text::Watch;

/// Somebody whom the caller knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alias {
    /// The name that records are to have: "Lloyd Austin". Not empty.
    pub name: String,
    /// What else the text may call them: "Secretary Austin", "the Pentagon chief". Words as they are written, but for
    /// the case of the first letter; of at most 64 words and marks, else it isn't found.
    pub variants: Vec<String>,
    /// Their title; empty for the text's.
    pub title: String,
    /// What sort of being they are; none for what the text tells.
    pub kind: Option<EntityKind>,
}

/// A variant of more pieces isn't looked for, so that from each token on no more than so many are read: invariant 8.
const LONGEST: usize = 64;

/// Where the aliases stand, in order and apart, each with its index. Of several that begin at one token that of most
/// words is taken, then the first of the caller's. Nothing once the work is called off.
pub(crate) fn aliases_in(
    annotated: &AnnotatedDocument<'_>,
    aliases: &[Alias],
    watch: &Watch<'_>,
) -> Option<Vec<(Range<usize>, usize)>> {
    if aliases.is_empty() {
        return Some(Vec::new());
    }
    let text = Pieces::of(annotated, watch)?;
    let tree = Tree::of(aliases, &text, watch)?;
    let mut found = Vec::new();
    let mut token = 0;
    while token < annotated.len() {
        watch.step()?;
        match tree.longest_at(token, &text) {
            Some((end, alias)) => {
                found.push((token..end, alias));
                token = end;
            }
            None => token += 1,
        }
    }
    Some(found)
}

/// A text's tokens cut into pieces, each as a number.
struct Pieces<'text> {
    numbers: FxHashMap<&'text str, u32>,
    /// For each piece's number that of its form with a small first letter.
    openings: Vec<u32>,
    /// The numbers of those forms.
    small: FxHashMap<String, u32>,
    /// The pieces of all tokens, one after the other.
    all: Vec<u32>,
    /// For each piece of the text its token.
    tokens: Vec<u32>,
    /// For each token its first piece.
    starts: Vec<u32>,
}

impl<'text> Pieces<'text> {
    fn of(annotated: &AnnotatedDocument<'text>, watch: &Watch<'_>) -> Option<Self> {
        let (numbers, small) = (FxHashMap::default(), FxHashMap::default());
        let (openings, all, tokens) = (Vec::new(), Vec::new(), Vec::new());
        let mut pieces = Self { numbers, openings, small, all, tokens, starts: Vec::new() };
        for token in 0..annotated.len() {
            watch.step()?;
            pieces.starts.push(wide(pieces.all.len()));
            for piece in pieces_of(annotated.word(token)) {
                let number = pieces.number(piece);
                pieces.all.push(number);
                pieces.tokens.push(wide(token));
            }
        }
        Some(pieces)
    }

    fn number(&mut self, piece: &'text str) -> u32 {
        if let Some(&number) = self.numbers.get(piece) {
            return number;
        }
        let number = wide(self.openings.len());
        self.numbers.insert(piece, number);
        let next = wide(self.small.len());
        self.openings.push(*self.small.entry(with_small_first(piece)).or_insert(next));
        number
    }

    /// The token after the piece before `end`, if one ends there.
    fn token_after(&self, end: usize) -> Option<usize> {
        let last = self.tokens[end - 1];
        self.tokens.get(end).is_none_or(|&next| next != last).then_some(last as usize + 1)
    }
}

/// The variants that may stand in a text, as a tree of their pieces.
#[derive(Default)]
struct Tree {
    /// From a node, by a piece of the text, to the next; from the root, which is 0, by the small form of a piece.
    next: FxHashMap<(u32, u32), u32>,
    /// For each node the best of the variants that end there, as an index into `variants`, or [`NONE`].
    ends: Vec<u32>,
    variants: Vec<Variant>,
}

/// What two variants have in common that stand for the same words of a text.
pub(crate) fn alias_key(written: &str) -> String {
    let mut key = String::with_capacity(written.len());
    for piece in pieces_of(written) {
        if key.is_empty() {
            key = with_small_first(piece);
        } else {
            key.push(' ');
            key.push_str(piece);
        }
    }
    key
}

/// At a node where no variant ends, as at most of them.
const NONE: u32 = u32::MAX;

/// A variant that ends at a node.
struct Variant {
    /// How many words it has, as white space divides it.
    words: usize,
    /// Its place among all variants.
    place: usize,
    alias: usize,
}

impl Variant {
    fn is_better_than(&self, other: &Self) -> bool {
        (self.words, other.place) > (other.words, self.place)
    }
}

impl Tree {
    fn of(aliases: &[Alias], text: &Pieces<'_>, watch: &Watch<'_>) -> Option<Self> {
        let mut tree = Self { ends: vec![NONE], ..Self::default() };
        let mut place = 0;
        let mut path = Vec::new();
        for (alias, known) in aliases.iter().enumerate() {
            for written in std::iter::once(&known.name).chain(&known.variants) {
                watch.step()?;
                place += 1;
                if path_of(written, text, &mut path) {
                    let words = written.split_whitespace().count();
                    tree.add(&path, Variant { words, place, alias });
                }
            }
        }
        Some(tree)
    }

    fn add(&mut self, path: &[u32], variant: Variant) {
        let mut node = 0;
        for &piece in path {
            let new = wide(self.ends.len());
            node = *self.next.entry((node, piece)).or_insert(new);
            if node == new {
                self.ends.push(NONE);
            }
        }
        if self.end(node).is_none_or(|known| variant.is_better_than(known)) {
            self.ends[node as usize] = wide(self.variants.len());
            self.variants.push(variant);
        }
    }

    /// The best of the variants that end at a node.
    fn end(&self, node: u32) -> Option<&Variant> {
        self.variants.get(self.ends[node as usize] as usize)
    }

    /// The best variant that begins at a token: the token after it, and its alias.
    fn longest_at(&self, token: usize, text: &Pieces<'_>) -> Option<(usize, usize)> {
        let start = text.starts[token] as usize;
        let opening = text.openings[*text.all.get(start)? as usize];
        let mut node = *self.next.get(&(0, opening))?;
        let mut best: Option<(&Variant, usize)> = None;
        let mut end = start + 1;
        loop {
            let here = self.end(node).zip(text.token_after(end));
            if let Some((variant, after)) = here
                && best.is_none_or(|(known, _)| variant.is_better_than(known))
            {
                best = Some((variant, after));
            }
            let next = text.all.get(end).and_then(|&piece| self.next.get(&(node, piece)));
            let Some(&next) = next else { break };
            (node, end) = (next, end + 1);
        }
        best.map(|(variant, after)| (after, variant.alias))
    }
}

/// Puts a variant's way through the tree into `path`; false where the text can't hold it.
fn path_of(written: &str, text: &Pieces<'_>, path: &mut Vec<u32>) -> bool {
    path.clear();
    let mut pieces = pieces_of(written);
    let Some(first) = pieces.next() else { return false };
    let Some(&opening) = text.small.get(&with_small_first(first)) else { return false };
    path.push(opening);
    for piece in pieces {
        match text.numbers.get(piece) {
            Some(&number) if path.len() < LONGEST => path.push(number),
            _ => return false,
        }
    }
    true
}

/// The words and marks of a name or a token: letters and digits in a row, and each other character by itself. "N't" is
/// cut off, as segmentation cuts it.
fn pieces_of(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text.trim_start();
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let length = if first.is_alphanumeric() {
            let end = rest.find(|character: char| !character.is_alphanumeric()).unwrap_or(rest.len());
            without_negation(&rest[..end], &rest[end..])
        } else {
            first.len_utf8()
        };
        let (piece, others) = rest.split_at(length);
        rest = others.trim_start();
        Some(piece)
    })
}

/// The length of a word without the "n" of "n't": "do" of "don't".
fn without_negation(word: &str, after: &str) -> usize {
    let is_negation = after.strip_prefix(['\'', '’']).is_some_and(|after| {
        let mut letters = after.chars();
        matches!(letters.next(), Some('t' | 'T')) && !letters.next().is_some_and(char::is_alphanumeric)
    });
    if is_negation && word.len() > 1 && word.ends_with(['n', 'N']) { word.len() - 1 } else { word.len() }
}

fn with_small_first(piece: &str) -> String {
    let mut characters = piece.chars();
    let first = characters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(characters).collect()
}

/// As a number in tables that are as long as a text or its aliases.
fn wide(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use proptest::prelude::*;

    use super::*;
    use crate::annotation::annotated;

    fn alias(name: &str, variants: &[&str]) -> Alias {
        let variants = variants.iter().map(|&variant| variant.to_owned()).collect();
        Alias { name: name.to_owned(), variants, ..Alias::default() }
    }

    /// What is found in a text, and whose it is.
    fn found<'text>(text: &'text str, aliases: &[Alias]) -> Vec<(&'text str, usize)> {
        let annotated = annotated(text);
        let found = aliases_in(&annotated, aliases, &Watch::never()).expect("nobody calls it off");
        let words = |tokens: &Range<usize>| annotated.document.span_of(tokens).slice(text);
        found.iter().map(|(tokens, alias)| (words(tokens), *alias)).collect()
    }

    /// The same, by trying each variant at each token.
    fn found_one_by_one(annotated: &AnnotatedDocument<'_>, aliases: &[Alias]) -> Vec<(Range<usize>, usize)> {
        let mut variants: Vec<(Vec<&str>, usize)> = Vec::new();
        for (index, alias) in aliases.iter().enumerate() {
            let written = std::iter::once(&alias.name).chain(&alias.variants);
            variants.extend(written.map(|it| (it.split_whitespace().collect(), index)));
        }
        variants.retain(|(words, _)| !words.is_empty());
        variants.sort_by_key(|(words, index)| (std::cmp::Reverse(words.len()), *index));
        let mut found = Vec::new();
        let mut token = 0;
        while token < annotated.len() {
            let here = variants
                .iter()
                .find_map(|(words, index)| Some((stands_at(annotated, token, words)?, *index)));
            found.extend(here.map(|(end, index)| (token..end, index)));
            token = here.map_or(token + 1, |(end, _)| end);
        }
        found
    }

    /// The end of `words` if they stand at `start`, cut where the text's tokens are.
    fn stands_at(annotated: &AnnotatedDocument<'_>, start: usize, words: &[&str]) -> Option<usize> {
        let mut token = start;
        for word in words {
            let mut rest = *word;
            while !rest.is_empty() {
                let piece = annotated.word_or(token);
                let cut = rest.get(..piece.len()).filter(|_| !piece.is_empty())?;
                let is_same = if token == start {
                    with_small_first(cut) == with_small_first(piece)
                } else {
                    cut == piece
                };
                if !is_same {
                    return None;
                }
                rest = &rest[piece.len()..];
                token += 1;
            }
        }
        Some(token)
    }

    #[test]
    fn what_is_found_begins_and_ends_with_words_of_the_text() {
        let aliases = [
            alias("Ana Ruiz", &["the mayor of Split", "the mayor", "Ruiz's office"]),
            alias("Acme Inc.", &["AT&T", "don't Panic"]),
        ];
        for (text, expected) in [
            ("The mayor of Split spoke; the mayor left.", vec![("The mayor of Split", 0), ("the mayor", 0)]),
            ("The mayors and the Mayor of Split spoke.", vec![]),
            ("ana Ruiz and Ana ruiz", vec![("ana Ruiz", 0)]),
            ("Ruiz's office and Ruiz 's office", vec![("Ruiz's office", 0), ("Ruiz 's office", 0)]),
            ("He owns Acme Inc. It fell.", vec![("Acme Inc.", 1)]),
            ("AT&T, AT & T and AT&T-like", vec![("AT&T", 1), ("AT & T", 1)]),
            ("Don't Panic, Dana Ruiz", vec![("Don't Panic", 1)]),
            ("", vec![]),
        ] {
            assert_eq!(found(text, &aliases), expected, "{text}");
        }
    }

    #[test]
    fn of_several_the_one_of_most_words_is_found_then_the_first() {
        let aliases = [alias("a b", &["a b c d"]), alias("a b c", &["A b"]), alias("b", &["a b c d"])];
        assert_eq!(
            found("a b c d a b c e a b b", &aliases),
            [("a b c d", 0), ("a b c", 1), ("a b", 0), ("b", 2)]
        );
    }

    #[test]
    fn a_variant_longer_than_any_name_is_left_out() {
        let words = |count: usize| vec!["so"; count].join(" ");
        assert_eq!(found(&words(LONGEST), &[alias(&words(LONGEST), &[])]).len(), 1);
        assert!(found(&words(LONGEST + 1), &[alias(&words(LONGEST + 1), &[])]).is_empty());
    }

    /// Each token of the text begins each of the variants, and none of them stands there.
    #[test]
    fn the_search_can_be_called_off_at_every_step() {
        let variants: Vec<String> = (1..40).map(|count| "a ".repeat(count) + "b").collect();
        let variants: Vec<&str> = variants.iter().map(String::as_str).collect();
        let aliases = vec![alias("zz", &variants); 20];
        let text = "a ".repeat(2_000);
        let annotated = annotated(&text);
        let asked = AtomicUsize::new(0);
        let count = || asked.fetch_add(1, Ordering::Relaxed) == usize::MAX;
        assert_eq!(aliases_in(&annotated, &aliases, &Watch::new(&count)), Some(Vec::new()));
        let all = asked.into_inner();
        // Cutting the text, building the tree and walking along it: each asks once in 64 steps.
        assert_eq!(all, (2 * 2_000 + 20 * 40) / 64);
        for last in 0..all {
            let asked = AtomicUsize::new(0);
            let cancelled = || asked.fetch_add(1, Ordering::Relaxed) == last;
            assert_eq!(aliases_in(&annotated, &aliases, &Watch::new(&cancelled)), None);
            assert_eq!(asked.into_inner(), last + 1);
        }
    }

    /// Words with what may hang on them.
    fn words(longest: usize) -> impl Strategy<Value = String> {
        let word = prop::sample::select(vec![
            "a",
            "A",
            "b",
            "B",
            "Ana",
            "ana",
            "Ruiz",
            "U.S.",
            "Inc.",
            "O'Brien",
            "AT&T",
            "long-term",
            "12",
            "3.5",
            "don't",
            "Élan",
            "élan",
            "“",
            "(",
            "@nasa",
            "é\u{301}t",
        ]);
        let ending = prop::sample::select(vec!["", "", "", "", "'s", "’s", ".", ",", "”", ")", "…"]);
        let written = prop::collection::vec((word, ending), 1..longest);
        written.prop_map(|words| {
            words.iter().map(|(word, ending)| format!("{word}{ending}")).collect::<Vec<_>>().join(" ")
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn one_walk_finds_what_trying_each_variant_finds(
            text in words(30),
            variants in prop::collection::vec(words(5), 1..24),
        ) {
            let aliases: Vec<Alias> = variants
                .chunks(3)
                .map(|of_one| Alias { variants: of_one[1..].to_vec(), name: of_one[0].clone(), ..Alias::default() })
                .collect();
            let annotated = annotated(&text);
            let found = aliases_in(&annotated, &aliases, &Watch::never()).expect("nobody calls it off");
            prop_assert_eq!(found, found_one_by_one(&annotated, &aliases));
        }
    }
}
