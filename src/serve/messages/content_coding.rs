//! How bytes are compressed: the body of a JSON request (`content-encoding`) and of its answer (`accept-encoding`), the
//! messages of a gRPC call.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use flate2::Compression;
use flate2::bufread::{GzEncoder, MultiGzDecoder, ZlibDecoder, ZlibEncoder};
use http::{HeaderMap, header};

use crate::serve::admission::admit::PermitCell;
use crate::serve::status::Failure;

/// Bytes are decompressed in pieces of this size, so that little more is made of a bomb than is allowed.
const PIECE_BYTES: usize = 32 << 10;

/// A body in Zstandard is decompressed with a window of at most this many bytes, as a power of two: what RFC 9659 has for
/// HTTP. A larger one would let a few bytes claim 128 MiB of memory.
const LARGEST_WINDOW: u32 = 23;
/// The same for messages of gRPC, which has no such rule: as much as the library allows by itself.
const LARGEST_WINDOW_OF_MESSAGES: u32 = 27;

/// Answers of fewer bytes aren't compressed: they fit into a packet as they are.
const LEAST_COMPRESSED: usize = 1024;

/// A content coding of HTTP; gRPC has them too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContentCoding {
    /// None.
    Identity,
    Gzip,
    /// What HTTP calls "deflate": the format of zlib.
    Deflate,
    Zstd,
}

/// Why bytes weren't decompressed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Undone {
    /// More would come of them than may.
    TooLarge,
    /// The server has no room for them.
    Refused(Failure),
    /// They aren't in their coding; why.
    Wrong(String),
}

impl ContentCoding {
    /// The codings that are accepted, as `accept-encoding` has them.
    pub(crate) const ACCEPTED: &str = "gzip, deflate, zstd";

