//! Words and features -> for each token its cue scores and what the linker needs of it.
//!
//! The encoder reads windows that overlap, so that a text of any length needs the memory of one window, and takes
//! from each window the tokens that stand away from its edges.

use std::ops::Range;

use rten_tensor::NdTensor;

use super::decoding::{CUE_TAGS, softmax};
use super::features::{FEATURES, Features};
use super::file::{ModelError, Sections, Table};
use super::graph::{Graph, Thread};
use super::pieces::Vocabulary;
use crate::tagging::network::header::{About, Kind};
use crate::text::Document;

/// Reads tokens in their context.
#[derive(Debug)]
pub(super) struct Encoder {
    kind: Kind,
    vocabulary: Vocabulary,
    pieces: Table,
    features: Table,
    positions: Option<Table>,
    graph: Graph,
    /// How many numbers the linker wants of a token as an argument, and as many as a cue.
    link: usize,
}

/// What the encoder says of some tokens of a text.
pub(super) struct Encoded {
    /// Which.
    pub(super) tokens: Range<usize>,
    /// For each the probabilities that it is no cue, begins one, goes on with one.
    pub(super) cues: Vec<[f32; CUE_TAGS]>,
    /// For each what it is as an argument, then what it is as a cue.
    vectors: Vec<f32>,
    link: usize,
}

impl Encoded {
    /// A token as an argument.
    pub(super) fn argument(&self, token: usize) -> &[f32] {
        let at = 2 * self.link * (token - self.tokens.start);
        &self.vectors[at..at + self.link]
    }

    /// A token as a cue.
    pub(super) fn cue(&self, token: usize) -> &[f32] {
        let at = 2 * self.link * (token - self.tokens.start) + self.link;
        &self.vectors[at..at + self.link]
    }
}

impl Encoder {
    pub(super) fn new(sections: &Sections, about: &About, thread: &Thread<'_>) -> Result<Self, ModelError> {
        let vocabulary = Vocabulary::new(&sections.text("vocabulary")?)
            .ok_or_else(|| ModelError::section("vocabulary", &"it has no piece [UNK]"))?;
        let positions = matches!(about.kind, Kind::Transformer { .. }).then(|| sections.table("positions"));
        let encoder = Self {
            kind: about.kind,
            vocabulary,
            pieces: sections.table("pieces")?,
            features: sections.table("features")?,
            positions: positions.transpose()?,
            graph: Graph::new("encoder", sections)?,
            link: about.link,
        };
        let widths = [Some(&encoder.features), encoder.positions.as_ref()];
        if widths.into_iter().flatten().any(|table| table.columns() != encoder.pieces.columns()) {
            return Err(ModelError::section("features", &"it has other columns than the pieces"));
        }
        if encoder.features.rows() != usize::from(FEATURES) {
            return Err(ModelError::section("features", &format!("it has {} rows", encoder.features.rows())));
        }
        let tried = encoder.graph.run(NdTensor::zeros([1, 2, encoder.pieces.columns()]), thread)?;
        if tried.len() != 2 * encoder.columns() {
            return Err(ModelError::section(
                "encoder",
                &format!("it gives {} numbers for a token", tried.len() / 2),
            ));
        }
        Ok(encoder)
    }

    /// Reads `tokens` of a document; their surroundings count.
    pub(super) fn read(
        &self,
        thread: &Thread<'_>,
        document: &Document<'_>,
        features: &Features,
        tokens: Range<usize>,
    ) -> Option<Encoded> {
        let mut encoded =
            Encoded { tokens: tokens.clone(), cues: Vec::new(), vectors: Vec::new(), link: self.link };
        match self.kind {
            Kind::Convolutions { window, margin } => {
                let mut start = tokens.start;
                while start < tokens.end {
                    let end = tokens.end.min(start + window);
                    let first = start.saturating_sub(margin);
                    let last = features.len().min(end + margin);
                    let mut x = NdTensor::zeros([1, last - first, self.pieces.columns()]);
                    self.embed_tokens(document, features, first, x.data_mut()?);
                    let y = self.graph.read(x, thread)?;
                    self.take(&y, (start - first)..(end - first), &mut encoded)?;
                    start = end;
                }
            }
            Kind::Transformer { window, margin, begin, end } => {
                self.read_pieces(
                    thread,
                    document,
                    features,
                    Pieces { window, margin, begin, end },
                    &mut encoded,
                )?;
            }
        }
        Some(encoded)
    }

