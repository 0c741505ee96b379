//! The settings of the service: flags over environment over a file.
//!
//! In: the values that were given, as texts. Out: [`Settings`], checked as a whole, or everything that is wrong with them.
//! The table in `table` is the only list of settings: the command's flags, the variables of the environment, the keys of
//! the file and `docs/configuration.md` are made from it.

mod field; //        kinds of values: how each is read, what it may be, how it is shown
mod file; //         the TOML file -> keys with their values and lines
mod environment; //  variables that are no settings
mod otel; //         OpenTelemetry's own variables -> where traces go
mod page; //         docs/configuration.md
mod table; //        every setting

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::thread::available_parallelism;
use std::time::Duration;

use thiserror::Error;

use crate::misspelling::meant;
use crate::secrets::{may_be_secret, shown, without_keys};
use crate::serve::config::{ServiceConfig, TlsConfig};
use crate::serve::telemetry::log::{LogFormat, LogLevel};
use field::Field;

pub use page::page;
pub use table::SETTINGS;

/// The prefix of settings in the environment.
const ENVIRONMENT_PREFIX: &str = "ASCRIBE_";
/// The setting that names the file of settings.
const CONFIG: &str = "config";

/// Everything that a service starts with.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The address to listen on for calls.
    pub listen: SocketAddr,
    /// The address to listen on for operators: metrics, probes, the log's level. None by default.
    pub admin_listen: Option<SocketAddr>,
    /// The file of settings, if there was one.
    pub config: Option<PathBuf>,
    /// A file with entries for the lexicon.
    pub lexicon: Option<PathBuf>,
    /// A model to use instead of the embedded one.
    pub model: Option<PathBuf>,
    /// A file with the keys that callers need.
    pub api_keys: Option<PathBuf>,
    /// How often the service checks files for changes.
    pub reload_interval: Duration,
    /// What is logged.
    pub log_level: LogLevel,
    /// How it is written.
    pub log_format: LogFormat,
    /// The collector that gets traces over OTLP; none by default.
    pub otlp_endpoint: Option<String>,
    /// The server's certificate chain, PEM, with `tls_key`; without both, plain text.
    pub tls_cert: Option<PathBuf>,
    /// The private key of the certificate, PEM.
    pub tls_key: Option<PathBuf>,
    /// The authorities that may sign callers' certificates, PEM.
    pub tls_client_ca: Option<PathBuf>,
    /// Threads that serve connections, as `TOKIO_WORKER_THREADS` says; by default one per processor.
    pub runtime_threads: usize,
    /// What of the environment isn't followed, for the log.
    pub notes: Vec<String>,
    /// The configuration of the server itself.
    pub service: ServiceConfig,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 50051).into(),
            admin_listen: None,
            config: None,
            lexicon: None,
            model: None,
            api_keys: None,
            reload_interval: Duration::from_secs(2),
            log_level: LogLevel::default(),
            log_format: LogFormat::Text,
            otlp_endpoint: None,
            tls_cert: None,
            tls_key: None,
            tls_client_ca: None,
            runtime_threads: available_parallelism().map_or(1, usize::from),
            notes: Vec::new(),
            service: ServiceConfig::default(),
        }
    }
}

impl Settings {
    /// Fills in the parts of the server's configuration that several settings decide together.
    fn complete(&mut self) {
        if let (Some(certificate), Some(key)) = (self.tls_cert.clone(), self.tls_key.clone()) {
            self.service.tls = Some(TlsConfig {
                certificate,
                key,
                client_ca: self.tls_client_ca.clone(),
                reload_interval: self.reload_interval,
            });
        }
    }
}

/// One thing that can be set.
#[derive(Debug)]
pub struct Setting {
    /// Its name: "max-in-flight" is the flag `--max-in-flight`, `ASCRIBE_MAX_IN_FLIGHT` in the environment,
    /// and `max-in-flight` in the file.
    pub name: &'static str,
    /// The placeholder of its value in the command's help.
    pub placeholder: &'static str,
    /// Its heading in the help and on the page.
    pub heading: &'static str,
    /// What it does, in a sentence without a full stop.
    pub help: &'static str,
    field: Field,
}

