//! What stands around an attribution: to whom it was said, through what, when; and whether it is negated or hedged.
//!
//! It is read once for every attribution, whoever proposed it, from its parts and the words around them.

mod surroundings; //  an attribution among its neighbors
mod addressees; //    "told reporters"
mod media; //         "on Twitter", "in a statement"
mod times; //         "on Tuesday"
pub(crate) mod polarity; // "did not say", "may have said"

use std::cmp::Reverse;
use std::ops::Range;

use surroundings::{Cued, Surroundings};

use super::labels::Labels;
use crate::annotation::AnnotatedDocument;
use crate::lexicon::{CueEntry, Lexicon};
use crate::text::{Circumstances, Polarity, Watch};

/// Reads circumstances and polarity of each link, and takes away a source that is spoken to itself: "THE BANK was told".
pub(super) fn read(
    annotated: &AnnotatedDocument<'_>,
    lexicon: &Lexicon,
    labels: &mut Labels,
    watch: &Watch<'_>,
) -> Option<()> {
    let mut cued: Vec<Cued<'_>> = labels.links.iter().filter_map(|link| Cued::new(&link.parts)).collect();
    cued.sort_by_key(|it| it.cue.start);
    let holders = Holders::new(&cued);
    let found: Vec<(Circumstances<Range<usize>>, Polarity)> = labels
        .links
        .iter()
        .map(|link| {
            watch.step()?;
            let entry = link.origin.entry.map(|entry| &lexicon.entries()[entry]);
            let circumstances = Cued::new(&link.parts).map(|it| {
                let within = holders.around(it, annotated.sentence(it.cue.start));
                circumstances_of(annotated, &Surroundings::new(it, &cued, &within), entry)
            });
            Some((circumstances.unwrap_or_default(), polarity::read(annotated, &link.parts, entry)))
        })
        .collect::<Option<_>>()?;
    for (link, (circumstances, polarity)) in labels.links.iter_mut().zip(found) {
        if circumstances.addressee.is_some() && circumstances.addressee == link.parts.source {
            link.parts.source = None;
        }
        link.circumstances = circumstances;
        link.polarity = polarity;
    }
    Some(())
}

fn circumstances_of(
    annotated: &AnnotatedDocument<'_>,
    around: &Surroundings<'_>,
    entry: Option<&CueEntry>,
) -> Circumstances<Range<usize>> {
    let addressee = annotated.addressee_of(around, entry);
    let time = annotated.time_of(around, addressee.as_ref());
    Circumstances { addressee, medium: annotated.medium_of(around), time }
}

/// The contents that hold other attributions.
struct Holders<'a> {
    /// In the order of their starts, the longer first.
    contents: Vec<&'a Range<usize>>,
}

/// At most this many contents that begin before a cue are asked whether they hold it: invariant 8.
const MOST_HOLDERS: usize = 16;

impl<'a> Holders<'a> {
    fn new(cued: &[Cued<'a>]) -> Self {
        let mut contents: Vec<_> = cued.iter().flat_map(|it| &it.parts.contents).collect();
        contents.sort_by_key(|content| (content.start, Reverse(content.end)));
        Self { contents }
    }

    /// The part of its sentence that the innermost content around cue and source has.
    fn around(&self, it: Cued<'_>, sentence: Range<usize>) -> Range<usize> {
        let before = self.contents.partition_point(|content| content.start <= it.cue.start);
        let holds = |content: &Range<usize>, part: &Range<usize>| {
            content.start <= part.start && part.end <= content.end
        };
        let holds_both = |content: &Range<usize>| {
            holds(content, it.cue) && it.parts.source.as_ref().is_none_or(|source| holds(content, source))
        };
        let mut near = self.contents[..before].iter().rev().take(MOST_HOLDERS);
        near.find(|content| holds_both(content)).map_or(sentence.clone(), |content| {
            content.start.max(sentence.start)..content.end.min(sentence.end)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotation::{annotated, annotated_with_cues};
    use crate::segmentation::segment;
    use crate::tagging::labels::{Link, Origin};
    use crate::text::{Document, Parts};

    fn tokens(document: &Document<'_>, words: &str) -> Range<usize> {
        let start = document.text.find(words).expect("the words stand in the text");
        let first = document.tokens.partition_point(|token| token.span.start < start);
        first..document.tokens.partition_point(|token| token.span.end <= start + words.len())
    }

    #[test]
    fn what_stands_outside_of_a_content_is_said_of_the_attribution_that_has_it() {
        let text = "On Monday, the mayor said in a statement that Vega had denied the claim on Sunday.";
        let document = segment(text);
        let annotated = annotated(text);
        let link = |source: &str, cue: &str, content: &str| {
            let at = |words: &str| tokens(&document, words);
            let parts = Parts { source: Some(at(source)), cue: Some(at(cue)), contents: vec![at(content)] };
            Link::new(Origin::without_entry("test"), parts, 1.0)
        };
        let links = vec![
            link("the mayor", "said", "that Vega had denied the claim on Sunday"),
            link("Vega", "had denied", "the claim"),
        ];
        let mut labels = Labels { links };
        read(&annotated, &Lexicon::embedded(), &mut labels, &Watch::never()).expect("nobody calls it off");
        let [outer, inner] = [0, 1].map(|link| {
            let found = &labels.links[link].circumstances;
            [&found.medium, &found.time]
                .map(|part| part.clone().map(|part| document.span_of(&part).slice(text)))
        });
        assert_eq!(outer, [Some("a statement"), Some("Monday")]);
        assert_eq!(inner, [None, Some("Sunday")]);
    }

    #[test]
    fn a_source_that_is_told_is_none() {
        let text = "The bank was told that it had to pay.";
        let (document, annotated) = (segment(text), annotated_with_cues(text));
        let bank = tokens(&document, "The bank");
        let parts = Parts {
            source: Some(bank.clone()),
            cue: Some(tokens(&document, "was told")),
            contents: vec![tokens(&document, "that it had to pay")],
        };
        let mut labels = Labels { links: vec![Link::new(Origin::without_entry("test"), parts, 1.0)] };
        read(&annotated, &Lexicon::embedded(), &mut labels, &Watch::never()).expect("nobody calls it off");
        assert_eq!(labels.links[0].circumstances.addressee, Some(bank));
        assert_eq!(labels.links[0].parts.source, None);
    }
}
