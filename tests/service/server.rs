//! A server for one test, and an engine that does what the text tells it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ascribe::client::ClaimServiceClient;
use ascribe::serve::{Engine, ServeError, ServiceConfig, run_while_loading};
use ascribe::wire::v1;
use ascribe_engine::{
    Claim, Content, Context, Explanation, Extraction, IsCancelled, Lexicon, QuotationKind, Span,
};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::Status;
use tonic::transport::Channel;
use tonic_types::StatusExt;

/// Longer than anything here takes: what isn't there by then won't come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A server on a port of its own. It ends with the test's runtime, or by [`Self::stop`].
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    running: JoinHandle<Result<(), ServeError>>,
}

impl Server {
    pub(crate) async fn start(engine: Arc<dyn Engine>, config: ServiceConfig) -> Self {
        let (engine_comes, loading) = oneshot::channel();
        assert!(engine_comes.send(engine).is_ok());
        Self::loading(loading, config).await
    }

    /// A server whose engine comes later.
    pub(crate) async fn loading(engine: oneshot::Receiver<Arc<dyn Engine>>, config: ServiceConfig) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            // A test that ends without stopping its server drops the sender.
            if stopped.await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        let running = tokio::spawn(run_while_loading(listener, engine, config, shutdown));
        Self { address, stop, running }
    }

    /// How the server ended by itself.
    pub(crate) async fn ended(self) -> Result<(), ServeError> {
        let ended = tokio::time::timeout(PATIENCE, self.running).await.expect("it ends in time");
        ended.expect("it doesn't panic")
    }

    /// A server with the scripted engine and one worker.
    pub(crate) async fn scripted(engine: &Arc<Scripted>) -> Self {
        Self::start(engine.clone(), one_worker()).await
    }

    pub(crate) async fn channel(&self) -> Channel {
        let endpoint = Channel::from_shared(format!("http://{}", self.address)).expect("a valid address");
        endpoint.connect().await.expect("the server listens")
    }

    pub(crate) async fn client(&self) -> ClaimServiceClient<Channel> {
        ClaimServiceClient::new(self.channel().await)
    }

    /// Tells the server to stop; the returned handle ends when it has.
    pub(crate) fn stop(self) -> JoinHandle<Result<(), ServeError>> {
        self.stop.send(()).expect("the server runs");
        self.running
    }
}

/// One worker, so that one text can occupy the pool.
pub(crate) fn one_worker() -> ServiceConfig {
    // Scripted work takes longer than that of news.
    let max_queue_time = Duration::from_mins(1);
    ServiceConfig { workers: 1, max_queue_time, ..ServiceConfig::default() }
}

/// How long an engine takes for a slow text.
pub(crate) const SLOW: Duration = Duration::from_millis(300);

/// An engine that does what the text says: "panic", "block" (until it is abandoned or released), "slow", "claims N"
/// (N claims, each with the whole text as its content); else one claim with the whole text as its content.
pub(crate) struct Scripted {
    lexicon: Lexicon,
    /// Texts that were begun.
    pub(crate) begun: AtomicUsize,
    /// Texts that were given up because their caller went away.
    pub(crate) abandoned: AtomicUsize,
    /// Once this isn't 0, nothing blocks any more.
    pub(crate) released: AtomicUsize,
}

impl Scripted {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            lexicon: Lexicon::embedded(),
            begun: AtomicUsize::new(0),
            abandoned: AtomicUsize::new(0),
            released: AtomicUsize::new(0),
        })
    }

    pub(crate) fn release(&self) {
        self.released.store(1, Ordering::SeqCst);
    }
}

impl Engine for Scripted {
    fn extract_unless<'text>(
        &self,
        text: &'text str,
        _context: Context<'_>,
        cancelled: IsCancelled<'_>,
    ) -> Option<Extraction<'text>> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        assert!(!text.starts_with("panic"), "the text says so");
        while text.starts_with("block") && self.released.load(Ordering::SeqCst) == 0 {
            if cancelled() {
                self.abandoned.fetch_add(1, Ordering::SeqCst);
                return None;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        if text.starts_with("slow") {
            std::thread::sleep(SLOW);
        }
        let count = text.strip_prefix("claims ").and_then(|rest| rest.split(' ').next());
        let count = count.map_or(1, |count| count.parse().expect("a number of claims"));
        Some(Extraction::of_claims(text, vec![claim(text); count]))
    }

    fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    fn tagger_version(&self) -> &'static str {
        "scripted"
    }

    fn knowledge_version(&self) -> &'static str {
        "000000000000"
    }
}

/// A claim without source and cue whose content is the whole text.
fn claim(text: &str) -> Claim {
    let mut claim = Claim::new(Content::new(vec![Span::new(0, text.len())]));
    claim.kind = QuotationKind::Direct;
    claim.confidence = 0.5;
    claim.explanation = Explanation::new("scripted");
    claim.explanation.source_confidence = 0.0;
    claim.explanation.cue_confidence = 0.0;
    claim.explanation.content_confidence = 0.5;
    claim
}

pub(crate) fn document(text: &str) -> v1::Document {
    v1::Document { text: text.to_owned(), ..v1::Document::default() }
}

pub(crate) fn request(text: &str) -> v1::ExtractClaimsRequest {
    v1::ExtractClaimsRequest { document: Some(document(text)), options: None }
}

/// Waits until `is_so`.
pub(crate) async fn eventually(is_so: impl Fn() -> bool) {
    let waiting = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("it comes in time");
}

/// The reason of an error's `ErrorInfo`, whose domain is always ours.
pub(crate) fn reason(status: &Status) -> String {
    let info = status.get_details_error_info().expect("every error has an ErrorInfo");
    assert_eq!(info.domain, "ascribe.v1");
    info.reason
}

/// The paths of an error's wrong fields.
pub(crate) fn wrong_fields(status: &Status) -> Vec<String> {
    let details = status.get_details_bad_request().expect("the error has a BadRequest");
    details.field_violations.into_iter().map(|violation| violation.field).collect()
}
