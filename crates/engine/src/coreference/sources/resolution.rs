//! What is known of a source's part, as what is handed out: name, kind, title, and the number of its entity.

use std::ops::Range;

use rustc_hash::FxHashSet;

use crate::annotation::AnnotatedDocument;
use crate::coreference::mentions::mention::Referent;
use crate::coreference::mentions::nominals::Mentions;
use crate::coreference::names::aliases::Alias;
use crate::coreference::names::entities::Entities;
use crate::coreference::sources::part::{Numbers, Part};
use crate::coreference::{EntityKind, Resolution};
use crate::lexicon::WordList;

/// Whoever a document mentions, as far as it is known.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) annotated: &'a AnnotatedDocument<'a>,
    pub(crate) entities: &'a Entities,
    pub(crate) mentions: &'a Mentions,
    /// Whom "he" or "she" stands for somewhere.
    pub(crate) people: &'a FxHashSet<Referent>,
    pub(crate) aliases: &'a [Alias],
}

impl<'a> Known<'a> {
    /// What sort of being a part of a source is.
    pub(crate) fn kind_of(&self, part: &Part) -> EntityKind {
        let own = match part.referent {
            Some(Referent::Entity(entity)) => {
                let known = &self.entities.all[entity];
                if known.is_sure {
                    known.kind
                } else if known.name.len() == 1 && self.people.contains(&Referent::Entity(entity)) {
                    // "Zolanda … she".
                    EntityKind::Person
                } else {
                    part.kind.unwrap_or(known.kind)
                }
            }
            Some(Referent::Phrase(phrase)) => part.kind.unwrap_or_else(|| self.kind_of_phrase(phrase)),
            None => part.kind.unwrap_or(EntityKind::Unknown),
        };
        self.alias_of(part).and_then(|alias| alias.kind).unwrap_or(own)
    }

    /// What several are together: what each is, or a group.
    fn kind_of_phrase(&self, phrase: usize) -> EntityKind {
        let phrase = &self.mentions.phrases[phrase];
        let mut kinds = phrase.parts.iter().map(|&part| match part {
            Referent::Entity(entity) => self.entities.all[entity].kind,
            Referent::Phrase(part) => self.mentions.phrases[part].kind,
        });
        match kinds.next() {
            Some(first) if kinds.all(|kind| kind == first) => first,
            Some(_) => EntityKind::Group,
            None => phrase.kind,
        }
    }

    fn alias_of(&self, part: &Part) -> Option<&'a Alias> {
        match part.referent {
            Some(Referent::Entity(entity)) => {
                self.entities.all[entity].alias.map(|alias| &self.aliases[alias])
            }
            _ => None,
        }
    }

    /// What somebody is called, and where.
    fn name_of(&self, referent: Referent) -> (String, Option<Range<usize>>) {
        let tokens = match referent {
            Referent::Entity(entity) => {
                let entity = &self.entities.all[entity];
                if let Some(alias) = entity.alias {
                    return (self.aliases[alias].name.clone(), None);
                }
                &entity.name
            }
            Referent::Phrase(phrase) => {
                let phrase = &self.mentions.phrases[phrase];
                if !phrase.parts.is_empty() {
                    let names: Vec<String> = phrase.parts.iter().map(|&part| self.name_of(part).0).collect();
                    return (names.join(" and "), None);
                }
                &phrase.tokens
            }
        };
        (self.text(tokens).to_owned(), Some(tokens.clone()))
    }

    fn text(&self, tokens: &Range<usize>) -> &'a str {
        self.annotated.document.span_of(tokens).slice(self.annotated.document.text)
    }

    fn is_named(&self, referent: Referent) -> bool {
        match referent {
            Referent::Entity(_) => true,
            Referent::Phrase(phrase) => {
                let phrase = &self.mentions.phrases[phrase];
                phrase.is_named && phrase.parts.iter().all(|&part| self.is_named(part))
            }
        }
    }

    fn title_of(&self, part: &Part) -> String {
        let own = self.alias_of(part).map(|alias| alias.title.clone()).filter(|title| !title.is_empty());
        let text = |title: &Range<usize>| self.text(title).to_owned();
        let tells = |title: &&Range<usize>| !is_honorific(self.text(title));
        own.or_else(|| part.title.as_ref().filter(tells).map(text))
            .or_else(|| match part.referent {
                Some(Referent::Entity(entity)) => {
                    self.entities.all[entity].titles.iter().find(tells).map(text)
                }
                _ => None,
            })
            .unwrap_or_default()
    }

    /// What is handed out of a source.
    pub(crate) fn resolution(&self, part: &Part, numbers: &mut Numbers) -> Resolution {
        let (name, tokens) = part.referent.map_or_else(
            || (self.text(&part.tokens).to_owned(), Some(part.tokens.clone())),
            |referent| self.name_of(referent),
        );
        Resolution {
            form: part.form,
            kind: self.kind_of(part),
            is_named: part.referent.is_some_and(|referent| self.is_named(referent)),
            title: self.title_of(part),
            entity: numbers.of(part.referent, &name),
            tokens,
            name,
        }
    }
}

/// "Mr." says nothing of what somebody is.
fn is_honorific(title: &str) -> bool {
    let title = title.trim_end_matches('.');
    WordList::Honorific.has(title)
}
