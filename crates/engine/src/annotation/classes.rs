//! A document with the word classes of its tokens: what the frames look at.

use std::ops::Range;

use crate::lexicon::{WordClasses, WordList, Words};
use crate::text::{Document, TokenKind};

/// What the first letters of a word look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// "dam"
    Lower,
    /// "Dam"
    Title,
    /// "DAM", "U.N."
    Upper,
    /// No letters.
    Other,
}

/// What a word's ending and the lexicon's cues tell of it, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Traits(u16);

impl Traits {
    /// Ends as adverbs do: "firmly".
    pub(crate) const LY: Self = Self(1);
    /// Ends as participles and past tenses do: "released".
    pub(crate) const ED: Self = Self(1 << 1);
    /// Ends as gerunds do: "saying".
    pub(crate) const ING: Self = Self(1 << 2);
    /// Ends as plurals do: "officials".
    pub(crate) const S: Self = Self(1 << 3);
    /// The past tense of a verb cue begins here.
    pub(crate) const PAST_CUE: Self = Self(1 << 4);
    /// The gerund of a verb cue begins here.
    pub(crate) const GERUND_CUE: Self = Self(1 << 5);
    /// The third person of a verb cue, which is no noun cue, begins here.
    pub(crate) const THIRD_PERSON_CUE: Self = Self(1 << 6);
    /// A cue whose object is to do what the content says: "urged".
    pub(crate) const DIRECTS: Self = Self(1 << 7);
    /// Such a cue of several words, before whose last one no object stands: "called on".
    pub(crate) const DIRECTS_LATER: Self = Self(1 << 8);
    /// A cue whose object is told the content: "told".
    pub(crate) const TELLS: Self = Self(1 << 9);
    /// A cue after which "to" opens to whom it is said: "said".
    pub(crate) const SPEAKS_TO: Self = Self(1 << 10);
    /// A cue that in the passive tells what its subject holds true: "convinced".
    pub(crate) const CONVINCES: Self = Self(1 << 11);

    /// This set and, where `holds`, the other.
    pub(crate) const fn with(self, other: Self, holds: bool) -> Self {
        if holds { Self(self.0 | other.0) } else { self }
    }
}

/// What is known of one token without its context.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TokenClass {
    pub(crate) words: WordClasses,
    pub(crate) shape: Shape,
    pub(crate) traits: Traits,
    /// The quotation that holds it, as an index into the document's; marks belong to theirs.
    pub(crate) quotation: Option<u32>,
}

/// A document with its tokens' classes.
pub(crate) struct ClassedDocument<'a> {
    pub(crate) document: &'a Document<'a>,
    pub(crate) classes: Vec<TokenClass>,
    /// For each token the sentence that holds it.
    sentence_of: Vec<u32>,
    /// For each sentence whether it is printed as a headline: most of its longer words begin with a capital.
    headlines: Vec<bool>,
}

impl<'a> ClassedDocument<'a> {
    pub(crate) fn new(document: &'a Document<'a>, words: &Words) -> Self {
        let mut lower = String::new();
        let mut classes: Vec<TokenClass> =
            (0..document.tokens.len()).map(|token| class_of(document, token, words, &mut lower)).collect();
        for (class, quotation) in classes.iter_mut().zip(document.innermost_quotations()) {
            class.quotation = quotation;
        }
        let mut sentence_of = vec![0; document.tokens.len()];
        for (index, sentence) in document.sentences.iter().enumerate() {
            sentence_of[sentence.tokens.clone()].fill(u32::try_from(index).unwrap_or(u32::MAX));
        }
        let headlines =
            document.sentences.iter().map(|sentence| is_headline(&classes[sentence.tokens.clone()]));
        let headlines = headlines.collect();
        Self { document, classes, sentence_of, headlines }
    }

    pub(crate) fn len(&self) -> usize {
        self.classes.len()
    }

    pub(crate) fn is(&self, token: usize, classes: WordClasses) -> bool {
        self.classes.get(token).is_some_and(|class| class.words.any(classes))
    }

    pub(crate) fn has(&self, token: usize, traits: Traits) -> bool {
        self.classes.get(token).is_some_and(|class| class.traits.0 & traits.0 != 0)
    }

    pub(crate) fn kind(&self, token: usize) -> Option<TokenKind> {
        self.document.tokens.get(token).map(|token| token.kind)
    }

    pub(crate) fn is_kind(&self, token: usize, kind: TokenKind) -> bool {
        self.kind(token) == Some(kind)
    }

    pub(crate) fn is_wordlike(&self, token: usize) -> bool {
        self.document.tokens.get(token).is_some_and(crate::text::Token::is_wordlike)
    }

    pub(crate) fn is_capitalized(&self, token: usize) -> bool {
        self.classes.get(token).is_some_and(|class| matches!(class.shape, Shape::Title | Shape::Upper))
    }

    /// "'s" after a noun: "the minister's".
    pub(crate) fn is_genitive(&self, token: usize) -> bool {
        self.is_kind(token, TokenKind::Clitic) && matches!(self.word(token), "'s" | "’s" | "'" | "’")
    }

    pub(crate) fn is_adverb(&self, token: usize) -> bool {
        self.classes.get(token).is_some_and(|class| {
            class.words.any(WordClasses::ADVERB)
                || (self.has(token, Traits::LY)
                    && class.shape == Shape::Lower
                    && !class.words.any(WordClasses::NOT_ADVERB))
        })
    }

