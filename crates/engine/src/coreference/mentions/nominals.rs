//! Nouns that stand for somebody: "the minister", "a senior official", "the report"; and for whom, where the text says.
//!
//! The sieves go from sure to unsure: the same noun as before, the title of somebody named, a word of a body's name,
//! the nearest of the kind.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::annotation::AnnotatedDocument;
use crate::coreference::EntityKind;
use crate::coreference::mentions::descriptions::{announced, described_by, has_title, in_headline};
use crate::coreference::mentions::mention::{Mention, Phrase, Referent};
use crate::coreference::mentions::noun_phrases::{
    is_definite, is_plural, key_of, kind_of, same_noun, with_complement,
};
use crate::coreference::names::entities::Entities;
use crate::lexicon::{Noun, NounKind, PlaceKind, WordClasses, WordList};
use crate::text::{TokenKind, Watch};

/// Everybody whom the text mentions, by name or by noun, in order.
#[derive(Debug, Default)]
pub(crate) struct Mentions {
    pub(crate) all: Vec<Mention>,
    pub(crate) phrases: Vec<Phrase>,
    by_words: FxHashMap<String, usize>,
}

/// How many mentions back an antecedent is looked for.
const FARTHEST: usize = 64;

/// "The 34-year-old".
const AGED: Noun =
    Noun { lemma: "teen", kind: NounKind::Person, gender: None, is_title: false, is_plural: false };

impl Mentions {
    /// The names and noun phrases of a document.
    pub(crate) fn new(
        annotated: &AnnotatedDocument<'_>,
        entities: &Entities,
        watch: &Watch<'_>,
    ) -> Option<Self> {
        let mut mentions = Self::default();
        let mut names = entities.names.iter().peekable();
        let mut token = 0;
        while token < annotated.len() {
            watch.step()?;
            if let Some((name, entity)) = names.next_if(|(name, _)| name.tokens.start <= token) {
                let referent = Referent::Entity(*entity);
                mentions.all.push(Mention { tokens: name.tokens.clone(), referent });
                token = name.tokens.end.max(token + 1);
                mentions.join(annotated, entities);
                continue;
            }
            // "A lot of people": the people are meant.
            let is_measure =
                annotated.is_in(token, WordList::Measure) && annotated.is_one_of(token + 1, &["of"]);
            if let Some(phrase) = annotated.base_noun_phrase(token).filter(|_| !is_measure) {
                let end = with_complement(annotated, entities, token + 1);
                let referent = described_by(annotated, entities, &phrase, token).unwrap_or_else(|| {
                    mentions.referent_of(annotated, entities, &phrase, token, phrase.start..end)
                });
                mentions.all.push(Mention { tokens: phrase, referent });
            } else if let Some(phrase) = annotated.unlisted_plural(token) {
                let referent = mentions.phrase(annotated, token, phrase.clone());
                mentions.all.push(Mention { tokens: phrase, referent });
            }
            token += 1;
        }
        Some(mentions)
    }

    /// After a name: two people with "and" between them are mentioned together, too.
    fn join(&mut self, annotated: &AnnotatedDocument<'_>, entities: &Entities) {
        let mut names =
            self.all.iter().rev().take(3).filter(|mention| matches!(mention.referent, Referent::Entity(_)));
        let (Some(second), Some(first)) = (names.next(), names.next()) else { return };
        if first.tokens.end >= second.tokens.start {
            return;
        }
        let is_person = |referent| match referent {
            Referent::Entity(entity) => entities.all[entity].kind == EntityKind::Person,
            Referent::Phrase(_) => false,
        };
        let between = first.tokens.end..second.tokens.start;
        // "Thomas Sam, 42, and his wife Manju Sam".
        let and = between.clone().find(|&token| annotated.is_one_of(token, &["and"]));
        let is_apart = |token: usize| {
            annotated.has_name_capital(token)
                || annotated.is_role(token)
                || annotated.is_kind(token, TokenKind::Comma)
                || annotated.is_kind(token, TokenKind::Number)
                || annotated.is(token, WordClasses::POSSESSIVE)
        };
        let is_and = between.len() <= 7
            && and.is_some_and(|and| between.clone().all(|token| token == and || is_apart(token)));
        if is_and
            && is_person(first.referent)
            && is_person(second.referent)
            && first.referent != second.referent
        {
            let tokens = first.tokens.start..second.tokens.end;
            let referent = self.together(annotated, vec![first.referent, second.referent], tokens.clone());
            self.all.push(Mention { tokens, referent });
        }
    }

