//! Certificates and keys that can't be used, or not for long: each is named as what it is.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rcgen::{CertificateParams, KeyPair};

use crate::daemon::{Daemon, Place};

const FLAGS: [&str; 4] = ["--tls-cert", "tls.crt", "--tls-key", "tls.key"];

/// A certificate that began so many days ago and ends in so many, and its key.
fn pair(days_since: u64, days_left: u64) -> (String, String) {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    let days = |days: u64| Duration::from_secs(days * 24 * 60 * 60);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_secs();
    let (now, at) = (Duration::from_secs(now), |since: Duration| rcgen::date_time_ymd(1970, 1, 1) + since);
    (params.not_before, params.not_after) =
        (at(now.checked_sub(days(days_since)).unwrap()), at(now + days(days_left)));
    (params.self_signed(&key).expect("a certificate").pem(), key.serialize_pem())
}

#[test]
fn a_certificate_that_ends_soon_is_warned_of_when_it_is_read() {
    let (cert, key) = pair(360, 5);
    let place = Place::with(&[("tls.crt", &cert), ("tls.key", &key)]);
    let (code, out, err) = place.run(&[&["serve", "--check"], &FLAGS[..]].concat(), &[]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(err.starts_with("ascribe: warning: tls-cert: certificate 1 of tls.crt expires on"), "{err}");
    let daemon = Daemon::start(&place, &FLAGS);
    daemon.logs("tls-cert: certificate 1 of tls.crt expires on");
    daemon.logs(", in less than 7 days: renew it");
    let (cert, key) = pair(5, 360);
    place.write("tls.key", &key);
    place.write("tls.crt", &cert);
    daemon.logs("using new certificates");
    let warnings = daemon.log().iter().filter(|line| line.contains("renew it")).count();
    assert_eq!(warnings, 1, "the new one ends late");
}

#[test]
fn what_does_not_fit_is_named() {
    let ((cert, key), (_, other_key)) = (pair(1, 100), pair(1, 100));
    let request = cert.replace("CERTIFICATE", "CERTIFICATE REQUEST");
    let encrypted = key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    for (cert, key, told) in [
        (&cert, &other_key, "the key in tls.key is not the one of the first certificate in tls.crt"),
        (&cert, &encrypted, "decrypt it with `openssl pkey -in tls.key -out tls.key.plain`"),
        (
            &key,
            &cert,
            "no section of that kind, but a certificate: are the files of certificate and key exchanged?",
        ),
        (&request, &key, "no section of that kind, but a request for a certificate"),
        (&String::new(), &key, "no section of that kind: the file is empty"),
    ] {
        let place = Place::with(&[("tls.crt", cert), ("tls.key", key)]);
        for check in [&[][..], &["--check"]] {
            let (code, _, err) =
                place.run(&[&["serve", "--listen", "127.0.0.1:0"], &FLAGS[..], check].concat(), &[]);
            assert_eq!(code, Some(2), "{err}");
            assert!(err.contains(told), "{err}");
        }
    }
}
