//! From a socket to a request.
//!
//! In: a listener. Out: requests, each handed to the protocol that it speaks. Every stage of a connection has a time
//! limit.

pub(super) mod accept; //      the accept loop, which bounds the number of connections
pub(super) mod tls; //         certificates, taken again from their files when those change
pub(super) mod calls; //       how many calls are in flight, on each connection and on all
pub(super) mod connection; //  one connection: handshake, HTTP version, calls, graceful end
pub(super) mod protocols; //   gRPC, gRPC-Web or plain HTTP
mod linger; //                 reads on after the last word, so that it isn't lost
mod frame_meter; //            HTTP/2: frames that carry nothing, answers that aren't sent yet
mod http1_socket; //           HTTP/1.1: when an answer is sent
mod drain_body; //             reads what is left of a request that was answered early
