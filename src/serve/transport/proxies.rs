//! Proxies that say whose requests they hand on.
//!
//! In: the networks of proxies that are trusted, a request's headers. Out: who sent it. Others can write what they like into
//! these headers: they are believed only as far as trusted proxies wrote them, which add to their end.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use http::HeaderMap;
use http::header::{self, HeaderName};
use ipnet::IpNet;

use crate::serve::call::peer::Peer;

/// The older and more common header: addresses, the client's first.
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The networks of proxies that are trusted. Cheap to clone.
#[derive(Clone)]
pub(crate) struct TrustedProxies(Arc<[IpNet]>);

impl TrustedProxies {
    pub(crate) fn new(networks: &[IpNet]) -> Self {
        Self(networks.into())
    }

    /// Whether a proxy at this address is trusted.
    pub(crate) fn are_at(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Who sent a request with these headers that came from `peer`: the peer itself, or whom it names if it is trusted.
    pub(crate) fn sender(&self, peer: Peer, headers: &HeaderMap) -> Peer {
        if !self.are_at(peer.address) {
            return peer;
        }
        let by_addresses = || elements(headers, &X_FORWARDED_FOR).map(address);
        let by_pairs = || elements(headers, &header::FORWARDED).map(|element| address(whose(element)?));
        let named = match (headers.contains_key(X_FORWARDED_FOR), headers.contains_key(header::FORWARDED)) {
            (false, false) => None,
            (true, false) => self.last_untrusted(by_addresses()),
            (false, true) => self.last_untrusted(by_pairs()),
            // A proxy writes one of them and may hand the other on as the client wrote it: which one isn't known.
            (true, true) => {
                let by_addresses = self.last_untrusted(by_addresses());
                by_addresses.filter(|_| by_addresses == self.last_untrusted(by_pairs()))
            }
        };
        Peer { address: named.unwrap_or(peer.address), ..peer }
    }

    /// The first of these addresses, which come from the last one on, that is no proxy's; where all are, the client's, which
    /// is the last to come. What is no address says nothing, and neither does what stands before it.
    fn last_untrusted(&self, addresses: impl Iterator<Item = Option<IpAddr>>) -> Option<IpAddr> {
        let mut last = None;
        for address in addresses.map_while(|address| address) {
            last = Some(address);
            if !self.are_at(address) {
                break;
            }
        }
        last
    }
}

/// The elements of a header that is a list, the last one first.
fn elements<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> + use<'a> {
    let lines: Vec<_> = headers.get_all(name).iter().collect();
    lines.into_iter().rev().flat_map(|line| line.to_str().unwrap_or_default().rsplit(','))
}

/// What an element of `Forwarded` (RFC 7239) says of where the request came from: `for="[2001:db8::1]:4711";proto=https`.
fn whose(element: &str) -> Option<&str> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then(|| value.trim().trim_matches('"'))
    })
}

/// An address, perhaps with a port: `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    /// Who sent a request that came from `from`, with proxies in `10.0.0.0/8` and `2001:db8:10::/48`.
    fn sender(from: &str, headers: &[(HeaderName, &'static str)]) -> String {
        let networks = ["10.0.0.0/8", "2001:db8:10::/48"].map(|it| it.parse().expect("a network"));
        let peer = Peer::new((from.parse::<IpAddr>().expect("an address"), 4711).into());
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, HeaderValue::from_static(value));
        }
        let sender = TrustedProxies::new(&networks).sender(peer, &map);
        assert_eq!(sender.connection, peer.connection);
        sender.address.to_string()
    }

    #[test]
    fn a_trusted_proxy_says_who_sent_a_request() {
        for (header, is) in [
            ("192.0.2.1", "192.0.2.1"),
            // What the client wrote itself stands before what the proxies add.
            ("198.51.100.9, 192.0.2.1, 10.1.1.1", "192.0.2.1"),
            ("nonsense, 192.0.2.1:4711", "192.0.2.1"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]:4711, 2001:db8:10::5", "2001:db8::1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            // All of them are proxies: the request began at the first.
            ("10.2.2.2, 10.1.1.1", "10.2.2.2"),
            // Nothing is known of who stands before that.
            ("192.0.2.1, unknown", "10.0.0.1"),
            ("192.0.2.1, unknown, 10.1.1.1", "10.1.1.1"),
            ("", "10.0.0.1"),
        ] {
            assert_eq!(sender("10.0.0.1", &[(X_FORWARDED_FOR, header)]), is, "{header}");
        }
        for (header, is) in [
            ("for=192.0.2.1", "192.0.2.1"),
            ("for=198.51.100.9, For=\"192.0.2.1:4711\";proto=http;by=10.0.0.1", "192.0.2.1"),
            ("proto=https; for=\"[2001:db8::1]:4711\", for=10.1.1.1", "2001:db8::1"),
            // A quotation mark that the client left open hides nothing that proxies add.
            ("for=\"198.51.100.9, for=192.0.2.1", "192.0.2.1"),
            ("for=192.0.2.1, for=_hidden", "10.0.0.1"),
            ("proto=https", "10.0.0.1"),
        ] {
            assert_eq!(sender("10.0.0.1", &[(header::FORWARDED, header)]), is, "{header}");
        }
        let lines = [(X_FORWARDED_FOR, "198.51.100.9"), (X_FORWARDED_FOR, "192.0.2.1, 10.1.1.1")];
        assert_eq!(sender("::ffff:10.0.0.1", &lines), "192.0.2.1");
    }

    #[test]
    fn others_are_not_believed() {
        for name in [X_FORWARDED_FOR, header::FORWARDED] {
            assert_eq!(sender("192.0.2.7", &[(name, "10.0.0.1")]), "192.0.2.7");
        }
    }

    #[test]
    fn two_headers_are_believed_where_they_agree() {
        let both = |addresses, pairs| {
            sender("10.0.0.1", &[(X_FORWARDED_FOR, addresses), (header::FORWARDED, pairs)])
        };
        assert_eq!(both("192.0.2.1", "for=192.0.2.1;proto=https"), "192.0.2.1");
        assert_eq!(both("192.0.2.1", "for=198.51.100.9"), "10.0.0.1");
        assert_eq!(both("198.51.100.9", "for=192.0.2.1"), "10.0.0.1");
    }
}
