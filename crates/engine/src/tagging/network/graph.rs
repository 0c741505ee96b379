//! ONNX graphs that run on one thread, and the threads that they run on. The only home of `rten`.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rten::{Model, ModelOptions, RunOptions, ThreadPool};
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;

use super::file::{ModelError, Sections};
use crate::text::IsCancelled;

/// Threads of one, for as many readings as ever went on at once: a reading is one thread's work, so that the callers
/// decide how many cores are busy.
#[derive(Default)]
pub(super) struct Threads {
    idle: Mutex<Vec<Arc<ThreadPool>>>,
}

impl fmt::Debug for Threads {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Threads").finish_non_exhaustive()
    }
}

impl Threads {
    /// Does a reading on a thread of its own, from where graphs run without changing threads: with two readings on two
    /// cores, a change of threads for each graph leaves a quarter of both cores idle.
    pub(super) fn run<R: Send>(
        &self,
        cancelled: IsCancelled<'_>,
        reading: impl FnOnce(&Thread<'_>) -> R + Send,
    ) -> R {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let pool = idle().pop().unwrap_or_else(|| Arc::new(ThreadPool::with_num_threads(1)));
        let thread = Thread { pool: Arc::clone(&pool), cancelled };
        let result = pool.run(|| reading(&thread));
        idle().push(pool);
        result
    }
}

/// The thread that one reading goes on in.
pub(super) struct Thread<'a> {
    pool: Arc<ThreadPool>,
    cancelled: IsCancelled<'a>,
}

impl Thread<'_> {
    /// Whether nobody wants the reading any more.
    pub(super) fn is_cancelled(&self) -> bool {
        (self.cancelled)()
    }
}

/// A graph with one input and one output, both floats.
pub(super) struct Graph {
    name: &'static str,
    model: Model,
}

impl fmt::Debug for Graph {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Graph").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Graph {
    pub(super) fn new(name: &'static str, sections: &Sections) -> Result<Self, ModelError> {
        let mut options = ModelOptions::with_all_ops();
        options.prepack_weights(true); // once, not in each call
        let model = match sections.get(name)? {
            Cow::Borrowed(bytes) => options.load_static_slice(bytes),
            Cow::Owned(bytes) => options.load(bytes),
        };
        let model = model.map_err(|error| ModelError::section(name, &error))?;
        Ok(Self { name, model })
    }

    /// Like [`Self::run`], nothing where it is not wanted any more.
    pub(super) fn read<const N: usize>(&self, x: NdTensor<f32, N>, thread: &Thread<'_>) -> Option<Vec<f32>> {
        if thread.is_cancelled() { None } else { self.run(x, thread).ok() }
    }

    /// The output for `x`, row by row; an error where the graph isn't made for such an input, which loading finds.
    pub(super) fn run<const N: usize>(
        &self,
        x: NdTensor<f32, N>,
        thread: &Thread<'_>,
    ) -> Result<Vec<f32>, ModelError> {
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&thread.pool)));
        let output = self.model.run_one(x.into(), Some(options));
        let output = output.map_err(|error| ModelError::section(self.name, &error))?;
        let output: NdTensor<f32, 3> =
            output.try_into().map_err(|error| ModelError::section(self.name, &format!("{error:?}")))?;
        Ok(output.to_vec())
    }
}
