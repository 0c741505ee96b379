//! Products of matrices in 8 bits, and the threads that they run on. The only home of `rten_gemm` and `rayon`.
//!
//! What comes in is rounded to 8 bits row by row, the weights were once for each output. Products of whole numbers are
//! exact in any order, so that every processor gives the same answer, whatever its instructions.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use rayon::{ThreadPool, ThreadPoolBuilder};
use rten_gemm::{GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix};
use rten_tensor::{AsView, NdTensor, NdTensorView};

use super::file::{ModelError, Quantized};
use crate::text::IsCancelled;

/// So many rows at once: what becomes of them stays in the nearest caches until it is used.
pub(super) const BLOCK: usize = 48;

/// The value in 8 bits that stands for nothing.
const ZERO: i32 = 128;

/// How many values are compared at once; rows have a multiple of them.
pub(super) const LANES: usize = 16;

/// Threads of one, for as many readings as ever went on at once: a reading is one thread's work, so that the callers
/// decide how many cores are busy.
#[derive(Default)]
pub(super) struct Threads {
    idle: Mutex<Vec<ThreadPool>>,
}

impl fmt::Debug for Threads {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Threads").finish_non_exhaustive()
    }
}

impl Threads {
    /// Does a reading on a thread of its own, from where products are made without changing threads: with two readings
    /// on two cores, a change of threads for each product leaves a quarter of both cores idle.
    pub(super) fn run<R: Send>(
        &self,
        cancelled: IsCancelled<'_>,
        reading: impl FnOnce(&mut Thread<'_>) -> R + Send,
    ) -> R {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let known = idle().pop();
        let read = || reading(&mut Thread { cancelled, workspace: Workspace::default() });
        let Some(pool) = known.or_else(|| ThreadPoolBuilder::new().num_threads(1).build().ok()) else {
            return read(); // no thread is to be had: more of them would take part
        };
        let result = pool.install(read);
        idle().push(pool);
        result
    }
}

/// The thread that one reading goes on in, and where it puts what it works on.
pub(super) struct Thread<'a> {
    cancelled: IsCancelled<'a>,
    workspace: Workspace,
}

impl Thread<'_> {
    /// Whether nobody wants the reading any more.
    pub(super) fn is_cancelled(&self) -> bool {
        (self.cancelled)()
    }
}

/// What makes the products; it belongs to one thread.
type Executor = GemmExecutor<u8, i8, i32>;

/// Rows in 8 bits with their scales, what becomes of them, and one row of it as numbers.
#[derive(Default)]
struct Workspace {
    executor: Executor,
    rows: Vec<u8>,
    scales: Vec<f32>,
    products: Vec<i32>,
    outputs: Vec<f32>,
}

/// A layer of weights: rows of inputs become rows of outputs.
pub(super) struct Matrix {
    inputs: usize,
    outputs: usize,
    weights: PackedBMatrix<i8>,
    /// Of each output.
    scales: Vec<f32>,
    bias: Vec<f32>,
    /// What the inputs' ZERO adds to each output.
    zeros: Vec<i32>,
}

impl fmt::Debug for Matrix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { inputs, outputs, .. } = self;
        formatter
            .debug_struct("Matrix")
            .field("inputs", inputs)
            .field("outputs", outputs)
            .finish_non_exhaustive()
    }
}

impl Matrix {
    /// The layer of a section, which has to be one of `inputs` and `outputs`.
    pub(super) fn new(
        name: &str,
        stored: Quantized,
        inputs: usize,
        outputs: usize,
    ) -> Result<Self, ModelError> {
        if (stored.inputs, stored.outputs) != (inputs, outputs)
            || inputs == 0
            || !inputs.is_multiple_of(LANES)
        {
            let reason = format!(
                "it has {} inputs and {} outputs in place of {inputs} and {outputs}",
                stored.inputs, stored.outputs
            );
            return Err(ModelError::section(name, &reason));
        }
        let mut zeros = vec![0; outputs];
        for row in stored.weights.chunks_exact(outputs) {
            zeros.iter_mut().zip(row).for_each(|(sum, &weight)| *sum += ZERO * i32::from(weight));
        }
        let weights =
            Executor::new().prepack_b(NdTensor::from_data([inputs, outputs], stored.weights).view());
        Ok(Self { inputs, outputs, weights, scales: stored.scales, bias: stored.bias, zeros })
    }

    /// How many numbers a row of inputs has.
    pub(super) fn inputs(&self) -> usize {
        self.inputs
    }

