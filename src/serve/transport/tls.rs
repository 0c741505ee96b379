//! TLS: certificates from files, which are read again while the service runs.
//!
//! In: [`TlsConfig`], a socket. Out: a socket that is encrypted with the last valid contents of the files.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use arc_swap::ArcSwap;
use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{Error, RootCertStore, ServerConfig};
use thiserror::Error;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::certificate::Validity;
use crate::serve::config::TlsConfig;
use crate::serve::files::{FileFault, WatchedFile, When};
use crate::serve::telemetry::metrics::Metrics;

/// The protocols that peers are offered inside TLS (ALPN).
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// The name of the files in metrics.
const CERTIFICATES: &str = "certificates";

/// The settings that name the files.
const CERTIFICATE: &str = "tls-cert";
const KEY: &str = "tls-key";
const CLIENT_CA: &str = "tls-client-ca";

/// Why connections can't be encrypted with these files.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A file can't be read.
    #[error("{setting}: can't read {}: {reason}", path.display())]
    Read {
        /// The setting that names the file.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The private key is encrypted.
    #[error(
        "{KEY}: the private key in {} is encrypted, and nobody can be asked for its passphrase: decrypt it with \
         `openssl pkey -in {} -out {}.plain`, name that file, and restrict who may read it",
        path.display(), path.display(), path.display()
    )]
    EncryptedKey {
        /// The key's file.
        path: PathBuf,
    },
    /// A file isn't PEM, or holds nothing of what it should. Shows nothing of what it holds.
    #[error("{setting}: {} holds no valid {what}: {fault}", path.display())]
    Pem {
        /// The setting that names the file.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// What it should hold.
        what: &'static str,
        /// What is wrong.
        fault: String,
    },
    /// The key is not the certificate's.
    #[error(
        "{CERTIFICATE}, {KEY}: the key in {} is not the one of the first certificate in {}, which has to be the server's own: \
         `openssl x509 -noout -pubkey -in {}` and `openssl pkey -pubout -in {}` have to print the same",
        key.display(), certificate.display(), certificate.display(), key.display()
    )]
    Mismatch {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
    /// The certificate or the key can't be used.
    #[error("{CERTIFICATE}, {KEY}: can't use {} with {}: {source}", certificate.display(), key.display())]
    Pair {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// What is wrong.
        source: rustls::Error,
    },
    /// The authorities for callers can't be used.
    #[error("{CLIENT_CA}: can't use {}: {reason}", path.display())]
    ClientCa {
        /// Their file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

/// What is wrong with PEM. A line that is no beginning of a section, which the error holds, may hold all of a private key.
fn pem_fault(error: &pem::Error, bytes: &[u8]) -> String {
    match error {
        pem::Error::IllegalSectionStart { .. } | pem::Error::MissingSectionEnd { .. } => {
            "a line begins a section, which doesn't end as it should".to_owned()
        }
        pem::Error::NoItemsFound => format!("no section of that kind{}", what_else(bytes)),
        other => other.to_string(),
    }
}

/// What stands there instead, as far as that can be told.
fn what_else(bytes: &[u8]) -> &'static str {
    let text = String::from_utf8_lossy(bytes);
    if text.contains("PRIVATE KEY-----") {
        ", but a private key: are the files of certificate and key exchanged?"
    } else if text.contains("-----BEGIN CERTIFICATE REQUEST-----") {
        ", but a request for a certificate: the authority answers it with the certificate"
    } else if text.contains("-----BEGIN CERTIFICATE-----") {
        ", but a certificate: are the files of certificate and key exchanged?"
    } else if bytes.is_empty() {
        ": the file is empty"
    } else if bytes.starts_with(&[0x30, 0x82]) {
        ": this is DER or PKCS #12; openssl makes PEM of it, with `openssl x509 -inform DER`, `openssl pkey -inform DER` or \
         `openssl pkcs12 -nodes`"
    } else {
        ""
    }
}

/// What the files hold.
#[derive(PartialEq, Eq)]
struct Files {
    certificate: Vec<u8>,
    key: Vec<u8>,
    client_ca: Option<Vec<u8>>,
}

/// The files themselves.
struct Paths {
    certificate: WatchedFile,
    key: WatchedFile,
    client_ca: Option<WatchedFile>,
}

/// Encrypts connections.
pub(crate) struct Tls {
    config: TlsConfig,
    paths: Paths,
    current: ArcSwap<ServerConfig>,
    metrics: Metrics,
}

impl Tls {
    /// Reads the files for the first time.
    pub(crate) async fn load(config: TlsConfig, metrics: Metrics) -> Result<(Self, ValidFiles), TlsError> {
        let paths = Paths {
            certificate: WatchedFile::new(config.certificate.clone()),
            key: WatchedFile::new(config.key.clone()),
            client_ca: config.client_ca.clone().map(WatchedFile::new),
        };
        let files = paths.read(None).await.map_err(|unread| unread.error)?;
        let current = ArcSwap::new(Arc::new(server_config(&config, &files)?));
        let tls = Self { config, paths, current, metrics };
        let mut valid = ValidFiles { chain: Vec::new(), warned: Vec::new(), files };
        tls.note_validity(&mut valid);
        Ok((tls, valid))
    }

    /// The handshake. Counts who doesn't come through it, whoever gives up.
    pub(crate) async fn secure(&self, socket: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let mut refusal = Refusal { metrics: &self.metrics, reason: Some("unfinished") };
        let secured = TlsAcceptor::from(self.current.load_full()).accept(socket).await;
        refusal.reason = secured.as_ref().err().map(reason);
        secured
    }

    /// Reads the files again and again, and uses new contents for new connections. Never ends.
    pub(crate) async fn watch(&self, mut valid: ValidFiles, metrics: Metrics) {
        let mut fault = String::new();
        loop {
            tokio::time::sleep(self.config.reload_interval).await;
            let found = self.refresh(&mut valid).await;
            if found.as_ref().is_err_and(|unread| unread.still_hangs) {
                continue;
            }
            let now = found.as_ref().err().map(|unread| unread.error.to_string()).unwrap_or_default();
            if matches!(found, Ok(true)) {
                metrics.reloaded(CERTIFICATES, true);
                tracing::info!("using new certificates from {}", self.config.certificate.display());
            } else if !now.is_empty() && now != fault {
                metrics.reloaded(CERTIFICATES, false);
                tracing::error!("keeping the old certificates: {now}");
            }
            fault = now;
            self.warn_of_validity(&mut valid);
        }
    }

    /// Uses what is new; true when something was.
    async fn refresh(&self, valid: &mut ValidFiles) -> Result<bool, Unread> {
        let files = self.paths.read(Some(&valid.files)).await?;
        if files == valid.files {
            return Ok(false);
        }
        // Sessions begun under the old files can't be resumed: those were of the old configuration.
        self.current.store(Arc::new(server_config(&self.config, &files)?));
        valid.files = files;
        self.note_validity(valid);
        Ok(true)
    }

    /// Notes when the certificates in use are valid, and warns of those that aren't.
    fn note_validity(&self, valid: &mut ValidFiles) {
        let chain = certificates(CERTIFICATE, &self.config.certificate, &valid.files.certificate);
        valid.chain = chain.iter().flatten().map(|certificate| Validity::of(certificate.as_ref())).collect();
        valid.warned = Vec::new();
        if let Some(Some(own)) = valid.chain.first() {
            self.metrics.certificate_expires(own.ends());
        }
        self.warn_of_validity(valid);
    }

    /// Warns of certificates that nobody accepts now, or soon won't: once of each, and again when its end is nearer.
    fn warn_of_validity(&self, valid: &mut ValidFiles) {
        let doubts = self.doubts(valid);
        for (index, doubt) in doubts.iter().enumerate() {
            if let (Some(doubt), before) = (doubt, valid.warned.get(index))
                && before.and_then(Option::as_ref) != Some(doubt)
            {
                tracing::warn!("{doubt}");
            }
        }
        valid.warned = doubts;
    }

    /// What is doubtful now of each certificate that is sent.
    fn doubts(&self, valid: &ValidFiles) -> Vec<Option<String>> {
        let (now, path) = (SystemTime::now(), self.config.certificate.display());
        let doubts = valid.chain.iter().enumerate().map(|(index, one)| {
            let why = one.and_then(|one| one.doubt_at(now))?;
            Some(format!("{CERTIFICATE}: certificate {} of {path} {why}", index + 1))
        });
        doubts.collect()
    }
}

/// Counts a peer that got no TLS connection, with the reason that stands here when this is dropped.
struct Refusal<'a> {
    metrics: &'a Metrics,
    reason: Option<&'static str>,
}

