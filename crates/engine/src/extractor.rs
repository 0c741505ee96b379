//! The extractor: owns what is known, runs the rooms in order.
//!
//! In: any text. Out: its claims. Extraction never fails, does no IO, and gives the same answer for the same
//! text on every machine and thread.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use jiff::civil::Date;

use crate::annotation;
use crate::attribution;
use crate::claims::{self, DEFAULT_MIN_CONFIDENCE, Knowledge};
use crate::coreference::{self, Alias};
use crate::cues::CueFinder;
use crate::extraction::Extraction;
use crate::lexicon::{Gazetteer, Lexicon, TellingWords, Words, knowledge_version};
use crate::notices::{self, LanguageOf};
use crate::segmentation;
use crate::tagging::Tagger;
use crate::tagging::network::Network;
use crate::text::{IsCancelled, Work};

/// What a caller knows of a text beside its words. The default knows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// The day of its publication: the anchor of "on Tuesday".
    pub published: Option<Date>,
    /// Names whose bearers the caller knows; these win over what the text lets guess, and over the extractor's own.
    pub aliases: &'a [Alias],
    /// The caller says that the text is English: nobody looks whether it is.
    pub language_is_given: bool,
}

/// Finds the claims of texts. Immutable once built: share one between all threads; a clone shares all tables.
///
/// ```
/// use ascribe_engine::Extractor;
///
/// let extractor = Extractor::default();
/// let found = extractor.extract("Ana Ruiz said that the dam leaks. She denied that it was old.");
/// let speakers: Vec<_> = found.iter().filter_map(|claim| claim.speaker()).collect();
/// assert_eq!(speakers, ["Ana Ruiz", "Ana Ruiz"]);
/// ```
#[derive(Clone, Debug)]
pub struct Extractor {
    pub(crate) known: Arc<Known>,
    aliases: Arc<[Alias]>,
    language: LanguageOf,
    min_confidence: f32,
    threads: usize,
}

/// What is known before reading.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) words: Arc<Words>,
    pub(crate) gazetteer: Arc<Gazetteer>,
    pub(crate) finder: CueFinder,
    pub(crate) tagger: Tagger,
    telling: TellingWords,
    tagger_version: String,
    knowledge_version: String,
}

/// Makes an [`Extractor`] that differs from the default one.
///
/// ```
/// use ascribe_engine::{Extractor, Lexicon};
///
/// let lexicon = Lexicon::embedded();
/// let extractor = Extractor::builder().lexicon(lexicon).min_confidence(0.5).threads(2).build();
/// assert_eq!(extractor.extract_many(&["Ruiz said no.", ""]).len(), 2);
/// ```
#[derive(Debug, Default)]
pub struct ExtractorBuilder {
    lexicon: Option<Lexicon>,
    network: Option<Network>,
    aliases: Vec<Alias>,
    language: LanguageOf,
    min_confidence: Option<f32>,
    threads: Option<usize>,
}

impl ExtractorBuilder {
    /// Looks for the cues of `lexicon` instead of those built in.
    #[must_use]
    pub fn lexicon(mut self, lexicon: Lexicon) -> Self {
        self.lexicon = Some(lexicon);
        self
    }

    /// Reads with `network` instead of the one built in.
    #[must_use]
    pub fn network(mut self, network: Network) -> Self {
        self.network = Some(network);
        self
    }

    /// Names whose bearers are known in every text.
    #[must_use]
    pub fn aliases(mut self, aliases: Vec<Alias>) -> Self {
        self.aliases = aliases;
        self
    }

    /// Every text is English by the caller's word, as if [`Context::language_is_given`] were set for each.
    #[must_use]
    pub fn language_is_given(mut self) -> Self {
        self.language = LanguageOf::Caller;
        self
    }

    /// The confidence, between 0 and 1, below which a claim is left out of [`Extraction::claims`]; without this it is
    /// [`DEFAULT_MIN_CONFIDENCE`].
    #[must_use]
    pub fn min_confidence(mut self, min_confidence: f32) -> Self {
        self.min_confidence = Some(min_confidence);
        self
    }

