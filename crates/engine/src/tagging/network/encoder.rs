//! Words and features -> for each token its cue scores and what the linker needs of it.
//!
//! The encoder reads windows that overlap, so that a text of any length needs the memory of one window, and takes
//! from each window the tokens that stand away from its edges.

use std::ops::Range;

use super::decoding::{CUE_TAGS, softmax};
use super::features::{FEATURES, Features};
use super::file::{ModelError, Sections, Table};
use super::layers::{Norm, add_gated, join};
use super::pieces::Vocabulary;
use super::products::{BLOCK, Matrix, Thread};
use crate::tagging::network::header::About;
use crate::text::Document;

/// How many tokens are read at once.
const WINDOW: usize = 2048;

/// Reads tokens in their context: gated convolutions (Dauphin et al. 2017) over the sums of what stands for a token.
#[derive(Debug)]
pub(super) struct Encoder {
    vocabulary: Vocabulary,
    pieces: Table,
    features: Table,
    norm: Norm,
    layers: Vec<Gated>,
    heads: Matrix,
    /// How many tokens on either side count.
    margin: usize,
    /// How many numbers the linker wants of a token as an argument, and as many as a cue.
    link: usize,
}

/// A convolution over tokens that lie `dilation` apart, half of whose outputs open the other half.
#[derive(Debug)]
struct Gated {
    dilation: usize,
    product: Matrix,
    norm: Norm,
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
    pub(super) fn new(sections: &Sections, about: &About) -> Result<Self, ModelError> {
        let vocabulary = Vocabulary::new(&sections.text("vocabulary")?)
            .ok_or_else(|| ModelError::section("vocabulary", &"it has no piece [UNK]"))?;
        let width = about.width;
        let mut layers = Vec::with_capacity(about.dilations.len());
        for (number, &dilation) in about.dilations.iter().enumerate() {
            let name = |part: &str| format!("encoder.{number}.{part}");
            let product = name("product");
            layers.push(Gated {
                dilation,
                product: Matrix::new(&product, sections.matrix(&product)?, about.kernel * width, 2 * width)?,
                norm: Norm::new(&name("norm"), sections, width)?,
            });
        }
        let link = about.linker.width;
        let heads = sections.matrix("encoder.heads")?;
        let encoder = Self {
            vocabulary,
            pieces: sections.table("pieces")?,
            features: sections.table("features")?,
            norm: Norm::new("encoder.norm", sections, width)?,
            layers,
            heads: Matrix::new("encoder.heads", heads, width, CUE_TAGS + 2 * link)?,
            margin: about.reach(),
            link,
        };
        for (name, table) in [("pieces", &encoder.pieces), ("features", &encoder.features)] {
            if table.columns() != width {
                return Err(ModelError::section(name, &format!("it has {} columns", table.columns())));
            }
        }
        if encoder.features.rows() != usize::from(FEATURES) {
            return Err(ModelError::section("features", &format!("it has {} rows", encoder.features.rows())));
        }
        Ok(encoder)
    }

    /// Reads `tokens` of a document; their surroundings count.
    pub(super) fn read(
        &self,
        thread: &mut Thread<'_>,
        document: &Document<'_>,
        features: &Features,
        tokens: Range<usize>,
    ) -> Option<Encoded> {
        let mut encoded =
            Encoded { tokens: tokens.clone(), cues: Vec::new(), vectors: Vec::new(), link: self.link };
        let mut start = tokens.start;
        while start < tokens.end {
            let end = tokens.end.min(start + WINDOW);
            let first = start.saturating_sub(self.margin);
            let last = features.len().min(end + self.margin);
            let rows = self.encode(thread, self.embed(document, features, first..last))?;
            let width = self.pieces.columns();
            self.heads.apply(thread, &rows[(start - first) * width..(end - first) * width], |_, row| {
                if let Some((scores, vectors)) = row.split_first_chunk() {
                    encoded.cues.push(softmax(scores));
                    encoded.vectors.extend_from_slice(vectors);
                }
            })?;
            start = end;
        }
        Some(encoded)
    }

    /// Each token the mean of its pieces and the sum of its features.
    fn embed(&self, document: &Document<'_>, features: &Features, tokens: Range<usize>) -> Vec<f32> {
        let mut rows = vec![0.0; tokens.len() * self.pieces.columns()];
        let mut numbers = Vec::new();
        for (token, row) in tokens.zip(rows.chunks_exact_mut(self.pieces.columns())) {
            numbers.clear();
            self.vocabulary.cut(document.word(token), &mut numbers);
            #[expect(clippy::cast_precision_loss, reason = "a word has few pieces")]
            let weight = 1.0 / numbers.len() as f32;
            for &number in &numbers {
                self.pieces.add(number as usize, weight, row);
            }
            for &feature in features.of(token) {
                self.features.add(usize::from(feature), 1.0, row);
            }
            self.norm.apply(row);
        }
        rows
    }

    /// What the convolutions make of a window's tokens.
    fn encode(&self, thread: &mut Thread<'_>, mut rows: Vec<f32>) -> Option<Vec<f32>> {
        let width = self.pieces.columns();
        let count = rows.len() / width;
        let (mut joined, mut next) = (Vec::new(), rows.clone());
        for Gated { dilation, product, norm } in &self.layers {
            if thread.is_cancelled() {
                return None;
            }
            for start in (0..count).step_by(BLOCK) {
                let block = start..count.min(start + BLOCK);
                join(&rows, width, block, product.inputs() / width, *dilation, &mut joined);
                product.apply(thread, &joined, |number, outputs| {
                    let place = (start + number) * width..(start + number + 1) * width;
                    let row = &mut next[place.clone()];
                    row.copy_from_slice(&rows[place]);
                    add_gated(row, outputs);
                    norm.apply(row);
                })?;
            }
            std::mem::swap(&mut rows, &mut next);
        }
        Some(rows)
    }
}
