//! The sources of attributions, one after the other: heads looked up, nouns and pronouns resolved, entities numbered.

use std::ops::Range;

use super::aliases::Alias;
use super::entities::Entities;
use super::facts::Facts;
use super::nominals::{Mentions, Referent};
use super::pronouns::{Pronoun, Resolver, Surroundings};
use super::recording::Numbers;
use super::sources::{Head, heads_of};
use super::{EntityKind, MentionForm, Resolution};
use crate::attribution::Attribution;
use crate::lexicon::{NounKind, WordClasses};
use crate::text::Span;

/// Who one part of a source is.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) form: MentionForm,
    /// None for a pronoun that stands for nobody known.
    pub(super) referent: Option<Referent>,
    /// The part's own words without determiner.
    pub(super) tokens: Range<usize>,
    pub(super) title: Option<Range<usize>>,
    /// What the words around it say that it is.
    pub(super) kind: Option<EntityKind>,
}

/// The state of resolving a document's sources.
pub(super) struct Resolving<'a> {
    pub(super) facts: &'a Facts<'a>,
    pub(super) entities: &'a Entities,
    attributions: &'a [Attribution],
    pub(super) aliases: &'a [Alias],
    pub(super) mentions: Mentions,
    /// For each attribution who its source is, once it is known.
    parts: Vec<Option<Part>>,
    /// For each quotation the attribution whose content it is or is in.
    speech_of: Vec<Option<usize>>,
}

impl<'a> Resolving<'a> {
    pub(super) fn new(
        facts: &'a Facts<'a>,
        entities: &'a Entities,
        attributions: &'a [Attribution],
        aliases: &'a [Alias],
    ) -> Self {
        let mentions = Mentions::new(facts, entities);
        let mut speech_of = vec![None; facts.document.quotations.len()];
        for (index, attribution) in attributions.iter().enumerate() {
            for content in &attribution.contents {
                let first = facts.document.quotations.partition_point(|it| it.tokens.start < content.start);
                let inside = facts.document.quotations[first..].iter().enumerate();
                for (offset, _) in
                    inside.take_while(|(_, it)| it.tokens.start < content.end).take(MOST_QUOTATIONS)
                {
                    speech_of[first + offset] = Some(index);
                }
            }
        }
        let parts = vec![None; attributions.len()];
        Self { facts, entities, attributions, aliases, mentions, parts, speech_of }
    }

    /// The resolutions of all sources.
    pub(super) fn resolutions(mut self) -> Vec<Option<Resolution>> {
        let mut depths = vec![0; self.attributions.len()];
        let mut order: Vec<usize> = (0..self.attributions.len()).collect();
        for index in by_outermost(self.attributions) {
            depths[index] = self.attributions[index].parent.map_or(0, |parent| depths[parent] + 1);
        }
        order.sort_by_key(|&index| depths[index]);
        for index in order {
            if let Some(source) = &self.attributions[index].source {
                self.parts[index] = self.part_of(index, source);
            }
        }
        let mut numbers = Numbers::default();
        (0..self.attributions.len())
            .map(|index| self.parts[index].as_ref().map(|part| self.resolution(part, &mut numbers)))
            .collect()
    }

