//! A cue and the tokens around it -> what each of them is to this cue.

use std::ops::Range;

use rten_tensor::NdTensor;

use super::decoding::{FoundArguments, TAGS, WIDTH, arguments};
use super::encoder::Encoded;
use super::features::{Features, REACH_BEFORE};
use super::file::{ModelError, Sections, Table};
use super::graph::{Graph, Thread};
use crate::tagging::network::header::About;

/// How many cues the graph gets at once: more need more memory and are no faster.
const BATCH: usize = 32;

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
    graph: Graph,
}

impl Linker {
    pub(super) fn new(sections: &Sections, about: &About, thread: &Thread<'_>) -> Result<Self, ModelError> {
        let pairs = sections.table("pairs")?;
        if pairs.columns() != about.link || pairs.rows() != PAIR_FEATURES {
            return Err(ModelError::section(
                "pairs",
                &format!("it has {} rows of {}", pairs.rows(), pairs.columns()),
            ));
        }
        let graph = Graph::new("linker", sections)?;
        let tried = graph.run(NdTensor::zeros([1, WIDTH, about.link]), thread)?;
        if tried.len() != WIDTH * TAGS {
            return Err(ModelError::section(
                "linker",
                &format!("it gives {} numbers for a cue", tried.len()),
            ));
        }
        Ok(Self { pairs, graph })
    }

    /// What belongs to each of `cues`, which stand in what was encoded.
    pub(super) fn link(
        &self,
        thread: &Thread<'_>,
        encoded: &Encoded,
        features: &Features,
        cues: &[Range<usize>],
    ) -> Option<Vec<FoundArguments>> {
        let scores = self.scores(thread, encoded, features, cues)?;
        Some(cues.iter().zip(scores).map(|(cue, scores)| arguments(&scores, cue, features.len())).collect())
    }

    /// For each of `cues` the scores of the tokens around it.
    pub(super) fn scores(
        &self,
        thread: &Thread<'_>,
        encoded: &Encoded,
        features: &Features,
        cues: &[Range<usize>],
    ) -> Option<Vec<Vec<[f32; TAGS]>>> {
        let mut found = Vec::with_capacity(cues.len());
        for cues in cues.chunks(BATCH) {
            let width = self.pairs.columns();
            let mut x = NdTensor::zeros([cues.len(), WIDTH, width]);
            for (cue, rows) in cues.iter().zip(x.data_mut()?.chunks_exact_mut(WIDTH * width)) {
                self.embed(encoded, features, cue, rows);
            }
            let y = self.graph.read(x, thread)?;
            found.extend(y.chunks_exact(WIDTH * TAGS).map(|scores| scores.as_chunks().0.to_vec()));
        }
        Some(found)
    }

    /// For each token around a cue: what it is as an argument, what the cue is, and how the two stand.
    fn embed(&self, encoded: &Encoded, features: &Features, cue: &Range<usize>, x: &mut [f32]) {
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
        let proposals = proposed(features, cue);
        for (at, row) in x.chunks_exact_mut(width).enumerate() {
            // Outside the text the nearest token stands for what isn't there, as in training.
            let token = (cue.start + at).saturating_sub(REACH_BEFORE).min(features.len() - 1);
            let argument = encoded.argument(token.clamp(encoded.tokens.start, encoded.tokens.end - 1));
            for ((sum, as_cue), argument) in row.iter_mut().zip(&as_cue).zip(argument) {
                *sum = as_cue + argument;
            }
            self.pairs.add(distance(cue, at), 1.0, row);
            self.pairs.add(SENTENCE + sentences_between(features, cue.start, token), 1.0, row);
            self.pairs.add(QUOTATION + quotation(features, cue.start, token), 1.0, row);
            self.pairs.add(PROPOSAL + proposals[at], 1.0, row);
        }
    }
}

/// The bucket of the distance between a cue and what stands at that place of the window.
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
