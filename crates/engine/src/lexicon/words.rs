//! The closed classes of English words: what `data/words.tsv` holds, as sets that a word is looked up in.

use std::ops::{BitOr, BitOrAssign};

use rustc_hash::FxHashMap;

/// The word classes that the binary carries.
pub(crate) const EMBEDDED_WORDS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/words.tsv"));

/// A set of word classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct WordClasses(u64);

macro_rules! word_classes {
    ($($(#[$doc:meta])* $constant:ident = $bit:literal $name:literal,)+) => {
        impl WordClasses {
            $($(#[$doc])* pub const $constant: Self = Self(1 << $bit);)+

            /// Every class that the file names, with its name there.
            const NAMED: &'static [(&'static str, Self)] = &[$(($name, Self::$constant),)+];
        }
    };
}

word_classes! {
    /// "The", "some", "two".
    DETERMINER = 0 "determiner",
    /// "His", "whose".
    POSSESSIVE = 1 "possessive",
    /// Pronouns that can be a subject: "he", "who", "everybody", "many".
    SUBJECT_PRONOUN = 2 "subject-pronoun",
    /// Pronouns that can be an object: "him", "themselves".
    OBJECT_PRONOUN = 3 "object-pronoun",
    /// "He", "they": pronouns that are nothing but a subject.
    PERSONAL = 4 "personal",
    /// "Who", "which", "that".
    RELATIVE = 5 "relative",
    /// Words that open a question or an indirect one: "what", "whether".
    QUESTION = 6 "question",
    /// "That".
    THAT = 7 "that",
    /// "To".
    TO = 8 "to",
    /// "Not", "never", "n't".
    NEGATION = 9 "negation",
    /// Forms of "be".
    BE = 10 "be",
    /// Forms of "have".
    HAVE = 11 "have",
    /// Forms of "do".
    DO = 12 "do",
    /// "Will", "could".
    MODAL = 13 "modal",
    /// Modals that leave open whether it happened: "may", "might", "could".
    UNCERTAIN_MODAL = 14 "uncertain-modal",
    /// Auxiliaries that make a clause finite: "is", "had", "would".
    FINITE = 15 "finite",
    /// "Going (to)", "continued (to)": verbs that let another one be the main verb.
    SEMI_AUXILIARY = 16 "semi-auxiliary",
    /// "Of", "in".
    PREPOSITION = 17 "preposition",
    /// Prepositions that often continue a noun phrase: "of", "for", "from".
    NOUN_PREPOSITION = 18 "noun-preposition",
    /// "And", "or", "but".
    COORDINATOR = 19 "coordinator",
    /// "Because", "when".
    SUBORDINATOR = 20 "subordinator",
    /// "But", "although", "while".
    CONTRAST = 21 "contrast",
    /// Adverbs that don't end in -ly.
    ADVERB = 22 "adverb",
    /// Words of time expressions: "Monday", "March", "week".
    TIME = 23 "time",
    /// "Monday".
    WEEKDAY = 24 "weekday",
    /// "March", "Feb.".
    MONTH = 25 "month",
    /// Words that open a time expression: "on", "last".
    TIME_OPENER = 26 "time-opener",
    /// What is spoken or written through: "statement", "interview", "Twitter".
    MEDIUM = 27 "medium",
    /// Irregular past tenses: "went", "met".
    IRREGULAR_PAST = 28 "irregular-past",
    /// Present forms of frequent verbs that are seldom nouns.
    COMMON_VERB = 29 "common-verb",
    /// Verbs that lend a noun their subject: "made (a promise)", "expressed (concern)".
    LIGHT_VERB = 30 "light-verb",
    /// What stands before a name: "Mr.", "President".
    TITLE = 31 "title",
    /// Plural nouns that speak without an article: "officials", "critics".
    REPORTING_GROUP = 32 "reporting-group",
    /// "It" and "there", which stand for nobody.
    ANTICIPATORY = 33 "anticipatory",
    /// What tells something without being a person: "report", "poll".
    DOCUMENT_NOUN = 34 "document-noun",
    /// Bodies of people: "ministry", "company".
    ORGANIZATION_NOUN = 35 "organization-noun",
    /// Plurals of nouns that are verb forms too: "claims", "states".
    NOUN_HOMOGRAPH = 36 "noun-homograph",
    /// Nouns for people that no ending gives away: "widow", "captain".
    PERSON_NOUN = 37 "person-noun",
    /// Nouns and adjectives in -ly: "family", "weekly".
    NOT_ADVERB = 39 "not-adverb",
    /// Verbs that stand for "be": "remain", "became".
    COPULA = 40 "copula",
    /// Adverbs that leave open whether it was said: "reportedly".
    HEDGE = 41 "hedge",
    /// Shares of people: "percent", "majority".
    QUANTITY = 38 "quantity",
}

impl WordClasses {
    /// No class.
    pub const NONE: Self = Self(0);

    /// The numbers of its classes, below 42.
    pub fn numbers(self) -> impl Iterator<Item = u16> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let number = (rest != 0).then(|| rest.trailing_zeros())?;
            rest &= rest - 1;
            u16::try_from(number).ok()
        })
    }

    /// Whether it holds any class of `other`.
    #[must_use]
    pub const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Both sets together, in constant expressions.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOr for WordClasses {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        self.or(other)
    }
}

impl BitOrAssign for WordClasses {
    fn bitor_assign(&mut self, other: Self) {
        *self = self.or(other);
    }
}

/// The closed classes, ready for look-up.
#[derive(Clone, Debug)]
pub struct Words {
    classes: FxHashMap<Box<str>, WordClasses>,
}

impl Words {
    /// The words that ship with the program, `data/words.tsv`.
    ///
    /// # Panics
    /// Never: a test loads the same bytes.
    #[must_use]
    pub fn embedded() -> Self {
        Self::from_file(EMBEDDED_WORDS).expect("the embedded word classes were checked by a test")
    }

    /// The words of a file in the format of `data/words.tsv`.
    ///
    /// # Errors
    /// What is wrong with the first line that can't be read.
    pub(crate) fn from_file(file: &str) -> Result<Self, String> {
        let mut classes: FxHashMap<Box<str>, WordClasses> = FxHashMap::default();
        for line in file.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let (name, words) =
                line.split_once('\t').ok_or_else(|| format!("{line:?} is no class, a tab and its words"))?;
            let known = WordClasses::NAMED.iter().find(|(known, _)| *known == name);
            let (_, class) = known.ok_or_else(|| format!("{name:?} is no class of words"))?;
            for word in words.split(' ') {
                *classes.entry(word.into()).or_default() |= *class;
            }
        }
        Ok(Self { classes })
    }

    /// The classes of a word in lower case.
    #[must_use]
    pub fn classes(&self, word: &str) -> WordClasses {
        self.classes.get(word).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_words() {
        let words = Words::embedded();
        for (name, class) in WordClasses::NAMED {
            assert!(words.classes.values().any(|classes| classes.any(*class)), "no word of class {name}");
        }
        assert!(words.classes("might").any(WordClasses::UNCERTAIN_MODAL));
        assert_eq!(words.classes("ceasefire"), WordClasses::NONE);
    }

    #[test]
    fn what_is_no_class_is_told() {
        let fault = |file| Words::from_file(file).expect_err("the file is wrong");
        assert_eq!(fault("# Words\ndeterminer the"), "\"determiner the\" is no class, a tab and its words");
        assert_eq!(fault("determiners\tthe"), "\"determiners\" is no class of words");
    }
}
