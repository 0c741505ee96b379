//! Wire -> checked core input: the only place where requests are judged.
//!
//! In: messages as they came, with the path of the field that holds them. Out: input that the core can take,
//! or every field that is wrong.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::enums::FromWire;
use super::limits::{Limits, MAX_DOCUMENT_ID_BYTES};
use super::options::OutputOptions;
use super::v1;
use ascribe_engine::record::{OffsetUnit, Options, View};
use ascribe_engine::{Alias, AttributionType, DEFAULT_MIN_CONFIDENCE, EntityKind, QuotationKind};

/// The languages that the extractor reads.
pub const LANGUAGES: [&str; 1] = ["en"];

/// What ISO 639-2 and 639-3 call them.
const LONG_CODES: [&str; 1] = ["eng"];
/// The code of ISO 639-2 for a language that nobody determined.
const UNDETERMINED: &str = "und";

/// What a response holds beside the claims of one document: tags, lengths, a sequence, the document's id.
const ENVELOPE_BYTES: usize = 64 + MAX_DOCUMENT_ID_BYTES;

/// How many aliases a request may have, how many variants one of them, and how long each of these may be.
pub(super) const MAX_ALIASES: usize = 1000;
pub(super) const MAX_VARIANTS: usize = 64;
const MAX_ALIAS_BYTES: usize = 256;

/// How much of a wrong value an error repeats, in characters.
const SHOWN_CHARACTERS: usize = 40;

/// A field of a request that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldViolation {
    /// Its path from the request on, such as `documents[3].text`.
    pub field: String,
    /// What is wrong with it.
    pub description: String,
}

/// A text to read, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputDocument {
    /// The caller's name for it; may be empty.
    pub document_id: String,
    /// Not empty, and within the limits.
    pub text: String,
    /// The day of its publication, in UTC.
    pub published: Option<Date>,
    /// Whether the caller said in which language it is. Not said of "und", which means that nobody knows.
    pub language_given: bool,
}

/// The document that a request holds at `path`.
///
/// # Errors
/// Every field of it that is wrong.
pub fn input_document(
    document: Option<v1::Document>,
    path: &str,
    limits: &Limits,
) -> Result<InputDocument, Vec<FieldViolation>> {
    let mut violations = Violations::at(path);
    let Some(document) = document else {
        violations.add("", "is required".to_owned());
        return Err(violations.found);
    };
    let id_bytes = document.document_id.len();
    if id_bytes > MAX_DOCUMENT_ID_BYTES {
        violations.add("document_id", format!("has {id_bytes} bytes, more than {MAX_DOCUMENT_ID_BYTES}"));
    }
    let text_bytes = document.text.len();
    if text_bytes == 0 {
        violations.add("text", "is empty".to_owned());
    } else if text_bytes > limits.max_document_bytes {
        let limit = limits.max_document_bytes;
        let why =
            format!("has {text_bytes} bytes, more than {limit}: split it, or have max-document-bytes raised");
        violations.add("text", why);
    }
    let language = GivenLanguage::of(&document.language_code);
    if language == GivenLanguage::Unread {
        violations.add("language_code", unread(&document.language_code));
    }
    if let Some(time) = &document.publish_time
        && !is_valid_time(time)
    {
        let (seconds, nanos) = (time.seconds, time.nanos);
        violations.add(
            "publish_time",
            format!("has seconds {seconds} and nanos {nanos}: outside the years 1 to 9999, or of a second"),
        );
    }
    let published = document.publish_time.and_then(|time| {
        let time = jiff::Timestamp::from_second(time.seconds).ok()?;
        Some(TimeZone::UTC.to_datetime(time).date())
    });
    violations.or(InputDocument {
        document_id: document.document_id,
        text: document.text,
        published,
        language_given: language == GivenLanguage::Read,
    })
}

