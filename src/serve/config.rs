//! What the service is told when it starts.

use std::time::Duration;

use crate::wire::Limits;

/// The service's settings. The default suits a machine of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceConfig {
    /// Threads that read documents, at least one.
    pub workers: usize,
    /// Documents that wait for a worker, at least one; further callers are told to come back later. Each can
    /// hold `limits.max_document_bytes`.
    pub queue_capacity: usize,
    /// What a caller may send, and gets back at most.
    pub limits: Limits,
    /// How long calls in flight may go on after the service was told to stop.
    pub drain_limit: Duration,
}

impl Default for ServiceConfig {
    fn default() -> Self {
        Self {
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            queue_capacity: 256,
            limits: Limits::default(),
            drain_limit: Duration::from_secs(30),
        }
    }
}
