//! What negates an attribution and what leaves it open: the answer to both questions, in the order of [`read`].

use std::ops::Range;

use crate::annotation::{AnnotatedDocument, WordForms};
use crate::lexicon::{CueCategory, CueEntry, CueTrait, Frame, SpeechAct, WordClasses, WordList};
use crate::text::{Parts, Polarity};

/// How much of a cue is looked at, in tokens.
const LONGEST: usize = 16;

/// How far before a cue what governs it stands, in tokens: "has YET TO publicly say".
const BEFORE: usize = 3;

/// Whether it is said that the source did not do it, and whether it is left open that it did.
///
/// It is negated, in this order, where
/// 1. the source is nobody: "NO OFFICIAL has confirmed it";
/// 2. the cue tells of silence: "MADE NO MENTION OF it";
/// 3. the cue is a refusal, which denies its content, unless it is denied itself: "REFUSED to leave", but not "did not
///    refuse to leave". A refusal to comment is an act of its own, and as it stands;
/// 4. a negation stands in the cue or in its verb group: "did NOT say";
/// 5. what governs the cue leaves it undone: "FAILED to mention", "WITHOUT saying", "stopped SHORT OF saying".
pub(crate) fn read(annotated: &AnnotatedDocument<'_>, parts: &Parts, entry: Option<&CueEntry>) -> Polarity {
    let Some(cue) = &parts.cue else { return Polarity::default() };
    let its = Verb::new(annotated, parts, cue);
    let is_denied = || annotated.is_denied(&its) || annotated.is_left_undone(&its);
    let negated = match entry {
        _ if is_nobody(annotated, parts) => true,
        Some(entry) if is_silence(entry) => true,
        Some(entry) if is_refusal(entry) && !is_of_comment(annotated, &parts.contents) => {
            // "Has no plans to" holds its negation.
            entry.is(CueTrait::Negates) || !is_denied()
        }
        _ => is_denied(),
    };
    Polarity { negated, hedged: annotated.is_hedged(&its, parts, entry) }
}

/// "No official has confirmed", "Nobody said".
fn is_nobody(annotated: &AnnotatedDocument<'_>, parts: &Parts) -> bool {
    let nobody = ["no", "nobody", "none", "neither"];
    parts.source.as_ref().is_some_and(|source| annotated.is_one_of(source.start, &nobody))
}

/// Entries that tell of what isn't said: "make no mention of".
fn is_silence(entry: &CueEntry) -> bool {
    entry.is(CueTrait::Silent)
}

/// "Decline to" commits; "decline comment", an entry of its own, doesn't. "Have no desire to" wants not to.
fn is_refusal(entry: &CueEntry) -> bool {
    entry.is(CueTrait::Refuses)
}

/// "(Declined) TO COMMENT on the case".
fn is_of_comment(annotated: &AnnotatedDocument<'_>, contents: &[Range<usize>]) -> bool {
    let mut opening = contents.iter().take(1).flat_map(|content| content.clone().take(3));
    opening.any(|token| annotated.is_in(token, WordList::CommentVerb))
}

/// Whether an attribution is a refusal to comment: "declined to comment", "refused to say".
pub(crate) fn refuses_comment(
    annotated: &AnnotatedDocument<'_>,
    contents: &[Range<usize>],
    entry: &CueEntry,
) -> bool {
    is_refusal(entry) && is_of_comment(annotated, contents)
}

/// A cue with what governs it.
struct Verb<'a> {
    cue: &'a Range<usize>,
    /// Its verb group without the verb: from before the cue, where auxiliaries stand there, and to behind it, where it
    /// ends with one: "HAS | NOT issued charges".
    group: Range<usize>,
    /// Where the words that may govern it begin, at the cue or before it.
    governed_from: usize,
}

impl<'a> Verb<'a> {
    fn new(annotated: &AnnotatedDocument<'_>, parts: &Parts, cue: &'a Range<usize>) -> Self {
        // In its sentence, outside source and contents.
        let others = parts.contents.iter().chain(&parts.source).map(|part| part.end);
        let end = others.filter(|&end| end <= cue.start).max().unwrap_or(0);
        let floor = annotated.sentence(cue.start).start.max(end);
        let before = (floor..cue.start).rev().take(LONGEST);
        let start = before.take_while(|&token| annotated.is_in_verb_group(token)).last().unwrap_or(cue.start);
        let last = cue.end - 1;
        let behind = (last..annotated.len()).take(LONGEST);
        let end =
            behind.take_while(|&token| annotated.is_in_verb_group(token)).last().map_or(last, |it| it + 1);
        let group = start..end.min(cue.start + LONGEST);
        Self { cue, group, governed_from: floor.max(cue.start.saturating_sub(BEFORE)) }
    }

