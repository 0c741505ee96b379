//! A lexicon extended by a file: what is replaced, what is added, which version it has; and that words
//! invented there are found in all their forms.

use ascribe_engine::{CueCategory, CueEntry, Extractor, Lexicon, SpeechAct};

const BLORP: &str = "blorp\tverb\t-\tthat clause quotation\tcommunication\tassertion\tdistancing\t\
                     The mayor blorped that the bridge was safe.\n";
const SAY: &str = "say\tverb\tsay, says, said, said, saying\tthat\tcommunication\tprediction\tneutral\t\
                   The mayor said that the bridge would open.\n";

fn extended(file: &str) -> Lexicon {
    Lexicon::embedded().extended_by(file).expect("the file is right")
}

fn entries<'a>(lexicon: &'a Lexicon, lemma: &str, category: CueCategory) -> Vec<&'a CueEntry> {
    lexicon.entries().iter().filter(|entry| entry.lemma == lemma && entry.category == category).collect()
}

#[test]
fn entries_are_added() {
    let embedded = Lexicon::embedded();
    let lexicon = extended(BLORP);
    assert_eq!(lexicon.entries().len(), embedded.entries().len() + 1);
    assert_eq!(&lexicon.entries()[..embedded.entries().len()], embedded.entries());
    assert_eq!(lexicon.entries().last().expect("there are entries").lemma, "blorp");
}

#[test]
fn entries_of_the_same_lemma_and_category_are_replaced() {
    let embedded = Lexicon::embedded();
    let senses = entries(&embedded, "say", CueCategory::Verb).len();
    assert!(senses > 1, "the shipped lexicon has several senses of \"say\"");
    let lexicon = extended(SAY);
    let [say] = entries(&lexicon, "say", CueCategory::Verb).try_into().expect("only the new sense is left");
    assert_eq!(say.act, SpeechAct::Prediction);
    assert_eq!(lexicon.entries().len(), embedded.entries().len() - senses + 1);
}

#[test]
fn a_lemma_of_another_category_stays() {
    let noun = "claim\tnoun\t-\tof\tevidence\tassertion\tneutral\tHer claim of innocence\n";
    let lexicon = extended(noun);
    let embedded = Lexicon::embedded();
    assert_eq!(entries(&lexicon, "claim", CueCategory::Noun).len(), 1);
    assert_eq!(entries(&lexicon, "claim", CueCategory::Verb), entries(&embedded, "claim", CueCategory::Verb));
}

#[test]
fn the_version_follows_the_content() {
    let embedded = Lexicon::embedded();
    let version = embedded.version();
    assert!(version.len() == 12 && version.bytes().all(|byte| byte.is_ascii_hexdigit()), "{version}");
    assert_eq!(version, Lexicon::embedded().version());
    assert_eq!(extended(BLORP).version(), extended(BLORP).version());
    let versions = [
        version.to_owned(),
        extended(BLORP).version().to_owned(),
        extended(&BLORP.replace("distancing", "neutral")).version().to_owned(),
        extended(SAY).version().to_owned(),
        extended(BLORP).extended_by(SAY).expect("the file is right").version().to_owned(),
        extended(SAY).extended_by(BLORP).expect("the file is right").version().to_owned(),
        Lexicon::from_file(BLORP).expect("the file is right").version().to_owned(),
        Lexicon::from_file("").expect("the file is right").version().to_owned(),
    ];
    for (index, version) in versions.iter().enumerate() {
        assert!(!versions[..index].contains(version), "version {index} is not its own: {versions:?}");
    }
    // Fixed by the bytes alone, on every machine.
    assert_eq!(Lexicon::from_file("").expect("the file is right").version(), "e3b0c44298fc");
}

/// The one claim of `text` must be a "blorp" with that source, cue and content.
#[track_caller]
fn check_blorp(text: &str, source: &str, cue: &str, content: &[&str]) {
    let extractor = Extractor::builder().lexicon(extended(BLORP)).build();
    let found = extractor.extract(text);
    let [claim] = found.claims() else { panic!("one claim: {:#?}", found.claims()) };
    let slices = |spans: &[ascribe_engine::Span]| -> Vec<String> {
        spans.iter().map(|span| span.slice(text).to_owned()).collect()
    };
    let cue_found = claim.cue.as_ref().expect("it has a cue");
    assert_eq!(slices(&claim.source.as_ref().expect("it has a source").spans), [source]);
    // A mark may belong to the cue: "blorped:".
    let words: Vec<String> =
        slices(&cue_found.spans).iter().map(|it| it.trim_end_matches([':', ',']).to_owned()).collect();
    assert_eq!(words, [cue]);
    assert_eq!((cue_found.lemma.as_str(), cue_found.in_lexicon), ("blorp", true));
    assert_eq!(slices(&claim.content.spans), content);
    assert!(claim.explanation.cue_entry.starts_with("blorp/verb/"), "{:?}", claim.explanation);
}

#[test]
fn an_invented_verb_is_found() {
    check_blorp(
        "The mayor blorped that the bridge was safe.",
        "The mayor",
        "blorped",
        &["that the bridge was safe"],
    );
    check_blorp("The mayor blorps the bridge is safe.", "The mayor", "blorps", &["the bridge is safe"]);
    check_blorp("\"The bridge is safe,\" blorped Ruiz.", "Ruiz", "blorped", &["\"The bridge is safe,\""]);
    check_blorp("Ruiz blorped: \"The bridge is safe.\"", "Ruiz", "blorped", &["\"The bridge is safe.\""]);
    check_blorp(
        "Ruiz has never blorped that it was safe.",
        "Ruiz",
        "has never blorped",
        &["that it was safe"],
    );
    check_blorp("Officials blorp that the dam will hold.", "Officials", "blorp", &["that the dam will hold"]);
    check_blorp(
        "Officials are blorping that the dam will hold.",
        "Officials",
        "are blorping",
        &["that the dam will hold"],
    );
}

#[test]
fn without_the_extension_it_is_not() {
    let extractor = Extractor::default();
    assert!(extractor.propose("The mayor blorped that the bridge was safe.").is_empty());
}
