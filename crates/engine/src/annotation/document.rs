//! A document with what is known of its tokens and sentences, read once: what every later room asks.

use std::ops::Range;

use rustc_hash::FxHashSet;

use crate::cues::{CueCandidate, CueFinder};
use crate::lexicon::{
    CueTrait, Gazetteer, Inflection, LONGEST_ENTRY, Noun, NounKind, PersonalName, Place, WordClasses,
    WordList, Words,
};
use crate::text::{Document, TokenKind, Watch};

/// What the first letters of a word look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shape {
    /// "dam"
    Lower,
    /// "Dam"
    Title,
    /// "DAM", "U.N."
    Upper,
    /// No letters.
    #[default]
    Other,
}

/// What a word's ending and the lexicon's cues tell of it, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct WordForms(u16);

impl WordForms {
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

    /// Whether it holds any of the other set.
    const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// What is known of one token.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TokenAnnotation {
    /// The classes of the word in lower case.
    pub(crate) words: WordClasses,
    pub(crate) shape: Shape,
    pub(crate) forms: WordForms,
    /// It is a word with the capital of a name, see [`AnnotatedDocument::has_name_capital`].
    pub(crate) has_name_capital: bool,
    /// All of its letters are capitals, and it has two at least: "NASA", "U.S.".
    pub(crate) is_acronym: bool,
    /// What a word with the capital of a name is in people's names.
    pub(crate) name: PersonalName,
    /// The noun that ends or is within this token's words: "minister" for both words of "prime minister".
    pub(crate) noun: Option<Noun>,
    /// The place that this word with the capital of a name is a part of.
    pub(crate) place: Option<Place>,
    /// The first wordlike token of its sentence, or of a quotation.
    pub(crate) is_first: bool,
    /// The innermost quotation that holds it, as an index into the document's; marks belong to theirs.
    pub(crate) quotation: Option<u32>,
    /// Its sentence, as an index into the document's.
    pub(crate) sentence: u32,
}

/// A document with what is known of its tokens and sentences.
#[derive(Debug)]
pub struct AnnotatedDocument<'text> {
    pub(crate) document: Document<'text>,
    pub(crate) tokens: Vec<TokenAnnotation>,
    /// For each sentence whether it is printed as a headline.
    headlines: Vec<bool>,
    /// For each sentence whether its capitals tell no names.
    hides_names: Vec<bool>,
    /// Words that stand without a capital somewhere.
    lower: FxHashSet<&'text str>,
    /// Words that stand with a capital where neither a sentence begins nor capitals tell no names.
    capitalized: FxHashSet<&'text str>,
}

impl<'text> AnnotatedDocument<'text> {
    pub(super) fn new(
        document: Document<'text>,
        words: &Words,
        gazetteer: &Gazetteer,
        watch: &Watch<'_>,
    ) -> Option<Self> {
        let mut buffer = String::new();
        let mut tokens: Vec<TokenAnnotation> = (0..document.tokens.len())
            .map(|token| {
                watch.step()?;
                Some(annotation_of(&document, token, words, gazetteer, &mut buffer))
            })
            .collect::<Option<_>>()?;
        watch.ask()?;
        for (token, quotation) in tokens.iter_mut().zip(document.innermost_quotations()) {
            token.quotation = quotation;
        }
        for (index, sentence) in document.sentences.iter().enumerate() {
            watch.step()?;
            let mut is_first = true;
            for at in sentence.tokens.clone() {
                let (token, kind) = (&mut tokens[at], document.tokens[at].kind);
                token.sentence = u32::try_from(index).unwrap_or(u32::MAX);
                let is_wordlike = document.tokens[at].is_wordlike();
                token.is_first = is_first && is_wordlike;
                is_first =
                    (is_first && !is_wordlike) || matches!(kind, TokenKind::OpeningMark | TokenKind::Colon);
            }
        }
        watch.ask()?;
        let sentences = document.sentences.iter().map(|sentence| sentence.tokens.clone());
        let headlines = sentences.clone().map(|sentence| is_headline(&tokens[sentence])).collect();
        watch.ask()?;
        let hidden = |sentence: Range<usize>| {
            let last_word = document.word(sentence.end - 1);
            hides_names(&tokens[sentence], last_word)
        };
        let hides_names = sentences.map(hidden).collect();
        watch.ask()?;
        let (lower, capitalized) = (FxHashSet::default(), FxHashSet::default());
        let mut read = Self { document, tokens, headlines, hides_names, lower, capitalized };
        read.collect_spellings(watch)?;
        read.mark_entries(gazetteer, &mut buffer, watch)?;
        Some(read)
    }

