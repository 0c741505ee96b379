//! The sources of attributions, one after the other: heads looked up, nouns and pronouns resolved, entities numbered.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::annotation::AnnotatedDocument;
use crate::attribution::Attribution;
use crate::coreference::mentions::mention::Referent;
use crate::coreference::mentions::nominals::Mentions;
use crate::coreference::names::aliases::Alias;
use crate::coreference::names::entities::Entities;
use crate::coreference::pronouns::antecedents::{Antecedents, Candidate, Surroundings};
use crate::coreference::pronouns::features::{PronounFeature, PronounFeatures};
use crate::coreference::pronouns::pronoun::Pronoun;
use crate::coreference::pronouns::relatives::relative;
use crate::coreference::sources::heads::{Head, heads_of};
use crate::coreference::sources::part::{Numbers, Part};
use crate::coreference::sources::resolution::Known;
use crate::coreference::{EntityKind, MentionForm, Resolution};
use crate::lexicon::{NounKind, WordClasses, WordList};
use crate::text::{TokenKind, Watch};

/// The state of resolving a document's sources.
pub(crate) struct Resolving<'a> {
    pub(crate) annotated: &'a AnnotatedDocument<'a>,
    entities: &'a Entities,
    attributions: &'a [Attribution],
    aliases: &'a [Alias],
    pub(crate) mentions: Mentions,
    /// For each attribution who its source is, once it is known.
    parts: Vec<Option<Part>>,
    /// Whom the third-person pronouns stand for, by their tokens.
    referents: FxHashMap<usize, Referent>,
    /// Whom "he" or "she" stands for somewhere.
    people: FxHashSet<Referent>,
    /// For each quotation the attribution whose content it is or is in.
    speech_of: Vec<Option<usize>>,
}

impl<'a> Resolving<'a> {
    pub(crate) fn new(
        annotated: &'a AnnotatedDocument<'a>,
        entities: &'a Entities,
        attributions: &'a [Attribution],
        aliases: &'a [Alias],
        watch: &Watch<'_>,
    ) -> Option<Self> {
        let mentions = Mentions::new(annotated, entities, watch)?;
        let mut speech_of = vec![None; annotated.document.quotations.len()];
        for (index, attribution) in attributions.iter().enumerate() {
            for content in &attribution.parts.contents {
                let first =
                    annotated.document.quotations.partition_point(|it| it.tokens.start < content.start);
                let inside = annotated.document.quotations[first..].iter().enumerate();
                for (offset, _) in
                    inside.take_while(|(_, it)| it.tokens.start < content.end).take(MOST_QUOTATIONS)
                {
                    speech_of[first + offset] = Some(index);
                }
            }
        }
        let parts = vec![None; attributions.len()];
        let referents = FxHashMap::default();
        let people = FxHashSet::default();
        Some(Self {
            annotated,
            entities,
            attributions,
            aliases,
            mentions,
            parts,
            referents,
            people,
            speech_of,
        })
    }

