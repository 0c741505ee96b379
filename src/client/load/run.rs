//! A run: connections are made, calls begin as planned, answers are waited for.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, available_parallelism};
use std::time::{Duration, Instant};

use thiserror::Error;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};

use super::caller::Caller;
use super::headers::CallHeaders;
use super::health::check_steadily;
use super::latency::{histogram, microseconds};
use super::plan::{Arrivals, LoadPlan, Pace};
use super::recorder::Recorder;
use super::report::LoadReport;
use super::schedule::{Pacing, keep, schedule};
use crate::wire::v1;

/// How long making a connection may take.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);
/// How often a call that waits for a permit tries to get one.
const LOOK_AGAIN: Duration = Duration::from_micros(200);

/// Why nothing could be measured.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The runtime can't be started.
    #[error("can't start the load: {0}")]
    Start(io::Error),
    /// The address is no URL, or its certificates can't be read.
    #[error("can't call {target:?}: {source}")]
    Target {
        /// The address as given.
        target: String,
        /// What is wrong with it.
        source: tonic::transport::Error,
    },
    /// Nothing answers there.
    #[error("can't connect to {target}: {}", root_cause(source))]
    Connect {
        /// The address as given.
        target: String,
        /// Why it didn't work.
        source: tonic::transport::Error,
    },
    /// The key has characters that no header may have.
    #[error("the API key holds a character that can't stand in a header")]
    Key,
}

/// The last reason of an error, which is what the system says.
fn root_cause(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), root_cause)
}

/// Carries out a plan. Blocks until the last answer has come, or the plan's patience runs out.
///
/// # Errors
/// When no connection can be made.
pub fn load(plan: LoadPlan) -> Result<LoadReport, LoadError> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    // Not left to the runtime, which panics where the environment asks for none.
    runtime.worker_threads(available_parallelism().map_or(1, usize::from)).enable_all();
    let runtime = runtime.build().map_err(LoadError::Start)?;
    let report = runtime.block_on(load_async(plan));
    // The run has waited long enough for what is still under way.
    runtime.shutdown_background();
    report
}

/// Like [`load`], on the runtime that runs it.
///
/// # Errors
/// When no connection can be made.
///
/// # Panics
/// When the plan has no documents, or a thread of the run panicked.
pub async fn load_async(plan: LoadPlan) -> Result<LoadReport, LoadError> {
    assert!(!plan.documents.is_empty(), "a plan has documents");
    let header = CallHeaders::of(&plan).ok_or(LoadError::Key)?;
    let mut callers = Vec::with_capacity(plan.connections.max(1));
    for _ in 0..plan.connections.max(1) {
        callers.push(Caller::new(connect(&plan).await?, header.clone(), plan.method));
    }
    let health_channel = connect(&plan).await?;
    let start = Instant::now();
    let health = {
        let (rate, duration) = (plan.health_rate, plan.duration);
        let header = header.without_deadline();
        tokio::spawn(check_steadily(health_channel, header, rate, start, duration, plan.patience))
    };
    let run = Arc::new(Run::new(&plan, callers, start));
    let pacing = run.clone().begin_calls(plan.pace).await;
    let unanswered = run.wait_for_answers(plan.most_under_way(), plan.patience).await;
    let health = health.await.expect("checking health never panics");
    let mut recorder = run.recorder();
    recorder.finish();
    Ok(LoadReport::new(&plan, &recorder, start, &pacing, unanswered, health))
}

async fn connect(plan: &LoadPlan) -> Result<Channel, LoadError> {
    let target = || plan.target.clone();
    let endpoint = || {
        let endpoint = Endpoint::from_shared(plan.target.clone())?.connect_timeout(CONNECT_PATIENCE);
        match &plan.authorities {
            Some(pem) => {
                endpoint.tls_config(ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem)))
            }
            None => Ok(endpoint),
        }
    };
    let endpoint = endpoint().map_err(|source| LoadError::Target { target: target(), source })?;
    endpoint.connect().await.map_err(|source| LoadError::Connect { target: target(), source })
}