    /// The same, but for headlines: capitals tell names everywhere.
    pub(super) fn without_headlines(self) -> Self {
        let none = vec![false; self.document.sentences.len()];
        let mut read = Self { headlines: none.clone(), hides_names: none, ..self };
        // A given name is short: nobody calls it off.
        let _ = read.collect_spellings(&Watch::never());
        read
    }

    /// Notes which words stand with a capital and which without.
    fn collect_spellings(&mut self, watch: &Watch<'_>) -> Option<()> {
        for (token, annotation) in self.tokens.iter().enumerate() {
            watch.step()?;
            let word = self.document.word(token);
            if !annotation.has_name_capital {
                self.lower.insert(word);
            } else if !annotation.is_first && !self.hides_names[annotation.sentence as usize] {
                self.capitalized.insert(word);
            }
        }
        Some(())
    }

    /// Notes where forms of verb cues stand, for finding where noun phrases and contents end.
    pub(super) fn mark_verb_cues(&mut self, candidates: &[CueCandidate], finder: &CueFinder) {
        for candidate in candidates {
            let token = &mut self.tokens[candidate.tokens.start];
            let has = |inflection| finder.readings(candidate).any(|reading| reading.inflection == inflection);
            token.forms = token
                .forms
                .with(WordForms::PAST_CUE, has(Inflection::Past))
                .with(WordForms::GERUND_CUE, has(Inflection::Gerund))
                .with(WordForms::THIRD_PERSON_CUE, has(Inflection::ThirdPerson) && !has(Inflection::Plural));
            let mut alternative = Some(candidate.clone());
            while let Some(candidate) = alternative {
                self.mark_addressing(&candidate, finder);
                alternative = finder.shorter(&candidate);
            }
        }
    }

    /// Notes whom a cue speaks to, for finding them: where its verb stands, or behind its last word.
    fn mark_addressing(&mut self, candidate: &CueCandidate, finder: &CueFinder) {
        let has = |one| finder.readings(candidate).any(|reading| reading.entry.is(one));
        let (first, last) = (candidate.tokens.start, candidate.tokens.end - 1);
        let is_short = first == last;
        let directing = &mut self.tokens[first].forms;
        *directing = directing
            .with(WordForms::DIRECTS, is_short && has(CueTrait::Directs))
            .with(WordForms::DIRECTS_LATER, !is_short && has(CueTrait::Directs))
            .with(WordForms::CONVINCES, has(CueTrait::Convinces));
        let telling = &mut self.tokens[last].forms;
        *telling = telling
            .with(WordForms::TELLS, has(CueTrait::Tells))
            .with(WordForms::SPEAKS_TO, has(CueTrait::SpeaksTo));
    }

