//! Scores -> spans: where cues stand, and what around a cue is its source and its content.

use std::ops::Range;

/// Nothing, a source's first token, its others, a content's first, its others.
pub(super) const TAGS: usize = 5;
/// A token's scores for being no cue, a cue's first token, one of its others.
pub(super) const CUE_TAGS: usize = 3;

const SOURCE: usize = 1;
const CONTENT: usize = 3;
/// The score of what can't be.
const NEVER: f32 = -1.0e9;

/// A cue as the network finds it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FoundCue {
    pub(super) tokens: Range<usize>,
    /// The network's probability that a cue begins here.
    pub(super) probability: f32,
}

/// Turns scores into probabilities.
pub(super) fn softmax<const N: usize>(scores: &[f32; N]) -> [f32; N] {
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let weights = scores.map(|score| (score - highest).exp());
    let sum: f32 = weights.iter().sum();
    weights.map(|weight| weight / sum)
}

/// The cues in `tokens`, each at least as probable as `threshold`. `probabilities` are those of all tokens from
/// `tokens.start` on; they may go on after `tokens.end`.
pub(super) fn cues(probabilities: &[[f32; CUE_TAGS]], tokens: Range<usize>, threshold: f32) -> Vec<FoundCue> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let probability = probabilities[at][1];
        if probability < threshold {
            at += 1;
            continue;
        }
        let goes_on = |it: &&[f32; CUE_TAGS]| it[2] > it[0].max(it[1]);
        let length = 1 + probabilities[at + 1..].iter().take(LONGEST_CUE).take_while(goes_on).count();
        found.push(FoundCue { tokens: tokens.start + at..tokens.start + at + length, probability });
        at += length;
    }
    found
}

/// A cue has no more tokens than these: on PolNeAR 999 of 1,000 have fewer than twelve.
const LONGEST_CUE: usize = 24;

/// What belongs to a cue.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct FoundArguments {
    pub(super) source: Option<Range<usize>>,
    pub(super) contents: Vec<Range<usize>>,
    /// The least probable of the decisions that make the source, or that there is none.
    pub(super) source_probability: f32,
    /// The same for the contents.
    pub(super) content_probability: f32,
}

/// The most probable source and contents around `cue`, of tokens from `first` on, whose scores these are: each piece
/// begins before it goes on (the Viterbi algorithm over BIO tags), and the cue's own tokens belong to none.
pub(super) fn arguments(scores: &[[f32; TAGS]], cue: &Range<usize>, first: usize) -> FoundArguments {
    let probabilities: Vec<[f32; TAGS]> = (first..)
        .zip(scores)
        .map(|(token, scores)| if cue.contains(&token) { [1.0, 0.0, 0.0, 0.0, 0.0] } else { softmax(scores) })
        .collect();
    let tags = best_tags(&probabilities);
    let pieces = |begin: usize| pieces(&tags, begin);
    let sources = pieces(SOURCE);
    let weight = |piece: &Range<usize>| -> f32 {
        piece.clone().map(|at| probabilities[at][tags[at]] - probabilities[at][0]).sum()
    };
    let source = sources.into_iter().max_by(|a, b| weight(a).total_cmp(&weight(b)));
    let contents = pieces(CONTENT);
    let source_probability = match &source {
        Some(source) => surety(&probabilities, source, SOURCE),
        None => probabilities.iter().map(|it| 1.0 - it[SOURCE]).fold(1.0, f32::min),
    };
    let content_probability =
        contents.iter().map(|piece| surety(&probabilities, piece, CONTENT)).fold(1.0, f32::min);
    let in_text = |piece: Range<usize>| first + piece.start..first + piece.end;
    FoundArguments {
        source: source.map(in_text),
        contents: contents.into_iter().map(in_text).collect(),
        source_probability,
        content_probability,
    }
}

/// The least probable decision that makes a piece: that it begins here, goes on, and ends there.
fn surety(probabilities: &[[f32; TAGS]], piece: &Range<usize>, begin: usize) -> f32 {
    let begins = probabilities[piece.start][begin];
    let goes_on = probabilities[piece.start + 1..piece.end].iter().map(|it| it[begin + 1]);
    let ends = probabilities.get(piece.end).map_or(1.0, |it| 1.0 - it[begin + 1]);
    goes_on.fold(begins.min(ends), f32::min)
}

fn pieces(tags: &[usize], begin: usize) -> Vec<Range<usize>> {
    let mut pieces: Vec<Range<usize>> = Vec::new();
    for (at, &tag) in tags.iter().enumerate() {
        if tag == begin {
            pieces.push(at..at + 1);
        } else if tag == begin + 1
            && let Some(piece) = pieces.last_mut()
        {
            piece.end = at + 1;
        }
    }
    pieces
}

/// The most probable tags of which none goes on without a beginning.
fn best_tags(probabilities: &[[f32; TAGS]]) -> Vec<usize> {
    let Some((first, rest)) = probabilities.split_first() else { return Vec::new() };
    let log =
        |it: &[f32; TAGS]| it.map(|probability| if probability > 0.0 { probability.ln() } else { NEVER });
    let mut score = log(first);
    score[SOURCE + 1] = NEVER;
    score[CONTENT + 1] = NEVER;
    let mut back = Vec::with_capacity(rest.len());
    for probabilities in rest {
        let best = best_of(&score);
        let mut from = [best; TAGS];
        for begin in [SOURCE, CONTENT] {
            from[begin + 1] = if score[begin] >= score[begin + 1] { begin } else { begin + 1 };
        }
        let logs = log(probabilities);
        score = std::array::from_fn(|tag| score[from[tag]] + logs[tag]);
        back.push(from);
    }
    let mut tags = vec![best_of(&score)];
    for from in back.iter().rev() {
        tags.push(from[tags[tags.len() - 1]]);
    }
    tags.reverse();
    tags
}

fn best_of(score: &[f32; TAGS]) -> usize {
    (1..TAGS).fold(0, |best, tag| if score[tag] > score[best] { tag } else { best })
}
