//! The `ascribe` command and its service: what is around the library `ascribe_engine`.

mod json_lines; //       floor 11: ids of JSON lines, as they are written
mod misspelling; //      floor 11: which known name an unknown one was to be
mod address; //          floor 11: addresses as people write them
mod faults; //           floor 11: all that is wrong with a file, told at once
mod secrets; //          floor 11: what no error and no line of the log may show
pub mod evaluation; //   floor 12: precision and recall against gold
pub mod wire; //         floor 12: claims -> messages, requests -> checked input
pub mod serve; //        floor 13: the gRPC door
pub mod client; //       floor 13: the gRPC door, from outside: clients that ask and measure it
pub mod cli; //          floor 13: the command-line door
