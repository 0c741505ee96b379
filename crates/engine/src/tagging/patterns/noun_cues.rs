//! Nouns as cues: "his promise to", "the claim by Ruiz that", "in her view", "fears of".

use std::ops::Range;

use crate::annotation::AnnotatedDocument;
use crate::annotation::clauses::LONGEST;
use crate::lexicon::{AttributionType, Frame, Inflection, WordClasses};
use crate::tagging::patterns::content_slots::{Anchors, FoundContent};
use crate::tagging::patterns::slots::{ContentSlot, SourceSlot};
use crate::tagging::patterns::source_slots::FoundSource;
use crate::tagging::patterns::table::Pattern;
use crate::text::TokenKind;

/// What a noun cue attributes.
pub(crate) struct NounAttribution {
    pub(crate) source: FoundSource,
    pub(crate) cue: Range<usize>,
    pub(crate) content: FoundContent,
}

/// A noun with what stands around it.
struct NounGroup {
    source: FoundSource,
    /// The cue as it is labelled: with its adjectives' verb ("made a firm promise"), without its possessor.
    cue: Range<usize>,
    /// Possessor and noun together begin here.
    start: usize,
    /// Where the content may begin.
    end: usize,
}

impl AnnotatedDocument<'_> {
    /// What the noun at `noun` attributes after that pattern.
    pub(crate) fn noun_attribution(
        &self,
        noun: &Range<usize>,
        pattern: &Pattern,
        inflection: Inflection,
        attribution_type: AttributionType,
    ) -> Option<NounAttribution> {
        let mut group = self.noun_group(noun)?;
        let attitude = attribution_type == AttributionType::Attitude || inflection == Inflection::Plural;
        match pattern.source {
            SourceSlot::Introduced => self.introduced(&group)?,
            _ if pattern.frame == Frame::IsThat => {
                if !self.is(group.end, WordClasses::BE) {
                    return None;
                }
                group.end += 1;
            }
            _ if group.source == FoundSource::Nobody
                && !self.stands_without_source(&group, pattern, attitude) =>
            {
                return None;
            }
            _ => {}
        }
        let content = self.content(pattern.content, Anchors { start: group.start, end: group.end })?;
        let content = if self.is_subject(&group) {
            self.without_main_clause(content, pattern.content)
        } else {
            content
        };
        let preposition =
            usize::from(pattern.content == ContentSlot::AfterPreposition && group.end == group.cue.end);
        Some(NounAttribution {
            source: group.source,
            cue: group.cue.start..group.cue.end + preposition,
            content,
        })
    }

    fn noun_group(&self, noun: &Range<usize>) -> Option<NounGroup> {
        let floor = self.floor(noun.start);
        let mut start = noun.start;
        while start > floor && noun.start - start < 4 && self.is_modifier(start - 1) {
            start -= 1;
        }
        let group = |source, cue: Range<usize>, start, end| NounGroup { source, cue, start, end };
        let previous = start.checked_sub(1).filter(|&previous| previous >= floor);
        if let Some(previous) = previous {
            if self.is(previous, WordClasses::POSSESSIVE) {
                return Some(group(
                    FoundSource::Tokens(previous..start),
                    start..noun.end,
                    previous,
                    noun.end,
                ));
            }
            if self.is_genitive(previous) {
                let begin = self.owner_start(self.noun_phrase_before(floor, previous)?);
                return Some(group(FoundSource::Tokens(begin..start), start..noun.end, begin, noun.end));
            }
        }
        let by = self.is_one_of(noun.end, &["by", "from", "among"]);
        if let (true, Some(author)) = (by, self.noun_phrase_after(noun.end + 1, self.ceiling(noun.start))) {
            let end = author.end;
            return Some(group(FoundSource::Tokens(author), noun.clone(), start, end));
        }
        let determined = previous
            .filter(|&previous| self.is(previous, WordClasses::DETERMINER.or(WordClasses::NEGATION)))
            .unwrap_or(start);
        if let Some(light) = self.light_verb_group(floor, determined, noun) {
            return Some(light);
        }
        Some(group(FoundSource::Nobody, noun.clone(), determined, noun.end))
    }

    /// "The chapter opens with DARWIN's view": an owner has no preposition but "of" in it.
    fn owner_start(&self, owner: Range<usize>) -> usize {
        let other = |&token: &usize| self.is(token, WordClasses::PREPOSITION) && !self.is_word(token, "of");
        owner.clone().rev().find(other).map_or(owner.start, |preposition| preposition + 1)
    }

    /// An adjective or a noun before the cue: "his FIRM promise".
    fn is_modifier(&self, token: usize) -> bool {
        self.is_nominal(token) && !self.is_verbal(token) && !self.is(token, WordClasses::LIGHT_VERB)
    }

    /// "Ruiz MADE THE CLAIM that": the noun phrase from `determined` on is the object of a light verb.
    fn light_verb_group(&self, floor: usize, determined: usize, noun: &Range<usize>) -> Option<NounGroup> {
        let verb = determined
            .checked_sub(1)
            .filter(|&verb| verb > floor && self.is(verb, WordClasses::LIGHT_VERB))?;
        let start = self.start_of_light_verb(floor, verb);
        let source = if self.is(start.wrapping_sub(1), WordClasses::COORDINATOR) {
            FoundSource::Inherited(self.clause_subject(floor, start))
        } else {
            FoundSource::Tokens(self.subject_before(floor, start)?)
        };
        Some(NounGroup { source, cue: start..noun.end, start, end: noun.end })
    }

    /// "IN her view": the word before the possessor that makes it a phrase.
    fn introduced(&self, group: &NounGroup) -> Option<()> {
        let FoundSource::Tokens(_) = group.source else { return None };
        let before = group.start.checked_sub(1)?;
        let introduces = self.is_one_of(before, &["in", "by", "from", "to", "on"]);
        let parted = self.is_kind(group.end, TokenKind::Comma) || self.ceiling(group.start) <= group.end + 1;
        (introduces && parted).then_some(())
    }

    /// Nouns that attribute without a source: "the allegation that", "Fears of …" at a clause's head.
    /// "Demand for copper" is no act of speech: a singular must be an attitude's ("Support for the strike").
    fn stands_without_source(&self, group: &NounGroup, pattern: &Pattern, attitude: bool) -> bool {
        let floor = self.floor(group.cue.start);
        let opens_clause = group.start == floor || self.is_word(group.start.wrapping_sub(1), "amid");
        match pattern.content {
            ContentSlot::That => true,
            ContentSlot::AfterPreposition => attitude && opens_clause && group.start == group.cue.start,
            _ => false,
        }
    }

    /// The noun phrase opens its clause, so that its content ends before the clause's verb.
    fn is_subject(&self, group: &NounGroup) -> bool {
        let floor = self.floor(group.start);
        group.start == floor
            || self.is_kind(group.start - 1, TokenKind::Comma)
            || self.is(group.start - 1, WordClasses::COORDINATOR.or(WordClasses::THAT))
    }

    /// "The claim that the dam was safe CAME TWO DAYS BEFORE THE FLOOD": without the main clause. A
    /// that-clause has one verb of its own, other contents none that is finite.
    pub(crate) fn without_main_clause(&self, mut content: FoundContent, slot: ContentSlot) -> FoundContent {
        let own_verbs =
            usize::from(matches!(slot, ContentSlot::That | ContentSlot::Clause | ContentSlot::ObjectThat));
        let Some(piece) = content.pieces.last_mut() else { return content };
        let mut verbs = 0;
        for token in piece.clone().skip(1).take(LONGEST) {
            let continues = self.is_verb_of_group(token - 1) || self.is_adverb(token);
            if !self.is_verbal(token) || continues || self.is(token - 1, WordClasses::TO) {
                continue;
            }
            if verbs == own_verbs {
                piece.end = token;
                break;
            }
            verbs += 1;
        }
        content
    }

    /// "A doctor WHO said the ward was full has moved": a relative clause without a comma in the subject of
    /// its sentence.
    pub(crate) fn is_restrictive(&self, source: &Range<usize>) -> bool {
        source.len() == 1
            && self.is(source.start, WordClasses::RELATIVE)
            && source.start > 0
            && self
                .noun_phrase_before(self.floor(source.start), source.start)
                .is_some_and(|head| head.start == self.floor(source.start))
    }

    /// An auxiliary, or the adverb after one: the verb after it belongs to its group.
    fn is_verb_of_group(&self, token: usize) -> bool {
        self.is(
            token,
            WordClasses::FINITE.or(WordClasses::BE).or(WordClasses::HAVE).or(WordClasses::NEGATION),
        ) || (self.is_adverb(token) && self.is(token.wrapping_sub(1), WordClasses::FINITE))
    }
}
