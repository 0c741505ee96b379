//! Names united: "Mr. Austin", "Llyod Austin" and "Austin" are one.
//!
//! Names of several words come first, in the order of the text; then those of one word, which are mostly short for
//! one of them; so "Austin" in the first sentence is the Lloyd Austin of the third.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::annotation::AnnotatedDocument;
use crate::coreference::EntityKind;
use crate::coreference::names::aliases::{Alias, aliases_in};
use crate::coreference::names::name_mentions::NameMention;
use crate::coreference::names::variants::{
    SHORTEST_MISSPELT, initials_of, is_fuller, is_misspelt, same_body, same_person, words_of,
};
use crate::lexicon::{Gender, WordClasses};
use crate::text::{TokenKind, Watch};

/// Whoever is named in a document.
#[derive(Clone, Debug)]
pub(crate) struct Entity {
    pub(crate) kind: EntityKind,
    pub(crate) is_sure: bool,
    pub(crate) gender: Option<Gender>,
    /// The fullest name.
    pub(crate) name: Range<usize>,
    /// The titles that it has somewhere, each once, in the order of the text.
    pub(crate) titles: Vec<Range<usize>>,
    /// How often it is named.
    pub(crate) count: usize,
    /// What the caller calls it, where it is one of the caller's.
    pub(crate) alias: Option<usize>,
}

/// At most this many titles of an entity are kept, each once (invariant 8).
const MOST_TITLES: usize = 32;

impl Entity {
    /// Keeps a title unless one with the same words is kept.
    fn add_title(&mut self, annotated: &AnnotatedDocument<'_>, title: Range<usize>) {
        let words = |tokens: &Range<usize>| annotated.document.span_of(tokens).slice(annotated.document.text);
        if self.titles.len() < MOST_TITLES && self.titles.iter().all(|known| words(known) != words(&title)) {
            self.titles.push(title);
        }
    }
}

/// The entities of a document, and where they are named.
#[derive(Debug, Default)]
pub(crate) struct Entities {
    pub(crate) all: Vec<Entity>,
    /// The names in the order of the text, each with its entity.
    pub(crate) names: Vec<(NameMention, usize)>,
    /// Entities by the words that a name of them may consist of, in lower case.
    by_word: FxHashMap<String, Vec<usize>>,
}

/// A word is looked up among at most so many entities that have it: invariant 8.
const MOST_BEARERS: usize = 16;

impl Entities {
    /// The entities behind `mentions`, and those whom the caller knows, wherever they stand.
    pub(crate) fn new(
        annotated: &AnnotatedDocument<'_>,
        mentions: Vec<NameMention>,
        aliases: &[Alias],
        watch: &Watch<'_>,
    ) -> Option<Self> {
        let mut entities = Self::default();
        let (mentions, of_alias) = entities.add_aliases(annotated, mentions, aliases, watch)?;
        let mut of_mention = of_alias;
        for pass in 0..2 {
            for (index, mention) in mentions.iter().enumerate() {
                watch.step()?;
                if of_mention[index] != usize::MAX {
                    continue;
                }
                let is_short = words_of(annotated, &mention.tokens).count() == 1;
                if is_short == (pass == 1) {
                    of_mention[index] = entities.add(annotated, mention);
                }
            }
        }
        entities.names = mentions.into_iter().zip(of_mention).collect();
        entities.unite_bracketed(annotated);
        entities.describe(annotated, watch)?;
        Some(entities)
    }

