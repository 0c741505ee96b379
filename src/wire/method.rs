//! The methods that a server answers: the one list of them.
//!
//! What else has to be said of a method, wherever it is said, is a `match` over this: a new one is a row here, and the
//! compiler and a test name the rest.

/// A method of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// The claims of one document.
    ExtractClaims,
    /// The claims of several documents.
    BatchExtractClaims,
    /// The claims of a flow of documents.
    StreamExtractClaims,
    /// Whether a document holds given quotations.
    VerifyQuotations,
    /// The lexicon, page by page.
    ListCues,
    /// Versions and limits.
    GetExtractorInfo,
    /// gRPC's health protocol: the status now.
    HealthCheck,
    /// The same of every service.
    HealthList,
    /// The same whenever it changes.
    HealthWatch,
    /// Server reflection.
    Reflection,
    /// The same under its earlier name.
    ReflectionAlpha,
}

/// What a server has to set aside for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A slot among the calls that take a moment: looks at the health, and methods that don't exist.
    Brief,
    /// A slot among those who watch the health, apart from all others.
    Watcher,
    /// A slot among those who use reflection.
    Reflection,
    /// A slot among the calls.
    Call,
    /// The same, and time of a worker.
    Worker,
    /// A slot among the streams.
    Stream,
}

/// What is to be known of a method before its request is read.
struct Row {
    path: &'static str,
    need: Need,
    json_path: Option<&'static str>,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 11] = [
        Self::ExtractClaims,
        Self::BatchExtractClaims,
        Self::StreamExtractClaims,
        Self::VerifyQuotations,
        Self::ListCues,
        Self::GetExtractorInfo,
        Self::HealthCheck,
        Self::HealthList,
        Self::HealthWatch,
        Self::Reflection,
        Self::ReflectionAlpha,
    ];

    const fn row(self) -> Row {
        const fn row(path: &'static str, need: Need, json_path: Option<&'static str>) -> Row {
            Row { path, need, json_path }
        }
        use Need::{Brief, Call, Reflection, Stream, Watcher, Worker};
        match self {
            Self::ExtractClaims => {
                row("/ascribe.v1.ClaimService/ExtractClaims", Worker, Some("/v1/claims:extract"))
            }
            Self::BatchExtractClaims => {
                row("/ascribe.v1.ClaimService/BatchExtractClaims", Worker, Some("/v1/claims:batchExtract"))
            }
            Self::StreamExtractClaims => row("/ascribe.v1.ClaimService/StreamExtractClaims", Stream, None),
            Self::VerifyQuotations => {
                row("/ascribe.v1.ClaimService/VerifyQuotations", Worker, Some("/v1/claims:verifyQuotations"))
            }
            Self::ListCues => row("/ascribe.v1.ClaimService/ListCues", Worker, Some("/v1/cues")),
            Self::GetExtractorInfo => {
                row("/ascribe.v1.ClaimService/GetExtractorInfo", Call, Some("/v1/info"))
            }
            Self::HealthCheck => row("/grpc.health.v1.Health/Check", Brief, Some("/health")),
            Self::HealthList => row("/grpc.health.v1.Health/List", Brief, None),
            Self::HealthWatch => row("/grpc.health.v1.Health/Watch", Watcher, None),
            Self::Reflection => {
                row("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Reflection, None)
            }
            Self::ReflectionAlpha => {
                row("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", Reflection, None)
            }
        }
    }

    /// The method that a gRPC request with this path calls.
    #[must_use]
    pub fn at(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.path() == path)
    }

    /// The method that a request with this path calls in JSON.
    #[must_use]
    pub fn at_json(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.json_path() == Some(path))
    }

    /// The path of its gRPC requests: `/ascribe.v1.ClaimService/ExtractClaims`.
    #[must_use]
    pub const fn path(self) -> &'static str {
        self.row().path
    }

    /// The path of its JSON requests; none where it isn't offered as JSON.
    #[must_use]
    pub const fn json_path(self) -> Option<&'static str> {
        self.row().json_path
    }

    /// Whether its JSON requests are GET, with their fields in the query; else they are POST, with a body.
    #[must_use]
    pub const fn is_get(self) -> bool {
        matches!(self, Self::ListCues | Self::GetExtractorInfo | Self::HealthCheck)
    }

    /// What a server has to set aside for its calls.
    #[must_use]
    pub const fn need(self) -> Need {
        self.row().need
    }

    /// Whether a call of it takes a flow of messages rather than one.
    #[must_use]
    pub const fn takes_many(self) -> bool {
        matches!(self, Self::StreamExtractClaims | Self::Reflection | Self::ReflectionAlpha)
    }

    /// What metrics and traces call it, as gRFC A66 has it: `ascribe.v1.ClaimService/ExtractClaims`.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.path().trim_start_matches('/')
    }

    /// Its service: `ascribe.v1.ClaimService`.
    #[must_use]
    pub fn service(self) -> &'static str {
        self.label().split('/').next().unwrap_or_default()
    }

    /// Its name in its service: `ExtractClaims`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.path().rsplit('/').next().unwrap_or_default()
    }
}

