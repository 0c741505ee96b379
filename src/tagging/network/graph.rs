//! An ONNX graph that runs on one thread. The only home of `rten`.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};

use rten::{Model, ModelOptions, RunOptions, ThreadPool};
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;

use super::file::{ModelError, Sections};

/// A graph with one input and one output, both floats.
pub(super) struct Graph {
    name: &'static str,
    model: Model,
    /// Threads of one, for as many calls as ever ran at once: a call is one thread's work, so that the callers
    /// decide how many cores are busy.
    idle: Mutex<Vec<Arc<ThreadPool>>>,
}

impl std::fmt::Debug for Graph {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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
        Ok(Self { name, model, idle: Mutex::default() })
    }

    /// The output for `x`, row by row; an error where the graph isn't made for such an input, which loading finds.
    pub(super) fn run<const N: usize>(&self, x: NdTensor<f32, N>) -> Result<Vec<f32>, ModelError> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let pool = idle().pop().unwrap_or_else(|| Arc::new(ThreadPool::with_num_threads(1)));
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&pool)));
        let output = self.model.run_one(x.into(), Some(options));
        idle().push(pool);
        let output = output.map_err(|error| ModelError::section(self.name, &error))?;
        let output: NdTensor<f32, 3> =
            output.try_into().map_err(|error| ModelError::section(self.name, &format!("{error:?}")))?;
        Ok(output.to_vec())
    }
}
