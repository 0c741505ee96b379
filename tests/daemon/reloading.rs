//! The lexicon, read again while the service runs.

use ascribe::wire::v1;

use crate::daemon::{Daemon, Place, request};

const TEXT: &str = "The mayor blurped that the bridge was safe.";

fn entry(lemma: &str) -> String {
    format!(
        "{lemma}\tverb\t-\tthat clause\tcommunication\tassertion\tneutral\tShe {lemma}ed that it was late.\n"
    )
}

/// The lemma of the cue and the lexicon's version of the answer for [`TEXT`].
async fn answer(daemon: &Daemon) -> (Option<String>, String) {
    let response = daemon.client().await.extract_claims(request(TEXT)).await.expect("it is read");
    let result = response.into_inner().result.expect("it has a result");
    let cue = result.claims.into_iter().next().and_then(|claim| claim.cue);
    (cue.map(|cue| cue.lemma), result.lexicon_version)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lexicon_that_changes_is_used_and_a_broken_one_is_not() {
    let place = Place::with(&[("mine.tsv", "# nothing yet\n")]);
    let daemon = Daemon::start(&place, &["--lexicon", "mine.tsv"]);
    let (before, first) = answer(&daemon).await;
    assert_ne!(before.as_deref(), Some("blurp"));

    place.write("mine.tsv", &entry("blurp"));
    daemon.logs("read again: lexicon");
    let (after, second) = answer(&daemon).await;
    assert_eq!(after.as_deref(), Some("blurp"));
    assert_ne!(first, second);
    let info = daemon.client().await.get_extractor_info(v1::GetExtractorInfoRequest {}).await;
    assert_eq!(info.expect("it tells").into_inner().lexicon_version, second);

    place.write("mine.tsv", &format!("{}blurb\tverb\n", entry("blurp")));
    daemon.logs("keeping the old lexicon: mine.tsv: line 2: has 2 columns");
    assert_eq!(answer(&daemon).await, (Some("blurp".to_owned()), second));
    assert_eq!(daemon.metric("ascribe_reloads_total{what=\"lexicon\",outcome=\"taken\"}"), Some(1.0));
    assert_eq!(daemon.metric("ascribe_reloads_total{what=\"lexicon\",outcome=\"refused\"}"), Some(1.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn sighup_reads_again_what_nobody_looks_at() {
    let place = Place::with(&[("mine.tsv", "# nothing yet\n")]);
    let daemon = Daemon::start(&place, &["--lexicon", "mine.tsv", "--reload-seconds", "3600"]);
    let first = daemon.lexicon_version().await;
    place.write("mine.tsv", &entry("blurp"));
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(daemon.lexicon_version().await, first);
    daemon.signal("HUP");
    daemon.logs("read again: lexicon");
    assert_ne!(daemon.lexicon_version().await, first);
}

/// A certificate of its own and its key, as PEM.
fn certificate() -> (String, String) {
    let made = rcgen::generate_simple_self_signed(vec!["ascribe.example".to_owned()]).expect("it is made");
    (made.cert.pem(), made.signing_key.serialize_pem())
}

#[test]
fn new_certificates_are_counted_and_a_container_is_asked_at_the_admin_door() {
    let (cert, key) = certificate();
    let place = Place::with(&[("tls.crt", &cert), ("tls.key", &key), ("ca.crt", &cert)]);
    let flags = ["--tls-cert", "tls.crt", "--tls-key", "tls.key", "--tls-client-ca", "ca.crt"];
    let daemon = Daemon::start(&place, &flags);
    let (grpc, admin) = (daemon.address.to_string(), daemon.admin.to_string());
    // As in a container, whose check has the environment of its service.
    let (code, _, err) = place.run(&["healthcheck"], &[("ASCRIBE_ADMIN_LISTEN", &admin)]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let (code, _, err) = place.run(&["healthcheck", "--admin-target", &admin], &[]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let (code, _, _) = place.run(&["healthcheck", "--target", &grpc], &[("ASCRIBE_ADMIN_LISTEN", &admin)]);
    assert_ne!(code, Some(0), "it speaks no plain text");
    let (code, _, err) = place.run(&["healthcheck"], &[("ASCRIBE_ADMIN_LISTEN", "here")]);
    assert_ne!(code, Some(0));
    assert!(err.contains("ASCRIBE_ADMIN_LISTEN is \"here\""), "{err}");

    place.write("tls.crt", "no certificate");
    let reloads = |outcome| format!("ascribe_reloads_total{{what=\"certificates\",outcome=\"{outcome}\"}}");
    daemon.eventually("it is refused", |daemon| daemon.metric(&reloads("refused")) == Some(1.0));
    let (cert, key) = certificate();
    place.write("tls.key", &key);
    place.write("tls.crt", &cert);
    daemon.eventually("they are taken", |daemon| daemon.metric(&reloads("taken")) == Some(1.0));

    daemon.signal("TERM");
    daemon.eventually("it has ended", |_| {
        place.run(&["healthcheck", "--admin-target", &admin], &[]).0 != Some(0)
    });
}
