//! The extractor: owns what is known, runs the rooms in order.
//!
//! In: any text. Out: its claims. Extraction never fails, does no IO, and gives the same answer for the same
//! text on every machine and thread.

use std::cell::RefCell;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::claims::{self, Claim, DEFAULT_MIN_CONFIDENCE, Knowledge, Source};
use crate::coreference::{self, Alias, EntityKind, PronounReading};
use crate::cues::CueFinder;
use crate::lexicon::{Gazetteer, Lexicon, Words, knowledge_version};
use crate::tagging::network::{Features, Network};
use crate::tagging::{Labels, Tagger};
use crate::text::Document;
use crate::verification::{Attributed, Finding, Quotation, Verdict, Verification};
use crate::{attribution, segmentation};

pub use crate::tagging::network::IsCancelled;

/// What a caller knows of a text beside its words. The default knows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// The day of its publication: the anchor of "on Tuesday".
    pub published: Option<Date>,
    /// Names whose bearers the caller knows; these win over what the text lets guess.
    pub aliases: &'a [Alias],
}

/// Finds the claims of texts. Immutable once built: share one between all threads.
#[derive(Clone, Debug)]
pub struct Extractor {
    lexicon: Lexicon,
    words: Words,
    gazetteer: Gazetteer,
    finder: CueFinder,
    tagger: Tagger,
    tagger_version: String,
    knowledge_version: String,
}

impl Extractor {
    /// An extractor that looks for the cues of `lexicon` and reads with the embedded network.
    #[must_use]
    pub fn new(lexicon: Lexicon) -> Self {
        Self::with_network(lexicon, Network::embedded())
    }

    /// An extractor that looks for the cues of `lexicon` and reads with another network.
    #[must_use]
    pub fn with_network(lexicon: Lexicon, network: Network) -> Self {
        let knowledge_version = knowledge_version(lexicon.version(), network.version());
        Self {
            finder: CueFinder::new(&lexicon),
            lexicon,
            words: Words::embedded(),
            gazetteer: Gazetteer::embedded(),
            tagger_version: format!("{}+{knowledge_version} {}", env!("CARGO_PKG_VERSION"), network.name()),
            tagger: Tagger::new(network),
            knowledge_version,
        }
    }

    /// The lexicon that it was built with.
    #[must_use]
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// The version of what finds claims: this crate's with [`Self::knowledge_version`] behind a "+", a space, and the
    /// network's name.
    #[must_use]
    pub fn tagger_version(&self) -> &str {
        &self.tagger_version
    }

    /// The version of all that is known before reading: twelve hexadecimal digits that differ wherever a byte of the
    /// lexicon, of the network or of another embedded file does. The same text, context and options give the same claims
    /// where this and the crate's version are the same.
    #[must_use]
    pub fn knowledge_version(&self) -> &str {
        &self.knowledge_version
    }

    /// `text` as its tokens and what the network reads of them: what the network is trained on.
    #[must_use]
    pub fn features<'text>(&self, text: &'text str) -> (Document<'text>, Features) {
        let document = segmentation::segment(text);
        let candidates = self.finder.find(&document);
        let features = self.tagger.features(&document, &candidates, &self.finder, &self.lexicon);
        (document, features)
    }

    /// The claims of `text` as the patterns alone propose them to the network: what the lexicon's reliabilities are
    /// counted from, and what explains a reading.
    #[must_use]
    pub fn propose(&self, text: &str) -> Vec<Claim> {
        let document = segmentation::segment(text);
        let candidates = self.finder.find(&document);
        let labels = self.tagger.propose(&document, &candidates, &self.finder, &self.lexicon);
        self.claims(&document, &labels, Context::default())
    }

    /// What the third-person pronouns of `text` were read as, and what was weighed: for measuring and for learning.
    #[must_use]
    pub fn read_pronouns(&self, text: &str) -> Vec<PronounReading> {
        let document = segmentation::segment(text);
        let candidates = self.finder.find(&document);
        let labels = self.tagger.tag(&document, &candidates, &self.finder, &self.lexicon, &|| false);
        // Nobody calls it off.
        let labels = labels.unwrap_or_default();
        let attributions = attribution::assemble(&document, &labels);
        let names = coreference::Knowledge { words: &self.words, gazetteer: &self.gazetteer, aliases: &[] };
        coreference::read_pronouns(&document, &attributions, names)
    }

    /// The claims of `text`, in the order of their cues (of their contents where there is no cue).
    #[must_use]
    pub fn extract(&self, text: &str) -> Vec<Claim> {
        self.extract_in(text, Context::default())
    }

    /// Like [`Self::extract`], with what the caller knows of the text.
    #[must_use]
    pub fn extract_in(&self, text: &str, context: Context<'_>) -> Vec<Claim> {
        self.extract_unless(text, context, &|| false).unwrap_or_default()
    }

    /// Like [`Self::extract_in`], but asks `cancelled` between the rooms and for each window of the network, and
    /// returns nothing once it says yes: for callers whose own caller may be gone.
    #[must_use]
    pub fn extract_unless(
        &self,
        text: &str,
        context: Context<'_>,
        cancelled: IsCancelled<'_>,
    ) -> Option<Vec<Claim>> {
        let document = segmentation::segment(text);
        if cancelled() {
            return None;
        }
        let candidates = self.finder.find(&document);
        if cancelled() {
            return None;
        }
        let labels = self.tagger.tag(&document, &candidates, &self.finder, &self.lexicon, cancelled)?;
        Some(self.claims(&document, &labels, context))
    }

    /// The claims that labels make.
    fn claims(&self, document: &Document<'_>, labels: &Labels, context: Context<'_>) -> Vec<Claim> {
        let attributions = attribution::assemble(document, labels);
        let names = coreference::Knowledge {
            words: &self.words,
            gazetteer: &self.gazetteer,
            aliases: context.aliases,
        };
        let sources = coreference::resolve(document, &attributions, names);
        let knowledge = Knowledge { lexicon: &self.lexicon, sources: &sources, published: context.published };
        claims::claims_of(document, &attributions, knowledge)
    }
}

