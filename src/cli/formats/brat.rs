//! One document's claims -> standoff annotation, the `.ann` file of the brat tool.
//!
//! Each part of a claim is a text-bound annotation (`T`), tied to the content by a relation (`R`) of the
//! part's name; what is known of the claim are attributes (`A`) of the content, and a resolved name is a note
//! (`#`) on the source. Offsets are code points, as brat wants them.

use std::collections::HashMap;
use std::fmt::Write;

use super::super::names::short_name;
use super::passages::{Passages, index};
use super::values::{FLAGS, ROLES, VALUES};
use crate::wire::v1;

/// The file `annotation.conf`, without which brat shows none of these annotations.
pub(in super::super) fn configuration() -> String {
    let mut file = "# What `ascribe extract --format brat` writes.\n\n[entities]\n".to_owned();
    let mut line = |line: &str| file.extend([line, "\n"]);
    for role in ROLES {
        line(role);
    }
    line("\n[relations]");
    for role in &ROLES[1..] {
        line(&format!("{role}\tArg1:Content, Arg2:{role}"));
    }
    line("NestedIn\tArg1:Content, Arg2:Content");
    line("<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>");
    line("\n[events]\n\n[attributes]");
    for (name, values) in VALUES {
        line(&format!("{name}\tArg:Content, Value:{}", values().join("|")));
    }
    for flag in FLAGS {
        line(&format!("{flag}\tArg:Content"));
    }
    file
}

/// The file `visual.conf`: short names and colors.
pub(in super::super) const VISUAL: &str = "\
# How brat draws what `ascribe extract --format brat` writes.

[labels]
Content | Content | Said
Source | Source | Who
Cue | Cue
Addressee | Addressee | To
Medium | Medium | In
Time | Time | When
NestedIn | NestedIn | In

[drawing]
SPAN_DEFAULT	fgColor:black, bgColor:lightgray, borderColor:darken
ARC_DEFAULT	color:black, dashArray:-, arrowHead:triangle-5
Content	bgColor:#cfe8ff
Source	bgColor:#ffe2b8
Cue	bgColor:#e2d4f5
Addressee	bgColor:#d6f0d0
Medium	bgColor:#d6f0d0
Time	bgColor:#f5f0c4
NestedIn	color:#777777, dashArray:3-3
ATTRIBUTE_DEFAULT	glyph:*
";

/// The line that stands before each document where several are written.
pub(in super::super) fn heading(document_id: &str) -> String {
    format!("# document {}\n", one_line(document_id))
}

/// The annotations of a message whose offsets are code points of `text`.
pub(in super::super) fn annotations(text: &str, message: &v1::DocumentClaims) -> String {
    let mut file = AnnFile {
        passages: Passages::of(text),
        text: String::new(),
        parts: 0,
        relations: 0,
        attributes: 0,
        notes: 0,
    };
    let contents: Vec<usize> = message.claims.iter().map(|claim| file.claim(claim)).collect();
    let content_of: HashMap<&str, usize> =
        message.claims.iter().map(|claim| claim.claim_id.as_str()).zip(contents.iter().copied()).collect();
    for (claim, &content) in message.claims.iter().zip(&contents) {
        if let Some(&parent) = content_of.get(claim.parent_claim_id.as_str()) {
            file.relation("NestedIn", content, parent);
        }
    }
    file.text
}

/// The lines so far and how many there are of each sort.
struct AnnFile<'a> {
    passages: Passages<'a>,
    text: String,
    parts: usize,
    relations: usize,
    attributes: usize,
    notes: usize,
}

