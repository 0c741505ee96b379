//! TLS: with and without certificates of callers, and files that change while calls go on.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ascribe::client::{Target, Trust, healthcheck};
use ascribe::serve::{ConnectionConfig, ServeError, ServiceConfig, TlsConfig, run};
use h2::client::SendRequest;
use prost::Message;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tonic::Code;

use crate::raw;
use crate::server::{PATIENCE, Scripted, Server, one_worker, request};

pub(crate) type Authority = CertifiedIssuer<'static, KeyPair>;

pub(crate) fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a certificate")
}

/// A certificate for `name`, and its key, as PEM.
fn issued(authority: &Authority, name: &str) -> (String, String) {
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
    (params.signed_by(&key, authority).expect("a certificate").pem(), key.serialize_pem())
}

/// The files of a server.
pub(crate) struct Files {
    _folder: TempDir,
    pub(crate) config: TlsConfig,
}

impl Files {
    pub(crate) fn new(authority: &Authority, client_ca: Option<&Authority>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| -> PathBuf { folder.path().join(name) };
        let config = TlsConfig {
            certificate: path("tls.crt"),
            key: path("tls.key"),
            client_ca: client_ca.map(|_| path("ca.crt")),
            reload_interval: Duration::from_millis(20),
        };
        let files = Self { _folder: folder, config };
        files.renew(authority);
        if let (Some(authority), Some(path)) = (client_ca, &files.config.client_ca) {
            fs::write(path, authority.pem()).expect("it can be written");
        }
        files
    }

    /// A new certificate with a new key.
    fn renew(&self, authority: &Authority) {
        let (certificate, key) = issued(authority, "localhost");
        fs::write(&self.config.certificate, certificate).expect("it can be written");
        fs::write(&self.config.key, key).expect("it can be written");
    }

    async fn server(&self) -> Server {
        let config = ServiceConfig { tls: Some(self.config.clone()), ..one_worker() };
        Server::start(Scripted::new(), config).await
    }
}

/// A client that trusts one authority, and perhaps shows a certificate.
fn connector(trusted: &Authority, own: Option<(String, String)>) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.der().clone()).expect("an authority");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has them")
        .with_root_certificates(roots);
    let mut config = match own {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => {
            let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).expect("PEM");
            let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("PEM");
            builder.with_client_auth_cert(vec![certificate], key).expect("they fit")
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    TlsConnector::from(Arc::new(config))
}

async fn connect(
    server: &Server,
    connector: &TlsConnector,
) -> Result<(SendRequest<bytes::Bytes>, raw::Task), String> {
    let socket = TcpStream::connect(server.address).await.expect("the server listens");
    let name = ServerName::try_from("localhost").expect("a name");
    let socket = connector.connect(name, socket).await.map_err(|error| error.to_string())?;
    assert_eq!(socket.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    raw::handshake(socket, &h2::client::Builder::new()).await.map_err(|error| error.to_string())
}

/// Calls on a connection; how it ended.
async fn call(sender: &SendRequest<bytes::Bytes>) -> Result<Code, h2::Error> {
    let mut sender = sender.clone().ready().await?;
    let (response, mut stream) = sender.send_request(raw::post("ExtractClaims", &[]), false)?;
    stream.send_data(raw::framed(&request("x").encode_to_vec(), 0).into(), true)?;
    let (parts, mut body) = response.await?.into_parts();
    while let Some(chunk) = body.data().await {
        body.flow_control().release_capacity(chunk?.len())?;
    }
    let trailers = body.trailers().await?.unwrap_or_default();
    let status = tonic::Status::from_header_map(&trailers);
    Ok(status.or_else(|| tonic::Status::from_header_map(&parts.headers)).expect("a status").code())
}

async fn connect_and_call(server: &Server, connector: &TlsConnector) -> Result<Code, String> {
    let (sender, _connection) = connect(server, connector).await?;
    call(&sender).await.map_err(|error| error.to_string())
}

#[tokio::test]
async fn calls_are_encrypted() {
    let authority = authority("ours");
    let files = Files::new(&authority, None);
    let server = files.server().await;
    assert_eq!(connect_and_call(&server, &connector(&authority, None)).await, Ok(Code::Ok));
    let stranger = connector(&self::authority("another"), None);
    assert!(connect_and_call(&server, &stranger).await.is_err(), "the client doesn't trust it");
    // Plain text isn't taken.
    raw::closed_after(server.address, raw::PREFACE).await;
}

#[tokio::test]
async fn callers_without_a_certificate_of_the_right_authority_are_refused() {
    let (ours, theirs, another) = (authority("ours"), authority("theirs"), authority("another"));
    let files = Files::new(&ours, Some(&theirs));
    let server = files.server().await;
    let known = connector(&ours, Some(issued(&theirs, "desk")));
    assert_eq!(connect_and_call(&server, &known).await, Ok(Code::Ok));
    assert!(connect_and_call(&server, &connector(&ours, None)).await.is_err());
    let stranger = connector(&ours, Some(issued(&another, "desk")));
    assert!(connect_and_call(&server, &stranger).await.is_err());
}

#[tokio::test]
async fn a_peer_that_does_not_finish_the_handshake_is_dropped() {
    let authority = authority("ours");
    let files = Files::new(&authority, None);
    let connections =
        ConnectionConfig { handshake_timeout: Duration::from_millis(200), ..ConnectionConfig::default() };
    let config = ServiceConfig { tls: Some(files.config.clone()), connections, ..one_worker() };
    let server = Server::start(Scripted::new(), config).await;
    raw::closed(TcpStream::connect(server.address).await.expect("the server listens")).await;
    // Nor does one hold up the others, or the end.
    let silent = TcpStream::connect(server.address).await.expect("the server listens");
    assert_eq!(connect_and_call(&server, &connector(&authority, None)).await, Ok(Code::Ok));
    let stopped = tokio::time::timeout(PATIENCE, server.stop()).await.expect("it stops in time");
    stopped.expect("it ends").expect("no error");
    drop(silent);
}

/// Connections begun before go on, calls are lost by nobody, and new connections get the new certificate.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn certificates_are_renewed_under_load() {
    let (old, new) = (authority("old"), authority("new"));
    let files = Files::new(&old, None);
    let server = Arc::new(files.server().await);
    let (old_client, new_client) = (connector(&old, None), connector(&new, None));
    let (sender, _connection) = connect(&server, &old_client).await.expect("it is trusted");
    let is_over = Arc::new(AtomicBool::new(false));
    let load: Vec<_> = (0..4)
        .map(|_| {
            let (sender, is_over) = (sender.clone(), is_over.clone());
            tokio::spawn(async move {
                let mut calls = 0;
                while !is_over.load(Ordering::SeqCst) {
                    assert_eq!(call(&sender).await.expect("no call is lost"), Code::Ok);
                    calls += 1;
                }
                calls
            })
        })
        .collect();

    files.renew(&new);
    until(&server, &new_client).await;
    assert!(connect_and_call(&server, &old_client).await.is_err(), "the old certificate is gone");
    assert_eq!(call(&sender).await.expect("the connection goes on"), Code::Ok);
    is_over.store(true, Ordering::SeqCst);
    for task in load {
        assert!(task.await.expect("no call failed") > 0);
    }
}

