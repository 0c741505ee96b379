//! The lexicon that ships with the program, whole: each entry is found in its own example, and the entries
//! together use all that the format offers. How files are read and join is under `lexicon/`.

#[path = "lexicon/faults.rs"]
mod faults;
#[path = "lexicon/extension.rs"]
mod extension;
#[path = "lexicon/traits.rs"]
mod traits;

use std::collections::{HashMap, HashSet};

use ascribe_engine::{
    AttributionType, Claim, CueCategory, CueEntry, Extractor, Frame, Lexicon, LicensedFrame, SpeechAct,
    Stance,
};

/// So many different lemmas has the lexicon at least.
const LEAST_LEMMAS: usize = 700;
/// So many words in a row that stand in both make an example a copy.
const COPIED_WORDS: usize = 8;
/// The news articles that are annotated for evaluation, none of which may have lent an example.
const ARTICLES: &str = include_str!("data/wikinews-dev.jsonl");

#[test]
fn every_entry_is_proposed_in_its_example() {
    let extractor = Extractor::default();
    let failures: Vec<String> =
        extractor.lexicon().entries().iter().filter_map(|entry| failure(&extractor, entry)).collect();
    assert!(
        failures.is_empty(),
        "{} of {} entries aren't found in their examples:\n\n{}",
        failures.len(),
        extractor.lexicon().entries().len(),
        failures.join("\n\n")
    );
}

/// What is wrong with the claims of an entry's example; nothing where one is the entry's.
fn failure(extractor: &Extractor, entry: &CueEntry) -> Option<String> {
    let claims = extractor.propose(&entry.example);
    if claims.iter().any(|claim| is_of(claim, entry)) {
        return None;
    }
    let frames: Vec<&str> = entry.frames.iter().map(|licensed| licensed.frame.name()).collect();
    let found: Vec<String> =
        claims.iter().map(|claim| format!("    {}", shown(claim, &entry.example))).collect();
    let found = if found.is_empty() { "    nothing".to_owned() } else { found.join("\n") };
    Some(format!(
        "{} ({}: {})\n    {}\n{found}",
        entry.lemma,
        entry.category.name(),
        frames.join(" "),
        entry.example
    ))
}

/// Whether a claim of the entry's example is what the entry promises: its frame, one of its forms, a
/// source where the frame has one, a content.
fn is_of(claim: &Claim, entry: &CueEntry) -> bool {
    let named: Vec<&str> = claim.explanation.cue_entry.rsplitn(3, '/').collect();
    let [frame, category, lemma] = named.as_slice() else { return false };
    let Some(frame) = Frame::from_name(frame) else { return false };
    *lemma == entry.lemma
        && *category == entry.category.name()
        && entry.reliability(frame).is_some()
        && holds_a_form(claim, entry, frame)
        && (claim.source.is_some() || names_nobody(frame, entry))
        && !claim.content.spans.is_empty()
        && claim.content.spans.iter().all(|span| !span.is_empty())
}

/// Whether the cue, with the content where that begins in the cue's last word ("declined to COMMENT"),
/// covers one of the entry's forms.
fn holds_a_form(claim: &Claim, entry: &CueEntry, frame: Frame) -> bool {
    let Some(cue) = &claim.cue else { return false };
    let mut span = cue.spans[0];
    if frame == Frame::LastWord {
        span = span.joined(claim.content.spans[0]);
    }
    let covered = span.slice(&entry.example).to_lowercase();
    entry.forms.iter().any(|form| format!(" {covered} ").contains(&format!(" {} ", form.text)))
}

/// Whether a frame leaves no room for a source: "it emerged that", "the so-called peace road".
fn names_nobody(frame: Frame, entry: &CueEntry) -> bool {
    matches!(frame, Frame::PassiveTo | Frame::Raising | Frame::ItThat | Frame::Adverb)
        || entry.category == CueCategory::Adverb
}

