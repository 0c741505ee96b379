//! What is asked of a service, and how often.

use std::time::Duration;

use crate::wire::v1;

/// A run of calls.
#[derive(Clone, Debug)]
pub struct LoadPlan {
    /// Where the service is: `http://127.0.0.1:50051`, or `https://…`.
    pub target: String,
    /// For `https`: the authorities that the service's certificate may come from, PEM.
    pub authorities: Option<Vec<u8>>,
    /// When calls begin.
    pub pace: Pace,
    /// How long calls are begun. Answers are waited for longer.
    pub duration: Duration,
    /// What is called.
    pub method: Method,
    /// Connections that calls are spread over, in turn; at least one.
    pub connections: usize,
    /// How long each call's caller would wait, which the service is told. Streams have none.
    pub deadline: Option<Duration>,
    /// The key that each call carries as `authorization: Bearer …`.
    pub api_key: Option<String>,
    /// Health checks a second, over a connection of their own. Zero: none.
    pub health_rate: f64,
    /// Calls that may be under way at one time, at least one; the next one waits, which counts as its latency.
    pub max_outstanding: usize,
    /// How long answers are waited for after the last call began.
    pub patience: Duration,
    /// What is sent, in turn; at least one.
    pub documents: Vec<v1::Document>,
}

impl LoadPlan {
    /// Places for calls: a closed pace needs one for each that it has under way.
    pub(super) fn places(&self) -> usize {
        match self.pace {
            Pace::Open { .. } => self.max_outstanding.max(1),
            Pace::Closed { outstanding } => outstanding.max(1),
        }
    }
}

/// When calls begin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// So many a second, above zero, whether or not earlier ones were answered: as readers come.
    Open {
        /// Calls a second.
        rate: f64,
        /// How they are spread.
        arrivals: Arrivals,
    },
    /// So many at one time, each followed by the next: finds out how much the service can do.
    Closed {
        /// Calls under way, at least one.
        outstanding: usize,
    },
}

/// How the calls of an open pace are spread over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrivals {
    /// At equal distances.
    Even,
    /// By chance, independent of each other (a Poisson process): the same in every run with one seed.
    Poisson {
        /// Where the sequence of random numbers begins.
        seed: u64,
    },
}

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `ExtractClaims`: a call is a document.
    Unary,
    /// `BatchExtractClaims`: a call is so many documents, at least one.
    Batch {
        /// Documents in a call.
        documents: usize,
    },
    /// `StreamExtractClaims`: each connection has one stream, and a document of it counts as a call.
    Stream,
}

impl Method {
    /// The method's name in the contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unary => "ExtractClaims",
            Self::Batch { .. } => "BatchExtractClaims",
            Self::Stream => "StreamExtractClaims",
        }
    }

    /// Documents that a call sends.
    #[must_use]
    pub const fn documents(self) -> usize {
        match self {
            Self::Batch { documents } => documents,
            Self::Unary | Self::Stream => 1,
        }
    }
}
