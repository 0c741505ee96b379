//! Is a case true? In: the case and the claims that were found. Out: a verdict, which displays both lists in
//! the notation of the pages.

use std::fmt;

use ascribe_engine::{Claim, Span};

use crate::notation::{Attributes, Expected, kind_name, occurrences, trimmed};
use crate::page::Case;
use crate::record;

/// What became of each expected and each found claim.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// The text of the case, indented.
    text: String,
    /// The expected claims as written, each with what is wrong; empty where nothing is.
    expected: Vec<(String, Vec<String>)>,
    /// The found claims in the same notation, each with whether it was expected.
    found: Vec<(String, bool)>,
}

impl Verdict {
    /// Compares all that the case names. Spans are compared without the punctuation and white space at their
    /// edges, but the quotation marks of a content belong to it.
    pub(crate) fn of(case: &Case, claims: &[Claim]) -> Self {
        let text = case.text.as_str();
        let mut partners: Vec<Option<usize>> = Vec::new();
        for expected in &case.expected {
            let is_partner =
                |&at: &usize| !partners.contains(&Some(at)) && have_same_spans(expected, &claims[at], text);
            partners.push((0..claims.len()).find(is_partner));
        }
        let faults = |expected: &Expected, partner: &Option<usize>| match partner {
            None => vec!["missing".to_owned()],
            Some(at) => differences(&expected.attributes, &claims[*at], &partners),
        };
        let expected = case.expected.iter().zip(&partners);
        Self {
            text: format!("    {}\n", text.replace('\n', "\n    ")),
            expected: expected.map(|(one, partner)| (one.written.clone(), faults(one, partner))).collect(),
            found: (0..claims.len())
                .map(|at| (written(&claims[at], text), partners.contains(&Some(at))))
                .collect(),
        }
    }

    /// Compares of a case of `record/` only the claims that it lists, and of those only the written attributes.
    /// A listed claim is the one with the most words of its content, at least half of them, whose source is not
    /// somebody else's; one found claim may be that of several listed ones.
    pub(crate) fn of_listed(case: &Case, claims: &[Claim]) -> Self {
        let text = case.text.as_str();
        let partners: Vec<Option<usize>> =
            case.expected.iter().map(|expected| counterpart(expected, claims, text)).collect();
        let faults = |expected: &Expected, partner: &Option<usize>| {
            let Some(claim) = partner.map(|at| &claims[at]) else { return vec!["missing".to_owned()] };
            let mut faults = differences(&expected.attributes, claim, &partners);
            faults.extend(expected.attributes.record.differences(claim, text, &partners, claims));
            if expected.source.is_empty() && claim.source.is_some() {
                faults.push("somebody is its source".to_owned());
            }
            faults
        };
        let expected = case.expected.iter().zip(&partners);
        let shown = |claim: &Claim| format!("{} {}", written(claim, text), record::written(claim, text));
        Self {
            text: format!("    {}\n", text.replace('\n', "\n    ")),
            expected: expected.map(|(one, partner)| (one.written.clone(), faults(one, partner))).collect(),
            found: claims.iter().map(|claim| (shown(claim), true)).collect(),
        }
    }

    /// Whether the case is true.
    pub(crate) fn holds(&self) -> bool {
        self.expected.iter().all(|(_, faults)| faults.is_empty())
            && self.found.iter().all(|(_, known)| *known)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}  expected:", self.text)?;
        for (number, (written, faults)) in (1..).zip(&self.expected) {
            let mark = if faults.is_empty() { ' ' } else { '!' };
            write!(formatter, "\n  {mark} {number}. {written}")?;
            if !faults.is_empty() {
                write!(formatter, "   <- {}", faults.join("; "))?;
            }
        }
        write!(formatter, "{}\n  found:", if self.expected.is_empty() { " nothing" } else { "" })?;
        for (number, (written, known)) in (1..).zip(&self.found) {
            let (mark, remark) = if *known { (' ', "") } else { ('!', "   <- not expected") };
            write!(formatter, "\n  {mark} {number}. {written}{remark}")?;
        }
        writeln!(formatter, "{}", if self.found.is_empty() { " nothing" } else { "" })
    }
}

/// The found claim that a case of `record/` means.
fn counterpart(expected: &Expected, claims: &[Claim], text: &str) -> Option<usize> {
    let words = |spans: &[Span]| {
        let of_span = |span: &Span| {
            let words = span.slice(text);
            let start = words.as_ptr() as usize - span.start;
            words.split_whitespace().map(move |word| word.as_ptr() as usize - start)
        };
        spans.iter().flat_map(of_span).collect::<Vec<usize>>()
    };
    let overlap = |some: &[Span], others: &[Span]| {
        some.iter().any(|span| others.iter().any(|other| span.overlaps(*other)))
    };
    let asked = words(&expected.content);
    let rank = |claim: &Claim| {
        let found = words(&claim.content.spans);
        let shared = asked.iter().filter(|word| found.contains(word)).count();
        let source = source(claim);
        let may_be = shared * 2 >= asked.len()
            && (source.is_empty() || expected.source.is_empty() || overlap(&expected.source, source));
        may_be.then(|| (overlap(&expected.cue, cue(claim)), shared * 2 >= found.len(), shared))
    };
    let ranked = claims.iter().enumerate().filter_map(|(at, claim)| Some((rank(claim)?, at)));
    ranked.max_by_key(|(rank, at)| (*rank, usize::MAX - at)).map(|(_, at)| at)
}

