//! The `ascribe` command and its service: what is around the library `ascribe_engine`.

pub mod evaluation; //   floor 10: precision and recall against gold
pub mod wire; //         floor 10: claims -> messages, requests -> checked input
pub mod serve; //        floor 11: the gRPC door
pub mod load; //         floor 11: the gRPC door, from outside: clients that measure it
pub mod cli; //          floor 11: the command-line door
