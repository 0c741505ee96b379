//! The service under load, seen by its clients.
//!
//! In: a [`LoadPlan`]: where the service is, what is sent, how often. Out: a [`LoadReport`]: how many calls were
//! answered, how, how soon. Calls begin when the plan says so, whether or not earlier ones were answered, and a
//! latency begins with the time that was planned, not with the time at which the call could be sent: a service
//! that stands still for a second shows it in every call that would have come in that second.
//!
//! `run` starts the calls as `schedule` says; `caller` makes each of them, or `stream` puts it into an open
//! stream; `recorder` keeps what came back; `report` and `plot` show it. Whatever the length of a run, memory
//! holds the calls that are under way, one histogram for each outcome, and a few hundred points of time.

mod plan;
mod schedule;
mod outcome;
mod caller;
mod stream;
mod health;
mod recorder;
mod report;
mod plot;
mod run;

pub use outcome::Outcome;
pub use plan::{Arrivals, LoadPlan, Method, Pace};
pub use plot::plot;
pub use recorder::Interval;
pub use report::{HealthReport, Latency, LoadReport, OutcomeReport};
pub use run::{LoadError, load, run};