fn have_same_spans(expected: &Expected, claim: &Claim, text: &str) -> bool {
    let punctuation = |letter: char| !letter.is_alphanumeric();
    let but_marks = |letter: char| punctuation(letter) && !is_quotation_mark(letter);
    normal(&expected.source, text, punctuation) == normal(source(claim), text, punctuation)
        && normal(&expected.cue, text, punctuation) == normal(cue(claim), text, punctuation)
        && normal(&expected.content, text, but_marks) == normal(&claim.content.spans, text, but_marks)
}

fn source(claim: &Claim) -> &[Span] {
    claim.source.as_ref().map_or(&[], |source| &source.spans)
}

fn cue(claim: &Claim) -> &[Span] {
    claim.cue.as_ref().map_or(&[], |cue| &cue.spans)
}

fn is_quotation_mark(letter: char) -> bool {
    "\"'`´“”„‟‘’‚‛«»‹›".contains(letter)
}

/// Spans without what `trims` at their edges, in order; those with no word between them are joined. A span
/// that has nothing else (a colon as cue) stays as it is.
fn normal(spans: &[Span], text: &str, trims: impl Fn(char) -> bool) -> Vec<Span> {
    let mut sorted: Vec<Span> = spans.iter().map(|span| trimmed(*span, text, &trims)).collect();
    sorted.sort();
    let mut joined: Vec<Span> = Vec::new();
    for span in sorted {
        match joined.last_mut() {
            Some(last)
                if last.end >= span.start || !text[last.end..span.start].contains(char::is_alphanumeric) =>
            {
                *last = last.joined(span);
            }
            _ => joined.push(span),
        }
    }
    joined
}

/// Which of the named attributes the claim has otherwise. `partners` tells the found claim of each expected.
fn differences(attributes: &Attributes, claim: &Claim, partners: &[Option<usize>]) -> Vec<String> {
    let mut differences = Vec::new();
    let mut compare = |found: bool, what: &str| {
        if !found {
            differences.push(what.to_owned());
        }
    };
    compare(attributes.kind.is_none_or(|kind| kind == claim.kind), "another kind");
    let attribution_type = attributes.attribution_type;
    compare(attribution_type.is_none_or(|expected| expected == claim.attribution_type), "another type");
    compare(attributes.act.is_none_or(|act| act == claim.act), "another act");
    let stance = claim.cue.as_ref().map(|cue| cue.stance);
    compare(attributes.stance.is_none_or(|expected| Some(expected) == stance), "another stance");
    compare(attributes.negated.is_none_or(|negated| negated == claim.polarity.negated), "negation");
    compare(attributes.hedged.is_none_or(|hedged| hedged == claim.polarity.hedged), "hedge");
    compare(
        attributes.parent.is_none_or(|number| match number.checked_sub(1) {
            None => claim.parent.is_none(),
            Some(at) => partners[at].is_some() && claim.parent == partners[at],
        }),
        "another parent",
    );
    differences
}

/// A found claim in the notation of the pages. The number after "in" is that of a found claim.
fn written(claim: &Claim, text: &str) -> String {
    let spans = |spans: &[Span], nothing: &str| {
        let words: Vec<String> = spans.iter().map(|span| words_of(*span, text)).collect();
        if words.is_empty() { nothing.to_owned() } else { words.join(" // ") }
    };
    let mut attributes = vec![
        kind_name(claim.kind).to_owned(),
        claim.attribution_type.name().to_owned(),
        claim.act.name().to_owned(),
    ];
    attributes.extend(claim.cue.as_ref().map(|cue| cue.stance.name().to_owned()));
    attributes.extend(claim.polarity.negated.then(|| "negated".to_owned()));
    attributes.extend(claim.polarity.hedged.then(|| "hedged".to_owned()));
    attributes.extend(claim.parent.map(|at| format!("in {}", at + 1)));
    format!(
        "**{}** | {} | {} | {}  ({})",
        spans(source(claim), "(nobody)"),
        spans(cue(claim), "(no cue)"),
        spans(&claim.content.spans, "(no content)"),
        attributes.join(" "),
        claim.explanation.pattern,
    )
}

/// The words of a span, numbered where the text has them more than once.
fn words_of(span: Span, text: &str) -> String {
    let words = span.slice(text);
    let same = occurrences(words, text);
    let shown = words.replace('\n', "⏎");
    match same.iter().position(|&other| other == span) {
        Some(at) if same.len() > 1 => format!("{shown}#{}", at + 1),
        _ => shown,
    }
}

