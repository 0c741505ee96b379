//! A page of hand-made verifications: in, its Markdown; out, its cases. `tests/verification/README.md` tells the
//! notation.

use ascribe_engine::SpeakerVerdict;

/// A text, and quotations with what is right to say of them.
#[derive(Debug, Default)]
pub(crate) struct Case {
    /// "page.md: Heading".
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) lines: Vec<Line>,
}

/// A quotation with what is right to say of it.
#[derive(Debug)]
pub(crate) struct Line {
    /// The line of the page, from 1 on.
    pub(crate) number: usize,
    pub(crate) verdict: String,
    pub(crate) quotation: String,
    /// Who is said to have said it; empty for anybody.
    pub(crate) asked: String,
    /// What became of them; none where it isn't compared.
    pub(crate) became: Option<SpeakerVerdict>,
    /// The speaker's name; empty for nobody; none where it isn't compared.
    pub(crate) speaker: Option<String>,
    /// The passage, its pieces joined by " // ".
    pub(crate) passage: Option<String>,
    /// The differences, as "added X", "left out X", "X for Y".
    pub(crate) differences: Option<Vec<String>>,
}

/// The cases of a page.
pub(crate) fn cases(page: &str, markdown: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut in_text = false;
    for (number, line) in (1..).zip(markdown.lines()) {
        if let Some(heading) = line.strip_prefix("## ").filter(|_| !in_text) {
            cases.push(Case { name: format!("{page}: {heading}"), ..Case::default() });
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        if line.starts_with("```") {
            in_text = !in_text;
        } else if in_text {
            case.text += if case.text.is_empty() { "" } else { "\n" };
            case.text += &escaped(line);
        } else if let Some(item) = line.strip_prefix("- ") {
            case.lines.push(read(item, number, page));
        }
    }
    cases
}

/// What can't be seen on a page is written as "\u{ad}".
fn escaped(line: &str) -> String {
    let mut parts = line.split("\\u{");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_once('}').expect("an escape ends with }");
        let code = u32::from_str_radix(digits, 16).expect("an escape is hexadecimal");
        text.push(char::from_u32(code).expect("an escape is a character"));
        text.push_str(rest);
    }
    text
}

fn read(item: &str, number: usize, page: &str) -> Line {
    let mut parts = item.split(" | ");
    let (Some(verdict), Some(quotation)) = (parts.next(), parts.next()) else {
        panic!("{page}:{number}: a line is a verdict and a quotation")
    };
    let mut line = Line {
        number,
        verdict: verdict.to_owned(),
        quotation: escaped(quotation),
        asked: String::new(),
        became: None,
        speaker: None,
        passage: None,
        differences: None,
    };
    for attribute in parts {
        let (kind, value) = attribute.split_once(": ").unwrap_or((attribute, ""));
        match kind {
            "by" | "not by" | "unknown" | "nobody" => {
                value.clone_into(&mut line.asked);
                line.became = Some(match kind {
                    "by" => SpeakerVerdict::Same,
                    "not by" => SpeakerVerdict::Other,
                    "unknown" => SpeakerVerdict::Unknown,
                    _ => SpeakerVerdict::Nobody,
                });
            }
            "of" => line.speaker = Some(value.to_owned()),
            "of nobody" => line.speaker = Some(String::new()),
            "at" => line.passage = Some(escaped(value)),
            "differs" => line.differences = Some(value.split("; ").map(escaped).collect()),
            _ => panic!("{page}:{number}: {attribute:?} is no attribute"),
        }
    }
    line
}
