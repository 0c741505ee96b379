//! What every call passes, whatever its method.
//!
//! In: a request. Out: its response, named, logged, measured, ended at its deadline, refused before its message is read
//! where its key or the load says so.

pub(super) mod peer; //             who is at the other end of a connection, and who holds slots
pub(super) mod stream_shutdown; //  tells streams that the server stops or their connection is old
pub(super) mod poll_timer; //       a timer that asks again and again whether something is over
pub(super) mod deadline; //         `grpc-timeout`, and the server's own limit
pub(super) mod keys; //             who calls, and how often they may
pub(super) mod message_sizes; //    counts the bytes of a call's messages
pub(super) mod call_notes; //       what is told at a call's end: times, and which document an error is about
pub(super) mod call_context; //     a call's id, span, line in the log, and last word
pub(super) mod call_task; //        the task around a call, which resets it when its client doesn't read
pub(super) mod middleware; //       all of it, in order, around tonic's routes
