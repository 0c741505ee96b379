//! Whom "he", "she", "they" and "it" stand for: the mentions that agree, each with its traits, and the best of them.
//!
//! Pronouns are read in the order of the text, since "his" is mostly who "he" before it was.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::annotation::facts::Facts;
use crate::coreference::EntityKind;
use crate::coreference::mentions::nominals::{Mention, Mentions, Referent};
use crate::coreference::names::entities::Entities;
use crate::coreference::pronouns::clause_position::{Place, place_of};
use crate::coreference::pronouns::features::{Trait, Traits};
use crate::coreference::pronouns::pronoun::{Pronoun, Role};
use crate::lexicon::{Gender, WordClasses};

/// How many mentions back an antecedent is looked for.
const FARTHEST: usize = 48;

/// And how many sentences.
const FARTHEST_SENTENCES: usize = 8;

/// A mention that a pronoun may stand for.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) tokens: Range<usize>,
    pub(crate) referent: Referent,
    pub(crate) traits: Traits,
}

/// What is known around a pronoun from the attributions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Surroundings {
    /// The source of the attribution in whose content it stands.
    pub(crate) speaker: Option<Referent>,
    /// The sources of the attributions before it, the nearest first, each with the sentence in which it was heard last.
    pub(crate) previous: Vec<(Referent, usize)>,
    /// Whether it is a source itself.
    pub(crate) is_source: bool,
}

/// A pronoun that was read, as a mention.
#[derive(Clone, Debug)]
struct Read {
    mention: Mention,
    place: Place,
    pronoun: Pronoun,
}

/// Reads pronouns, one after the other.
pub(crate) struct Antecedents<'a> {
    facts: &'a Facts<'a>,
    entities: &'a Entities,
    /// The places of the mentions, in their order.
    places: Vec<Place>,
    read: Vec<Read>,
    /// Whom each pronoun was last read as.
    last_read: Vec<(Pronoun, Referent)>,
    told: FxHashMap<Referent, Gender>,
    first_named: Option<usize>,
    most_named: Option<usize>,
}

/// What is asked for: a third-person pronoun where it stands.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    token: usize,
    role: Role,
    sentence: usize,
    /// The last subject pronoun before it in its sentence: "I" in "she said I like her".
    subject: usize,
}

impl<'a> Antecedents<'a> {
    pub(crate) fn new(facts: &'a Facts<'a>, entities: &'a Entities, mentions: &Mentions) -> Self {
        let is_person = |index: &usize| entities.all[*index].kind == EntityKind::Person;
        let count = |index: &usize| entities.all[*index].count;
        let people = || (0..entities.all.len()).filter(is_person);
        Self {
            facts,
            entities,
            places: mentions.all.iter().map(|mention| place_of(facts, &mention.tokens)).collect(),
            read: Vec::new(),
            last_read: Vec::new(),
            told: FxHashMap::default(),
            first_named: entities.names.iter().map(|(_, entity)| *entity).find(is_person),
            most_named: people().max_by_key(|index| (count(index), std::cmp::Reverse(*index))),
        }
    }

