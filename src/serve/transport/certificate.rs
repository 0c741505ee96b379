//! When certificates are valid: what clients look at, and a server that only sends them doesn't.

use std::time::{SystemTime, UNIX_EPOCH};

use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::time::ASN1Time;

/// When one certificate is valid, its first and its last second included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Validity {
    not_before: ASN1Time,
    not_after: ASN1Time,
}

impl Validity {
    /// Of a certificate in DER; none where it can't be read.
    pub(super) fn of(certificate: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
        let validity = certificate.validity();
        Some(Self { not_before: validity.not_before, not_after: validity.not_after })
    }

    /// When it ends, in seconds since 1970.
    pub(super) fn ends(&self) -> i64 {
        self.not_after.timestamp()
    }

    /// Why nobody accepts the certificate at a time; nothing where it is valid.
    pub(super) fn fault_at(&self, time: SystemTime) -> Option<String> {
        let seconds = |time: SystemTime| time.duration_since(UNIX_EPOCH).ok()?.as_secs().try_into().ok();
        let now: i64 = seconds(time).unwrap_or(0);
        if now > self.ends() {
            Some(format!("expired on {}", self.not_after))
        } else if now < self.not_before.timestamp() {
            Some(format!("is not valid before {}", self.not_before))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_certificate_is_valid_from_its_first_second_to_its_last() {
        let key = rcgen::KeyPair::generate().expect("a key");
        let mut params = rcgen::CertificateParams::new(Vec::new()).expect("no names");
        (params.not_before, params.not_after) =
            (rcgen::date_time_ymd(2020, 1, 1), rcgen::date_time_ymd(2021, 1, 1));
        let made = params.self_signed(&key).expect("a certificate");
        let validity = Validity::of(made.der()).expect("it is one");
        let (first, last) = (1_577_836_800, 1_609_459_200);
        assert_eq!(i64::try_from(last).ok(), Some(validity.ends()));
        let fault = |seconds: u64| validity.fault_at(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!((fault(first), fault(last)), (None, None));
        assert!(fault(first - 1).is_some_and(|fault| fault.starts_with("is not valid before Jan ")));
        assert!(fault(last + 1).is_some_and(|fault| fault.starts_with("expired on Jan ")));
        assert_eq!(Validity::of(b"no certificate"), None);
    }
}
