//! The verifier: says of quotations whether a text holds them, and whose they are there.

use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::annotation;
use crate::claims::{Claim, DEFAULT_MIN_CONFIDENCE, Source};
use crate::coreference::{self, Alias, EntityKind};
use crate::extraction::Extraction;
use crate::extractor::{Context, Extractor};
use crate::lexicon::{Gazetteer, Words};
use crate::segmentation;
use crate::text::{IsCancelled, Watch, Work};
use crate::verification::{Attributed, COST_OF_PIECE, Finding, GivenQuotation, SpeakerVerdict, Verification};

/// Says of quotations whether a text holds them, and whose they are there. Immutable once built.
///
/// ```
/// use ascribe_engine::{Extractor, GivenQuotation, SpeakerVerdict, Verdict, Verifier};
///
/// let found = Extractor::default().extract("“The old dam leaks,” said Ana Ruiz.");
/// let given = [GivenQuotation { text: "The old dam leaks", source: "Joe Palmer" }];
/// let findings = Verifier::default().verify(&found, &given);
/// assert_eq!(findings[0].verdict, Verdict::Verbatim);
/// assert_eq!(findings[0].speaker, SpeakerVerdict::Other);
/// ```
#[derive(Clone, Debug)]
pub struct Verifier {
    words: Arc<Words>,
    gazetteer: Arc<Gazetteer>,
    aliases: Arc<[Alias]>,
}

impl Verifier {
    /// A verifier that shares what an extractor knows of words, names and people, instead of reading it once more.
    #[must_use]
    pub fn of(extractor: &Extractor) -> Self {
        let known = &extractor.known;
        Self {
            words: Arc::clone(&known.words),
            gazetteer: Arc::clone(&known.gazetteer),
            aliases: Arc::clone(&extractor.aliases),
        }
    }