    /// What is known so far.
    fn known(&self) -> Known<'_> {
        Known {
            annotated: self.annotated,
            entities: self.entities,
            mentions: &self.mentions,
            people: &self.people,
            aliases: self.aliases,
        }
    }

    /// The resolutions of all sources.
    pub(crate) fn resolutions(mut self, watch: &Watch<'_>) -> Option<Vec<Option<Resolution>>> {
        self.read(watch, |_, _, _, _| ())?;
        let mut numbers = Numbers::default();
        (0..self.attributions.len())
            .map(|index| {
                watch.step()?;
                Some(self.parts[index].as_ref().map(|part| self.known().resolution(part, &mut numbers)))
            })
            .collect()
    }

    /// Finds out who all sources are: those with names and nouns first; then, in the order of the text, what
    /// third-person pronouns stand for, which depends on who was heard; then "I" and "we", who are the sources of what
    /// they stand in. Each pronoun is shown to `see`, with what was weighed for it and what was chosen.
    pub(crate) fn read(
        &mut self,
        watch: &Watch<'_>,
        mut see: impl FnMut(&Mentions, usize, &[Candidate], Option<Referent>),
    ) -> Option<()> {
        let mut depths = vec![0; self.attributions.len()];
        let mut order: Vec<usize> = (0..self.attributions.len()).collect();
        for index in by_outermost(self.attributions) {
            depths[index] = self.attributions[index].parent.map_or(0, |parent| depths[parent] + 1);
        }
        order.sort_by_key(|&index| depths[index]);
        let heads: Vec<Vec<Head>> = self
            .attributions
            .iter()
            .map(|it| {
                watch.step()?;
                Some(
                    it.parts
                        .source
                        .as_ref()
                        .map_or_else(Vec::new, |it| heads_of(self.annotated, self.entities, it)),
                )
            })
            .collect::<Option<_>>()?;
        let mut waiting: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
        for &index in &order {
            watch.step()?;
            let mut pronouns = heads[index].iter().filter_map(|head| match head {
                Head::Pronoun(token) if Pronoun::of(self.annotated.word(*token)).is_resolved_late() => {
                    Some(*token)
                }
                _ => None,
            });
            match pronouns.next_back() {
                Some(token) => waiting.entry(token).or_default().push(index),
                None => self.parts[index] = self.part_of(index, &heads[index]),
            }
        }
        self.read_pronouns(&order, &heads, &waiting, watch, &mut see)?;
        for index in order {
            watch.step()?;
            if self.parts[index].is_none() {
                self.parts[index] = self.part_of(index, &heads[index]);
            }
        }
        Some(())
    }

    /// Reads the third-person pronouns of the document; "it" only where it is a source.
    fn read_pronouns(
        &mut self,
        order: &[usize],
        heads: &[Vec<Head>],
        waiting: &FxHashMap<usize, Vec<usize>>,
        watch: &Watch<'_>,
        see: &mut impl FnMut(&Mentions, usize, &[Candidate], Option<Referent>),
    ) -> Option<()> {
        let annotated = self.annotated;
        let within = self.innermost(order);
        let mut antecedents = Antecedents::new(annotated, self.entities, &self.mentions);
        for (token, &speech) in within.iter().enumerate() {
            watch.step()?;
            let is_name = annotated.has_name_capital(token) && !annotated.tokens[token].is_first;
            if is_name || !annotated.is(token, PRONOUN) {
                continue;
            }
            let pronoun = Pronoun::of(annotated.word(token));
            let of_source = waiting.get(&token);
            match pronoun {
                Pronoun::Person(_) | Pronoun::Several => {}
                Pronoun::Thing if of_source.is_some() => {}
                _ => continue,
            }
            let around = self.surroundings(speech, of_source.and_then(|it| it.first().copied()), token);
            let mut candidates = antecedents.candidates(&self.mentions, token, pronoun, &around);
            if of_source.is_some() {
                // Neither pumps nor calls say what "they" say.
                let is_thing = |features: PronounFeatures| {
                    features.has(PronounFeature::Unlisted)
                        || (pronoun == Pronoun::Several && features.has(PronounFeature::Document))
                };
                candidates.retain(|candidate| !is_thing(candidate.features));
            }
            let best = antecedents.best(&candidates, token, pronoun);
            // Who speaks is somebody.
            let is_likely =
                |best: &&Candidate| of_source.is_some() || antecedents.is_likely(best, token, pronoun);
            let best = best.filter(is_likely).map(|candidate| candidate.referent);
            let referent = best.or_else(|| antecedents.cataphor(&self.mentions, token, pronoun));
            see(&self.mentions, token, &candidates, referent);
            if let Some(referent) = referent {
                antecedents.remember(token, pronoun, referent);
                self.referents.insert(token, referent);
            }
            for &index in of_source.into_iter().flatten() {
                self.parts[index] = self.part_of(index, &heads[index]);
            }
        }
        self.people = antecedents.people();
        Some(())
    }

    /// For each token the innermost attribution in whose content it stands.
    fn innermost(&self, order: &[usize]) -> Vec<Option<usize>> {
        let mut within = vec![None; self.annotated.len()];
        for &index in order {
            for content in &self.attributions[index].parts.contents {
                let end = content.end.min(content.start + LONGEST_CONTENT);
                within[content.start..end].fill(Some(index));
            }
        }
        within
    }

    /// What the attributions tell around a pronoun that stands in the content of `within`, and is the source of
    /// `of_source`.
    fn surroundings(&self, within: Option<usize>, of_source: Option<usize>, token: usize) -> Surroundings {
        let speaker = within.and_then(|speech| self.single(speech));
        let here = self.attributions.partition_point(|it| it.anchor() < token);
        let parent = of_source.map_or(within, |index| self.attributions[index].parent);
        let previous = (0..here).rev().take(MOST_SPEAKERS).filter_map(|before| {
            let source = self.attributions[before].parts.source.as_ref()?;
            let is_before = source.start < token && self.attributions[before].parent == parent;
            let contents = self.attributions[before].parts.contents.iter();
            let said = contents.map(|content| content.end - 1).take_while(|&end| end < token).max();
            let sentence = self.annotated.sentence_index(source.start.max(said.unwrap_or(0)));
            is_before.then(|| self.single(before).map(|referent| (referent, sentence))).flatten()
        });
        Surroundings { speaker, previous: previous.collect(), is_source: of_source.is_some() }
    }

    /// Who the source of an attribution is, whose parts have these heads.
    fn part_of(&mut self, index: usize, heads: &[Head]) -> Option<Part> {
        let parts: Vec<Part> = heads.iter().map(|head| self.part(index, head.clone())).collect();
        let referents: Vec<Referent> = parts.iter().filter_map(|part| part.referent).collect();
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return None };
        if parts.len() == 1 || referents.len() < parts.len() {
            return parts.into_iter().next();
        }
        let tokens = first.tokens.start..last.tokens.end.max(first.tokens.start + 1);
        let referent = self.mentions.together(self.annotated, referents, tokens.clone());
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
                    let words = self.annotated.without_determiner(&tokens);
                    self.mentions.named_phrase(self.annotated, noun, words)
                } else if let Some(entity) = self.document_within(&tokens, noun) {
                    Referent::Entity(entity)
                } else {
                    let is_first_name = self.is_name(noun);
                    let words = if is_first_name {
                        self.annotated.without_determiner(&tokens)
                    } else {
                        tokens.clone()
                    };
                    self.mentions.referent_of(self.annotated, self.entities, &tokens, noun, words)
                };
                let form = if is_named { MentionForm::Name } else { MentionForm::Nominal };
                let of_words = self.quantity_kind(&tokens, noun);
                Part { form, referent: Some(referent), tokens, title: None, kind: of_words }
            }
        }
    }

    /// A capitalized phrase whose words are in no list.
    fn is_name(&self, noun: usize) -> bool {
        self.annotated.has_name_capital(noun)
            && !self.annotated.tokens[noun].is_first
            && self.annotated.noun(noun).is_none()
    }

    /// "The results of the Iodine Nutrition Study" are that study.
    fn document_within(&self, tokens: &Range<usize>, noun: usize) -> Option<usize> {
        if !self.annotated.is_noun(noun, NounKind::Document) {
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
        let is_governed = noun + 1 < tokens.end && self.annotated.is(noun + 1, WordClasses::PREPOSITION);
        // "Several of us", "few", "many in the party", "4 in 10 voters".
        let is_some =
            self.annotated.is_one_of(noun, &QUANTITIES) || self.annotated.is_kind(noun, TokenKind::Number);
        if is_some && (is_governed || tokens.len() == 1) {
            return Some(EntityKind::Group);
        }
        let is_quantity = self.annotated.is(noun, WordClasses::QUANTITY)
            || self.annotated.is_noun(noun, NounKind::Group)
            || self.annotated.is_in(noun, WordList::CountedGroup);
        if self.annotated.is_one_of(tokens.start, &["one"])
            && self.annotated.is_one_of(tokens.start + 1, &["of"])
        {
            return Some(EntityKind::Person);
        }
        (is_quantity && self.annotated.is_one_of(noun + 1, &["of"]) && noun + 2 < tokens.end)
            .then_some(EntityKind::Group)
    }

    fn pronoun(&mut self, index: usize, token: usize) -> Part {
        let word = self.annotated.word(token);
        let pronoun = Pronoun::of(word);
        let speech = self.speech_around(index, token);
        let referent = match pronoun {
            Pronoun::Speaker => {
                speech.and_then(|speech| self.author(speech)).or_else(|| self.last_person(index, token))
            }
            Pronoun::Speakers => speech.and_then(|speech| self.plural(speech)),
            Pronoun::Relative => relative(self.annotated, self.entities, &self.mentions, token),
            Pronoun::Indefinite => None,
            Pronoun::Person(_) | Pronoun::Several | Pronoun::Thing => self.referents.get(&token).copied(),
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
        let quotation = self.annotated.tokens[token].quotation;
        let of_quotation = quotation.and_then(|quotation| self.speech_of[quotation as usize]);
        of_quotation.filter(|&speech| speech != index).or(self.attributions[index].parent)
    }

    /// Who spoke last, for an "I" that no mark or attribution gives to anybody: a quotation printed as a block.
    fn last_person(&self, index: usize, token: usize) -> Option<Referent> {
        let source =
            self.attributions[..index].iter().rev().take(8).position(|it| it.parts.source.is_some())?;
        let before = index - 1 - source;
        let at = self.attributions[before].parts.source.as_ref()?.start;
        let is_near = self.annotated.sentence_index(token).abs_diff(self.annotated.sentence_index(at)) <= 3;
        let part = self.parts[before].as_ref()?;
        let is_person = self.known().kind_of(part) == EntityKind::Person;
        if is_person && is_near {
            part.referent
        } else {
            self.author(before)
                .filter(|_| is_near && !is_person && self.known().kind_of(part) == EntityKind::Document)
        }
    }

    /// Who speaks in what a source says: the source, or the writer of "Cornyn's statement".
    fn author(&self, attribution: usize) -> Option<Referent> {
        let part = self.parts[attribution].as_ref()?;
        let genitive = part.tokens.clone().skip(1).find(|&token| self.annotated.is_genitive(token));
        let owner = genitive.and_then(|genitive| self.entities.ending_at(genitive));
        let owner = owner.filter(|&owner| self.entities.all[owner].kind == EntityKind::Person);
        match owner {
            Some(owner) if self.known().kind_of(part) == EntityKind::Document => {
                Some(Referent::Entity(owner))
            }
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
        if self.known().kind_of(part) != EntityKind::Person {
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
}

/// Words for some of several.
const QUANTITIES: [&str; 14] = [
    "most", "many", "several", "some", "few", "all", "both", "half", "others", "none", "two", "three",
    "four", "five",
];

/// At most this many quotations of a content are looked at: invariant 8.
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

/// At most this many attributions before a pronoun say who was heard.
const MOST_SPEAKERS: usize = 5;

/// At most this many tokens of a content are read for the pronouns in it: invariant 8.
const LONGEST_CONTENT: usize = 512;

/// What may be a pronoun of the third person.
const PRONOUN: WordClasses = WordClasses::PERSONAL
    .or(WordClasses::OBJECT_PRONOUN)
    .or(WordClasses::POSSESSIVE)
    .or(WordClasses::SUBJECT_PRONOUN);