    /// The coding of a body with these headers.
    ///
    /// # Errors
    /// Where the coding isn't accepted, or there are several, one over the other.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self, Failure> {
        let values = headers.get_all(header::CONTENT_ENCODING).iter();
        let values: Vec<_> = values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        let names = values.iter().flat_map(|value| value.split(',')).map(|name| name.trim().to_lowercase());
        let names: Vec<String> = names.filter(|name| !name.is_empty() && name != "identity").collect();
        match names.as_slice() {
            [] => Ok(Self::Identity),
            [name] => match name.as_str() {
                "gzip" | "x-gzip" => Ok(Self::Gzip),
                "deflate" => Ok(Self::Deflate),
                "zstd" => Ok(Self::Zstd),
                _ => Err(Failure::UnsupportedCoding(name.clone())),
            },
            several => Err(Failure::UnsupportedCoding(several.join(", "))),
        }
    }

    /// The coding for an answer to a request with these headers: the one that its caller likes best of gzip and zstd, of
    /// which zstd takes less time; none where it takes neither.
    pub(crate) fn of_answer(headers: &HeaderMap) -> Self {
        let values = headers.get_all(header::ACCEPT_ENCODING).iter();
        let values: Vec<_> = values.filter_map(|value| value.to_str().ok()).collect();
        let accepted: Vec<(&str, f32)> =
            values.iter().flat_map(|value| value.split(',')).map(weighed).collect();
        let weight = |names: &[&str]| {
            let is_named = |(name, _): &&(&str, f32)| names.iter().any(|one| name.eq_ignore_ascii_case(one));
            let found =
                accepted.iter().find(is_named).or_else(|| accepted.iter().find(|(name, _)| *name == "*"));
            found.map_or(0.0, |(_, weight)| *weight)
        };
        let (gzip, zstd) = (weight(&["gzip", "x-gzip"]), weight(&["zstd"]));
        match zstd.max(gzip) {
            best if best <= 0.0 => Self::Identity,
            best if best <= zstd => Self::Zstd,
            _ => Self::Gzip,
        }
    }

    /// The bytes of an answer in this coding; none where they stay as they are, because that is nearly as short.
    pub(crate) fn compressed(self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut compressed = Vec::new();
        let is_worth_it = bytes.len() >= LEAST_COMPRESSED && self.compress(bytes, &mut compressed);
        (is_worth_it && compressed.len() < bytes.len()).then_some(compressed)
    }

    /// The name of the coding; none of bytes that are as they are.
    pub(crate) const fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Deflate => Some("deflate"),
            Self::Zstd => Some("zstd"),
        }
    }

    /// Whether a body has at most this many bytes without its coding.
    pub(crate) fn is_at_most(self, body: &[u8], bytes: usize) -> bool {
        let is_too_large = || {
            let decompressed = self.decompress_in(LARGEST_WINDOW, body, bytes, &mut Vec::new(), |_| Ok(()));
            decompressed == Err(Undone::TooLarge)
        };
        body.len() <= bytes && (self == Self::Identity || !is_too_large())
    }

    /// The bytes of a body without its coding, at most `limit`. The call is charged for both.
    ///
    /// # Errors
    /// Where the body isn't in its coding, is longer than `limit`, or the server has no room for it.
    pub(crate) fn decode<'a>(
        self,
        body: &'a [u8],
        limit: usize,
        permit: &PermitCell,
    ) -> Result<Cow<'a, [u8]>, Failure> {
        if self == Self::Identity {
            return Ok(Cow::Borrowed(body));
        }
        let mut decompressed = Vec::new();
        let charge = |length: usize| permit.hold(body.len() + length);
        match self.decompress_in(LARGEST_WINDOW, body, limit, &mut decompressed, charge) {
            Ok(()) => Ok(Cow::Owned(decompressed)),
            Err(Undone::TooLarge) => Err(self.too_large(limit)),
            Err(Undone::Refused(failure)) => Err(failure),
            Err(Undone::Wrong(why)) => {
                let name = self.name().unwrap_or("identity");
                let description = format!("is not valid {name}, as content-encoding says: {why}");
                Err(Failure::field("body", description))
            }
        }
    }

    /// Adds the bytes of a message without its coding, at most `limit`, to `decompressed`. `charge` is told how many there
    /// are so far.
    pub(super) fn decompress(
        self,
        message: &[u8],
        limit: usize,
        decompressed: &mut Vec<u8>,
        charge: impl Fn(usize) -> Result<(), Failure>,
    ) -> Result<(), Undone> {
        self.decompress_in(LARGEST_WINDOW_OF_MESSAGES, message, limit, decompressed, charge)
    }

    /// Adds the bytes of a message in this coding to `compressed`. False where it has to stay as it is.
    pub(super) fn compress(self, message: &[u8], compressed: &mut Vec<u8>) -> bool {
        let done = match self {
            Self::Identity => return false,
            Self::Gzip => GzEncoder::new(message, Compression::default()).read_to_end(compressed),
            Self::Deflate => ZlibEncoder::new(message, Compression::default()).read_to_end(compressed),
            Self::Zstd => zstd::Encoder::new(&mut *compressed, zstd::DEFAULT_COMPRESSION_LEVEL).and_then(
                |mut encoder| {
                    io::Write::write_all(&mut encoder, message)?;
                    encoder.finish().map(|_| message.len())
                },
            ),
        };
        done.is_ok()
    }

    /// The failure of a request whose body, or the message in it, is longer than `limit`.
    pub(crate) fn too_large(self, limit: usize) -> Failure {
        match self.name() {
            None => Failure::MessageTooLarge { limit },
            Some(coding) => Failure::DecompressedTooLarge { coding, limit },
        }
    }

    fn decompress_in(
        self,
        largest_window: u32,
        body: &[u8],
        limit: usize,
        decompressed: &mut Vec<u8>,
        charge: impl Fn(usize) -> Result<(), Failure>,
    ) -> Result<(), Undone> {
        let wrong = |error: &dyn std::fmt::Display| Undone::Wrong(error.to_string());
        let mut decoder = self.decoder(body, largest_window).map_err(|error| wrong(&error))?;
        let start = decompressed.len();
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            match decoder.read(&mut piece) {
                Ok(0) => break,
                Ok(length) => {
                    let length_so_far = decompressed.len() - start + length;
                    if length_so_far > limit {
                        return Err(Undone::TooLarge);
                    }
                    charge(length_so_far).map_err(Undone::Refused)?;
                    decompressed.extend_from_slice(&piece[..length]);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(wrong(&error)),
            }
        }
        if decoder.has_rest() {
            return Err(wrong(&"something follows after its end"));
        }
        Ok(())
    }

    fn decoder(self, body: &[u8], largest_window: u32) -> io::Result<Box<dyn Decoder + '_>> {
        Ok(match self {
            Self::Identity => Box::new(body),
            Self::Gzip => Box::new(MultiGzDecoder::new(body)),
            Self::Deflate => Box::new(ZlibDecoder::new(body)),
            Self::Zstd => {
                let mut decoder = zstd::Decoder::with_buffer(body)?;
                decoder.window_log_max(largest_window)?;
                Box::new(decoder)
            }
        })
    }
}

/// A coding of a list that says what is accepted, with its weight: "gzip;q=0.5".
fn weighed(item: &str) -> (&str, f32) {
    let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
    let weight = parameters.split(';').find_map(|parameter| {
        let (key, weight) = parameter.split_once('=')?;
        key.trim().eq_ignore_ascii_case("q").then(|| weight.trim().parse().unwrap_or(0.0))
    });
    (name.trim(), weight.unwrap_or(1.0))
}

/// Reads a body without its coding.
trait Decoder: Read {
    /// Whether bytes are left over once nothing more can be read.
    fn has_rest(&mut self) -> bool;
}

impl Decoder for &[u8] {
    fn has_rest(&mut self) -> bool {
        false
    }
}

/// Reads all members of gzip, so that nothing but them can follow.
impl<R: BufRead> Decoder for MultiGzDecoder<R> {
    fn has_rest(&mut self) -> bool {
        false
    }
}

impl<'a> Decoder for ZlibDecoder<&'a [u8]> {
    fn has_rest(&mut self) -> bool {
        let rest: &'a [u8] = self.get_ref();
        !rest.is_empty()
    }
}