fn shown(claim: &Claim, text: &str) -> String {
    let slices = |spans: &[ascribe_engine::Span]| -> Vec<String> {
        spans.iter().map(|span| span.slice(text).to_owned()).collect()
    };
    format!(
        "{} | source {:?} | cue {:?} | content {:?}",
        claim.explanation.cue_entry,
        claim.source.as_ref().map_or(Vec::new(), |source| slices(&source.spans)),
        claim.cue.as_ref().map_or(Vec::new(), |cue| slices(&cue.spans)),
        slices(&claim.content.spans)
    )
}

#[test]
fn the_lexicon_is_large_enough() {
    let lexicon = Lexicon::embedded();
    let lemmas: HashSet<&str> = lexicon.entries().iter().map(|entry| entry.lemma.as_str()).collect();
    assert!(lemmas.len() >= LEAST_LEMMAS, "the lexicon has only {} lemmas", lemmas.len());
}

#[test]
fn every_value_is_used() {
    let lexicon = Lexicon::embedded();
    let used = |is_used: &dyn Fn(&CueEntry) -> bool| lexicon.entries().iter().any(is_used);
    for &frame in Frame::ALL {
        let takes = |licensed: &LicensedFrame| licensed.frame == frame;
        assert!(used(&|entry| entry.frames.iter().any(takes)), "no entry has the frame {}", frame.name());
    }
    for &category in CueCategory::ALL {
        assert!(used(&|entry| entry.category == category), "no entry is a {}", category.name());
    }
    for &attribution_type in AttributionType::ALL {
        let name = attribution_type.name();
        assert!(used(&|entry| entry.attribution_type == attribution_type), "no entry has the type {name}");
    }
    for &act in SpeechAct::ALL {
        assert!(used(&|entry| entry.act == act), "no entry has the act {}", act.name());
    }
    for &stance in Stance::ALL {
        assert!(used(&|entry| entry.stance == stance), "no entry has the stance {}", stance.name());
    }
}

#[test]
fn entries_stand_in_the_order_of_their_lemmas() {
    let lexicon = Lexicon::embedded();
    let key = |entry: &CueEntry| (entry.lemma.clone(), entry.category.name());
    for pair in lexicon.entries().windows(2) {
        assert!(key(&pair[0]) <= key(&pair[1]), "{:?} stands after {:?}", pair[1].lemma, pair[0].lemma);
    }
}

/// "Deny" is a denial, and a decree where visas are denied: senses of one word differ in type or act. The
/// stance alone may differ too: "He is said to be rich" keeps its distance, "he said" does not.
#[test]
fn senses_of_a_lemma_differ() {
    let lexicon = Lexicon::embedded();
    let mut seen = HashMap::new();
    for entry in lexicon.entries() {
        let sense = (&entry.lemma, entry.category.name(), entry.attribution_type, entry.act, entry.stance);
        if let Some(other) = seen.insert(sense, &entry.example) {
            panic!("two entries for one sense of {:?}:\n{other}\n{}", entry.lemma, entry.example);
        }
    }
}

#[test]
fn every_example_is_one_of_a_kind() {
    let lexicon = Lexicon::embedded();
    let mut seen = HashSet::new();
    for entry in lexicon.entries() {
        assert!(seen.insert(&entry.example), "two entries have the example {:?}", entry.example);
    }
}

#[test]
fn no_example_is_copied_from_the_articles() {
    let mut runs = HashSet::new();
    let mut articles = 0;
    for line in ARTICLES.lines() {
        let article: serde_json::Value = serde_json::from_str(line).expect("a line is an article");
        let words = words(article["text"].as_str().expect("an article has a text"));
        runs.extend(words.windows(COPIED_WORDS).map(<[String]>::to_vec));
        articles += 1;
    }
    assert!(articles > 0 && !runs.is_empty(), "there are articles to compare with");
    for entry in Lexicon::embedded().entries() {
        let copied = words(&entry.example).windows(COPIED_WORDS).any(|run| runs.contains(run));
        assert!(!copied, "the example of {:?} is copied: {}", entry.lemma, entry.example);
    }
}

fn words(text: &str) -> Vec<String> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}
