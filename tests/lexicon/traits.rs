//! What a user's lexicon can say of a cue is all that the built-in one says: each trait, on a verb that nobody knows, does
//! what it does to a built-in cue, and nothing is done without it.

use std::collections::BTreeSet;

use ascribe_engine::{Claim, CueTrait, Extractor, Lexicon};

/// A trait on an invented cue.
#[derive(Clone, Copy)]
struct Case {
    /// What the cue has, the trait that the case is about last.
    traits: &'static str,
    /// The cue's columns from lemma to stance, with "|" for tabs.
    entry: &'static str,
    /// A text in which "blorp" is it.
    text: &'static str,
    /// Its type, act, polarity and addressee with the trait.
    with: &'static str,
    /// The same without it.
    without: &'static str,
    /// The text with a built-in cue, which has the same record.
    built_in: &'static str,
    /// Where addressees are read with the network's readings.
    reads: bool,
}

const fn case(
    traits: &'static str,
    entry: &'static str,
    text: &'static str,
    with: &'static str,
    without: &'static str,
    built_in: &'static str,
) -> Case {
    Case { traits, entry, text, with, without, built_in, reads: false }
}

const fn read(case: Case) -> Case {
    Case { reads: true, ..case }
}

#[rustfmt::skip]
const CASES: [Case; 25] = [
    case("asserts-that", "blorp|verb|-|that|control|commitment|neutral",
        "The builders blorped that the wall was crooked.", "control assertion", "control commitment", ""),
    case("withholds", "blorp|verb|-|object|communication|denial|neutral",
        "The ministry blorped the visa.", "communication decree", "communication denial",
        "The ministry denied the visa."),
    case("rules", "blorp|verb|-|that|factive|perception|neutral",
        "The jury blorped that the fire was arson.", "factive decree", "factive perception",
        "The jury found that the fire was arson."),
    case("decrees", "blorp|verb|-|to|control|commitment|neutral",
        "The council blorped to close the pool.", "control decree", "control commitment",
        "The council decided to close the pool."),
    case("turns-down", "blorp|verb|-|object|communication|denial|neutral",
        "The court blorped the appeal.", "communication decree", "communication denial",
        "The court rejected the appeal."),
    case("warns-off", "blorp|verb|-|object|communication|assertion|neutral",
        "The coach blorped the swimmers against the current.", "communication request", "communication assertion", ""),
    case("warns-ahead", "blorp|verb|-|that|communication|prediction|neutral",
        "The engineers blorped that the pier was rotten.", "communication assertion", "communication prediction",
        "The engineers warned that the pier was rotten."),
    case("advises", "blorp|verb|-|that|communication|assertion|neutral",
        "The judge blorped that they should leave.", "communication request", "communication assertion",
        "The judge suggested that they should leave."),
    case("thanks", "blorp|verb|-|to|control|desire|neutral",
        "The mayor blorps to thank the crew.", "communication evaluation", "control desire",
        "The mayor wants to thank the crew."),
    case("promises", "blorp|verb|-|object|communication|commitment|neutral",
        "The mayor blorped a new bridge.", "control commitment", "communication commitment",
        "The mayor promised a new bridge."),
    case("likens", "blorp like|verb|-|object|control|desire|neutral",
        "The bridge blorps like a trap.", "attitude belief", "control desire", ""),
    case("answers", "blorp to|verb|-|object|communication|assertion|neutral",
        "The mayor did not blorp to a request for comment.", "communication no-comment not",
        "communication assertion not", ""),
    case("comments", "decline to blorp|verb|-|that|communication|assertion|neutral",
        "The mayor declined to blorp that the bridge was closed.", "communication no-comment",
        "communication assertion", ""),
    case("declines", "blorp|verb|-|object|communication|no-comment|neutral",
        "The singer blorped the prize.", "control commitment", "communication no-comment", ""),
    case("gives", "blorp|verb|-|object|communication|assertion|neutral",
        "The minister blorped an apology.", "communication evaluation", "communication assertion",
        "The minister voiced an apology."),
    case("gives offers", "blorp|verb|-|object|communication|assertion|neutral",
        "The firm blorped help.", "control commitment", "communication assertion", ""),
    case("reveals", "blorp|verb|-|that|communication|assertion|neutral",
        "The survey blorped that the river was clean.", "evidence perception", "evidence assertion",
        "The survey revealed that the river was clean."),
    case("plain", "blorp|verb|-|that|communication|assertion|neutral",
        "The mayor blorped that he would resign.", "communication commitment", "communication assertion",
        "The mayor said that he would resign."),
    case("refuses", "blorp at|verb|-|gerund|control|commitment|neutral",
        "The club blorped at paying the fine.", "control commitment not", "control commitment", ""),
    case("refuses negates", "blorp|verb|-|to|control|commitment|neutral",
        "The club never blorped to pay the fine.", "control commitment not", "control commitment", ""),
    case("silent", "blorp over|verb|-|object|communication|assertion|neutral",
        "The mayor blorped over the leak.", "communication assertion not", "communication assertion", ""),
    read(case("directs", "blorp|verb|-|to|communication|request|neutral",
        "The mayor blorped the council to wait for the report.", "communication request to the council",
        "communication request", "The mayor urged the council to wait for the report.")),
    read(case("tells", "blorp|verb|-|that clause quotation|communication|assertion|neutral",
        "\"The bridge is closed,\" the mayor blorped reporters.", "communication assertion to reporters",
        "communication assertion", "")),
    read(case("speaks-to", "blorp|verb|-|that clause quotation|communication|assertion|neutral",
        "\"The bridge is closed,\" blorped Ruiz to the crowd.", "communication assertion to the crowd",
        "communication assertion", "")),
    read(case("directs convinces", "blorp|verb|-|someone-to|communication|request|neutral",
        "The owners were blorped to sell the bridge.", "communication request",
        "communication request to The owners", "")),
];

