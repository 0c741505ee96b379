//! TLS: certificates from files, which are read again while the service runs.
//!
//! In: [`TlsConfig`], a socket. Out: a socket that is encrypted with the last valid contents of the files.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use thiserror::Error;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::serve::config::TlsConfig;
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
    #[error("{setting}: can't read {}: {source}", path.display())]
    Read {
        /// The setting that names the file.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file isn't PEM, or holds nothing of what it should.
    #[error("{setting}: {} holds no valid {what}: {source}", path.display())]
    Pem {
        /// The setting that names the file.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// What it should hold.
        what: &'static str,
        /// What is wrong.
        source: pem::Error,
    },
    /// The certificate or the key can't be used, or not with each other.
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

/// What the files hold.
#[derive(PartialEq, Eq)]
struct Files {
    certificate: Vec<u8>,
    key: Vec<u8>,
    client_ca: Option<Vec<u8>>,
}

/// Encrypts connections.
pub(crate) struct Tls {
    config: TlsConfig,
    current: ArcSwap<ServerConfig>,
}

impl Tls {
    /// Reads the files for the first time.
    pub(crate) async fn load(config: TlsConfig) -> Result<(Self, ValidFiles), TlsError> {
        let files = read(&config).await?;
        let current = ArcSwap::new(Arc::new(server_config(&config, &files)?));
        Ok((Self { config, current }, ValidFiles { files }))
    }

    /// The handshake.
    pub(crate) async fn secure(&self, socket: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        TlsAcceptor::from(self.current.load_full()).accept(socket).await
    }

    /// Reads the files again and again, and uses new contents for new connections. Never ends.
    pub(crate) async fn watch(&self, mut valid: ValidFiles, metrics: Metrics) {
        let mut fault = String::new();
        loop {
            tokio::time::sleep(self.config.reload_interval).await;
            let found = self.refresh(&mut valid).await;
            let now = found.as_ref().err().map(ToString::to_string).unwrap_or_default();
            if matches!(found, Ok(true)) {
                metrics.reloaded(CERTIFICATES, true);
                tracing::info!("using new certificates from {}", self.config.certificate.display());
            } else if !now.is_empty() && now != fault {
                metrics.reloaded(CERTIFICATES, false);
                tracing::error!("keeping the old certificates: {now}");
            }
            fault = now;
        }
    }

    /// Uses what is new; true when something was.
    async fn refresh(&self, valid: &mut ValidFiles) -> Result<bool, TlsError> {
        let files = read(&self.config).await?;
        if files == valid.files {
            return Ok(false);
        }
        // Sessions begun under the old files can't be resumed: those were of the old configuration.
        self.current.store(Arc::new(server_config(&self.config, &files)?));
        valid.files = files;
        Ok(true)
    }
}

/// The last valid contents of the files.
pub(crate) struct ValidFiles {
    files: Files,
}

async fn read(config: &TlsConfig) -> Result<Files, TlsError> {
    let bytes = async |setting, path: &Path| {
        let read = tokio::fs::read(path).await;
        read.map_err(|source| TlsError::Read { setting, path: path.to_owned(), source })
    };
    Ok(Files {
        certificate: bytes(CERTIFICATE, &config.certificate).await?,
        key: bytes(KEY, &config.key).await?,
        client_ca: match &config.client_ca {
            Some(path) => Some(bytes(CLIENT_CA, path).await?),
            None => None,
        },
    })
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
    let key = PrivateKeyDer::from_pem_slice(&files.key).map_err(|source| TlsError::Pem {
        setting: KEY,
        path: config.key.clone(),
        what: "private key",
        source,
    })?;
    let chain = certificates(CERTIFICATE, &config.certificate, &files.certificate)?;
    let paired = builder.with_single_cert(chain, key);
    let mut server_config = paired.map_err(|source| TlsError::Pair {
        certificate: config.certificate.clone(),
        key: config.key.clone(),
        source,
    })?;
    server_config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
    Ok(server_config)
}

/// The certificates of a file, at least one.
fn certificates(
    setting: &'static str,
    path: &Path,
    pem: &[u8],
) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    found
        .and_then(|found| if found.is_empty() { Err(pem::Error::NoItemsFound) } else { Ok(found) })
        .map_err(|source| TlsError::Pem { setting, path: path.to_owned(), what: "certificate", source })
}