#[cfg(test)]
mod tests {
    use ascribe_engine::{Content, Cue, Explanation, QuotationKind, Source};

    use super::*;

    const TEXT: &str = "\"No,\" said Ana. She added: \"The well, I think, is dry.\"";

    /// The claim whose spans cover the first of these words in `TEXT`.
    fn claim(source: &[&str], cue: &str, content: &[&str], parent: Option<usize>) -> Claim {
        let span = |words: &&str| {
            let start = TEXT.find(words).expect("words of the text");
            Span::new(start, start + words.len())
        };
        let spans: Vec<Span> = source.iter().map(span).collect();
        let mut claim = Claim::new(Content::new(content.iter().map(span).collect()));
        claim.parent = parent;
        claim.kind = QuotationKind::Direct;
        claim.source = (!spans.is_empty()).then(|| Source::new(spans, String::new()));
        claim.cue = Some(Cue::new(vec![span(&cue)], String::new()));
        claim.explanation = Explanation::new("a pattern");
        claim
    }

    fn found() -> Vec<Claim> {
        vec![
            claim(&["Ana."], "said", &["\"No,\""], None),
            claim(&["She"], "added:", &["\"The well, I think, is dry.\""], None),
            claim(&["I"], "think", &["The well,", "is dry"], Some(1)),
        ]
    }

    #[track_caller]
    fn check(lines: &[&str], found: &[Claim], report: &[&str]) {
        let expected = lines.iter().map(|line| Expected::read(line, TEXT).unwrap()).collect();
        let verdict = Verdict::of(&Case { text: TEXT.to_owned(), expected, ..Case::default() }, found);
        let shown = verdict.to_string();
        assert_eq!(verdict.holds(), report.is_empty(), "{shown}");
        for line in report {
            assert!(shown.contains(line), "{line} is not in\n{shown}");
        }
    }

    const RIGHT: [&str; 3] = [
        "**Ana** | said | \"No,\" | direct communication assertion, neutral, not nested",
        "**She** | added | \"The well, I think, is dry.\" | not negated, not hedged",
        "**I** | think | The well // is dry | in 2",
    ];

    #[test]
    fn punctuation_at_edges_does_not_count() {
        check(&RIGHT, &found(), &[]);
    }

    #[test]
    fn the_marks_of_a_content_count() {
        let bare = "**Ana** | said | No | direct";
        check(&[bare, RIGHT[1], RIGHT[2]], &found(), &["! 1. **Ana** | said | No | direct   <- missing"]);
    }

    #[test]
    fn what_is_missing_and_what_is_too_much_is_shown() {
        check(&RIGHT, &found()[..2], &["! 3. **I** | think | The well // is dry | in 2   <- missing"]);
        check(&RIGHT[..2], &found(), &["! 3. **I** | think | The well, // is dry | direct"]);
        check(&[], &found()[..1], &["expected: nothing", "(a pattern)   <- not expected"]);
        let nobody = "(nobody) | said | \"No,\"";
        check(&[nobody, RIGHT[1], RIGHT[2]], &found(), &["! 1. (nobody)", "! 1. **Ana.** | said"]);
    }

    #[test]
    fn other_attributes_are_shown() {
        let mixed = "**Ana** | said | \"No,\" | mixed attitude belief, endorsing, negated, hedged, in 2";
        let report =
            "<- another kind; another type; another act; another stance; negation; hedge; another parent";
        check(&[mixed, RIGHT[1], RIGHT[2]], &found(), &[report]);
        check(
            &[RIGHT[0], RIGHT[1], "**I** | think | The well // is dry | not nested"],
            &found(),
            &["parent"],
        );
    }

    #[track_caller]
    fn check_listed(lines: &[&str], faults: &[&str]) {
        let expected = lines.iter().map(|line| Expected::read(line, TEXT).unwrap()).collect();
        let case = Case { text: TEXT.to_owned(), expected, ..Case::default() };
        let verdict = Verdict::of_listed(&case, &found());
        assert_eq!(verdict.expected.iter().map(|(_, faults)| faults.join("; ")).collect::<Vec<_>>(), faults);
    }

    #[test]
    fn of_a_record_what_is_listed_is_compared() {
        let think = "**I** | think | well // is dry | person, speaker `Ana`, same as 1, in 2";
        let added = "**She** | added: | \"The well, I | direct named not same as 2 not when";
        check_listed(&[], &[]);
        check_listed(&[RIGHT[0]], &[""]);
        check_listed(
            &[RIGHT[0], added, think],
            &["", "it is `unnamed`; the same as 2", "speaker is absent; entity kind is `unknown`"],
        );
        check_listed(&["(nobody) | said | \"No,\""], &["somebody is its source"]);
        check_listed(&["**She** | said | \"No,\" | direct"], &["missing"]);
    }
}
