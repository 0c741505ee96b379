//! The load generator against a service on a port of its own: what it counts, and from when it measures.

#[path = "../service/server.rs"]
#[allow(dead_code, reason = "the service's own tests need more of it")]
mod server;
mod closing;
mod command;

use std::sync::atomic::Ordering;
use std::time::Duration;

use ascribe::client::{Arrivals, LoadPlan, LoadReport, Method, Pace, load_async, plot};
use ascribe::serve::ServiceConfig;

use server::{PATIENCE, Scripted, Server, document, eventually, one_worker};

/// A second of calls with `texts` in turn, `rate` a second.
fn plan(server: &Server, rate: f64, texts: &[&str]) -> LoadPlan {
    LoadPlan {
        target: format!("http://{}", server.address),
        authorities: None,
        pace: Pace::Open { rate, arrivals: Arrivals::Even },
        duration: Duration::from_secs(1),
        method: Method::Unary,
        connections: 2,
        deadline: None,
        api_key: None,
        health_rate: 10.0,
        max_outstanding: 1000,
        patience: PATIENCE,
        documents: texts.iter().map(|text| document(text)).collect(),
    }
}

/// How many calls ended in which way.
fn outcomes(report: &LoadReport) -> Vec<(&str, u64)> {
    report.outcomes.iter().map(|one| (one.outcome, one.calls)).collect()
}

