//! Whom "he", "she", "they" and "it" stand for: the mentions that agree, each with its features, and the best of them.
//!
//! Pronouns are read in the order of the text, since "his" is mostly who "he" before it was.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::annotation::AnnotatedDocument;
use crate::coreference::EntityKind;
use crate::coreference::mentions::mention::{Mention, Referent};
use crate::coreference::mentions::nominals::Mentions;
use crate::coreference::names::entities::Entities;
use crate::coreference::pronouns::clause_position::{ClausePosition, clause_position_of};
use crate::coreference::pronouns::features::{PronounFeature, PronounFeatures};
use crate::coreference::pronouns::pronoun::{Pronoun, Role};
use crate::coreference::pronouns::ranking::score;
use crate::lexicon::{Gender, WordClasses};

/// How many mentions back an antecedent is looked for.
const FARTHEST: usize = 48;

/// And how many sentences.
const FARTHEST_SENTENCES: usize = 8;

/// A mention that a pronoun may stand for.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    #[cfg_attr(not(feature = "training"), expect(dead_code, reason = "traces alone show where it stands"))]
    pub(crate) tokens: Range<usize>,
    pub(crate) referent: Referent,
    pub(crate) features: PronounFeatures,
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
    position: ClausePosition,
    pronoun: Pronoun,
}

