//! Text -> document: paragraphs, tokens, quotation marks paired, sentences.
//!
//! In: any `&str`. Out: a [`Document`] over it. Nothing can fail and nothing is rewritten; every character
//! that isn't white space lies in exactly one token.
//!
//! A text goes through once, paragraph by paragraph: line breaks are judged (`paragraphs`), characters become
//! tokens (`tokens`, `words`, `apostrophes`), quotation marks look around themselves (`marks`), find partners
//! (`pairing`) and perhaps a quotation of the paragraph before (`reopening`), and what could end a sentence is
//! decided (`sentences`). Each step is linear in the paragraph: what a loop has passed it doesn't pass again.

mod characters; //    what a character can be, by table
mod paragraphs; //    text -> stretches between line breaks
mod abbreviations; // which words keep their period
mod tokens; //        stretch -> tokens, marks, stops
mod words; //         where a word ends
mod apostrophes; //   what is cut from a word or begins with an apostrophe
mod marks; //         which way a quotation mark looks
mod mark_roles; //    what a mark is, given what is open
mod pairing; //       marks -> quotations of one paragraph
mod reopening; //     quotations over paragraphs
mod sentence_openers; // words that begin or continue sentences
mod sentences; //     stops -> sentences

#[cfg(test)]
mod tests;

use crate::text::{Document, IsCancelled, Paragraph, Span, Token, Watch};
use marks::Mark;
use pairing::Waiting;
use reopening::Reopening;
use tokens::Stop;

/// What a paragraph's steps hand to each other; emptied before each paragraph, so that one text needs few
/// allocations.
#[derive(Debug, Default)]
struct Scratch {
    /// The paragraph's quotation marks in order.
    marks: Vec<Mark>,
    /// What could end a sentence in it, in order.
    stops: Vec<Stop>,
    /// The marks that wait for a partner.
    waiting: Vec<Waiting>,
}

/// Cuts a text into paragraphs, sentences and tokens, and pairs its quotation marks.
///
/// ```
/// let found = ascribe_engine::Extractor::default().extract("“It’s over,” he said. “Go!” She went.");
/// let document = found.document();
/// let sentences: Vec<&str> = document.sentences.iter().map(|it| it.span.slice(document.text)).collect();
/// assert_eq!(sentences, ["“It’s over,” he said.", "“Go!”", "She went."]);
/// assert_eq!(document.word(2), "’s");
/// assert_eq!(document.quotations[0].span.slice(document.text), "“It’s over,”");
/// ```
#[must_use]
pub fn segment(text: &str) -> Document<'_> {
    let never = Watch::never();
    let mut document = empty(text);
    // Nobody calls it off.
    let _ = fill(&mut document, &never);
    document
}

/// Like [`segment`]; nothing once `cancelled` says yes.
#[must_use]
pub fn segment_unless<'text>(text: &'text str, cancelled: IsCancelled<'_>) -> Option<Document<'text>> {
    let mut document = empty(text);
    fill(&mut document, &Watch::new(cancelled))?;
    Some(document)
}

fn empty(text: &str) -> Document<'_> {
    // English news has a token to every five bytes and a sentence to every hundred and thirty.
    Document {
        text,
        tokens: Vec::with_capacity(text.len() / 5 + 16),
        sentences: Vec::with_capacity(text.len() / 100 + 4),
        paragraphs: Vec::with_capacity(text.len() / 200 + 4),
        quotations: Vec::new(),
    }
}

fn fill(document: &mut Document<'_>, watch: &Watch<'_>) -> Option<()> {
    let mut scratch = Scratch::default();
    let mut reopening = Reopening::default();
    let mut through = Some(());
    paragraphs::for_each(document.text, |stretch| {
        if through.is_some() {
            through = add_paragraph(document, &mut scratch, &mut reopening, stretch, watch);
        }
    });
    through?;
    reopening.finish(document);
    Some(())
}

/// Whether a paragraph of at least this many bytes is still wanted is asked before each of its steps.
const LONG_PARAGRAPH: usize = 32 << 10;

fn add_paragraph(
    document: &mut Document<'_>,
    scratch: &mut Scratch,
    reopening: &mut Reopening,
    stretch: Span,
    watch: &Watch<'_>,
) -> Option<()> {
    let is_wanted = || if stretch.len() < LONG_PARAGRAPH { watch.step() } else { watch.ask() };
    is_wanted()?;
    let first_token = document.tokens.len();
    let first_sentence = document.sentences.len();
    scratch.marks.clear();
    scratch.stops.clear();
    tokens::read(document.text, stretch, &mut document.tokens, scratch, watch)?;
    if document.tokens.len() == first_token {
        return Some(());
    }
    is_wanted()?;
    let pairing = pairing::pair(document, scratch, first_token, watch)?;
    is_wanted()?;
    reopening.add(document, &scratch.marks, &pairing, first_token);
    sentences::add(document, &scratch.stops, first_token);
    document.paragraphs.push(Paragraph {
        span: span_of(&document.tokens[first_token..]),
        sentences: first_sentence..document.sentences.len(),
    });
    is_wanted()
}

/// The span from the first to the last of some tokens; there is at least one.
fn span_of(tokens: &[Token]) -> Span {
    Span::new(tokens[0].span.start, tokens[tokens.len() - 1].span.end)
}