    fn part_of(&mut self, index: usize, source: &Range<usize>) -> Option<Part> {
        let heads = heads_of(self.facts, self.entities, source);
        let parts: Vec<Part> = heads.into_iter().map(|head| self.part(index, head)).collect();
        let referents: Vec<Referent> = parts.iter().filter_map(|part| part.referent).collect();
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return None };
        if parts.len() == 1 || referents.len() < parts.len() {
            return parts.into_iter().next();
        }
        let tokens = first.tokens.start..last.tokens.end.max(first.tokens.start + 1);
        let referent = self.mentions.together(self.facts, referents, tokens.clone());
        Some(Part { form: first.form, referent: Some(referent), tokens, title: None, kind: None })
    }

    fn part(&mut self, index: usize, head: Head) -> Part {
        match head {
            Head::Pronoun(token) => self.pronoun(index, token),
            Head::Name { entity, tokens, title, kind } => Part {
                form: MentionForm::Name,
                referent: Some(Referent::Entity(entity)),
                tokens,
                title,
                kind,
            },
            Head::Nominal { tokens, noun, is_named } => {
                let referent = if is_named {
                    let words = self.without_article(&tokens);
                    self.mentions.named_phrase(self.facts, noun, words)
                } else if let Some(entity) = self.document_within(&tokens, noun) {
                    Referent::Entity(entity)
                } else {
                    let is_first_name = self.is_name(noun);
                    let words = if is_first_name { self.without_article(&tokens) } else { tokens.clone() };
                    self.mentions.referent_of(self.facts, self.entities, &tokens, noun, words)
                };
                let form = if is_named { MentionForm::Name } else { MentionForm::Nominal };
                let of_words = self.quantity_kind(&tokens, noun);
                Part { form, referent: Some(referent), tokens, title: None, kind: of_words }
            }
        }
    }

    /// A capitalized phrase whose words are in no list.
    fn is_name(&self, noun: usize) -> bool {
        self.facts.is_capitalized(noun)
            && !self.facts.tokens[noun].is_first
            && self.facts.noun(noun).is_none()
    }

    /// "The results of the Iodine Nutrition Study" are that study.
    fn document_within(&self, tokens: &Range<usize>, noun: usize) -> Option<usize> {
        if !self.facts.is_noun(noun, NounKind::Document) {
            return None;
        }
        let after = noun + 1..tokens.end;
        let names = if after.is_empty() { &[][..] } else { self.entities.within(&after) };
        names
            .iter()
            .map(|(_, entity)| *entity)
            .find(|&entity| self.entities.all[entity].kind == EntityKind::Document)
    }

    /// "A quarter of citizens", "a group of doctors": of the kind of those.
    fn quantity_kind(&self, tokens: &Range<usize>, noun: usize) -> Option<EntityKind> {
        let is_quantity = self.facts.is(noun, WordClasses::QUANTITY)
            || self.facts.is_noun(noun, NounKind::Group)
            || self
                .facts
                .is_one_of(noun, &["number", "group", "dozens", "hundreds", "thousands", "millions"]);
        if self.facts.is_one_of(tokens.start, &["one"]) && self.facts.is_one_of(tokens.start + 1, &["of"]) {
            return Some(EntityKind::Person);
        }
        (is_quantity && self.facts.is_one_of(noun + 1, &["of"]) && noun + 2 < tokens.end)
            .then_some(EntityKind::Group)
    }

    fn without_article(&self, tokens: &Range<usize>) -> Range<usize> {
        let mut start = tokens.start;
        while start + 1 < tokens.end
            && self.facts.is(start, WordClasses::DETERMINER.or(WordClasses::POSSESSIVE))
        {
            start += 1;
        }
        start..tokens.end
    }

    fn pronoun(&mut self, index: usize, token: usize) -> Part {
        let word = self.facts.word(token);
        let pronoun = Pronoun::of(word);
        let resolver = Resolver { facts: self.facts, entities: self.entities };
        let speech = self.speech_around(index, token);
        let referent = match pronoun {
            Pronoun::Speaker => {
                speech.and_then(|speech| self.author(speech)).or_else(|| self.last_person(index, token))
            }
            Pronoun::Speakers => speech.and_then(|speech| self.plural(speech)),
            Pronoun::Relative => resolver.relative(&self.mentions, token),
            Pronoun::Indefinite => None,
            Pronoun::Person(_) | Pronoun::Several | Pronoun::Thing => {
                let around = self.surroundings(index, token);
                resolver
                    .antecedent(&self.mentions, token, pronoun, &around)
                    .or_else(|| resolver.cataphor(&self.mentions, token, pronoun))
            }
        };
        Part {
            form: MentionForm::Pronoun,
            referent,
            tokens: token..token + 1,
            title: None,
            kind: Some(pronoun.kind(word)).filter(|_| referent.is_none()),
        }
    }

    /// The attribution whose quoted words a token is.
    fn speech_around(&self, index: usize, token: usize) -> Option<usize> {
        let quotation = self.facts.tokens[token].quotation;
        let of_quotation = quotation.and_then(|quotation| self.speech_of[quotation as usize]);
        of_quotation.filter(|&speech| speech != index).or(self.attributions[index].parent)
    }

    /// Who spoke last, for an "I" that no mark or attribution gives to anybody: a quotation printed as a block.
    fn last_person(&self, index: usize, token: usize) -> Option<Referent> {
        let source = self.attributions[..index].iter().rev().take(8).position(|it| it.source.is_some())?;
        let before = index - 1 - source;
        let at = self.attributions[before].source.as_ref()?.start;
        let is_near = self.facts.sentence(token).abs_diff(self.facts.sentence(at)) <= 3;
        let part = self.parts[before].as_ref()?;
        let is_person = self.kind_of(part) == EntityKind::Person;
        if is_person && is_near {
            part.referent
        } else {
            self.author(before)
                .filter(|_| is_near && !is_person && self.kind_of(part) == EntityKind::Document)
        }
    }

    /// Who speaks in what a source says: the source, or the writer of "Cornyn's statement".
    fn author(&self, attribution: usize) -> Option<Referent> {
        let part = self.parts[attribution].as_ref()?;
        let genitive = part.tokens.clone().skip(1).find(|&token| self.facts.is_genitive(token));
        let owner = genitive.and_then(|genitive| self.entities.ending_at(genitive));
        let owner = owner.filter(|&owner| self.entities.all[owner].kind == EntityKind::Person);
        match owner {
            Some(owner) if self.kind_of(part) == EntityKind::Document => Some(Referent::Entity(owner)),
            _ => part.referent,
        }
    }

    /// Whom a source is.
    fn single(&self, attribution: usize) -> Option<Referent> {
        self.parts[attribution].as_ref().and_then(|part| part.referent)
    }

    /// Who "we" are: a body or group that speaks, or the body that the speaker heads.
    fn plural(&self, attribution: usize) -> Option<Referent> {
        let part = self.parts[attribution].as_ref()?;
        let referent = part.referent?;
        if self.kind_of(part) != EntityKind::Person {
            return Some(referent);
        }
        let entity = match referent {
            Referent::Entity(entity) => entity,
            Referent::Phrase(phrase) => {
                return Some(referent).filter(|_| self.mentions.phrases[phrase].is_plural);
            }
        };
        let titles = self.entities.all[entity].titles.iter().chain(&part.title);
        titles.filter_map(|title| self.entities.within(title).first()).map(|(_, body)| *body).find_map(
            |body| {
                (self.entities.all[body].kind == EntityKind::Organization).then_some(Referent::Entity(body))
            },
        )
    }

    fn surroundings(&self, index: usize, token: usize) -> Surroundings {
        let attribution = &self.attributions[index];
        let speaker = attribution.parent.and_then(|parent| self.single(parent));
        let in_quotation = self.facts.tokens[token].quotation.is_some();
        let previous = (0..index).rev().take(MOST_SPEAKERS).filter_map(|before| {
            let source = self.attributions[before].source.as_ref()?;
            let is_before = source.start < token && self.attributions[before].parent == attribution.parent;
            let sentence = self.facts.sentence(source.start);
            is_before.then(|| self.single(before).map(|referent| (referent, sentence))).flatten()
        });
        let previous = previous.collect();
        // Quoted people speak of themselves as "I".
        Surroundings { speaker: speaker.filter(|_| !in_quotation), previous }
    }
}