    /// Several as one.
    pub(crate) fn together(
        &mut self,
        annotated: &AnnotatedDocument<'_>,
        parts: Vec<Referent>,
        tokens: Range<usize>,
    ) -> Referent {
        if let Some(known) = self.phrases.iter().rev().take(FARTHEST).position(|phrase| phrase.parts == parts)
        {
            return Referent::Phrase(self.phrases.len() - 1 - known);
        }
        let noun = tokens.end - 1;
        self.phrases.push(Phrase {
            tokens,
            kind: kind_of(annotated, noun),
            gender: None,
            is_plural: true,
            is_named: true,
            parts,
            lemma: None,
        });
        Referent::Phrase(self.phrases.len() - 1)
    }

    /// What a noun phrase whose noun stands at `noun` stands for; `words` are what it is called if for nobody known.
    pub(crate) fn referent_of(
        &mut self,
        annotated: &AnnotatedDocument<'_>,
        entities: &Entities,
        phrase: &Range<usize>,
        noun: usize,
        words: Range<usize>,
    ) -> Referent {
        let of_age = annotated.word(noun).ends_with("-year-old").then_some(AGED);
        let known = annotated
            .noun(noun)
            .or(of_age)
            .filter(|noun| {
                let are_somebodys =
                    noun.lemma == "parent" && annotated.is(phrase.start, WordClasses::POSSESSIVE);
                are_somebodys || is_definite(annotated, phrase)
            })
            .and_then(|of_noun| self.antecedent(annotated, entities, of_noun, phrase, noun));
        known
            .or_else(|| in_headline(annotated, entities, phrase, noun))
            .or_else(|| announced(annotated, entities, phrase, noun))
            .unwrap_or_else(|| self.phrase(annotated, noun, words))
    }

    /// A phrase that is called by these words: a new one, or one that was called so before.
    pub(crate) fn phrase(
        &mut self,
        annotated: &AnnotatedDocument<'_>,
        noun: usize,
        words: Range<usize>,
    ) -> Referent {
        let key = key_of(annotated, &words);
        if let Some(&known) = self.by_words.get(&key) {
            return Referent::Phrase(known);
        }
        let of_noun = annotated.noun(noun);
        let index = self.phrases.len();
        self.phrases.push(Phrase {
            tokens: words,
            kind: kind_of(annotated, noun),
            gender: of_noun.and_then(|noun| noun.gender),
            is_plural: is_plural(annotated, noun),
            is_named: false,
            parts: Vec::new(),
            lemma: of_noun.map(|noun| noun.lemma),
        });
        self.by_words.insert(key, index);
        Referent::Phrase(index)
    }

    /// Whom "the minister" stands for.
    fn antecedent(
        &self,
        annotated: &AnnotatedDocument<'_>,
        entities: &Entities,
        noun: Noun,
        phrase: &Range<usize>,
        at: usize,
    ) -> Option<Referent> {
        let before = self.all.partition_point(|mention| mention.tokens.start < phrase.start);
        let nearest = || self.all[..before].iter().rev().take(FARTHEST);
        if WordList::Pair.has_small(noun.lemma) || (noun.lemma == "parent" && noun.is_plural) {
            let two = self.phrases.iter().rposition(|phrase| phrase.parts.len() == 2);
            return two.map(Referent::Phrase);
        }
        let is_bare = phrase.len() <= 2 + usize::from(noun.lemma.contains(' '));
        let of_same_noun = nearest().find(|mention| match mention.referent {
            Referent::Phrase(index) => {
                let known = &self.phrases[index];
                known.lemma.is_some_and(|lemma| same_noun(lemma, noun.lemma))
                    && known.is_plural == noun.is_plural
                    && (is_bare || self.shares_modifier(annotated, index, phrase, at))
            }
            Referent::Entity(_) => false,
        });
        let same_title = || {
            nearest().find(|mention| match mention.referent {
                Referent::Entity(index) => {
                    let entity = &entities.all[index];
                    entity.kind == EntityKind::Person
                        && !noun.is_plural
                        && has_title(annotated, entity, noun.lemma)
                }
                Referent::Phrase(_) => false,
            })
        };
        let named = || self.named_by_noun(annotated, entities, noun, before, is_bare, at);
        let found = match noun.kind {
            NounKind::Person => same_title().or(of_same_noun).or_else(named),
            _ => named().or(of_same_noun),
        };
        found.map(|mention| mention.referent)
    }

