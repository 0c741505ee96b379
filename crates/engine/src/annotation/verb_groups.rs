//! The verb group around a cue: its auxiliaries, negations and adverbs, and the voice that they give it.

use crate::annotation::{AnnotatedDocument, Shape, WordForms};
use crate::lexicon::{Inflection, WordClasses, WordList};
use crate::text::TokenKind;

/// How a verb stands in its clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Voice {
    /// It has a subject that does it: "said", "has said", "will say".
    Active,
    /// "Was said", "is expected".
    Passive,
    /// "Saying", without a form of "be" before it.
    Gerund,
    /// "To say".
    Infinitive,
    /// "Accused", after a comma or a noun, without an auxiliary: "Ruiz, accused of fraud, …".
    Participle,
}

/// A verb with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VerbGroup {
    /// Its first token: an auxiliary, an adverb, or the verb itself.
    pub(crate) start: usize,
    /// The token after the verb.
    pub(crate) end: usize,
    pub(crate) voice: Voice,
    /// There is an auxiliary, so that the verb's form tells nothing of its subject's number.
    pub(crate) has_auxiliary: bool,
}

/// Classes whose words stand between a subject and its verb.
const AUXILIARY: WordClasses = WordClasses::BE
    .or(WordClasses::HAVE)
    .or(WordClasses::DO)
    .or(WordClasses::MODAL)
    .or(WordClasses::NEGATION);

