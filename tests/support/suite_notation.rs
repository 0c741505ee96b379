//! The notation of one expected claim: in, a line of a page and the text of its case; out, its spans and the
//! attributes that it names.
//!
//! `**Mayor Ana Ruiz** | said | "The bridge is safe," | direct communication assertion`

use ascribe_engine::{AttributionType, QuotationKind, Span, SpeechAct, Stance};

use crate::record::Record;

/// A claim that a page expects.
#[derive(Debug)]
pub(crate) struct Expected {
    /// As the page has it.
    pub(crate) written: String,
    /// Empty where there is nobody.
    pub(crate) source: Vec<Span>,
    /// Empty where there is no cue.
    pub(crate) cue: Vec<Span>,
    /// At least one.
    pub(crate) content: Vec<Span>,
    /// What else is to be compared.
    pub(crate) attributes: Attributes,
}

/// The attributes that a line names; what it doesn't name is not compared.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Attributes {
    pub(crate) kind: Option<QuotationKind>,
    pub(crate) attribution_type: Option<AttributionType>,
    pub(crate) act: Option<SpeechAct>,
    pub(crate) stance: Option<Stance>,
    pub(crate) negated: Option<bool>,
    pub(crate) hedged: Option<bool>,
    /// The number of the claim that holds this one, from 1 on; 0 for "not nested".
    pub(crate) parent: Option<usize>,
    /// Who, to whom, through what, when.
    pub(crate) record: Record,
}

impl Expected {
    /// Reads a list item without its dash.
    pub(crate) fn read(written: &str, text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = written.split(" | ").map(str::trim).collect();
        let (source, cue, content, attributes) = match parts[..] {
            [source, cue, content] => (source, cue, content, ""),
            [source, cue, content, attributes] => (source, cue, content, attributes),
            _ => return Err(format!("expected source | cue | content | attributes, found {written:?}")),
        };
        let source = source.trim_start_matches("**").trim_end_matches("**");
        Ok(Self {
            written: written.to_owned(),
            source: if source == "(nobody)" { Vec::new() } else { spans(source, text)? },
            cue: if cue == "(no cue)" { Vec::new() } else { spans(cue, text)? },
            content: spans(content, text)?,
            attributes: Attributes::read(attributes, text)?,
        })
    }
}

impl Attributes {
    fn read(written: &str, text: &str) -> Result<Self, String> {
        let mut attributes = Self::default();
        let mut words = words(written).peekable();
        while let Some(word) = words.next() {
            match word {
                "in" => {
                    let number = words.next().and_then(|number| number.parse().ok());
                    attributes.parent = Some(number.ok_or("\"in\" wants the number of a claim")?);
                }
                "not" => match words.next() {
                    Some("negated") => attributes.negated = Some(false),
                    Some("hedged") => attributes.hedged = Some(false),
                    Some("nested") => attributes.parent = Some(0),
                    Some(name) if attributes.record.read_not(name, &mut words)? => {}
                    other => return Err(format!("\"not\" before {other:?} is unknown")),
                },
                "negated" => attributes.negated = Some(true),
                "hedged" => attributes.hedged = Some(true),
                name if attributes.record.read(name, &mut words, text)? => {}
                name => attributes.read_name(name)?,
            }
        }
        Ok(attributes)
    }

    fn read_name(&mut self, name: &str) -> Result<(), String> {
        if let Some(kind) = kind_from_name(name) {
            self.kind = Some(kind);
        } else if let Some(attribution_type) = AttributionType::from_name(name) {
            self.attribution_type = Some(attribution_type);
        } else if let Some(act) = SpeechAct::from_name(name) {
            self.act = Some(act);
        } else if let Some(stance) = Stance::from_name(name) {
            self.stance = Some(stance);
        } else {
            return Err(format!("no kind, type, act, stance or flag is called {name:?}"));
        }
        Ok(())
    }

    /// The largest number of a claim that they name, or 0.
    pub(crate) fn largest_number(&self) -> usize {
        self.record.largest_number().max(self.parent.unwrap_or(0))
    }
}

/// The words of `written`, cut at spaces and commas; what stands in backticks is one word, with them.
pub(crate) fn words(written: &str) -> impl Iterator<Item = &str> {
    let mut in_value = false;
    let cuts = move |letter: char| {
        in_value ^= letter == '`';
        !in_value && matches!(letter, ' ' | ',')
    };
    written.split(cuts).filter(|word| !word.is_empty())
}

/// The kind's name in the pages.
pub(crate) fn kind_name(kind: QuotationKind) -> &'static str {
    match kind {
        QuotationKind::Direct => "direct",
        QuotationKind::Indirect => "indirect",
        QuotationKind::Mixed => "mixed",
    }
}

fn kind_from_name(name: &str) -> Option<QuotationKind> {
    let kinds = [QuotationKind::Direct, QuotationKind::Indirect, QuotationKind::Mixed];
    kinds.into_iter().find(|&kind| kind_name(kind) == name)
}

