//! The kinds of values that settings have: how each is parsed, what is allowed, how it is shown.

use std::fmt::Display;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;

use super::Settings;
use crate::address::{LISTENERS, listener};
use crate::secrets::may_be_secret;
use crate::serve::config::{AllowedHosts, CorsOrigins};
use crate::serve::telemetry::log::{LogFormat, LogLevel};

/// Finds a value in the settings.
type Accessor<T> = fn(&mut Settings) -> &mut T;

/// A kind of value, with what is allowed and where the settings keep it.
#[derive(Debug)]
pub(super) enum Field {
    /// A whole number.
    Count(RangeInclusive<usize>, Accessor<usize>),
    /// The same in 32 bits.
    SmallCount(RangeInclusive<u32>, Accessor<u32>),
    /// A length of time in seconds, which may have a fraction; the range is in milliseconds.
    Seconds(RangeInclusive<u32>, Accessor<Duration>),
    /// The same, or 0 for never.
    SecondsOrNever(RangeInclusive<u32>, Accessor<Option<Duration>>),
    /// An address.
    Address(Accessor<SocketAddr>),
    /// An address that may be left out.
    OptionalAddress(Accessor<Option<SocketAddr>>),
    /// A file that may be left out.
    File(Accessor<Option<PathBuf>>),
    /// A URL that may be left out.
    Url(Accessor<Option<String>>),
    /// Networks, perhaps none.
    Networks(Accessor<Vec<IpNet>>),
    /// Hosts, or "*" for any, or none for what suits the listener.
    Hosts(Accessor<AllowedHosts>),
    /// Origins of pages, or "*" for any, or none.
    Origins(Accessor<CorsOrigins>),
    /// On or off.
    Switch(Accessor<bool>),
    /// What is logged.
    LogLevel(Accessor<LogLevel>),
    /// How it is written.
    LogFormat(Accessor<LogFormat>),
}

impl Field {
    /// Puts a value into the settings; returns none where it isn't allowed.
    pub(super) fn set(&self, settings: &mut Settings, value: &str) -> Option<()> {
        match self {
            Self::Count(range, access) => {
                *access(settings) = value.parse().ok().filter(|number| range.contains(number))?;
            }
            Self::SmallCount(range, access) => {
                *access(settings) = value.parse().ok().filter(|number| range.contains(number))?;
            }
            Self::Seconds(range, access) => *access(settings) = duration(value, range)?,
            Self::SecondsOrNever(_, access) if value == "0" => *access(settings) = None,
            Self::SecondsOrNever(range, access) => *access(settings) = Some(duration(value, range)?),
            Self::Address(access) => *access(settings) = listener(value).ok()?,
            Self::OptionalAddress(access) => *access(settings) = Some(listener(value).ok()?),
            Self::File(access) => {
                // What stands in the file, given instead of its name, would be shown as the name of no file.
                let is_name = !value.is_empty() && !value.contains(char::is_control) && !may_be_secret(value);
                *access(settings) = is_name.then(|| Some(value.into()))?;
            }
            Self::Url(access) => {
                let uri: http::Uri = value.parse().ok()?;
                let is_url = uri.scheme_str() == Some("http") && uri.host().is_some();
                *access(settings) = is_url.then(|| Some(value.to_owned()))?;
            }
            Self::Networks(access) => *access(settings) = list(value, network)?,
            Self::Hosts(access) if value == "*" => *access(settings) = AllowedHosts::Any,
            Self::Hosts(access) => *access(settings) = AllowedHosts::Listed(list(value, host)?),
            Self::Origins(access) if value == "*" => *access(settings) = CorsOrigins::Any,
            Self::Origins(access) => *access(settings) = CorsOrigins::Listed(list(value, origin)?.into()),
            Self::Switch(access) => *access(settings) = value.parse().ok()?,
            Self::LogLevel(access) => *access(settings) = value.parse().ok()?,
            Self::LogFormat(access) => *access(settings) = value.parse().ok()?,
        }
        Some(())
    }

    /// What is wrong with a value that isn't allowed, where that can be told.
    pub(super) fn why_not(&self, value: &str) -> Option<String> {
        match self {
            Self::Address(_) | Self::OptionalAddress(_) => {
                listener(value).err().map(|error| error.to_string())
            }
            Self::Origins(_) => {
                list(value, |text| Some(origin_error(text))).into_iter().flatten().flatten().next()
            }
            _ => None,
        }
    }

    /// Whether it is a list, which may be given entry by entry.
    pub(super) const fn is_list(&self) -> bool {
        matches!(self, Self::Networks(_) | Self::Hosts(_) | Self::Origins(_))
    }

