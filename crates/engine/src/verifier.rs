//! The verifier: says of quotations whether a text holds them, and whose they are there.

use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::annotation;
use crate::claims::{Claim, DEFAULT_MIN_CONFIDENCE, Source};
use crate::coreference::{self, EntityKind};
use crate::extraction::Extraction;
use crate::extractor::Extractor;
use crate::lexicon::{Gazetteer, Words};
use crate::segmentation;
use crate::text::{IsCancelled, Watch, Work};
use crate::verification::{Attributed, COST_OF_PIECE, Finding, GivenQuotation, Verdict, Verification};

/// Says of quotations whether a text holds them, and whose they are there. Immutable once built.
///
/// ```
/// use ascribe_engine::{Extractor, GivenQuotation, Verdict, Verifier};
///
/// let found = Extractor::default().extract("“The old dam leaks,” said Ana Ruiz.");
/// let given = [GivenQuotation { text: "The old dam leaks", source: "Joe Palmer" }];
/// let findings = Verifier::default().verify(&found, &given);
/// assert_eq!(findings[0].verdict, Verdict::Verbatim);
/// assert!(!findings[0].source_matches);
/// ```
#[derive(Clone, Debug)]
pub struct Verifier {
    words: Arc<Words>,
    gazetteer: Arc<Gazetteer>,
}

impl Verifier {
    /// A verifier that shares what an extractor knows of words and names, instead of reading it once more.
    #[must_use]
    pub fn of(extractor: &Extractor) -> Self {
        let known = &extractor.known;
        Self { words: Arc::clone(&known.words), gazetteer: Arc::clone(&known.gazetteer) }
    }

    /// What a text says of each quotation, in their order. [`Finding::holder`] is an index into [`Extraction::all`];
    /// claims below [`DEFAULT_MIN_CONFIDENCE`] hold nothing. A quotation for which nobody is named
    /// matches every source wherever it is found. Asks `cancelled` between quotations and while it looks for each, and
    /// returns nothing once it says yes.
    #[must_use]
    pub fn verify_unless(
        &self,
        found: &Extraction<'_>,
        quotations: &[GivenQuotation<'_>],
        cancelled: IsCancelled<'_>,
    ) -> Option<Vec<Finding>> {
        let (document, claims) = (found.document(), found.all());
        let is_sure = |claim: &Claim| claim.confidence >= DEFAULT_MIN_CONFIDENCE;
        let contents: Vec<Attributed> = claims
            .iter()
            .map(|claim| Attributed {
                spans: if is_sure(claim) { claim.content.spans.clone() } else { Vec::new() },
                parent: claim.parent,
            })
            .collect();
        let watch = Watch::new(cancelled);
        let verification = Verification::new(document, &contents, &self.words, &watch)?;
        let sources = Sources::new(self, found.text(), claims);
        let mut findings = Vec::with_capacity(quotations.len());
        for quotation in quotations {
            watch.ask()?;
            let name = quotation.source.trim();
            let is_source = |claim: usize| name.is_empty() || sources.is_called(claim, name);
            let mut finding = verification.find(quotation.text, &is_source, &watch)?;
            finding.source_matches |= name.is_empty() && finding.verdict != Verdict::Absent;
            findings.push(finding);
        }
        Some(findings)
    }

    /// How much there is to do for the quotations of a text whose claims are known: the bytes of the text, of the quotations
    /// and of the names, and more for each piece of a quotation that says that it leaves words out or replaces them.
    #[must_use]
    pub fn work(text: &str, quotations: &[GivenQuotation<'_>]) -> Work {
        let pieces = |quotation: &str| {
            let others = quotation.matches(['…', '[']).count() + quotation.matches("..").count();
            others.saturating_mul(COST_OF_PIECE)
        };
        let bytes = |it: &GivenQuotation<'_>| it.text.len() + pieces(it.text) + it.source.len() * MOST_NAMES;
        let searched = quotations.iter().map(bytes).fold(text.len(), usize::saturating_add);
        Work::searching(searched)
    }

    /// Like [`Self::verify_unless`], to the end.
    #[must_use]
    pub fn verify(&self, found: &Extraction<'_>, quotations: &[GivenQuotation<'_>]) -> Vec<Finding> {
        self.verify_unless(found, quotations, &|| false).unwrap_or_default()
    }
}

impl Default for Verifier {
    /// A verifier that knows what every extractor knows of words and names.
    fn default() -> Self {
        Self { words: Arc::new(Words::embedded()), gazetteer: Arc::new(Gazetteer::embedded()) }
    }
}

/// The sources of a text's claims, asked by name.
struct Sources<'a> {
    verifier: &'a Verifier,
    claims: &'a [Claim],
    /// What each entity is called in the text, first its fullest name; each in lower case once.
    names: FxHashMap<usize, Vec<&'a str>>,
    /// What was asked before: the same name is given for many quotations.
    answers: RefCell<FxHashMap<(usize, String), bool>>,
}

