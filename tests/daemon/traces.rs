//! Traces, sent to a collector of the test's own.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use ascribe::wire::v1::{self, stream_extract_claims_request as item};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::any_value;
use opentelemetry_proto::tonic::trace::v1::Span;
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::codec::CompressionEncoding;
use tonic::{Request, Response, Status};

use crate::daemon::{Daemon, Place, request};

/// Keeps what it is sent.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<ExportTraceServiceRequest>>>);

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.0.lock().expect("nothing panics while it is held").push(request.into_inner());
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

impl Collector {
    async fn start() -> (Self, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let collector = Self::default();
        let service = TraceServiceServer::new(collector.clone()).accept_compressed(CompressionEncoding::Gzip);
        let server = tonic::transport::Server::builder().add_service(service);
        tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
        (collector, address)
    }

    /// The attributes of what sent the spans, as "name=value".
    fn resource(&self) -> Vec<String> {
        let requests = self.0.lock().expect("nothing panics while it is held");
        let resources = requests.iter().flat_map(|request| &request.resource_spans);
        let attributes =
            resources.filter_map(|spans| spans.resource.as_ref()).flat_map(|one| &one.attributes);
        let texts = attributes.filter_map(|attribute| match attribute.value.as_ref()?.value.as_ref()? {
            any_value::Value::StringValue(value) => Some(format!("{}={value}", attribute.key)),
            _ => None,
        });
        texts.collect()
    }

    fn spans(&self) -> Vec<Span> {
        let requests = self.0.lock().expect("nothing panics while it is held");
        let resources = requests.iter().flat_map(|request| &request.resource_spans);
        let scopes = resources.flat_map(|resource| &resource.scope_spans);
        scopes.flat_map(|scope| scope.spans.clone()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_continues_its_callers_trace_and_is_sent_before_the_end() {
    let (collector, address) = Collector::start().await;
    let endpoint = format!("http://{address}");
    let daemon = Daemon::start(&Place::with(&[]), &["--otlp-endpoint", &endpoint]);
    let mut request = Request::new(request("Ana Ruiz said it was late."));
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    request.metadata_mut().insert("traceparent", parent.parse().expect("a value"));
    daemon.client().await.extract_claims(request).await.expect("it is read");
    daemon.logs("/ExtractClaims");
    stream(&daemon).await;
    daemon.logs("StreamExtractClaims");
    daemon.signal("TERM");
    let (code, log) = daemon.end();
    assert_eq!(code, Some(0), "{}", log.join("\n"));

    let spans = collector.spans();
    let name = "ascribe.v1.ClaimService/ExtractClaims";
    let call = spans.iter().find(|span| span.name == name).expect("the call was sent");
    assert_eq!(hexadecimal(&call.trace_id), "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(hexadecimal(&call.parent_span_id), "00f067aa0ba902b7");
    let streamed = spans.iter().find(|span| span.name.ends_with("/StreamExtractClaims"));
    for call in [call, streamed.expect("the stream was sent")] {
        let is_part = |span: &&Span| span.name == "read" && span.parent_span_id == call.span_id;
        let read = spans.iter().find(is_part).expect("what the worker did was sent");
        assert_eq!(read.trace_id, call.trace_id);
        // What is logged while it works, a panic too, has the name of the call.
        assert!(read.attributes.iter().any(|attribute| attribute.key == "request_id"), "{read:?}");
    }
    // The text stays here.
    assert!(!format!("{spans:?}").contains("Ruiz"));
}

/// What a collector gets from a service with these variables, besides the one that names the collector.
async fn sent(variables: &[(&str, &str)]) -> Vec<String> {
    let (collector, address) = Collector::start().await;
    let endpoint = format!("http://{address}");
    let endpoint = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str())];
    let daemon = Daemon::start_with(&Place::with(&[]), &[], &[&endpoint, variables].concat());
    daemon.client().await.extract_claims(request("Ana Ruiz said it was late.")).await.expect("it is read");
    daemon.logs("/ExtractClaims");
    daemon.signal("TERM");
    let (code, log) = daemon.end();
    assert_eq!(code, Some(0), "{}", log.join("\n"));
    collector.resource()
}

#[tokio::test(flavor = "multi_thread")]
async fn opentelemetrys_variables_name_the_collector_and_the_service() {
    let has = |sent: &[String], wanted: &str| sent.iter().any(|attribute| attribute == wanted);
    let plain = sent(&[]).await;
    assert!(has(&plain, "service.name=ascribe"), "{plain:?}");
    assert!(has(&plain, concat!("service.version=", env!("CARGO_PKG_VERSION"))), "{plain:?}");
    let attributes = ("OTEL_RESOURCE_ATTRIBUTES", "service.name=desk,deployment.environment=test");
    let by_attribute = sent(&[attributes]).await;
    assert!(has(&by_attribute, "service.name=desk"), "{by_attribute:?}");
    assert!(has(&by_attribute, "deployment.environment=test"), "{by_attribute:?}");
    let compressed = ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip");
    let by_name = sent(&[attributes, ("OTEL_SERVICE_NAME", "newsroom"), compressed]).await;
    assert!(has(&by_name, "service.name=newsroom"), "{by_name:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn variables_that_are_not_followed_are_told_and_keep_nothing_from_starting() {
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
    ];
    let daemon = Daemon::start_with(&Place::with(&[]), &[], &variables);
    daemon.logs("no traces are sent: OTEL_EXPORTER_OTLP_PROTOCOL is");
}

/// Streams a document.
async fn stream(daemon: &Daemon) {
    let item = item::Item { sequence: 1, document: request("Ana Ruiz said it was late.").document };
    let message = v1::StreamExtractClaimsRequest { message: Some(item::Message::Item(item)) };
    let answers = daemon.client().await.stream_extract_claims(tokio_stream::iter([message])).await;
    let mut answers = answers.expect("the stream begins").into_inner();
    while answers.message().await.expect("no error").is_some() {}
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}
