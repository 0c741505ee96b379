//! Options of streams: counted in the budget as long as anything holds them, and refused where there is no room.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ascribe::serve::ServiceConfig;
use ascribe::wire::Limits;
use ascribe::wire::v1::{self, stream_extract_claims_request as streamed};
use prost::Message;
use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Streaming};

use crate::raw;
use crate::server::{PATIENCE, Scripted, Server, document, eventually, one_worker, reason, request};

/// Options that hold a tenth of a megabyte, and came in as much.
fn large() -> v1::StreamExtractClaimsRequest {
    let alias = v1::Alias { name: "n".repeat(250), ..v1::Alias::default() };
    options(v1::ExtractionOptions { aliases: vec![alias; 350], ..v1::ExtractionOptions::default() })
}

fn options(options: v1::ExtractionOptions) -> v1::StreamExtractClaimsRequest {
    v1::StreamExtractClaimsRequest { message: Some(streamed::Message::Options(options)) }
}

fn item(sequence: i64, text: &str) -> v1::StreamExtractClaimsRequest {
    let item = streamed::Item { sequence, document: Some(document(text)) };
    v1::StreamExtractClaimsRequest { message: Some(streamed::Message::Item(item)) }
}

/// A server whose streams may hold half a megabyte.
async fn small_server(engine: &Arc<Scripted>) -> Server {
    let limits = Limits { max_request_bytes: 512 << 10, max_document_bytes: 64 << 10, ..Limits::default() };
    Server::start(engine.clone(), ServiceConfig { max_queued_bytes: 1 << 20, limits, ..one_worker() }).await
}

type Requests = mpsc::Sender<v1::StreamExtractClaimsRequest>;
type Answers = Streaming<v1::StreamExtractClaimsResponse>;

async fn open(server: &Server) -> (Requests, Answers) {
    let (requests, receiver) = mpsc::channel(64);
    let answers = server.client().await.stream_extract_claims(ReceiverStream::new(receiver)).await;
    (requests, answers.expect("the stream begins").into_inner())
}

/// Sends large options and a document after them; the answer to it, or how the stream ends.
async fn ask(requests: &Requests, answers: &mut Answers) -> Result<i64, tonic::Status> {
    // Fails where it has been refused already.
    let _ = requests.send(large()).await;
    let _ = requests.send(item(1, "x")).await;
    let answer = tokio::time::timeout(PATIENCE, answers.next()).await.expect("it is answered in time");
    answer.expect("it doesn't just end").map(|answer| answer.sequence)
}

#[tokio::test]
async fn options_count_in_the_budget_while_their_stream_lives() {
    let server = small_server(&Scripted::new()).await;
    let mut streams = Vec::new();
    let refused = loop {
        let (requests, mut answers) = open(&server).await;
        match ask(&requests, &mut answers).await {
            Ok(_) => streams.push((requests, answers)),
            Err(status) => break status,
        }
        assert!(streams.len() < 10, "nothing counts them");
    };
    assert!(streams.len() > 1, "these are few");
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::Unavailable, "QUEUE_FULL"));
    // Others are served meanwhile: what streams hold leaves room.
    assert!(server.client().await.extract_claims(request("x")).await.is_ok());
    drop(streams);
    let given_back = async {
        loop {
            let (requests, mut answers) = open(&server).await;
            if ask(&requests, &mut answers).await.is_ok() {
                break;
            }
        }
    };
    tokio::time::timeout(PATIENCE, given_back).await.expect("the room is given back");
}

/// Only the last ones are held, and those of documents in flight; where these leave no room, the stream waits for them.
#[tokio::test]
async fn options_that_are_replaced_are_given_back_once_no_document_needs_them() {
    let engine = Scripted::new();
    let server = small_server(&engine).await;
    let (requests, mut answers) = open(&server).await;
    for _ in 0..20 {
        requests.send(large()).await.expect("the stream is open");
    }
    assert_eq!(ask(&requests, &mut answers).await.expect("the last ones are all that is held"), 1);
    for sequence in 0..10 {
        requests.send(item(sequence, "block")).await.expect("the stream is open");
        requests.send(large()).await.expect("the stream is open");
    }
    drop(requests);
    eventually(|| engine.begun.load(Ordering::SeqCst) == 2).await;
    engine.release();
    let all = tokio::time::timeout(PATIENCE, answers.collect::<Vec<_>>()).await.expect("it ends in time");
    assert_eq!(all.len(), 10);
    assert!(all.iter().all(Result::is_ok), "{all:?}");
}

#[tokio::test]
async fn options_hold_for_what_follows_however_many_come() {
    let server = Server::scripted(&Scripted::new()).await;
    let (requests, answers) = open(&server).await;
    let of = |max_claims| v1::ExtractionOptions { max_claims, ..v1::ExtractionOptions::default() };
    let sending = tokio::spawn(async move {
        for round in 1..=100 {
            for max_claims in [9, round] {
                requests.send(options(of(max_claims))).await.expect("the stream is open");
            }
            requests.send(item(i64::from(round), "claims 200")).await.expect("the stream is open");
        }
    });
    let all = tokio::time::timeout(PATIENCE, answers.collect::<Vec<_>>()).await.expect("it ends in time");
    assert_eq!(all.len(), 100);
    for answer in all {
        let answer = answer.expect("each document is read");
        let Some(v1::stream_extract_claims_response::Outcome::Result(result)) = answer.outcome else {
            panic!("it has a result")
        };
        assert_eq!(i64::try_from(result.claims.len()), Ok(answer.sequence));
    }
    sending.await.expect("all is sent");
}

/// On this runtime of one thread everything else waits while a stream takes in what has come.
#[tokio::test]
async fn others_have_their_turn_between_options() {
    const OPTIONS: usize = 3000;
    let server = Server::scripted(&Scripted::new()).await;
    let turns = Arc::new(AtomicUsize::new(0));
    let counted = turns.clone();
    // Not `yield_now`, which waits until the runtime has looked for events.
    let other = tokio::spawn(std::future::poll_fn(move |context| {
        counted.fetch_add(1, Ordering::SeqCst);
        context.waker().wake_by_ref();
        std::task::Poll::<()>::Pending
    }));
    let message = |message: v1::StreamExtractClaimsRequest| raw::framed(&message.encode_to_vec(), 0);
    let mut body = message(options(v1::ExtractionOptions::default())).repeat(OPTIONS);
    body.extend(message(item(1, "x")));
    let before = turns.load(Ordering::SeqCst);
    let answer = raw::call(server.address, "StreamExtractClaims", &[], body).await;
    let turns = turns.load(Ordering::SeqCst) - before;
    other.abort();
    assert_eq!(answer.status().code(), Code::Ok);
    assert!(turns >= OPTIONS, "{turns} turns");
}