/// What the calls of a run share.
struct Run {
    callers: Vec<Caller>,
    documents: Vec<v1::Document>,
    documents_per_call: usize,
    recorder: Mutex<Recorder>,
    permits: Arc<Semaphore>,
    start: Instant,
    duration: Duration,
    patience: Duration,
}

impl Run {
    fn new(plan: &LoadPlan, callers: Vec<Caller>, start: Instant) -> Self {
        Self {
            callers,
            documents: plan.documents.clone(),
            documents_per_call: plan.method.documents(),
            recorder: Mutex::new(Recorder::new(start, plan.duration)),
            permits: Arc::new(Semaphore::new(plan.most_under_way())),
            start,
            duration: plan.duration,
            patience: plan.patience,
        }
    }

    fn recorder(&self) -> MutexGuard<'_, Recorder> {
        self.recorder.lock().expect("recording never panics")
    }

    /// Begins every call of the run; returns when there are no more to begin.
    async fn begin_calls(self: Arc<Self>, pace: Pace) -> Pacing {
        match pace {
            Pace::Open { rate, arrivals } => self.open(rate, arrivals).await,
            Pace::Closed { outstanding } => self.closed(outstanding.max(1)).await,
        }
    }

    async fn open(self: Arc<Self>, rate: f64, arrivals: Arrivals) -> Pacing {
        let runtime = Handle::current();
        let pacing = tokio::task::spawn_blocking(move || {
            let mut pacing = Pacing { begun: 0, unsent: 0, lateness: histogram() };
            keep(self.start, schedule(rate, arrivals, self.duration), |intended| {
                let Some(permit) = self.permit() else {
                    pacing.unsent += 1;
                    return;
                };
                pacing.lateness.saturating_record(microseconds(intended.elapsed()));
                let (run, number) = (self.clone(), pacing.begun);
                runtime.spawn(async move {
                    run.call(number, intended).await;
                    drop(permit);
                });
                pacing.begun += 1;
            });
            pacing
        });
        pacing.await.expect("keeping time never panics")
    }

    /// Waits for a permit for a call, as long as the run lasts.
    fn permit(&self) -> Option<OwnedSemaphorePermit> {
        loop {
            if let Ok(permit) = self.permits.clone().try_acquire_owned() {
                return Some(permit);
            }
            if self.start.elapsed() >= self.duration + self.patience {
                return None;
            }
            thread::sleep(LOOK_AGAIN);
        }
    }

    async fn closed(self: Arc<Self>, outstanding: usize) -> Pacing {
        let chains: Vec<_> = (0..outstanding as u64)
            .map(|first| {
                let run = self.clone();
                tokio::spawn(async move {
                    let _permit = run.permits.clone().acquire_owned().await;
                    let mut begun = 0;
                    while run.start.elapsed() < run.duration {
                        run.call(first + begun * outstanding as u64, Instant::now()).await;
                        begun += 1;
                    }
                    begun
                })
            })
            .collect();
        // Each chain can be one call over time.
        let end = self.start + self.duration + self.patience;
        let mut begun = 0;
        for chain in chains {
            let chain = tokio::time::timeout_at(end.into(), chain).await;
            begun += chain.map_or(Ok(1), |ended| ended).expect("calling never panics");
        }
        Pacing { begun, unsent: 0, lateness: histogram() }
    }

    /// Makes the call of that number.
    async fn call(&self, number: u64, intended: Instant) {
        let turn = usize::try_from(number).unwrap_or(usize::MAX);
        let mut caller = self.callers[turn % self.callers.len()].clone();
        let first = turn.wrapping_mul(self.documents_per_call);
        let documents = (0..self.documents_per_call)
            .map(|index| self.documents[first.wrapping_add(index) % self.documents.len()].clone())
            .collect();
        let answer = caller.call(documents).await;
        self.recorder().note(intended, Instant::now(), &answer);
    }

    /// Waits until no call is under way; returns how many calls were not answered in time.
    async fn wait_for_answers(&self, permits: usize, patience: Duration) -> u64 {
        let all = u32::try_from(permits).unwrap_or(u32::MAX);
        let waited = tokio::time::timeout(patience, self.permits.acquire_many(all)).await;
        if waited.is_ok() { 0 } else { (permits - self.permits.available_permits()) as u64 }
    }
}