impl AnnotatedDocument<'_> {
    /// The verb group of the verb at `verb..end`, which has the given form. None where the words around it
    /// don't allow that form ("the claims").
    pub(crate) fn verb_group(
        &self,
        verb: usize,
        end: usize,
        inflection: Inflection,
        floor: usize,
    ) -> Option<VerbGroup> {
        let mut group = VerbGroup { start: verb, end, voice: Voice::Active, has_auxiliary: false };
        let mut nearest_auxiliary = WordClasses::NONE;
        let mut infinitive = false;
        let at_mark = floor > 0 && verb == floor && self.opens_quoted_verb(floor - 1);
        let floor = if at_mark { self.sentence(verb).start } else { floor };
        while group.start > floor {
            let token = group.start - 1;
            if self.is_genitive_not_auxiliary(token) {
                break;
            }
            if self.opens_quoted_verb(token) {
                group.start = token;
                continue;
            }
            if self.is_auxiliary(token) {
                if !self.is(token, WordClasses::NEGATION) {
                    if nearest_auxiliary == WordClasses::NONE {
                        nearest_auxiliary = self.tokens[token].words;
                    }
                    group.has_auxiliary = true;
                }
            } else if self.is(token, WordClasses::TO) && !group.has_auxiliary {
                infinitive = true;
            } else if !self.is_adverb_in_group(token) {
                break;
            }
            group.start = token;
        }
        group.voice = self.voice(verb, inflection, nearest_auxiliary, infinitive, &group)?;
        Some(group)
    }

    /// Whether a token stands in the verb group of the verb behind it: an auxiliary, a negation or an adverb.
    pub(crate) fn is_in_verb_group(&self, token: usize) -> bool {
        !self.is_genitive_not_auxiliary(token) && (self.is_auxiliary(token) || self.is_adverb_in_group(token))
    }

    /// "Has", "did", "not", "will", but not "Will".
    fn is_auxiliary(&self, token: usize) -> bool {
        self.is(token, AUXILIARY) && !self.is_name_like(token)
    }

    /// "Has REPEATEDLY clarified", "has SINCE clarified".
    fn is_adverb_in_group(&self, token: usize) -> bool {
        let after_have =
            self.is_one_of(token, &["since", "long"]) && self.is(token.wrapping_sub(1), WordClasses::HAVE);
        after_have || self.is_adverb(token) && !self.is_capitalized(token)
    }

    /// "Austin had ‘urged a ceasefire": the mark stands within the verb group.
    fn opens_quoted_verb(&self, token: usize) -> bool {
        self.is_kind(token, TokenKind::OpeningMark)
            && self.is(token.wrapping_sub(1), WordClasses::HAVE.or(WordClasses::BE).or(WordClasses::MODAL))
    }

    /// "Will" and "May" where they are names.
    fn is_name_like(&self, token: usize) -> bool {
        self.tokens[token].shape == Shape::Title
            && self.is(token, WordClasses::TIME.or(WordClasses::MODAL))
            && token != self.sentence(token).start
    }

    /// "'s" after a noun is an auxiliary only where a participle follows.
    fn is_genitive_not_auxiliary(&self, token: usize) -> bool {
        self.is_genitive(token)
            && self.is_nominal(token.wrapping_sub(1))
            && !self.has(token + 1, WordForms::ED)
    }

    fn voice(
        &self,
        verb: usize,
        inflection: Inflection,
        auxiliary: WordClasses,
        infinitive: bool,
        group: &VerbGroup,
    ) -> Option<Voice> {
        let have = auxiliary.any(WordClasses::HAVE);
        let be = auxiliary.any(WordClasses::BE) && !self.is_word(verb.wrapping_sub(1), "being");
        match inflection {
            Inflection::Base if infinitive => Some(Voice::Infinitive),
            Inflection::Base if auxiliary.any(WordClasses::MODAL.or(WordClasses::DO)) => Some(Voice::Active),
            Inflection::Base => {
                (!group.has_auxiliary && self.has_plural_subject(group.start)).then_some(Voice::Active)
            }
            Inflection::ThirdPerson => {
                let homograph = self.is(verb, WordClasses::NOUN_HOMOGRAPH)
                    && (!self.clearly_takes_content(verb + 1) || self.is_counted(group.start));
                (!homograph && !group.has_auxiliary && !infinitive && !self.is_after_modifier(group.start))
                    .then_some(Voice::Active)
            }
            Inflection::Past => (!group.has_auxiliary && !infinitive && !self.is_after_modifier(group.start))
                .then_some(Voice::Active),
            Inflection::PastParticiple if have => Some(Voice::Active),
            Inflection::PastParticiple if be => Some(Voice::Passive),
            Inflection::PastParticiple => (!group.has_auxiliary && !infinitive).then_some(Voice::Participle),
            Inflection::Gerund if be => Some(Voice::Active),
            Inflection::Gerund => {
                (!group.has_auxiliary && !self.is_noun_in_ing(group.start)).then_some(Voice::Gerund)
            }
            Inflection::Plural => None,
        }
    }

    /// "50 questions", "no current plans": the noun, not the verb.
    fn is_counted(&self, start: usize) -> bool {
        (start.saturating_sub(2)..start).any(|token| {
            self.is_word(token, "no") || (token + 1 == start && self.is_kind(token, TokenKind::Number))
        })
    }

    /// What follows a verb but seldom a noun: "states THAT", "plans TO", "claims THE dam".
    fn clearly_takes_content(&self, next: usize) -> bool {
        self.is(
            next,
            WordClasses::THAT
                .or(WordClasses::TO)
                .or(WordClasses::DETERMINER)
                .or(WordClasses::POSSESSIVE)
                .or(WordClasses::PERSONAL),
        ) || self.is_capitalized(next)
            || matches!(
                self.kind(next),
                Some(TokenKind::OpeningMark | TokenKind::Comma | TokenKind::Colon | TokenKind::Terminator)
            )
    }

    /// The first word of its sentence, or the one after "when".
    pub(crate) fn opens_clause(&self, token: usize) -> bool {
        token == self.floor(token) || self.is_one_of(token - 1, &["when", "if", "once"])
    }

    /// "The ombudsman's warning", "the ruling", "the most promising".
    fn is_noun_in_ing(&self, start: usize) -> bool {
        let Some(previous) = start.checked_sub(1) else { return false };
        self.is_genitive(previous)
            || (self.is(previous, WordClasses::DETERMINER.or(WordClasses::POSSESSIVE))
                && !self.is(previous, WordClasses::OBJECT_PRONOUN))
    }

    /// A determiner, a possessive, an adjective-like preposition stands before: "the claims", "of claims".
    fn is_after_modifier(&self, start: usize) -> bool {
        let Some(previous) = start.checked_sub(1) else { return false };
        if self.is_kind(previous, TokenKind::Word) && self.is(previous, WordClasses::SUBJECT_PRONOUN) {
            return self.is(previous, WordClasses::DETERMINER) && !self.is(previous, WordClasses::THAT);
        }
        self.is(previous, WordClasses::DETERMINER.or(WordClasses::POSSESSIVE).or(WordClasses::PREPOSITION))
            && !self.is(previous, WordClasses::ADVERB)
            || (self.is_genitive(previous) && self.is_nominal(previous.wrapping_sub(1)))
    }

    /// Whether what stands before `start` can be the subject of a verb without -s.
    fn has_plural_subject(&self, start: usize) -> bool {
        let Some(previous) = start.checked_sub(1) else { return false };
        if self.is(previous, WordClasses::DETERMINER.or(WordClasses::POSSESSIVE))
            && !self.is(previous, WordClasses::SUBJECT_PRONOUN)
        {
            return false;
        }
        if self.is_genitive(previous) || self.is(previous, WordClasses::PREPOSITION) {
            return false;
        }
        if self.is_nominal(previous) {
            return self.is_plural_noun_phrase(start);
        }
        let plural_pronoun = [
            "i", "you", "we", "they", "who", "these", "those", "many", "some", "several", "others", "most",
            "both", "and",
        ];
        self.is_one_of(previous, &plural_pronoun)
            || matches!(
                self.kind(previous),
                Some(TokenKind::Comma | TokenKind::ClosingBracket | TokenKind::Dash)
            )
    }

    /// "Officials", "data from the registry", "Ruiz and Lee": a noun phrase whose head is plural ends before
    /// `end`.
    fn is_plural_noun_phrase(&self, end: usize) -> bool {
        let Some(phrase) = self.noun_phrase_before(self.floor(end - 1), end) else { return false };
        let head_end = phrase
            .clone()
            .skip(1)
            .find(|&token| {
                self.is(token, WordClasses::PREPOSITION) || self.is_kind(token, TokenKind::OpeningBracket)
            })
            .unwrap_or(phrase.end);
        let head = head_end - 1;
        let plural = self.has(head, WordForms::S) && !self.is_capitalized_singular(head, &phrase);
        // "The government defends": no plural, but a verb after its subject.
        let verb = self.has(head, WordForms::THIRD_PERSON_CUE)
            && head > phrase.start
            && self.is_nominal(head - 1)
            && !self.is(head, WordClasses::NOUN_HOMOGRAPH);
        // "People familiar with the plan", "61 percent", "a majority of voters".
        let many = (phrase.start..head_end).any(|token| {
            self.is(token, WordClasses::REPORTING_GROUP.or(WordClasses::QUANTITY))
                || self.is_kind(token, TokenKind::Number)
        });
        (plural && !verb)
            || many
            || self.is(head, WordClasses::SUBJECT_PRONOUN)
            || phrase.into_iter().any(|token| self.is_word(token, "and"))
    }

    /// "Sanders", "Mr. Rhodes": a name in -s is one person.
    fn is_capitalized_singular(&self, head: usize, phrase: &std::ops::Range<usize>) -> bool {
        let people = WordList::PeopleEnding.has_ending(self.word(head));
        self.tokens[head].shape == Shape::Title
            && !people
            && !self.is(phrase.start, WordClasses::DETERMINER)
            && !self.is(head, WordClasses::REPORTING_GROUP)
            && head != self.sentence(head).start
    }
}