    /// The mentions with those of aliases, which push out what stands where they stand; and the entities of these.
    fn add_aliases(
        &mut self,
        annotated: &AnnotatedDocument<'_>,
        mentions: Vec<NameMention>,
        aliases: &[Alias],
        watch: &Watch<'_>,
    ) -> Option<(Vec<NameMention>, Vec<usize>)> {
        let known = aliases_in(annotated, aliases, watch)?;
        if known.is_empty() {
            let count = mentions.len();
            return Some((mentions, vec![usize::MAX; count]));
        }
        let mut of_alias: FxHashMap<usize, usize> = FxHashMap::default();
        let mut all: Vec<(NameMention, usize)> = Vec::new();
        for mention in mentions {
            let after = known.partition_point(|(tokens, _)| tokens.end <= mention.tokens.start);
            if known.get(after).is_none_or(|(tokens, _)| tokens.start >= mention.tokens.end) {
                all.push((mention, usize::MAX));
            }
        }
        for (tokens, alias) in known {
            watch.step()?;
            let kind = aliases[alias].kind.unwrap_or(EntityKind::Person);
            let mention = NameMention { tokens, title: None, kind, is_sure: true, gender: None };
            let entity = *of_alias.entry(alias).or_insert_with(|| {
                self.all.push(Entity {
                    kind,
                    is_sure: true,
                    gender: None,
                    name: mention.tokens.clone(),
                    titles: Vec::new(),
                    count: 0,
                    alias: Some(alias),
                });
                self.all.len() - 1
            });
            self.all[entity].count += 1;
            let words: Vec<String> = words_of(annotated, &mention.tokens).collect();
            self.index(&words, entity);
            all.push((mention, entity));
        }
        all.sort_by_key(|(mention, _)| mention.tokens.start);
        Some(all.into_iter().unzip())
    }

    /// The entity that a mention names: a known one, or a new one.
    fn add(&mut self, annotated: &AnnotatedDocument<'_>, mention: &NameMention) -> usize {
        let words: Vec<String> = words_of(annotated, &mention.tokens).collect();
        if let Some(known) = self.known(annotated, mention, &words) {
            let entity = &mut self.all[known];
            entity.count += 1;
            entity.gender = entity.gender.or(mention.gender);
            if let Some(title) = &mention.title {
                entity.add_title(annotated, title.clone());
            }
            if mention.is_sure && !entity.is_sure {
                entity.kind = mention.kind;
                entity.is_sure = true;
            }
            if is_fuller(annotated, &mention.tokens, &entity.name) {
                entity.name = mention.tokens.clone();
                self.index(&words, known);
            }
            return known;
        }
        let index = self.all.len();
        self.all.push(Entity {
            kind: mention.kind,
            is_sure: mention.is_sure,
            gender: mention.gender,
            name: mention.tokens.clone(),
            titles: mention.title.iter().cloned().collect(),
            count: 1,
            alias: None,
        });
        self.index(&words, index);
        if mention.kind != EntityKind::Person && words.len() > 1 {
            let initials = initials_of(annotated, &mention.tokens);
            self.index(&[initials], index);
        }
        index
    }

    /// "The World Wide Fund for Nature (WWF)", "the WWF (World Wide Fund for Nature)": two names of one.
    fn unite_bracketed(&mut self, annotated: &AnnotatedDocument<'_>) {
        let mut same: FxHashMap<usize, usize> = FxHashMap::default();
        for pair in self.names.windows(2) {
            let [(first, outer), (second, inner)] = pair else { continue };
            let is_bracketed = annotated.is_kind(first.tokens.end, TokenKind::OpeningBracket)
                && second.tokens.start == first.tokens.end + 1
                && annotated.is_kind(second.tokens.end, TokenKind::ClosingBracket);
            let is_acronym =
                |tokens: &Range<usize>| tokens.len() == 1 && annotated.tokens[tokens.start].is_acronym;
            let fits = is_acronym(&first.tokens) != is_acronym(&second.tokens)
                && first.kind != EntityKind::Person
                && second.kind != EntityKind::Person;
            if is_bracketed && fits && outer != inner && !same.contains_key(outer) {
                same.insert(*inner, *outer);
            }
        }
        for (_, entity) in &mut self.names {
            if let Some(&outer) = same.get(entity) {
                *entity = outer;
            }
        }
        for (inner, outer) in same {
            let (name, count) = (self.all[inner].name.clone(), self.all[inner].count);
            if is_fuller(annotated, &name, &self.all[outer].name) {
                self.all[outer].name = name;
            }
            self.all[outer].count += count;
            if self.all[outer].kind == EntityKind::Unknown {
                self.all[outer].kind = EntityKind::Organization;
            }
        }
    }

