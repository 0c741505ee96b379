//! Texts that nobody would write: arbitrary strings, soups, mutilated articles.

use proptest::prelude::*;
use proptest::sample::Index;

/// The article that the project was conceived from, with quotations of several kinds.
pub(crate) const SEED: &str = include_str!("../data/seed.txt");

/// The texts of the Wikinews articles.
pub(crate) fn articles() -> Vec<String> {
    let text_of = |record: &str| {
        let record: serde_json::Value = serde_json::from_str(record).expect("each line is a JSON record");
        record["text"].as_str().expect("each record has a text").to_owned()
    };
    include_str!("../data/wikinews-dev.jsonl").lines().map(text_of).collect()
}

/// The first bytes of a text, up to the character edge before `length`.
pub(crate) fn beginning(text: &str, length: usize) -> &str {
    &text[..edge_at(text, length)]
}

/// The last character edge of a text that is not after that byte.
fn edge_at(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|&edge| text.is_char_boundary(edge)).unwrap_or(0)
}

/// Any characters, and any printable ones.
pub(crate) fn any_string() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "\\PC*", "(?s).{0,200}", "[\\p{P}\\p{Z}\\p{Lu}\\p{Ll}\\p{M}]{0,100}"]
}

/// Pieces that steer the engine, in any order.
pub(crate) fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => prop::sample::select(MARKS),
        3 => prop::sample::select(CUES),
        3 => prop::sample::select(WORDS),
        2 => Just(" "),
    ];
    let separator = prop_oneof![Just(""), Just(" ")];
    (prop::collection::vec(piece, 0..80), separator).prop_map(|(pieces, separator)| pieces.join(separator))
}

/// An article, or some paragraphs of one, after a few injuries.
pub(crate) fn mutilated_article() -> impl Strategy<Value = String> {
    let articles = articles();
    let injuries = prop::collection::vec(injury(), 1..12);
    (any::<Index>(), any::<Index>(), any::<Index>(), injuries).prop_map(
        move |(article, start, length, injuries)| {
            let article = &articles[article.index(articles.len())];
            let start = edge_at(article, start.index(article.len()));
            let part = beginning(&article[start..], 200 + length.index(3000)).to_owned();
            injuries.into_iter().fold(part, |text, injury| injury.inflicted_on(&text))
        },
    )
}