impl Need {
    /// Whether its calls end within a time that the server sets. Streams may go on for as long as their connection.
    #[must_use]
    pub const fn is_short(self) -> bool {
        !matches!(self, Self::Watcher | Self::Reflection | Self::Stream)
    }
}

#[cfg(test)]
mod tests {
    use prost_reflect::DescriptorPool;

    use super::*;
    use crate::wire::DESCRIPTORS;

    /// A method that `proto/` has and the list doesn't can't be called: nothing would be set aside for it.
    #[test]
    fn every_method_of_the_contract_is_in_the_list() {
        let pool = DescriptorPool::decode(DESCRIPTORS).expect("the build made the descriptors");
        let mut count = 0;
        for method in pool.services().flat_map(|service| service.methods().collect::<Vec<_>>()) {
            let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
            let found = Method::at(&path).unwrap_or_else(|| panic!("{path} is not in the list of methods"));
            assert_eq!((found.name(), found.label()), (method.name(), &path[1..]));
            assert_eq!(found.takes_many(), method.is_client_streaming(), "{path}");
            let is_stream = method.is_client_streaming() || method.is_server_streaming();
            assert_eq!(is_stream, !found.need().is_short(), "{path}");
            count += 1;
        }
        let of_reflection = 2;
        assert_eq!(count + of_reflection, Method::ALL.len());
    }

    #[test]
    fn methods_need_what_they_use() {
        for (path, need) in [
            ("/ascribe.v1.ClaimService/ExtractClaims", Some(Need::Worker)),
            ("/ascribe.v1.ClaimService/BatchExtractClaims", Some(Need::Worker)),
            ("/ascribe.v1.ClaimService/VerifyQuotations", Some(Need::Worker)),
            ("/ascribe.v1.ClaimService/StreamExtractClaims", Some(Need::Stream)),
            ("/ascribe.v1.ClaimService/ListCues", Some(Need::Worker)),
            ("/ascribe.v1.ClaimService/GetExtractorInfo", Some(Need::Call)),
            ("/grpc.health.v1.Health/Check", Some(Need::Brief)),
            ("/grpc.health.v1.Health/Watch", Some(Need::Watcher)),
            ("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Some(Need::Reflection)),
            ("", None),
        ] {
            assert_eq!(Method::at(path).map(Method::need), need, "{path}");
        }
    }

    #[test]
    fn every_path_names_one_method() {
        for method in Method::ALL {
            assert_eq!(Method::at(method.path()), Some(method));
            if let Some(path) = method.json_path() {
                assert_eq!(Method::at_json(path), Some(method));
            }
        }
        for path in ["", "/", "/ascribe.v1.ClaimService/Nothing", "ascribe.v1.ClaimService/ListCues"] {
            assert_eq!(Method::at(path), None, "{path}");
        }
    }
}
