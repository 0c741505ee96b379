//! Whether a text is English. In: a text. Out: a notice where it surely isn't, or where much of it isn't.
//!
//! Words that only English spells so decide for English, whatever else stands in the text; where these are missing, the
//! trigrams of the text's small words have to speak clearly against it. Capitalized words aren't asked: names are of every
//! language. Only a bounded part of the words goes to the detector, the first ones.

use rustc_hash::FxHashSet;
use whatlang::{Detector, Lang};

use super::letters::{Letters, Script, script};
use super::notice::{Notice, NoticeReason, shown};
use crate::lexicon::TellingWords;
use crate::text::Span;

/// A text of Latin letters has at least so many, else it is taken for English.
const FEWEST_LETTERS: usize = 200;

/// A text of another script has at least so many letters of it.
const FEWEST_OF_ANOTHER_SCRIPT: usize = 8;

/// Of a paragraph in another language there are at least so many letters in a text of several languages.
const FEWEST_OF_PARAGRAPH: usize = 40;

/// At least so many in a hundred of a text's letters are in paragraphs of another language, where that is told.
const FEWEST_IN_HUNDRED: usize = 40;

/// At least so many letters, of different words, have to speak against English.
const FEWEST_TELLING: usize = 100;

/// At most so many letters go to the detector.
const MOST_LETTERS: usize = 600;

/// Longer runs of letters are no words.
const LONGEST_WORD: usize = 30;

/// How sure the detector has to be, between 0 and 1.
const SURE: f64 = 0.9;

/// Whether a text is to be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// It is English, as far as can be told.
    English,
    /// Part of it isn't.
    Mixed(Notice),
    /// It isn't English.
    Other(Notice),
}

/// What the language of `text` is; `prose` are the pieces of it that are no markup, in order.
pub(super) fn reading(text: &str, prose: &[Span], telling: &TellingWords) -> Reading {
    let paragraphs: Vec<(Span, Letters)> = prose
        .iter()
        .flat_map(|piece| paragraphs(text, *piece))
        .filter(|span| !span.is_empty())
        .map(|span| (span, Letters::of(span.slice(text), telling)))
        .collect();
    let all = paragraphs.iter().fold(Letters::default(), |sum, (_, letters)| sum + *letters);
    if let Some(language) = language(text, &paragraphs, all, telling) {
        let first = paragraphs.iter().find(|(_, letters)| letters.all() > 0);
        let example = first.map_or("", |(span, _)| span.slice(text));
        let message = format!(
            "the text looks like {} ({}), and only English is read here: no claims are given; if it is English, say so \
             by the language code \"en\"",
            language.described(),
            shown(example)
        );
        return Reading::Other(Notice::new(NoticeReason::OtherLanguage, message, None));
    }
    mixed(text, &paragraphs, all, telling).map_or(Reading::English, Reading::Mixed)
}

/// A notice where much of a text that has English in it is in another language.
fn mixed(text: &str, paragraphs: &[(Span, Letters)], all: Letters, telling: &TellingWords) -> Option<Notice> {
    let is_other = |letters: &Letters| {
        letters.all() >= FEWEST_OF_PARAGRAPH && (letters.are_of_another_script() || !letters.are_english())
    };
    let others: Vec<(Span, Letters)> =
        paragraphs.iter().filter(|(_, letters)| is_other(letters)).copied().collect();
    let sum = others.iter().fold(Letters::default(), |sum, (_, letters)| sum + *letters);
    if sum.all() * 100 < all.all() * FEWEST_IN_HUNDRED {
        return None;
    }
    let language = language(text, &others, sum, telling)?;
    let span = others.first()?.0;
    let message = format!(
        "part of the text looks like {}, from {} on, and only English is read here: claims of that part may be wrong; \
         leave it out",
        language.described(),
        shown(span.slice(text))
    );
    Some(Notice::new(NoticeReason::OtherLanguage, message, Some(span)))
}

/// Another language than English, with its name where that is sure.
#[derive(Debug, PartialEq, Eq)]
struct OtherLanguage<'a>(Option<&'a str>);

impl OtherLanguage<'_> {
    fn described(&self) -> &str {
        self.0.unwrap_or("another language than English")
    }
}