/// The options that a request holds at `path`, or the defaults; in either case within `limits`.
///
/// # Errors
/// Every field of them that is wrong.
pub fn output_options(
    options: Option<v1::ExtractionOptions>,
    path: &str,
    limits: &Limits,
) -> Result<OutputOptions, Vec<FieldViolation>> {
    let options = options.unwrap_or_default();
    let mut violations = Violations::at(path);
    let offsets: Option<OffsetUnit> =
        violations.choice::<v1::OffsetEncoding, _>("offset_encoding", options.offset_encoding);
    let view: Option<View> = violations.choice::<v1::ClaimView, _>("view", options.view);
    let kinds: Vec<QuotationKind> = violations.set::<v1::QuotationKind, _>("kinds", &options.kinds);
    let types: Vec<AttributionType> = violations.set::<v1::AttributionType, _>("types", &options.types);
    let min_confidence = options.min_confidence.unwrap_or(DEFAULT_MIN_CONFIDENCE);
    if !(0.0..=1.0).contains(&min_confidence) {
        violations.add("min_confidence", format!("{min_confidence} is not between 0 and 1"));
    }
    let max_claims = match usize::try_from(options.max_claims) {
        Ok(0) => limits.max_claims,
        Ok(number) => number.min(limits.max_claims),
        Err(_) => {
            violations.add("max_claims", format!("{} is negative", options.max_claims));
            0
        }
    };
    let aliases = aliases(&mut violations, options.aliases);
    let record = Options {
        offsets: offsets.unwrap_or_default(),
        view: view.unwrap_or_default(),
        min_confidence,
        kinds,
        types,
        max_claims,
        max_bytes: limits.max_response_bytes.saturating_sub(ENVELOPE_BYTES),
    };
    violations.or(OutputOptions { record, aliases })
}

/// Whom the caller knows; the first wrong one is told.
pub(super) fn aliases(violations: &mut Violations<'_>, messages: Vec<v1::Alias>) -> Vec<Alias> {
    if messages.len() > MAX_ALIASES {
        violations.add("aliases", format!("are {}, more than {MAX_ALIASES}", messages.len()));
        return Vec::new();
    }
    let mut aliases = Vec::with_capacity(messages.len());
    for (index, message) in messages.into_iter().enumerate() {
        match alias(message) {
            Ok(alias) => aliases.push(alias),
            Err(FieldViolation { field, description }) => {
                violations.add(&format!("aliases[{index}].{field}"), description);
                break;
            }
        }
    }
    aliases
}

/// An alias as the caller gives it.
///
/// # Errors
/// The first of its fields that is wrong.
pub fn alias(message: v1::Alias) -> Result<Alias, FieldViolation> {
    check_alias(&message).map_err(|(field, description)| FieldViolation { field, description })?;
    let kind = v1::EntityKind::try_from(message.entity_kind).ok().and_then(EntityKind::from_wire);
    Ok(Alias { name: message.name, variants: message.variants, title: message.title, kind })
}

fn check_alias(alias: &v1::Alias) -> Result<(), (String, String)> {
    let too_long = |field: &str, value: &str| {
        let bytes = value.len();
        let description = format!("has {bytes} bytes, more than {MAX_ALIAS_BYTES}");
        if bytes > MAX_ALIAS_BYTES { Err((field.to_owned(), description)) } else { Ok(()) }
    };
    let empty = |field: &str, value: &str| {
        let is_empty = value.trim().is_empty();
        if is_empty { Err((field.to_owned(), "is empty".to_owned())) } else { Ok(()) }
    };
    empty("name", &alias.name)?;
    too_long("name", &alias.name)?;
    too_long("title", &alias.title)?;
    if alias.variants.len() > MAX_VARIANTS {
        let count = alias.variants.len();
        return Err(("variants".to_owned(), format!("are {count}, more than {MAX_VARIANTS}")));
    }
    for (index, variant) in alias.variants.iter().enumerate() {
        let field = format!("variants[{index}]");
        empty(&field, variant)?;
        too_long(&field, variant)?;
    }
    let kind = alias.entity_kind;
    match v1::EntityKind::try_from(kind) {
        Ok(_) => Ok(()),
        Err(_) => Err(("entity_kind".to_owned(), not_allowed::<v1::EntityKind, EntityKind>(kind))),
    }
}

/// That a number names no value of an enum, and the names that do.
fn not_allowed<W, T: FromWire<W>>(number: i32) -> String {
    format!("{number} is not allowed: allowed are {}", T::allowed())
}