    /// What stands before and after the names of people says who they are: "coach Jan Novak", "Dana Whitlock, NASA's
    /// administrator,".
    fn describe(&mut self, annotated: &AnnotatedDocument<'_>, watch: &Watch<'_>) -> Option<()> {
        for (mention, entity) in &self.names {
            watch.step()?;
            let known = &mut self.all[*entity];
            // "Melika, who": somebody, whatever else the name might be.
            let next =
                mention.tokens.end + usize::from(annotated.is_kind(mention.tokens.end, TokenKind::Comma));
            if !known.is_sure && annotated.is_one_of(next, &["who", "whose"]) {
                (known.kind, known.is_sure) = (EntityKind::Person, true);
            }
            if mention.kind != EntityKind::Person {
                continue;
            }
            let start = mention.title.as_ref().map_or(mention.tokens.start, |title| title.start);
            let mut before = start;
            // "The mayor Ana Ruiz", but "Ruiz accused Palmer".
            while before > 0
                && annotated.is_role(before - 1)
                && !annotated.has_name_capital(before - 1)
                && !annotated.word(before - 1).ends_with("ed")
                && start - before < 4
            {
                before -= 1;
            }
            if before < start {
                self.all[*entity].add_title(annotated, before..start);
            }
            // "The council's chairwoman, Robin Marsh,".
            let is_beside =
                start > 1 && annotated.is_kind(start - 1, TokenKind::Comma) && annotated.is_role(start - 2);
            if is_beside {
                self.all[*entity].add_title(annotated, start - 2..start - 1);
            }
            if let Some(apposition) = apposition_at(annotated, mention.tokens.end) {
                self.all[*entity].add_title(annotated, apposition);
            }
            let entity = &mut self.all[*entity];
            // "Robin Marsh, the council's chairwoman": a woman.
            let mut told = entity.titles.iter().flat_map(Clone::clone);
            let told = told.find_map(|token| annotated.noun(token).and_then(|noun| noun.gender));
            entity.gender = entity.gender.or(told);
        }
        Some(())
    }

    fn index(&mut self, words: &[String], entity: usize) {
        for word in words {
            let bearers = self.by_word.entry(word.clone()).or_default();
            if bearers.len() < MOST_BEARERS && !bearers.contains(&entity) {
                bearers.push(entity);
            }
        }
    }

    fn known(
        &self,
        annotated: &AnnotatedDocument<'_>,
        mention: &NameMention,
        words: &[String],
    ) -> Option<usize> {
        let last = words.last()?;
        let candidates = self.by_word.get(last).map_or(&[][..], Vec::as_slice);
        let exact = candidates.iter().copied().filter(|&index| self.fits(annotated, mention, words, index));
        // Of several Mohameds the one who is named most is meant by the name alone.
        let exact = exact.max_by_key(|&index| (self.all[index].count, std::cmp::Reverse(index)));
        let leading = || {
            let bearers = self.by_word.get(&words[0]).map_or(&[][..], Vec::as_slice);
            bearers.iter().copied().find(|&index| self.fits(annotated, mention, words, index))
        };
        exact.or_else(leading).or_else(|| self.misspelt(annotated, mention, words))
    }

    /// Whether a mention may name a known entity.
    fn fits(
        &self,
        annotated: &AnnotatedDocument<'_>,
        mention: &NameMention,
        words: &[String],
        index: usize,
    ) -> bool {
        let entity = &self.all[index];
        let known: Vec<String> = words_of(annotated, &entity.name).collect();
        if known == words {
            return true;
        }
        let differ = mention.gender.is_some() && entity.gender.is_some() && mention.gender != entity.gender;
        let is_person = |kind: EntityKind, sure: bool| kind == EntityKind::Person || !sure;
        let both_people = is_person(mention.kind, mention.is_sure) && is_person(entity.kind, entity.is_sure);
        if both_people && entity.kind == EntityKind::Person && !differ && same_person(&known, words) {
            return true;
        }
        let both_bodies = !matches!(entity.kind, EntityKind::Person | EntityKind::Country)
            && (mention.kind != EntityKind::Person || !mention.is_sure);
        both_bodies && same_body(annotated, &entity.name, &known, &mention.tokens, words)
    }

