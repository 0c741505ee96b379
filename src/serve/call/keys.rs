//! The keys of callers: a file of hashes -> whose key a call carries, and whether its rate allows a call now.
//!
//! A line is `name:hash` or `name:hash:rate` or `name:hash:rate:burst`: the SHA-256 of the key in hexadecimal, calls in a
//! second, calls at once; or `name:hash:off`: the caller is known, but may not call. Empty lines and those that begin with
//! "#" are comments. A plain hash is enough, because `ascribe key` makes keys of 256 random bits: nobody can guess one.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use governor::clock::{Clock, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use http::HeaderMap;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use thiserror::Error;

use crate::faults::told;
use crate::secrets::{KEY_PREFIX, may_be_secret, shown};
use crate::serve::status::Failure;

/// Random bytes of a key.
const KEY_BYTES: usize = 32;
/// Bytes of its hash.
const HASH_BYTES: usize = 32;
/// The longest name of a key.
const LONGEST_NAME: usize = 64;
/// The most calls in a second, and at once, that a rate can be.
const HIGHEST_RATE: u32 = 1_000_000;
/// The service whose methods need no key: load balancers have none.
const HEALTH: &str = "/grpc.health.v1.Health/";

type Limiter = RateLimiter<NotKeyed, InMemoryState, MonotonicClock, NoOpMiddleware<Instant>>;

/// What is wrong with a file of keys, and where.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub(crate) enum KeysError {
    /// Nobody could call.
    #[error("holds no key: whoever is to call needs a line, which `ascribe key` writes")]
    Empty,
    /// Lines can't be used; at least one.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Lines(Vec<KeyLineFault>),
}

/// One line of a file of keys that can't be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("line {line}: {fault}")]
pub(crate) struct KeyLineFault {
    /// The line, counted from 1.
    line: usize,
    /// What is wrong in it.
    fault: KeyFault,
}

impl KeysError {
    /// All that is wrong with the file of this name, one a line.
    pub(crate) fn told(&self, file: &str) -> String {
        match self {
            Self::Empty => format!("{file}: {self}"),
            Self::Lines(faults) => told(faults.iter().map(|fault| format!("{file}: {fault}"))),
        }
    }
}

/// What can be wrong with a line of a file of keys. Shows nothing of what stands there: any of it may be a key, put there
/// by mistake.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub(crate) enum KeyFault {
    #[error("has {0} parts where 2 to 4 are wanted: name:hash, perhaps with :rate and :burst, or with :off")]
    Parts(usize),
    #[error("the name, of {0} characters, is not of 1 to {LONGEST_NAME} letters, digits, '-', '_' and '.'")]
    Name(usize),
    #[error("a key stands where the name should be; its hash alone belongs into the file: make a new key")]
    KeyAsName,
    #[error("the name stands in line {0} already")]
    NameTwice(usize),
    #[error("the hash is not of 64 hexadecimal digits: `ascribe key` writes the whole line")]
    Hash,
    #[error("the same key stands in line {0} already")]
    KeyTwice(usize),
    #[error("the {what}, of {length} characters, is not a whole number from 1 to {HIGHEST_RATE}")]
    Rate { what: &'static str, length: usize },
}

/// Stands instead of a rate where a caller may not call.
const OFF: &str = "off";

/// One caller's key.
#[derive(Debug)]
struct Key {
    name: Arc<str>,
    hash: Hash,
    may: May,
}

/// The SHA-256 of a key.
type Hash = [u8; HASH_BYTES];

/// What the caller may do.
#[derive(Clone, Debug)]
enum May {
    Nothing,
    /// Call as often as it likes.
    Call,
    CallAtARate(Arc<Rate>),
}

#[derive(Debug)]
struct Rate {
    calls_per_second: NonZeroU32,
    burst: NonZeroU32,
    limiter: Limiter,
}

impl Rate {
    fn new(calls_per_second: NonZeroU32, burst: NonZeroU32) -> Self {
        let quota = Quota::per_second(calls_per_second).allow_burst(burst);
        Self { calls_per_second, burst, limiter: RateLimiter::direct_with_clock(quota, MonotonicClock) }
    }

    const fn numbers(&self) -> (NonZeroU32, NonZeroU32) {
        (self.calls_per_second, self.burst)
    }
}

/// All keys that are valid, by their hashes.
#[derive(Debug, Default)]
pub(crate) struct Keys(HashMap<Hash, Key>);

