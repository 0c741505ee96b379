//! Addresses as people write them: the one reader of them, for settings, health checks and loads.
//!
//! In: `localhost:50051`, `:50051`, `[::1]:50051`, `http://claims.example.org:50051`. Out: an address to listen on, or a
//! service to ask; or what is wrong with it, which ends "…, which".

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use thiserror::Error;

/// What a listener may be given, for people.
pub(crate) const LISTENERS: &str = "an address with a port, like 127.0.0.1:50051, localhost:50051, [::1]:50051, \
                                    or :50051 for all addresses of the machine";

/// What is wrong with an address.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum AddressError {
    /// There is nothing.
    #[error("is empty")]
    Empty,
    /// `50051`
    #[error("is a port without the colon before it")]
    PortAlone,
    /// `localhost`
    #[error("has no port")]
    NoPort,
    /// `localhost:http`
    #[error("has no number from 0 to 65535 for its port")]
    Port,
    /// `::1:50051`
    #[error("has an address of IPv6 without its brackets: [::1]:50051 has them")]
    NoBrackets,
    /// `[::1:50051`
    #[error("has something else than an address of IPv6 in its brackets")]
    Brackets,
    /// `dns:///localhost:50051`
    #[error("has another scheme than http:// and https://")]
    Scheme,
    /// `http://me@localhost:50051`
    #[error("names a user")]
    User,
    /// `http://localhost:50051/v1`
    #[error("has something after the port: nothing but host and port belong there")]
    Path,
    /// `local host:50051`
    #[error("has no name of a host before its port")]
    Host,
    /// `claims.example.org:50051`, to listen on
    #[error("names a host: to listen on there are addresses of this machine alone, and localhost")]
    NameToListenOn,
    /// `https://localhost:50051`, to listen on
    #[error("begins with https://: a listener gets TLS by tls-cert and tls-key")]
    TlsToListenOn,
}

/// An address to listen on. No host, and `*`, stand for all addresses of the machine.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn listener(text: &str) -> Result<SocketAddr, AddressError> {
    let Parts { scheme, host, port } = Parts::of(text)?;
    if scheme == Some(Scheme::Https) {
        return Err(AddressError::TlsToListenOn);
    }
    let port = port.ok_or(AddressError::NoPort)?;
    let ip = match host {
        Host::All => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        Host::Ip(ip) => ip,
        Host::Name(name) if name.eq_ignore_ascii_case(LOCALHOST) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        Host::Name(_) => return Err(AddressError::NameToListenOn),
    };
    Ok(SocketAddr::new(ip, port))
}

const LOCALHOST: &str = "localhost";

/// A service to ask: whether it has TLS, its host and its port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    is_tls: Option<bool>,
    host: String,
    port: u16,
}

impl Target {
    /// Whether it is asked over TLS; none where nobody said so.
    #[must_use]
    pub const fn is_tls(&self) -> Option<bool> {
        self.is_tls
    }

    /// The same, asked over TLS or in plain text unless it says which itself.
    #[must_use]
    pub fn or_tls(self, is_tls: bool) -> Self {
        Self { is_tls: Some(self.is_tls.unwrap_or(is_tls)), ..self }
    }

    /// Its host as connections are made to it: a name, or an address without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }

    /// Its port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Whether it is this machine's loopback.
    #[must_use]
    pub fn is_this_machine(&self) -> bool {
        self.host == LOCALHOST || self.host().parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

/// Of an address that stands for all of the machine's, its loopback.
impl From<SocketAddr> for Target {
    fn from(address: SocketAddr) -> Self {
        Self { is_tls: None, host: in_url(reachable(address.ip())), port: address.port() }
    }
}

impl FromStr for Target {
    type Err = AddressError;

    /// Without a scheme there has to be a port; with one it is that of the scheme, where none is given.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let Parts { scheme, host, port } = Parts::of(text)?;
        let port = match (port, scheme) {
            (Some(port), _) => port,
            (None, Some(Scheme::Http)) => 80,
            (None, Some(Scheme::Https)) => 443,
            (None, None) => return Err(AddressError::NoPort),
        };
        let host = match host {
            Host::All => in_url(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            Host::Ip(ip) => in_url(reachable(ip)),
            Host::Name(name) => name.to_ascii_lowercase(),
        };
        Ok(Self { is_tls: scheme.map(|scheme| scheme == Scheme::Https), host, port })
    }
}

/// As a URL.
impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_tls == Some(true) { "https" } else { "http" };
        write!(formatter, "{scheme}://{}:{}", self.host, self.port)
    }
}

