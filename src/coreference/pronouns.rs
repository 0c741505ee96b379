//! Whom "he", "who", "I" and "they" stand for.
//!
//! "I" is whoever speaks the quotation that it stands in, "who" the noun before it. "He", "she", "they" and "it" go to
//! the best of the people, bodies or groups mentioned before, by how near they stand, whether they are subjects or were
//! just heard, and how often the text names them.

use std::ops::Range;

use super::EntityKind;
use super::entities::Entities;
use super::facts::Facts;
use super::nominals::{Mentions, Referent};
use crate::lexicon::{Gender, WordClasses};
use crate::text::TokenKind;

/// How many mentions back an antecedent is looked for.
const FARTHEST: usize = 40;

/// And how many sentences.
const FARTHEST_SENTENCES: usize = 8;

/// What a pronoun asks of its antecedent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pronoun {
    /// "I", "me", "my".
    Speaker,
    /// "We", "us", "our".
    Speakers,
    /// "He", "she".
    Person(Gender),
    /// "They", "their".
    Several,
    /// "It", "its".
    Thing,
    /// "Who", "which", "that".
    Relative,
    /// "Many", "you", "everyone": nobody in particular.
    Indefinite,
}

impl Pronoun {
    /// What the word asks.
    pub(super) fn of(word: &str) -> Self {
        match word.to_lowercase().as_str() {
            "i" | "me" | "my" | "mine" | "myself" => Self::Speaker,
            "we" | "us" | "our" | "ours" | "ourselves" => Self::Speakers,
            "he" | "him" | "his" | "himself" => Self::Person(Gender::Male),
            "she" | "her" | "hers" | "herself" => Self::Person(Gender::Female),
            "they" | "them" | "their" | "theirs" | "themselves" => Self::Several,
            "it" | "its" | "itself" => Self::Thing,
            "who" | "which" | "that" | "whom" | "whose" => Self::Relative,
            _ => Self::Indefinite,
        }
    }

    /// What sort of being it is where nobody is found.
    pub(super) fn kind(self, word: &str) -> EntityKind {
        match self {
            Self::Speaker | Self::Person(_) => EntityKind::Person,
            Self::Speakers | Self::Several => EntityKind::Group,
            Self::Thing | Self::Relative => EntityKind::Unknown,
            Self::Indefinite => match word.to_lowercase().as_str() {
                "you" | "it" | "one" | "this" | "anybody" | "anyone" | "nobody" | "no" => EntityKind::Unknown,
                _ => EntityKind::Group,
            },
        }
    }
}

/// What is known around a pronoun that isn't in its own words.
#[derive(Clone, Debug, Default)]
pub(super) struct Surroundings {
    /// The source of the attribution in whose content it stands.
    pub(super) speaker: Option<Referent>,
    /// The sources of the attributions before it, the nearest first, with their sentences.
    pub(super) previous: Vec<(Referent, usize)>,
}

/// What pronouns are resolved with.
pub(super) struct Resolver<'a> {
    pub(super) facts: &'a Facts<'a>,
    pub(super) entities: &'a Entities,
}

