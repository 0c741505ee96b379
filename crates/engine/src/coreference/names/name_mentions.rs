//! Where names stand: runs of capitalized words, cut into title and name.
//!
//! "Chairman of the Joint Chiefs of Staff Gen. Roy Tillman": the run is all of it, the name its last two words.

use std::ops::Range;

use rustc_hash::FxHashSet;

use crate::annotation::AnnotatedDocument;
use crate::coreference::EntityKind;
use crate::coreference::names::capitalized_runs::{CONNECTORS, runs_in};
use crate::lexicon::{Gender, NounKind, PlaceKind, WordClasses, WordList};
use crate::text::{TokenKind, Watch};

/// The longest name of a person, in tokens: "Luiz Inácio Lula da Silva".
const LONGEST_PERSON: usize = 6;

/// A name where it stands.
#[derive(Clone, Debug)]
pub(crate) struct NameMention {
    /// The name without title.
    pub(crate) tokens: Range<usize>,
    /// The capitalized words before it that say what somebody is: "NASA Administrator".
    pub(crate) title: Option<Range<usize>>,
    pub(crate) kind: EntityKind,
    /// The kind was told by a word, not by default.
    pub(crate) is_sure: bool,
    pub(crate) gender: Option<Gender>,
}

/// The names of a document, in order, apart.
pub(crate) fn names_in(annotated: &AnnotatedDocument<'_>, watch: &Watch<'_>) -> Option<Vec<NameMention>> {
    let runs = runs_in(annotated);
    let alone: FxHashSet<&str> = runs
        .iter()
        .filter(|run| run.len() == 1 && annotated.tokens[run.start].noun.is_none())
        .map(|run| annotated.word(run.start))
        .collect();
    let is_full = |run: &&Range<usize>| {
        (run.start..run.end - 1)
            .any(|token| annotated.tokens[token].name.is_given && !annotated.is_role(token))
    };
    let surnames = runs.iter().filter(is_full);
    let surnames = surnames.map(|run| annotated.word(run.end - 1)).collect();
    let reader = Reader { annotated, alone, surnames };
    let mut names = Vec::new();
    for run in &runs {
        watch.step()?;
        reader.read(run.clone(), &mut names);
    }
    Some(names)
}

/// "Central Americans", "Nevada Republicans": people of a place or party, without being a body.
fn is_crowd(annotated: &AnnotatedDocument<'_>, run: &Range<usize>) -> bool {
    let last = run.end - 1;
    let of_place = annotated.tokens[last].place.is_some_and(|place| place.is_adjective);
    let of_party = annotated.is_partisan(last) && annotated.noun(last).is_some_and(|noun| noun.is_plural);
    // "Liberal Democrats" are a party.
    let is_party = run.len() > 1 && annotated.is_in(last - 1, WordList::PartyAdjective);
    (of_place && annotated.word(last).ends_with('s') && !annotated.tokens[last].is_acronym)
        || (of_party && !is_party)
}

/// "Democratic" before a word in lower case names nobody.
fn is_adjective(annotated: &AnnotatedDocument<'_>, run: &Range<usize>) -> bool {
    run.len() == 1 && annotated.is_in(run.start, WordList::AdjectiveWithCapital)
}

struct Reader<'a> {
    annotated: &'a AnnotatedDocument<'a>,
    /// Words that stand alone as names somewhere: "Jafari".
    alone: FxHashSet<&'a str>,
    /// Last words of full names: "King" where an Oliver King is named.
    surnames: FxHashSet<&'a str>,
}