async fn loaded(plan: LoadPlan) -> LoadReport {
    load_async(plan).await.expect("the server listens")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_is_made_and_counted() {
    let server = Server::scripted(&Scripted::new()).await;
    let report = loaded(plan(&server, 50.0, &["one", "two"])).await;
    assert_eq!(outcomes(&report), [("OK", 50)]);
    assert_eq!((report.begun, report.unsent, report.unanswered, report.documents_failed), (50, 0, 0, 0));
    assert_eq!(report.offered_per_second, Some(50.0));
    assert!(report.accepted_per_second <= 50.0 && report.received_bytes > report.sent_bytes);
    assert_eq!(report.intervals.iter().map(|one| one.accepted).sum::<u64>(), 50);
    let health = report.health.expect("health was asked for");
    assert_eq!((health.checks, health.failed, health.unanswered), (10, 0, 0));
    assert!(report.is_complete());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_latency_begins_when_the_call_should_have() {
    let engine = Scripted::new();
    let server = Server::scripted(&engine).await;
    // The first call holds up all others: with one place none of them can even be sent.
    let held_up = LoadPlan { max_outstanding: 1, ..plan(&server, 20.0, &["block"]) };
    let running = tokio::spawn(load_async(held_up));
    eventually(|| engine.begun.load(Ordering::SeqCst) == 1).await;
    let waited = Duration::from_millis(1500);
    tokio::time::sleep(waited).await;
    engine.release();
    let report = running.await.expect("it doesn't panic").expect("the server listens");
    let [ok] = report.outcomes.try_into().expect("all calls end alike");
    assert_eq!(ok.calls, 20);
    // The tenth should have begun half a second after the first. Three digits are told.
    assert!(ok.latency.max_ms >= 1499.0, "{:?}", ok.latency);
    assert!(ok.latency.p50_ms >= 999.0, "{:?}", ok.latency);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shed_stands_apart_from_what_is_accepted() {
    let engine = Scripted::new();
    let config = ServiceConfig { max_in_flight: 2, ..one_worker() };
    let server = Server::start(engine.clone(), config).await;
    let running = tokio::spawn(load_async(plan(&server, 50.0, &["block"])));
    eventually(|| engine.begun.load(Ordering::SeqCst) == 1).await;
    tokio::time::sleep(Duration::from_millis(1200)).await;
    engine.release();
    let report = running.await.expect("it doesn't panic").expect("the server listens");
    // One with the worker, one in the queue; health has nothing to do with it.
    assert_eq!(outcomes(&report), [("OK", 2), ("UNAVAILABLE", 48)]);
    let [accepted, shed] = [&report.outcomes[0].latency, &report.outcomes[1].latency];
    assert!(shed.p50_ms < accepted.p50_ms, "{shed:?} {accepted:?}");
    assert_eq!(report.documents_failed, 48);
    assert_eq!(report.health.map(|health| health.failed + health.unanswered), Some(0));
    assert!(report.is_complete(), "a call that is shed is answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_and_streams_count_their_documents() {
    let server = Server::scripted(&Scripted::new()).await;
    let texts = ["one", "panic", "two"];
    let batch = LoadPlan { method: Method::Batch { documents: 6 }, ..plan(&server, 10.0, &texts) };
    let report = loaded(batch).await;
    assert_eq!(outcomes(&report), [("OK", 10)]);
    assert_eq!(report.documents_failed, 20);
    assert!(report.documents_per_second > report.accepted_per_second);
    let stream = LoadPlan { method: Method::Stream, ..plan(&server, 30.0, &texts) };
    let report = loaded(stream).await;
    assert_eq!(outcomes(&report), [("OK", 20), ("INTERNAL", 10)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_load_keeps_its_number_under_way() {
    let engine = Scripted::new();
    let server = Server::start(engine.clone(), one_worker()).await;
    let closed = |plan| LoadPlan { pace: Pace::Closed { outstanding: 7 }, ..plan };
    let running = tokio::spawn(load_async(closed(plan(&server, 1.0, &["block"]))));
    eventually(|| engine.begun.load(Ordering::SeqCst) == 1).await;
    tokio::time::sleep(Duration::from_millis(1200)).await;
    engine.release();
    let report = running.await.expect("it doesn't panic").expect("the server listens");
    // The run was over when the first of them were answered.
    assert_eq!((outcomes(&report), report.begun), (vec![("OK", 7)], 7));
    assert_eq!(report.offered_per_second, None);
    let report = loaded(closed(plan(&server, 1.0, &["one"]))).await;
    assert!(report.begun > 7 && report.outcomes[0].calls == report.begun);
}

#[tokio::test(flavor = "multi_thread")]
async fn deadlines_are_kept() {
    let server = Server::scripted(&Scripted::new()).await;
    let hurried = LoadPlan { deadline: Some(Duration::from_millis(50)), ..plan(&server, 10.0, &["block"]) };
    let report = loaded(hurried).await;
    assert_eq!(outcomes(&report), [("DEADLINE_EXCEEDED", 10)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_goes_away_is_told_from_one_that_sheds() {
    for method in [Method::Unary, Method::Stream] {
        let engine = Scripted::new();
        let server = Server::scripted(&engine).await;
        let running = tokio::spawn(load_async(LoadPlan { method, ..plan(&server, 50.0, &["one"]) }));
        eventually(|| engine.begun.load(Ordering::SeqCst) > 5).await;
        server.stop().await.expect("it doesn't panic").expect("it stops");
        let report = running.await.expect("it doesn't panic").expect("the server listened");
        let found = outcomes(&report);
        assert!(found.iter().any(|(outcome, _)| *outcome == "unreachable"), "{found:?}");
        assert_eq!(report.begun, 50);
        assert!(!report.is_complete());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_at_the_target_is_an_error() {
    let server = Server::scripted(&Scripted::new()).await;
    let plan = LoadPlan { target: "http://127.0.0.1:1".to_owned(), ..plan(&server, 1.0, &["one"]) };
    let error = load_async(plan).await.expect_err("nobody listens there");
    assert!(error.to_string().starts_with("can't connect to http://127.0.0.1:1: "), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_shows_each_outcome_and_the_time() {
    let server = Server::scripted(&Scripted::new()).await;
    let stream = LoadPlan { method: Method::Stream, ..plan(&server, 100.0, &["one", "panic"]) };
    let svg = plot(&loaded(stream).await);
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    for name in ["StreamExtractClaims", ">OK<", ">INTERNAL<", ">p50<", ">p99<", ">max<", ">90 %<", ">0 s<"] {
        assert!(svg.contains(name), "{name} in {svg}");
    }
    assert_eq!(svg.matches("<polyline ").count(), 5);
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
}
