//! The service from outside: programs that call it.
//!
//! In: where a service listens. Out: whether it serves, or how it does under load. Nothing here shares code with `serve`
//! but the messages of `wire`: what is found out holds for any client.

mod generated; //    what the build makes of proto/: the clients of the services
mod healthcheck; //  one question: does it serve?
mod load; //         many calls, as a crowd of clients makes them, measured

pub use crate::address::{AddressError, Target};
pub use generated::ClaimServiceClient;
pub use healthcheck::{HealthcheckError, Trust, admin_healthcheck, healthcheck};
pub use load::{
    Arrivals, HealthReport, Interval, Latency, LoadError, LoadPlan, LoadReport, Method, Outcome,
    OutcomeReport, Pace, load, load_async, plot,
};