/// Says of quotations whether a text holds them, and whose they are there. Immutable once built.
#[derive(Clone, Debug)]
pub struct Verifier {
    words: Words,
    gazetteer: Gazetteer,
}

impl Verifier {
    /// A verifier that knows what every extractor knows of words and names.
    #[must_use]
    pub fn new() -> Self {
        Self { words: Words::embedded(), gazetteer: Gazetteer::embedded() }
    }

    /// What `text`, whose claims are `claims`, says of each quotation, in their order. [`Finding::holder`] is an index
    /// into `claims`; claims below [`DEFAULT_MIN_CONFIDENCE`] hold nothing. A quotation for which nobody is named
    /// matches every source wherever it is found. Asks `cancelled` between quotations and returns nothing once it says
    /// yes.
    #[must_use]
    pub fn verify_unless(
        &self,
        text: &str,
        claims: &[Claim],
        quotations: &[Quotation<'_>],
        cancelled: IsCancelled<'_>,
    ) -> Option<Vec<Finding>> {
        let document = segmentation::segment(text);
        let is_sure = |claim: &Claim| claim.confidence >= DEFAULT_MIN_CONFIDENCE;
        let contents: Vec<Attributed> = claims
            .iter()
            .map(|claim| Attributed {
                spans: if is_sure(claim) { claim.content.spans.clone() } else { Vec::new() },
                parent: claim.parent,
            })
            .collect();
        let verification = Verification::new(&document, &contents, &self.words);
        let sources = Sources::new(self, text, claims);
        let mut findings = Vec::with_capacity(quotations.len());
        for quotation in quotations {
            if cancelled() {
                return None;
            }
            let name = quotation.source.trim();
            let is_source = |claim: usize| name.is_empty() || sources.is_called(claim, name);
            let mut finding = verification.find(quotation.text, &is_source);
            finding.source_matches |= name.is_empty() && finding.verdict != Verdict::Absent;
            findings.push(finding);
        }
        Some(findings)
    }

    /// Like [`Self::verify_unless`], to the end.
    #[must_use]
    pub fn verify(&self, text: &str, claims: &[Claim], quotations: &[Quotation<'_>]) -> Vec<Finding> {
        self.verify_unless(text, claims, quotations, &|| false).unwrap_or_default()
    }
}

impl Default for Verifier {
    fn default() -> Self {
        Self::new()
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
        // A name is a line of its own, and its verb stands behind it.
        let line = |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ") + " said.";
        let knowledge = coreference::Knowledge {
            words: &self.verifier.words,
            gazetteer: &self.verifier.gazetteer,
            aliases: &[],
        };
        // "Ana Ruiz and Joe Palmer" are both of them, and each; "Ruiz's statement" is hers.
        let parts = known.split(" and ").filter(|part| *part != known).map(|part| (part, source.entity_kind));
        let owner = ["'s ", "’s "].into_iter().find_map(|mark| known.split_once(mark));
        let owner = owner.filter(|_| source.entity_kind == EntityKind::Document);
        let owner = owner.map(|(owner, _)| (owner, EntityKind::Unknown));
        std::iter::once((known, source.entity_kind)).chain(parts).chain(owner).any(|(known, kind)| {
            let lines = format!("{}\n\n{}", line(name), line(known));
            coreference::are_same(&segmentation::segment(&lines), kind, knowledge)
        })
    }
}
