//! Noun phrases without a parser: from word classes, capitals and punctuation.

use std::ops::Range;

use crate::annotation::{AnnotatedDocument, Shape, WordForms};
use crate::lexicon::{NounKind, WordClasses, WordList};
use crate::text::TokenKind;

/// No noun phrase is looked for over more tokens than these: it keeps the work linear.
const LONGEST: usize = 40;

/// Between a noun and its determiner stand at most this many tokens.
const LONGEST_BEFORE_NOUN: usize = 6;

/// The same of a plural that no list has.
const LONGEST_BEFORE_PLURAL: usize = 3;

/// Before the last word of an owner stand at most this many more.
const LONGEST_OWNER: usize = 4;

/// What a noun phrase begins with.
const DETERMINING: WordClasses = WordClasses::DETERMINER.or(WordClasses::POSSESSIVE);

/// Classes whose words are no part of a noun phrase's own words.
const NOT_NOMINAL: WordClasses = WordClasses::PREPOSITION
    .or(WordClasses::COORDINATOR)
    .or(WordClasses::SUBORDINATOR)
    .or(WordClasses::FINITE)
    .or(WordClasses::NEGATION)
    .or(WordClasses::PERSONAL)
    .or(WordClasses::RELATIVE)
    .or(WordClasses::QUESTION)
    .or(WordClasses::TO);