/// An address as URLs have it.
fn in_url(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

/// The address itself, or the loopback where it stands for all of the machine's.
fn reachable(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

/// An address, taken apart.
struct Parts<'text> {
    scheme: Option<Scheme>,
    host: Host<'text>,
    port: Option<u16>,
}

enum Host<'text> {
    /// None, or `*`.
    All,
    Ip(IpAddr),
    Name(&'text str),
}

impl<'text> Parts<'text> {
    fn of(text: &'text str) -> Result<Self, AddressError> {
        let text = text.trim();
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (Some(Scheme::Http), rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (Some(Scheme::Https), rest),
            Some(_) => return Err(AddressError::Scheme),
            None => (None, text),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.is_empty() {
            return Err(AddressError::Empty);
        }
        if rest.contains(['/', '?', '#']) {
            return Err(AddressError::Path);
        }
        if rest.contains('@') {
            return Err(AddressError::User);
        }
        let (host, port) = host_and_port(rest)?;
        let port = port.map(|port| port.parse().map_err(|_| AddressError::Port)).transpose()?;
        Ok(Self { scheme, host, port })
    }
}

/// Splits what stands after the scheme.
fn host_and_port(text: &str) -> Result<(Host<'_>, Option<&str>), AddressError> {
    if let Some(rest) = text.strip_prefix('[') {
        let (ip, rest) = rest.split_once(']').ok_or(AddressError::Brackets)?;
        let ip: Ipv6Addr = ip.parse().map_err(|_| AddressError::Brackets)?;
        let port = match rest.strip_prefix(':') {
            Some(port) => Some(port),
            None if rest.is_empty() => None,
            None => return Err(AddressError::Port),
        };
        return Ok((Host::Ip(ip.into()), port));
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, _)) if host.contains(':') => return Err(AddressError::NoBrackets),
        Some((host, port)) => (host, Some(port)),
        None if text.bytes().all(|byte| byte.is_ascii_digit()) => return Err(AddressError::PortAlone),
        None => (text, None),
    };
    let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    let host = match host {
        "" | "*" => Host::All,
        host => match host.parse() {
            Ok(ip) => Host::Ip(IpAddr::V4(ip)),
            Err(_) if is_name(host) => Host::Name(host),
            Err(_) => return Err(AddressError::Host),
        },
    };
    Ok((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_is_read_in_every_shape() {
        for (text, address) in [
            ("127.0.0.1:50051", "127.0.0.1:50051"),
            ("localhost:50051", "127.0.0.1:50051"),
            ("LOCALHOST:1", "127.0.0.1:1"),
            (":50051", "0.0.0.0:50051"),
            ("*:50051", "0.0.0.0:50051"),
            ("0.0.0.0:0", "0.0.0.0:0"),
            ("[::1]:50051", "[::1]:50051"),
            ("[::]:9090", "[::]:9090"),
            (" http://127.0.0.1:50051/ \n", "127.0.0.1:50051"),
        ] {
            assert_eq!(listener(text).map(|it| it.to_string()), Ok(address.to_owned()), "{text}");
        }
        for (text, error) in [
            ("", AddressError::Empty),
            ("50051", AddressError::PortAlone),
            ("localhost", AddressError::NoPort),
            ("http://localhost", AddressError::NoPort),
            ("127.0.0.1:", AddressError::Port),
            ("127.0.0.1:70000", AddressError::Port),
            ("127.0.0.1:-1", AddressError::Port),
            ("::1:50051", AddressError::NoBrackets),
            ("[::1:50051", AddressError::Brackets),
            ("[localhost]:50051", AddressError::Brackets),
            ("[::1]50051", AddressError::Port),
            ("tcp://127.0.0.1:50051", AddressError::Scheme),
            ("http://me@127.0.0.1:50051", AddressError::User),
            ("127.0.0.1:50051/v1", AddressError::Path),
            ("local host:50051", AddressError::Host),
            ("claims.example.org:50051", AddressError::NameToListenOn),
            ("https://localhost:50051", AddressError::TlsToListenOn),
        ] {
            assert_eq!(listener(text), Err(error), "{text}");
        }
    }

    #[test]
    fn a_target_is_read_in_every_shape() {
        for (text, url) in [
            ("127.0.0.1:50051", "http://127.0.0.1:50051"),
            (":50051", "http://127.0.0.1:50051"),
            ("0.0.0.0:50051", "http://127.0.0.1:50051"),
            ("[::]:50051", "http://[::1]:50051"),
            ("[::1]:50051", "http://[::1]:50051"),
            ("Claims.Example.org:1", "http://claims.example.org:1"),
            ("http://localhost", "http://localhost:80"),
            ("https://claims.example.org/", "https://claims.example.org:443"),
            ("HTTPS://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ] {
            assert_eq!(text.parse::<Target>().map(|it| it.to_string()), Ok(url.to_owned()), "{text}");
        }
        assert_eq!("localhost".parse::<Target>(), Err(AddressError::NoPort));
        assert_eq!("dns:///localhost:50051".parse::<Target>(), Err(AddressError::Scheme));
        let target: Target = "[::1]:1".parse().expect("it is one");
        assert_eq!((target.host(), target.is_tls()), ("::1", None));
    }

    #[test]
    fn this_machine_is_told_from_others() {
        for (text, is_so) in [
            ("127.0.0.9:1", true),
            ("https://localhost:1", true),
            ("[::1]:9", true),
            ("0.0.0.0:1", true),
            ("http://example.com:50051", false),
            ("http://localhost.example.com", false),
            ("10.0.0.1:50051", false),
        ] {
            let target: Target = text.parse().expect("it is one");
            assert_eq!(target.is_this_machine(), is_so, "{text}");
        }
    }
}