impl Resolver<'_> {
    /// The antecedent of "who" at `token`: the mention that ends before it.
    pub(super) fn relative(&self, mentions: &Mentions, token: usize) -> Option<Referent> {
        let mut end = token;
        while end > 0 && !self.facts.is_wordlike(end - 1) && token - end < 3 {
            end -= 1;
        }
        let after = mentions.all.partition_point(|mention| mention.tokens.end <= end);
        let nearest = mentions.all[..after].iter().rev().take(3);
        let same = |tokens: &Range<usize>| self.facts.sentence(tokens.start) == self.facts.sentence(token);
        let fits = |referent: Referent| {
            !matches!(self.kind(mentions, referent), EntityKind::Country)
                || !self.facts.is_one_of(token, &["who"])
        };
        nearest
            .filter(|mention| {
                same(&mention.tokens) && end - mention.tokens.end <= 8 && fits(mention.referent)
            })
            .map(|mention| mention.referent)
            .next()
    }

    /// The best antecedent of "he", "she", "they" or "it" at `token`.
    pub(super) fn antecedent(
        &self,
        mentions: &Mentions,
        token: usize,
        pronoun: Pronoun,
        around: &Surroundings,
    ) -> Option<Referent> {
        let before = mentions.all.partition_point(|mention| mention.tokens.end <= token);
        let sentence = self.facts.sentence(token);
        let mut best: Option<(f32, Referent)> = None;
        let consider = |referent: Referent, score: f32, best: &mut Option<(f32, Referent)>| {
            if best.is_none_or(|(so_far, _)| score > so_far) {
                *best = Some((score, referent));
            }
        };
        for mention in mentions.all[..before].iter().rev().take(FARTHEST) {
            let distance = sentence - self.facts.sentence(mention.tokens.start);
            if distance > FARTHEST_SENTENCES {
                break;
            }
            let Some(fit) = self.fit(mentions, mention.referent, pronoun) else { continue };
            let score = fit
                + self.salience(mentions, mention.referent)
                + self.place(&mention.tokens, token)
                + heard(mention.referent, around, sentence)
                - 0.9 * nearness(distance);
            consider(mention.referent, score, &mut best);
        }
        for (referent, distance) in around
            .previous
            .iter()
            .map(|&(referent, at)| (referent, sentence.saturating_sub(at)))
            .chain(around.speaker.map(|speaker| (speaker, 0)))
        {
            if distance <= FARTHEST_SENTENCES
                && let Some(fit) = self.fit(mentions, referent, pronoun)
            {
                let score = fit + self.salience(mentions, referent) + heard(referent, around, sentence)
                    - 0.9 * nearness(distance);
                consider(referent, score, &mut best);
            }
        }
        best.map(|(_, referent)| referent)
    }

    /// Where nobody was mentioned before: "As HE has told every buyer, Otto Brandt will not sell".
    pub(super) fn cataphor(&self, mentions: &Mentions, token: usize, pronoun: Pronoun) -> Option<Referent> {
        let after = mentions.all.partition_point(|mention| mention.tokens.start <= token);
        let sentence = self.facts.sentence(token);
        mentions.all[after..]
            .iter()
            .take_while(|mention| self.facts.sentence(mention.tokens.start) == sentence)
            .take(4)
            .filter(|mention| matches!(mention.referent, Referent::Entity(_)))
            .find(|mention| self.fit(mentions, mention.referent, pronoun).is_some_and(|fit| fit > 0.0))
            .map(|mention| mention.referent)
    }

    fn kind(&self, mentions: &Mentions, referent: Referent) -> EntityKind {
        match referent {
            Referent::Entity(index) => self.entities.all[index].kind,
            Referent::Phrase(index) => mentions.phrases[index].kind,
        }
    }

    /// How well a referent agrees with a pronoun; none where it can't be.
    fn fit(&self, mentions: &Mentions, referent: Referent, pronoun: Pronoun) -> Option<f32> {
        let (kind, gender, is_plural, is_name) = match referent {
            Referent::Entity(index) => {
                let entity = &self.entities.all[index];
                (entity.kind, entity.gender, false, true)
            }
            Referent::Phrase(index) => {
                let phrase = &mentions.phrases[index];
                (phrase.kind, phrase.gender, phrase.is_plural, false)
            }
        };
        let is_sure = match referent {
            Referent::Entity(index) => self.entities.all[index].is_sure,
            Referent::Phrase(_) => true,
        };
        match pronoun {
            Pronoun::Person(wanted) => {
                if is_plural || gender.is_some_and(|gender| gender != wanted) {
                    return None;
                }
                match kind {
                    EntityKind::Person => {
                        Some(f32::from(u8::from(gender.is_some())) * 0.8 + if is_name { 0.6 } else { 0.0 })
                    }
                    EntityKind::Organization if !is_sure && is_name => Some(-1.5),
                    _ => None,
                }
            }
            Pronoun::Several => match kind {
                EntityKind::Group => Some(1.5),
                EntityKind::Organization => Some(if is_plural { 1.0 } else { 0.0 }),
                EntityKind::Person if is_plural => Some(1.0),
                EntityKind::Person => Some(-2.0),
                EntityKind::Country => Some(-0.8),
                _ if is_plural => Some(0.5),
                _ => None,
            },
            Pronoun::Thing => match kind {
                EntityKind::Organization => Some(1.0),
                EntityKind::Country | EntityKind::Document => Some(0.5),
                EntityKind::Group if !is_plural => Some(0.3),
                EntityKind::Unknown => Some(-0.5),
                _ => None,
            },
            _ => None,
        }
    }

    /// How much the text is about somebody.
    fn salience(&self, _mentions: &Mentions, referent: Referent) -> f32 {
        match referent {
            Referent::Entity(index) => {
                #[expect(clippy::cast_precision_loss, reason = "a count of mentions")]
                let count = self.entities.all[index].count.min(20) as f32;
                0.25 * count.ln()
            }
            Referent::Phrase(_) => 0.0,
        }
    }

    /// What the place of a mention says: subjects are spoken of further, what a preposition governs less.
    fn place(&self, mention: &Range<usize>, pronoun: usize) -> f32 {
        let facts = self.facts;
        let sentence = &facts.document.sentences[facts.sentence(mention.start)].tokens;
        let before = mention.start.checked_sub(1).filter(|&before| before >= sentence.start);
        let opens = (sentence.start..mention.start).all(|token| {
            !facts.is_wordlike(token)
                || facts.is(token, WordClasses::DETERMINER)
                || facts.is_capitalized(token)
        });
        let mut score = 0.0;
        if facts.is_genitive(mention.end) {
            score -= 0.6;
        } else if is_verb(facts, mention.end) {
            score += 0.9;
        }
        if opens {
            score += 0.5;
        }
        let mut governor = before;
        while let Some(token) = governor
            && (facts.is(token, WordClasses::DETERMINER) || facts.is_role(token))
            && token > sentence.start
        {
            governor = token.checked_sub(1);
        }
        if governor.is_some_and(|token| facts.is(token, WordClasses::PREPOSITION)) {
            score -= 0.6;
        }
        // Somebody within a quotation is seldom meant outside of it.
        let inside = facts.tokens[mention.start].quotation;
        if inside.is_some() && inside != facts.tokens[pronoun].quotation {
            score -= 1.8;
        }
        score
    }
}

