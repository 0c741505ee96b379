//! Runs the suite: what the extractor does with a text, written down as Markdown pages in `tests/suite/`; and
//! what the records of its claims hold, in `tests/suite/record/`.
//!
//! In: the pages (their notation is told in `tests/suite/README.md`). Out: one report of all cases that are
//! not true, each with what was expected and what was found, in the notation of the pages. A page that can't
//! be read fails too, with the line. `SUITE=colon cargo test --test suite` runs only pages whose name has
//! "colon" in it.

#[path = "support/suite_page.rs"]
mod page;
#[path = "support/suite_notation.rs"]
mod notation;
#[path = "support/suite_record.rs"]
mod record;
#[path = "support/suite_known.rs"]
mod known;
#[path = "support/suite_verdict.rs"]
mod verdict;

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use ascribe_engine::{Alias, Claim, Context, Extractor, with_min_confidence};

use page::{Case, Page};
use verdict::Verdict;

/// So many cases has the suite at least, and so many each page.
const LEAST_CASES: usize = 120;
const LEAST_RECORD_CASES: usize = 260;
const LEAST_CASES_ON_A_PAGE: usize = 3;

#[test]
fn every_page_can_be_read() {
    let faults: Vec<String> = pages("").into_iter().flat_map(|page| page.faults).collect();
    assert!(faults.is_empty(), "pages that can't be read:\n{}", faults.join("\n"));
}

#[test]
fn the_suite_is_large_enough() {
    for (folder, least) in [("", LEAST_CASES), ("record", LEAST_RECORD_CASES)] {
        let pages = pages(folder);
        for page in &pages {
            let count = page.cases.len();
            assert!(count >= LEAST_CASES_ON_A_PAGE, "{} has only {count} cases", page.name);
        }
        let count: usize = pages.iter().map(|page| page.cases.len()).sum();
        assert!(count >= least, "the suite has only {count} cases in {folder:?}");
    }
}

/// What the patterns propose with less confidence isn't looked at.
const PROPOSED: f32 = 0.15;

/// The patterns propose to the network what the cases say.
#[test]
fn every_case_is_proposed() {
    let extractor = Extractor::default();
    let wanted = env::var("SUITE").unwrap_or_default();
    let pages: Vec<Page> = pages("").into_iter().filter(|page| page.name.contains(&wanted)).collect();
    let mut report = String::new();
    let mut summary = String::new();
    let (mut cases, mut right) = (0, 0);
    for page in &pages {
        let mut right_here = 0;
        for case in &page.cases {
            let verdict = Verdict::of(case, &with_min_confidence(extractor.propose(&case.text), PROPOSED));
            match complaint(case, &verdict) {
                Some(complaint) => {
                    let _ = writeln!(report, "\n{}:{} {}\n{complaint}", page.name, case.line, case.heading);
                }
                None => right_here += 1,
            }
        }
        let _ = writeln!(summary, "{right_here:>4} of {:>3}  {}", page.cases.len(), page.name);
        cases += page.cases.len();
        right += right_here;
    }
    assert!(cases > 0, "no page is called {wanted:?}");
    assert!(right == cases, "{report}\n{summary}{right:>4} of {cases:>3} cases are as they should be");
}

/// The cases that the network, trained on articles, reads otherwise where they stand alone: "page.md: Heading".
const READ_OTHERWISE: &str = include_str!("suite/read-otherwise.txt");

/// With the network all cases are true but those of the list; and those aren't, or they leave it.
#[test]
fn every_case_is_true() {
    let extractor = Extractor::default();
    let mut findings = String::new();
    for page in &pages("") {
        for case in &page.cases {
            let found = extractor.extract(&case.text).claims().to_vec();
            let verdict = Verdict::of(case, &found);
            let name = format!("{}: {}", page.name, case.heading);
            let is_listed = READ_OTHERWISE.lines().any(|line| line == name);
            if complaint(case, &verdict).is_some() != is_listed {
                let _ = writeln!(
                    findings,
                    "\n{name}{}\n{verdict}",
                    if is_listed { " (listed, but true)" } else { "" }
                );
            }
        }
    }
    assert!(findings.is_empty(), "{findings}");
}

#[test]
fn every_record_page_can_be_read() {
    let faults: Vec<String> = pages("record").into_iter().flat_map(|page| page.faults).collect();
    assert!(faults.is_empty(), "pages that can't be read:\n{}", faults.join("\n"));
}

/// The cases of `record/` that are known not to be true: "page.md: Heading".
const RECORD_READ_OTHERWISE: &str = include_str!("suite/record/read-otherwise.txt");

/// The records are as the cases say, but for those of the list.
#[test]
fn every_record_case_is_true() {
    let extractor = Extractor::default();
    let wanted = env::var("SUITE").unwrap_or_default();
    let (mut findings, mut summary) = (String::new(), String::new());
    let (mut cases, mut right) = (0, 0);
    for page in pages("record").iter().filter(|page| page.name.contains(&wanted)) {
        let mut right_here = 0;
        for case in &page.cases {
            let verdict = Verdict::of_listed(case, &extract(&extractor, case));
            let complaint = complaint(case, &verdict);
            right_here += usize::from(complaint.is_none());
            let name = format!("{}: {}", page.name, case.heading);
            let is_listed = RECORD_READ_OTHERWISE.lines().any(|line| line == name);
            if complaint.is_some() != is_listed {
                let remark = if is_listed { " (listed, but true)" } else { "" };
                let _ = writeln!(findings, "\n{name}{remark}\n{}", complaint.unwrap_or_default());
            }
        }
        let _ = writeln!(summary, "{right_here:>4} of {:>3}  {}", page.cases.len(), page.name);
        cases += page.cases.len();
        right += right_here;
    }
    assert!(findings.is_empty(), "{findings}\n{summary}{right:>4} of {cases:>3} cases are as they should be");
}

/// The claims of a case of `record/`: the one place where what the caller knows is handed over.
fn extract(extractor: &Extractor, case: &Case) -> Vec<Claim> {
    let published = case.known.published.as_ref().map(|date| date.parse().expect("the page was checked"));
    let aliases: Vec<Alias> = case.known.aliases.iter().map(alias).collect();
    let context = Context { published, aliases: &aliases, ..Context::default() };
    extractor.extract_in(&case.text, context).claims().to_vec()
}

fn alias(known: &known::Alias) -> Alias {
    Alias {
        name: known.name.clone(),
        variants: known.others.clone(),
        title: known.title.clone().unwrap_or_default(),
        kind: known.entity_kind,
    }
}

/// What is wrong with a case: it is not true, or it is marked as known to fail and is true.
fn complaint(case: &Case, verdict: &Verdict) -> Option<String> {
    match (&case.not_yet, verdict.holds()) {
        (None, true) | (Some(_), false) => None,
        (None, false) => Some(verdict.to_string()),
        (Some(reason), true) => Some(format!("  is true now: remove \"not yet: {reason}\"")),
    }
}

/// All pages of a folder within `tests/suite/`, in the order of their names.
fn pages(folder: &str) -> Vec<Page> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite").join(folder);
    let entries = fs::read_dir(&folder).expect("the pages are in a folder");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a readable folder entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.retain(|path| !path.ends_with("README.md"));
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let name = path.file_name().expect("a page has a name").to_string_lossy();
            let markdown = fs::read_to_string(path).unwrap_or_else(|fault| panic!("{name}: {fault}"));
            Page::read(&name, &markdown)
        })
        .collect()
}