/// Whether a code names a language that is read, or none, such as "und".
///
/// # Errors
/// That it names another one.
pub fn language_is_given(code: &str) -> Result<bool, String> {
    match GivenLanguage::of(code) {
        GivenLanguage::No => Ok(false),
        GivenLanguage::Read => Ok(true),
        GivenLanguage::Unread => Err(unread(code)),
    }
}

fn unread(code: &str) -> String {
    format!("is {}: the languages that are read here are {}", shown(code), LANGUAGES.join(", "))
}

/// What a caller says of a text's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum GivenLanguage {
    /// Nothing.
    No,
    /// One of [`LANGUAGES`].
    Read,
    /// Another one, or none.
    Unread,
}

impl GivenLanguage {
    /// Reads a code as BCP 47 and ISO 639 have them, in any case, its parts joined as in "en-US" or "`en_US`".
    fn of(code: &str) -> Self {
        let primary = code.split(['-', '_']).next().unwrap_or_default();
        let is = |known: &str| primary.eq_ignore_ascii_case(known);
        if code.is_empty() || is(UNDETERMINED) {
            Self::No
        } else if LANGUAGES.into_iter().chain(LONG_CODES).any(is) {
            Self::Read
        } else {
            Self::Unread
        }
    }
}

/// The range that google.protobuf.Timestamp itself allows.
fn is_valid_time(time: &pbjson_types::Timestamp) -> bool {
    (-62_135_596_800..=253_402_300_799).contains(&time.seconds) && (0..1_000_000_000).contains(&time.nanos)
}

/// A caller's value, cut so that an error stays short.
fn shown(value: &str) -> String {
    let cut: String = value.chars().take(SHOWN_CHARACTERS).collect();
    if cut.len() < value.len() { format!("{cut:?}…") } else { format!("{cut:?}") }
}

/// What is wrong with the fields of one message.
pub(super) struct Violations<'path> {
    path: &'path str,
    pub(super) found: Vec<FieldViolation>,
}

impl<'path> Violations<'path> {
    pub(super) const fn at(path: &'path str) -> Self {
        Self { path, found: Vec::new() }
    }

    pub(super) fn add(&mut self, field: &str, description: String) {
        let separator = if field.is_empty() || self.path.is_empty() { "" } else { "." };
        self.found.push(FieldViolation { field: format!("{}{separator}{field}", self.path), description });
    }

    pub(super) fn or<T>(self, value: T) -> Result<T, Vec<FieldViolation>> {
        if self.found.is_empty() { Ok(value) } else { Err(self.found) }
    }

    /// The value of an enum's number; none for unspecified, or where it is wrong.
    pub(super) fn choice<W: TryFrom<i32>, T: FromWire<W>>(&mut self, field: &str, number: i32) -> Option<T> {
        let Ok(value) = W::try_from(number) else {
            self.add(field, not_allowed::<W, T>(number));
            return None;
        };
        T::from_wire(value)
    }

