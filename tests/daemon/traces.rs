//! Traces, sent to a collector of the test's own.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::trace::v1::Span;
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
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
        let server =
            tonic::transport::Server::builder().add_service(TraceServiceServer::new(collector.clone()));
        tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
        (collector, address)
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
    daemon.logs("ExtractClaims");
    daemon.signal("TERM");
    let (code, log) = daemon.end();
    assert_eq!(code, Some(0), "{}", log.join("\n"));

    let spans = collector.spans();
    let name = "ascribe.v1.ClaimService/ExtractClaims";
    let call = spans.iter().find(|span| span.name == name).expect("the call was sent");
    assert_eq!(hexadecimal(&call.trace_id), "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(hexadecimal(&call.parent_span_id), "00f067aa0ba902b7");
    let read = spans.iter().find(|span| span.name == "read").expect("what the worker did was sent");
    assert_eq!((&read.parent_span_id, &read.trace_id), (&call.span_id, &call.trace_id));
    // The text stays here.
    assert!(!format!("{spans:?}").contains("Ruiz"));
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}
