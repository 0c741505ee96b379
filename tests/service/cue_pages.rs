//! `ListCues` is work: it waits for a worker, as reading does, and leaves the queue with its caller.

use std::sync::atomic::Ordering;
use std::time::Duration;

use ascribe::serve::ServiceConfig;
use ascribe::wire::v1;
use tonic::Code;
use tonic::codec::CompressionEncoding;

use crate::server::{PATIENCE, Scripted, Server, eventually, one_worker, reason, request};

#[tokio::test]
async fn a_page_waits_for_its_worker() {
    let engine = Scripted::new();
    let server = Server::scripted(&engine).await;
    let mut client = server.client().await;
    let blocking = tokio::spawn(async move { client.extract_claims(request("block")).await });
    eventually(|| engine.begun.load(Ordering::SeqCst) == 1).await;
    let mut client = server.client().await;
    let mut page = tokio::spawn(async move { client.list_cues(v1::ListCuesRequest::default()).await });
    assert!(tokio::time::timeout(Duration::from_millis(100), &mut page).await.is_err(), "the worker is busy");
    // What needs no worker is answered.
    assert!(server.client().await.get_extractor_info(v1::GetExtractorInfoRequest {}).await.is_ok());
    engine.release();
    let page = tokio::time::timeout(PATIENCE, page).await.expect("in time").expect("it ends");
    assert_eq!(page.expect("it is answered").into_inner().cues.len(), 50);
    assert!(blocking.await.expect("it ends").is_ok());
}

#[tokio::test]
async fn a_page_is_refused_where_there_is_no_place_for_it() {
    let engine = Scripted::new();
    let server = Server::start(engine.clone(), ServiceConfig { max_in_flight: 1, ..one_worker() }).await;
    let mut client = server.client().await;
    let blocking = tokio::spawn(async move { client.extract_claims(request("block")).await });
    eventually(|| engine.begun.load(Ordering::SeqCst) == 1).await;
    let refused = server.client().await.list_cues(v1::ListCuesRequest::default()).await;
    let status = refused.expect_err("there is no place");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "QUEUE_FULL"));
    engine.release();
    assert!(blocking.await.expect("it ends").is_ok());
}

/// Long answers are compressed elsewhere than short ones.
#[tokio::test]
async fn pages_of_any_length_come_compressed_as_asked() {
    let server = Server::scripted(&Scripted::new()).await;
    for page_size in [1, 1000] {
        let asked = v1::ListCuesRequest { page_size, ..v1::ListCuesRequest::default() };
        let plain = server.client().await.list_cues(asked.clone()).await.expect("a page").into_inner();
        for encoding in [CompressionEncoding::Gzip, CompressionEncoding::Zstd] {
            let mut client = server.client().await.send_compressed(encoding).accept_compressed(encoding);
            let answer = client.list_cues(asked.clone()).await.expect("a page");
            assert!(answer.metadata().contains_key("grpc-encoding"));
            assert_eq!(answer.into_inner(), plain);
        }
    }
}