    /// The values of a list of an enum's numbers, each once.
    fn set<W: TryFrom<i32>, T: FromWire<W> + PartialEq>(&mut self, field: &str, numbers: &[i32]) -> Vec<T> {
        let mut values = Vec::new();
        for (index, &number) in numbers.iter().enumerate() {
            match W::try_from(number).ok().and_then(T::from_wire) {
                Some(value) if values.contains(&value) => {}
                Some(value) => values.push(value),
                None => {
                    self.add(&format!("{field}[{index}]"), not_allowed::<W, T>(number));
                    // One is enough: a list of a million wrong numbers is not to make an error of megabytes.
                    break;
                }
            }
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> v1::Document {
        v1::Document { text: "Ruiz said so.".to_owned(), ..v1::Document::default() }
    }

    fn check_document(document: v1::Document, expected: &[(&str, &str)]) {
        let result = input_document(Some(document), "documents[3]", &Limits::default());
        check(result.err(), expected);
    }

    fn check_options(options: v1::ExtractionOptions, expected: &[(&str, &str)]) {
        check(output_options(Some(options), "options", &Limits::default()).err(), expected);
    }

    fn check(violations: Option<Vec<FieldViolation>>, expected: &[(&str, &str)]) {
        let violations = violations.unwrap_or_default();
        let found: Vec<_> =
            violations.iter().map(|one| (one.field.as_str(), one.description.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn english_is_known_in_any_spelling() {
        for (code, language_given) in [
            ("", false),
            ("und", false),
            ("UND-Latn", false),
            ("en", true),
            ("EN", true),
            ("en-GB", true),
            ("En-latn-us", true),
            ("en_US", true),
            ("eng", true),
            ("ENG-us", true),
        ] {
            let given = v1::Document { language_code: code.to_owned(), ..document() };
            let read = input_document(Some(given), "document", &Limits::default()).expect("it is read");
            assert_eq!(read.language_given, language_given, "{code}");
        }
        for code in ["de", "english", "-en", "_en", "e n", "mul"] {
            let message = format!("is {code:?}: the languages that are read here are en");
            let wrong = v1::Document { language_code: code.to_owned(), ..document() };
            check_document(wrong, &[("documents[3].language_code", &message)]);
        }
    }

    #[test]
    fn every_wrong_field_of_a_document_is_told() {
        let wrong = v1::Document {
            document_id: "x".repeat(257),
            text: String::new(),
            language_code: "tlh".repeat(1000),
            publish_time: Some(pbjson_types::Timestamp { seconds: 0, nanos: -1 }),
        };
        let language = format!("is {:?}…: the languages that are read here are en", &"tlh".repeat(14)[..40]);
        check_document(
            wrong,
            &[
                ("documents[3].document_id", "has 257 bytes, more than 256"),
                ("documents[3].text", "is empty"),
                ("documents[3].language_code", &language),
                (
                    "documents[3].publish_time",
                    "has seconds 0 and nanos -1: outside the years 1 to 9999, or of a second",
                ),
            ],
        );
        check(input_document(None, "document", &Limits::default()).err(), &[("document", "is required")]);
    }

    #[test]
    fn every_wrong_field_of_options_is_told() {
        let wrong = v1::ExtractionOptions {
            offset_encoding: 9,
            view: -1,
            min_confidence: Some(f32::NAN),
            kinds: vec![1, 0, 7],
            types: vec![5, 6],
            max_claims: -3,
            aliases: vec![
                v1::Alias { name: "Ruiz".to_owned(), ..v1::Alias::default() },
                v1::Alias::default(),
            ],
        };
        check_options(
            wrong,
            &[
                (
                    "options.offset_encoding",
                    "9 is not allowed: allowed are OFFSET_ENCODING_UTF8_BYTES, OFFSET_ENCODING_UTF16_UNITS, \
                     OFFSET_ENCODING_CODE_POINTS",
                ),
                ("options.view", "-1 is not allowed: allowed are CLAIM_VIEW_BASIC, CLAIM_VIEW_FULL"),
                (
                    "options.kinds[1]",
                    "0 is not allowed: allowed are QUOTATION_KIND_DIRECT, QUOTATION_KIND_INDIRECT, \
                     QUOTATION_KIND_MIXED",
                ),
                (
                    "options.types[1]",
                    "6 is not allowed: allowed are ATTRIBUTION_TYPE_COMMUNICATION, ATTRIBUTION_TYPE_ATTITUDE, \
                     ATTRIBUTION_TYPE_FACTIVE, ATTRIBUTION_TYPE_CONTROL, ATTRIBUTION_TYPE_EVIDENCE",
                ),
                ("options.min_confidence", "NaN is not between 0 and 1"),
                ("options.max_claims", "-3 is negative"),
                ("options.aliases[1].name", "is empty"),
            ],
        );
    }

    #[test]
    fn options_stay_within_the_limits() {
        let limits = Limits { max_claims: 5, ..Limits::default() };
        for (asked, expected) in [(0, 5), (3, 3), (9, 5)] {
            let options = v1::ExtractionOptions { max_claims: asked, ..v1::ExtractionOptions::default() };
            let options = output_options(Some(options), "options", &limits).expect("they are valid");
            assert_eq!(options.record.max_claims, expected);
        }
    }
}