impl Keys {
    /// Reads the text of a file of keys, which has to hold one.
    pub(crate) fn parse(file: &str) -> Result<Self, KeysError> {
        let mut keys: HashMap<Hash, Key> = HashMap::new();
        let mut faults = Vec::new();
        // The lines of what was read.
        let (mut names, mut hashes) = (HashMap::new(), HashMap::new());
        for (line, text) in (1..).zip(file.lines().map(str::trim)) {
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let mut fault = |fault| faults.push(KeyLineFault { line, fault });
            let key = match parse_key(text) {
                Ok(key) => key,
                Err(why) => {
                    fault(why);
                    continue;
                }
            };
            if let Some(first) = names.insert(key.name.clone(), line) {
                fault(KeyFault::NameTwice(first));
            }
            if let Some(first) = hashes.insert(key.hash, line) {
                fault(KeyFault::KeyTwice(first));
            }
            keys.insert(key.hash, key);
        }
        match (faults.is_empty(), keys.is_empty()) {
            (false, _) => Err(KeysError::Lines(faults)),
            (true, true) => Err(KeysError::Empty),
            (true, false) => Ok(Self(keys)),
        }
    }

    /// The same keys; those that stood in the file `before` with the same rate keep what is left of it: reading a file again
    /// gives nobody another burst.
    pub(crate) fn keeping_rates_of(mut self, before: &Self) -> Self {
        for (hash, key) in &mut self.0 {
            let known = before.0.get(hash);
            if let (May::CallAtARate(rate), Some(May::CallAtARate(known))) =
                (&mut key.may, known.map(|known| &known.may))
                && rate.numbers() == known.numbers()
            {
                *rate = known.clone();
            }
        }
        self
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whose call this is, if it may go on now. Health checks need no key.
    pub(crate) fn check(&self, path: &str, headers: &HeaderMap) -> Result<Option<Arc<str>>, Failure> {
        if path.starts_with(HEALTH) {
            return Ok(None);
        }
        let Some(presented) = presented(headers) else {
            let how = "no key: send one as \"authorization: Bearer KEY\" or as \"x-api-key: KEY\"";
            return Err(Failure::Unauthenticated(how.to_owned()));
        };
        let Some(key) = self.find(presented) else {
            return Err(Failure::Unauthenticated(
                "the key is none of this server's: check it, or ask whoever runs the server for one"
                    .to_owned(),
            ));
        };
        key.take()?;
        Ok(Some(key.name.clone()))
    }

    /// Finds the key that was presented, in a time that doesn't depend on how many there are. How long it takes may tell of
    /// the hash of what was presented, which its sender knows, and of which no key can be made.
    fn find(&self, presented: &[u8]) -> Option<&Key> {
        let hash = hash(presented);
        self.0.get(&hash).filter(|key| key.hash.ct_eq(&hash).into())
    }
}

impl Key {
    /// Counts a call, if the rate allows one now.
    fn take(&self) -> Result<(), Failure> {
        let rate = match &self.may {
            May::Nothing => {
                let why = format!("the key of {:?} is switched off: ask whoever runs the server", self.name);
                return Err(Failure::PermissionDenied(why));
            }
            May::Call => return Ok(()),
            May::CallAtARate(rate) => rate,
        };
        rate.limiter.check().map_err(|not_until| Failure::QuotaExceeded {
            subject: format!("key:{}", self.name),
            description: format!("more than {} calls in a second", rate.calls_per_second),
            // A millisecond more: a caller who comes back too early by a rounding is refused again.
            retry_after: not_until.wait_time_from(MonotonicClock.now()) + Duration::from_millis(1),
        })
    }
}

fn parse_key(line: &str) -> Result<Key, KeyFault> {
    let parts: Vec<&str> = line.split(':').collect();
    let (name, hash, rates) = match parts.as_slice() {
        [name, hash, rates @ ..] if rates.len() <= 2 => (*name, *hash, rates),
        parts => return Err(KeyFault::Parts(parts.len())),
    };
    check_name(name)?;
    if rates == [OFF] {
        return Ok(Key {
            name: name.into(),
            hash: parse_hash(hash).ok_or(KeyFault::Hash)?,
            may: May::Nothing,
        });
    }
    let number = |what, index: usize| {
        let value = rates.get(index).copied();
        value
            .map(|value| {
                rate_number(value).ok_or_else(|| KeyFault::Rate { what, length: value.chars().count() })
            })
            .transpose()
    };
    let (calls_per_second, burst) = (number("rate", 0)?, number("burst", 1)?);
    let may = calls_per_second.map_or(May::Call, |calls_per_second| {
        // Where the line gives no burst, a second's calls may come at once.
        May::CallAtARate(Arc::new(Rate::new(calls_per_second, burst.unwrap_or(calls_per_second))))
    });
    Ok(Key { name: name.into(), hash: parse_hash(hash).ok_or(KeyFault::Hash)?, may })
}

fn rate_number(value: &str) -> Option<NonZeroU32> {
    value.parse().ok().filter(|number: &NonZeroU32| number.get() <= HIGHEST_RATE)
}

fn check_name(name: &str) -> Result<(), KeyFault> {
    if may_be_secret(name) {
        return Err(KeyFault::KeyAsName);
    }
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_name = !name.is_empty() && name.len() <= LONGEST_NAME && name.chars().all(is_allowed);
    if is_name { Ok(()) } else { Err(KeyFault::Name(name.chars().count())) }
}

fn parse_hash(hexadecimal: &str) -> Option<Hash> {
    let digit = |digit: char| u8::try_from(digit.to_digit(16)?).ok();
    let digits: Option<Vec<u8>> = hexadecimal.chars().map(digit).collect();
    let digits = digits.filter(|digits| digits.len() == 2 * HASH_BYTES)?;
    let mut hash = [0; HASH_BYTES];
    for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = pair[0] << 4 | pair[1];
    }
    Some(hash)
}

