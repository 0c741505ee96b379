//! What is said of quotations: hand-made cases as pages in `tests/verification/`, and contents of articles altered by
//! rule.
//!
//! `VERIFICATION_GOLD=file cargo test --test verification -- --nocapture` measures on another file of gold articles.

#[path = "support/verification_generated.rs"]
mod generated;
#[path = "support/verification_page.rs"]
mod page;

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs};

use ascribe_engine::{
    Claim, Content, Difference, Edit, Extraction, Extractor, Finding, GivenQuotation, QuotationKind, Span,
    SpeakerVerdict, Verdict, Verifier,
};
use serde_json::Value;

use page::{Case, Line};

use generated::{Made, Numbers, quotations};

const WIKINEWS: &str = include_str!("data/wikinews-dev.jsonl");

/// An article and its gold contents, in bytes.
struct Article {
    text: String,
    contents: Vec<Vec<Span>>,
}

fn articles(lines: &str) -> Vec<Article> {
    lines.lines().map(article).collect()
}

fn article(line: &str) -> Article {
    let parsed: Value = serde_json::from_str(line).expect("a line is JSON");
    let text = parsed["text"].as_str().expect("it has a text").to_owned();
    let bytes: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let edge = |edge: &Value| bytes[usize::try_from(edge.as_u64().expect("a number")).expect("a short text")];
    let span = |span: &Value| Span::new(edge(&span[0]), edge(&span[1]));
    let spans = |part: &Value| part.as_array().expect("a list of spans").iter().map(span).collect::<Vec<_>>();
    let attributions = parsed["attributions"].as_array().expect("it has attributions");
    let contents = attributions.iter().map(|attribution| spans(&attribution["content"]));
    let contents = contents.filter(|spans| !spans.is_empty()).collect();
    Article { text, contents }
}

fn claim(spans: &[Span]) -> Claim {
    let mut claim = Claim::new(Content::new(spans.to_vec()));
    claim.kind = QuotationKind::Direct;
    claim
}

/// How often each way of making a quotation led to which verdict.
type Counts = BTreeMap<(&'static str, Verdict), BTreeMap<Verdict, usize>>;

fn measure(articles: &[Article]) -> (Counts, Vec<String>) {
    let verifier = Verifier::default();
    let mut numbers = Numbers::new(7);
    let (mut counts, mut report) = (Counts::new(), Vec::new());
    let whole = |article: &Article| {
        let contents = article.contents.iter().filter(|spans| is_whole(&article.text, spans));
        contents.map(|spans| spans[0].slice(&article.text).to_owned()).collect::<Vec<_>>()
    };
    let texts: Vec<Vec<String>> = articles.iter().map(whole).collect();
    for (number, article) in articles.iter().enumerate() {
        let claims: Vec<Claim> = article.contents.iter().map(|spans| claim(spans)).collect();
        let made = quotations(&texts[number], &texts[(number + 1) % texts.len()], &mut numbers);
        let made: Vec<&Made> = made.iter().filter(|made| is_what_it_is(made, &article.text)).collect();
        let given: Vec<GivenQuotation<'_>> =
            made.iter().map(|made| GivenQuotation { text: &made.text, source: "" }).collect();
        let findings = verifier.verify(&Extraction::of_claims(&article.text, claims), &given);
        for (Made { text, expected, how }, finding) in made.into_iter().zip(findings) {
            *counts.entry((how, *expected)).or_default().entry(finding.verdict).or_default() += 1;
            if finding.verdict != *expected {
                let (verdict, similarity) = (finding.verdict, finding.similarity);
                report.push(format!("{how}: {expected:?}, not {verdict:?} ({similarity:.2}): {text}"));
            }
        }
    }
    (counts, report)
}

/// Whether a content is one span that cuts no word.
fn is_whole(text: &str, spans: &[Span]) -> bool {
    let [span] = spans else { return false };
    let cuts = |at: usize| {
        let (before, after) = (text[..at].chars().next_back(), text[at..].chars().next());
        before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric)
    };
    !cuts(span.start) && !cuts(span.end)
}

/// Two articles may report the same words, and what was printed otherwise may stand so elsewhere.
fn is_what_it_is(made: &Made, text: &str) -> bool {
    made.expected == Verdict::Verbatim || !text.contains(made.text.trim())
}

/// The share of quotations that were to have one of some verdicts and have one of them.
fn share(counts: &Counts, verdicts: &[Verdict]) -> (usize, f64) {
    let (mut all, mut right) = (0_u32, 0_u32);
    for ((_, expected), found) in counts {
        for (verdict, &count) in found.iter().filter(|_| verdicts.contains(expected)) {
            let count = u32::try_from(count).expect("a small number");
            all += count;
            right += if verdict == expected { count } else { 0 };
        }
    }
    (all as usize, f64::from(right) / f64::from(all.max(1)))
}