/// Something that happens to articles, only worse.
#[derive(Clone, Debug)]
enum Injury {
    /// A stretch is lost.
    Dropped(Index, usize),
    /// A stretch stands there twice.
    Doubled(Index, usize),
    /// A stretch is moved elsewhere.
    Moved(Index, usize, Index),
    /// Something is put in.
    Inserted(Index, &'static str),
    /// Every n-th quotation mark becomes something else: nothing, two, another mark.
    MarksReplaced(usize, &'static str),
    /// Paragraphs in another order.
    ParagraphsTurned(Index),
    /// All of it is one paragraph, or every sentence its own.
    LinesBroken(&'static str, &'static str),
    /// Cut off.
    Truncated(Index),
    /// ALL CAPITALS or all small.
    Shouted(bool),
}

fn injury() -> impl Strategy<Value = Injury> {
    let place = any::<Index>;
    let anything =
        prop_oneof![prop::sample::select(MARKS), prop::sample::select(CUES), prop::sample::select(WORDS)];
    let mark = prop::sample::select(&["", "\"\"", "\"", "“", "”", "'", "’", "» «", "\n"][..]);
    let lines =
        prop::sample::select(&[("\n", " "), (". ", ".\n\n"), (", ", ",\n"), (" ", "\n"), (" ", "")][..]);
    prop_oneof![
        4 => (place(), 1_usize..40).prop_map(|(at, length)| Injury::Dropped(at, length)),
        2 => (place(), 1_usize..200).prop_map(|(at, length)| Injury::Doubled(at, length)),
        2 => (place(), 1_usize..200, place()).prop_map(|(at, length, to)| Injury::Moved(at, length, to)),
        4 => (place(), anything).prop_map(|(at, piece)| Injury::Inserted(at, piece)),
        3 => (1_usize..5, mark).prop_map(|(every, mark)| Injury::MarksReplaced(every, mark)),
        1 => place().prop_map(Injury::ParagraphsTurned),
        1 => lines.prop_map(|(from, to)| Injury::LinesBroken(from, to)),
        1 => place().prop_map(Injury::Truncated),
        1 => any::<bool>().prop_map(Injury::Shouted),
    ]
}

impl Injury {
    fn inflicted_on(self, text: &str) -> String {
        let edge = |at: Index| edge_at(text, at.index(text.len() + 1));
        let stretch = |at: Index, length: usize| {
            let start = edge(at);
            (start, edge_at(text, start + length))
        };
        match self {
            Self::Dropped(at, length) => {
                let (start, end) = stretch(at, length);
                [&text[..start], &text[end..]].concat()
            }
            Self::Doubled(at, length) => {
                let (start, end) = stretch(at, length);
                [&text[..end], &text[start..]].concat()
            }
            Self::Moved(at, length, to) => {
                let (start, end) = stretch(at, length);
                let mut rest = [&text[..start], &text[end..]].concat();
                rest.insert_str(edge_at(&rest, to.index(rest.len() + 1)), &text[start..end]);
                rest
            }
            Self::Inserted(at, piece) => {
                let at = edge(at);
                [&text[..at], piece, &text[at..]].concat()
            }
            Self::MarksReplaced(every, by) => with_marks_replaced(text, every, by),
            Self::ParagraphsTurned(at) => {
                let mut paragraphs: Vec<&str> = text.split('\n').collect();
                let middle = at.index(paragraphs.len());
                paragraphs.rotate_left(middle);
                paragraphs[middle..].reverse();
                paragraphs.join("\n")
            }
            Self::LinesBroken(from, to) => text.replace(from, to),
            Self::Truncated(at) => text[..edge(at)].to_owned(),
            Self::Shouted(true) => text.to_uppercase(),
            Self::Shouted(false) => text.to_lowercase(),
        }
    }
}

fn with_marks_replaced(text: &str, every: usize, by: &str) -> String {
    let mut injured = String::with_capacity(text.len());
    let mut marks = 0;
    for character in text.chars() {
        let is_mark = matches!(character, '"' | '“' | '”' | '‘' | '’' | '\'' | '«' | '»');
        marks += usize::from(is_mark);
        if is_mark && marks % every == 0 {
            injured.push_str(by);
        } else {
            injured.push(character);
        }
    }
    injured
}

/// Punctuation, and characters that trip those who count bytes.
const MARKS: &[&str] = &[
    "\"", "\"", "'", "“", "”", "“", "”", "‘", "’", "«", "»", "„", "``", "''", ",", ",", ",", ".", ".", "?",
    "!", "…", ":", ";", " — ", "–", "--", " - ", "-", "(", ")", "[", "]", "\n", "\n\n", "\r\n", "\u{2028}",
    "\u{A0}", "\u{AD}", "\u{200B}", "\u{301}", "👍🏽", "\u{200D}", "\u{FEFF}", "\0", "$", "%", "&", "/",
];

/// Cues of every category and inflection, and what steers them.
const CUES: &[&str] = &[
    "said",
    "says",
    "say",
    "saying",
    "to say",
    "Said",
    "SAID",
    "told",
    "tells",
    "according to",
    "According to",
    "claim",
    "claims",
    "claimed",
    "the claim",
    "promise",
    "promised",
    "urged",
    "urging",
    "accused",
    "was accused of",
    "asked",
    "whether",
    "believes",
    "is believed to",
    "view",
    "in her view",
    "in the words of",
    "fears of",
    "reportedly",
    "allegedly",
    "so-called",
    "denied",
    "declined to comment",
    "refused to say",
    "adding",
    "adding that",
    "announced",
    "agreed to",
    "agreed",
    "called for",
    "described",
    "criticism of",
    "is adamant",
    "on record as",
    "expects",
    "expected",
    "made a statement",
    "released a statement saying",
    "seems to",
    "emerged",
    "It emerged that",
    "wants",
    "wrote",
    "citing",
    "statement",
    "argued",
];

/// Sources, contents, function words.
const WORDS: &[&str] = &[
    "that",
    "that",
    "to",
    "he",
    "she",
    "They",
    "who",
    "which",
    "it",
    "It",
    "Ruiz",
    "Ana Ruiz",
    "Mr.",
    "Dr.",
    "U.S.",
    "President",
    "the minister",
    "The minister",
    "officials",
    "critics",
    "the ministry",
    "a report",
    "a",
    "the",
    "his",
    "her",
    "'s",
    "’s",
    "n't",
    "s'",
    "not",
    "never",
    "and",
    "And",
    "but",
    "or",
    "while",
    "as",
    "by",
    "of",
    "in",
    "on",
    "for",
    "from",
    "with",
    "on Monday",
    "last week",
    "in a statement",
    "yesterday",
    "2016",
    "12",
    "3.5",
    "was",
    "has",
    "had",
    "been",
    "will",
    "would",
    "may",
    "might",
    "Will",
    "be",
    "is",
    "are",
    "dam",
    "dams",
    "the dam",
    "leaked",
    "leaking",
    "quickly",
    "long",
    "since",
    "being",
    "the dam is safe",
    "reporters",
    "Zoé",
    "ÉTAT",
    "ﬁ",
    "İ",
    "ß",
    "他",
    "a.b.c.",
    "@nasa",
    "#MeToo",
    "http://a.b/c",
    "x",
];
