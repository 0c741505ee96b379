//! Document + cue candidates -> what its words, sentences and phrases are, read once for all later rooms.

mod document; //                what is known of each token and sentence, and what may be asked of it
pub(crate) mod noun_phrases; // where a noun phrase begins and ends
pub(crate) mod verb_groups; //  auxiliaries, voice, negation, hedges
pub(crate) mod clauses; //      where a content ends

use crate::cues::{CueCandidate, CueFinder};
use crate::lexicon::{Gazetteer, Words};
use crate::text::{Document, IsCancelled, Watch};

pub(crate) use document::{AnnotatedDocument, Shape, WordForms};

/// What is known of `document`, whose cue candidates are `candidates`, found by `finder`; nothing once `cancelled` says yes.
pub(crate) fn annotate<'text>(
    document: Document<'text>,
    words: &Words,
    gazetteer: &Gazetteer,
    candidates: &[CueCandidate],
    finder: &CueFinder,
    cancelled: IsCancelled<'_>,
) -> Option<AnnotatedDocument<'text>> {
    let mut annotated = AnnotatedDocument::new(document, words, gazetteer, &Watch::new(cancelled))?;
    annotated.mark_verb_cues(candidates, finder);
    Some(annotated)
}

/// What is known of a document whose paragraphs are names: no cue stands in it, and no paragraph is a headline.
///
/// # Panics
/// Never: nobody calls it off.
pub(crate) fn annotate_names<'text>(
    document: Document<'text>,
    words: &Words,
    gazetteer: &Gazetteer,
) -> AnnotatedDocument<'text> {
    let annotated = AnnotatedDocument::new(document, words, gazetteer, &Watch::never());
    annotated.expect("nobody calls it off").without_headlines()
}

/// What is known of a text, with the embedded lexicon's cues.
#[cfg(test)]
pub(crate) fn annotated_with_cues(text: &str) -> AnnotatedDocument<'_> {
    let (words, gazetteer) = (Words::embedded(), Gazetteer::embedded());
    let finder = CueFinder::new(crate::lexicon::Lexicon::embedded());
    let document = crate::segmentation::segment(text);
    let candidates = finder.find(&document);
    annotate(document, &words, &gazetteer, &candidates, &finder, &|| false).expect("nobody calls it off")
}

/// What is known of a text whose cues aren't looked for.
#[cfg(test)]
pub(crate) fn annotated(text: &str) -> AnnotatedDocument<'_> {
    let (words, gazetteer) = (Words::embedded(), Gazetteer::embedded());
    let annotated =
        AnnotatedDocument::new(crate::segmentation::segment(text), &words, &gazetteer, &Watch::never());
    annotated.expect("nobody calls it off")
}