    /// Whether a longer phrase has a word before its noun in common with a known one.
    fn shares_modifier(
        &self,
        annotated: &AnnotatedDocument<'_>,
        known: usize,
        phrase: &Range<usize>,
        noun: usize,
    ) -> bool {
        let content =
            |token: &usize| !annotated.is(*token, WordClasses::DETERMINER.or(WordClasses::POSSESSIVE));
        let known = &self.phrases[known].tokens;
        (phrase.start..noun).filter(content).any(|token| {
            known.clone().any(|other| annotated.word(other).eq_ignore_ascii_case(annotated.word(token)))
        })
    }

    /// The nearest entity that this noun may describe.
    fn named_by_noun(
        &self,
        annotated: &AnnotatedDocument<'_>,
        entities: &Entities,
        noun: Noun,
        before: usize,
        is_bare: bool,
        at: usize,
    ) -> Option<&Mention> {
        let sentence = annotated.sentence_index(at);
        let nearest = || self.all[..before].iter().rev().take(FARTHEST);
        let find = |sentences: usize, fits: &dyn Fn(&crate::coreference::names::entities::Entity) -> bool| {
            nearest()
                .take_while(|mention| annotated.sentence_index(mention.tokens.start) + sentences >= sentence)
                .find(|mention| match mention.referent {
                    Referent::Entity(index) => fits(&entities.all[index]),
                    Referent::Phrase(_) => false,
                })
        };
        let in_name = |entity: &crate::coreference::names::entities::Entity| {
            entity
                .name
                .clone()
                .any(|token| annotated.noun(token).is_some_and(|word| same_noun(word.lemma, noun.lemma)))
        };
        if noun.is_plural && noun.kind != NounKind::Document {
            return None;
        }
        match noun.kind {
            NounKind::Person if is_bare && WordList::AnyPerson.has_small(noun.lemma) => find(3, &|entity| {
                entity.kind == EntityKind::Person
                    && (noun.gender.is_none() || entity.gender.is_none() || noun.gender == entity.gender)
            }),
            NounKind::Organization | NounKind::Group if is_bare => {
                let is_body = |entity: &crate::coreference::names::entities::Entity| {
                    entity.kind == EntityKind::Organization
                };
                find(usize::MAX / 2, &|entity| is_body(entity) && in_name(entity)).or_else(|| {
                    let is_any =
                        WordList::AnyBody.has_small(noun.lemma) || WordList::AnyPaper.has_small(noun.lemma);
                    if is_any {
                        find(3, &|entity| is_body(entity) && entity.is_sure).or_else(|| find(3, &is_body))
                    } else {
                        None
                    }
                })
            }
            NounKind::Document => find(usize::MAX / 2, &|entity| {
                entity.kind == EntityKind::Document
                    && (in_name(entity) || (is_bare && WordList::AnyStudy.has_small(noun.lemma)))
            }),
            NounKind::Place if is_bare => {
                let called = [
                    (WordList::CountryNoun, PlaceKind::Country),
                    (WordList::CityNoun, PlaceKind::City),
                    (WordList::StateNoun, PlaceKind::State),
                ];
                let (_, wanted) = called.into_iter().find(|(list, _)| list.has_small(noun.lemma))?;
                find(5, &|entity| {
                    entity.kind == EntityKind::Country
                        && annotated.tokens[entity.name.start].place.is_some_and(|place| place.kind == wanted)
                })
            }
            _ => None,
        }
    }

    /// What a referent is.
    pub(crate) fn kind_of(&self, entities: &Entities, referent: Referent) -> EntityKind {
        match referent {
            Referent::Entity(index) => entities.all[index].kind,
            Referent::Phrase(index) => self.phrases[index].kind,
        }
    }

    /// Somebody described who gets the words of their own with a name in it: "the New Zealand government".
    pub(crate) fn named_phrase(
        &mut self,
        annotated: &AnnotatedDocument<'_>,
        noun: usize,
        words: Range<usize>,
    ) -> Referent {
        let referent = self.phrase(annotated, noun, words.clone());
        if let Referent::Phrase(index) = referent {
            self.phrases[index].is_named = true;
            self.phrases[index].tokens = words;
        }
        referent
    }
}
