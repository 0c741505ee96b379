//! Who is at the other end of a connection.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http::Extensions;

/// The peer of one connection; the connection puts it into the extensions of each request. Cheap to clone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Peer {
    /// Which connection it is: no two of a process have the same number.
    pub(crate) connection: u64,
    /// Whether its calls take turns with others by address and not by connection: of HTTP/1.1 one client has many
    /// connections, and those of a proxy carry the calls of many clients.
    pub(crate) takes_turns_by_address: bool,
    /// Where it comes from: of a client behind a trusted proxy its own address, else the socket's.
    pub(crate) address: IpAddr,
}

impl Peer {
    /// The peer of a connection that was accepted just now.
    pub(crate) fn new(address: SocketAddr) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let connection = NEXT.fetch_add(1, Ordering::Relaxed);
        Self { connection, takes_turns_by_address: false, address: address.ip() }
    }

    /// The peer that a request came from; none where the request didn't come over a connection, as in a test.
    pub(crate) fn in_extensions(extensions: &Extensions) -> Option<Self> {
        extensions.get::<Self>().copied()
    }
}

/// Who holds slots: a key where calls have keys, else an address. However many connections a holder has, it is one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Holder {
    /// The name of a key.
    Key(Arc<str>),
    /// An address; of IPv6 its first 64 bits, which a provider gives to one customer.
    Address(IpAddr),
    /// Nobody knows who.
    Unknown,
}

impl Holder {
    /// The holder behind an address.
    pub(crate) fn at(address: IpAddr) -> Self {
        Self::Address(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(address) => address.to_ipv4_mapped().map_or_else(
                || {
                    let [a, b, c, d, ..] = address.segments();
                    IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
                },
                IpAddr::V4,
            ),
        })
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(name) => write!(formatter, "key {name}"),
            Self::Address(address) => write!(formatter, "{address}"),
            Self::Unknown => formatter.write_str("somebody unknown"),
        }
    }
}

/// Who takes turns with others in the workers' queue: a key where calls have keys, else a connection; an address where a
/// connection says nothing of whose call it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum TurnTaker {
    /// The name of a key.
    Key(Arc<str>),
    /// The number of a connection.
    Connection(u64),
    /// An address.
    Address(IpAddr),
    /// Nobody knows who.
    Unknown,
}

/// Whose call it is, as far as the load is concerned. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Who {
    /// Who holds its slot.
    pub(crate) holder: Holder,
    /// Who takes turns with others in the queue.
    pub(crate) taker: TurnTaker,
}

impl Who {
    /// Whose call it is that carries the key of this name, if any, and came from this peer, if that is known.
    pub(crate) fn of(key: Option<&Arc<str>>, peer: Option<Peer>) -> Self {
        match (key, peer) {
            (Some(name), _) => {
                Self { holder: Holder::Key(name.clone()), taker: TurnTaker::Key(name.clone()) }
            }
            (None, Some(peer)) => {
                let taker = if peer.takes_turns_by_address {
                    TurnTaker::Address(peer.address)
                } else {
                    TurnTaker::Connection(peer.connection)
                };
                Self { holder: Holder::at(peer.address), taker }
            }
            (None, None) => Self { holder: Holder::Unknown, taker: TurnTaker::Unknown },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_customer_are_one_holder() {
        let at = |address: &str| Holder::at(address.parse().expect("an address"));
        assert_eq!(at("2001:db8:1:2::5"), at("2001:db8:1:2:ffff::6"));
        assert_ne!(at("2001:db8:1:2::5"), at("2001:db8:1:3::5"));
        assert_eq!(at("::ffff:192.0.2.1"), at("192.0.2.1"));
        assert_ne!(at("192.0.2.1"), at("192.0.2.2"));
    }
}
