//! What a request says that its body is.
//!
//! In: the header `content-type`. Out: the media type, or why that isn't read here and what is.

use http::{HeaderMap, HeaderValue, header};

use crate::serve::status::Failure;

/// At most this many characters of a content type are repeated in an error.
const LONGEST_SHOWN: usize = 80;

/// What curl and forms call their bodies by themselves.
const FORM: &str = "application/x-www-form-urlencoded";

/// The names of UTF-8, and of what is UTF-8 too.
const UTF8: [&str; 4] = ["utf-8", "utf8", "us-ascii", "ascii"];

/// A content type.
pub(super) struct ContentType {
    /// In lower case, without parameters; empty where the header is missing.
    pub(super) media_type: String,
    charset: Option<String>,
}

impl ContentType {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let given = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
        let given = String::from_utf8_lossy(given).to_ascii_lowercase();
        let mut parts = given.split(';').map(str::trim);
        let media_type = parts.next().unwrap_or_default().to_owned();
        let charset =
            parts.find_map(|part| Some(part.strip_prefix("charset")?.trim().strip_prefix('=')?.trim()));
        let charset = charset.map(|charset| charset.trim_matches('"').to_owned());
        Self { media_type, charset }
    }

    /// Checks that text in it is UTF-8.
    pub(super) fn check_charset(&self) -> Result<(), Failure> {
        match &self.charset {
            Some(charset) if !UTF8.contains(&charset.as_str()) => {
                let shown: String = charset.chars().take(LONGEST_SHOWN).collect();
                Err(Failure::UnsupportedContentType(format!(
                    "content-type says charset {shown:?}: JSON is read as UTF-8 alone, send it in that and leave charset away"
                )))
            }
            _ => Ok(()),
        }
    }

    /// That it isn't read here, and what is.
    pub(super) fn refused(&self, wanted: &str) -> Failure {
        let shown: String = self.media_type.chars().take(LONGEST_SHOWN).collect();
        Failure::UnsupportedContentType(match shown.as_str() {
            "" => format!("content-type is missing: send {wanted}"),
            FORM => format!("content-type is {FORM:?}, as curl -d has it by itself: send {wanted}"),
            shown => format!("content-type is {shown:?}, which is not read here: send {wanted}"),
        })
    }
}

/// Checks for "application/json", perhaps with parameters: forms of other sites can't send that without being allowed.
pub(super) fn check_json(headers: &HeaderMap) -> Result<(), Failure> {
    let given = ContentType::of(headers);
    if given.media_type == "application/json" {
        return given.check_charset();
    }
    Err(given.refused("\"content-type: application/json\""))
}

/// What is wrong with a content type for JSON; none where nothing is. Empty stands for a header that is missing.
pub(in super::super) fn content_type_failure(given: &'static str) -> Option<Failure> {
    let value = (!given.is_empty()).then(|| (header::CONTENT_TYPE, HeaderValue::from_static(given)));
    check_json(&HeaderMap::from_iter(value)).err()
}