impl Reader<'_> {
    /// The names that a run holds: that of a person at its end, and that of a body before it.
    fn read(&self, run: Range<usize>, names: &mut Vec<NameMention>) {
        if let Some(start) = self.person_start(&run) {
            let title = (start > run.start).then_some(run.start..start);
            if let Some(before) = title.clone() {
                self.read_title(before, names);
            }
            let tokens = start..run.end;
            names.push(NameMention {
                gender: self.gender(&tokens, title.as_ref()),
                tokens,
                title,
                kind: EntityKind::Person,
                is_sure: true,
            });
            return;
        }
        // "The Home Secretary": a title without a name is a noun phrase; so are "Central Americans".
        if is_crowd(self.annotated, &run) {
            return self.read_title(run.start..run.end - 1, names);
        }
        if self.is_title_alone(&run) || is_adjective(self.annotated, &run) {
            return self.read_title(run, names);
        }
        let (kind, is_sure) = self.kind(&run);
        let gender = if kind == EntityKind::Person { self.gender(&run, None) } else { None };
        names.push(NameMention { tokens: run, title: None, kind, is_sure, gender });
    }

    /// A run that ends in the noun of an office and holds nobody's name.
    fn is_title_alone(&self, run: &Range<usize>) -> bool {
        let annotated = self.annotated;
        let last = run.end - 1;
        let is_name = annotated.tokens[last].name.is_given
            || (run.len() > 1 && annotated.tokens[run.start].name.is_given);
        let after_the = run.start > 0 && annotated.is_one_of(run.start - 1, &["the", "a", "an"]);
        let is_surname = run.len() == 1 && !after_the && self.surnames.contains(annotated.word(last));
        annotated.is_role(last) && !is_name && !is_surname
    }

    /// The body within a title: "NASA" in "NASA Administrator".
    fn read_title(&self, title: Range<usize>, names: &mut Vec<NameMention>) {
        let body = title.clone().take_while(|&token| !self.annotated.is_role(token)).count();
        let body = title.start..title.start + body;
        if !body.is_empty() && body.clone().all(|token| self.annotated.has_name_capital(token)) {
            let (kind, is_sure) = self.kind(&body);
            let is_adjective =
                self.annotated.tokens[body.start].place.is_some_and(|place| place.is_adjective);
            if is_sure && !is_adjective && kind != EntityKind::Person {
                names.push(NameMention { tokens: body, title: None, kind, is_sure, gender: None });
            }
        }
    }

    /// Where the name of a person that ends a run begins; none where no person's name does.
    fn person_start(&self, run: &Range<usize>) -> Option<usize> {
        let annotated = self.annotated;
        let last = run.end - 1;
        let known = &annotated.tokens[last];
        let is_bearer =
            known.name.is_surname || known.name.is_given || self.alone.contains(annotated.word(last));
        let is_noun = known.noun.is_some_and(|noun| noun.kind != NounKind::Person) || known.place.is_some();
        let mut best: Option<(u8, usize)> = None;
        for start in run.clone().rev().take(LONGEST_PERSON) {
            let word = annotated.word(start);
            if CONNECTORS.contains(&word)
                || (start < last && annotated.is_role(start) && !self.is_name_word(start))
            {
                break;
            }
            if WordList::NameParticle.has_small(word) {
                continue;
            }
            let length = run.end - start;
            let before = start.checked_sub(1).filter(|&before| before >= run.start);
            let after_role = before.is_some_and(|before| annotated.is_role(before));
            let is_given = annotated.tokens[start].name.is_given
                && annotated.tokens[start].place.is_none_or(|_| length > 1);
            let after_entry = before.is_none_or(|before| {
                annotated.noun(before).is_some() || annotated.tokens[before].place.is_some()
            });
            let score = if after_role
                && (!is_noun || is_bearer)
                && !annotated.is_role(last)
                && !self.is_common(start)
            {
                4
            } else if is_given && length >= 2 && (!is_noun || known.name.is_surname) {
                3
            } else if length >= 2 && is_bearer && !is_noun && after_entry && annotated.noun(start).is_none() {
                2
            } else {
                0
            };
            if score > 0 && best.is_none_or(|(so_far, _)| score >= so_far) {
                best = Some((score, start));
            }
        }
        best.map(|(_, start)| start)
    }

    /// A noun that is no name: "Council" after "Refugee".
    fn is_common(&self, token: usize) -> bool {
        let known = &self.annotated.tokens[token];
        known.noun.is_some() && !known.name.is_given && !known.name.is_surname
    }

    /// Whether a role noun is a name here: "King" in "Stephen King".
    fn is_name_word(&self, token: usize) -> bool {
        let name = self.annotated.tokens[token].name;
        name.is_given && !self.annotated.is(token, WordClasses::TITLE)
    }

    fn gender(&self, name: &Range<usize>, title: Option<&Range<usize>>) -> Option<Gender> {
        let of_title = title.and_then(|title| {
            title.clone().rev().find_map(|token| self.annotated.noun(token).and_then(|noun| noun.gender))
        });
        let first = &self.annotated.tokens[name.start];
        of_title.or(if first.name.is_given && name.len() > 1 { first.name.gender } else { None })
    }

    /// What a run that ends in no person's name names, and whether a word tells.
    fn kind(&self, run: &Range<usize>) -> (EntityKind, bool) {
        let annotated = self.annotated;
        let first = &annotated.tokens[run.start];
        if run.clone().all(|token| annotated.tokens[token].place.is_some()) {
            return match first.place {
                Some(place) if !place.is_adjective && place.kind != PlaceKind::Region => {
                    // Where a Lloyd Austin is named, "Austin" is he, but "in Austin" is a city.
                    let governor = run.start.checked_sub(1);
                    let is_where =
                        governor.is_some_and(|before| annotated.is(before, WordClasses::PREPOSITION));
                    (EntityKind::Country, is_where || run.len() > 1 || place.kind == PlaceKind::Country)
                }
                _ => (EntityKind::Unknown, true),
            };
        }
        // "Council on American-Islamic Relations" is a council, "Irving Police Department" a department.
        let head_end = (run.start..run.end).find(|&token| CONNECTORS.contains(&annotated.word(token)));
        let head = head_end.filter(|&end| end > run.start).unwrap_or(run.end) - 1;
        for token in [head, run.end - 1] {
            let kind = match annotated.noun(token).map(|noun| noun.kind) {
                Some(NounKind::Organization) => EntityKind::Organization,
                Some(NounKind::Document) => EntityKind::Document,
                Some(NounKind::Group) => EntityKind::Group,
                Some(NounKind::Place) => EntityKind::Country,
                Some(NounKind::Event | NounKind::Thing) => EntityKind::Unknown,
                // "Liberal Democrats", "Texas Rangers".
                Some(NounKind::Person) if annotated.noun(token).is_some_and(|noun| noun.is_plural) => {
                    EntityKind::Organization
                }
                Some(NounKind::Person) if run.len() > 1 || annotated.is(token, WordClasses::TITLE) => {
                    EntityKind::Person
                }
                _ => continue,
            };
            return (kind, true);
        }
        if run.clone().any(|token| annotated.word(token) == "&") {
            return (EntityKind::Organization, true);
        }
        if annotated.tokens[run.end - 1].is_acronym
            || first.is_acronym
            || annotated.word(run.end - 1).contains('.')
        {
            return (EntityKind::Organization, true);
        }
        if run
            .clone()
            .any(|token| annotated.noun(token).is_some_and(|noun| noun.kind == NounKind::Organization))
        {
            return (EntityKind::Organization, true);
        }
        let is_person =
            |token: usize| annotated.tokens[token].name.is_given || annotated.tokens[token].name.is_surname;
        let after_role = run.start.checked_sub(1).is_some_and(|before| annotated.is_role(before));
        let after_the = run.start.checked_sub(1).is_some_and(|before| annotated.is_one_of(before, &["the"]));
        if run.len() == 1 {
            let sure = is_person(run.start) && !after_the;
            return if sure || after_role {
                (EntityKind::Person, false)
            } else {
                (EntityKind::Organization, false)
            };
        }
        if after_the {
            return (EntityKind::Organization, true);
        }
        let is_short =
            run.len() <= LONGEST_PERSON && !run.clone().any(|token| annotated.noun(token).is_some());
        let sure = after_role || is_person(run.end - 1) || self.has_apposition(run.end);
        if is_short { (EntityKind::Person, sure) } else { (EntityKind::Organization, false) }
    }

    /// ", a doctor," and ", NASA's administrator," after a name.
    fn has_apposition(&self, end: usize) -> bool {
        self.annotated.is_kind(end, TokenKind::Comma)
            && (end + 1..end + 6)
                .take_while(|&token| self.annotated.is_wordlike(token))
                .any(|token| self.annotated.is_role(token))
    }
}
