//! The door for those who run the service.

use ascribe::wire::v1;
use tonic::Code;

use crate::daemon::{Daemon, Place, request};

const EXTRACT: &str = "grpc_method=\"ascribe.v1.ClaimService/ExtractClaims\"";

#[tokio::test(flavor = "multi_thread")]
async fn metrics_tell_of_calls_and_of_what_was_read() {
    let daemon = Daemon::start(&Place::with(&[]), &[]);
    let mut client = daemon.client().await;
    let text = "Mayor Ana Ruiz said the bridge is safe. Officials warned that the dam could fail.";
    let answer = client.extract_claims(request(text)).await.expect("it is read").into_inner();
    let claims = answer.result.expect("it has a result").claims.len();
    let failed = client.extract_claims(request("")).await.expect_err("there is no text");
    assert_eq!(failed.code(), Code::InvalidArgument);
    let unknown = http::uri::PathAndQuery::from_static("/ascribe.v1.ClaimService/Nothing");
    let mut raw = tonic::client::Grpc::new(channel(&daemon).await);
    raw.ready().await.expect("it is ready");
    let codec = tonic_prost::ProstCodec::<v1::ListCuesRequest, v1::ListCuesResponse>::default();
    let failed = raw.unary(tonic::Request::new(v1::ListCuesRequest::default()), unknown, codec).await;
    assert_eq!(failed.expect_err("there is no such method").code(), Code::Unimplemented);

    let ended = |status: &str| format!("{{{EXTRACT},grpc_status=\"{status}\"}}");
    let count =
        |name: &str, status: &str| daemon.metric(&format!("grpc_server_call_{name}{}", ended(status)));
    // A call ends for its caller a moment before it does for the server.
    daemon.eventually("the calls have ended", |daemon| daemon.metric("ascribe_calls_in_flight") == Some(0.0));
    assert_eq!(daemon.metric(&format!("grpc_server_call_started_total{{{EXTRACT}}}")), Some(2.0));
    assert_eq!(count("duration_seconds_count", "OK"), Some(1.0));
    assert_eq!(count("duration_seconds_count", "INVALID_ARGUMENT"), Some(1.0));
    assert!(count("rcvd_total_compressed_message_size_bytes_sum", "OK") > Some(80.0));
    assert!(count("sent_total_compressed_message_size_bytes_sum", "OK") > Some(80.0));
    assert_eq!(daemon.metric("grpc_server_call_started_total{grpc_method=\"other\"}"), Some(1.0));
    assert_eq!(daemon.metric("ascribe_documents_total{outcome=\"read\"}"), Some(1.0));
    assert_eq!(daemon.metric("ascribe_document_bytes_total"), Some(81.0));
    assert_eq!(daemon.metric("ascribe_claims_total"), f64::from(u32::try_from(claims).expect("few")).into());
    for histogram in ["ascribe_queue_seconds_count", "ascribe_compute_seconds_count"] {
        assert_eq!(daemon.metric(histogram), Some(1.0), "{histogram}");
    }
    assert!(daemon.metric("ascribe_connections") >= Some(1.0));
    let (_, metrics) = daemon.get("/metrics");
    assert!(metrics.contains("ascribe_build_info{version="));
    let page = include_str!("../../docs/operating.md");
    for name in metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()) {
        assert!(page.contains(&format!("| `{name}` |")), "docs/operating.md doesn't tell of {name}");
    }
}

async fn channel(daemon: &Daemon) -> tonic::transport::Channel {
    let endpoint = tonic::transport::Endpoint::from_shared(format!("http://{}", daemon.address));
    endpoint.expect("a valid address").connect().await.expect("it listens")
}

#[test]
fn it_is_ready_until_it_is_told_to_stop_and_alive_until_it_stops() {
    let daemon = Daemon::start(&Place::with(&[]), &["--pre-drain-seconds", "60"]);
    assert_eq!(daemon.get("/readyz"), (200, "ready\n".to_owned()));
    daemon.signal("TERM");
    daemon.eventually("it isn't ready", |daemon| daemon.get("/readyz").0 == 503);
    assert_eq!(daemon.get("/livez").0, 200);
}

#[test]
fn it_ends_by_itself_when_it_is_told_to_stop() {
    let daemon = Daemon::start(&Place::with(&[]), &[]);
    daemon.signal("TERM");
    let (code, log) = daemon.end();
    assert_eq!(code, Some(0), "{}", log.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_level_of_the_log_is_changed_while_it_runs() {
    let daemon = Daemon::start(&Place::with(&[]), &[]);
    let mut client = daemon.client().await;
    assert_eq!(daemon.get("/log-level"), (200, "info\n".to_owned()));
    let (code, told) = daemon.http("PUT", "/log-level", "loud");
    assert_eq!(code, 400);
    assert!(told.starts_with("\"loud\": allowed is off, error"), "{told}");

    assert_eq!(daemon.http("PUT", "/log-level", "error\n"), (200, "error\n".to_owned()));
    assert_eq!(daemon.get("/log-level"), (200, "error\n".to_owned()));
    client.extract_claims(request("Ana Ruiz said it was late.")).await.expect("it is read");
    daemon.eventually("the call has ended", |daemon| daemon.metric("ascribe_calls_in_flight") == Some(0.0));
    assert_eq!(daemon.http("PUT", "/log-level", "info,ascribe=debug").0, 200);
    client.extract_claims(request("Ana Ruiz said it was late.")).await.expect("it is read");
    daemon.logs("ExtractClaims");
    let calls = daemon.log().iter().filter(|line| line.contains("ExtractClaims")).count();
    assert_eq!(calls, 1, "{}", daemon.log().join("\n"));
}