impl Setting {
    /// Its name in the environment.
    #[must_use]
    pub fn environment(&self) -> String {
        format!("{ENVIRONMENT_PREFIX}{}", self.name.replace('-', "_").to_uppercase())
    }

    /// The values that it takes, for people: "a whole number from 1 to 1024".
    #[must_use]
    pub fn allowed(&self) -> String {
        self.field.allowed()
    }

    /// Whether it is a list: the flag may be given several times, and the file may have an array.
    #[must_use]
    pub const fn is_list(&self) -> bool {
        self.field.is_list()
    }

    /// Its value where nobody sets it; none where it is off or depends on the machine.
    #[must_use]
    pub fn default(&self) -> Option<String> {
        // The page is the same on every machine.
        (self.name != "workers").then(|| self.field.shown(&mut Settings::default())).flatten()
    }
}

/// The sources of values beside the file.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// The value of a flag, by the setting's name.
    pub flag: &'a dyn Fn(&str) -> Option<String>,
    /// The value of a variable of the environment.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The names of all variables of the environment.
    pub names: &'a [String],
}

/// One rejected value, or a combination of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Where the value came from: `--workers`, `ASCRIBE_WORKERS`, `ascribe.toml:3: workers`.
    pub origin: String,
    /// What is wrong, with the value and those that are allowed.
    pub why: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A key of the file may be a caller's key, put there by mistake.
        formatter.write_str(&without_keys(&format!("{} {}", self.origin, self.why)))
    }
}

/// Everything that is wrong with the given values, one a line.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct Refusals(pub Vec<Refusal>);

/// The file of settings that was named, by flag or environment.
#[must_use]
pub fn config_file(given: Given<'_>) -> Option<PathBuf> {
    let setting = SETTINGS.iter().find(|setting| setting.name == CONFIG)?;
    value_of(setting, given).map(|(_, value)| value.into())
}

/// Puts the settings together from what was given and from the file, of which it needs the name and the text.
///
/// # Errors
/// All rejected values, and the keys of the file and variables of the environment that name no setting.
pub fn assemble(given: Given<'_>, file: Option<(&str, &str)>) -> Result<Settings, Refusals> {
    let mut refusals = Vec::new();
    let in_file = match file.map(|(name, text)| file::values(name, text)) {
        None => Vec::new(),
        Some(Ok(values)) => values,
        Some(Err(no_toml)) => {
            refusals.extend(no_toml);
            Vec::new()
        }
    };
    let is_known = |key: &str| key != CONFIG && SETTINGS.iter().any(|setting| setting.name == key);
    refusals
        .extend(in_file.iter().filter(|value| !is_known(&value.key)).map(file::Value::refused_as_unknown));
    let mut settings = Settings::default();
    for setting in SETTINGS {
        let from_file = || {
            let value = in_file.iter().find(|value| value.key == setting.name)?;
            Some((value.origin.clone(), value.text.clone()))
        };
        let Some((origin, value)) = value_of(setting, given).or_else(from_file) else { continue };
        if setting.field.set(&mut settings, &value).is_none() {
            let why_not = setting.field.why_not(&value).filter(|_| !may_be_secret(&value));
            let why_not = why_not.map(|why| format!(", which {why}")).unwrap_or_default();
            let why = format!("is {}{why_not}: allowed is {}", shown(&value), setting.allowed());
            refusals.push(Refusal { origin, why });
        }
    }
    refusals.extend(contradictions(&settings));
    refusals.extend(environment::refused(given, &settings));
    if let Some(Ok(threads)) = (given.variable)(environment::RUNTIME_THREADS).map(|value| value.parse()) {
        settings.runtime_threads = threads;
    }
    otel::apply(given, &mut settings);
    settings.complete();
    if refusals.is_empty() { Ok(settings) } else { Err(Refusals(refusals)) }
}

/// A setting's value from flag or environment, with where it came from. An empty variable counts as none: that is how an
/// orchestrator's template leaves one out.
fn value_of(setting: &Setting, given: Given<'_>) -> Option<(String, String)> {
    let flag = (given.flag)(setting.name).map(|value| (format!("--{}", setting.name), value));
    flag.or_else(|| {
        let name = setting.environment();
        let value = (given.variable)(&name).filter(|value| !value.is_empty())?;
        Some((name, value))
    })
}