/// So many attributions before a pronoun say who was heard.
const MOST_SPEAKERS: usize = 5;

/// A content is searched for so many quotations at most: invariant 8.
const MOST_QUOTATIONS: usize = 64;

/// The attributions, each after the one that holds it.
fn by_outermost(attributions: &[Attribution]) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::with_capacity(attributions.len());
    let mut is_done = vec![false; attributions.len()];
    for mut index in 0..attributions.len() {
        let from = order.len();
        while !is_done[index] {
            is_done[index] = true;
            order.push(index);
            let Some(parent) = attributions[index].parent else { break };
            index = parent;
        }
        order[from..].reverse();
    }
    order
}

/// Whom the third-person pronouns of a document stand for.
pub(super) fn pronouns(facts: &Facts<'_>, entities: &Entities) -> Vec<(Span, Span, String)> {
    let mentions = Mentions::new(facts, entities);
    let resolver = Resolver { facts, entities };
    let mut found = Vec::new();
    for token in 0..facts.len() {
        if facts.is_capitalized(token) && !facts.tokens[token].is_first {
            continue;
        }
        let pronoun = Pronoun::of(facts.word(token));
        if !matches!(pronoun, Pronoun::Person(_) | Pronoun::Several) {
            continue;
        }
        let Some(referent) = resolver.antecedent(&mentions, token, pronoun, &Surroundings::default()) else {
            continue;
        };
        let before = mentions.all.partition_point(|mention| mention.tokens.end <= token);
        let last = mentions.all[..before].iter().rev().find(|mention| mention.referent == referent);
        let name = match referent {
            Referent::Entity(entity) => &entities.all[entity].name,
            Referent::Phrase(phrase) => &mentions.phrases[phrase].tokens,
        };
        if let Some(last) = last {
            found.push((
                facts.document.tokens[token].span,
                facts.document.span_of(&last.tokens),
                facts.document.span_of(name).slice(facts.document.text).to_owned(),
            ));
        }
    }
    found
}
