//! What `deploy/` takes for granted: names of metrics, and that the service manager is told.

use std::os::unix::net::UnixDatagram;

use crate::daemon::{Daemon, PATIENCE, Place, request};

const ALERTS: &str = include_str!("../../deploy/prometheus/alerts.yaml");
const TESTS: &str = include_str!("../../deploy/prometheus/alerts.test.yaml");
const DASHBOARD: &str = include_str!("../../deploy/grafana/ascribe.json");

/// The metrics that a text names.
fn named(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let prefixes = ["ascribe_", "grpc_server_", "process_"];
    words.filter(|word| prefixes.iter().any(|prefix| word.starts_with(prefix))).collect()
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn alerts_and_dashboard_name_metrics_that_there_are() {
    let key = rcgen::KeyPair::generate().expect("a key");
    let params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    let cert = params.self_signed(&key).expect("a certificate").pem();
    let place = Place::with(&[("tls.crt", &cert), ("tls.key", &key.serialize_pem())]);
    let with_tls = Daemon::start(&place, &["--tls-cert", "tls.crt", "--tls-key", "tls.key"]);
    let daemon = Daemon::start(&Place::with(&[]), &[]);
    daemon.client().await.extract_claims(request("Ana Ruiz said it was late.")).await.expect("it is read");
    daemon.eventually("the call has ended", |daemon| daemon.metric("ascribe_calls_in_flight") == Some(0.0));
    let reported = with_tls.get("/metrics").1 + &daemon.get("/metrics").1;
    let reported = named(&reported);
    for (file, text) in [("alerts", ALERTS), ("tests", TESTS), ("dashboard", DASHBOARD)] {
        let names = named(text);
        assert!(names.len() > 20, "{file} names metrics");
        for name in names {
            assert!(reported.contains(&name), "{file}: nobody reports {name}");
        }
    }
}

#[test]
fn the_service_manager_is_told_when_the_service_is_ready_and_when_it_stops() {
    let place = Place::with(&[]);
    let path = place.path("notify");
    let socket = UnixDatagram::bind(&path).expect("a socket");
    socket.set_read_timeout(Some(PATIENCE)).expect("a time-out can be set");
    let told = || {
        let mut buffer = [0; 256];
        let length = socket.recv(&mut buffer).expect("it is told");
        String::from_utf8_lossy(&buffer[..length]).into_owned()
    };
    let variable = ("NOTIFY_SOCKET", path.to_str().expect("UTF-8"));
    let daemon = Daemon::start_with(&place, &[], &[variable]);
    assert_eq!(told(), "READY=1\nSTATUS=serving\n");
    daemon.signal("TERM");
    assert_eq!(told(), "STOPPING=1\nSTATUS=draining\n");
    assert_eq!(daemon.end().0, Some(0));
}