    /// The tokens of the cue that are looked at.
    fn end(&self) -> usize {
        self.cue.end.min(self.cue.start + LONGEST)
    }
}

impl AnnotatedDocument<'_> {
    /// "Did NOT say", "has NEVER said".
    fn is_denied(&self, verb: &Verb<'_>) -> bool {
        let last = verb.cue.end - 1;
        verb.group.clone().any(|token| token != last && self.is_denial(token))
    }

    /// "Has YET TO say", "WITHOUT saying", "stopped SHORT OF saying".
    fn is_left_undone(&self, verb: &Verb<'_>) -> bool {
        let last = verb.cue.end - 1;
        (verb.governed_from..verb.end().min(last)).any(|token| {
            self.is_in(token, WordList::Undone) && self.is(token + 1, WordClasses::TO)
                || self.is_in(token, WordList::Avoided) && self.governs_gerund(token + 1, verb.cue)
                || self.is_word(token, "short") && self.is_word(token + 1, "of")
        })
    }

    /// "Not", "never", but not that of "not only".
    fn is_denial(&self, token: usize) -> bool {
        self.is(token, WordClasses::NEGATION) && !self.is_in(token + 1, WordList::NoDenial)
    }

    /// After "without" a gerund stands, perhaps behind adverbs.
    fn governs_gerund(&self, after: usize, cue: &Range<usize>) -> bool {
        let is_passed = |token: usize| self.is_adverb(token) || self.is_one_of(token, &["from", "ever"]);
        let verb = (after..cue.end).find(|&token| !is_passed(token));
        verb.is_some_and(|verb| self.has(verb, WordForms::ING))
    }

    /// Whether it is left open that it was said: "reportedly said", "Allegedly, the sister pleaded", "is believed to
    /// bring luck", "seemed to suggest".
    fn is_hedged(&self, verb: &Verb<'_>, parts: &Parts, entry: Option<&CueEntry>) -> bool {
        let (cue, end) = (verb.cue, verb.end());
        let opening = self.sentence(cue.start).start;
        let from = verb.group.start.min(verb.governed_from.max(cue.start.saturating_sub(1)));
        let until = end.max(verb.group.end);
        let is_open = |token: usize| {
            self.is(token, WordClasses::HEDGE)
                || self.is_in(token, WordList::Maybe)
                || self.is_uncertain_modal(token)
        };
        // "The dam has REPORTEDLY failed": the cue is nothing else.
        let is_adverb = entry.is_some_and(|entry| {
            entry.category == CueCategory::Adverb && entry.reliability(Frame::Adverb).is_some()
        });
        is_adverb
            || (from..until).any(is_open)
            || self.is(cue.end, WordClasses::HEDGE)
            || self.is(opening, WordClasses::HEDGE)
            || self.seems(verb)
            || self.is_rumor(cue, parts, entry)
    }

    /// "SEEMED TO suggest", "IS SAID TO have called": not where the verb itself is the cue.
    fn seems(&self, verb: &Verb<'_>) -> bool {
        let cue = verb.cue;
        (verb.governed_from..verb.end()).any(|token| {
            let rumor = self.is_in(token, WordList::RumorParticiple)
                && self.is(token.wrapping_sub(1), WordClasses::BE);
            (rumor || self.is_in(token, WordList::SeemingVerb))
                && self.is(token + 1, WordClasses::TO)
                && token + 2 < cue.end
                && !(self.is_one_of(token + 2, &["be", "either"]) && token + 3 == cue.end)
        })
    }

    /// "The river IS BELIEVED to be poisoned": a belief of nobody, in headlines without "is".
    fn is_rumor(&self, cue: &Range<usize>, parts: &Parts, entry: Option<&CueEntry>) -> bool {
        let takes = |entry: &CueEntry, frame| entry.reliability(frame).is_some();
        let is_belief = entry.is_some_and(|entry| {
            entry.act == SpeechAct::Belief && takes(entry, Frame::PassiveTo) && !takes(entry, Frame::To)
        });
        let of_nobody = parts.source.is_none() && self.is(cue.start, WordClasses::BE);
        (is_belief || of_nobody && self.is_in(cue.end - 1, WordList::RumorParticiple))
            && parts.contents.iter().any(|content| self.is_word(content.start, "to"))
    }

    /// "May", "might"; "could have said", but not "could see".
    fn is_uncertain_modal(&self, token: usize) -> bool {
        self.is(token, WordClasses::UNCERTAIN_MODAL)
            && !self.is_capitalized(token)
            && (!self.is_word(token, "could") || self.is(token + 1, WordClasses::HAVE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotation::annotated;
    use crate::lexicon::Lexicon;
    use crate::segmentation::segment;

    /// Whether it is negated and hedged, in a text whose cue and content are these words and stand once in it.
    fn read(text: &str, cue: &str, content: &str) -> Polarity {
        let document = segment(text);
        let annotated = annotated(text);
        let tokens = |words: &str| {
            let start = text.find(words).expect("the words stand in the text");
            let first = document.tokens.partition_point(|token| token.span.start < start);
            first..document.tokens.partition_point(|token| token.span.end <= start + words.len())
        };
        let parts = Parts { source: None, cue: Some(tokens(cue)), contents: vec![tokens(content)] };
        super::read(&annotated, &parts, None)
    }

    #[test]
    fn negations_stand_in_the_cue_or_govern_it() {
        for (text, cue, content, negated) in [
            ("The mayor did not say when.", "did not say", "when", true),
            ("The mayor has yet to say when.", "say", "when", true),
            ("The mayor failed to publicly mention it.", "mention", "it", true),
            ("The mayor left without saying why.", "saying", "why", true),
            ("The mayor stopped short of calling it murder.", "calling", "it murder", true),
            ("The mayor not only said so.", "not only said", "so", false),
            ("The mayor said no.", "said", "no", false),
            ("The mayor, who has not slept, said so.", "said", "so", false),
        ] {
            assert_eq!(read(text, cue, content).negated, negated, "{text}");
        }
    }

    #[test]
    fn rumours_are_hedged() {
        for (text, cue, content, hedged) in [
            ("Allegedly, his sister pleaded with him to go.", "pleaded", "to go", true),
            ("The shape is believed to bring good luck.", "is believed", "to bring good luck", true),
            ("The mayor reportedly said it was over.", "reportedly said", "it was over", true),
            ("It is believed that it brings luck.", "is believed", "that it brings luck", false),
            ("The mayor seemed to suggest that it was over.", "suggest", "that it was over", true),
            (
                "The mayor is said to have called it a scandal.",
                "is said to have called",
                "it a scandal",
                true,
            ),
            ("The mayor could see that it was over.", "could see", "that it was over", false),
            ("The mayor could have said that it was over.", "could have said", "that it was over", true),
            ("The dam appears to hold.", "appears", "to hold", false),
        ] {
            assert_eq!(read(text, cue, content).hedged, hedged, "{text}");
        }
    }

    #[test]
    fn nobody_comes_before_silence_silence_before_refusals_and_these_before_words() {
        let lexicon = Lexicon::embedded();
        for (text, [source, cue, content], lemma, negated) in [
            ("No official refused to leave.", ["No official", "refused", "to leave"], "refuse", true),
            ("Ruiz made no mention of it.", ["Ruiz", "made no mention of", "it"], "make no mention of", true),
            ("Ruiz refused to leave.", ["Ruiz", "refused", "to leave"], "refuse", true),
            ("Ruiz did not refuse to leave.", ["Ruiz", "did not refuse", "to leave"], "refuse", false),
            ("Ruiz has no plans to leave.", ["Ruiz", "has no plans", "to leave"], "have no plans", true),
            ("Ruiz refused to comment on it.", ["Ruiz", "refused", "to comment on it"], "refuse", false),
            ("Ruiz has not publicly said so.", ["Ruiz", "said", "so"], "say", true),
            ("Ruiz said so.", ["Ruiz", "said", "so"], "say", false),
        ] {
            let document = segment(text);
            let annotated = annotated(text);
            let tokens = |words: &str| {
                let start = text.find(words).expect("the words stand in the text");
                let first = document.tokens.partition_point(|token| token.span.start < start);
                first..document.tokens.partition_point(|token| token.span.end <= start + words.len())
            };
            let parts = Parts {
                source: Some(tokens(source)),
                cue: Some(tokens(cue)),
                contents: vec![tokens(content)],
            };
            let mut entries = lexicon.entries().iter().filter(|entry| entry.lemma == lemma);
            let entry = entries.clone().find(|entry| is_refusal(entry)).or_else(|| entries.next());
            assert!(entry.is_some(), "{lemma} has an entry");
            assert_eq!(super::read(&annotated, &parts, entry).negated, negated, "{text}");
        }
    }

    #[test]
    fn every_refusal_is_of_something_to_be_done() {
        let lexicon = Lexicon::embedded();
        let refusals: Vec<&CueEntry> = lexicon.entries().iter().filter(|entry| is_refusal(entry)).collect();
        assert!(refusals.len() > 10, "only {} entries refuse", refusals.len());
        for entry in refusals {
            let is_kept = matches!(entry.act, SpeechAct::Commitment | SpeechAct::Desire);
            // "Declined any contact" is a commitment, though the entry's act is to say nothing.
            assert!(is_kept || entry.lemma == "decline", "{} is no commitment and no desire", entry.lemma);
        }
    }
}