/// Reads all frames, so that nothing but them can follow.
impl<R: BufRead> Decoder for zstd::Decoder<'_, R> {
    fn has_rest(&mut self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};
    use http::HeaderValue;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).expect("writing to memory never fails");
        encoder.finish().expect("writing to memory never fails")
    }

    fn deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).expect("writing to memory never fails");
        encoder.finish().expect("writing to memory never fails")
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 3).expect("reading memory never fails")
    }

    fn decode(coding: ContentCoding, body: &[u8], limit: usize) -> Result<Vec<u8>, Failure> {
        coding.decode(body, limit, &PermitCell::default()).map(Cow::into_owned)
    }

    #[test]
    fn the_coding_is_that_of_the_headers() {
        let of = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::CONTENT_ENCODING, HeaderValue::from_static(value));
            }
            ContentCoding::of(&headers)
        };
        for (values, coding) in [
            (&[][..], ContentCoding::Identity),
            (&["identity"], ContentCoding::Identity),
            (&["GZIP"], ContentCoding::Gzip),
            (&["x-gzip"], ContentCoding::Gzip),
            (&["identity, gzip"], ContentCoding::Gzip),
            (&[" deflate "], ContentCoding::Deflate),
            (&["zstd"], ContentCoding::Zstd),
        ] {
            assert_eq!(of(values), Ok(coding), "{values:?}");
        }
        for (values, named) in [
            (&["br"][..], "br"),
            (&["compress"], "compress"),
            (&["gzip, gzip"], "gzip, gzip"),
            (&["deflate", "gzip"], "deflate, gzip"),
        ] {
            assert_eq!(of(values), Err(Failure::UnsupportedCoding(named.to_owned())));
        }
    }

    #[test]
    fn an_answer_has_the_coding_that_its_caller_likes_best() {
        use ContentCoding::{Gzip, Identity, Zstd};
        for (accepted, coding) in [
            ("", Identity),
            ("identity", Identity),
            ("br, deflate", Identity),
            ("gzip", Gzip),
            ("GZIP ; Q=0.2", Gzip),
            ("x-gzip", Gzip),
            ("gzip, deflate, br, zstd", Zstd),
            ("gzip;q=1.0, zstd;q=0.9", Gzip),
            ("gzip;q=0, zstd;q=0.0", Identity),
            ("gzip;q=0, *", Zstd),
            ("*;q=0.1", Zstd),
            ("*;q=0", Identity),
            ("gzip;q=x", Identity),
            ("gzip;q=NaN", Identity),
        ] {
            let mut headers = HeaderMap::new();
            headers.append(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted));
            assert_eq!(ContentCoding::of_answer(&headers), coding, "{accepted:?}");
        }
        assert_eq!(ContentCoding::of_answer(&HeaderMap::new()), Identity);
        let text = "Mayor Ana Ruiz said so. ".repeat(100);
        for coding in [Gzip, Zstd] {
            let compressed = coding.compressed(text.as_bytes()).expect("it is worth it");
            assert_eq!(decode(coding, &compressed, text.len()), Ok(text.clone().into_bytes()));
            assert_eq!(coding.compressed(&text.as_bytes()[..1000]), None, "it is short");
        }
        assert_eq!(Identity.compressed(text.as_bytes()), None);
    }

    #[test]
    fn a_body_comes_back_up_to_its_limit() {
        use ContentCoding::{Deflate, Gzip, Zstd};
        let text = "Mayor Ana Ruiz said so. ".repeat(10_000);
        for (coding, body) in [
            (Gzip, gzip(text.as_bytes())),
            (Deflate, deflate(text.as_bytes())),
            (Zstd, zstd(text.as_bytes())),
        ] {
            assert_eq!(decode(coding, &body, text.len()), Ok(text.clone().into_bytes()));
            assert_eq!(decode(coding, &body, text.len() - 1), Err(coding.too_large(text.len() - 1)));
            assert!(coding.is_at_most(&body, text.len()) && !coding.is_at_most(&body, text.len() - 1));
            for wrong in [&body[..body.len() - 1], &[&body[..], b"more"].concat(), b"no such thing", b""] {
                // Nothing at all is a zstd of no frames.
                if let Ok(decoded) = decode(coding, wrong, text.len()) {
                    assert!(coding == Zstd && decoded.is_empty() && wrong.is_empty(), "{coding:?} {wrong:?}");
                }
            }
        }
    }

    #[test]
    fn a_zstd_that_asks_for_a_large_window_is_refused() {
        let mut encoder = zstd::Encoder::new(Vec::new(), 1).expect("it is a level");
        encoder.window_log(LARGEST_WINDOW + 1).expect("it is a window");
        encoder.include_contentsize(false).expect("it can be left out");
        encoder.write_all(b"{}").expect("writing to memory never fails");
        let body = encoder.finish().expect("writing to memory never fails");
        assert!(matches!(decode(ContentCoding::Zstd, &body, 1000), Err(Failure::Invalid(_))));
    }
}
