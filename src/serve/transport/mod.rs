//! From a socket to a request.
//!
//! In: a listener. Out: requests, each handed to the protocol that it speaks. Every stage of a connection has a time
//! limit, and nobody gets so many connections that others find none.

pub(super) mod accept; //      the accept loop
pub(super) mod activity; //    what happens on one connection: calls in flight, since when there is none
pub(super) mod places; //      which connections there are: who gets a place, waits for one, gives one up
pub(super) mod proxies; //     proxies that say whose requests they hand on
mod certificate; //            when certificates are valid
pub(super) mod tls; //         certificates, taken again from their files when those change
pub(super) mod connection; //  one connection: handshake, HTTP version, calls, graceful end
pub(super) mod hosts; //       which hosts requests may name
pub(super) mod cors; //        pages of other origins: which may call
pub(super) mod protocols; //   gRPC, gRPC-Web or plain HTTP
mod linger; //                 reads on after the last word, so that it isn't lost
mod frame_meter; //            HTTP/2: frames that carry nothing, answers that aren't sent yet
mod http1_socket; //           HTTP/1.1: when an answer is sent
mod drain_body; //             reads what is left of a request that was answered early
pub(super) mod side_door; //   plain HTTP/1.1 with few connections and short limits, for the admin door