    /// The mentions that may be meant by the pronoun at `token`, the nearest first, and nobody.
    pub(crate) fn candidates(
        &self,
        mentions: &Mentions,
        token: usize,
        pronoun: Pronoun,
        around: &Surroundings,
    ) -> Vec<Candidate> {
        let wanted = self.wanted(token);
        let heard: Vec<(Referent, usize)> = around
            .previous
            .iter()
            .filter(|(referent, at)| {
                wanted.sentence <= at + HEARD_FOR
                    && self.agreement(mentions, *referent, None, pronoun).is_some()
            })
            .copied()
            .collect();
        let mut candidates: Vec<Candidate> = Vec::new();
        let mut seen: Vec<Referent> = Vec::new();
        let mut nearest_subject = true;
        let last_read = self.last_read.iter().find(|(it, _)| *it == pronoun).map(|(_, referent)| *referent);
        for (mention, place, read) in self.before(mentions, token).take(FARTHEST) {
            if wanted.sentence - place.sentence > FARTHEST_SENTENCES {
                break;
            }
            let is_nearest_subject = nearest_subject
                && place.verb.is_some()
                && place.sentence == wanted.sentence
                && mention.tokens.start >= wanted.subject;
            nearest_subject &= !is_nearest_subject;
            let Some(mut traits) = self.agreement(mentions, mention.referent, read, pronoun) else {
                continue;
            };
            let rank = seen.iter().position(|&it| it == mention.referent).unwrap_or(seen.len());
            if rank == seen.len() {
                seen.push(mention.referent);
            }
            for (index, one) in [Trait::Nearest, Trait::Second, Trait::Third].into_iter().enumerate() {
                traits.add_if(one, index == rank);
            }
            traits.add_if(Trait::LastRead, last_read == Some(mention.referent));
            if is_nearest_subject {
                traits.add(Trait::NearestSubject);
                traits.add_if(Trait::Bound, wanted.role == Role::Object);
                traits.add_if(Trait::Reflexive, wanted.role == Role::Reflexive);
            }
            let last = heard.first().filter(|(referent, _)| *referent == mention.referent);
            let sentence = last.map_or(place.sentence, |&(_, sentence)| sentence.max(place.sentence));
            self.add_distance(&mut traits, place, sentence, wanted);
            Self::add_chain(&mut traits, place, read, wanted);
            self.add_speech(&mut traits, mention.referent, &heard, around, wanted);
            candidates.push(Candidate { tokens: mention.tokens.clone(), referent: mention.referent, traits });
            // "Ruiz HERSELF": nobody else is meant.
            if wanted.role == Role::Reflexive && mention.tokens.end == token {
                break;
            }
        }
        candidates
    }