#[test]
fn contents_altered_by_rule_are_told_apart() {
    let file = env::var("VERIFICATION_GOLD").ok();
    let lines = file.map(|file| fs::read_to_string(file).expect("the file can be read"));
    let (counts, report) = measure(&articles(lines.as_deref().unwrap_or(WIKINEWS)));
    let rows: Vec<String> =
        counts.iter().map(|((how, expected), found)| format!("{how} ({expected:?}): {found:?}")).collect();
    let report = format!("{}\n{}", report.join("\n"), rows.join("\n"));
    println!("{report}");
    for (verdicts, least_cases, least_share) in [
        (&[Verdict::Verbatim][..], 200, 1.0),
        (&[Verdict::Typographic], 200, 0.99),
        (&[Verdict::Altered], 400, 0.97),
        (&[Verdict::Absent], 50, 0.97),
    ] {
        let (cases, share) = share(&counts, verdicts);
        assert!(cases >= least_cases, "only {cases} cases of {verdicts:?}");
        assert!(share >= least_share, "{verdicts:?}: {share:.4} of {cases}\n{report}");
    }
}

/// So many quotations have the pages at least.
const LEAST_LINES: usize = 100;

#[test]
fn every_line_of_the_pages_is_true() {
    let extractor = Extractor::default();
    let verifier = Verifier::default();
    let (mut lines, mut findings) = (0, Vec::new());
    for case in pages() {
        let extraction = extractor.extract(&case.text);
        for line in &case.lines {
            lines += 1;
            let quotation = GivenQuotation { text: &line.quotation, source: &line.asked };
            let [finding] = &verifier.verify(&extraction, &[quotation])[..] else { panic!("one finding") };
            let found = Found { case: &case, line, finding, claims: extraction.all() };
            findings.extend(
                found.faults().into_iter().map(|fault| format!("{} {}: {fault}", case.name, line.number)),
            );
        }
    }
    assert!(lines >= LEAST_LINES, "only {lines} lines");
    assert!(findings.is_empty(), "{}\n{} of {lines} lines", findings.join("\n"), findings.len());
}

fn pages() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verification");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("there are pages")
        .map(|entry| entry.expect("a folder can be listed").path())
        .filter(|file| file.file_name().is_some_and(|name| name != "README.md"))
        .collect();
    files.sort();
    let cases = files.iter().flat_map(|file| {
        let name = file.file_name().and_then(|name| name.to_str()).expect("a page has a name");
        page::cases(name, &fs::read_to_string(file).expect("a page is UTF-8"))
    });
    cases.collect()
}

/// What was found of a line.
struct Found<'a> {
    case: &'a Case,
    line: &'a Line,
    finding: &'a Finding,
    claims: &'a [Claim],
}

impl Found<'_> {
    /// Everything that isn't as the line has it.
    fn faults(&self) -> Vec<String> {
        let (line, finding) = (self.line, self.finding);
        let source = finding.holder.and_then(|claim| self.claims[claim].source.as_ref());
        let speaker = source.map_or("", |source| &source.resolved_name);
        let pieces: Vec<&str> = finding.passage.iter().map(|span| span.slice(&self.case.text)).collect();
        let differences: Vec<String> = finding.differences.iter().map(|one| self.told(one)).collect();
        let mut faults = Vec::new();
        let mut compare = |what: &str, expected: Option<String>, found: String| {
            if expected.as_ref().is_some_and(|expected| *expected != found) {
                faults.push(format!(
                    "{what} {found:?}, not {:?}: {}",
                    expected.unwrap_or_default(),
                    line.quotation
                ));
            }
        };
        let verdict = format!("{:?}", finding.verdict).to_lowercase();
        compare("verdict", Some(line.verdict.clone()), verdict);
        compare("speaker", line.speaker.clone(), speaker.to_owned());
        let became = line.became.unwrap_or(SpeakerVerdict::NotAsked);
        compare(
            "asked",
            Some(format!("{became:?} {}", line.asked)),
            format!("{:?} {}", finding.speaker, line.asked),
        );
        compare("passage", line.passage.clone(), pieces.join(" // "));
        let expected = line.differences.as_ref().map(|differences| differences.join("; "));
        compare("differs", expected, differences.join("; "));
        faults
    }

    fn told(&self, difference: &Difference) -> String {
        let quoted = difference.quoted.slice(&self.line.quotation);
        let original = difference.original.slice(&self.case.text);
        match difference.edit {
            Edit::Added => format!("added {quoted}"),
            Edit::LeftOut => format!("left out {original}"),
            Edit::Changed => format!("{quoted} for {original}"),
        }
    }
}