/// The setting that a misspelt name is most like, if it is like one at all; not the one of just that name.
fn nearest(misspelt: &str) -> Option<&'static Setting> {
    let others = SETTINGS.iter().map(|setting| setting.name).filter(|name| *name != misspelt);
    let name = meant(misspelt, others)?;
    SETTINGS.iter().find(|setting| setting.name == name)
}

/// Values that are allowed each, but not together.
fn contradictions(settings: &Settings) -> Vec<Refusal> {
    let limits = settings.service.limits;
    let mut found = Vec::new();
    let mut refuse = |name: &str, why: String| found.push(Refusal { origin: name.to_owned(), why });
    if limits.max_document_bytes > limits.max_request_bytes {
        let (is, most) = (limits.max_document_bytes, limits.max_request_bytes);
        refuse(
            "max-document-bytes",
            format!("is {is}: allowed is at most max-request-bytes, which is {most}"),
        );
    }
    match (&settings.tls_cert, &settings.tls_key) {
        (Some(_), None) => refuse("tls-cert", "is set without tls-key".to_owned()),
        (None, Some(_)) => refuse("tls-key", "is set without tls-cert".to_owned()),
        (None, None) if settings.tls_client_ca.is_some() => {
            refuse("tls-client-ca", "is set without tls-cert and tls-key".to_owned());
        }
        _ => {}
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::config::{AllowedHosts, CorsOrigins};

    const NOTHING: Given<'_> = Given { flag: &|_| None, variable: &|_| None, names: &[] };

    fn refused(given: Given<'_>, file: &str) -> Vec<String> {
        let refusals = assemble(given, Some(("a.toml", file))).expect_err("something is wrong");
        refusals.0.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn nothing_given_is_the_default() {
        assert_eq!(assemble(NOTHING, None), Ok(Settings::default()));
    }

    #[test]
    fn flags_win_over_the_environment_and_that_over_the_file() {
        let flag = |name: &str| (name == "workers").then(|| "3".to_owned());
        let variable = |name: &str| match name {
            "ASCRIBE_WORKERS" => Some("4".to_owned()),
            "ASCRIBE_DRAIN_SECONDS" => Some("0.5".to_owned()),
            "ASCRIBE_MAX_BATCH_DOCUMENTS" => Some(String::new()),
            _ => None,
        };
        let file = "workers = 5\ndrain-seconds = 6\nmax-batch-documents = 7\nreflection = false\n";
        let given = Given { flag: &flag, variable: &variable, names: &[] };
        let settings = assemble(given, Some(("a.toml", file))).expect("all is right");
        assert_eq!(settings.service.workers, 3);
        assert_eq!(settings.service.drain_limit, Duration::from_millis(500));
        assert_eq!(settings.service.limits.max_batch_documents, 7);
        assert!(!settings.service.reflection);
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let flag = |name: &str| (name == "workers").then(|| "none".to_owned());
        let variable = |name: &str| (name == "ASCRIBE_LISTEN").then(|| "nowhere".to_owned());
        let file = "drain-seconds = -1\nmax_in_flight = 3\nreflection = [true]\nconfig = 'b.toml'\n";
        assert_eq!(
            refused(Given { flag: &flag, variable: &variable, names: &[] }, file),
            [
                "a.toml:2: max_in_flight is no setting: perhaps max-in-flight is meant",
                "a.toml:4: config is no setting",
                "ASCRIBE_LISTEN is \"nowhere\", which has no port: allowed is an address with a port, like \
                 127.0.0.1:50051, localhost:50051, [::1]:50051, or :50051 for all addresses of the machine",
                "--workers is \"none\": allowed is a whole number from 1 to 1024",
                "a.toml:1: drain-seconds is \"-1\": allowed is a number of seconds from 0 to 3600",
                "a.toml:3: reflection is \"[true]\": allowed is true or false",
            ]
        );
    }

    #[test]
    fn a_file_that_is_no_toml_is_refused_with_its_line() {
        let [refusal] = refused(NOTHING, "workers = 2\nlisten 3\n").try_into().expect("one");
        assert!(refusal.starts_with("a.toml:2: is no TOML: "), "{refusal}");
        let both = refused(NOTHING, "workers = 2\nlisten 3\ndrain-seconds = 4\nreflection = tru\n");
        let starts = ["a.toml:2: is no TOML: ", "a.toml:4: is no TOML: "];
        assert_eq!(both.len(), 2, "{both:?}");
        assert!(both.iter().zip(starts).all(|(told, start)| told.starts_with(start)), "{both:?}");
    }

    #[test]
    fn lists_may_be_arrays_in_the_file() {
        let file =
            "cors-origin = ['https://a.example', \"http://localhost:3000\"]\nallowed-hosts = ['a.example']\n";
        let settings = assemble(NOTHING, Some(("a.toml", file))).expect("all is right");
        let origins = ["https://a.example".to_owned(), "http://localhost:3000".to_owned()];
        assert_eq!(settings.service.cors_origins, CorsOrigins::Listed(origins.into()));
        assert_eq!(settings.service.allowed_hosts, AllowedHosts::Listed(vec!["a.example".to_owned()]));
    }

    #[test]
    fn what_is_no_origin_is_told() {
        for (origin, why) in [
            ("news.example.org", "which has no scheme and host"),
            ("https://news.example.org/", "which has something after its host"),
            ("https://news.example.org/app", "which has something after its host"),
            ("https://news.example.org:443", "which has the port 443, which browsers leave away"),
            ("https://*.example.org", "which is no origin"),
            ("https://a.example,b.example", "which has no scheme and host"),
        ] {
            let [refusal] = refused(NOTHING, &format!("cors-origin = '{origin}'")).try_into().expect("one");
            assert!(refusal.contains(why), "{refusal}");
        }
    }

    #[test]
    fn what_may_be_a_secret_is_not_shown() {
        let key = format!("ascribe_{}", "ab".repeat(32));
        let pem = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n";
        for (variable, value) in [
            ("ASCRIBE_API_KEYS", key.as_str()),
            ("ASCRIBE_WORKERS", &key),
            ("ASCRIBE_TLS_KEY", pem),
            ("ASCRIBE_OTLP_ENDPOINT", "https://me:secret@127.0.0.1:4317"),
        ] {
            let of = |name: &str| (name == variable).then(|| value.to_owned());
            let refused = refused(Given { flag: &|_| None, variable: &of, names: &[] }, "");
            let told = refused.join("\n");
            assert!(told.contains("characters, which isn't shown: allowed is "), "{told}");
            assert!(!told.contains("abab") && !told.contains("MIIE") && !told.contains("secret"), "{told}");
        }
        let [refusal] = refused(NOTHING, &format!("{key} = 1")).try_into().expect("one");
        assert_eq!(refusal, "a.toml:1: ascribe_[hidden] is no setting");
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        for (file, why) in [
            ("max-document-bytes = 8000000", "allowed is at most max-request-bytes, which is 4194304"),
            ("tls-cert = 'a.pem'", "tls-cert is set without tls-key"),
            ("tls-key = 'a.pem'", "tls-key is set without tls-cert"),
            ("tls-client-ca = 'a.pem'", "tls-client-ca is set without tls-cert and tls-key"),
        ] {
            let [refusal] = refused(NOTHING, file).try_into().expect("one");
            assert!(refusal.ends_with(why), "{refusal}");
        }
    }

    /// Kubernetes sets variables for a service of the name `ascribe`: none of them may be taken for a setting.
    #[test]
    fn no_setting_has_a_name_that_an_orchestrator_sets() {
        for setting in SETTINGS {
            let name = setting.environment();
            let is_taken = name.starts_with("ASCRIBE_PORT") || name.starts_with("ASCRIBE_SERVICE_");
            assert!(!is_taken, "{name}");
        }
    }

    #[test]
    fn every_default_is_allowed() {
        for setting in SETTINGS {
            let Some(default) = setting.default() else { continue };
            let mut settings = Settings::default();
            assert_eq!(setting.field.set(&mut settings, &default), Some(()), "{}", setting.name);
            assert_eq!(settings, Settings::default(), "{}", setting.name);
        }
    }
}
