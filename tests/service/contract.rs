//! The contract, as the service gives it to whoever wants to call it.

use ascribe::wire::CONTRACT;

use crate::http1::send;
use crate::server::{Scripted, Server};

#[tokio::test]
async fn the_contract_is_served_as_one_file() {
    let server = Server::scripted(&Scripted::new()).await;
    let answer = send(server.address, "GET /ascribe.proto HTTP/1.1", b"").await;
    assert_eq!(answer.code, 200);
    assert!(answer.has("content-type: text/plain; charset=utf-8"), "{}", answer.head);
    assert_eq!(String::from_utf8_lossy(&answer.body), CONTRACT);
    let answer = send(server.address, "POST /ascribe.proto HTTP/1.1", b"").await;
    assert_eq!(answer.code, 405);
}
