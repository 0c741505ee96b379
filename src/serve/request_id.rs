//! The name of a call, in the log, in errors, and in the answer's headers.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use http::{Extensions, HeaderMap, HeaderValue};

/// The header that names a call, in both directions.
pub(super) const REQUEST_ID: &str = "x-request-id";

/// The longest name that a caller can give to a call, in bytes.
const LONGEST_NAME: usize = 64;

/// The name of a call: the caller's `x-request-id`, or a random number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RequestId(Arc<str>);

impl RequestId {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
        match given.filter(|id| !id.is_empty() && id.len() <= LONGEST_NAME) {
            Some(id) => Self(id.into()),
            // Each of these hashers has keys of its own.
            None => Self(format!("{:016x}", RandomState::new().hash_one(0)).into()),
        }
    }

    /// The name that the middleware gave to a call.
    pub(super) fn in_extensions(extensions: &Extensions) -> Self {
        extensions.get::<Self>().expect("every call passes through the middleware").clone()
    }

    /// Sends it back to the caller.
    pub(super) fn put_into(&self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::from_str(&self.0) {
            headers.insert(REQUEST_ID, value);
        }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