    /// Marks the gazetteer's entries of several words, the longest first.
    fn mark_entries(&mut self, gazetteer: &Gazetteer, buffer: &mut String, watch: &Watch<'_>) -> Option<()> {
        let mut token = 0;
        while token < self.tokens.len() {
            watch.step()?;
            let mut reach = 1;
            for length in (2..=LONGEST_ENTRY).rev() {
                let end = token + length;
                if end > self.tokens.len() || !(token..end).all(|it| self.is_wordlike(it)) {
                    continue;
                }
                self.join(token..end, buffer);
                let place = self.tokens[token].has_name_capital.then(|| gazetteer.place(buffer)).flatten();
                let is_shouted = place.is_none() && (token..end).all(|it| self.tokens[it].is_acronym);
                let place = if is_shouted { gazetteer.place(&capitalized(buffer)) } else { place };
                let noun = if place.is_none() {
                    buffer.make_ascii_lowercase();
                    gazetteer.noun(buffer)
                } else {
                    None
                };
                if place.is_some() || noun.is_some() {
                    for annotation in &mut self.tokens[token..end] {
                        annotation.place = place;
                        annotation.noun = noun;
                    }
                    reach = length;
                    break;
                }
            }
            token += reach;
        }
        Some(())
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

    pub(crate) fn is(&self, token: usize, classes: WordClasses) -> bool {
        self.tokens.get(token).is_some_and(|token| token.words.any(classes))
    }

    pub(crate) fn has(&self, token: usize, forms: WordForms) -> bool {
        self.tokens.get(token).is_some_and(|token| token.forms.any(forms))
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

    /// Whether a token is a quotation mark, paired or stray.
    pub(crate) fn is_mark(&self, token: usize) -> bool {
        self.document.tokens.get(token).is_some_and(crate::text::Token::is_mark)
    }

    /// Whether a word's first letter is a capital, whatever stands before it: "Austin", "@NASA".
    pub(crate) fn is_capitalized(&self, token: usize) -> bool {
        self.tokens.get(token).is_some_and(|token| matches!(token.shape, Shape::Title | Shape::Upper))
    }

    /// "'s" after a noun: "the minister's".
    pub(crate) fn is_genitive(&self, token: usize) -> bool {
        self.is_kind(token, TokenKind::Clitic) && matches!(self.word(token), "'s" | "’s" | "'" | "’")
    }

    pub(crate) fn is_adverb(&self, token: usize) -> bool {
        self.tokens.get(token).is_some_and(|it| {
            it.words.any(WordClasses::ADVERB)
                || (it.forms.any(WordForms::LY)
                    && it.shape == Shape::Lower
                    && !it.words.any(WordClasses::NOT_ADVERB))
        })
    }

    pub(crate) fn word(&self, token: usize) -> &'text str {
        self.document.word(token)
    }

    /// The word, or nothing past the end.
    pub(crate) fn word_or(&self, token: usize) -> &'text str {
        if token < self.len() { self.document.word(token) } else { "" }
    }

    pub(crate) fn is_word(&self, token: usize, word: &str) -> bool {
        token < self.len() && self.word(token).eq_ignore_ascii_case(word)
    }