/// The language of some paragraphs, if it surely isn't English.
fn language<'a>(
    text: &str,
    paragraphs: &[(Span, Letters)],
    all: Letters,
    telling: &'a TellingWords,
) -> Option<OtherLanguage<'a>> {
    if all.other >= FEWEST_OF_ANOTHER_SCRIPT && all.are_of_another_script() {
        let sample = Sample::of(text, paragraphs, Wanted::OtherScripts);
        let found = whatlang::detect(&sample.words);
        let named = found.filter(|found| found.confidence() >= SURE && found.lang() != Lang::Eng);
        return Some(OtherLanguage(named.map(|found| name(found.lang()))));
    }
    if all.all() < FEWEST_LETTERS || all.are_english() {
        return None;
    }
    let sample = Sample::of(text, paragraphs, Wanted::SmallLatin);
    if sample.telling < FEWEST_TELLING {
        return None;
    }
    let found = whatlang::detect(&sample.words).filter(|found| found.lang() != Lang::Eng)?;
    let against = Detector::with_allowlist(vec![Lang::Eng, found.lang()]).detect(&sample.words)?;
    if against.lang() == Lang::Eng || against.confidence() < SURE {
        return None;
    }
    let is_sure = found.confidence() >= SURE;
    let known = sample.told_by(telling).or_else(|| is_sure.then(|| name(found.lang())));
    Some(OtherLanguage(known))
}

/// What a language is called in English.
fn name(language: Lang) -> &'static str {
    match language {
        Lang::Cmn => "Chinese",
        Lang::Nob => "Norwegian",
        other => other.eng_name(),
    }
}

/// Which words of a text are asked for its language.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// Those of Latin letters that begin with a small one: of names in capitals nothing is told.
    SmallLatin,
    /// Those of other letters.
    OtherScripts,
}

/// The first words of some paragraphs in small letters.
#[derive(Default)]
struct Sample {
    words: String,
    /// The letters of all.
    letters: usize,
    /// The letters of different ones.
    telling: usize,
}

impl Sample {
    fn of(text: &str, paragraphs: &[(Span, Letters)], wanted: Wanted) -> Self {
        let mut sample = Self::default();
        let mut known: FxHashSet<String> = FxHashSet::default();
        let words = paragraphs.iter().flat_map(|(span, _)| span.slice(text).split_whitespace());
        for word in words {
            if sample.letters >= MOST_LETTERS {
                break;
            }
            // Of addresses, handles and code nothing is told.
            if word
                .contains(|character: char| character.is_ascii_digit() || "@#/_{}=<>\\".contains(character))
            {
                continue;
            }
            let word = word.trim_matches(|character| script(character) == Script::None);
            if !wanted.takes(word) {
                continue;
            }
            let word = word.to_lowercase();
            let letters = word.chars().filter(|&it| script(it) != Script::None).count();
            sample.letters += letters;
            sample.words.push_str(&word);
            sample.words.push(' ');
            if known.insert(word) {
                sample.telling += letters;
            }
        }
        sample
    }

    /// The language that the detector doesn't know and that a tenth of the words tells of.
    fn told_by<'a>(&self, telling: &'a TellingWords) -> Option<&'a str> {
        let mut counts = vec![0; telling.names().len()];
        let mut all = 0;
        for word in self.words.split(' ').filter(|word| !word.is_empty()) {
            all += 1;
            let languages = telling.of(word);
            for (number, count) in counts.iter_mut().enumerate() {
                *count += usize::from(languages >> number & 1 != 0);
            }
        }
        let (number, count) = counts.into_iter().enumerate().skip(1).max_by_key(|(_, count)| *count)?;
        (count * 10 >= all && all > 0).then(|| &*telling.names()[number])
    }
}

impl Wanted {
    /// Whether it takes a word that begins and ends with letters.
    fn takes(self, word: &str) -> bool {
        let Some(first) = word.chars().next() else { return false };
        if self == Self::OtherScripts {
            // Many scripts have no spaces: all of a line is a word.
            return script(first) == Script::Other;
        }
        let is_part = |character: char| {
            script(character) == Script::Latin || "'’-\u{300}\u{301}\u{303}\u{323}".contains(character)
        };
        script(first) == Script::Latin
            && !first.is_uppercase()
            && word.chars().take(LONGEST_WORD + 1).count() <= LONGEST_WORD
            && word.chars().all(is_part)
    }
}

/// The paragraphs of a piece of text: what stands between line ends.
fn paragraphs(text: &str, piece: Span) -> impl Iterator<Item = Span> {
    let mut from = piece.start;
    piece.slice(text).split_inclusive('\n').map(move |line| {
        let span = Span::new(from, from + line.trim_end().len());
        from += line.len();
        span
    })
}