/// Sentences count less the farther they are.
fn nearness(distance: usize) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "at most 8 sentences")]
    let distance = distance.min(FARTHEST_SENTENCES) as f32;
    distance.powf(0.8)
}

/// Who just spoke is spoken of, and who is quoted speaks of himself: "Memon said SHE believed".
fn heard(referent: Referent, around: &Surroundings, sentence: usize) -> f32 {
    let spoke = around.previous.iter().any(|&(previous, at)| previous == referent && sentence <= at + 4);
    let speaks = around.speaker == Some(referent);
    f32::from(u8::from(spoke)) * 0.8 + f32::from(u8::from(speaks)) * 1.2
}

/// A finite verb as far as its class or ending tells.
fn is_verb(facts: &Facts<'_>, token: usize) -> bool {
    let finite = WordClasses::FINITE
        .or(WordClasses::BE)
        .or(WordClasses::HAVE)
        .or(WordClasses::DO)
        .or(WordClasses::MODAL)
        .or(WordClasses::IRREGULAR_PAST)
        .or(WordClasses::COMMON_VERB);
    if facts.is(token, finite) {
        return true;
    }
    facts.is_kind(token, TokenKind::Word)
        && !facts.is_capitalized(token)
        && (facts.word(token).ends_with("ed") || facts.is_one_of(token, &["said", "says", "told", "also"]))
}