/// An entity is compared with a given name by no more than so many of its own.
const MOST_NAMES: usize = 8;

impl<'a> Sources<'a> {
    fn new(verifier: &'a Verifier, text: &'a str, claims: &'a [Claim]) -> Self {
        let mut names: FxHashMap<usize, Vec<&'a str>> = FxHashMap::default();
        for source in claims.iter().filter_map(|claim| claim.source.as_ref()) {
            let known = names.entry(source.entity).or_default();
            let written = source.spans.iter().map(|span| span.slice(text));
            for name in [source.resolved_name.as_str(), source.title.as_str()].into_iter().chain(written) {
                let is_new = !known.iter().any(|other| other.eq_ignore_ascii_case(name));
                if is_new && !name.is_empty() && known.len() < MOST_NAMES {
                    known.push(name);
                }
            }
        }
        Self { verifier, claims, names, answers: RefCell::default() }
    }

    /// Whether the source of a claim may be called `name`.
    fn is_called(&self, claim: usize, name: &str) -> bool {
        let Some(source) = &self.claims[claim].source else { return false };
        let asked = (source.entity, name.to_owned());
        if let Some(&answer) = self.answers.borrow().get(&asked) {
            return answer;
        }
        let known = self.names.get(&source.entity).map_or(&[][..], Vec::as_slice);
        let answer = known.iter().any(|known| self.are_same(source, name, known));
        self.answers.borrow_mut().insert(asked, answer);
        answer
    }

    fn are_same(&self, source: &Source, name: &str, known: &str) -> bool {
        // A name is a paragraph of its own.
        let line = |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ");
        let Verifier { words, gazetteer } = self.verifier;
        // "Ana Ruiz and Joe Palmer" are both of them, and each; "Ruiz's statement" is hers.
        let parts = known.split(" and ").filter(|part| *part != known).map(|part| (part, source.entity_kind));
        let owner = ["'s ", "’s "].into_iter().find_map(|mark| known.split_once(mark));
        let owner = owner.filter(|_| source.entity_kind == EntityKind::Document);
        let owner = owner.map(|(owner, _)| (owner, EntityKind::Unknown));
        std::iter::once((known, source.entity_kind)).chain(parts).chain(owner).any(|(known, kind)| {
            let lines = format!("{}\n\n{}", line(name), line(known));
            let names = annotation::annotate_names(segmentation::segment(&lines), words, gazetteer);
            coreference::are_same(&names, kind)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(text: &str) -> GivenQuotation<'_> {
        GivenQuotation { text, source: "" }
    }

    #[test]
    fn work_grows_with_the_text_the_quotations_and_their_pieces() {
        let bytes = |quotations: &[GivenQuotation<'_>]| {
            let work = Verifier::work("The dam leaks.", quotations);
            assert_eq!(work.read_bytes, 0, "the text's claims are known");
            work.search_bytes
        };
        assert_eq!(bytes(&[]), 14);
        assert_eq!(bytes(&[given("the dam"), given("leaks")]), 14 + 7 + 5);
        assert_eq!(bytes(&[given("the … [it] ... leaks")]), 14 + 22 + 3 * COST_OF_PIECE);
        assert!(bytes(&[GivenQuotation { text: "", source: "Ana Ruiz" }]) >= 14 + 8);
    }

    #[test]
    fn verifying_can_be_called_off_within_a_quotation() {
        let text = "it is ".repeat(2_000);
        let found = Extraction::of_claims(&text, Vec::new());
        let quotation = "it … ".repeat(1_900);
        let verifier = Verifier::default();
        let asked = std::sync::atomic::AtomicUsize::new(0);
        let until = |last: usize| {
            asked.store(0, std::sync::atomic::Ordering::Relaxed);
            let cancelled = || asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == last;
            verifier.verify_unless(&found, &[given(&quotation)], &cancelled)
        };
        assert!(until(usize::MAX).is_some());
        let all = asked.load(std::sync::atomic::Ordering::Relaxed);
        // Many questions beside those of the text and the one before the quotation.
        assert!(all > 1_900 / 64 + 60, "{all}");
        for last in (0..all).step_by(7) {
            assert_eq!(until(last), None);
            assert_eq!(asked.load(std::sync::atomic::Ordering::Relaxed), last + 1);
        }
    }
}
