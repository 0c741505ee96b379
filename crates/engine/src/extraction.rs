//! What an extractor found in a text: the document and its claims.

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::claims::{Claim, DEFAULT_MIN_CONFIDENCE, fingerprint_of, with_min_confidence};
use crate::notices::{Notice, NoticeReason};
use crate::segmentation;
use crate::text::{Document, Span};

/// The claims of a text, with the text cut into words and sentences.
///
/// Iterates over the claims of at least the extractor's minimal confidence, as the command and the service give them;
/// [`Self::all`] has the rest too.
///
/// ```
/// let found = ascribe_engine::Extractor::default().extract("“The dam leaks,” said Ana Ruiz.");
/// for claim in &found {
///     assert_eq!(found.source(claim), Some("Ana Ruiz"));
///     assert_eq!(found.cue(claim), Some("said"));
///     assert_eq!(found.content(claim), "“The dam leaks,”");
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Extraction<'text> {
    document: Document<'text>,
    all: Vec<Claim>,
    min_confidence: f32,
    claims: OnceLock<Vec<Claim>>,
    notices: Vec<Notice>,
}

impl<'text> Extraction<'text> {
    pub(crate) fn new(document: Document<'text>, all: Vec<Claim>, min_confidence: f32) -> Self {
        Self { document, all, min_confidence, claims: OnceLock::new(), notices: Vec::new() }
    }

    /// Claims of `text` that somebody else found: for verifying quotations against them. Spans have to be bytes of `text`
    /// on character edges, and parents indices into `claims`.
    #[must_use]
    pub fn of_claims(text: &'text str, claims: Vec<Claim>) -> Self {
        Self::new(segmentation::segment(text), claims, DEFAULT_MIN_CONFIDENCE)
    }

    /// The same, with what was noticed of its text.
    pub(crate) fn with_notices(self, notices: Vec<Notice>) -> Self {
        Self { notices, ..self }
    }

