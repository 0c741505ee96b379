//! A cue and the tokens around it -> what each of them is to this cue.

use std::ops::Range;

use super::decoding::{FoundArguments, TAGS, arguments};
use super::encoder::Encoded;
use super::features::{Features, REACH_AFTER, REACH_BEFORE};
use super::file::{ModelError, Sections, Table};
use super::layers::{Depthwise, rectify};
use super::products::{Matrix, Thread};
use crate::tagging::network::header::About;

/// Where the buckets of distances begin, in tokens.
const DISTANCES: [usize; 13] = [1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 23, 31, 46];

/// Where each group of features begins.
const DISTANCE: usize = 13;
const SENTENCE: usize = 27;
const QUOTATION: usize = 33;
const PROPOSAL: usize = 37;
/// The patterns propose nothing for this cue.
const NO_PROPOSAL: usize = 16;
const PAIR_FEATURES: usize = 54;

/// Finds what belongs to a cue.
#[derive(Debug)]
pub(super) struct Linker {
    pairs: Table,
    layers: Vec<Layer>,
    out: Matrix,
}

/// A convolution of each channel by itself, then two products, which add to what comes in.
#[derive(Debug)]
struct Layer {
    depthwise: Depthwise,
    widen: Matrix,
    narrow: Matrix,
}

impl Linker {
    pub(super) fn new(sections: &Sections, about: &About) -> Result<Self, ModelError> {
        let shape = &about.linker;
        let pairs = sections.table("pairs")?;
        if pairs.columns() != shape.width || pairs.rows() != PAIR_FEATURES {
            return Err(ModelError::section(
                "pairs",
                &format!("it has {} rows of {}", pairs.rows(), pairs.columns()),
            ));
        }
        let matrix = |name: &str, inputs, outputs| Matrix::new(name, sections.matrix(name)?, inputs, outputs);
        let mut layers = Vec::with_capacity(shape.dilations.len());
        for (number, &dilation) in shape.dilations.iter().enumerate() {
            let name = |part: &str| format!("linker.{number}.{part}");
            layers.push(Layer {
                depthwise: Depthwise::new(&name("depthwise"), sections, shape.kernel, shape.width, dilation)?,
                widen: matrix(&name("widen"), shape.width, shape.inner)?,
                narrow: matrix(&name("narrow"), shape.inner, shape.width)?,
            });
        }
        Ok(Self { pairs, layers, out: matrix("linker.out", shape.width, TAGS)? })
    }

    /// What belongs to each of `cues`, which stand in what was encoded.
    pub(super) fn link(
        &self,
        thread: &mut Thread<'_>,
        encoded: &Encoded,
        features: &Features,
        cues: &[Range<usize>],
    ) -> Option<Vec<FoundArguments>> {
        let mut found = Vec::with_capacity(cues.len());
        for cue in cues {
            let scores = self.scores(thread, encoded, features, cue)?;
            found.push(arguments(&scores, cue, cue.start.saturating_sub(REACH_BEFORE)));
        }
        Some(found)
    }

    /// The scores of the text's tokens within reach of a cue.
    pub(super) fn scores(
        &self,
        thread: &mut Thread<'_>,
        encoded: &Encoded,
        features: &Features,
        cue: &Range<usize>,
    ) -> Option<Vec<[f32; TAGS]>> {
        if thread.is_cancelled() {
            return None;
        }
        let width = self.pairs.columns();
        let mut rows = self.embed(encoded, features, cue);
        let (mut joined, mut inner) = (Vec::new(), Vec::new());
        rectify(&mut rows);
        for Layer { depthwise, widen, narrow } in &self.layers {
            depthwise.apply(&rows, &mut joined);
            widen.outputs(thread, &joined, &mut inner)?;
            rectify(&mut inner);
            narrow.apply(thread, &inner, |number, outputs| {
                let row = &mut rows[number * width..(number + 1) * width];
                row.iter_mut().zip(outputs).for_each(|(sum, value)| *sum += value);
            })?;
        }
        rectify(&mut rows);
        let in_text =
            REACH_BEFORE.saturating_sub(cue.start)..WIDTH.min(features.len() + REACH_BEFORE - cue.start);
        let mut scores = Vec::with_capacity(in_text.len());
        let rows = &rows[in_text.start * width..in_text.end * width];
        self.out.apply(thread, rows, |_, row| scores.extend(row.first_chunk()))?;
        Some(scores)
    }