/// Tries until a client is served.
async fn until(server: &Server, client: &TlsConnector) {
    let trying = async {
        while connect_and_call(server, client).await != Ok(Code::Ok) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, trying).await.expect("the new files are taken in time");
}

#[tokio::test]
async fn broken_files_change_nothing() {
    let (old, new) = (authority("old"), authority("new"));
    let files = Files::new(&old, None);
    let server = files.server().await;
    let old_client = connector(&old, None);
    stays(&server, &old_client).await;
    let (certificate, key) = issued(&new, "localhost");
    // No PEM; a certificate whose key hasn't come yet; no file.
    fs::write(&files.config.certificate, "nothing").expect("it can be written");
    stays(&server, &old_client).await;
    fs::write(&files.config.certificate, &certificate).expect("it can be written");
    stays(&server, &old_client).await;
    fs::remove_file(&files.config.certificate).expect("it can be removed");
    stays(&server, &old_client).await;
    // Once both are there, they are taken.
    fs::write(&files.config.certificate, certificate).expect("it can be written");
    fs::write(&files.config.key, key).expect("it can be written");
    until(&server, &connector(&new, None)).await;
}

/// The files were looked at several times, and the server is what it was.
async fn stays(server: &Server, client: &TlsConnector) {
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert_eq!(connect_and_call(server, client).await, Ok(Code::Ok));
}

#[tokio::test]
async fn another_authority_for_callers_holds_from_the_next_connection() {
    let (ours, old, new) = (authority("ours"), authority("old"), authority("new"));
    let files = Files::new(&ours, Some(&old));
    let server = files.server().await;
    let old_client = connector(&ours, Some(issued(&old, "desk")));
    let new_client = connector(&ours, Some(issued(&new, "desk")));
    assert_eq!(connect_and_call(&server, &old_client).await, Ok(Code::Ok));
    let path = files.config.client_ca.as_deref().expect("it has one");
    fs::write(path, new.pem()).expect("it can be written");
    until(&server, &new_client).await;
    assert!(connect_and_call(&server, &old_client).await.is_err());
}

#[tokio::test]
async fn a_server_does_not_start_with_broken_files() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let missing = Path::new("nowhere/tls.crt").to_owned();
    let tls = TlsConfig {
        certificate: missing.clone(),
        key: missing,
        client_ca: None,
        reload_interval: Duration::from_secs(1),
    };
    let config = ServiceConfig { tls: Some(tls), ..one_worker() };
    let ended = run(listener, Scripted::new(), config, std::future::pending()).await;
    let error = ended.expect_err("there is no certificate");
    assert!(matches!(error, ServeError::Tls(_)));
    assert!(
        error.to_string().starts_with("can't begin with TLS: tls-cert: can't read nowhere/tls.crt: "),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_healthcheck_asks_over_tls() {
    let authority = authority("ours");
    let other = self::authority("another's");
    let files = Files::new(&authority, None);
    let server = files.server().await;
    let port = server.address.port();
    let asked = async |host: &str, trust: Trust| {
        let target: Target = format!("https://{host}:{port}").parse().expect("it is a target");
        let asked = tokio::task::spawn_blocking(move || healthcheck(target, &trust)).await.expect("it ends");
        asked.map_err(|error| error.to_string())
    };
    let trusting = |authority: &Authority, name: Option<&str>| Trust {
        authorities: Some(authority.pem().into_bytes()),
        server_name: name.map(str::to_owned),
    };
    assert_eq!(asked("localhost", trusting(&authority, None)).await, Ok(()));
    assert_eq!(asked("127.0.0.1", trusting(&authority, Some("localhost"))).await, Ok(()));
    for (host, trust, told) in [
        ("127.0.0.1", trusting(&authority, None), "not valid for name"),
        ("localhost", trusting(&other, None), "invalid peer certificate"),
        ("localhost", Trust::default(), "name the authority of its certificate with --ca"),
    ] {
        let error = asked(host, trust).await.expect_err("it is not trusted");
        assert!(error.contains(told), "{error}");
    }
    // Asked in plain text, it is no service.
    let plain = server.address;
    let asked = tokio::task::spawn_blocking(move || healthcheck(plain, &Trust::default())).await;
    assert!(asked.expect("it ends").is_err());
}
