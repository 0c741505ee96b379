//! Who is called something by others is no source: "Oz has been called a charlatan BY FELLOW PHYSICIANS".
//!
//! In: a reading of the network. Out: the same, with the agent of its passive as its source, and who is judged as a part of
//! its content. The network reads it so by itself where the agent stands right behind the verb; farther off it takes the
//! agent for content, or the subject for the source.

use std::ops::Range;

use crate::annotation::verb_groups::Voice;
use crate::annotation::{AnnotatedDocument, WordForms};
use crate::cues::{CueCandidate, CueFinder};
use crate::lexicon::{Frame, Inflection, SpeechAct, WordClasses};
use crate::tagging::network::Reading;
use crate::text::TokenKind;

/// How far behind its verb an agent is looked for, in tokens: invariant 8.
const LONGEST: usize = 16;

/// What opens a clause of its own, whose agent is another one's.
const OPENING: WordClasses = WordClasses::RELATIVE.or(WordClasses::THAT).or(WordClasses::SUBORDINATOR);

impl AnnotatedDocument<'_> {
    /// A reading whose source is who judges, not who is judged.
    pub(super) fn with_agent(
        &self,
        mut reading: Reading,
        candidates: &[CueCandidate],
        finder: &CueFinder,
    ) -> Reading {
        let Some((by, agent)) = self.agent_of_judgement(&reading.cue, candidates, finder) else {
            return reading;
        };
        let cue = reading.cue.clone();
        let (agent, subject) = match reading.source.clone() {
            None => (agent, None),
            Some(source) if source.end <= cue.start => (agent, Some(source)),
            Some(source) if source.start == agent.start => (source, None),
            Some(_) => return reading,
        };
        // What is said of the subject stands before the agent, or behind: "by an aide OF TAKING BRIBES".
        let goes_on = self.is(agent.end, WordClasses::PREPOSITION) && !self.opens_time(agent.end);
        let around = |piece: &Range<usize>| {
            let rest = if goes_on { piece.start.max(agent.end)..piece.end } else { 0..0 };
            [piece.start..piece.end.min(by), rest]
        };
        let (before, behind): (Vec<_>, Vec<_>) = reading.contents.iter().partition(|it| it.end <= cue.start);
        let subject =
            subject.filter(|it| !before.iter().any(|piece| piece.start < it.end && it.start < piece.end));
        let mut contents: Vec<Range<usize>> = before.into_iter().cloned().chain(subject).collect();
        contents.sort_by_key(|piece| piece.start);
        contents.extend(behind.into_iter().flat_map(around).filter(|piece| !piece.is_empty()));
        if !contents.is_empty() {
            (reading.source, reading.contents) = (Some(agent), contents);
        }
        reading
    }

    /// The "by" behind a passive that judges its subject, and whom it names.
    fn agent_of_judgement(
        &self,
        cue: &Range<usize>,
        candidates: &[CueCandidate],
        finder: &CueFinder,
    ) -> Option<(usize, Range<usize>)> {
        let end = candidates.partition_point(|candidate| candidate.tokens.start < cue.end);
        let verb = candidates[..end].last().filter(|candidate| candidate.tokens.start >= cue.start)?;
        let judges = finder.readings(verb).any(|reading| {
            let frames = [Frame::Object, Frame::As].map(|frame| reading.entry.reliability(frame));
            reading.inflection == Inflection::PastParticiple
                && reading.entry.act == SpeechAct::Evaluation
                && frames.iter().any(Option::is_some)
        });
        let floor = self.sentence(cue.start).start;
        let group = self.verb_group(verb.tokens.start, verb.tokens.end, Inflection::PastParticiple, floor)?;
        if !judges || group.voice != Voice::Passive {
            return None;
        }
        let ceiling = self.sentence(cue.start).end;
        let by = (cue.end..ceiling.min(cue.end + LONGEST))
            .take_while(|&token| !self.is(token, OPENING) && !self.is_kind(token, TokenKind::Semicolon))
            .find(|&token| self.is_word(token, "by"))?;
        let agent = self.noun_phrase_after(by + 1, ceiling)?;
        // "By saying so", "by Tuesday", "by 2030".
        let is_somebody = !self.has(agent.start, WordForms::ING)
            && !self.opens_time(agent.start)
            && !agent.clone().any(|token| {
                self.is(token, WordClasses::TIME.or(WordClasses::MONTH))
                    || self.is_kind(token, TokenKind::Number)
            });
        is_somebody.then_some((by, agent))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotation::annotated_with_cues;
    use crate::lexicon::Lexicon;

    /// A reading of `text` by the words of its parts, as it is corrected: source, cue and contents.
    fn corrected(text: &str, source: Option<&str>, cue: &str, contents: &[&str]) -> Vec<String> {
        let annotated = annotated_with_cues(text);
        let finder = CueFinder::new(Lexicon::embedded());
        let candidates = finder.find(&annotated.document);
        let tokens = |words: &str| {
            let start = text.find(words).expect("the words stand in the text");
            let tokens = &annotated.document.tokens;
            let first = tokens.partition_point(|token| token.span.start < start);
            first..tokens.partition_point(|token| token.span.end <= start + words.len())
        };
        let reading = Reading {
            cue: tokens(cue),
            source: source.map(tokens),
            contents: contents.iter().map(|&content| tokens(content)).collect(),
            cue_confidence: 1.0,
            source_confidence: 1.0,
            content_confidence: 1.0,
            confidence: 1.0,
        };
        let reading = annotated.with_agent(reading, &candidates, &finder);
        let words = |tokens: &Range<usize>| annotated.document.span_of(tokens).slice(text).to_owned();
        let source = reading.source.as_ref().map_or_else(String::new, words);
        [source, words(&reading.cue)].into_iter().chain(reading.contents.iter().map(words)).collect()
    }

    #[test]
    fn who_is_called_something_is_no_source() {
        assert_eq!(
            corrected(
                "Mehmet Oz \u{2014} surgeon and TV star \u{2014} has been called a charlatan by fellow physicians for \
                 promoting cures.",
                Some("Mehmet Oz \u{2014} surgeon and TV star \u{2014}"),
                "has been called",
                &["a charlatan by fellow physicians for promoting cures"],
            ),
            [
                "fellow physicians",
                "has been called",
                "Mehmet Oz \u{2014} surgeon and TV star \u{2014}",
                "a charlatan",
                "for promoting cures"
            ]
        );
        assert_eq!(
            corrected(
                "The senator has been called “a disgrace to the office” by the mayor of Split.",
                Some("The senator"),
                "has been called",
                &["“a disgrace to the office” by"],
            ),
            ["the mayor of Split", "has been called", "The senator", "“a disgrace to the office”"]
        );
        assert_eq!(
            corrected(
                "The minister was labelled a dangerous liar by union leaders on Monday.",
                Some("union leaders"),
                "was labelled",
                &["The minister", "a dangerous liar by"],
            ),
            ["union leaders", "was labelled", "The minister", "a dangerous liar"]
        );
        assert_eq!(
            corrected(
                "Ana Ruiz was described as a careful judge by several lawyers.",
                None,
                "was described as",
                &["Ana Ruiz", "a careful judge by several lawyers"],
            ),
            ["several lawyers", "was described as", "Ana Ruiz", "a careful judge"]
        );
        assert_eq!(
            corrected(
                "Joe Palmer was branded a coward by veterans.",
                Some("Joe Palmer"),
                "was branded",
                &["a coward by veterans"],
            ),
            ["veterans", "was branded", "Joe Palmer", "a coward"]
        );
    }

    #[test]
    fn no_agent_is_taken_from_elsewhere() {
        for (text, source, cue, content) in [
            // A time, no agent.
            ("The dam was called unsafe by Tuesday.", None, "was called", "unsafe by Tuesday"),
            // The agent of another clause.
            (
                "The mayor was called a fool who was led by others.",
                None,
                "was called",
                "a fool who was led by others",
            ),
            // The subject of the active judges.
            (
                "Ruiz called the plan a mistake by the mayor.",
                Some("Ruiz"),
                "called",
                "the plan a mistake by the mayor",
            ),
            // Who is told something by others judges nobody.
            ("Ruiz was told by aides that it leaks.", None, "was told", "that it leaks"),
            // Nobody is named.
            ("Ruiz has been called a liar.", None, "has been called", "a liar"),
        ] {
            let expected = [source.unwrap_or_default(), cue, content];
            assert_eq!(corrected(text, source, cue, &[content]), expected, "{text}");
        }
    }
}