    /// Makes a row of outputs of each row of inputs and gives it to `take`, with its number.
    pub(super) fn apply(
        &self,
        thread: &mut Thread<'_>,
        inputs: &[f32],
        mut take: impl FnMut(usize, &[f32]),
    ) -> Option<()> {
        let Workspace { executor, rows, scales, products, outputs } = &mut thread.workspace;
        outputs.resize(self.outputs, 0.0);
        for (block, inputs) in inputs.chunks(BLOCK * self.inputs).enumerate() {
            let count = inputs.len() / self.inputs;
            rows.resize(inputs.len(), 0);
            scales.clear();
            for (row, rounded) in inputs.chunks_exact(self.inputs).zip(rows.chunks_exact_mut(self.inputs)) {
                scales.push(round(row, rounded));
            }
            products.resize(count * self.outputs, 0);
            let rows = NdTensorView::from_data([count, self.inputs], &rows[..]);
            executor
                .gemm(
                    products,
                    GemmInputA::Unpacked(rows),
                    GemmInputB::Packed(&self.weights),
                    GemmOptions::default(),
                )
                .ok()?;
            for (row, (products, &scale)) in products.chunks_exact(self.outputs).zip(&*scales).enumerate() {
                let weights = self.scales.iter().zip(&self.bias).zip(&self.zeros);
                for ((output, &product), ((&of_output, &bias), &zero)) in
                    outputs.iter_mut().zip(products).zip(weights)
                {
                    #[expect(clippy::cast_precision_loss, reason = "sums of products of 8 bits are short")]
                    let value = (product - zero) as f32;
                    *output = value * (of_output * scale) + bias;
                }
                take(block * BLOCK + row, outputs);
            }
        }
        Some(())
    }

    /// The rows of outputs, one after the other.
    pub(super) fn outputs(&self, thread: &mut Thread<'_>, inputs: &[f32], into: &mut Vec<f32>) -> Option<()> {
        into.clear();
        self.apply(thread, inputs, |_, row| into.extend_from_slice(row))
    }
}

/// Added to a number, it leaves the number's whole part, rounded, above ZERO in the lowest bits.
const SHIFT: f32 = 12_582_912.0 + 128.0;

/// Rounds a row to 8 bits, its largest value to 127 away from ZERO; what one step is worth.
fn round(row: &[f32], rounded: &mut [u8]) -> f32 {
    let mut largest = [f32::MIN_POSITIVE; LANES];
    for values in row.as_chunks::<LANES>().0 {
        for (largest, value) in largest.iter_mut().zip(values) {
            let value = value.abs();
            *largest = if value > *largest { value } else { *largest };
        }
    }
    let largest = largest.into_iter().fold(0.0, f32::max);
    let steps = 127.0 / largest;
    for (rounded, value) in rounded.iter_mut().zip(row) {
        #[expect(clippy::cast_possible_truncation, reason = "the lowest eight bits are meant")]
        let bits = (value * steps + SHIFT).to_bits() as u8;
        *rounded = bits;
    }
    largest / 127.0
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Matrix, Threads};
    use crate::tagging::network::file::Quantized;

    /// Numbers between -1 and 1 that look like chance.
    fn number(seed: usize) -> f32 {
        let mixed = u16::try_from(seed.wrapping_mul(40_503) % 2_001).unwrap_or(0);
        f32::from(mixed) / 1_000.0 - 1.0
    }

    #[test]
    fn products_are_those_of_whole_numbers() {
        let (inputs, outputs, count) = (32, 37, 2 * BLOCK + 5);
        let weights: Vec<i8> =
            (0..inputs * outputs).map(|at| i8::try_from(at * 31 % 127).unwrap_or(0) - 63).collect();
        let scales: Vec<f32> = (0..outputs).map(|at| 0.01 + number(at).abs()).collect();
        let bias: Vec<f32> = (0..outputs).map(|at| number(at + 7)).collect();
        let rows: Vec<f32> = (0..inputs * count).map(|at| 5.0 * number(at + 11)).collect();
        let stored = Quantized {
            inputs,
            outputs,
            scales: scales.clone(),
            bias: bias.clone(),
            weights: weights.clone(),
        };
        let matrix = Matrix::new("layer", stored, inputs, outputs).expect("it fits");
        let mut found = Vec::new();
        let read = Threads::default().run(&|| false, |thread| matrix.outputs(thread, &rows, &mut found));
        assert_eq!((read, found.len()), (Some(()), count * outputs));
        for (row, found) in rows.chunks_exact(inputs).zip(found.chunks_exact(outputs)) {
            let step = f64::from(row.iter().fold(0.0, |most: f32, value| most.max(value.abs()))) / 127.0;
            for (output, &found) in found.iter().enumerate() {
                let sum: f64 = row
                    .iter()
                    .zip(weights[output..].iter().step_by(outputs))
                    .map(|(&value, &weight)| (f64::from(value) / step).round_ties_even() * f64::from(weight))
                    .sum();
                let told = sum * step * f64::from(scales[output]) + f64::from(bias[output]);
                // A value between two steps may be rounded either way.
                assert!(
                    (told - f64::from(found)).abs() < 64.0 * step * f64::from(scales[output]),
                    "{told} {found}"
                );
            }
        }
    }

    #[test]
    fn a_layer_of_another_size_is_refused() {
        let stored = |inputs: usize| Quantized {
            inputs,
            outputs: 2,
            scales: vec![1.0; 2],
            bias: vec![0.0; 2],
            weights: vec![1; 2 * inputs],
        };
        for (inputs, wanted) in [(16, 32), (20, 20)] {
            let error = Matrix::new("layer", stored(inputs), wanted, 2).expect_err("it doesn't fit");
            assert!(error.to_string().contains(&format!("{inputs} inputs")), "{error}");
        }
    }
}