fn hash(key: &[u8]) -> Hash {
    Sha256::digest(key).into()
}

/// The key that a caller sends: after "Bearer" in `authorization`, or in `x-api-key`.
fn presented(headers: &HeaderMap) -> Option<&[u8]> {
    const SCHEME: &[u8] = b"bearer ";
    let bearer = headers.get(http::header::AUTHORIZATION).and_then(|value| {
        let (scheme, key) = value.as_bytes().split_at_checked(SCHEME.len())?;
        scheme.eq_ignore_ascii_case(SCHEME).then_some(key)
    });
    bearer.or_else(|| Some(headers.get("x-api-key")?.as_bytes())).map(<[u8]>::trim_ascii)
}

/// A new key and its line in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    /// What the caller sends. It is kept nowhere.
    pub key: String,
    /// The line for the server's file, without a rate.
    pub line: String,
}

/// Makes a key of random bytes from the system.
///
/// # Errors
/// Where the name can't stand in a line, or the system has no random bytes; what is wrong.
pub fn new_key(name: &str) -> Result<NewKey, String> {
    check_name(name).map_err(|fault| match fault {
        KeyFault::KeyAsName => "the name is a key: a caller's name is wanted, the key is made".to_owned(),
        fault => format!("{} is no name: {fault}", shown(name)),
    })?;
    let mut random = [0; KEY_BYTES];
    getrandom::fill(&mut random).map_err(|error| format!("the system has no random bytes: {error}"))?;
    let key = format!("{KEY_PREFIX}{}", hexadecimal(&random));
    let line = format!("{name}:{}", hexadecimal(&hash(key.as_bytes())));
    Ok(NewKey { key, line })
}

