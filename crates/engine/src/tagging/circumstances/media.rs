//! Through what somebody spoke: "said IN A STATEMENT", "ON TWITTER, she wrote", "issued A STATEMENT".

use std::ops::Range;

use crate::annotation::AnnotatedDocument;
use crate::lexicon::{WordClasses, WordList};
use crate::tagging::circumstances::surroundings::Surroundings;

impl AnnotatedDocument<'_> {
    /// Through what: "said in A STATEMENT", "issued A STATEMENT". The one nearest to the cue.
    pub(crate) fn medium_of(&self, around: &Surroundings<'_>) -> Option<Range<usize>> {
        let cue = around.cue;
        self.nearest(around, |token, end| {
            let governed = self.is_in(token, WordList::MediumPreposition);
            let phrase = self.noun_phrase_after(token + usize::from(governed), end)?;
            let medium = phrase.clone().find(|&it| self.is_medium(token, it))?;
            // "A statement | late Friday", "a statement | saying".
            let ends = |it: usize| it == cue.start || self.time_at(it, end).is_some();
            let phrase = phrase.start..(medium + 1..phrase.end).find(|&it| ends(it)).unwrap_or(phrase.end);
            let fits = match self.word(token).to_ascii_lowercase().as_str() {
                // "Posted TO Twitter", but not "an answer to the statement".
                "to" => phrase.len() == 1 && self.is_capitalized(phrase.start),
                "by" | "over" => phrase.len() <= 2 && self.is_in(medium, WordList::Wire),
                _ if governed => true,
                _ => {
                    let is_text = self.is(medium, WordClasses::MEDIUM) || self.is_word(medium, "tweet");
                    is_text && self.is(token, WordClasses::DETERMINER) && self.is_published(&phrase)
                }
            };
            fits.then_some(phrase)
        })
    }

    fn is_medium(&self, preposition: usize, token: usize) -> bool {
        let word = self.document.word(token);
        let is_station = self.is_capitalized(token)
            && self.is_one_of(preposition, &["on", "via"])
            && self.is_in(token, WordList::Station);
        let is_mouthpiece =
            self.is_one_of(preposition, &["through", "via"]) && self.is_in(token, WordList::Mouthpiece);
        // "Prime Minister's Questions"
        let is_hour = self.is_word(token, "questions") && self.is_genitive(token.wrapping_sub(1));
        is_station
            || is_mouthpiece
            || is_hour && self.is_capitalized(token)
            || self.is(token, WordClasses::MEDIUM)
            || self.is_in(token, WordList::Medium)
            || word.starts_with("www.")
    }

    /// "Issued A STATEMENT", "A STATEMENT was released".
    fn is_published(&self, phrase: &Range<usize>) -> bool {
        let before = phrase.start.checked_sub(1);
        before.is_some_and(|verb| self.is_in(verb, WordList::PublishingVerb))
            || (self.is(phrase.end, WordClasses::BE) && self.is_in(phrase.end + 1, WordList::PublishingVerb))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotation::annotated;
    use crate::segmentation::segment;
    use crate::tagging::circumstances::surroundings::Cued;
    use crate::text::{Document, Parts};

    /// The tokens of `words`, which stand once in the text.
    fn tokens(document: &Document<'_>, words: &str) -> Range<usize> {
        let start = document.text.find(words).expect("the words stand in the text");
        let first = document.tokens.partition_point(|token| token.span.start < start);
        first..document.tokens.partition_point(|token| token.span.end <= start + words.len())
    }

    /// Medium and time in a text whose source, cue and content are these words.
    fn read(text: &str, parts: [&str; 3]) -> (String, String) {
        let document = segment(text);
        let annotated = annotated(text);
        let [source, cue, content] = parts;
        let parts = Parts {
            source: (!source.is_empty()).then(|| tokens(&document, source)),
            cue: Some(tokens(&document, cue)),
            contents: vec![tokens(&document, content)],
        };
        let text_of = |found: Option<Range<usize>>| {
            found.map_or_else(String::new, |found| document.span_of(&found).slice(text).to_owned())
        };
        let around =
            Surroundings::new(Cued::new(&parts).expect("they have a cue"), &[], &(0..document.tokens.len()));
        (text_of(annotated.medium_of(&around)), text_of(annotated.time_of(&around, None)))
    }

    #[test]
    fn media_and_times_stand_before_in_and_after_the_cue() {
        for (text, parts, medium, time) in [
            (
                "On Tuesday, the minister said that the dam had held in June.",
                ["the minister", "said", "that the dam had held in June"],
                "",
                "Tuesday",
            ),
            (
                "The dam held, she said in a statement late Friday night.",
                ["she", "said in a statement", "The dam held"],
                "a statement",
                "late Friday night",
            ),
            (
                "She posted on Twitter that the dam held.",
                ["She", "posted", "that the dam held"],
                "Twitter",
                "",
            ),
            (
                "The mayor issued a statement saying the dam held.",
                ["The mayor", "saying", "the dam held"],
                "a statement",
                "",
            ),
            (
                "The mayor said the dam held in an email.",
                ["The mayor", "said", "the dam held in an email"],
                "",
                "",
            ),
            ("The mayor spoke after Tuesday's debate.", ["The mayor", "spoke", "debate"], "", ""),
            (
                "The firm issued a statement after Vega said that the dam held.",
                ["Vega", "said", "that the dam held"],
                "",
                "",
            ),
            (
                "The mayor denied the rumour through a spokeswoman two days later.",
                ["The mayor", "denied", "the rumour"],
                "a spokeswoman",
                "two days later",
            ),
            ("She said on CNN that the dam held.", ["She", "said", "that the dam held"], "CNN", ""),
            (
                "She said by telephone that the dam held.",
                ["She", "said", "that the dam held"],
                "telephone",
                "",
            ),
            ("The mayor said in Oslo that the dam held.", ["The mayor", "said", "that the dam held"], "", ""),
        ] {
            assert_eq!(read(text, parts), (medium.to_owned(), time.to_owned()), "{text}");
        }
    }
}
