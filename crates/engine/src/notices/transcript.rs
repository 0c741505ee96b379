//! Whether a text is a transcript: lines that begin with who speaks and a colon.

use rustc_hash::FxHashMap;

use super::notice::{Notice, NoticeReason, shown};
use crate::text::Span;

/// At least so many lines begin with a speaker.
const FEWEST_LINES: usize = 5;

/// At least so many speakers speak more than once.
const FEWEST_SPEAKERS: usize = 2;

/// At least so many in a hundred of the lines begin with a speaker.
const FEWEST_IN_HUNDRED: usize = 40;

/// At least so many words come after two of three colons.
const FEWEST_WORDS: usize = 4;

/// A speaker has at most so many bytes.
const LONGEST_SPEAKER: usize = 48;

/// A speaker has at most so many words.
const MOST_WORDS: usize = 5;

/// A notice where many lines of a text begin with who speaks.
pub(super) fn notice(text: &str) -> Option<Notice> {
    let mut lines = 0;
    let mut spoken: Vec<(&str, Span)> = Vec::new();
    let mut start = 0;
    let mut short = 0;
    for line in text.split_inclusive('\n') {
        let begins = start + line.len() - line.trim_start().len();
        start += line.len();
        let line = line.trim();
        lines += usize::from(!line.is_empty());
        if let Some(speaker) = speaker(line) {
            let said = &line[speaker.len() + 1..];
            short += usize::from(said.split_whitespace().take(FEWEST_WORDS).count() < FEWEST_WORDS);
            spoken.push((speaker, Span::new(begins, begins + speaker.len() + 1)));
        }
    }
    if spoken.len() < FEWEST_LINES
        || spoken.len() * 100 < lines * FEWEST_IN_HUNDRED
        || short * 3 > spoken.len()
    {
        return None;
    }
    let mut turns: FxHashMap<&str, usize> = FxHashMap::default();
    for (speaker, _) in &spoken {
        *turns.entry(speaker).or_default() += 1;
    }
    let speakers = turns.values().filter(|&&turns| turns > 1).count();
    let first =
        spoken.iter().find(|(speaker, _)| turns[speaker] > 1).filter(|_| speakers >= FEWEST_SPEAKERS)?.1;
    let message = format!(
        "the text looks like a transcript, {} of its {lines} lines begin as {} does: few claims are found in such; who \
         speaks is what stands before each colon",
        spoken.len(),
        shown(first.slice(text))
    );
    Some(Notice::new(NoticeReason::LooksLikeTranscript, message, Some(first)))
}

/// Who speaks on a line: a name, or "Q", before a colon.
fn speaker(line: &str) -> Option<&str> {
    let bytes = line.as_bytes();
    let end = bytes.iter().take(LONGEST_SPEAKER + 1).position(|&byte| byte == b':')?;
    let (speaker, said) = (line.get(..end)?, line.get(end + 1..)?);
    let is_name = |word: &str| {
        let first = word.trim_start_matches(['(', '[']).chars().next();
        first.is_some_and(char::is_uppercase)
    };
    let mut words = speaker.split(' ');
    let is_speaker = words.clone().count() <= MOST_WORDS && words.all(is_name);
    (is_speaker && said.starts_with(char::is_whitespace)).then_some(speaker)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_begin_with_speakers_are_a_transcript() {
        let text = "\n MR. TAPPER: Is the old dam safe, as the city says?\nRuiz: We looked at every stone of it.\n\
                    MR. TAPPER: And what did you find when you looked?\nRuiz: Nothing that would make me lose sleep.\n\n\
                    Joe Palmer (engineer): I would not say that it is safe.\n";
        let notice = notice(text).expect("it is one");
        assert_eq!(notice.span.map(|span| span.slice(text)), Some("MR. TAPPER:"));
        assert!(
            notice.message.contains("5 of its 5 lines begin as “MR. TAPPER:” does"),
            "{}",
            notice.message
        );
    }

    #[test]
    fn lists_and_articles_are_none() {
        for text in [
            "",
            ":",
            "When: Tuesday\nWhere: Split\nWhen: Friday\nWhere: Zagreb\nWhen: Sunday\nWhere: Rome",
            "Ruiz: “The dam leaks, and it has leaked for years.”\nIt was built in 1950.\nThe city knows.",
            "NEWS: a\nNEWS: b\nNEWS: c\nNEWS: d\nNEWS: e",
        ] {
            assert_eq!(notice(text), None, "{text}");
        }
    }
}
