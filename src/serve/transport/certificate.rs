//! When certificates are valid: what clients look at, and a server that only sends them doesn't.

use std::time::{SystemTime, UNIX_EPOCH};

use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::time::ASN1Time;

/// So many days before its end a certificate is warned of, each time anew; but only in the last third of its time, so that
/// those that live for a few days or weeks, and are renewed at two thirds of that, aren't warned of all the time.
const WARNING_DAYS: [i64; 3] = [1, 7, 30];
/// In seconds.
const DAY: i64 = 24 * 60 * 60;

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

    /// The same for people: "Dec  1 12:00:00 2027 +00:00".
    pub(super) fn end_for_people(&self) -> String {
        self.not_after.to_string()
    }

    /// Why nobody accepts the certificate at a time, or soon won't; nothing where it is valid for long.
    pub(super) fn doubt_at(&self, time: SystemTime) -> Option<String> {
        let now = time.duration_since(UNIX_EPOCH).ok().and_then(|since| since.as_secs().try_into().ok());
        let now: i64 = now.unwrap_or(0);
        let (begins, ends) = (self.not_before.timestamp(), self.ends());
        if now > ends {
            return Some(format!("expired on {}: clients refuse it", self.not_after));
        }
        if now < begins {
            return Some(format!("is not valid before {}: clients refuse it", self.not_before));
        }
        let is_near = |days: &&i64| ends - now < *days * DAY && *days * DAY < (ends - begins) / 3;
        let days = WARNING_DAYS.iter().find(is_near)?;
        let unit = if *days == 1 { "day" } else { "days" };
        Some(format!("expires on {}, in less than {days} {unit}: renew it", self.not_after))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_end_that_is_near_is_warned_of_in_steps() {
        let of = |days_of_life: i64| {
            let at = |seconds| ASN1Time::from_timestamp(seconds).expect("a time");
            Validity { not_before: at(0), not_after: at(days_of_life * DAY) }
        };
        let warned = |validity: &Validity, hours_left: i64| {
            let time = u64::try_from(validity.ends() - hours_left * 3600).expect("it has begun");
            let doubt = validity.doubt_at(UNIX_EPOCH + Duration::from_secs(time))?;
            doubt.split_once(", in less than ").map(|(_, rest)| rest.to_owned())
        };
        let year = of(365);
        for (days_left, told) in
            [(31, None), (29, Some("30 days")), (8, Some("30 days")), (6, Some("7 days"))]
        {
            assert_eq!(
                warned(&year, days_left * 24),
                told.map(|told| format!("{told}: renew it")),
                "{days_left}"
            );
        }
        assert_eq!(warned(&year, 23), Some("1 day: renew it".to_owned()));
        // Renewed at a third of its time, as usual: the warning begins when that should have been done.
        assert_eq!(warned(&of(90), 29 * 24), None);
        assert_eq!(warned(&of(90), 6 * 24), Some("7 days: renew it".to_owned()));
        assert_eq!(warned(&of(1), 8), None);
    }

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
        let fault = |seconds: u64| validity.doubt_at(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(fault(first), None);
        assert!(fault(last).is_some_and(|doubt| doubt.ends_with(", in less than 1 day: renew it")));
        assert!(fault(first - 1).is_some_and(|fault| fault.starts_with("is not valid before Jan ")));
        assert!(fault(last + 1).is_some_and(|fault| fault.starts_with("expired on Jan ")));
        assert_eq!(Validity::of(b"no certificate"), None);
    }
}
