//! The hosts that requests over HTTP may name.
//!
//! In: what is allowed, where the server listens, a request's head. Out: why it is refused, if it is. A page of another site
//! can have its own name lead to an address of this machine (DNS rebinding); the browser then takes this service for a part of
//! that site, and lets the page use it. But it sends the name along.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use http::header::HOST;
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Uri, Version};

use crate::serve::config::AllowedHosts;
use crate::serve::status::Failure;

/// At most this many characters of a host are repeated in an error.
const LONGEST_HOST: usize = 128;

/// Checks which host a request names. Cheap to clone.
#[derive(Clone)]
pub(crate) struct HostCheck {
    is_any_allowed: bool,
    /// Whether any address is: where a listener can be reached by several, it doesn't know them all, and no page has an
    /// address for its name unless it comes from there.
    is_any_address_allowed: bool,
    allowed: Arc<[String]>,
}

impl HostCheck {
    /// For a server that listens at `address`; none where that isn't known.
    pub(crate) fn new(allowed: &AllowedHosts, address: Option<SocketAddr>) -> Self {
        let is_local = address.is_some_and(|address| address.ip().to_canonical().is_loopback());
        let (is_any_allowed, listed) = match allowed {
            AllowedHosts::ByListener => (!is_local, &[][..]),
            AllowedHosts::Any => (true, &[][..]),
            AllowedHosts::Listed(listed) => (false, listed.as_slice()),
        };
        let allowed = listed.iter().map(|host| normal(host)).collect();
        Self { is_any_allowed, is_any_address_allowed: !is_local, allowed }
    }

    /// Refuses a request that names a host which isn't allowed, none, or several.
    pub(crate) fn check(&self, uri: &Uri, version: Version, headers: &HeaderMap) -> Result<(), Failure> {
        let wrong = |why: &str| Failure::field("host", why);
        let mut given = headers.get_all(HOST).iter();
        let header =
            given.next().map(|value| authority(value).ok_or_else(|| wrong("is no host"))).transpose()?;
        if given.next().is_some() {
            return Err(wrong("is given twice"));
        }
        // HTTP/2 has it in the URI, and so does HTTP/1.1 where the target is a whole URL.
        let named = [uri.authority(), header.as_ref()];
        if header.is_none()
            && version >= Version::HTTP_11
            && (version == Version::HTTP_11 || uri.host().is_none())
        {
            return Err(wrong("is missing"));
        }
        let mut refused = named.into_iter().flatten().map(Authority::host).filter(|host| !self.allows(host));
        match refused.next() {
            None => Ok(()),
            Some(host) => Err(Failure::HostNotAllowed(host.chars().take(LONGEST_HOST).collect())),
        }
    }

    fn allows(&self, host: &str) -> bool {
        if self.is_any_allowed {
            return true;
        }
        let host = normal(host);
        let is_known = match host.parse::<IpAddr>() {
            Ok(address) => self.is_any_address_allowed || address.to_canonical().is_loopback(),
            Err(_) => host == "localhost" || host.ends_with(".localhost"),
        };
        is_known || self.allowed.contains(&host)
    }
}

/// The host that a header names, with its port; none where that is none, or has a user before it.
fn authority(value: &HeaderValue) -> Option<Authority> {
    let authority: Authority = value.to_str().ok()?.parse().ok()?;
    let is_host = !authority.host().is_empty() && !authority.as_str().contains('@');
    is_host.then_some(authority)
}

/// A host as it is compared: in lower case, without the brackets of an address and the dot that ends a whole name.
fn normal(host: &str) -> String {
    let host = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(allowed: &AllowedHosts, listener: &str) -> HostCheck {
        HostCheck::new(allowed, Some(listener.parse().expect("an address")))
    }

    fn is_allowed(check: &HostCheck, host: &'static str) -> bool {
        let headers = HeaderMap::from_iter([(HOST, HeaderValue::from_static(host))]);
        check.check(&Uri::from_static("/"), Version::HTTP_11, &headers).is_ok()
    }

    #[test]
    fn on_the_loopback_its_own_names_are_allowed_and_elsewhere_all_are() {
        for listener in ["127.0.0.1:1", "[::1]:1", "[::ffff:127.0.0.1]:1"] {
            let check = check(&AllowedHosts::default(), listener);
            for host in [
                "localhost",
                "LocalHost.:8080",
                "a.localhost:1",
                "127.0.0.1",
                "127.9.9.9:50051",
                "[::1]:50051",
                "[::1]",
            ] {
                assert!(is_allowed(&check, host), "{host}");
            }
            for host in
                ["evil.example", "localhost.evil.example:50051", "192.0.2.1", "[2001:db8::1]", "xlocalhost"]
            {
                assert!(!is_allowed(&check, host), "{host}");
            }
        }
        assert!(is_allowed(&check(&AllowedHosts::default(), "0.0.0.0:1"), "evil.example"));
    }

    #[test]
    fn a_list_of_hosts_is_added_to_the_loopbacks() {
        let listed = AllowedHosts::Listed(vec!["Claims.example.org".to_owned(), "2001:db8::1".to_owned()]);
        let local = check(&listed, "127.0.0.1:1");
        for host in ["claims.example.org", "claims.EXAMPLE.org.:443", "[2001:db8::1]:1", "localhost"] {
            assert!(is_allowed(&local, host), "{host}");
        }
        assert!(!is_allowed(&local, "example.org") && !is_allowed(&local, "192.0.2.1"));
        let public = check(&listed, "0.0.0.0:1");
        assert!(is_allowed(&public, "192.0.2.1:9090"), "a probe names the address that it asks");
        assert!(!is_allowed(&public, "evil.example"));
        assert!(is_allowed(&check(&AllowedHosts::Any, "127.0.0.1:1"), "evil.example"));
    }

    #[test]
    fn a_request_names_one_host() {
        let check = check(&AllowedHosts::Any, "127.0.0.1:1");
        let refused = |uri: &'static str, version, hosts: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for host in hosts {
                headers.append(HOST, HeaderValue::from_static(host));
            }
            check.check(&Uri::from_static(uri), version, &headers).is_err()
        };
        assert!(refused("/", Version::HTTP_11, &[]));
        assert!(refused("http://a/", Version::HTTP_11, &[]));
        assert!(refused("/", Version::HTTP_2, &[]));
        assert!(refused("/", Version::HTTP_11, &["a", "a"]));
        assert!(refused("/", Version::HTTP_11, &["me@a"]));
        assert!(refused("/", Version::HTTP_11, &["a b"]));
        assert!(refused("/", Version::HTTP_11, &[""]));
        assert!(!refused("/", Version::HTTP_11, &["a"]));
        assert!(!refused("/", Version::HTTP_10, &[]), "there it may be left out");
        assert!(!refused("http://a/", Version::HTTP_2, &[]));
    }

    #[test]
    fn every_host_that_is_named_is_looked_at() {
        let check = check(&AllowedHosts::default(), "127.0.0.1:1");
        let headers = HeaderMap::from_iter([(HOST, HeaderValue::from_static("localhost"))]);
        let refused = check.check(&Uri::from_static("http://evil.example/"), Version::HTTP_11, &headers);
        assert_eq!(refused, Err(Failure::HostNotAllowed("evil.example".to_owned())));
    }
}