fn hexadecimal(bytes: &[u8]) -> String {
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    halves.filter_map(|half| char::from_digit(half.into(), 16)).collect()
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    const METHOD: &str = "/ascribe.v1.ClaimService/ExtractClaims";

    fn sending(name: &'static str, value: &str) -> HeaderMap {
        let value = HeaderValue::from_str(value).expect("a header's value");
        HeaderMap::from_iter([(HeaderName::from_static(name), value)])
    }

    #[test]
    fn whoever_has_a_key_is_known_by_name() {
        let (desk, archive) = (new_key("desk").expect("made"), new_key("archive").expect("made"));
        assert_ne!(desk.key, archive.key);
        let file = format!("# ours\n\n{}\n  {}:5:10  \r\n", desk.line, archive.line);
        let keys = Keys::parse(&file).expect("it is right");
        for scheme in ["Bearer ", "bearer  "] {
            let headers = sending("authorization", &format!("{scheme}{}", desk.key));
            assert_eq!(keys.check(METHOD, &headers), Ok(Some("desk".into())));
        }
        assert_eq!(keys.check(METHOD, &sending("x-api-key", &archive.key)), Ok(Some("archive".into())));
    }

    #[test]
    fn whoever_has_none_is_turned_away_but_for_health() {
        let keys = Keys::parse(&new_key("desk").expect("made").line).expect("it is right");
        for (headers, why) in [
            (HeaderMap::new(), "no key"),
            (sending("authorization", "Basic abc"), "no key"),
            (sending("x-api-key", "ascribe_0"), "none of this server's"),
            (sending("x-api-key", ""), "none of this server's"),
        ] {
            let failure = keys.check(METHOD, &headers).expect_err("it has no key");
            let Failure::Unauthenticated(message) = failure else { panic!("{failure:?}") };
            assert!(message.contains(why), "{message}");
            assert_eq!(keys.check("/grpc.health.v1.Health/Check", &headers), Ok(None));
        }
    }

    #[test]
    fn a_rate_allows_a_burst_and_then_says_when_to_come_back() {
        let made = new_key("desk").expect("made");
        let keys = Keys::parse(&format!("{}:1:3", made.line)).expect("it is right");
        let headers = sending("x-api-key", &made.key);
        for _ in 0..3 {
            assert_eq!(keys.check(METHOD, &headers), Ok(Some("desk".into())));
        }
        let failure = keys.check(METHOD, &headers).expect_err("it was too often");
        let Failure::QuotaExceeded { subject, description, retry_after } = failure else {
            panic!("{failure:?}")
        };
        assert_eq!((subject.as_str(), description.as_str()), ("key:desk", "more than 1 calls in a second"));
        assert!(
            retry_after > Duration::ZERO && retry_after <= Duration::from_millis(1001),
            "{retry_after:?}"
        );
    }

    #[test]
    fn who_is_switched_off_is_known_but_may_not_call() {
        let made = new_key("desk").expect("made");
        let keys = Keys::parse(&format!("{}:off", made.line)).expect("it is right");
        let failure = keys.check(METHOD, &sending("x-api-key", &made.key)).expect_err("it is off");
        assert_eq!(
            failure,
            Failure::PermissionDenied(
                "the key of \"desk\" is switched off: ask whoever runs the server".to_owned()
            )
        );
    }

    #[test]
    fn a_file_that_is_read_again_gives_nobody_another_burst() {
        let made = new_key("desk").expect("made");
        let read = |rate: &str| Keys::parse(&format!("{}:{rate}", made.line)).expect("it is right");
        let headers = sending("x-api-key", &made.key);
        let keys = read("1:2");
        for _ in 0..2 {
            assert!(keys.check(METHOD, &headers).is_ok());
        }
        let again = read("1:2").keeping_rates_of(&keys);
        assert!(again.check(METHOD, &headers).is_err());
        let wider = read("1:3").keeping_rates_of(&keys);
        assert!(wider.check(METHOD, &headers).is_ok(), "another rate begins anew");
    }

    #[test]
    fn a_wrong_line_is_told_by_its_number() {
        let line = new_key("desk").expect("made").line;
        let other = new_key("desk").expect("made").line;
        for (file, number, fault) in [
            ("# a\ndesk".to_owned(), 2, KeyFault::Parts(1)),
            (format!("{line}:1:2:3"), 1, KeyFault::Parts(5)),
            (line.replace("desk", "d sk"), 1, KeyFault::Name(4)),
            ("desk:abc".to_owned(), 1, KeyFault::Hash),
            (format!("desk:{}", "g".repeat(64)), 1, KeyFault::Hash),
            (format!("{line}\n{other}"), 2, KeyFault::NameTwice(1)),
            (format!("{line}\n{}", line.replace("desk", "two")), 2, KeyFault::KeyTwice(1)),
            (format!("{line}:0"), 1, KeyFault::Rate { what: "rate", length: 1 }),
            (format!("{line}:5:many"), 1, KeyFault::Rate { what: "burst", length: 4 }),
        ] {
            let error = Keys::parse(&file).expect_err("it is wrong");
            assert_eq!(error, KeysError::Lines(vec![KeyLineFault { line: number, fault }]));
        }
        let all =
            Keys::parse(&format!("desk\n{line}\n{line}:0\n{other}")).expect_err("three lines are wrong");
        assert_eq!(
            all.told("keys"),
            "keys: line 1: has 1 parts where 2 to 4 are wanted: name:hash, perhaps with :rate and :burst, or with :off\n\
             keys: line 3: the rate, of 1 characters, is not a whole number from 1 to 1000000\n\
             keys: line 4: the name stands in line 2 already"
        );
        for empty in ["", "\n", "# nobody\n"] {
            assert_eq!(Keys::parse(empty).expect_err("nobody could call"), KeysError::Empty);
        }
    }

    #[test]
    fn no_error_shows_a_key_wherever_it_stands() {
        let NewKey { key, line } = new_key("desk").expect("made");
        let hash = line.split(':').nth(1).expect("it has one");
        let shorter = &key[..60];
        for file in [
            key.clone(),
            format!("{key}:desk"),
            format!("{key}:{hash}"),
            format!("{shorter}:{hash}"),
            format!("desk:{key}"),
            format!("{line}:{key}"),
            format!("{line}:5:{key}"),
            format!("{line}:5:5:{key}"),
        ] {
            let error = Keys::parse(&file).expect_err("it is wrong").to_string();
            // Not even a part of it.
            assert!(!error.contains(&key[KEY_PREFIX.len()..KEY_PREFIX.len() + 8]), "{error}");
        }
        let error = new_key(shorter).expect_err("it is no name");
        assert!(!error.contains(&key[KEY_PREFIX.len()..KEY_PREFIX.len() + 8]), "{error}");
    }

    #[test]
    fn a_name_is_shown_where_it_was_typed() {
        let error = new_key("the desk").expect_err("it has a space");
        assert!(error.contains("\"the desk\""), "{error}");
    }
}