    /// How many numbers the graph gives for a token.
    fn columns(&self) -> usize {
        CUE_TAGS + 2 * self.link
    }

    /// Adds the scores of some rows.
    fn take(&self, y: &[f32], rows: Range<usize>, encoded: &mut Encoded) -> Option<()> {
        let columns = self.columns();
        for row in rows {
            let (scores, vectors) = y.get(row * columns..(row + 1) * columns)?.split_first_chunk()?;
            encoded.cues.push(softmax(scores));
            encoded.vectors.extend_from_slice(vectors);
        }
        Some(())
    }

    /// Each token the mean of its pieces and the sum of its features.
    fn embed_tokens(&self, document: &Document<'_>, features: &Features, first: usize, x: &mut [f32]) {
        let mut numbers = Vec::new();
        for (token, row) in (first..).zip(x.chunks_exact_mut(self.pieces.columns())) {
            numbers.clear();
            self.vocabulary.cut(document.word(token), &mut numbers);
            #[expect(clippy::cast_precision_loss, reason = "a word has few pieces")]
            let weight = 1.0 / numbers.len() as f32;
            for &number in &numbers {
                self.pieces.add(number as usize, weight, row);
            }
            self.add_features(features, token, row);
        }
    }

    fn add_features(&self, features: &Features, token: usize, row: &mut [f32]) {
        for &feature in features.of(token) {
            self.features.add(usize::from(feature), 1.0, row);
        }
    }

    /// Reads windows of pieces; a token is what its first piece becomes.
    fn read_pieces(
        &self,
        thread: &Thread<'_>,
        document: &Document<'_>,
        features: &Features,
        shape: Pieces,
        encoded: &mut Encoded,
    ) -> Option<()> {
        let inner = shape.window.checked_sub(2)?;
        let stride = inner.checked_sub(2 * shape.margin).filter(|&stride| stride > 0)?;
        let tokens = encoded.tokens.clone();
        // Pieces from as far before the tokens to as far after them as a margin reaches: no token is shorter.
        let around = tokens.start.saturating_sub(shape.margin)..features.len().min(tokens.end + shape.margin);
        let mut numbers = Vec::new();
        let mut owners = Vec::new();
        let mut firsts = Vec::new();
        for token in around {
            if tokens.contains(&token) {
                firsts.push(numbers.len());
            }
            self.vocabulary.cut(document.word(token), &mut numbers);
            owners.resize(numbers.len(), token);
        }
        let mut next = 0;
        let mut start = 0;
        while next < firsts.len() {
            let end = numbers.len().min(start + inner);
            let mut x = NdTensor::zeros([1, end - start + 2, self.pieces.columns()]);
            for (position, row) in x.data_mut()?.chunks_exact_mut(self.pieces.columns()).enumerate() {
                let at = (start + position).wrapping_sub(1);
                let number = match position {
                    0 => shape.begin,
                    _ if at == end => shape.end,
                    _ => numbers[at] as usize,
                };
                self.pieces.add(number, 1.0, row);
                self.positions.as_ref()?.add(position, 1.0, row);
                if position > 0 && at < end {
                    self.add_features(features, owners[at], row);
                }
            }
            let y = self.graph.read(x, thread)?;
            let last = if end == numbers.len() { end } else { end - shape.margin };
            while next < firsts.len() && firsts[next] < last {
                let row = firsts[next] - start + 1;
                self.take(&y, row..row + 1, encoded)?;
                next += 1;
            }
            start += stride;
        }
        Some(())
    }
}

/// How pieces are put into windows, in pieces; the first and the last of a window are marks.
#[derive(Clone, Copy)]
struct Pieces {
    window: usize,
    margin: usize,
    begin: usize,
    end: usize,
}
