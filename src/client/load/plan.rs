//! What a run sends to a service, and how often.

use std::time::Duration;

use crate::wire::v1;

/// A run of calls.
#[derive(Clone, Debug)]
pub struct LoadPlan {
    /// Where the service is: `http://127.0.0.1:50051`, or `https://…`.
    pub target: String,
    /// For `https`: the authorities that may have signed the service's certificate, PEM.
    pub authorities: Option<Vec<u8>>,
    /// When calls begin.
    pub pace: Pace,
    /// For how long new calls begin. The run waits longer for answers.
    pub duration: Duration,
    /// The method to call.
    pub method: Method,
    /// Connections that calls are spread over, in turn; at least one.
    pub connections: usize,
    /// The deadline of each call. Streams have none.
    pub deadline: Option<Duration>,
    /// The key that each call carries as `authorization: Bearer …`.
    pub api_key: Option<String>,
    /// Health checks a second, over a connection of their own. Zero: none.
    pub health_rate: f64,
    /// At most this many calls are under way at one time, at least one; the next one waits, which counts as its latency.
    pub max_outstanding: usize,
    /// How long the run waits for answers after the last call began.
    pub patience: Duration,
    /// The documents to send, in turn; at least one.
    pub documents: Vec<v1::Document>,
}

impl LoadPlan {
    /// At most this many calls are under way: a closed pace needs as many as it keeps.
    pub(super) fn most_under_way(&self) -> usize {
        match self.pace {
            Pace::Open { .. } => self.max_outstanding.max(1),
            Pace::Closed { outstanding } => outstanding.max(1),
        }
    }
}

/// When calls begin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// This many a second, above zero, whether or not earlier ones were answered: as readers come.
    Open {
        /// Calls a second.
        rate: f64,
        /// How they are spread.
        arrivals: Arrivals,
    },
    /// This many at one time, each followed by the next: finds the capacity of the service.
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
    /// At random, independent of each other (a Poisson process): the same in every run with one seed.
    Poisson {
        /// Where the sequence of random numbers begins.
        seed: u64,
    },
}

/// The method that a run calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `ExtractClaims`: a call is a document.
    Unary,
    /// `BatchExtractClaims`: a call is several documents, at least one.
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
