//! What stands between the products of a network: norms, gates, convolutions of each channel by itself.
//!
//! Sums are made lane by lane, in an order that no compiler may change: every processor gives the same answer.

use std::ops::Range;

use super::file::{ModelError, Sections};
use super::products::LANES;

/// A layer norm (Ba et al. 2016).
#[derive(Debug)]
pub(super) struct Norm {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

/// As torch has it.
const EPSILON: f32 = 1.0e-5;

impl Norm {
    pub(super) fn new(name: &str, sections: &Sections, width: usize) -> Result<Self, ModelError> {
        let weight = sections.floats(&format!("{name}.weight"), width)?;
        Ok(Self { weight, bias: sections.floats(&format!("{name}.bias"), width)? })
    }

    pub(super) fn apply(&self, row: &mut [f32]) {
        #[expect(clippy::cast_precision_loss, reason = "a row has hundreds of values")]
        let length = row.len() as f32;
        let mean = sum(row, |value| value) / length;
        let variance = sum(row, |value| (value - mean) * (value - mean)) / length;
        let scale = 1.0 / (variance + EPSILON).sqrt();
        for ((value, weight), bias) in row.iter_mut().zip(&self.weight).zip(&self.bias) {
            *value = (*value - mean) * scale * weight + bias;
        }
    }
}

fn sum(row: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [0.0; LANES];
    for values in row.as_chunks::<LANES>().0 {
        for (sum, &value) in sums.iter_mut().zip(values) {
            *sum += of(value);
        }
    }
    sums.into_iter().sum()
}

/// A convolution over rows, of each channel by itself.
#[derive(Debug)]
pub(super) struct Depthwise {
    /// Channels of one place of the kernel after the other.
    weight: Vec<f32>,
    bias: Vec<f32>,
    dilation: usize,
}

impl Depthwise {
    pub(super) fn new(
        name: &str,
        sections: &Sections,
        kernel: usize,
        width: usize,
        dilation: usize,
    ) -> Result<Self, ModelError> {
        let weight = sections.floats(&format!("{name}.weight"), kernel * width)?;
        Ok(Self { weight, bias: sections.floats(&format!("{name}.bias"), width)?, dilation })
    }

    /// Puts into `out` what becomes of `rows`; before the first and after the last there is nothing.
    pub(super) fn apply(&self, rows: &[f32], out: &mut Vec<f32>) {
        let width = self.bias.len();
        let reach = self.weight.len() / width / 2 * self.dilation;
        out.clear();
        for row in 0..rows.len() / width {
            out.extend_from_slice(&self.bias);
            let sums = &mut out[row * width..];
            for (place, weight) in self.weight.chunks_exact(width).enumerate() {
                let Some(from) = (row + place * self.dilation).checked_sub(reach) else { continue };
                let Some(values) = rows.get(from * width..(from + 1) * width) else { continue };
                for ((sum, value), weight) in sums.iter_mut().zip(values).zip(weight) {
                    *sum += value * weight;
                }
            }
        }
    }
}

/// Puts into `out` for each of `tokens` the rows of the `kernel` tokens around it that lie `dilation` apart, one after the
/// other; before the first and after the last there is nothing.
pub(super) fn join(
    rows: &[f32],
    width: usize,
    tokens: Range<usize>,
    kernel: usize,
    dilation: usize,
    out: &mut Vec<f32>,
) {
    let reach = kernel / 2 * dilation;
    out.clear();
    for token in tokens {
        for place in 0..kernel {
            let from = (token + place * dilation).checked_sub(reach);
            match from.and_then(|from| rows.get(from * width..(from + 1) * width)) {
                Some(row) => out.extend_from_slice(row),
                None => out.resize(out.len() + width, 0.0),
            }
        }
    }
}

/// Adds to a row what a gated convolution makes of it: the first half of `outputs` times the logistic function of the
/// second.
pub(super) fn add_gated(row: &mut [f32], outputs: &[f32]) {
    let (values, gates) = outputs.split_at(row.len());
    for ((sum, value), gate) in row.iter_mut().zip(values).zip(gates) {
        *sum += value * logistic(*gate);
    }
}

/// The logistic function to six digits, by the continued fraction of the hyperbolic tangent (Lambert 1768): without a
/// call, so that many are made at once.
fn logistic(x: f32) -> f32 {
    let x = (0.5 * x).clamp(-4.97, 4.97);
    let square = x * x;
    let above = x * (135_135.0 + square * (17_325.0 + square * (378.0 + square)));
    let below = 135_135.0 + square * (62_370.0 + square * (3_150.0 + square * 28.0));
    0.5 + 0.5 * (above / below)
}

/// Leaves nothing below zero.
pub(super) fn rectify(values: &mut [f32]) {
    for value in values {
        *value = if *value > 0.0 { *value } else { 0.0 };
    }
}

#[cfg(test)]
mod tests {
    use super::logistic;

    #[test]
    fn the_logistic_function_is_close() {
        for step in -1000..=1000_i16 {
            let x = f32::from(step) / 50.0;
            let exact = 1.0 / (1.0 + (-f64::from(x)).exp());
            assert!((f64::from(logistic(x)) - exact).abs() < 6.0e-5, "{x}: {} {exact}", logistic(x));
        }
    }
}
