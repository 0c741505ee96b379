//! The third-person pronouns of a document, read in the order of the text with what the attributions tell.

use rustc_hash::FxHashMap;

use crate::coreference::mentions::nominals::{Mentions, Referent};
use crate::coreference::pronouns::antecedents::{Antecedents, Candidate, Surroundings};
use crate::coreference::pronouns::features::{Trait, Traits};
use crate::coreference::pronouns::pronoun::Pronoun;
use crate::coreference::sources::heads::Head;
use crate::coreference::sources::resolver::Resolving;
use crate::lexicon::WordClasses;
use crate::text::Watch;

impl Resolving<'_> {
    /// Reads the third-person pronouns of the document; "it" only where it is a source.
    pub(crate) fn read_pronouns(
        &mut self,
        order: &[usize],
        heads: &[Vec<Head>],
        waiting: &FxHashMap<usize, Vec<usize>>,
        watch: &Watch<'_>,
        see: &mut impl FnMut(&Mentions, usize, &[Candidate], Option<Referent>),
    ) -> Option<()> {
        let facts = self.facts;
        let within = self.innermost(order);
        let mut antecedents = Antecedents::new(facts, self.entities, &self.mentions);
        for (token, &speech) in within.iter().enumerate() {
            watch.step()?;
            let is_name = facts.is_capitalized(token) && !facts.tokens[token].is_first;
            if is_name || !facts.is(token, PRONOUN) {
                continue;
            }
            let pronoun = Pronoun::of(facts.word(token));
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
                let is_thing = |traits: Traits| {
                    traits.has(Trait::Unlisted)
                        || (pronoun == Pronoun::Several && traits.has(Trait::Document))
                };
                candidates.retain(|candidate| !is_thing(candidate.traits));
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
        let mut within = vec![None; self.facts.len()];
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
            let sentence = self.facts.sentence(source.start.max(said.unwrap_or(0)));
            is_before.then(|| self.single(before).map(|referent| (referent, sentence))).flatten()
        });
        Surroundings { speaker, previous: previous.collect(), is_source: of_source.is_some() }
    }
}

/// So many attributions before a pronoun say who was heard.
const MOST_SPEAKERS: usize = 5;

/// A content is read so far for the pronouns in it, in tokens: invariant 8.
const LONGEST_CONTENT: usize = 512;

/// What may be a pronoun of the third person.
const PRONOUN: WordClasses = WordClasses::PERSONAL
    .or(WordClasses::OBJECT_PRONOUN)
    .or(WordClasses::POSSESSIVE)
    .or(WordClasses::SUBJECT_PRONOUN);