    /// On how many threads [`Extractor::extract_many`] reads; without this as many as the machine has cores. 0 counts
    /// as 1.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// The extractor.
    #[must_use]
    pub fn build(self) -> Extractor {
        let lexicon = self.lexicon.unwrap_or_else(Lexicon::embedded);
        let network = self.network.unwrap_or_else(Network::embedded);
        let knowledge_version = knowledge_version(lexicon.version(), network.version());
        let known = Known {
            finder: CueFinder::new(lexicon),
            words: Arc::new(Words::embedded()),
            gazetteer: Arc::new(Gazetteer::embedded()),
            telling: TellingWords::embedded(),
            tagger_version: format!("{}+{knowledge_version} {}", env!("CARGO_PKG_VERSION"), network.name()),
            tagger: Tagger::new(network),
            knowledge_version,
        };
        Extractor {
            known: Arc::new(known),
            aliases: self.aliases.into(),
            language: self.language,
            min_confidence: self.min_confidence.unwrap_or(DEFAULT_MIN_CONFIDENCE),
            threads: self.threads.unwrap_or_else(cores).max(1),
        }
    }
}

/// As many threads as the machine can run at once.
fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

impl Default for Extractor {
    fn default() -> Self {
        Self::builder().build()
    }
}

impl Extractor {
    /// The way to an extractor with a lexicon, a network, aliases or a minimal confidence of its own.
    #[must_use]
    pub fn builder() -> ExtractorBuilder {
        ExtractorBuilder::default()
    }

    /// The lexicon that it was built with.
    #[must_use]
    pub fn lexicon(&self) -> &Lexicon {
        self.known.finder.lexicon()
    }

    /// The version of what finds claims: this crate's with [`Self::knowledge_version`] behind a "+", a space, and the
    /// network's name.
    #[must_use]
    pub fn tagger_version(&self) -> &str {
        &self.known.tagger_version
    }

    /// The version of all that is known before reading: twelve hexadecimal digits that differ wherever a byte of the
    /// lexicon, of the network or of another embedded file does. The same text, context and options give the same claims
    /// where this and the crate's version are the same.
    #[must_use]
    pub fn knowledge_version(&self) -> &str {
        &self.known.knowledge_version
    }