impl Drop for Refusal<'_> {
    fn drop(&mut self) {
        if let Some(reason) = self.reason {
            self.metrics.handshake_refused(reason);
        }
    }
}

/// Why a handshake failed, as metrics name it.
fn reason(error: &io::Error) -> &'static str {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        // The socket's own errors: the peer went away.
        None => "closed",
        Some(Error::NoCertificatesPresented) => "no_certificate",
        Some(Error::InvalidCertificate(_) | Error::InvalidCertRevocationList(_)) => "bad_certificate",
        // What the peer says of the server's certificate, mostly.
        Some(Error::AlertReceived(_)) => "refused_by_peer",
        Some(Error::PeerIncompatible(_)) => "incompatible",
        Some(Error::InvalidMessage(_) | Error::InappropriateMessage { .. }) => "no_tls",
        Some(_) => "other",
    }
}

/// The last valid contents of the files.
pub(crate) struct ValidFiles {
    files: Files,
    /// When each certificate that is sent is valid, the server's own first; none for one that can't be read.
    chain: Vec<Option<Validity>>,
    /// What was said of them.
    warned: Vec<Option<String>>,
}

impl ValidFiles {
    /// What is doubtful of the certificates: one ends soon, or nobody accepts it.
    pub(crate) fn warnings(&self) -> impl Iterator<Item = &str> {
        self.warned.iter().filter_map(Option::as_deref)
    }

