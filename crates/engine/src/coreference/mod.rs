//! Attributions -> who their sources are: names united with their variants, nouns and pronouns resolved.
//!
//! In: a document, its attributions, and what the caller knows of names. Out: for each attribution's source a
//! [`Resolution`]. Within a document names come first, then noun phrases, then pronouns, which have the most to choose
//! from; of nested attributions the outer one comes first, since "I" is its source.

mod entity; //   what is known of one somebody
mod names; //    names and who bears them
mod mentions; // noun phrases and whom they mean
mod pronouns; // whom "she" and "they" stand for
mod sources; //  who each source is

use std::ops::Range;

use crate::annotation::AnnotatedDocument;
use crate::attribution::Attribution;
use crate::text::{IsCancelled, Watch};

pub use entity::{EntityKind, MentionForm};
pub use names::aliases::Alias;
pub(crate) use names::aliases::alias_key;
#[cfg(feature = "training")]
pub use pronouns::pronoun_trace::{PronounReading, ReadCandidate};

use names::entities::Entities;
use names::{name_mentions, same_name};
#[cfg(feature = "training")]
use pronouns::pronoun_trace::pronoun_readings;
use sources::resolver::Resolving;

/// Who a source is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolution {
    /// What sort of mention the source's own words are.
    pub form: MentionForm,
    /// The fullest name without title; the words of the noun phrase where nobody is named; the source's own words where
    /// it can't be told. Several are joined by " and ".
    pub name: String,
    /// Where that name stands; none where it is joined, or the caller's.
    pub tokens: Option<Range<usize>>,
    /// What sort of being it is.
    pub kind: EntityKind,
    /// Whether it has a name.
    pub is_named: bool,
    /// What the text, or the caller, says that it is: "Defence Secretary". May be empty.
    pub title: String,
    /// The same for all sources that are the same, from 0 on in the order of the attributions.
    pub entity: usize,
}

/// Who the sources of `attributions` are, in the same order; none where there is no source. What the caller knows,
/// `aliases`, wins over what the text lets guess. Nothing at all once `cancelled` says yes.
#[must_use]
pub fn resolve(
    annotated: &AnnotatedDocument<'_>,
    attributions: &[Attribution],
    aliases: &[Alias],
    cancelled: IsCancelled<'_>,
) -> Option<Vec<Option<Resolution>>> {
    if attributions.iter().all(|attribution| attribution.parts.source.is_none()) {
        return Some(attributions.iter().map(|_| None).collect());
    }
    let watch = Watch::new(cancelled);
    let entities = Entities::new(annotated, name_mentions::names_in(annotated, &watch)?, aliases, &watch)?;
    Resolving::new(annotated, &entities, attributions, aliases, &watch)?.resolutions(&watch)
}

#[cfg(feature = "training")]
/// Whom the third-person pronouns of a document were read as, in their order: for measuring, and for learning how much
/// each feature weighs.
#[must_use]
pub fn read_pronouns(
    annotated: &AnnotatedDocument<'_>,
    attributions: &[Attribution],
    cancelled: IsCancelled<'_>,
) -> Option<Vec<PronounReading>> {
    let watch = Watch::new(cancelled);
    let entities = Entities::new(annotated, name_mentions::names_in(annotated, &watch)?, &[], &watch)?;
    pronoun_readings(Resolving::new(annotated, &entities, attributions, &[], &watch)?, &watch)
}

/// Whether two names may be of the same source, which is of the kind `kind`. The document has two paragraphs, each of
/// them a name: "Secretary Austin", "Lloyd Austin".
#[must_use]
pub fn are_same(names: &AnnotatedDocument<'_>, kind: EntityKind) -> bool {
    same_name::are_same(names, kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotation::annotated;
    use crate::tagging::Origin;
    use crate::text::Parts;

    fn attribution(source: Range<usize>) -> Attribution {
        let parts = Parts { contents: vec![source.clone()], source: Some(source), cue: None };
        Attribution::new(Origin::without_entry("test"), parts, 1.0)
    }

    /// A network may take any words for a source: "and", "the minister and", a comma.
    #[test]
    fn any_words_can_be_a_source() {
        let texts = [
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/seed.txt")),
            "Ana Ruiz and the mayor of Split, Joe Palmer and (WHO) \u{201c}of Mr. and the\u{201d} 's and He and 12 and, both",
            "the and The And A. of the The's, ' Prime Minister of for the U.N. (UN) (UN) who, which \u{2014} and I",
        ];
        for text in texts {
            let annotated = annotated(text);
            let document = &annotated.document;
            let count = document.tokens.len();
            let sources = (0..count).flat_map(|start| {
                (1..12).filter_map(move |length| (start + length <= count).then_some(start..start + length))
            });
            let attributions: Vec<Attribution> = sources.map(attribution).collect();
            let resolutions =
                resolve(&annotated, &attributions, &[], &|| false).expect("nobody calls it off");
            assert_eq!(resolutions.len(), attributions.len());
            for resolution in resolutions.into_iter().flatten() {
                assert!(!resolution.name.is_empty(), "{text}");
                let named = resolution.tokens.map(|tokens| document.span_of(&tokens).slice(text).to_owned());
                assert!(named.is_none_or(|named| named == resolution.name), "{}", resolution.name);
            }
        }
    }
}