    /// The claims of `text`.
    #[must_use]
    pub fn extract<'text>(&self, text: &'text str) -> Extraction<'text> {
        self.extract_in(text, Context::default())
    }

    /// Like [`Self::extract`], with what the caller knows of the text.
    #[must_use]
    pub fn extract_in<'text>(&self, text: &'text str, context: Context<'_>) -> Extraction<'text> {
        // Nobody calls it off.
        self.extract_unless(text, context, &|| false)
            .unwrap_or_else(|| Extraction::of_claims(text, Vec::new()))
    }

    /// Like [`Self::extract_in`], but asks `cancelled` between the rooms and in them, and returns nothing once it says
    /// yes: for callers whose own caller may be gone. Of a mebibyte of any text no more than some 50 ms pass between two
    /// questions.
    #[must_use]
    pub fn extract_unless<'text>(
        &self,
        text: &'text str,
        context: Context<'_>,
        cancelled: IsCancelled<'_>,
    ) -> Option<Extraction<'text>> {
        let is_wanted = || (!cancelled()).then_some(());
        let Known { words, gazetteer, finder, tagger, telling, .. } = &*self.known;
        let language = if context.language_is_given { LanguageOf::Caller } else { self.language };
        let aliases = if context.aliases.is_empty() { &*self.aliases } else { context.aliases };
        let noticed = notices::notices_of(text, aliases, language, telling, cancelled)?;
        let document = segmentation::segment_unless(text, cancelled)?;
        if !noticed.is_read {
            return Some(
                Extraction::new(document, Vec::new(), self.min_confidence).with_notices(noticed.notices),
            );
        }
        is_wanted()?;
        let candidates = finder.find(&document);
        is_wanted()?;
        let annotated = annotation::annotate(document, words, gazetteer, &candidates, finder, cancelled)?;
        let labels = tagger.tag(&annotated, &candidates, finder, cancelled)?;
        let attributions = attribution::assemble(&annotated.document, &labels, cancelled)?;
        let sources = coreference::resolve(&annotated, &attributions, &self.aliases(&context), cancelled)?;
        let knowledge =
            Knowledge { lexicon: finder.lexicon(), sources: &sources, published: context.published };
        let claims = claims::claims_of(&annotated, &attributions, knowledge, cancelled)?;
        let found = Extraction::new(annotated.document, claims, self.min_confidence);
        Some(found.with_notices(noticed.notices))
    }

    /// How much there is to do for the claims of `text`: its bytes to read and, where somebody is known by name, those of
    /// all names and once more of the text to look for.
    #[must_use]
    pub fn work(&self, text: &str, context: Context<'_>) -> Work {
        let bytes = |alias: &Alias| alias.name.len() + alias.variants.iter().map(String::len).sum::<usize>();
        let names: usize = context.aliases.iter().chain(&*self.aliases).map(bytes).sum();
        let searched = if names == 0 { 0 } else { names + text.len() };
        Work::reading(text.len()) + Work::searching(searched)
    }

    /// The claims of each text, in their order, read on [`ExtractorBuilder::threads`] threads.
    ///
    /// # Panics
    /// Where the extractor does, which it shouldn't on any text.
    #[must_use]
    pub fn extract_many<'text, T: AsRef<str> + Sync>(&self, texts: &'text [T]) -> Vec<Extraction<'text>> {
        let next = AtomicUsize::new(0);
        let read = || {
            let mut found = Vec::new();
            while let Some((index, text)) = {
                let index = next.fetch_add(1, Ordering::Relaxed);
                texts.get(index).map(|text| (index, text))
            } {
                found.push((index, self.extract(text.as_ref())));
            }
            found
        };
        let mut found = thread::scope(|scope| {
            let workers = self.threads.min(texts.len());
            let workers: Vec<_> = (0..workers).map(|_| scope.spawn(read)).collect();
            let join = |worker: thread::ScopedJoinHandle<'_, Vec<(usize, Extraction<'text>)>>| {
                worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            workers.into_iter().flat_map(join).collect::<Vec<_>>()
        });
        found.sort_by_key(|(index, _)| *index);
        found.into_iter().map(|(_, extraction)| extraction).collect()
    }

    /// The confidence below which a claim is left out.
    pub(crate) const fn min_confidence(&self) -> f32 {
        self.min_confidence
    }

    /// The caller's aliases of a text before those of all texts.
    pub(crate) fn aliases<'a>(&'a self, context: &Context<'a>) -> Cow<'a, [Alias]> {
        match (context.aliases, &*self.aliases) {
            (aliases, []) | ([], aliases) => Cow::Borrowed(aliases),
            (of_text, of_all) => Cow::Owned([of_text, of_all].concat()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verifier::Verifier;

    /// One of each can serve all threads.
    const _: () = {
        const fn is_shared<T: Send + Sync + 'static>() {}
        is_shared::<Extractor>();
        is_shared::<Verifier>();
        is_shared::<Lexicon>();
        is_shared::<Network>();
        is_shared::<Extraction<'static>>();
    };

    #[test]
    fn many_texts_are_answered_in_their_order() {
        let texts: Vec<String> = (0..9).map(|number| format!("Ruiz said that dam {number} leaks.")).collect();
        for threads in [0, 1, 4, 20] {
            let extractor = Extractor::builder().threads(threads).build();
            let found = extractor.extract_many(&texts);
            let read: Vec<&str> = found.iter().map(Extraction::text).collect();
            assert_eq!(read, texts);
        }
    }

    #[test]
    fn work_grows_with_the_text_and_with_the_names() {
        let text = "Ruiz said no.";
        let alias = |variants: usize| Alias {
            name: "Ana Ruiz".to_owned(),
            variants: vec!["Ruiz".to_owned(); variants],
            ..Alias::default()
        };
        let all = Extractor::builder().aliases(vec![alias(2)]).build();
        let plain = Extractor { aliases: Arc::default(), ..all.clone() };
        let of_text = [alias(0), alias(100)];
        let context = Context { aliases: &of_text, ..Context::default() };
        let work = |read_bytes, search_bytes| Work { read_bytes, search_bytes };
        assert_eq!(plain.work(text, Context::default()), work(13, 0));
        assert_eq!(all.work(text, Context::default()), work(13, 13 + 16));
        assert_eq!(all.work(text, context), work(13, 13 + 16 + 8 + 408));
    }

    #[test]
    fn the_minimal_confidence_leaves_out_what_is_unsure() {
        let text =
            "Ruiz said that the dam leaks. “It does.”\n\nShe seems to fear it, sources close to her say.";
        let extractor = Extractor::builder().min_confidence(1.1).build();
        let found = extractor.extract(text);
        assert!(found.is_empty());
        assert!(!found.all().is_empty());
        assert_eq!(found.at_least(0.0), found.all());
    }
}