    /// The text, to the byte.
    #[must_use]
    pub fn text(&self) -> &'text str {
        self.document.text
    }

    /// The text's paragraphs, sentences, tokens and quotations.
    #[must_use]
    pub fn document(&self) -> &Document<'text> {
        &self.document
    }

    /// The claims of at least the extractor's minimal confidence, in the order of their cues (of their contents where
    /// there is no cue). [`Claim::parent`] is an index into this list.
    #[must_use]
    pub fn claims(&self) -> &[Claim] {
        self.claims.get_or_init(|| self.at_least(self.min_confidence))
    }

    /// All claims, however unsure. [`Claim::parent`] is an index into this list.
    #[must_use]
    pub fn all(&self) -> &[Claim] {
        &self.all
    }

    /// All claims, however unsure, without the text.
    #[must_use]
    pub fn into_all(self) -> Vec<Claim> {
        self.all
    }

    /// The claims of at least that confidence, between 0 and 1. One whose parent is left out gets the nearest that holds
    /// it and stays.
    #[must_use]
    pub fn at_least(&self, min_confidence: f32) -> Vec<Claim> {
        with_min_confidence(self.all.clone(), min_confidence)
    }

    /// What makes this answer doubtful: that the text is in another language, looks like HTML, JSON or a transcript, or was
    /// wrongly decoded; that two people whom the caller knows share a name. Empty where nothing was noticed.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Whether the text was read: no claims are looked for in one that surely is in another language than English, unless the
    /// caller says that it is English.
    #[must_use]
    pub fn is_read(&self) -> bool {
        !self.notices.iter().any(|it| it.reason == NoticeReason::OtherLanguage && it.span.is_none())
    }

    /// How many claims have at least the minimal confidence.
    #[must_use]
    pub fn len(&self) -> usize {
        self.claims().len()
    }

    /// Whether no claim has the minimal confidence.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.claims().is_empty()
    }

    /// The claims of at least the minimal confidence, one after the other.
    pub fn iter(&self) -> std::slice::Iter<'_, Claim> {
        self.claims().iter()
    }

    /// The words of a claim's source as they stand in the text: "he" where the text says "he". None where it has no
    /// source. [`Claim::speaker`] says who that is.
    #[must_use]
    pub fn source(&self, claim: &Claim) -> Option<&'text str> {
        self.words(&claim.source.as_ref()?.spans)
    }

    /// The words of a claim's cue. None where nothing marks the speech.
    #[must_use]
    pub fn cue(&self, claim: &Claim) -> Option<&'text str> {
        self.words(&claim.cue.as_ref()?.spans)
    }

    /// The words of a claim's content, its pieces joined by " … " where something stands between them:
    /// "“The dam,” … “leaks.”"
    #[must_use]
    pub fn content(&self, claim: &Claim) -> Cow<'text, str> {
        match claim.content.spans.as_slice() {
            [span] => Cow::Borrowed(span.slice(self.document.text)),
            pieces => {
                let words: Vec<&str> = pieces.iter().map(|span| span.slice(self.document.text)).collect();
                Cow::Owned(words.join(" … "))
            }
        }
    }

    /// What of a claim's content is quoted, as it stands in the text without its quotation marks, in order. Nothing where
    /// the claim is indirect.
    pub fn quoted<'claim>(
        &self,
        claim: &'claim Claim,
    ) -> impl Iterator<Item = &'text str> + use<'text, 'claim> {
        let text = self.document.text;
        claim.quoted.iter().map(move |span| span.slice(text))
    }

    /// The sentence in which a claim's cue stands; where nothing marks the speech, the one in which its content begins.
    #[must_use]
    pub fn sentence(&self, claim: &Claim) -> Span {
        let cue = claim.cue.as_ref().map_or(&[][..], |cue| &cue.spans);
        let Some(place) = cue.first().or(claim.content.spans.first()) else { return Span::default() };
        let sentences = &self.document.sentences;
        let at = sentences.partition_point(|sentence| sentence.span.end <= place.start);
        sentences.get(at).map_or(*place, |sentence| sentence.span)
    }

    /// Names a claim by its words: 16 hexadecimal digits over the text of source, cue and content, exactly as they are
    /// written. The same words give the same ones in every text, wherever they stand.
    ///
    /// ```
    /// let extractor = ascribe_engine::Extractor::default();
    /// let first = extractor.extract("“The dam leaks,” said Ana Ruiz.");
    /// let later = extractor.extract("Dam may break\n\n“The dam leaks,” said Ana Ruiz.");
    /// assert_eq!(first.fingerprint(&first.claims()[0]), later.fingerprint(&later.claims()[0]));
    /// ```
    #[must_use]
    pub fn fingerprint(&self, claim: &Claim) -> String {
        let source = claim.source.as_ref().map_or(Cow::Borrowed(""), |source| self.joined(&source.spans));
        let cue = claim.cue.as_ref().map_or(Cow::Borrowed(""), |cue| self.joined(&cue.spans));
        fingerprint_of(&source, &cue, &self.joined(&claim.content.spans))
    }

    /// The words of some spans, joined by one space.
    fn joined(&self, spans: &[Span]) -> Cow<'text, str> {
        match spans {
            [span] => Cow::Borrowed(span.slice(self.document.text)),
            spans => {
                let words: Vec<&str> = spans.iter().map(|span| span.slice(self.document.text)).collect();
                Cow::Owned(words.join(" "))
            }
        }
    }

    /// From the first to the last of some spans.
    fn words(&self, spans: &[Span]) -> Option<&'text str> {
        let (first, last) = (spans.first()?, spans.last()?);
        Some(Span::new(first.start, last.end).slice(self.document.text))
    }
}

impl<'a> IntoIterator for &'a Extraction<'_> {
    type Item = &'a Claim;
    type IntoIter = std::slice::Iter<'a, Claim>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