    /// When the server's own certificate ends, for people.
    pub(crate) fn end(&self) -> Option<String> {
        let own = self.chain.first().copied().flatten()?;
        Some(own.end_for_people())
    }
}

/// Why the files aren't used.
struct Unread {
    error: TlsError,
    /// Whether it is a fault that was told already.
    still_hangs: bool,
}

impl From<TlsError> for Unread {
    fn from(error: TlsError) -> Self {
        Self { error, still_hangs: false }
    }
}

impl Paths {
    /// What stands in the files; of a pipe, what it said at the start.
    async fn read(&self, before: Option<&Files>) -> Result<Files, Unread> {
        let when = if before.is_some() { When::Again } else { When::Start };
        let bytes = async |setting, file: &WatchedFile, before: Option<&Vec<u8>>| match (
            file.read(when).await,
            before,
        ) {
            (Ok(bytes), _) => Ok(bytes),
            (Err(FileFault::PipeAgain), Some(before)) => Ok(before.clone()),
            (Err(fault), _) => {
                let (path, reason) = (file.path().to_owned(), fault.to_string());
                let still_hangs = fault == FileFault::StillHangs;
                Err(Unread { error: TlsError::Read { setting, path, reason }, still_hangs })
            }
        };
        Ok(Files {
            certificate: bytes(CERTIFICATE, &self.certificate, before.map(|it| &it.certificate)).await?,
            key: bytes(KEY, &self.key, before.map(|it| &it.key)).await?,
            client_ca: match &self.client_ca {
                Some(file) => {
                    let before = before.and_then(|it| it.client_ca.as_ref());
                    Some(bytes(CLIENT_CA, file, before).await?)
                }
                None => None,
            },
        })
    }
}

fn server_config(config: &TlsConfig, files: &Files) -> Result<ServerConfig, TlsError> {
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .expect("ring has what TLS 1.2 and 1.3 need");
    let builder = match (&config.client_ca, &files.client_ca) {
        (Some(path), Some(pem)) => {
            let unusable = |reason| TlsError::ClientCa { path: path.clone(), reason };
            let mut roots = RootCertStore::empty();
            for root in certificates(CLIENT_CA, path, pem)? {
                roots.add(root).map_err(|error| unusable(error.to_string()))?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
            builder.with_client_cert_verifier(verifier.map_err(|error| unusable(error.to_string()))?)
        }
        _ => builder.with_no_client_auth(),
    };
    if is_encrypted(&files.key) {
        return Err(TlsError::EncryptedKey { path: config.key.clone() });
    }
    let key = PrivateKeyDer::from_pem_slice(&files.key).map_err(|error| TlsError::Pem {
        setting: KEY,
        path: config.key.clone(),
        what: "private key",
        fault: pem_fault(&error, &files.key),
    })?;
    let chain = certificates(CERTIFICATE, &config.certificate, &files.certificate)?;
    let paired = builder.with_single_cert(chain, key);
    let mut server_config = paired.map_err(|source| {
        let (certificate, key) = (config.certificate.clone(), config.key.clone());
        match source {
            Error::InconsistentKeys(_) => TlsError::Mismatch { certificate, key },
            source => TlsError::Pair { certificate, key, source },
        }
    })?;
    server_config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
    Ok(server_config)
}

/// Whether PEM holds a key that needs a passphrase, in the form of PKCS #8 or in that of OpenSSL before it.
fn is_encrypted(pem: &[u8]) -> bool {
    let pem = String::from_utf8_lossy(pem);
    pem.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || pem.contains("Proc-Type: 4,ENCRYPTED")
}

/// The certificates of a file, at least one.
fn certificates(
    setting: &'static str,
    path: &Path,
    pem: &[u8],
) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    found.and_then(|found| if found.is_empty() { Err(pem::Error::NoItemsFound) } else { Ok(found) }).map_err(
        |error| {
            let fault = pem_fault(&error, pem);
            TlsError::Pem { setting, path: path.to_owned(), what: "certificate", fault }
        },
    )
}