impl AnnotatedDocument<'_> {
    /// A noun, a name, an adjective or a number, as far as can be told.
    pub(crate) fn is_nominal(&self, token: usize) -> bool {
        let Some(class) = self.tokens.get(token) else { return false };
        match self.kind(token) {
            Some(TokenKind::Word) => {
                let name = matches!(class.shape, Shape::Title | Shape::Upper);
                // "May" and "Will" are names too; "The" and "In" are not.
                let function_word = class.words.any(NOT_NOMINAL)
                    && !(name && class.words.any(WordClasses::TIME.or(WordClasses::MODAL)));
                let determiner = class.words.any(DETERMINING);
                !function_word && !determiner && (name || !self.is_adverb(token))
            }
            Some(TokenKind::Number) => true,
            Some(TokenKind::Symbol) => matches!(self.word(token), "$" | "%" | "&" | "£" | "€" | "#" | "/"),
            _ => false,
        }
    }

    /// A verb form that ends a noun phrase before it, as far as its class, its ending and the cues tell: a finite verb or
    /// a participle. It is also what tells subjects and objects.
    pub(crate) fn is_verbal(&self, token: usize) -> bool {
        let Some(class) = self.tokens.get(token) else { return false };
        class.shape == Shape::Lower
            && (class
                .words
                .any(WordClasses::FINITE.or(WordClasses::IRREGULAR_PAST).or(WordClasses::COMMON_VERB))
                || self.has(token, WordForms::PAST_CUE)
                || (self.has(token, WordForms::ED)
                    && !self.is(token.wrapping_sub(1), WordClasses::DETERMINER)))
    }

    /// Whether a noun phrase can begin at `token`.
    pub(crate) fn opens_noun_phrase(&self, token: usize) -> bool {
        self.is(
            token,
            WordClasses::DETERMINER
                .or(WordClasses::POSSESSIVE)
                .or(WordClasses::SUBJECT_PRONOUN)
                .or(WordClasses::ANTICIPATORY),
        ) || self.is_nominal(token)
    }

    /// The noun phrase whose last token is before `end`, with all that hangs on it, not reaching before `floor`: "the
    /// new minister of the state of Ohio". Not [`Self::base_noun_phrase`].
    pub(crate) fn noun_phrase_before(&self, floor: usize, end: usize) -> Option<Range<usize>> {
        let floor = floor.max(end.saturating_sub(LONGEST));
        let last = end.checked_sub(1).filter(|&last| last >= floor)?;
        if self.is(last, WordClasses::PERSONAL.or(WordClasses::RELATIVE)) && !self.is(last, WordClasses::THAT)
        {
            return Some(last..end);
        }
        if self.is_kind(last, TokenKind::ClosingBracket) {
            let open = self.opening_bracket(floor, last)?;
            let phrase = self.noun_phrase_before(floor, open)?;
            return Some(phrase.start..end);
        }
        if self.is_pronoun_head(last) && !self.is_nominal(last.wrapping_sub(1)) {
            return Some(last..end);
        }
        if !self.is_nominal(last) || self.is_genitive(last) {
            return None;
        }
        let mut start = last;
        while let Some(next) = self.extended_left(floor, start) {
            start = next;
        }
        Some(start..end)
    }

    /// "This", "many", "one", "everyone": a pronoun that stands for a whole noun phrase.
    fn is_pronoun_head(&self, token: usize) -> bool {
        self.is(token, WordClasses::SUBJECT_PRONOUN)
    }

    /// A start further left of the noun phrase that begins at `start`, if it goes on there.
    fn extended_left(&self, floor: usize, start: usize) -> Option<usize> {
        let previous = start.checked_sub(1).filter(|&previous| previous >= floor)?;
        let determined = self.is(start, DETERMINING);
        if self.is_genitive(previous) {
            return previous.checked_sub(1).filter(|&owner| owner >= floor && self.is_nominal(owner));
        }
        if !determined {
            if self.is(previous, DETERMINING) && !self.is_conjunction_that(previous) {
                return Some(previous);
            }
            if self.is_nominal(previous)
                && !self.is_verbal(previous)
                && !self.is_time_before_name(previous, start)
            {
                return Some(previous);
            }
        }
        // "All the", "some of the".
        if determined && self.is(previous, WordClasses::DETERMINER) && !self.is(previous, WordClasses::THAT) {
            return Some(previous);
        }
        let before = previous.checked_sub(1).filter(|&before| before >= floor)?;
        let names_author = self.is_word(previous, "by")
            && self.is(before, WordClasses::DOCUMENT_NOUN.or(WordClasses::MEDIUM));
        let hangs_on =
            names_author || self.is(previous, WordClasses::NOUN_PREPOSITION) || self.is_directed_to(previous);
        if hangs_on && !self.is(start, WordClasses::TIME) {
            let heads = self.is_nominal(before) && !self.is_verbal(before)
                || self.is(before, WordClasses::SUBJECT_PRONOUN) && !self.is(before, WordClasses::PERSONAL);
            return heads.then_some(before);
        }
        // "Republican Trump and Democrat Clinton": both sides alike.
        if self.is_word(previous, "and") || self.is_word(previous, "&") {
            let named = |token: usize| {
                self.is_capitalized(token + usize::from(self.is(token, WordClasses::DETERMINER)))
            };
            let alike = self.is_capitalized(before) == named(start);
            let infinitive = self.is(before.wrapping_sub(1), WordClasses::TO);
            return (self.is_nominal(before) && !self.is_verbal(before) && alike && !infinitive)
                .then_some(before);
        }
        None
    }

    /// "The report says THAT farmers fear": no determiner but a conjunction.
    fn is_conjunction_that(&self, token: usize) -> bool {
        self.is(token, WordClasses::THAT)
            && (self.has(token + 1, WordForms::S) || self.is_capitalized(token + 1))
    }

    /// "The ambassador TO the United States": "to" before a noun phrase, not before a verb.
    fn is_directed_to(&self, token: usize) -> bool {
        self.is(token, WordClasses::TO) && (self.is(token + 1, DETERMINING) || self.is_capitalized(token + 1))
    }

    /// "On Monday Ruiz said": the weekday is no part of the name.
    fn is_time_before_name(&self, previous: usize, start: usize) -> bool {
        self.is(previous, WordClasses::TIME)
            && self.is_capitalized(start)
            && !self.is(start, WordClasses::TIME)
    }

    fn opening_bracket(&self, floor: usize, close: usize) -> Option<usize> {
        (floor..close).rev().take(12).find(|&token| self.is_kind(token, TokenKind::OpeningBracket))
    }

    /// The noun phrase that begins at `start`, not reaching `ceiling`.
    pub(crate) fn noun_phrase_after(&self, start: usize, ceiling: usize) -> Option<Range<usize>> {
        let ceiling = ceiling.min(start + LONGEST);
        if start >= ceiling {
            return None;
        }
        if self.is(start, WordClasses::PERSONAL)
            || (self.is(start, WordClasses::OBJECT_PRONOUN) && !self.is(start, WordClasses::POSSESSIVE))
        {
            return Some(start..start + 1);
        }
        let mut end = start;
        while end < ceiling && self.is(end, DETERMINING) {
            end += 1;
        }
        let determined = end > start;
        let words = end;
        while end < ceiling
            && (self.is_nominal(end) || self.is_adjectival_adverb(end))
            && (end == words || !self.is_verbal(end))
        {
            end += 1;
        }
        if end == words && !(determined && self.is_pronoun_head(words - 1)) {
            return None;
        }
        end = self.extended_right(end, ceiling);
        Some(start..end)
    }

    /// "A highly critical report".
    fn is_adjectival_adverb(&self, token: usize) -> bool {
        self.is_adverb(token)
            && self.is_nominal(token + 1)
            && self.is(token.wrapping_sub(1), WordClasses::DETERMINER)
    }

    /// The end of a noun phrase with the phrases that hang on it: "the head OF THE UNION".
    fn extended_right(&self, mut end: usize, ceiling: usize) -> usize {
        while end < ceiling {
            let next = end + 1;
            let names_author = self.is_word(end, "by")
                && self.is(end - 1, WordClasses::DOCUMENT_NOUN.or(WordClasses::MEDIUM));
            let hangs_on = (self.is(end, WordClasses::NOUN_PREPOSITION) && !self.opens_time(end))
                || self.is_directed_to(end)
                || names_author
                || self.is_genitive(end)
                || (self.is_word(end, "and") && self.is_capitalized(end - 1) && self.is_capitalized(next));
            let grown = if hangs_on { self.plain_noun_phrase_end(next, ceiling) } else { None };
            match grown {
                Some(grown) => end = grown,
                None if self.is_genitive(end) => return next,
                None => return end,
            }
        }
        end
    }

    fn plain_noun_phrase_end(&self, start: usize, ceiling: usize) -> Option<usize> {
        let mut end = start;
        while end < ceiling && self.is(end, DETERMINING) {
            end += 1;
        }
        let words = end;
        // "A former aide of TAKING bribes": what the aide says, not what he is of.
        if self.has(words, WordForms::ING) && !self.is_capitalized(words) {
            return None;
        }
        while end < ceiling && self.is_nominal(end) && !self.is_verbal(end) {
            end += 1;
        }
        (end > words).then_some(end)
    }

    /// "On Monday", "last week", "in March": a time expression begins here.
    pub(crate) fn opens_time(&self, token: usize) -> bool {
        if self.is(token, WordClasses::WEEKDAY) && self.is_capitalized(token) {
            return true;
        }
        if self.is_word(token, "yesterday") || self.is_word(token, "today") || self.is_word(token, "tomorrow")
        {
            return true;
        }
        self.is(token, WordClasses::TIME_OPENER)
            && (token + 1..token + 4)
                .any(|next| self.is(next, WordClasses::TIME) || (next == token + 1 && self.is_year(next)))
    }

    fn is_year(&self, token: usize) -> bool {
        self.is_kind(token, TokenKind::Number) && self.word(token).len() == 4
    }

    /// The noun phrase whose noun stands at `noun`, from its determiner or owner to that noun and without what hangs on
    /// it: "the new minister" alone in "the new minister of the state". None where no noun for somebody or something that
    /// speaks stands, or where it is not the phrase's last. This is what may be mentioned again; what is somebody's whole
    /// description is [`Self::noun_phrase_before`].
    pub(crate) fn base_noun_phrase(&self, noun: usize) -> Option<Range<usize>> {
        let token = &self.tokens[noun];
        let is_plural =
            token.noun.filter(|it| !matches!(it.kind, NounKind::Event | NounKind::Thing))?.is_plural;
        let next = self.tokens.get(noun + 1);
        // "The coach driver", "minister Smith": the noun is no head.
        let is_inner = next.is_some_and(|next| {
            next.noun.is_some()
                && next.sentence == token.sentence
                && !next.words.any(WordClasses::COMMON_VERB)
        });
        let is_name =
            token.has_name_capital && !token.is_first && !self.is_role(noun) && !self.is_partisan(noun);
        if is_name || is_inner {
            return None;
        }
        let floor = self.sentence(noun).start.max(noun.saturating_sub(LONGEST_BEFORE_NOUN));
        let mut start = noun;
        while start > floor {
            let before = start - 1;
            // "Said that reporters": no determiner of a plural.
            let is_conjunction = is_plural && self.is_word(before, "that");
            if self.is(before, DETERMINING) && !is_conjunction {
                start = before;
                break;
            }
            let is_name = self.has_name_capital(before)
                && self.tokens[before].noun.is_none()
                && self.tokens[before].place.is_none();
            if !self.is_before_noun(before) || is_name {
                break;
            }
            start = before;
        }
        if start > 0 && self.is_genitive(start - 1) {
            start = self.owner_before(start - 1)?;
        }
        Some(start..noun + 1)
    }

    /// Where the owner begins that ends before a genitive: "the new state" of "the new state's".
    fn owner_before(&self, genitive: usize) -> Option<usize> {
        let owner = genitive.checked_sub(1)?;
        let floor = self.sentence(genitive).start.max(owner.saturating_sub(LONGEST_OWNER));
        let mut first = owner;
        while first > floor
            && (self.has_name_capital(first - 1) || self.is(first - 1, WordClasses::DETERMINER))
        {
            first -= 1;
        }
        Some(first)
    }

    /// "The new pumps": a base noun phrase whose plural no list has, with what shows that it is no verb before it.
    pub(crate) fn unlisted_plural(&self, noun: usize) -> Option<Range<usize>> {
        let token = &self.tokens[noun];
        let word = self.word(noun);
        let is_plural =
            word.len() > 3 && word.ends_with('s') && !["ss", "us", "is"].iter().any(|it| word.ends_with(it));
        if token.has_name_capital || token.noun.is_some() || token.words != WordClasses::NONE || !is_plural {
            return None;
        }
        let floor = self.sentence(noun).start.max(noun.saturating_sub(LONGEST_BEFORE_PLURAL));
        for before in (floor..noun).rev() {
            if self.is(before, DETERMINING) {
                return Some(before..noun + 1);
            }
            if self.is(before, WordClasses::PREPOSITION.or(WordClasses::COORDINATOR)) {
                return Some(before + 1..noun + 1);
            }
            if !self.is_before_noun(before) || self.has_name_capital(before) {
                return None;
            }
        }
        None
    }

    /// What may stand between a determiner and its noun: a nominal or an adverb that is neither verb nor pronoun; a
    /// participle where it is an adjective.
    fn is_before_noun(&self, token: usize) -> bool {
        let pronoun = WordClasses::SUBJECT_PRONOUN.or(WordClasses::OBJECT_PRONOUN);
        (self.is_nominal(token) || self.is_adverb(token))
            && self.is_wordlike(token)
            && (!self.is_verbal(token) || self.is_adjectival_participle(token))
            && !self.is(token, pronoun)
    }

    /// "A PROPOSED system", "his LIKE-MINDED friends", "lavishly SUBSIDIZED industries", but not "She CITED studies".
    fn is_adjectival_participle(&self, token: usize) -> bool {
        let before = token.wrapping_sub(1);
        self.has(token, WordForms::ED)
            && (self.is(before, DETERMINING) || self.is_adverb(before) || self.word(token).contains('-'))
    }

    /// Some tokens without the determiners and possessives that they begin with; the last token always stays.
    pub(crate) fn without_determiner(&self, tokens: &Range<usize>) -> Range<usize> {
        let mut start = tokens.start;
        while start + 1 < tokens.end && self.is(start, DETERMINING) {
            start += 1;
        }
        start..tokens.end
    }

    /// Whether a noun phrase names somebody or something in particular: it has a determiner, a name, a
    /// plural, a pronoun, a number.
    pub(crate) fn is_referring(&self, phrase: &Range<usize>) -> bool {
        phrase.clone().any(|token| {
            self.is_capitalized(token)
                || self.has(token, WordForms::S)
                || self.is(
                    token,
                    WordClasses::DETERMINER
                        .or(WordClasses::POSSESSIVE)
                        .or(WordClasses::SUBJECT_PRONOUN)
                        .or(WordClasses::OBJECT_PRONOUN)
                        .or(WordClasses::REPORTING_GROUP),
                )
                || self.is_kind(token, TokenKind::Number)
        })
    }

    /// Whether a noun phrase can be somebody with a voice: a name, a pronoun, a plural, a noun for people, a
    /// body or a document. "The lake" can't.
    pub(crate) fn can_speak(&self, phrase: &Range<usize>) -> bool {
        let head_end = phrase
            .clone()
            .skip(1)
            .find(|&token| self.is(token, WordClasses::PREPOSITION) || !self.is_wordlike(token))
            .unwrap_or(phrase.end);
        let head = head_end - 1;
        let floor = self.sentence(head).start;
        let name = phrase.clone().any(|token| self.is_capitalized(token) && token != floor);
        name || self.has(head, WordForms::S)
            || self.is_capitalized(head)
            || self.is(
                head,
                WordClasses::SUBJECT_PRONOUN
                    .or(WordClasses::PERSONAL)
                    .or(WordClasses::RELATIVE)
                    .or(WordClasses::REPORTING_GROUP),
            )
            || self.is(
                head,
                WordClasses::ORGANIZATION_NOUN
                    .or(WordClasses::DOCUMENT_NOUN)
                    .or(WordClasses::PERSON_NOUN)
                    .or(WordClasses::TITLE),
            )
            || WordList::PersonEnding.has_ending(self.word(head))
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use crate::annotation::{AnnotatedDocument, annotated};

    fn words<'text>(annotated: &AnnotatedDocument<'text>, tokens: Option<Range<usize>>) -> &'text str {
        tokens.map_or("", |tokens| annotated.document.span_of(&tokens).slice(annotated.document.text))
    }

    /// The token that is this word.
    fn at(annotated: &AnnotatedDocument<'_>, word: &str) -> usize {
        (0..annotated.len())
            .find(|&token| annotated.word(token) == word)
            .expect("the word stands in the text")
    }

    #[test]
    fn a_base_noun_phrase_ends_with_its_noun() {
        for (text, noun, expected) in [
            ("She said the new minister of the state left.", "minister", "the new minister"),
            ("She sued people.", "people", "people"),
            ("They heard his like-minded friends.", "friends", "his like-minded friends"),
            (
                "They heard the lavishly subsidized companies.",
                "companies",
                "the lavishly subsidized companies",
            ),
            ("They heard Ana Ruiz's old lawyer.", "lawyer", "Ana Ruiz's old lawyer"),
            ("Officials said that reporters spoke.", "reporters", "reporters"),
            ("The coach driver left.", "coach", ""),
            ("The festival ended.", "festival", ""),
        ] {
            let annotated = annotated(text);
            let phrase = annotated.base_noun_phrase(at(&annotated, noun));
            assert_eq!(words(&annotated, phrase), expected, "{text}");
        }
    }

    #[test]
    fn a_noun_phrase_has_what_hangs_on_it() {
        let annotated = annotated("The new minister of the state said so.");
        let whole = annotated.noun_phrase_before(0, at(&annotated, "said"));
        assert_eq!(words(&annotated, whole), "The new minister of the state");
    }

    #[test]
    fn a_plural_that_no_list_has_needs_a_determiner_or_preposition() {
        for (text, noun, expected) in [
            ("Workers checked the new gizmos.", "gizmos", "the new gizmos"),
            ("He heard of gizmos.", "gizmos", "gizmos"),
            ("She gizmos.", "gizmos", ""),
        ] {
            let annotated = annotated(text);
            let phrase = annotated.unlisted_plural(at(&annotated, noun));
            assert_eq!(words(&annotated, phrase), expected, "{text}");
        }
    }

    #[test]
    fn determiners_are_cut_off_but_something_stays() {
        let annotated = annotated("the many officials");
        assert_eq!(words(&annotated, Some(annotated.without_determiner(&(0..3)))), "officials");
        assert_eq!(words(&annotated, Some(annotated.without_determiner(&(0..1)))), "the");
    }
}
