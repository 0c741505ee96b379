//! One page of the suite: in, its Markdown; out, its cases, and what can't be read, with line numbers.

use crate::known::Known;
use crate::notation::Expected;

/// A page: one phenomenon.
#[derive(Debug)]
pub(crate) struct Page {
    /// The file's name.
    pub(crate) name: String,
    pub(crate) cases: Vec<Case>,
    /// What can't be read, as "page.md:12: why".
    pub(crate) faults: Vec<String>,
}

/// A short text and all claims in it; in `record/`, those that the case is about.
#[derive(Debug, Default)]
pub(crate) struct Case {
    pub(crate) heading: String,
    /// The line of the heading, from 1 on.
    pub(crate) line: usize,
    pub(crate) known: Known,
    pub(crate) text: String,
    pub(crate) expected: Vec<Expected>,
    /// The case is known to fail, and why.
    pub(crate) not_yet: Option<String>,
}

/// A case whose lines are not yet understood.
#[derive(Default)]
struct Draft<'page> {
    heading: &'page str,
    line: usize,
    has_reason: bool,
    known: Known,
    text: Option<String>,
    /// The list items, each with its line.
    items: Vec<(usize, String)>,
    says_none: bool,
    not_yet: Option<String>,
}

impl Page {
    /// Reads all that can be read.
    pub(crate) fn read(name: &str, markdown: &str) -> Self {
        let mut page = Self { name: name.to_owned(), cases: Vec::new(), faults: Vec::new() };
        if !markdown.starts_with("# ") {
            page.fault(1, "a page begins with \"# \" and its title");
        }
        let mut draft: Option<Draft> = None;
        let mut in_text = false;
        for (line, content) in (1..).zip(markdown.lines()) {
            let heading = content.strip_prefix("## ").filter(|_| !in_text);
            if let Some(heading) = heading {
                page.finish(draft.take());
                draft = Some(Draft { heading, line, ..Draft::default() });
            } else if let Some(draft) = &mut draft {
                if let Err(why) = draft.read_line(line, content, &mut in_text) {
                    page.fault(line, &why);
                }
            } else if content.starts_with("```") || content.starts_with("- ") {
                page.fault(line, "it belongs to no case: a case begins with \"## \" and its heading");
            }
        }
        if in_text {
            page.fault(markdown.lines().count(), "the text is not closed by ```");
        }
        page.finish(draft);
        page
    }

    fn fault(&mut self, line: usize, why: &str) {
        self.faults.push(format!("{}:{line}: {why}", self.name));
    }

    fn finish(&mut self, draft: Option<Draft>) {
        let Some(draft) = draft else { return };
        if self.cases.iter().any(|case| case.heading == draft.heading) {
            self.fault(draft.line, "another case of this page has the same heading");
        }
        if !draft.has_reason {
            self.fault(draft.line, "no sentence says why the case matters");
        }
        let Some(text) = draft.text else { return self.fault(draft.line, "the case has no ```text") };
        if draft.items.is_empty() != draft.says_none {
            self.fault(draft.line, "a case has either a list of claims or the line \"(none)\"");
        }
        let mut expected = Vec::new();
        for (line, item) in &draft.items {
            match Expected::read(item, &text) {
                Ok(claim) if claim.attributes.largest_number() > draft.items.len() => {
                    self.fault(*line, "the case has no claim of that number");
                }
                Ok(claim) => expected.push(claim),
                Err(why) => self.fault(*line, &why),
            }
        }
        let heading = draft.heading.to_owned();
        let Draft { line, known, not_yet, .. } = draft;
        self.cases.push(Case { heading, line, known, text, expected, not_yet });
    }
}

impl Draft<'_> {
    fn read_line(&mut self, line: usize, content: &str, in_text: &mut bool) -> Result<(), String> {
        if *in_text {
            let text = self.text.get_or_insert_default();
            if content == "```" {
                *in_text = false;
                text.truncate(text.trim_end_matches('\n').len());
            } else {
                text.push_str(content);
                text.push('\n');
            }
        } else if content.trim().is_empty() {
        } else if content == "```text" {
            if self.text.replace(String::new()).is_some() {
                return Err("a case has one text".to_owned());
            }
            *in_text = true;
        } else if self.text.is_none() {
            if content.starts_with("```") || content.starts_with("- ") {
                return Err("a case has its text first, between ```text and ```".to_owned());
            }
            self.has_reason |= !self.known.read_line(content)?;
        } else if let Some(item) = content.strip_prefix("- ") {
            self.items.push((line, item.trim().to_owned()));
        } else if content == "(none)" {
            self.says_none = true;
        } else if let Some(reason) = content.strip_prefix("not yet: ") {
            self.not_yet = Some(reason.to_owned());
        } else if let (true, Some((_, item))) = (content.starts_with("  "), self.items.last_mut()) {
            item.push(' ');
            item.push_str(content.trim());
        } else {
            return Err(format!("after the text come claims or \"(none)\", not {content:?}"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Page\n\nAbout.\n\n## One\nWhy.\n```text\nShe said it rained.\n\n## no heading\n```\n\
                        - **She** | said |\n  it rained | indirect\n\n## Two\nWhy.\n```text\nRain.\n```\n(none)\n\
                        not yet: rain\n";

    #[test]
    fn a_page_is_read() {
        let page = Page::read("page.md", PAGE);
        assert_eq!(page.faults, Vec::<String>::new());
        assert_eq!(page.cases[0].text, "She said it rained.\n\n## no heading");
        assert_eq!(page.cases[0].expected[0].written, "**She** | said | it rained | indirect");
        assert_eq!(page.cases[1].not_yet.as_deref(), Some("rain"));
        assert!(page.cases[1].expected.is_empty());
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_line() {
        let mutilations = [
            ("# Page", "Page", "page.md:1:"),
            ("About.", "- about", "page.md:3:"),
            ("Why.\n```text\nShe", "```text\nShe", "page.md:5:"),
            ("She said", "She sang", "page.md:12:"),
            ("(none)", "None.", "page.md:20:"),
            ("(none)\n", "", "page.md:15:"),
            ("## Two", "## One", "page.md:15:"),
            ("Rain.\n```", "Rain.", "page.md:20:"),
            ("| indirect", "| indirect in 2", "page.md:12:"),
        ];
        for (from, to, place) in mutilations {
            let faults = Page::read("page.md", &PAGE.replacen(from, to, 1)).faults;
            assert!(faults.iter().any(|fault| fault.starts_with(place)), "{from:?} -> {to:?}: {faults:?}");
        }
    }
}