    /// What a text says of each quotation, in their order. [`Finding::holder`] is an index into [`Extraction::all`];
    /// claims below [`DEFAULT_MIN_CONFIDENCE`] hold nothing.
    #[must_use]
    pub fn verify(&self, found: &Extraction<'_>, quotations: &[GivenQuotation<'_>]) -> Vec<Finding> {
        self.verify_in(found, quotations, Context::default())
    }

    /// Like [`Self::verify`], with what the caller knows of the text: the context that it was extracted in. Somebody whom
    /// the caller knows may be asked for by the name or by any variant, and whom the text calls so is nobody else.
    #[must_use]
    pub fn verify_in(
        &self,
        found: &Extraction<'_>,
        quotations: &[GivenQuotation<'_>],
        context: Context<'_>,
    ) -> Vec<Finding> {
        // Nobody calls it off.
        self.verify_unless(found, quotations, context, &|| false).unwrap_or_default()
    }

    /// Like [`Self::verify_in`], but asks `cancelled` between quotations and while it looks for each, and returns nothing
    /// once it says yes.
    #[must_use]
    pub fn verify_unless(
        &self,
        found: &Extraction<'_>,
        quotations: &[GivenQuotation<'_>],
        context: Context<'_>,
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
        let aliases: Vec<&Alias> = context.aliases.iter().chain(&*self.aliases).collect();
        let known = KnownPeople::of(&aliases, &watch)?;
        let sources = Sources::new(self, found.text(), claims, known);
        let mut findings = Vec::with_capacity(quotations.len());
        for quotation in quotations {
            watch.ask()?;
            let name = quotation.source.trim();
            let judged = |claim: usize| sources.judged(claim, name);
            let finding = verification.find(quotation.text, &judged, &watch)?;
            let speaker = if name.is_empty() { SpeakerVerdict::NotAsked } else { finding.speaker };
            findings.push(Finding { speaker, ..finding });
        }
        Some(findings)
    }

    /// How much there is to do for the quotations of a text whose claims are known: the bytes of the text, of the quotations,
    /// of the names and of whom the caller knows, and more for each piece of a quotation that says that it leaves words out
    /// or replaces them.
    #[must_use]
    pub fn work(text: &str, quotations: &[GivenQuotation<'_>], context: Context<'_>) -> Work {
        let pieces = |quotation: &str| {
            let others = quotation.matches(['…', '[']).count() + quotation.matches("..").count();
            others.saturating_mul(COST_OF_PIECE)
        };
        let variants = |alias: &Alias| alias.variants.iter().map(String::len).sum::<usize>();
        let known: usize = context.aliases.iter().map(|alias| alias.name.len() + variants(alias)).sum();
        // Whoever is asked for by a variant is compared by name.
        let longest = context.aliases.iter().map(|alias| alias.name.len()).max().unwrap_or_default();
        let name = |source: &str| if source.trim().is_empty() { 0 } else { source.len().max(longest) };
        let bytes = |it: &GivenQuotation<'_>| it.text.len() + pieces(it.text) + name(it.source) * MOST_NAMES;
        let searched = quotations.iter().map(bytes).fold(text.len() + known, usize::saturating_add);
        Work::searching(searched)
    }
}

impl Default for Verifier {
    /// A verifier that knows what every extractor knows of words and names.
    fn default() -> Self {
        Self {
            words: Arc::new(Words::embedded()),
            gazetteer: Arc::new(Gazetteer::embedded()),
            aliases: Arc::default(),
        }
    }
}

/// Whom the caller knows, by what they may be asked for.
struct KnownPeople<'a> {
    /// By name and variant, as [`plain`] writes them: the first whom they stand for, as in a text.
    bearers: FxHashMap<String, &'a str>,
    names: FxHashSet<&'a str>,
}

impl<'a> KnownPeople<'a> {
    /// Nothing once the work is called off.
    fn of(aliases: &[&'a Alias], watch: &Watch<'_>) -> Option<Self> {
        let (mut bearers, mut names) = (FxHashMap::default(), FxHashSet::default());
        for alias in aliases {
            names.insert(alias.name.as_str());
            for written in std::iter::once(&alias.name).chain(&alias.variants) {
                watch.step()?;
                bearers.entry(plain(written)).or_insert(alias.name.as_str());
            }
        }
        Some(Self { bearers, names })
    }
}

/// "the  Pentagon Chief" -> "pentagon chief".
fn plain(name: &str) -> String {
    let mut words = name.split_whitespace().map(str::to_lowercase).peekable();
    if words.peek().is_some_and(|first| first == "the") {
        words.next();
    }
    words.collect::<Vec<_>>().join(" ")
}

/// The sources of a text's claims, asked by name.
struct Sources<'a> {
    verifier: &'a Verifier,
    claims: &'a [Claim],
    /// What each entity is called in the text, first its fullest name; each in lower case once.
    names: FxHashMap<usize, Vec<&'a str>>,
    /// What was asked before: the same name is given for many quotations.
    answers: RefCell<FxHashMap<(usize, String), bool>>,
    known: KnownPeople<'a>,
}

/// An entity is compared with a given name by no more than so many of its own.
const MOST_NAMES: usize = 8;

impl<'a> Sources<'a> {
    fn new(verifier: &'a Verifier, text: &'a str, claims: &'a [Claim], known: KnownPeople<'a>) -> Self {
        let mut names: FxHashMap<usize, Vec<&'a str>> = FxHashMap::default();
        for source in claims.iter().filter_map(|claim| claim.source.as_ref()) {
            let of_entity = names.entry(source.entity).or_default();
            let written = source.spans.iter().map(|span| span.slice(text));
            for name in [source.resolved_name.as_str(), source.title.as_str()].into_iter().chain(written) {
                let is_new = !of_entity.iter().any(|other| other.eq_ignore_ascii_case(name));
                if is_new && !name.is_empty() && of_entity.len() < MOST_NAMES {
                    of_entity.push(name);
                }
            }
        }
        Self { verifier, claims, names, answers: RefCell::default(), known }
    }

    /// What the document says of a claim's source, where `name` is asked for; empty: nobody is.
    fn judged(&self, claim: usize, name: &str) -> SpeakerVerdict {
        match &self.claims[claim].source {
            _ if name.is_empty() => SpeakerVerdict::NotAsked,
            None => SpeakerVerdict::Unknown,
            Some(source) if self.is_called(source, name) => SpeakerVerdict::Same,
            Some(_) => SpeakerVerdict::Other,
        }
    }

    /// Whether a source may be called `name`.
    fn is_called(&self, source: &Source, name: &str) -> bool {
        let asked = (source.entity, name.to_owned());
        if let Some(&answer) = self.answers.borrow().get(&asked) {
            return answer;
        }
        let answer = self.is_whom(source, name);
        self.answers.borrow_mut().insert(asked, answer);
        answer
    }

    fn is_whom(&self, source: &Source, name: &str) -> bool {
        let (asked, resolved) = (plain(name), source.resolved_name.as_str());
        if !self.known.names.is_empty() && asked == plain(resolved) {
            return true;
        }
        let bearer = self.known.bearers.get(&asked).copied();
        if let Some(bearer) = bearer.filter(|_| self.known.names.contains(resolved)) {
            // The caller knows both, and tells them apart.
            return bearer == resolved;
        }
        let of_entity = self.names.get(&source.entity).map_or(&[][..], Vec::as_slice);
        of_entity.iter().any(|known| self.are_same(source, bearer.unwrap_or(name), known))
    }

    fn are_same(&self, source: &Source, name: &str, known: &str) -> bool {
        // A name is a paragraph of its own.
        let line = |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ");
        let Verifier { words, gazetteer, .. } = self.verifier;
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
            let work = Verifier::work("The dam leaks.", quotations, Context::default());
            assert_eq!(work.read_bytes, 0, "the text's claims are known");
            work.search_bytes
        };
        assert_eq!(bytes(&[]), 14);
        assert_eq!(bytes(&[given("the dam"), given("leaks")]), 14 + 7 + 5);
        assert_eq!(bytes(&[given("the … [it] ... leaks")]), 14 + 22 + 3 * COST_OF_PIECE);
        let asked = [GivenQuotation { text: "", source: "Ana Ruiz" }];
        assert_eq!(bytes(&asked), 14 + 8 * MOST_NAMES);
        let alias = Alias {
            name: "Ana Maria Ruiz".to_owned(),
            variants: vec!["Ruiz".to_owned()],
            ..Alias::default()
        };
        let context = Context { aliases: &[alias], ..Context::default() };
        let work = |quotations: &[GivenQuotation<'_>]| {
            Verifier::work("The dam leaks.", quotations, context).search_bytes
        };
        assert_eq!(work(&[given("leaks")]), 14 + 18 + 5, "nobody is asked for");
        assert_eq!(work(&asked), 14 + 18 + 14 * MOST_NAMES);
    }

    fn speaker(text: &str, quotation: &str, source: &str, aliases: &[Alias]) -> SpeakerVerdict {
        let context = Context { aliases, ..Context::default() };
        let extractor = Extractor::default();
        let found = extractor.extract_in(text, context);
        let given = [GivenQuotation { text: quotation, source }];
        Verifier::of(&extractor).verify_in(&found, &given, context)[0].speaker
    }

    #[test]
    fn what_became_of_the_speaker_is_told_apart() {
        let text = "“The dam is safe,” said Ana Ruiz. It was alleged that the mayor had taken bribes. The bridge opens in May.";
        for (quotation, source, expected) in [
            ("The dam is safe", "", SpeakerVerdict::NotAsked),
            ("The dam is safe", " \n", SpeakerVerdict::NotAsked),
            ("Nobody knows what the flood did to us", "", SpeakerVerdict::NotAsked),
            ("The dam is safe", "Ruiz", SpeakerVerdict::Same),
            ("The dam is not safe", "Ruiz", SpeakerVerdict::Same),
            ("The dam is safe", "Joe Palmer", SpeakerVerdict::Other),
            ("the mayor had taken bribes", "Joe Palmer", SpeakerVerdict::Unknown),
            ("The bridge opens in May", "Ana Ruiz", SpeakerVerdict::Unknown),
            ("Nobody knows what the flood did to us", "Ana Ruiz", SpeakerVerdict::Nobody),
        ] {
            assert_eq!(speaker(text, quotation, source, &[]), expected, "{quotation} by {source:?}");
        }
    }

    #[test]
    fn whom_the_caller_knows_may_be_asked_for_by_any_of_their_names_and_is_nobody_else() {
        let alias = |name: &str, variants: &[&str]| Alias {
            name: name.to_owned(),
            variants: variants.iter().map(|&variant| variant.to_owned()).collect(),
            ..Alias::default()
        };
        let text = "“The ceasefire holds,” the Pentagon chief said. “It doesn't,” the junior senator said. “I hope,” Karl Austin said.";
        let known = [
            alias("Lloyd Austin", &["the Pentagon chief", "Raytheon's old director"]),
            alias("Floyd Austin", &["the junior senator", "the Pentagon chief"]),
        ];
        for (quotation, source, expected) in [
            ("The ceasefire holds", "Lloyd Austin", SpeakerVerdict::Same),
            ("The ceasefire holds", "Pentagon chief", SpeakerVerdict::Same),
            ("The ceasefire holds", "RAYTHEON'S OLD  DIRECTOR", SpeakerVerdict::Same),
            ("The ceasefire holds", "Floyd Austin", SpeakerVerdict::Other),
            ("It doesn't", "Floyd Austin", SpeakerVerdict::Same),
            ("It doesn't", "the Pentagon chief", SpeakerVerdict::Other),
            ("I hope", "the Pentagon chief", SpeakerVerdict::Other),
            ("I hope", "Karl Austin", SpeakerVerdict::Same),
        ] {
            assert_eq!(speaker(text, quotation, source, &known), expected, "{quotation} by {source:?}");
        }
        assert_eq!(speaker(text, "The ceasefire holds", "Lloyd Austin", &[]), SpeakerVerdict::Other);
        let extractor = Extractor::builder().aliases(known.to_vec()).build();
        let found = extractor.extract(text);
        let given = [GivenQuotation { text: "The ceasefire holds", source: "Raytheon's old director" }];
        let finding = &Verifier::of(&extractor).verify(&found, &given)[0];
        assert_eq!(finding.speaker, SpeakerVerdict::Same, "the extractor's own are known, too");
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
            verifier.verify_unless(&found, &[given(&quotation)], Context::default(), &cancelled)
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
