//! A document with what names and nouns its words may be: what every step of this room looks at.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::lexicon::{
    Gazetteer, LONGEST_ENTRY, Noun, NounKind, PersonalName, Place, WordClasses, WordList, Words,
};
use crate::text::{Document, TokenKind};

/// What is known of one token without its context.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent of each other, and read by name")]
pub(crate) struct Fact {
    /// The classes of the word in lower case.
    pub(crate) classes: WordClasses,
    /// It has letters.
    is_word: bool,
    /// It has a capital: "Austin", "NASA", "al-Assad".
    pub(crate) is_capitalized: bool,
    /// All of its letters are capitals, and it has two at least: "NASA", "U.S.".
    pub(crate) is_acronym: bool,
    /// What a capitalized word is in people's names.
    pub(crate) name: PersonalName,
    /// The noun that ends or is within this token's words: "minister" for both words of "prime minister".
    pub(crate) noun: Option<Noun>,
    /// The place that this capitalized word is a part of.
    pub(crate) place: Option<Place>,
    /// The first wordlike token of its sentence, or of a quotation.
    pub(crate) is_first: bool,
    /// The innermost quotation around it, marks included.
    pub(crate) quotation: Option<u32>,
    /// Its sentence.
    pub(crate) sentence: u32,
    /// Its sentence is printed as a headline.
    pub(crate) in_headline: bool,
}

/// A document with the facts of its tokens.
pub(crate) struct Facts<'a> {
    pub(crate) document: &'a Document<'a>,
    pub(crate) tokens: Vec<Fact>,
    /// Words that stand in lower case somewhere.
    lower: FxHashSet<&'a str>,
    /// Words that stand with a capital where no sentence begins, and how often.
    capitalized: FxHashMap<&'a str, u32>,
}

impl<'a> Facts<'a> {
    pub(crate) fn new(document: &'a Document<'a>, words: &Words, gazetteer: &Gazetteer) -> Self {
        let mut facts: Vec<Fact> = Vec::with_capacity(document.tokens.len());
        let mut lower = FxHashSet::default();
        let mut buffer = String::new();
        for token in 0..document.tokens.len() {
            facts.push(fact_of(document, token, words, gazetteer, &mut buffer));
        }
        for (index, sentence) in document.sentences.iter().enumerate() {
            // Headlines have no period: "Mayor Ana Ruiz of Oslo said so." is none. Nor have they a bracket at their end:
            // "John Cornyn, U.S. Senator (R-Texas)" is a caption.
            let last = sentence.tokens.end - 1;
            let in_headline =
                !matches!(document.word(last), "." | ")") && is_headline(&facts[sentence.tokens.clone()]);
            let mut is_first = true;
            for token in sentence.tokens.clone() {
                let fact = &mut facts[token];
                fact.sentence = u32::try_from(index).unwrap_or(u32::MAX);
                fact.in_headline = in_headline;
                let kind = document.tokens[token].kind;
                fact.is_first = is_first && document.tokens[token].is_wordlike();
                is_first = (is_first && !document.tokens[token].is_wordlike())
                    || matches!(kind, TokenKind::OpeningMark | TokenKind::Colon);
            }
        }
        for (fact, quotation) in facts.iter_mut().zip(document.innermost_quotations()) {
            fact.quotation = quotation;
        }
        let mut capitalized: FxHashMap<&str, u32> = FxHashMap::default();
        for (token, fact) in facts.iter().enumerate() {
            let word = document.word(token);
            if !fact.is_capitalized {
                lower.insert(word);
            } else if !fact.is_first && !fact.in_headline {
                *capitalized.entry(word).or_default() += 1;
            }
        }
        let mut read = Self { document, tokens: facts, lower, capitalized };
        read.mark_entries(gazetteer, &mut buffer);
        read
    }

    /// Entries of several words, the longest first.
    fn mark_entries(&mut self, gazetteer: &Gazetteer, buffer: &mut String) {
        let mut token = 0;
        while token < self.tokens.len() {
            let mut reach = 1;
            for length in (2..=LONGEST_ENTRY).rev() {
                let end = token + length;
                if end > self.tokens.len() || !(token..end).all(|it| self.is_wordlike(it)) {
                    continue;
                }
                self.join(token..end, buffer);
                let place = self.tokens[token].is_capitalized.then(|| gazetteer.place(buffer)).flatten();
                let is_shouted = place.is_none() && (token..end).all(|it| self.tokens[it].is_acronym);
                let place = if is_shouted { gazetteer.place(&capitalized(buffer)) } else { place };
                let noun = if place.is_none() {
                    buffer.make_ascii_lowercase();
                    gazetteer.noun(buffer)
                } else {
                    None
                };
                if place.is_some() || noun.is_some() {
                    for fact in &mut self.tokens[token..end] {
                        fact.place = place;
                        fact.noun = noun;
                    }
                    reach = length;
                    break;
                }
            }
            token += reach;
        }
    }

    fn join(&self, tokens: Range<usize>, buffer: &mut String) {
        buffer.clear();
        for token in tokens {
            if !buffer.is_empty() {
                buffer.push(' ');
            }
            buffer.push_str(self.word(token));
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(crate) fn word(&self, token: usize) -> &'a str {
        self.document.word(token)
    }

    /// The word, or nothing past the end.
    pub(crate) fn word_or(&self, token: usize) -> &'a str {
        if token < self.len() { self.document.word(token) } else { "" }
    }

    pub(crate) fn is(&self, token: usize, classes: WordClasses) -> bool {
        self.tokens.get(token).is_some_and(|fact| fact.classes.any(classes))
    }