impl AnnFile<'_> {
    /// Writes a claim; returns the number of its content.
    fn claim(&mut self, claim: &v1::Claim) -> usize {
        let content = claim.content.clone().unwrap_or_default();
        let content = self.part("Content", &content.spans);
        if let Some(source) = &claim.source {
            let part = self.part("Source", &source.spans);
            self.relation("Source", content, part);
            if !source.resolved_name.is_empty() && source.resolved_name != source.text {
                self.note(part, &source.resolved_name);
            }
        }
        if let Some(cue) = &claim.cue {
            let part = self.part("Cue", &cue.spans);
            self.relation("Cue", content, part);
        }
        let time = claim.time.as_ref().and_then(|time| time.span);
        let addressee = claim.addressee.as_ref().and_then(|part| part.span);
        let medium = claim.medium.as_ref().and_then(|part| part.span);
        for (role, span) in [("Addressee", addressee), ("Medium", medium), ("Time", time)] {
            if let Some(span) = span {
                let part = self.part(role, &[span]);
                self.relation(role, content, part);
            }
        }
        self.attributes(claim, content);
        content
    }

    fn attributes(&mut self, claim: &v1::Claim, content: usize) {
        let kind = short_name(claim.kind().as_str_name(), "QUOTATION_KIND_");
        let attribution_type = short_name(claim.r#type().as_str_name(), "ATTRIBUTION_TYPE_");
        let act = short_name(claim.act().as_str_name(), "SPEECH_ACT_");
        for (name, value) in [("Kind", kind), ("Type", attribution_type), ("Act", act)] {
            self.attribute(&format!("{name} T{content} {value}"));
        }
        for (name, set) in [("Negated", claim.negated), ("Hedged", claim.hedged)] {
            if set {
                self.attribute(&format!("{name} T{content}"));
            }
        }
    }

    /// Writes passages as one annotation. Each line that they stand on is a fragment of its own, since brat wants the words
    /// as they are, but without what ends lines.
    fn part(&mut self, role: &str, spans: &[v1::Span]) -> usize {
        self.parts += 1;
        let (mut places, mut words) = (Vec::new(), Vec::new());
        for span in spans {
            let mut start = index(span.start);
            for line in self.passages.between(start, index(span.end)).split(ends_line) {
                let end = start + line.chars().count();
                if start < end {
                    places.push(format!("{start} {end}"));
                    words.push(line);
                }
                // What ends a line is one character.
                start = end + 1;
            }
        }
        let (places, words) = (places.join(";"), words.join(" "));
        self.line(&format!("T{}\t{role} {places}\t{words}", self.parts));
        self.parts
    }

    fn relation(&mut self, name: &str, from: usize, to: usize) {
        self.relations += 1;
        self.line(&format!("R{}\t{name} Arg1:T{from} Arg2:T{to}", self.relations));
    }

    fn attribute(&mut self, rest: &str) {
        self.attributes += 1;
        self.line(&format!("A{}\t{rest}", self.attributes));
    }

    fn note(&mut self, part: usize, text: &str) {
        self.notes += 1;
        self.line(&format!("#{}\tAnnotatorNotes T{part}\t{}", self.notes, one_line(text)));
    }

    fn line(&mut self, line: &str) {
        writeln!(self.text, "{line}").expect("writing to a string never fails");
    }
}

/// A text on one line.
fn one_line(text: &str) -> String {
    text.replace(ends_line, " ")
}

/// Whether a file of lines can't hold it: also what only Python takes for the end of a line, as brat's reader does.
fn ends_line(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_parts_relations_and_attributes() {
        let span = |start, end| v1::Span { start, end };
        let claim = v1::Claim {
            claim_id: "c0".to_owned(),
            kind: v1::QuotationKind::Direct.into(),
            r#type: v1::AttributionType::Communication.into(),
            act: v1::SpeechAct::NoComment.into(),
            negated: true,
            source: Some(v1::Source {
                spans: vec![span(8, 10)],
                text: "he".to_owned(),
                resolved_name: "Bo Ek".to_owned(),
                ..v1::Source::default()
            }),
            content: Some(v1::Content {
                spans: vec![span(0, 7), span(11, 15)],
                text: "“Yes,\n” “ma”".to_owned(),
            }),
            ..v1::Claim::default()
        };
        let nested =
            v1::Claim { claim_id: "c1".to_owned(), parent_claim_id: "c0".to_owned(), ..claim.clone() };
        let nested = v1::Claim { source: None, negated: false, ..nested };
        let message = v1::DocumentClaims { claims: vec![claim, nested], ..v1::DocumentClaims::default() };
        let expected = "T1\tContent 0 5;6 7;11 15\t“Yes, ” “ma”\n\
            T2\tSource 8 10\the\n\
            R1\tSource Arg1:T1 Arg2:T2\n\
            #1\tAnnotatorNotes T2\tBo Ek\n\
            A1\tKind T1 direct\n\
            A2\tType T1 communication\n\
            A3\tAct T1 no-comment\n\
            A4\tNegated T1\n\
            T3\tContent 0 5;6 7;11 15\t“Yes, ” “ma”\n\
            A5\tKind T3 direct\n\
            A6\tType T3 communication\n\
            A7\tAct T3 no-comment\n\
            R2\tNestedIn Arg1:T3 Arg2:T1\n";
        assert_eq!(annotations("“Yes,\n” he “ma”", &message), expected);
    }
}
