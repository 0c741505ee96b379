//! Traces: a call's span continues its caller's trace (W3C `traceparent`) and is sent to a collector over OTLP.
//!
//! Only spans of this program are sent: spans of the libraries that send spans would cause further ones.

use std::time::Duration;

use http::HeaderMap;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{TraceContextExt, TracerProvider};
use opentelemetry::{Key, KeyValue};
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::resource::{ResourceDetector, SdkProvidedResourceDetector};
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::registry::LookupSpan;

/// How long sending the last spans may take when the service ends.
const LAST_SPANS: Duration = Duration::from_secs(3);
/// The name of the service in traces.
const SERVICE: &str = "ascribe";
/// How the SDK names a service that nobody named begins.
const UNNAMED: &str = "unknown_service";
/// Attributes of OpenTelemetry's conventions.
const SERVICE_NAME: &str = "service.name";
const SERVICE_VERSION: &str = "service.version";

/// Sends spans to a collector, some at a time, from a thread of its own.
pub(crate) struct Traces(SdkTracerProvider);

impl Traces {
    /// Sends spans to a collector from now on, which need not run yet. Has to be called within a runtime.
    pub(crate) fn begin(endpoint: &str) -> Result<Self, String> {
        let exporter = SpanExporter::builder().with_tonic().with_endpoint(endpoint).build();
        let exporter = exporter.map_err(|error| error.to_string())?;
        let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource());
        Ok(Self(provider.build()))
    }

    /// The layer that takes the spans.
    pub(crate) fn layer<S: Subscriber + for<'span> LookupSpan<'span>>(&self) -> impl Layer<S> + use<S> {
        let ours = Targets::new().with_target(SERVICE, LevelFilter::INFO);
        tracing_opentelemetry::layer().with_tracer(self.0.tracer(SERVICE)).with_filter(ours)
    }

    /// Sends what is left. Waits at most a few seconds.
    pub(crate) async fn end(self) {
        // It blocks, and needs the runtime to send.
        let ended = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(LAST_SPANS)).await;
        match ended {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!("the last traces were not sent: {error}"),
            Err(error) => tracing::warn!("the last traces were not sent: {error}"),
        }
    }
}

/// What sends the spans: named as `OTEL_SERVICE_NAME` or `OTEL_RESOURCE_ATTRIBUTES` say, which the SDK reads, else as this
/// program.
fn resource() -> Resource {
    let of = |resource: &Resource, key| resource.get(&Key::from_static_str(key));
    let name = of(&SdkProvidedResourceDetector.detect(), SERVICE_NAME);
    let name = name.filter(|name| !name.as_str().starts_with(UNNAMED)).unwrap_or_else(|| SERVICE.into());
    let detected = Resource::builder().build();
    let version = of(&detected, SERVICE_VERSION).unwrap_or_else(|| env!("CARGO_PKG_VERSION").into());
    let own = [KeyValue::new(SERVICE_NAME, name), KeyValue::new(SERVICE_VERSION, version)];
    Resource::builder().with_attributes(own).build()
}

/// Makes a span part of the trace that the headers of its call name. Returns the trace's id: the caller's, or a new one
/// where spans are sent.
pub(crate) fn continue_in(span: &Span, headers: &HeaderMap) -> Option<String> {
    let context = TraceContextPropagator::new().extract(&Headers(headers));
    let parent = context.span().span_context().clone();
    if parent.is_valid() {
        // Fails where no spans are sent; the caller's trace id is logged all the same.
        let _ = span.set_parent(context);
        return Some(parent.trace_id().to_string());
    }
    let own = span.context();
    let own = own.span().span_context().clone();
    own.is_valid().then(|| own.trace_id().to_string())
}

/// Headers, as OpenTelemetry's propagators read them.
struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(http::HeaderName::as_str).collect()
    }
}
