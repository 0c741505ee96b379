//! Keys of callers: made by the command, asked for by the service, read again while it runs.

use std::time::SystemTime;

use ascribe::wire::v1;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

use crate::daemon::{Daemon, Place, request};

/// A new key and its line in the file.
fn made(place: &Place, arguments: &[&str]) -> (String, String) {
    let (code, line, told) = place.run(&[&["key"], arguments].concat(), &[]);
    assert_eq!(code, Some(0), "{told}");
    let key = told.split_whitespace().find(|word| word.starts_with("ascribe_")).expect("it tells the key");
    assert!(!line.contains(key));
    (key.to_owned(), line)
}

/// What a call with this header comes to.
async fn call(daemon: &Daemon, header: Option<(&'static str, String)>) -> Result<(), Status> {
    let mut request = Request::new(request("Ana Ruiz said it was late."));
    if let Some((name, value)) = header {
        request.metadata_mut().insert(name, value.parse().expect("a header's value"));
    }
    daemon.client().await.extract_claims(request).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_has_a_key_may_call_and_health_is_for_all() {
    let place = Place::with(&[]);
    let (desk, desk_line) = made(&place, &["desk"]);
    let (archive, archive_line) = made(&place, &["archive"]);
    place.write("keys", &format!("# who may call\n{desk_line}"));
    let daemon = Daemon::start(&place, &["--api-keys", "keys"]);

    assert_eq!(
        call(&daemon, Some(("authorization", format!("Bearer {desk}")))).await.map_err(|_| ()),
        Ok(())
    );
    assert_eq!(call(&daemon, Some(("x-api-key", desk.clone()))).await.map_err(|_| ()), Ok(()));
    for header in
        [None, Some(("x-api-key", archive.clone())), Some(("authorization", format!("Basic {desk}")))]
    {
        let status = call(&daemon, header).await.expect_err("it has no key");
        assert_eq!(status.code(), Code::Unauthenticated);
        assert_eq!(status.get_details_error_info().expect("it has a reason").reason, "UNAUTHENTICATED");
    }
    let info = daemon.client().await.get_extractor_info(v1::GetExtractorInfoRequest {}).await;
    assert_eq!(info.expect_err("it has no key").code(), Code::Unauthenticated);
    let (code, _, err) = place.run(&["healthcheck", "--target", &daemon.address.to_string()], &[]);
    assert_eq!(code, Some(0), "{err}");
    assert_eq!(daemon.metric("ascribe_calls_refused_total{reason=\"UNAUTHENTICATED\"}"), Some(4.0));
    // Whose call it was stands in the log, the key doesn't.
    daemon.logs("caller=\"desk\"");
    assert!(!daemon.log().iter().any(|line| line.contains(&desk)));

    // One key comes, one goes.
    place.write("keys", &archive_line);
    daemon.logs("read again: keys");
    assert_eq!(call(&daemon, Some(("x-api-key", archive.clone()))).await.map_err(|_| ()), Ok(()));
    let status = call(&daemon, Some(("x-api-key", desk))).await.expect_err("its key is gone");
    assert_eq!(status.code(), Code::Unauthenticated);

    // A broken file changes nothing.
    place.write("keys", "# who may call\narchive:123\n");
    daemon.logs("keeping the old keys: keys: line 2: the hash is not of 64 hexadecimal digits");
    assert_eq!(call(&daemon, Some(("x-api-key", archive))).await.map_err(|_| ()), Ok(()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_has_a_rate_of_its_own() {
    let place = Place::with(&[]);
    let (desk, desk_line) = made(&place, &["desk", "--rate", "1", "--burst", "2"]);
    let (archive, archive_line) = made(&place, &["archive"]);
    place.write("keys", &(desk_line + &archive_line));
    let daemon = Daemon::start(&place, &["--api-keys", "keys"]);
    let mut refused = None;
    for _ in 0..20 {
        if let Err(status) = call(&daemon, Some(("x-api-key", desk.clone()))).await {
            refused = Some(status);
            break;
        }
    }
    let status = refused.expect("it was too often");
    assert_eq!(status.code(), Code::ResourceExhausted);
    let quota = status.get_details_quota_failure().expect("it tells whose quota");
    assert_eq!(quota.violations[0].subject, "key:desk");
    assert_eq!(quota.violations[0].description, "more than 1 calls in a second");
    let delay = status.get_details_retry_info().and_then(|info| info.retry_delay).expect("it tells when");
    assert!(delay <= std::time::Duration::from_millis(1001), "{delay:?}");
    assert_eq!(call(&daemon, Some(("x-api-key", archive))).await.map_err(|_| ()), Ok(()));
}

/// Archives that are made reproducibly give all files the same time.
#[tokio::test(flavor = "multi_thread")]
async fn keys_of_the_same_length_and_time_are_other_keys_and_one_can_be_switched_off() {
    let place = Place::with(&[]);
    let (old, old_line) = made(&place, &["desk"]);
    let (new, new_line) = made(&place, &["desk"]);
    assert_eq!(old_line.len(), new_line.len());
    place.write_as_of("keys", &old_line, SystemTime::UNIX_EPOCH);
    let daemon = Daemon::start(&place, &["--api-keys", "keys"]);
    assert_eq!(call(&daemon, Some(("x-api-key", old.clone()))).await.map_err(|_| ()), Ok(()));
    place.write_as_of("keys", &new_line, SystemTime::UNIX_EPOCH);
    daemon.logs("read again: keys");
    let status = call(&daemon, Some(("x-api-key", old))).await.expect_err("it was replaced");
    assert_eq!(status.code(), Code::Unauthenticated);
    assert_eq!(call(&daemon, Some(("x-api-key", new.clone()))).await.map_err(|_| ()), Ok(()));

    place.write("keys", &format!("{}:off\n", new_line.trim_end()));
    daemon.eventually("it is read", |daemon| {
        daemon.metric("ascribe_reloads_total{what=\"keys\",outcome=\"taken\"}") == Some(2.0)
    });
    let status = call(&daemon, Some(("x-api-key", new))).await.expect_err("it is switched off");
    assert_eq!(status.code(), Code::PermissionDenied);
    assert_eq!(status.get_details_error_info().expect("it has a reason").reason, "PERMISSION_DENIED");
}

#[test]
fn a_broken_file_of_keys_stops_the_start() {
    let place = Place::with(&[("keys", "desk\n")]);
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--api-keys", "keys"];
    let (code, _, err) = place.run(&arguments, &[]);
    assert_eq!(code, Some(2));
    assert!(err.contains("ascribe: api-keys: keys: line 1: has 1 parts"), "{err}");
    let (code, _, err) = place.run(&["key", "the desk"], &[]);
    assert_eq!(code, Some(2));
    assert!(err.contains("\"the desk\""), "{err}");
}
