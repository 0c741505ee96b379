//! How many files and sockets the process may have open, and for what.
//!
//! In: the system's limit, which is raised as far as the process may raise it. Out: how many connections each door may have, so
//! that they never take what the other door, files and the process itself need.

use std::io;

use crate::serve::config::ConnectionConfig;

/// What the process itself has open: standard streams, the runtime, listeners, files that are read, a collector of traces.
const OWN: usize = 32;
/// At most this many connections are open at the admin door.
const ADMIN: usize = 64;

/// How many connections each door may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Descriptors {
    /// At the service's own door.
    pub(crate) connections: usize,
    /// The same, that wait for one of those to be closed.
    pub(crate) waiting: usize,
    /// At the admin door.
    pub(crate) admin: usize,
}

impl Descriptors {
    /// Shares out what the system gives to this process; logs where that is less than is wanted.
    pub(crate) fn provided(wanted: &ConnectionConfig) -> Self {
        let limit = match raised_limit() {
            Ok(limit) => limit,
            Err(error) => {
                tracing::warn!("can't tell how many files may be open: {error}");
                usize::MAX
            }
        };
        let given = Self::of(limit, wanted);
        if given.connections < wanted.max_connections {
            tracing::warn!(
                "max-connections is {}, but only {} are taken: the process may have no more than {limit} files open (ulimit -n)",
                wanted.max_connections,
                given.connections
            );
        }
        given
    }

    /// Shares out `limit` descriptors. Where they are few, each gets its part of them.
    fn of(limit: usize, wanted: &ConnectionConfig) -> Self {
        let (own, admin) = (OWN.min(limit / 2), ADMIN.min(limit / 8).max(1));
        let rest = limit.saturating_sub(own).saturating_sub(admin).max(2);
        // A fifth of them at most waits.
        let waiting = wanted.max_waiting.min(rest / 5).max(1);
        Self { connections: wanted.max_connections.min(rest - waiting), waiting, admin }
    }
}

/// Raises the limit as far as the process may raise it; returns what it is then.
#[cfg(unix)]
fn raised_limit() -> io::Result<usize> {
    let limit = rlimit::increase_nofile_limit(u64::MAX)?;
    Ok(usize::try_from(limit).unwrap_or(usize::MAX))
}

/// There is no such limit here.
#[cfg(not(unix))]
fn raised_limit() -> io::Result<usize> {
    Ok(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(limit: usize, max_connections: usize) -> Descriptors {
        Descriptors::of(limit, &ConnectionConfig { max_connections, ..ConnectionConfig::default() })
    }

    #[test]
    fn all_that_is_wanted_is_given_where_the_limit_allows_it() {
        let all = Descriptors { connections: 4096, waiting: 1024, admin: 64 };
        assert_eq!(of(usize::MAX, 4096), all);
        assert_eq!(of(5216, 4096), all);
        assert_eq!(of(5216, 100).connections, 100);
    }

    #[test]
    fn what_is_given_fits_into_the_limit() {
        for limit in [5215, 1024, 256, 64, 32, 16] {
            let given = of(limit, 4096);
            let Descriptors { connections, waiting, admin } = given;
            assert!(connections + waiting + admin + OWN.min(limit / 2) <= limit, "{limit}: {given:?}");
            assert!(connections >= limit / 4, "{limit}: {given:?}");
        }
        assert_eq!(of(1024, 4096), Descriptors { connections: 743, waiting: 185, admin: 64 });
        let least = of(0, 4096);
        assert!(least.connections >= 1 && least.waiting >= 1 && least.admin >= 1);
    }
}