/// The spans that stand behind `first // second`.
fn spans(written: &str, text: &str) -> Result<Vec<Span>, String> {
    written.split(" // ").map(|words| span(words.trim(), text)).collect()
}

/// The span of `words`, of `he#2` (the second "he"), or of `first words … last words`.
pub(crate) fn span(words: &str, text: &str) -> Result<Span, String> {
    match numbered(words, text) {
        Err(_) if words.contains(" … ") => {
            let (first, last) = words.split_once(" … ").expect("it was just seen");
            let start = numbered(first, text)?;
            let end = occurrences(last, text).into_iter().find(|span| span.start >= start.end);
            Ok(start.joined(end.ok_or_else(|| format!("{last:?} doesn't follow {first:?}"))?))
        }
        found => found,
    }
}

fn numbered(words: &str, text: &str) -> Result<Span, String> {
    let asked = words.rsplit_once('#').and_then(|(bare, number)| Some((bare, number.parse::<usize>().ok()?)));
    let (bare, number) = asked.map_or((words, None), |(bare, number)| (bare, Some(number)));
    let found = occurrences(bare, text);
    match (number, found.len()) {
        (_, 0) => Err(format!("{bare:?} is not in the text")),
        (None, 1) => Ok(found[0]),
        (None, count) => Err(format!("{bare:?} is {count} times in the text: say which, as in {bare}#1")),
        (Some(_), 1) => Err(format!("{bare:?} is only once in the text: it needs no number")),
        (Some(number), count) if (1..=count).contains(&number) => Ok(found[number - 1]),
        (Some(number), count) => Err(format!("{bare:?} is {count} times in the text, not {number}")),
    }
}

/// Where `words` stand in `text` as whole words.
pub(crate) fn occurrences(words: &str, text: &str) -> Vec<Span> {
    let cuts_a_word = |at: usize| {
        let letter = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
        letter(text[..at].chars().next_back()) && letter(text[at..].chars().next())
    };
    if words.is_empty() {
        return Vec::new();
    }
    text.match_indices(words)
        .map(|(start, _)| Span::new(start, start + words.len()))
        .filter(|span| !cuts_a_word(span.start) && !cuts_a_word(span.end))
        .collect()
}

/// The span without what `trims` at its edges. One that has nothing else (a colon as cue) stays as it is.
pub(crate) fn trimmed(span: Span, text: &str, trims: impl Fn(char) -> bool) -> Span {
    let words = span.slice(text);
    let rest = words.trim_matches(trims);
    let rest = if rest.is_empty() { words.trim() } else { rest };
    let start = span.start + (rest.as_ptr() as usize - words.as_ptr() as usize);
    Span::new(start, start + rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "He said \"the dam\" held, and then he said that he knew.";

    #[track_caller]
    fn check(written: &str, expected: &str) {
        assert_eq!(span(written, TEXT).map(|span| span.slice(TEXT)).unwrap(), expected);
    }

    #[test]
    fn words_stand_for_their_span() {
        check("\"the dam\"", "\"the dam\"");
        check("he#2", "he");
        check("said#1 … held", "said \"the dam\" held");
        assert_eq!(span("he#2", TEXT).unwrap().start, TEXT.find("he knew").unwrap());
    }

    #[test]
    fn words_that_leave_a_doubt_are_refused() {
        for written in ["said", "dams", "he#3", "dam#1", "the da", "knew … held", ""] {
            assert!(span(written, TEXT).is_err(), "{written}");
        }
    }

    fn read(written: &str) -> Result<Attributes, String> {
        Attributes::read(written, TEXT)
    }

    #[test]
    fn attributes_are_read_by_name() {
        let attributes = read("mixed evidence perception, not negated, hedged, in 2").unwrap();
        let expected = Attributes {
            kind: Some(QuotationKind::Mixed),
            attribution_type: Some(AttributionType::Evidence),
            act: Some(SpeechAct::Perception),
            stance: None,
            negated: Some(false),
            hedged: Some(true),
            parent: Some(2),
            record: Record::default(),
        };
        assert_eq!(attributes, expected);
        for written in ["direct speech", "not direct", "in"] {
            assert!(read(written).is_err(), "{written}");
        }
    }

    #[test]
    fn attributes_of_a_record_have_their_values_in_backticks() {
        let written = "speaker `Ana, the dam's` or `Ana` titled `a` person unnamed pronoun, to `the dam`, through `held`, \
                       when `then` dated `2022-05-10`, same as 2, not same as 3, indirect";
        let attributes = read(written).unwrap();
        assert_eq!(attributes.kind, Some(QuotationKind::Indirect));
        assert_eq!(attributes.largest_number(), 3);
        assert_ne!(attributes.record, Record::default());
        let absent = "not to, not through, not when, not dated, not titled";
        assert_ne!(read(absent).unwrap().record, Record::default());
        for written in [
            "speaker",
            "speaker Ana",
            "to `her`",
            "dated `May`",
            "titled `a` or",
            "same 2",
            "same as 0",
            "not named",
        ] {
            assert!(read(written).is_err(), "{written}");
        }
    }
}