    /// For each place around a cue: what its token is as an argument, what the cue is, and how the two stand.
    fn embed(&self, encoded: &Encoded, features: &Features, cue: &Range<usize>) -> Vec<f32> {
        let width = self.pairs.columns();
        let mut as_cue = vec![0.0; width];
        for token in cue.clone() {
            as_cue.iter_mut().zip(encoded.cue(token)).for_each(|(sum, value)| *sum += value);
        }
        #[expect(clippy::cast_precision_loss, reason = "a cue has few tokens")]
        let length = cue.len() as f32;
        for sum in &mut as_cue {
            *sum /= length;
        }
        let mut rows = vec![0.0; WIDTH * width];
        for ((at, role), row) in
            proposed(features, cue).into_iter().enumerate().zip(rows.chunks_exact_mut(width))
        {
            // Outside the text the nearest token stands for what isn't there, as in training.
            let token = (cue.start + at).saturating_sub(REACH_BEFORE).min(features.len() - 1);
            let argument = encoded.argument(token.clamp(encoded.tokens.start, encoded.tokens.end - 1));
            for ((sum, as_cue), argument) in row.iter_mut().zip(&as_cue).zip(argument) {
                *sum = as_cue + argument;
            }
            self.pairs.add(distance(cue, at), 1.0, row);
            self.pairs.add(SENTENCE + sentences_between(features, cue.start, token), 1.0, row);
            self.pairs.add(QUOTATION + quotation(features, cue.start, token), 1.0, row);
            self.pairs.add(PROPOSAL + role, 1.0, row);
        }
        rows
    }
}

/// How many places around a cue are read.
const WIDTH: usize = REACH_BEFORE + REACH_AFTER;

/// The bucket of the distance between a cue and what stands at that place around it.
fn distance(cue: &Range<usize>, at: usize) -> usize {
    let bucket = |distance: usize| DISTANCES.partition_point(|&least| least <= distance);
    let before = REACH_BEFORE.saturating_sub(at);
    let after = at.saturating_sub(REACH_BEFORE + cue.len() - 1);
    DISTANCE + bucket(after) - bucket(before)
}

/// 0 for two or more sentences before the cue, 2 for its own, 5 for three or more after it.
fn sentences_between(features: &Features, cue: usize, token: usize) -> usize {
    let (here, there) = (features.sentences[cue] as usize, features.sentences[token] as usize);
    (there + 2).saturating_sub(here).min(5)
}

/// Neither in a quotation, both in the same, only the token in another, the cue in one that the token isn't in.
fn quotation(features: &Features, cue: usize, token: usize) -> usize {
    match (features.quotations[cue], features.quotations[token]) {
        (0, 0) => 0,
        (here, there) if here == there => 1,
        (0, _) => 2,
        _ => 3,
    }
}

/// For each place around a cue what the patterns propose it to be to this cue.
fn proposed(features: &Features, cue: &Range<usize>) -> [usize; WIDTH] {
    let first = features.proposals_of(cue);
    let mut roles = [if first.is_empty() { NO_PROPOSAL } else { 0 }; WIDTH];
    for proposal in first {
        let spans =
            proposal.source.iter().map(|it| (it, 1)).chain(proposal.contents.iter().map(|it| (it, 3)));
        for (tokens, role) in spans {
            let place = |token: usize| (token + REACH_BEFORE).saturating_sub(cue.start);
            let (start, end) = (place(tokens.start), place(tokens.end).min(WIDTH));
            let role = 5 * usize::from(proposal.level) + role;
            if start < end {
                roles[start..end].fill(role + 1);
                if tokens.start + REACH_BEFORE >= cue.start {
                    roles[start] = role;
                }
            }
        }
    }
    roles
}