    pub(crate) fn word(&self, token: usize) -> &'a str {
        self.document.word(token)
    }

    pub(crate) fn is_word(&self, token: usize, word: &str) -> bool {
        token < self.len() && self.word(token).eq_ignore_ascii_case(word)
    }

    pub(crate) fn sentence_index(&self, token: usize) -> usize {
        self.sentence_of[token] as usize
    }

    pub(crate) fn is_one_of(&self, token: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.is_word(token, word))
    }

    /// Whether a token is a word of that list, whatever its case.
    pub(crate) fn is_in(&self, token: usize, list: WordList) -> bool {
        token < self.len() && list.has(self.word(token))
    }

    /// The tokens of the sentence that holds `token`.
    pub(crate) fn sentence(&self, token: usize) -> Range<usize> {
        self.document.sentences[self.sentence_index(token)].tokens.clone()
    }

    /// Whether a sentence is the first of its paragraph.
    pub(crate) fn starts_paragraph(&self, sentence: usize) -> bool {
        let after = self.document.paragraphs.partition_point(|paragraph| paragraph.sentences.end <= sentence);
        self.document.paragraphs.get(after).is_some_and(|paragraph| paragraph.sentences.start == sentence)
    }

    /// Nothing ends the sentence that holds `token`: a headline, a caption, a list item.
    pub(crate) fn lacks_terminator(&self, token: usize) -> bool {
        let sentence = self.sentence(token);
        !sentence.rev().take(2).any(|last| self.is_kind(last, TokenKind::Terminator))
    }

    pub(crate) fn is_headline(&self, token: usize) -> bool {
        self.headlines[self.sentence_index(token)]
    }

    /// The innermost quotation that holds `token`, without its marks counting as inside.
    pub(crate) fn quotation_around(&self, token: usize) -> Option<usize> {
        let mut index = self.classes.get(token)?.quotation? as usize;
        loop {
            let quotation = &self.document.quotations[index];
            let closing = quotation.closed.then(|| quotation.tokens.end - 1);
            let at_mark = Some(token) == closing
                || (token == quotation.tokens.start && self.is_kind(token, TokenKind::OpeningMark));
            if !at_mark {
                return Some(index);
            }
            index = self.holder(index)?;
        }
    }

    /// The quotation that directly holds another one.
    fn holder(&self, index: usize) -> Option<usize> {
        let quotation = &self.document.quotations[index];
        if quotation.depth == 0 {
            return None;
        }
        (0..index).rev().take(16).find(|&other| {
            let other = &self.document.quotations[other];
            other.depth < quotation.depth && other.tokens.end >= quotation.tokens.end
        })
    }

    /// The quotation that begins with the mark at `token`.
    pub(crate) fn quotation_from(&self, token: usize) -> Option<usize> {
        if !self.is_kind(token, TokenKind::OpeningMark) {
            return None;
        }
        let index = self.classes[token].quotation? as usize;
        (self.document.quotations[index].tokens.start == token).then_some(index)
    }

    /// The quotation that ends with the mark at `token`.
    pub(crate) fn quotation_to(&self, token: usize) -> Option<usize> {
        if !self.is_kind(token, TokenKind::ClosingMark) {
            return None;
        }
        let index = self.classes[token].quotation? as usize;
        let quotation = &self.document.quotations[index];
        (quotation.closed && quotation.tokens.end == token + 1).then_some(index)
    }
}

fn class_of(document: &Document<'_>, token: usize, words: &Words, lower: &mut String) -> TokenClass {
    let kind = document.tokens[token].kind;
    let word = document.word(token);
    let wordlike = document.tokens[token].is_wordlike();
    let shape = if wordlike { shape_of(word) } else { Shape::Other };
    let classes = if !wordlike {
        WordClasses::NONE
    } else if shape == Shape::Lower && kind == TokenKind::Word {
        words.classes(word)
    } else {
        lower.clear();
        lower.extend(word.chars().flat_map(char::to_lowercase));
        words.classes(lower)
    };
    let ends = |ending: &str, shortest: usize| wordlike && word.len() >= shortest && word.ends_with(ending);
    let traits = Traits::default()
        .with(Traits::LY, ends("ly", 5))
        .with(Traits::ED, ends("ed", 4))
        .with(Traits::ING, ends("ing", 5))
        .with(Traits::S, ends("s", 3) && !word.ends_with("ss"));
    TokenClass { words: classes, shape, traits, quotation: None }
}

fn shape_of(word: &str) -> Shape {
    let mut letters = word.chars().filter(|character| character.is_alphabetic());
    match (letters.next(), letters.next()) {
        (None, _) => Shape::Other,
        (Some(first), second) if first.is_uppercase() => {
            if second.is_none_or(char::is_uppercase) && word.len() > 1 { Shape::Upper } else { Shape::Title }
        }
        _ => Shape::Lower,
    }
}

/// "Minister Says War Is Over": three quarters of the longer words begin with a capital.
fn is_headline(classes: &[TokenClass]) -> bool {
    let longer = classes.iter().filter(|class| {
        class.shape != Shape::Other && !class.words.any(WordClasses::PREPOSITION.or(WordClasses::DETERMINER))
    });
    let (capitals, all) = longer.fold((0, 0), |(capitals, all), class| {
        (capitals + usize::from(class.shape != Shape::Lower), all + 1)
    });
    all >= 4 && capitals * 4 >= all * 3
}