/// The record of the claim whose cue holds that word.
fn record(extractor: &Extractor, case: &Case, text: &str, lemma: &str) -> String {
    let claims = if case.reads { extractor.extract(text).into_all() } else { extractor.propose(text) };
    let has_lemma = |claim: &&Claim| claim.cue.as_ref().is_some_and(|cue| cue.lemma == lemma);
    let Some(claim) = claims.iter().find(has_lemma) else {
        return format!("no claim of {lemma}: {claims:?}");
    };
    let negated = if claim.polarity.negated { " not" } else { "" };
    let addressee =
        claim.circumstances.addressee.map_or(String::new(), |span| format!(" to {}", span.slice(text)));
    format!("{} {}{negated}{addressee}", claim.attribution_type.name(), claim.act.name())
}

fn extractor(case: &Case, traits: &str) -> Extractor {
    let line = format!("{}\t{}\t{traits}\n", case.entry.replace('|', "\t"), case.text);
    let lexicon = Lexicon::embedded().extended_by(&line).unwrap_or_else(|fault| panic!("{line}: {fault}"));
    Extractor::builder().lexicon(lexicon).build()
}

#[test]
fn a_users_cue_has_any_trait_of_a_built_in_one() {
    let embedded = Extractor::default();
    let mut findings = Vec::new();
    let mut check = |traits: &str, found: String, wanted: &str| {
        if found != wanted {
            findings.push(format!("{traits}: {found:?} instead of {wanted:?}"));
        }
    };
    for case in &CASES {
        let lemma = case.entry.split('|').next().unwrap_or_default();
        check(case.traits, record(&extractor(case, case.traits), case, case.text, lemma), case.with);
        let fewer = case.traits.rsplit_once(' ').map_or("", |(before, _)| before);
        check(
            &format!("without {}", case.traits),
            record(&extractor(case, fewer), case, case.text, lemma),
            case.without,
        );
        if !case.built_in.is_empty() {
            let claims = if case.reads {
                embedded.extract(case.built_in).into_all()
            } else {
                embedded.propose(case.built_in)
            };
            let lemma =
                claims.first().and_then(|claim| claim.cue.as_ref()).map_or("", |cue| cue.lemma.as_str());
            check(
                &format!("built-in {}", case.traits),
                record(&embedded, case, case.built_in, lemma),
                case.with,
            );
        }
    }
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}

#[test]
fn every_trait_is_tried_and_used() {
    let tried: BTreeSet<&str> = CASES.iter().filter_map(|case| case.traits.split(' ').next_back()).collect();
    let lexicon = Lexicon::embedded();
    for one in CueTrait::ALL {
        assert!(tried.contains(one.name()), "no case tries {}", one.name());
        assert!(lexicon.entries().iter().any(|entry| entry.is(*one)), "no entry has {}", one.name());
    }
}