/// Reads pronouns, one after the other.
pub(crate) struct Antecedents<'a> {
    annotated: &'a AnnotatedDocument<'a>,
    entities: &'a Entities,
    /// The positions of the mentions, in their order.
    positions: Vec<ClausePosition>,
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
    pub(crate) fn new(
        annotated: &'a AnnotatedDocument<'a>,
        entities: &'a Entities,
        mentions: &Mentions,
    ) -> Self {
        let is_person = |index: &usize| entities.all[*index].kind == EntityKind::Person;
        let count = |index: &usize| entities.all[*index].count;
        let people = || (0..entities.all.len()).filter(is_person);
        Self {
            annotated,
            entities,
            positions: mentions
                .all
                .iter()
                .map(|mention| clause_position_of(annotated, &mention.tokens))
                .collect(),
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
        for (mention, position, read) in self.before(mentions, token).take(FARTHEST) {
            if wanted.sentence - position.sentence > FARTHEST_SENTENCES {
                break;
            }
            let is_nearest_subject = nearest_subject
                && position.verb.is_some()
                && position.sentence == wanted.sentence
                && mention.tokens.start >= wanted.subject;
            nearest_subject &= !is_nearest_subject;
            let Some(mut features) = self.agreement(mentions, mention.referent, read, pronoun) else {
                continue;
            };
            let rank = seen.iter().position(|&it| it == mention.referent).unwrap_or(seen.len());
            if rank == seen.len() {
                seen.push(mention.referent);
            }
            for (index, one) in [PronounFeature::Nearest, PronounFeature::Second, PronounFeature::Third]
                .into_iter()
                .enumerate()
            {
                features.add_if(one, index == rank);
            }
            features.add_if(PronounFeature::LastRead, last_read == Some(mention.referent));
            if is_nearest_subject {
                features.add(PronounFeature::NearestSubject);
                features.add_if(PronounFeature::Bound, wanted.role == Role::Object);
                features.add_if(PronounFeature::Reflexive, wanted.role == Role::Reflexive);
            }
            let last = heard.first().filter(|(referent, _)| *referent == mention.referent);
            let sentence = last.map_or(position.sentence, |&(_, sentence)| sentence.max(position.sentence));
            self.add_distance(&mut features, position, sentence, wanted);
            Self::add_chain(&mut features, position, read, wanted);
            self.add_speech(&mut features, mention.referent, &heard, around, wanted);
            candidates.push(Candidate {
                tokens: mention.tokens.clone(),
                referent: mention.referent,
                features,
            });
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
        let role = Role::of(self.annotated, token);
        let scored = candidates.iter().map(|candidate| (score(candidate.features, pronoun, role), candidate));
        let best = scored.rev().max_by(|(one, _), (other, _)| one.total_cmp(other));
        best.map(|(_, candidate)| candidate)
    }

    /// Whether a candidate is likelier than nobody.
    pub(crate) fn is_likely(&self, candidate: &Candidate, token: usize, pronoun: Pronoun) -> bool {
        let role = Role::of(self.annotated, token);
        let nobody = PronounFeatures::of(&[PronounFeature::Nobody]);
        score(candidate.features, pronoun, role) >= score(nobody, pronoun, role)
    }

    /// Whom "he" or "she" was read as.
    pub(crate) fn people(self) -> FxHashSet<Referent> {
        let said = |read: &&Read| {
            matches!(read.pronoun, Pronoun::Person(_))
                && Role::of(self.annotated, read.mention.tokens.start) == Role::Subject
        };
        self.read.iter().filter(said).map(|read| read.mention.referent).collect()
    }

    /// Remembers whom the pronoun at `token` stands for.
    pub(crate) fn remember(&mut self, token: usize, pronoun: Pronoun, referent: Referent) {
        let tokens = token..token + 1;
        let position = clause_position_of(self.annotated, &tokens);
        self.last_read.retain(|(known, _)| *known != pronoun);
        self.last_read.push((pronoun, referent));
        self.read.push(Read { mention: Mention { tokens, referent }, position, pronoun });
        if let Pronoun::Person(gender) = pronoun {
            self.told.entry(referent).or_insert(gender);
        }
    }

    /// Where nobody was mentioned before: "As HE has told every buyer, Otto Brandt will not sell".
    pub(crate) fn cataphor(&self, mentions: &Mentions, token: usize, pronoun: Pronoun) -> Option<Referent> {
        let after = mentions.all.partition_point(|mention| mention.tokens.start <= token);
        let sentence = self.annotated.sentence_index(token);
        mentions.all[after..]
            .iter()
            .take_while(|mention| self.annotated.sentence_index(mention.tokens.start) == sentence)
            .take(4)
            .filter(|mention| matches!(mention.referent, Referent::Entity(_)))
            .find(|mention| self.agreement(mentions, mention.referent, None, pronoun).is_some())
            .map(|mention| mention.referent)
    }

    fn wanted(&self, token: usize) -> Wanted {
        let sentence = self.annotated.sentence_index(token);
        let start = self.annotated.sentence(token).start;
        let personal = WordClasses::PERSONAL;
        let subject = (start.max(token.saturating_sub(LONGEST_CLAUSE))..token).rev().find(|&before| {
            self.annotated.is(before, personal) && Role::of(self.annotated, before) == Role::Subject
        });
        let role = Role::of(self.annotated, token);
        Wanted { token, role, sentence, subject: subject.unwrap_or(start) }
    }

    /// The mentions before a token, names and nouns and the pronouns that were read, the nearest first.
    fn before<'m>(
        &'m self,
        mentions: &'m Mentions,
        token: usize,
    ) -> impl Iterator<Item = (&'m Mention, &'m ClausePosition, Option<&'m Read>)> {
        let mut of_nouns =
            mentions.all.partition_point(|mention| mention.tokens.end <= token).min(self.positions.len());
        let mut of_pronouns = self.read.len();
        std::iter::from_fn(move || {
            let noun = of_nouns.checked_sub(1).map(|index| (&mentions.all[index], &self.positions[index]));
            let read = of_pronouns.checked_sub(1).map(|index| &self.read[index]);
            match (noun, read) {
                (noun, Some(read))
                    if noun.is_none_or(|(noun, _)| noun.tokens.end <= read.mention.tokens.start) =>
                {
                    of_pronouns -= 1;
                    Some((&read.mention, &read.position, Some(read)))
                }
                (Some((noun, position)), _) => {
                    of_nouns -= 1;
                    Some((noun, position, None))
                }
                (None, _) => None,
            }
        })
    }

    /// The features of a referent that agrees with a pronoun; none where it can't be meant.
    fn agreement(
        &self,
        mentions: &Mentions,
        referent: Referent,
        read: Option<&Read>,
        pronoun: Pronoun,
    ) -> Option<PronounFeatures> {
        let mut features = PronounFeatures::default();
        let (kind, gender, is_plural) = match referent {
            Referent::Entity(index) => {
                let entity = &self.entities.all[index];
                features.add(if read.is_some() { PronounFeature::Chain } else { PronounFeature::Name });
                features.add_if(PronounFeature::KindUnsure, !entity.is_sure);
                features.add_if(PronounFeature::Titled, !entity.titles.is_empty());
                features.add_if(PronounFeature::MostNamed, self.most_named == Some(index));
                features.add_if(PronounFeature::FirstNamed, self.first_named == Some(index));
                features.add(match entity.count {
                    0 | 1 => PronounFeature::NamedOnce,
                    2 | 3 => PronounFeature::NamedTwice,
                    _ => PronounFeature::NamedOften,
                });
                (entity.kind, entity.gender, false)
            }
            Referent::Phrase(index) => {
                let phrase = &mentions.phrases[index];
                features.add(if read.is_some() { PronounFeature::Chain } else { PronounFeature::Nominal });
                features.add_if(PronounFeature::Several, !phrase.parts.is_empty());
                features.add_if(PronounFeature::Unlisted, !phrase.is_listed());
                (phrase.kind, phrase.gender, phrase.is_plural)
            }
        };
        features.add(match kind {
            EntityKind::Person if is_plural => PronounFeature::Group,
            EntityKind::Person => PronounFeature::Person,
            EntityKind::Group => PronounFeature::Group,
            EntityKind::Organization => PronounFeature::Organization,
            EntityKind::Country => PronounFeature::Country,
            EntityKind::Document => PronounFeature::Document,
            EntityKind::Unknown => PronounFeature::Thing,
        });
        let is_same_sort = read.is_none_or(|read| read.pronoun == pronoun);
        let agrees = match pronoun {
            Pronoun::Person(wanted) => {
                let told = self.told.get(&referent).copied();
                features.add_if(PronounFeature::GenderKnown, gender == Some(wanted));
                features.add_if(PronounFeature::GenderTold, gender.is_none() && told == Some(wanted));
                features.add_if(PronounFeature::GenderDenied, told.is_some_and(|told| told != wanted));
                let is_somebody = match (kind, referent) {
                    (EntityKind::Person, _) => true,
                    (EntityKind::Organization, Referent::Entity(index)) => !self.entities.all[index].is_sure,
                    _ => false,
                };
                is_somebody && !is_plural && gender.is_none_or(|gender| gender == wanted)
            }
            Pronoun::Several => match kind {
                // "They" of one person is of one whose gender nothing tells.
                EntityKind::Person => is_plural || (!features.has(PronounFeature::Name) && gender.is_none()),
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
        (agrees && is_same_sort).then_some(features)
    }

    /// `sentence` is where the mention, or its speech, stands last.
    fn add_distance(
        &self,
        features: &mut PronounFeatures,
        position: &ClausePosition,
        sentence: usize,
        wanted: Wanted,
    ) {
        let distance = wanted.sentence - sentence;
        features.add(match distance {
            0 => PronounFeature::SameSentence,
            1 => PronounFeature::OneBefore,
            2 => PronounFeature::TwoBefore,
            3 => PronounFeature::ThreeBefore,
            _ => PronounFeature::Farther,
        });
        let annotated = self.annotated;
        let paragraph = |sentence| annotated.document.paragraph_at(sentence);
        features.add_if(
            PronounFeature::OtherParagraph,
            distance > 0 && paragraph(sentence) != paragraph(wanted.sentence),
        );
        let (subject, object, governed, owner, opens) = match distance {
            0 => (
                PronounFeature::SubjectHere,
                PronounFeature::ObjectHere,
                PronounFeature::GovernedHere,
                PronounFeature::OwnerHere,
                PronounFeature::OpensHere,
            ),
            1 => (
                PronounFeature::SubjectBefore,
                PronounFeature::ObjectBefore,
                PronounFeature::GovernedBefore,
                PronounFeature::OwnerBefore,
                PronounFeature::OpensBefore,
            ),
            _ => (
                PronounFeature::SubjectFar,
                PronounFeature::ObjectBefore,
                PronounFeature::GovernedBefore,
                PronounFeature::OwnerBefore,
                PronounFeature::OpensBefore,
            ),
        };
        features.add_if(subject, position.verb.is_some());
        features.add_if(object, position.is_object);
        features.add_if(governed, position.is_governed);
        features.add_if(owner, position.is_owner);
        features.add_if(opens, position.opens);
        let here = annotated.tokens[wanted.token].quotation;
        features.add_if(PronounFeature::Quoted, position.quotation.is_some() && position.quotation != here);
        features.add_if(PronounFeature::Unquoted, position.quotation.is_none() && here.is_some());
        features.add_if(PronounFeature::SameQuotation, here.is_some() && position.quotation == here);
    }

    fn add_chain(
        features: &mut PronounFeatures,
        position: &ClausePosition,
        read: Option<&Read>,
        wanted: Wanted,
    ) {
        if read.is_none() {
            return;
        }
        let distance = wanted.sentence - position.sentence;
        features.add_if(PronounFeature::ChainSubject, distance == 1 && position.verb.is_some());
        features.add_if(PronounFeature::ChainHere, distance == 0);
    }

    /// `heard` are the sources before, the last first, that agree.
    fn add_speech(
        &self,
        features: &mut PronounFeatures,
        referent: Referent,
        heard: &[(Referent, usize)],
        around: &Surroundings,
        wanted: Wanted,
    ) {
        let is_quoted = self.annotated.tokens[wanted.token].quotation.is_some();
        if around.speaker == Some(referent) {
            features.add(if is_quoted { PronounFeature::QuotedSpeaker } else { PronounFeature::Speaker });
        }
        let is_last = heard.first().is_some_and(|(last, _)| *last == referent);
        features.add_if(PronounFeature::HeardLast, is_last);
        features.add_if(PronounFeature::HeardAgain, is_last && around.is_source);
        features.add_if(PronounFeature::Heard, !is_last && heard.iter().any(|(one, _)| *one == referent));
    }
}

/// Who was heard is spoken of for so many sentences.
const HEARD_FOR: usize = 4;

/// A clause is looked through for its subject so far, in tokens.
const LONGEST_CLAUSE: usize = 40;