    /// The best of some candidates, of equals the nearest.
    pub(crate) fn best<'c>(
        &self,
        candidates: &'c [Candidate],
        token: usize,
        pronoun: Pronoun,
    ) -> Option<&'c Candidate> {
        let role = Role::of(self.facts, token);
        let scored = candidates.iter().map(|candidate| (candidate.traits.score(pronoun, role), candidate));
        let best = scored.rev().max_by(|(one, _), (other, _)| one.total_cmp(other));
        best.map(|(_, candidate)| candidate)
    }

    /// Whether a candidate is likelier than nobody.
    pub(crate) fn is_likely(&self, candidate: &Candidate, token: usize, pronoun: Pronoun) -> bool {
        let role = Role::of(self.facts, token);
        let nobody = Traits::of(&[Trait::Nobody]);
        candidate.traits.score(pronoun, role) >= nobody.score(pronoun, role)
    }

    /// Whom "he" or "she" was read as.
    pub(crate) fn people(self) -> FxHashSet<Referent> {
        let said = |read: &&Read| {
            matches!(read.pronoun, Pronoun::Person(_))
                && Role::of(self.facts, read.mention.tokens.start) == Role::Subject
        };
        self.read.iter().filter(said).map(|read| read.mention.referent).collect()
    }

    /// Remembers whom the pronoun at `token` stands for.
    pub(crate) fn remember(&mut self, token: usize, pronoun: Pronoun, referent: Referent) {
        let tokens = token..token + 1;
        let place = place_of(self.facts, &tokens);
        self.last_read.retain(|(known, _)| *known != pronoun);
        self.last_read.push((pronoun, referent));
        self.read.push(Read { mention: Mention { tokens, referent }, place, pronoun });
        if let Pronoun::Person(gender) = pronoun {
            self.told.entry(referent).or_insert(gender);
        }
    }

    /// Where nobody was mentioned before: "As HE has told every buyer, Otto Brandt will not sell".
    pub(crate) fn cataphor(&self, mentions: &Mentions, token: usize, pronoun: Pronoun) -> Option<Referent> {
        let after = mentions.all.partition_point(|mention| mention.tokens.start <= token);
        let sentence = self.facts.sentence(token);
        mentions.all[after..]
            .iter()
            .take_while(|mention| self.facts.sentence(mention.tokens.start) == sentence)
            .take(4)
            .filter(|mention| matches!(mention.referent, Referent::Entity(_)))
            .find(|mention| self.agreement(mentions, mention.referent, None, pronoun).is_some())
            .map(|mention| mention.referent)
    }

    fn wanted(&self, token: usize) -> Wanted {
        let sentence = self.facts.sentence(token);
        let start = self.facts.document.sentences[sentence].tokens.start;
        let personal = WordClasses::PERSONAL;
        let subject = (start.max(token.saturating_sub(LONGEST_CLAUSE))..token)
            .rev()
            .find(|&before| self.facts.is(before, personal) && Role::of(self.facts, before) == Role::Subject);
        let role = Role::of(self.facts, token);
        Wanted { token, role, sentence, subject: subject.unwrap_or(start) }
    }

    /// The mentions before a token, names and nouns and the pronouns that were read, the nearest first.
    fn before<'m>(
        &'m self,
        mentions: &'m Mentions,
        token: usize,
    ) -> impl Iterator<Item = (&'m Mention, &'m Place, Option<&'m Read>)> {
        let mut of_nouns =
            mentions.all.partition_point(|mention| mention.tokens.end <= token).min(self.places.len());
        let mut of_pronouns = self.read.len();
        std::iter::from_fn(move || {
            let noun = of_nouns.checked_sub(1).map(|index| (&mentions.all[index], &self.places[index]));
            let read = of_pronouns.checked_sub(1).map(|index| &self.read[index]);
            match (noun, read) {
                (noun, Some(read))
                    if noun.is_none_or(|(noun, _)| noun.tokens.end <= read.mention.tokens.start) =>
                {
                    of_pronouns -= 1;
                    Some((&read.mention, &read.place, Some(read)))
                }
                (Some((noun, place)), _) => {
                    of_nouns -= 1;
                    Some((noun, place, None))
                }
                (None, _) => None,
            }
        })
    }

    /// The traits of a referent that agrees with a pronoun; none where it can't be meant.
    fn agreement(
        &self,
        mentions: &Mentions,
        referent: Referent,
        read: Option<&Read>,
        pronoun: Pronoun,
    ) -> Option<Traits> {
        let mut traits = Traits::default();
        let (kind, gender, is_plural) = match referent {
            Referent::Entity(index) => {
                let entity = &self.entities.all[index];
                traits.add(if read.is_some() { Trait::Chain } else { Trait::Name });
                traits.add_if(Trait::KindUnsure, !entity.is_sure);
                traits.add_if(Trait::Titled, !entity.titles.is_empty());
                traits.add_if(Trait::MostNamed, self.most_named == Some(index));
                traits.add_if(Trait::FirstNamed, self.first_named == Some(index));
                traits.add(match entity.count {
                    0 | 1 => Trait::NamedOnce,
                    2 | 3 => Trait::NamedTwice,
                    _ => Trait::NamedOften,
                });
                (entity.kind, entity.gender, false)
            }
            Referent::Phrase(index) => {
                let phrase = &mentions.phrases[index];
                traits.add(if read.is_some() { Trait::Chain } else { Trait::Nominal });
                traits.add_if(Trait::Several, !phrase.parts.is_empty());
                traits.add_if(Trait::Unlisted, !phrase.is_listed());
                (phrase.kind, phrase.gender, phrase.is_plural)
            }
        };
        traits.add(match kind {
            EntityKind::Person if is_plural => Trait::Group,
            EntityKind::Person => Trait::Person,
            EntityKind::Group => Trait::Group,
            EntityKind::Organization => Trait::Organization,
            EntityKind::Country => Trait::Country,
            EntityKind::Document => Trait::Document,
            EntityKind::Unknown => Trait::Thing,
        });
        let is_same_sort = read.is_none_or(|read| read.pronoun == pronoun);
        let agrees = match pronoun {
            Pronoun::Person(wanted) => {
                let told = self.told.get(&referent).copied();
                traits.add_if(Trait::GenderKnown, gender == Some(wanted));
                traits.add_if(Trait::GenderTold, gender.is_none() && told == Some(wanted));
                traits.add_if(Trait::GenderDenied, told.is_some_and(|told| told != wanted));
                let is_somebody = match (kind, referent) {
                    (EntityKind::Person, _) => true,
                    (EntityKind::Organization, Referent::Entity(index)) => !self.entities.all[index].is_sure,
                    _ => false,
                };
                is_somebody && !is_plural && gender.is_none_or(|gender| gender == wanted)
            }
            Pronoun::Several => match kind {
                // "They" of one person is of one whose gender nothing tells.
                EntityKind::Person => is_plural || (!traits.has(Trait::Name) && gender.is_none()),
                EntityKind::Document | EntityKind::Unknown => is_plural,
                _ => true,
            },
            Pronoun::Thing => match kind {
                EntityKind::Group => !is_plural,
                EntityKind::Person => false,
                _ => true,
            },
            _ => false,
        };
        (agrees && is_same_sort).then_some(traits)
    }

    /// `sentence` is where the mention, or its speech, stands last.
    fn add_distance(&self, traits: &mut Traits, place: &Place, sentence: usize, wanted: Wanted) {
        let distance = wanted.sentence - sentence;
        traits.add(match distance {
            0 => Trait::SameSentence,
            1 => Trait::OneBefore,
            2 => Trait::TwoBefore,
            3 => Trait::ThreeBefore,
            _ => Trait::Farther,
        });
        let facts = self.facts;
        let paragraph = |sentence| facts.document.paragraph_at(sentence);
        traits
            .add_if(Trait::OtherParagraph, distance > 0 && paragraph(sentence) != paragraph(wanted.sentence));
        let (subject, object, governed, owner, opens) = match distance {
            0 => (
                Trait::SubjectHere,
                Trait::ObjectHere,
                Trait::GovernedHere,
                Trait::OwnerHere,
                Trait::OpensHere,
            ),
            1 => (
                Trait::SubjectBefore,
                Trait::ObjectBefore,
                Trait::GovernedBefore,
                Trait::OwnerBefore,
                Trait::OpensBefore,
            ),
            _ => (
                Trait::SubjectFar,
                Trait::ObjectBefore,
                Trait::GovernedBefore,
                Trait::OwnerBefore,
                Trait::OpensBefore,
            ),
        };
        traits.add_if(subject, place.verb.is_some());
        traits.add_if(object, place.is_object);
        traits.add_if(governed, place.is_governed);
        traits.add_if(owner, place.is_owner);
        traits.add_if(opens, place.opens);
        let here = facts.tokens[wanted.token].quotation;
        traits.add_if(Trait::Quoted, place.quotation.is_some() && place.quotation != here);
        traits.add_if(Trait::Unquoted, place.quotation.is_none() && here.is_some());
        traits.add_if(Trait::SameQuotation, here.is_some() && place.quotation == here);
    }

    fn add_chain(traits: &mut Traits, place: &Place, read: Option<&Read>, wanted: Wanted) {
        if read.is_none() {
            return;
        }
        let distance = wanted.sentence - place.sentence;
        traits.add_if(Trait::ChainSubject, distance == 1 && place.verb.is_some());
        traits.add_if(Trait::ChainHere, distance == 0);
    }

    /// `heard` are the sources before, the last first, that agree.
    fn add_speech(
        &self,
        traits: &mut Traits,
        referent: Referent,
        heard: &[(Referent, usize)],
        around: &Surroundings,
        wanted: Wanted,
    ) {
        let is_quoted = self.facts.tokens[wanted.token].quotation.is_some();
        if around.speaker == Some(referent) {
            traits.add(if is_quoted { Trait::QuotedSpeaker } else { Trait::Speaker });
        }
        let is_last = heard.first().is_some_and(|(last, _)| *last == referent);
        traits.add_if(Trait::HeardLast, is_last);
        traits.add_if(Trait::HeardAgain, is_last && around.is_source);
        traits.add_if(Trait::Heard, !is_last && heard.iter().any(|(one, _)| *one == referent));
    }
}

/// Who was heard is spoken of for so many sentences.
const HEARD_FOR: usize = 4;

/// A clause is looked through for its subject so far, in tokens.
const LONGEST_CLAUSE: usize = 40;