    /// A person whose surname is one letter away.
    fn misspelt(
        &self,
        annotated: &AnnotatedDocument<'_>,
        mention: &NameMention,
        words: &[String],
    ) -> Option<usize> {
        let last = words.last()?;
        if last.chars().count() < SHORTEST_MISSPELT || self.all.len() > 400 {
            return None;
        }
        let may_be = mention.kind == EntityKind::Person || !mention.is_sure;
        let is_short = words.len() == 1;
        // A word that is no name elsewhere: "Volska" for "Wolska", but not "Morris" for "Harris".
        let is_unknown = !mention.is_sure && !annotated.tokens[mention.tokens.end - 1].name.is_surname;
        self.all.iter().position(|entity| {
            let known: Vec<String> = words_of(annotated, &entity.name).collect();
            may_be
                && entity.kind == EntityKind::Person
                && (mention.gender.is_none() || entity.gender.is_none() || mention.gender == entity.gender)
                && known.len() > 1
                && if is_short {
                    (mention.title.is_some() || is_unknown) && is_misspelt(&known[known.len() - 1], last)
                } else {
                    known.len() == words.len()
                        && known.iter().zip(words).filter(|(a, b)| a != b).count() == 1
                        && known.iter().zip(words).all(|(a, b)| a == b || is_misspelt(a, b))
                }
        })
    }

    /// The name that a token is in.
    pub(crate) fn around(&self, token: usize) -> Option<&Range<usize>> {
        let after = self.names.partition_point(|(mention, _)| mention.tokens.end <= token);
        self.names.get(after).map(|(mention, _)| &mention.tokens).filter(|tokens| tokens.start <= token)
    }

    /// The name that begins at a token.
    pub(crate) fn starting_at(&self, token: usize) -> Option<Range<usize>> {
        let after = self.names.partition_point(|(mention, _)| mention.tokens.start < token);
        self.names
            .get(after)
            .map(|(mention, _)| mention.tokens.clone())
            .filter(|tokens| tokens.start == token)
    }

    /// The entity whose name begins at a token.
    pub(crate) fn beginning_at(&self, token: usize) -> Option<usize> {
        let after = self.names.partition_point(|(mention, _)| mention.tokens.start < token);
        self.names.get(after).filter(|(mention, _)| mention.tokens.start == token).map(|(_, entity)| *entity)
    }

    /// The entity whose name ends before a token.
    pub(crate) fn ending_at(&self, token: usize) -> Option<usize> {
        let after = self.names.partition_point(|(mention, _)| mention.tokens.end < token);
        self.names.get(after).filter(|(mention, _)| mention.tokens.end == token).map(|(_, entity)| *entity)
    }

    /// The names that lie within some tokens.
    pub(crate) fn within(&self, tokens: &Range<usize>) -> &[(NameMention, usize)] {
        let start = self.names.partition_point(|(mention, _)| mention.tokens.start < tokens.start);
        let end = self.names.partition_point(|(mention, _)| mention.tokens.end <= tokens.end);
        &self.names[start..end.max(start)]
    }
}

/// The office in ", the secretary general of the union," or ", a doctor,": from after its article to its noun.
fn apposition_at(annotated: &AnnotatedDocument<'_>, comma: usize) -> Option<Range<usize>> {
    if !annotated.is_kind(comma, TokenKind::Comma) {
        return None;
    }
    let mut start = comma + 1;
    let mut end = None;
    for token in comma + 1..comma + 1 + LONGEST_APPOSITION {
        let ends = WordClasses::FINITE.or(WordClasses::COORDINATOR).or(WordClasses::RELATIVE);
        if !annotated.is_wordlike(token) || (annotated.is(token, ends) && !annotated.is_genitive(token)) {
            break;
        }
        if annotated.is_genitive(token)
            || (token == start && annotated.is(token, WordClasses::DETERMINER.or(WordClasses::POSSESSIVE)))
        {
            start = token + 1;
        } else if annotated.is_role(token) {
            end = Some(token + 1);
        } else if annotated.is(token, WordClasses::PREPOSITION) {
            break;
        }
    }
    end.filter(|&end| start < end).map(|end| start..end)
}

/// The longest apposition up to its noun, in tokens.
const LONGEST_APPOSITION: usize = 8;
