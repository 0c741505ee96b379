//! OpenTelemetry's own variables: which collector gets traces where no setting names one, and what of them isn't followed.
//!
//! In: the variables of the environment. Out: an endpoint, or none, and lines for the log. They are set for all programs of
//! a platform, so that what doesn't suit this one is told and doesn't keep the service from starting.

use http::Uri;

use super::{Given, Settings};
use crate::secrets::shown;

const DISABLED: &str = "OTEL_SDK_DISABLED";
const EXPORTER: &str = "OTEL_TRACES_EXPORTER";
/// Those of traces win over those of all signals.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
const PROTOCOLS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"];
const INSECURE: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_INSECURE", "OTEL_EXPORTER_OTLP_INSECURE"];

/// Decides where traces go, once all settings are read.
pub(super) fn apply(given: Given<'_>, settings: &mut Settings) {
    let own = settings.otlp_endpoint.take();
    match endpoint(given, own) {
        Ok(endpoint) => settings.otlp_endpoint = endpoint,
        Err(why) => settings.notes.push(format!("no traces are sent: {why}")),
    }
}

/// The collector's URL; none where nobody asks for traces. Otherwise why there are none although somebody does.
fn endpoint(given: Given<'_>, own: Option<String>) -> Result<Option<String>, String> {
    let first = |names: &[&'static str]| set_first(names, given);
    let variable = first(&ENDPOINTS);
    if own.is_none() && variable.is_none() {
        return Ok(None);
    }
    if first(&[DISABLED]).is_some_and(|(_, value)| value.eq_ignore_ascii_case("true")) {
        return Err(format!("{DISABLED} is true"));
    }
    let (None, Some((name, value))) = (&own, variable) else { return Ok(own) };
    match first(&[EXPORTER]) {
        Some((_, exporter)) if exporter == "none" => return Ok(None),
        Some((_, exporter)) if !exporter.split(',').any(|one| one.trim() == "otlp") => {
            return Err(format!("{EXPORTER} is {}, and there is only otlp", shown(&exporter)));
        }
        _ => {}
    }
    if let Some((name, protocol)) = first(&PROTOCOLS).filter(|(_, protocol)| protocol != "grpc") {
        let why = format!("{name} is {}, and there is only grpc", shown(&protocol));
        return Err(format!("{why}: name the collector's port of gRPC with otlp-endpoint"));
    }
    let is_insecure = || first(&INSECURE).is_some_and(|(_, insecure)| insecure.eq_ignore_ascii_case("true"));
    let url = if value.contains("://") || !is_insecure() { value.clone() } else { format!("http://{value}") };
    let is_plain =
        url.parse::<Uri>().is_ok_and(|uri| uri.scheme_str() == Some("http") && uri.host().is_some());
    if is_plain {
        Ok(Some(url))
    } else {
        let allowed = "an http:// URL, since traces are sent in plain text, to a collector near by";
        Err(format!("{name} is {}: allowed is {allowed}", shown(&value)))
    }
}

/// The first of these variables that is set, with its value. An empty one counts as none.
fn set_first(names: &[&'static str], given: Given<'_>) -> Option<(&'static str, String)> {
    names.iter().find_map(|&name| {
        let value = (given.variable)(name).filter(|value| !value.is_empty())?;
        Some((name, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDPOINT: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://10.0.0.1:4317");

    fn found(own: Option<&str>, variables: &[(&str, &str)]) -> Result<Option<String>, String> {
        let value = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let given = Given { flag: &|_| None, variable: &value, names: &[] };
        endpoint(given, own.map(str::to_owned))
    }

    #[test]
    fn the_setting_wins_and_then_the_variable_of_traces() {
        let of_traces = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://10.0.0.2:4317");
        let at = |url: &str| Ok(Some(url.to_owned()));
        assert_eq!(found(None, &[]), Ok(None));
        assert_eq!(found(None, &[(ENDPOINT.0, "")]), Ok(None));
        assert_eq!(found(None, &[ENDPOINT]), at(ENDPOINT.1));
        assert_eq!(found(None, &[ENDPOINT, of_traces]), at(of_traces.1));
        let own = "http://127.0.0.1:4317";
        let http = ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
        assert_eq!(found(Some(own), &[ENDPOINT, of_traces, http]), at(own));
        let insecure = ("OTEL_EXPORTER_OTLP_INSECURE", "true");
        assert_eq!(found(None, &[(ENDPOINT.0, "collector:4317"), insecure]), at("http://collector:4317"));
    }

    #[test]
    fn what_switches_traces_off_does() {
        for own in [None, Some("http://127.0.0.1:4317")] {
            let off = found(own, &[ENDPOINT, ("OTEL_SDK_DISABLED", "True")]);
            assert_eq!(off, Err("OTEL_SDK_DISABLED is true".to_owned()));
        }
        assert_eq!(found(None, &[ENDPOINT, ("OTEL_TRACES_EXPORTER", "none")]), Ok(None));
        assert_eq!(found(None, &[("OTEL_SDK_DISABLED", "true")]), Ok(None), "nobody asked");
    }

    #[test]
    fn what_is_not_followed_is_told() {
        for (variable, told) in [
            (
                ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
                "is \"http/protobuf\", and there is only grpc",
            ),
            (("OTEL_TRACES_EXPORTER", "zipkin"), "is \"zipkin\", and there is only otlp"),
            (
                ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://c:4317"),
                "is \"https://c:4317\": allowed is an http://",
            ),
            (("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "collector:4317"), "allowed is an http:// URL"),
            (("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://me:secret@c"), "which isn't shown"),
        ] {
            let why = found(None, &[ENDPOINT, variable]).expect_err("it isn't followed");
            assert!(why.starts_with(variable.0) && why.contains(told), "{why}");
            assert!(!why.contains("secret"), "{why}");
        }
    }
}
