//! Traces: a call's span continues its caller's trace (W3C `traceparent`) and is sent to a collector over OTLP.
//!
//! Only spans of this program are sent: those of the libraries that send them would make more of them.

use std::time::Duration;

use http::HeaderMap;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{TraceContextExt, TracerProvider};
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::registry::LookupSpan;

/// How long the last spans may take to be sent when the service ends.
const LAST_SPANS: Duration = Duration::from_secs(3);
/// What the service is called among others.
const SERVICE: &str = "ascribe";

/// Sends spans to a collector, some at a time, from a thread of its own.
pub(super) struct Traces(SdkTracerProvider);

impl Traces {
    /// Sends to a collector from now on. It need not be there yet. To be called in a runtime.
    pub(super) fn begin(endpoint: &str) -> Result<Self, String> {
        let exporter = SpanExporter::builder().with_tonic().with_endpoint(endpoint).build();
        let exporter = exporter.map_err(|error| error.to_string())?;
        let resource = Resource::builder().with_service_name(SERVICE).build();
        let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource);
        Ok(Self(provider.build()))
    }

    /// What hands spans over.
    pub(super) fn layer<S: Subscriber + for<'span> LookupSpan<'span>>(&self) -> impl Layer<S> + use<S> {
        let ours = Targets::new().with_target(SERVICE, LevelFilter::INFO);
        tracing_opentelemetry::layer().with_tracer(self.0.tracer(SERVICE)).with_filter(ours)
    }

    /// Sends what is left. Waits a few seconds at most.
    pub(super) async fn end(self) {
        // It blocks, and needs the runtime for what it sends.
        let ended = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(LAST_SPANS)).await;
        match ended {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!("the last traces were not sent: {error}"),
            Err(error) => tracing::warn!("the last traces were not sent: {error}"),
        }
    }
}

/// Makes a span part of the trace that the headers of its call name. The trace's name: the caller's, or a new
/// one where spans are sent.
pub(super) fn continue_in(span: &Span, headers: &HeaderMap) -> Option<String> {
    let context = TraceContextPropagator::new().extract(&Headers(headers));
    let parent = context.span().span_context().clone();
    if parent.is_valid() {
        // Fails where no spans are sent; the caller's name of the trace is logged all the same.
        let _ = span.set_parent(context);
        return Some(parent.trace_id().to_string());
    }
    let own = span.context();
    let own = own.span().span_context().clone();
    own.is_valid().then(|| own.trace_id().to_string())
}

/// Headers as propagators read them.
struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(http::HeaderName::as_str).collect()
    }
}
