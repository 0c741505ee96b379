//! Variables of the environment beside the settings' own: those that are misspelt, and those of libraries that end the
//! process where they are wrong.

use std::ops::RangeInclusive;

use super::{ENVIRONMENT_PREFIX, Given, Refusal, SETTINGS, Settings, nearest};
use crate::secrets::shown;

/// The threads that serve connections. The runtime's own variable, so that its users find it.
pub(super) const RUNTIME_THREADS: &str = "TOKIO_WORKER_THREADS";
/// What `ascribe load` calls with: a service that nobody gave keys is open, whatever stands there.
const CALLERS_KEY: &str = "ASCRIBE_API_KEY";
const API_KEYS: &str = "ASCRIBE_API_KEYS";

/// Variables with the prefix that tell something else than the service: tests, clients, scripts, builds.
const OTHERS: [&str; 5] =
    ["ASCRIBE_BINARY", "ASCRIBE_COMMIT", "ASCRIBE_EVAL", "ASCRIBE_SCORER", "ASCRIBE_TOOLS"];

/// Numbers that libraries read by themselves and panic about, or run out of memory, with what is allowed here.
const OF_LIBRARIES: [(&str, RangeInclusive<u64>); 3] = [
    (RUNTIME_THREADS, 1..=1024),
    // Bytes of a new thread's stack.
    ("RUST_MIN_STACK", 256 << 10..=256 << 20),
    // Spans that wait for the collector, all of whose places are made at the start.
    ("OTEL_BSP_MAX_QUEUE_SIZE", 1..=65_536),
];

/// What is wrong with variables that are no settings.
pub(super) fn refused(given: Given<'_>, settings: &Settings) -> Vec<Refusal> {
    let mut refusals: Vec<Refusal> = given.names.iter().filter_map(|name| misspelt(name, given)).collect();
    if settings.api_keys.is_none() && is_set(CALLERS_KEY, given) {
        let why =
            format!("is what `ascribe load` calls with, and no setting: {API_KEYS} names the file of keys");
        refusals.push(Refusal { origin: CALLERS_KEY.to_owned(), why });
    }
    for (name, range) in OF_LIBRARIES {
        let Some(value) = (given.variable)(name).filter(|value| !value.is_empty()) else { continue };
        if !value.parse().is_ok_and(|number: u64| range.contains(&number)) {
            let allowed = format!("a whole number from {} to {}", range.start(), range.end());
            let why = format!("is {}: allowed is {allowed}", shown(&value));
            refusals.push(Refusal { origin: name.to_owned(), why });
        }
    }
    refusals
}

/// Refuses a variable that names nothing. An empty one counts as none.
fn misspelt(name: &str, given: Given<'_>) -> Option<Refusal> {
    let is_known = !name.starts_with(ENVIRONMENT_PREFIX)
        || OTHERS.contains(&name)
        || name == CALLERS_KEY
        || SETTINGS.iter().any(|setting| setting.environment() == name);
    if is_known || is_of_an_orchestrator(name) || !is_set(name, given) {
        return None;
    }
    let meant = name.strip_prefix(ENVIRONMENT_PREFIX).and_then(nearest);
    let meant = meant.map(|setting| format!(": perhaps {} is meant", setting.environment()));
    let meant = meant.unwrap_or_default();
    Some(Refusal { origin: name.escape_debug().to_string(), why: format!("is no setting{meant}") })
}

fn is_set(name: &str, given: Given<'_>) -> bool {
    (given.variable)(name).is_some_and(|value| !value.is_empty())
}

/// Whether Kubernetes or Docker sets a variable of this name for a service whose name begins with "ascribe":
/// `ASCRIBE_SERVICE_HOST`, `ASCRIBE_ADMIN_SERVICE_PORT_HTTP`, `ASCRIBE_PORT`, `ASCRIBE_PORT_50051_TCP_ADDR`.
fn is_of_an_orchestrator(name: &str) -> bool {
    let of_a_port = |rest: &str| {
        let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        ["_TCP", "_UDP", "_SCTP"].iter().any(|protocol| rest.starts_with(protocol))
    };
    name.ends_with("_SERVICE_HOST")
        || name.ends_with("_SERVICE_PORT")
        || name.contains("_SERVICE_PORT_")
        || name.ends_with("_PORT")
        || name.split_once("_PORT_").is_some_and(|(_, rest)| of_a_port(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusals(variables: &[(&str, &str)], settings: &Settings) -> Vec<String> {
        let names: Vec<String> = variables.iter().map(|(name, _)| (*name).to_owned()).collect();
        let value = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let given = Given { flag: &|_| None, variable: &value, names: &names };
        refused(given, settings).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_misspelt_variable_is_refused_with_the_one_that_is_meant() {
        let settings = Settings::default();
        for (name, meant) in [
            ("ASCRIBE_MAX_INFLIGHT", ": perhaps ASCRIBE_MAX_IN_FLIGHT is meant"),
            ("ASCRIBE_TLS_CERTIFICATE", ": perhaps ASCRIBE_TLS_CERT is meant"),
            ("ASCRIBE_APIKEYS", ": perhaps ASCRIBE_API_KEYS is meant"),
            ("ASCRIBE_XYZ", ""),
        ] {
            assert_eq!(refusals(&[(name, "1")], &settings), [format!("{name} is no setting{meant}")]);
            assert_eq!(refusals(&[(name, "")], &settings), [""; 0], "an empty one is none");
        }
        for name in [
            "ASCRIBE_WORKERS",
            "ASCRIBE_SCORER",
            "ASCRIBE_PORT",
            "ASCRIBE_PORT_50051_TCP_ADDR",
            "ASCRIBE_SERVICE_HOST",
            "ASCRIBE_SERVICE_PORT_GRPC",
            "ASCRIBE_ADMIN_SERVICE_PORT",
            "PATH",
        ] {
            assert_eq!(refusals(&[(name, "1")], &settings), [""; 0], "{name}");
        }
    }

    #[test]
    fn a_callers_key_makes_no_service_look_guarded() {
        let variables = [("ASCRIBE_API_KEY", "secret")];
        let [refusal] = refusals(&variables, &Settings::default()).try_into().expect("one");
        assert!(refusal.contains("ASCRIBE_API_KEYS") && !refusal.contains("secret"), "{refusal}");
        let guarded = Settings { api_keys: Some("keys".into()), ..Settings::default() };
        assert_eq!(refusals(&variables, &guarded), [""; 0]);
    }

    #[test]
    fn what_libraries_would_panic_about_is_refused() {
        for (name, value) in [
            ("TOKIO_WORKER_THREADS", "0"),
            ("TOKIO_WORKER_THREADS", "many"),
            ("TOKIO_WORKER_THREADS", "-1"),
            ("TOKIO_WORKER_THREADS", "\u{fffd}"),
            ("RUST_MIN_STACK", "99999999999999"),
            ("OTEL_BSP_MAX_QUEUE_SIZE", "18446744073709551615"),
        ] {
            let [refusal] = refusals(&[(name, value)], &Settings::default()).try_into().expect("one");
            assert!(refusal.starts_with(&format!("{name} is {value:?}: allowed is a whole")), "{refusal}");
        }
        assert_eq!(
            refusals(&[("TOKIO_WORKER_THREADS", "2"), ("RUST_MIN_STACK", "")], &Settings::default()),
            [""; 0]
        );
    }
}
