//! The service under load, as its clients see it.
//!
//! In: a [`LoadPlan`]: where the service is, what is sent, how often. Out: a [`LoadReport`]: how many calls were
//! answered, how, how soon. Calls begin when the plan says so, whether or not earlier ones were answered, and a
//! latency begins with the time that was planned, not with the time at which the call could be sent: a service
//! that stands still for a second shows it in every call that would have come in that second.
//!
//! Whatever the length of a run, memory holds the calls that are under way, one histogram for each outcome, and a few
//! hundred points of time.

mod plan; //      what is sent, and how often
mod schedule; //  when each call begins
mod outcome; //   how a call ended, and what it brought
mod headers; //   what each call carries beside its message
mod stream; //    a stream that stays open
mod caller; //    one connection and the calls over it
mod latency; //   latencies: as a histogram, and as a report shows them
mod health; //    health checks beside the load
mod recorder; //  what came back, in bounded memory
mod report; //    what the run showed: a table, or JSON
mod plot; //      the same as a picture
mod run; //       the run itself

pub use health::HealthReport;
pub use latency::Latency;
pub use outcome::Outcome;
pub use plan::{Arrivals, LoadPlan, Method, Pace};
pub use plot::plot;
pub use recorder::Interval;
pub use report::{LoadReport, OutcomeReport};
pub use run::{LoadError, load, load_async};
