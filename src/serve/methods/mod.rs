//! The methods of the services.
//!
//! In: a decoded request of a call that was admitted. Out: its response. Handlers check what they got, and have workers
//! do everything that takes long.

pub(super) mod caller; //    which call a handler works for
mod batch; //                `BatchExtractClaims`
mod stream; //               `StreamExtractClaims`
mod verification; //         `VerifyQuotations`
mod cues; //                 `ListCues`
pub(super) mod service; //   `ClaimService`: `ExtractClaims` itself, and the way to the others
pub(super) mod health; //    `grpc.health.v1.Health`

pub(super) use batch::check_count as check_batch;
