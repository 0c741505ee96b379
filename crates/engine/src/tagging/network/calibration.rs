//! Scores -> confidences: how often what looks this sure is right.

use serde::Deserialize;

/// The weights of logistic regressions (Platt 1999), fitted on annotated articles by `training/calibrate.py`.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Calibration {
    /// For a cue: its intercept and the weight of its log-odds.
    pub(super) cue: [f32; 2],
    /// For a source.
    pub(super) source: [f32; 2],
    /// For a content.
    pub(super) content: [f32; 2],
    /// For all together: the intercept; the weights of cue, source and content; and what is added where there is
    /// no source, where the patterns propose nothing for the cue, where they propose that source, and where they
    /// propose that content.
    pub(super) attribution: [f32; 8],
}

/// What the patterns say to a reading, each holding or not: it has no source; they propose nothing for its cue;
/// they propose its source (or also none); they propose its content.
pub(super) type Agreement = [bool; 4];

impl Calibration {
    /// The confidence in one part that has that probability.
    pub(super) fn part([intercept, weight]: [f32; 2], probability: f32) -> f32 {
        logistic(intercept + weight * log_odds(probability))
    }

    /// The confidence that all parts are right together.
    pub(super) fn attribution(&self, cue: f32, source: f32, content: f32, agreement: Agreement) -> f32 {
        let [intercept, of_cue, of_source, of_content, rest @ ..] = self.attribution;
        let added: f32 =
            rest.iter().zip(agreement).filter(|(_, holds)| *holds).map(|(weight, _)| weight).sum();
        let sum = of_cue * log_odds(cue) + of_source * log_odds(source) + of_content * log_odds(content);
        logistic(intercept + sum + added)
    }
}

fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

/// Bounded, so that a certain score doesn't outweigh all others.
fn log_odds(probability: f32) -> f32 {
    let probability = probability.clamp(0.001, 0.999);
    (probability / (1.0 - probability)).ln()
}