    pub(crate) fn is_kind(&self, token: usize, kind: TokenKind) -> bool {
        self.document.tokens.get(token).is_some_and(|token| token.kind == kind)
    }

    pub(crate) fn is_wordlike(&self, token: usize) -> bool {
        self.document.tokens.get(token).is_some_and(crate::text::Token::is_wordlike)
    }

    pub(crate) fn is_capitalized(&self, token: usize) -> bool {
        self.tokens.get(token).is_some_and(|fact| fact.is_capitalized)
    }

    pub(crate) fn is_one_of(&self, token: usize, words: &[&str]) -> bool {
        token < self.len() && words.iter().any(|word| self.word(token).eq_ignore_ascii_case(word))
    }

    /// Whether a token is a word of that list, whatever its case.
    pub(crate) fn is_in(&self, token: usize, list: WordList) -> bool {
        list.has(self.word_or(token))
    }

    /// "'s" after a noun: "the minister's".
    pub(crate) fn is_genitive(&self, token: usize) -> bool {
        self.is_kind(token, TokenKind::Clitic) && matches!(self.word(token), "'s" | "’s" | "'" | "’")
    }

    pub(crate) fn noun(&self, token: usize) -> Option<Noun> {
        self.tokens.get(token).and_then(|fact| fact.noun)
    }

    pub(crate) fn is_noun(&self, token: usize, kind: NounKind) -> bool {
        self.noun(token).is_some_and(|noun| noun.kind == kind)
    }

    /// A noun for one person: "minister", "coach"; the "General" of "General Milley".
    pub(crate) fn is_role(&self, token: usize) -> bool {
        self.is(token, WordClasses::TITLE)
            || self.noun(token).is_some_and(|noun| noun.kind == NounKind::Person && !noun.is_plural)
    }

    pub(crate) fn sentence(&self, token: usize) -> usize {
        self.tokens[token].sentence as usize
    }

    /// Whether the word stands in lower case somewhere in the document, whatever it is here.
    pub(crate) fn stands_in_lower_case(&self, token: usize) -> bool {
        self.lower.contains(self.word(token).to_lowercase().as_str())
    }

    /// Whether the word has its capital also where no sentence begins.
    pub(crate) fn keeps_its_capital(&self, token: usize) -> bool {
        self.capitalized.contains_key(self.word(token))
    }
}

fn fact_of(
    document: &Document<'_>,
    token: usize,
    words: &Words,
    gazetteer: &Gazetteer,
    buffer: &mut String,
) -> Fact {
    if !document.tokens[token].is_wordlike() {
        return Fact::default();
    }
    let word = document.word(token);
    let is_word = document.tokens[token].kind == TokenKind::Word;
    let capitals = word.chars().filter(|letter| letter.is_uppercase()).count();
    let first = word.chars().next().is_some_and(char::is_uppercase);
    let is_capitalized = is_word && (first || (capitals > 0 && word.contains('-')));
    let is_acronym = is_word && capitals >= 2 && !word.chars().any(char::is_lowercase);
    buffer.clear();
    buffer.extend(word.chars().flat_map(char::to_lowercase));
    let classes = words.classes(buffer);
    let stem = buffer.strip_suffix('.').unwrap_or(buffer);
    let noun = gazetteer.noun(buffer).or_else(|| gazetteer.noun(stem));
    Fact {
        is_word,
        classes,
        is_capitalized,
        is_acronym,
        name: if is_capitalized { gazetteer.name(word) } else { PersonalName::default() },
        // "US" is a place, "us" is nothing: a place's capitals count.
        place: if is_capitalized { place_named(gazetteer, word, is_acronym) } else { None },
        // "CEO", "MP"; but "WHO" and "IT" are no nouns.
        noun: noun.filter(|noun| !is_acronym || noun.is_title),
        ..Fact::default()
    }
}

/// The place of a name, also in the capitals of a dateline: "KABUL".
fn place_named(gazetteer: &Gazetteer, word: &str, is_acronym: bool) -> Option<Place> {
    let is_shouted = is_acronym && word.chars().count() >= SHORTEST_SHOUTED;
    gazetteer.place(word).or_else(|| is_shouted.then(|| gazetteer.place(&capitalized(word))).flatten())
}

/// From so many letters on a word in capitals may be a common name.
const SHORTEST_SHOUTED: usize = 4;

/// "Los Angeles" of "LOS ANGELES".
fn capitalized(words: &str) -> String {
    let mut is_start = true;
    let mut written = String::with_capacity(words.len());
    for letter in words.chars() {
        if is_start {
            written.push(letter);
        } else {
            written.extend(letter.to_lowercase());
        }
        is_start = !letter.is_alphabetic();
    }
    written
}

/// Most of its longer words begin with a capital.
fn is_headline(facts: &[Fact]) -> bool {
    let small = WordClasses::PREPOSITION.or(WordClasses::DETERMINER).or(WordClasses::COORDINATOR);
    let longer = facts.iter().filter(|fact| fact.is_word && !fact.classes.any(small));
    let (capitals, all) =
        longer.fold((0, 0), |(capitals, all), fact| (capitals + usize::from(fact.is_capitalized), all + 1));
    let known = facts.iter().filter(|fact| fact.name != PersonalName::default() || fact.place.is_some());
    all >= 5 && capitals * 4 >= all * 3 && known.count() * 2 < all
}

impl Fact {
    /// "Mr.", "President".
    pub(crate) fn is_title(&self) -> bool {
        self.classes.any(WordClasses::TITLE) || self.noun.is_some_and(|noun| noun.is_title)
    }
}