    /// The sentence that holds a token, as an index into the document's.
    pub(crate) fn sentence_index(&self, token: usize) -> usize {
        self.tokens[token].sentence as usize
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

    /// Whether capitals tell no names where a token stands. Not [`Self::is_headline`]: that is what the network was
    /// trained with, and takes "Mayor Ana Ruiz of Oslo Council spoke." for a headline, too.
    pub(crate) fn hides_names(&self, token: usize) -> bool {
        self.hides_names[self.sentence_index(token)]
    }

    /// The innermost quotation that holds `token`, without its marks counting as inside.
    pub(crate) fn quotation_around(&self, token: usize) -> Option<usize> {
        let mut index = self.tokens.get(token)?.quotation? as usize;
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
        let index = self.tokens[token].quotation? as usize;
        (self.document.quotations[index].tokens.start == token).then_some(index)
    }

    /// The quotation that ends with the mark at `token`.
    pub(crate) fn quotation_to(&self, token: usize) -> Option<usize> {
        if !self.is_kind(token, TokenKind::ClosingMark) {
            return None;
        }
        let index = self.tokens[token].quotation? as usize;
        let quotation = &self.document.quotations[index];
        (quotation.closed && quotation.tokens.end == token + 1).then_some(index)
    }

    /// Whether a word has the capital of a name: its first letter, or one behind a hyphen: "Austin", "NASA",
    /// "al-Assad", but neither "@NASA", "12A" nor "'S". Not [`Self::is_capitalized`], which takes these for
    /// capitalized and "al-Assad" for a word like any other, because the network was trained with that.
    pub(crate) fn has_name_capital(&self, token: usize) -> bool {
        self.tokens.get(token).is_some_and(|token| token.has_name_capital)
    }

    pub(crate) fn noun(&self, token: usize) -> Option<Noun> {
        self.tokens.get(token).and_then(|token| token.noun)
    }

    pub(crate) fn is_noun(&self, token: usize, kind: NounKind) -> bool {
        self.noun(token).is_some_and(|noun| noun.kind == kind)
    }

    /// A noun for one person: "minister", "coach"; the "General" of "General Milley".
    pub(crate) fn is_role(&self, token: usize) -> bool {
        self.is(token, WordClasses::TITLE)
            || self.noun(token).is_some_and(|noun| noun.kind == NounKind::Person && !noun.is_plural)
    }

    /// "Republican", "Democrats": who belongs to a party, not what a party is called.
    pub(crate) fn is_partisan(&self, token: usize) -> bool {
        self.noun(token).is_some_and(|noun| WordList::Partisan.has_small(noun.lemma))
    }

    /// Whether the word stands in lower case somewhere in the document, whatever it is here.
    pub(crate) fn stands_in_lower_case(&self, token: usize) -> bool {
        self.lower.contains(self.word(token).to_lowercase().as_str())
    }

    /// Whether the word has its capital also where no sentence begins.
    pub(crate) fn keeps_its_capital(&self, token: usize) -> bool {
        self.capitalized.contains(self.word(token))
    }
}

/// What is known of a token without its context.
fn annotation_of(
    document: &Document<'_>,
    token: usize,
    words: &Words,
    gazetteer: &Gazetteer,
    lower: &mut String,
) -> TokenAnnotation {
    let kind = document.tokens[token].kind;
    let word = document.word(token);
    if !document.tokens[token].is_wordlike() {
        return TokenAnnotation::default();
    }
    lower.clear();
    lower.extend(word.chars().flat_map(char::to_lowercase));
    let is_word = kind == TokenKind::Word;
    let capitals = word.chars().filter(|letter| letter.is_uppercase()).count();
    let begins_with_capital = word.chars().next().is_some_and(char::is_uppercase);
    let has_name_capital = is_word && (begins_with_capital || (capitals > 0 && word.contains('-')));
    let is_acronym = is_word && capitals >= 2 && !word.chars().any(char::is_lowercase);
    let stem = lower.strip_suffix('.').unwrap_or(lower);
    let noun = gazetteer.noun(lower).or_else(|| gazetteer.noun(stem));
    TokenAnnotation {
        words: words.classes(lower),
        shape: shape_of(word),
        forms: forms_of(word),
        has_name_capital,
        is_acronym,
        name: if has_name_capital { gazetteer.name(word) } else { PersonalName::default() },
        // "US" is a place, "us" is nothing: a place's capitals count.
        place: if has_name_capital { place_named(gazetteer, word, is_acronym) } else { None },
        // "CEO", "MP"; but "WHO" and "IT" are no nouns.
        noun: noun.filter(|noun| !is_acronym || noun.is_title),
        ..TokenAnnotation::default()
    }
}

fn forms_of(word: &str) -> WordForms {
    let ends = |ending: &str, shortest: usize| word.len() >= shortest && word.ends_with(ending);
    WordForms::default()
        .with(WordForms::LY, ends("ly", 5))
        .with(WordForms::ED, ends("ed", 4))
        .with(WordForms::ING, ends("ing", 5))
        .with(WordForms::S, ends("s", 3) && !word.ends_with("ss"))
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

/// "Minister Says War Is Over": three quarters of the longer words begin with a capital.
fn is_headline(sentence: &[TokenAnnotation]) -> bool {
    let capitals = longer_words(sentence).filter(|word| word.shape != Shape::Lower).count();
    let all = longer_words(sentence).count();
    all >= SHORTEST_HEADLINE && capitals * 4 >= all * 3
}

/// A headline has at least this many longer words.
const SHORTEST_HEADLINE: usize = 4;

/// The words of a sentence that a headline writes with a capital.
fn longer_words(sentence: &[TokenAnnotation]) -> impl Iterator<Item = &TokenAnnotation> {
    let small = WordClasses::PREPOSITION.or(WordClasses::DETERMINER);
    sentence.iter().filter(move |token| token.shape != Shape::Other && !token.words.any(small))
}

/// Whether the capitals of a headline tell no names: "Minister Says War Is Over". They do in a sentence, "Mayor Ana Ruiz of
/// Oslo Council spoke.", in a caption that ends in a bracket, "John Cornyn, U.S. Senator (R-Texas)", in a line that is
/// hardly more than known names, and in one as short as a name, "The New York Times Company".
fn hides_names(sentence: &[TokenAnnotation], last_word: &str) -> bool {
    let known = sentence.iter().filter(|it| it.name != PersonalName::default() || it.place.is_some()).count();
    let all = longer_words(sentence).count();
    is_headline(sentence) && all > LONGEST_NAME && !matches!(last_word, "." | ")") && known * 2 < all
}

/// A line of at most this many longer words may be a name alone.
const LONGEST_NAME: usize = 4;

impl TokenAnnotation {
    /// "Mr.", "President".
    pub(crate) fn is_title(&self) -> bool {
        self.words.any(WordClasses::TITLE) || self.noun.is_some_and(|noun| noun.is_title)
    }
}

#[cfg(test)]
mod tests {
    use crate::annotation::annotated;

    /// What holds of the sentence of a text's first token: whether it is a headline, and whether its capitals tell no names.
    fn headline(text: &str) -> (bool, bool) {
        let annotated = annotated(text);
        (annotated.is_headline(0), annotated.hides_names(0))
    }

    #[test]
    fn a_headline_hides_names_unless_it_may_be_one() {
        assert_eq!(headline("Minister Says Long War Is Finally Over"), (true, true));
        assert_eq!(headline("Mayor Ana Ruiz of Oslo Council spoke."), (true, false));
        assert_eq!(headline("John Cornyn, U.S. Senator (R-Texas)"), (true, false));
        assert_eq!(headline("The New York Times Company"), (true, false));
        assert_eq!(headline("The minister says that the long war is over"), (false, false));
    }

    #[test]
    fn capitals_of_names_and_first_letters_are_two_questions() {
        for (word, is_capitalized, has_name_capital) in [
            ("Austin", true, true),
            ("NASA", true, true),
            ("al-Assad", false, true),
            ("anti-Trump", false, true),
            ("@NASA", true, false),
            ("dam", false, false),
            ("12", false, false),
        ] {
            let annotated = annotated(word);
            assert_eq!(annotated.is_capitalized(0), is_capitalized, "{word}");
            assert_eq!(annotated.has_name_capital(0), has_name_capital, "{word}");
        }
    }

    #[test]
    fn entries_of_several_words_mark_all_of_them() {
        let annotated =
            annotated("The prime minister of Sri Lanka and the KABUL police spoke of the minister.");
        let lemma = |token: usize| annotated.noun(token).map(|noun| noun.lemma);
        let place = |token: usize| annotated.tokens[token].place.map(|place| place.name);
        assert_eq!([lemma(1), lemma(2)], [Some("prime minister"); 2]);
        assert_eq!([place(4), place(5)], [Some("Sri Lanka"); 2]);
        assert_eq!(place(8), Some("Kabul"));
        assert_eq!(lemma(13), Some("minister"));
    }

    #[test]
    fn a_first_word_opens_a_sentence_or_a_quotation() {
        let annotated = annotated("“The dam leaks,” Ruiz said: “We know.”");
        let first: Vec<&str> = (0..annotated.len())
            .filter(|&token| annotated.tokens[token].is_first)
            .map(|token| annotated.word(token))
            .collect();
        assert_eq!(first, ["The", "We"]);
    }
}