    /// What is allowed, for people.
    pub(super) fn allowed(&self) -> String {
        match self {
            Self::Count(range, _) => whole_number(range),
            Self::SmallCount(range, _) => whole_number(range),
            Self::Seconds(range, _) => seconds(range),
            Self::SecondsOrNever(range, _) => format!("{}, or 0 for never", seconds(range)),
            Self::Address(_) | Self::OptionalAddress(_) => LISTENERS.to_owned(),
            Self::File(_) => "the name of a file".to_owned(),
            Self::Url(_) => "a URL, like http://127.0.0.1:4317".to_owned(),
            Self::Networks(_) => "networks or addresses, like 10.0.0.0/8,192.0.2.1".to_owned(),
            Self::Hosts(_) => {
                "names or addresses without ports, like claims.example.org,192.0.2.1, or * for any".to_owned()
            }
            Self::Origins(_) => {
                "origins as browsers write them, like https://news.example.org,http://localhost:3000, or * \
                                 for any"
                    .to_owned()
            }
            Self::Switch(_) => "true or false".to_owned(),
            Self::LogLevel(_) => LogLevel::ALLOWED.to_owned(),
            Self::LogFormat(_) => LogFormat::ALLOWED.to_owned(),
        }
    }

    /// The value in the settings, as [`Self::set`] parses it; none where it is left out.
    pub(super) fn shown(&self, settings: &mut Settings) -> Option<String> {
        match self {
            Self::Count(_, access) => Some(access(settings).to_string()),
            Self::SmallCount(_, access) => Some(access(settings).to_string()),
            Self::Seconds(_, access) => Some(access(settings).as_secs_f64().to_string()),
            Self::SecondsOrNever(_, access) => {
                Some(access(settings).unwrap_or_default().as_secs_f64().to_string())
            }
            Self::Address(access) => Some(access(settings).to_string()),
            Self::OptionalAddress(access) => access(settings).map(|address| address.to_string()),
            Self::File(access) => access(settings).as_ref().map(|file| file.display().to_string()),
            Self::Url(access) => access(settings).clone(),
            Self::Networks(access) => shown(access(settings)),
            Self::Hosts(access) => match access(settings) {
                AllowedHosts::ByListener => None,
                AllowedHosts::Any => Some("*".to_owned()),
                AllowedHosts::Listed(hosts) => shown(hosts),
            },
            Self::Origins(access) => match access(settings) {
                CorsOrigins::None => None,
                CorsOrigins::Any => Some("*".to_owned()),
                CorsOrigins::Listed(origins) => shown(origins),
            },
            Self::Switch(access) => Some(access(settings).to_string()),
            Self::LogLevel(access) => Some(access(settings).to_string()),
            Self::LogFormat(access) => Some(access(settings).to_string()),
        }
    }
}

/// Parses a list with commas between its entries, at least one.
fn list<T>(value: &str, entry: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    value.split(',').map(|text| entry(text.trim())).collect()
}

/// A list as [`list`] parses it; none where it is empty.
fn shown<T: ToString>(entries: &[T]) -> Option<String> {
    let entries: Vec<String> = entries.iter().map(ToString::to_string).collect();
    (!entries.is_empty()).then(|| entries.join(","))
}

/// Parses a network, or an address, which is one of its own.
fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| Some(IpNet::from(text.parse::<IpAddr>().ok()?)))
}

/// Parses the name or the address of a host; an address of IPv6 may stand in brackets, as it does in URLs.
fn host(text: &str) -> Option<String> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let is_name = !text.is_empty() && text.chars().all(is_part);
    (is_name || bare.parse::<IpAddr>().is_ok()).then(|| bare.to_owned())
}

/// Parses the origin of a page: scheme, host, and a port where it isn't the scheme's own; as browsers write it.
fn origin(text: &str) -> Option<String> {
    origin_error(text).is_none().then(|| text.to_ascii_lowercase())
}

/// What is wrong with an origin; none where it is one.
fn origin_error(text: &str) -> Option<String> {
    let uri: Option<http::Uri> = text.parse().ok();
    let Some((scheme, host, uri)) = uri.as_ref().and_then(|uri| Some((uri.scheme_str()?, uri.host()?, uri)))
    else {
        return Some("has no scheme and host: https://news.example.org has both".to_owned());
    };
    let own_port = match scheme {
        "http" => 80,
        "https" => 443,
        // Those of extensions and apps.
        _ => 0,
    };
    if text.ends_with('/') || uri.path_and_query().is_some_and(|rest| rest != "/") {
        return Some("has something after its host: an origin ends there, without a slash".to_owned());
    }
    if text.contains('@') || host.contains('*') {
        return Some("is no origin: each is written out, or * stands for all".to_owned());
    }
    match uri.port() {
        Some(port) if port.as_u16() == own_port => {
            Some(format!("has the port {own_port}, which browsers leave away: leave it away"))
        }
        _ => None,
    }
}

/// Parses a number of seconds within a range of milliseconds.
fn duration(value: &str, range: &RangeInclusive<u32>) -> Option<Duration> {
    let duration = Duration::try_from_secs_f64(value.parse().ok()?).ok()?;
    let milliseconds =
        Duration::from_millis((*range.start()).into())..=Duration::from_millis((*range.end()).into());
    milliseconds.contains(&duration).then_some(duration)
}

/// A range of milliseconds, in seconds.
fn seconds(range: &RangeInclusive<u32>) -> String {
    let in_seconds = |milliseconds: u32| f64::from(milliseconds) / 1000.0;
    format!("a number of seconds from {} to {}", in_seconds(*range.start()), in_seconds(*range.end()))
}

fn whole_number<N: Display>(range: &RangeInclusive<N>) -> String {
    format!("a whole number from {} to {}", range.start(), range.end())
}
