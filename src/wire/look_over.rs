//! Looks over the bytes of a request before a message is made of them.
//!
//! In: bytes that should be a protobuf message. Out: how large the message will be in memory, or which list of it is too
//! long. Nothing is allocated meanwhile: two bytes make an empty submessage of a hundred, so that a message of 4 MiB, which
//! is a few hundred bytes when it comes compressed, would take two hundred megabytes before anybody could count it.

use std::collections::HashMap;
use std::sync::OnceLock;

use prost_reflect::{Kind, MessageDescriptor};

use super::inward::{FieldViolation, MAX_ALIASES, MAX_VARIANTS};
use super::limits::Limits;
use super::method::Method;
use super::proto_json::request_descriptor;

/// Values that a message may hold beyond those that the contract counts: of fields of later versions, or of choices that
/// are named more than once.
const OTHER_VALUES: usize = 16_384;

/// The most fields that a document has, its own among them, and a quotation.
const VALUES_OF_DOCUMENT: usize = 8;
const VALUES_OF_QUOTATION: usize = 4;

/// What a value takes in memory beside its own bytes, about: a `String` with what the allocator adds; a submessage, with
/// the room that its list keeps free.
const BYTES_OF_VALUE: usize = 32;
const BYTES_OF_MESSAGE: usize = 160;

/// Fields whose number is smaller can be lists that are counted.
const NUMBERS: usize = 8;

/// How large a message is going to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Its values, those of its submessages and lists among them.
    pub values: usize,
    /// What they take in memory beside their own bytes, about.
    pub bytes: usize,
}

/// Looks over the bytes of a request of `method`. Bytes that are no message pass up to where they are wrong, since
/// decoding finds that too and says it better. Linear in the bytes, and quick: texts are passed over.
///
/// # Errors
/// A list that is longer than `limits` allow, or the request itself, where it holds more values than any legal one.
pub fn look_over(method: Method, message: &[u8], limits: &Limits) -> Result<Size, FieldViolation> {
    let shapes = Shapes::get();
    let mut look = Look { shapes, limits, values: 0, messages: 0, most: most_values(limits) };
    let Some(shape) = shapes.of(method) else { return Ok(look.size()) };
    match look.message(shape, message) {
        Ok(_) => Ok(look.size()),
        Err(TooMany { path, why }) => {
            let path = if path.is_empty() { "request" } else { path.trim_end_matches('.') };
            let description = why.unwrap_or_else(|| format!("holds more than {} values", look.most));
            Err(FieldViolation { field: path.to_owned(), description })
        }
    }
}

/// More values than any message has that is within the limits.
const fn most_values(limits: &Limits) -> usize {
    let documents = limits.max_batch_documents.saturating_mul(VALUES_OF_DOCUMENT);
    let quotations = limits.max_quotations.saturating_mul(VALUES_OF_QUOTATION);
    // An alias, its name, title and kind, its variants.
    let aliases = MAX_ALIASES * (4 + MAX_VARIANTS);
    OTHER_VALUES.saturating_add(documents).saturating_add(quotations).saturating_add(aliases)
}

/// A list whose length is limited.
#[derive(Clone, Copy)]
enum List {
    Documents,
    Quotations,
    Aliases,
    Variants,
}

impl List {
    fn of(message: &str, field: &str) -> Option<Self> {
        match (message, field) {
            ("BatchExtractClaimsRequest", "documents") => Some(Self::Documents),
            ("VerifyQuotationsRequest", "quotations") => Some(Self::Quotations),
            ("ExtractionOptions" | "VerifyQuotationsRequest", "aliases") => Some(Self::Aliases),
            ("Alias", "variants") => Some(Self::Variants),
            _ => None,
        }
    }

    const fn most(self, limits: &Limits) -> usize {
        match self {
            Self::Documents => limits.max_batch_documents,
            Self::Quotations => limits.max_quotations,
            Self::Aliases => MAX_ALIASES,
            Self::Variants => MAX_VARIANTS,
        }
    }

    /// What is wrong where it holds this many: "257", "at least 90000".
    fn description(self, count: &str, most: usize) -> String {
        match self {
            Self::Documents => format!("holds {count} documents, more than {most}"),
            Self::Quotations => format!("holds {count} quotations, more than {most}"),
            Self::Aliases | Self::Variants => format!("are {count}, more than {most}"),
        }
    }
}

/// What is to be known of the messages of requests.
struct Shapes {
    shapes: Vec<Shape>,
    methods: HashMap<Method, usize>,
}

/// A message: its fields by their numbers.
#[derive(Default)]
struct Shape {
    fields: Vec<Option<Field>>,
}

struct Field {
    name: String,
    is_list: bool,
    limited: Option<List>,
    content: Content,
}

/// What a field holds whose length is given.
#[derive(Clone, Copy)]
enum Content {
    /// A message of that shape.
    Message(usize),
    /// Numbers, one after the other.
    Numbers,
    /// A string, or nothing of that form.
    Bytes,
}

impl Shapes {
    fn get() -> &'static Self {
        static SHAPES: OnceLock<Shapes> = OnceLock::new();
        SHAPES.get_or_init(|| {
            let mut shapes = Self { shapes: Vec::new(), methods: HashMap::new() };
            let mut known = HashMap::new();
            for method in Method::ALL {
                if let Some(request) = request_descriptor(method) {
                    let shape = shapes.add(&request, &mut known);
                    shapes.methods.insert(method, shape);
                }
            }
            shapes
        })
    }

    fn add(&mut self, message: &MessageDescriptor, known: &mut HashMap<String, usize>) -> usize {
        if let Some(&shape) = known.get(message.full_name()) {
            return shape;
        }
        let at = self.shapes.len();
        known.insert(message.full_name().to_owned(), at);
        self.shapes.push(Shape::default());
        let mut fields = Vec::new();
        for field in message.fields() {
            let content = match field.kind() {
                Kind::Message(inner) => Content::Message(self.add(&inner, known)),
                Kind::String | Kind::Bytes => Content::Bytes,
                _ => Content::Numbers,
            };
            let number = field.number() as usize;
            if fields.len() <= number {
                fields.resize_with(number + 1, || None);
            }
            let limited = List::of(message.name(), field.name()).filter(|_| number < NUMBERS);
            let (name, is_list) = (field.name().to_owned(), field.is_list());
            fields[number] = Some(Field { name, is_list, limited, content });
        }
        self.shapes[at] = Shape { fields };
        at
    }

    fn of(&self, method: Method) -> Option<&Shape> {
        self.methods.get(&method).map(|&shape| &self.shapes[shape])
    }
}

/// One look at a message.
struct Look<'a> {
    shapes: &'a Shapes,
    limits: &'a Limits,
    values: usize,
    messages: usize,
    most: usize,
}

/// Whether bytes are a message as far as this looks, or are wrong somewhere.
#[derive(PartialEq)]
enum Form {
    Whole,
    Broken,
}

/// There is too much of something.
struct TooMany {
    /// Of the list, from the message that is looked at; with a dot at its end. Empty: of the message itself.
    path: String,
    /// None: of all values together.
    why: Option<String>,
}

impl Look<'_> {
    const fn size(&self) -> Size {
        Size { values: self.values, bytes: self.values * BYTES_OF_VALUE + self.messages * BYTES_OF_MESSAGE }
    }

    fn count(&mut self, values: usize) -> Result<(), TooMany> {
        self.values += values;
        if self.values > self.most { Err(TooMany { path: String::new(), why: None }) } else { Ok(()) }
    }

    /// Looks at a message; at its lists too where its bytes are broken, since decoding gets that far.
    fn message(&mut self, shape: &Shape, bytes: &[u8]) -> Result<Form, TooMany> {
        let mut counts = [0; NUMBERS];
        let form = self.fields(shape, bytes, &mut counts);
        for (&count, field) in counts.iter().zip(&shape.fields) {
            let Some(Field { name, limited: Some(list), .. }) = field else { continue };
            let most = list.most(self.limits);
            if count > most {
                // Where there are too many values altogether, it wasn't looked at to its end.
                let count = if form.is_err() { format!("at least {count}") } else { count.to_string() };
                let why = Some(list.description(&count, most));
                return Err(TooMany { path: format!("{name}."), why });
            }
        }
        form
    }

    fn fields(
        &mut self,
        shape: &Shape,
        mut rest: &[u8],
        counts: &mut [usize; NUMBERS],
    ) -> Result<Form, TooMany> {
        // Groups, one within the other: no field of ours, so decoding passes over what is in them.
        let mut groups = 0_usize;
        while !rest.is_empty() {
            let Some(key) = varint(&mut rest) else { return Ok(Form::Broken) };
            self.count(1)?;
            let number = usize::try_from(key >> 3).unwrap_or(usize::MAX);
            let length = match key & 7 {
                _ if number == 0 => None,
                0 => varint(&mut rest).map(|_| 0),
                1 => Some(8),
                2 => varint(&mut rest).and_then(|length| usize::try_from(length).ok()),
                3 => {
                    groups += 1;
                    Some(0)
                }
                4 => {
                    groups = groups.saturating_sub(1);
                    Some(0)
                }
                5 => Some(4),
                _ => None,
            };
            let Some((content, after)) = length.and_then(|length| rest.split_at_checked(length)) else {
                return Ok(Form::Broken);
            };
            rest = after;
            let field = shape.fields.get(number).and_then(Option::as_ref);
            let Some(field) = field.filter(|_| key & 7 == 2 && groups == 0) else { continue };
            if let Some(count) = counts.get_mut(number) {
                *count += 1;
            }
            match field.content {
                Content::Bytes => {}
                Content::Numbers => {
                    self.count(content.iter().filter(|&&byte| byte < 0x80).count())?;
                }
                Content::Message(inner) => {
                    self.messages += 1;
                    let shapes = self.shapes;
                    let form = self.message(&shapes.shapes[inner], content).map_err(|many| {
                        let at = counts.get(number).map_or(0, |count| count - 1);
                        many.within(field, at)
                    })?;
                    if form == Form::Broken {
                        return Ok(Form::Broken);
                    }
                }
            }
        }
        Ok(Form::Whole)
    }
}

impl TooMany {
    /// The same of the message that holds the field, where the list has a place in it.
    fn within(self, field: &Field, at: usize) -> Self {
        let Self { path, why } = self;
        if why.is_none() {
            return Self { path, why };
        }
        let name = &field.name;
        let path = if field.is_list { format!("{name}[{at}].{path}") } else { format!("{name}.{path}") };
        Self { path, why }
    }
}

/// A number of variable length; none where it doesn't end, or is longer than 64 bits.
fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for (at, &byte) in rest.iter().take(10).enumerate() {
        number |= u64::from(byte & 0x7f) << (7 * at);
        if byte < 0x80 {
            *rest = &rest[at + 1..];
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use prost::Message;

    use super::*;
    use crate::wire::v1;

    fn largest(text: &str) -> v1::Document {
        v1::Document {
            document_id: "d".to_owned(),
            text: text.to_owned(),
            language_code: "en".to_owned(),
            publish_time: Some(pbjson_types::Timestamp { seconds: 1, nanos: 1 }),
        }
    }

    fn alias(variants: usize) -> v1::Alias {
        v1::Alias {
            name: "n".to_owned(),
            variants: vec!["v".to_owned(); variants],
            title: "t".to_owned(),
            entity_kind: 1,
        }
    }

    fn options(aliases: usize, variants: usize) -> v1::ExtractionOptions {
        v1::ExtractionOptions {
            offset_encoding: 1,
            view: 1,
            min_confidence: Some(0.5),
            kinds: vec![1, 2, 3, 1, 2, 3],
            types: vec![1, 2, 3, 4, 5],
            max_claims: 1,
            aliases: vec![alias(variants); aliases],
        }
    }

    fn batch(documents: usize, aliases: usize, variants: usize) -> Vec<u8> {
        let documents = vec![largest("x"); documents];
        v1::BatchExtractClaimsRequest { documents, options: Some(options(aliases, variants)) }.encode_to_vec()
    }

    fn violation(method: Method, message: &[u8]) -> Option<(String, String)> {
        let violation = look_over(method, message, &Limits::default()).err()?;
        Some((violation.field, violation.description))
    }

    #[test]
    fn what_is_within_the_limits_passes_however_much_that_is() {
        for max_batch_documents in [1, 256, 10_000] {
            let limits = Limits { max_batch_documents, ..Limits::default() };
            let message = batch(max_batch_documents, MAX_ALIASES, MAX_VARIANTS);
            let size = look_over(Method::BatchExtractClaims, &message, &limits).expect("it is legal");
            // The choices are written one by one.
            assert_eq!(size.values, max_batch_documents * 7 + MAX_ALIASES * 68 + 1 + 4 + 11);
        }
        let quotation = v1::verify_quotations_request::Quotation {
            text: "x".to_owned(),
            speaker: "s".to_owned(),
            quotation_id: "q".to_owned(),
        };
        let mut request = v1::VerifyQuotationsRequest {
            document: Some(largest("x")),
            quotations: vec![quotation; 1000],
            offset_encoding: 1,
            aliases: vec![alias(MAX_VARIANTS); MAX_ALIASES],
        };
        assert_eq!(violation(Method::VerifyQuotations, &request.encode_to_vec()), None);
        request.aliases.push(alias(1));
        let too_many = ("aliases".to_owned(), "are 1001, more than 1000".to_owned());
        assert_eq!(violation(Method::VerifyQuotations, &request.encode_to_vec()), Some(too_many));
        let text = "x".repeat(4 << 20);
        let request = v1::ExtractClaimsRequest { document: Some(largest(&text)), options: None };
        let size = look_over(Method::ExtractClaims, &request.encode_to_vec(), &Limits::default());
        assert_eq!(size.map(|size| size.values), Ok(7));
    }

    #[test]
    fn a_list_that_is_too_long_is_named_as_where_it_is_checked() {
        let item = |options| v1::StreamExtractClaimsRequest {
            message: Some(v1::stream_extract_claims_request::Message::Options(options)),
        };
        let mut wrong = options(3, 1);
        wrong.aliases[2] = alias(65);
        for (method, message, field, description) in [
            (Method::BatchExtractClaims, batch(257, 0, 0), "documents", "holds 257 documents, more than 256"),
            (Method::BatchExtractClaims, batch(1, 1001, 0), "options.aliases", "are 1001, more than 1000"),
            (
                Method::StreamExtractClaims,
                item(wrong).encode_to_vec(),
                "options.aliases[2].variants",
                "are 65, more than 64",
            ),
            (
                Method::VerifyQuotations,
                b"\x12\x00".repeat(1001),
                "quotations",
                "holds 1001 quotations, more than 1000",
            ),
        ] {
            assert_eq!(violation(method, &message), Some((field.to_owned(), description.to_owned())));
        }
    }

    /// Each of these would be many megabytes once it is decoded.
    #[test]
    fn millions_of_values_are_counted_no_further_than_to_the_limit() {
        let many = 2 << 20;
        let within = |number: u8, content: &[u8]| {
            let mut message = vec![number << 3 | 2];
            prost::encoding::encode_varint(content.len() as u64, &mut message);
            message.extend_from_slice(content);
            message
        };
        for (method, message, field) in [
            (Method::BatchExtractClaims, b"\x0a\x00".repeat(many), "documents"),
            (Method::VerifyQuotations, b"\x12\x00".repeat(many), "quotations"),
            (Method::VerifyQuotations, b"\x22\x00".repeat(many), "aliases"),
            (Method::ExtractClaims, within(2, &b"\x3a\x00".repeat(many)), "options.aliases"),
            (
                Method::ExtractClaims,
                within(2, &within(7, &b"\x12\x00".repeat(many))),
                "options.aliases[0].variants",
            ),
            // A document that is sent anew again and again, choices, numbers of a field that there isn't, groups.
            (Method::ExtractClaims, b"\x0a\x00".repeat(many), "request"),
            (Method::ExtractClaims, within(2, &within(4, &b"\x01".repeat(1 << 20))), "request"),
            (Method::ListCues, b"\xf8\x06\x01".repeat(many), "request"),
            (Method::ExtractClaims, b"\xfb\x06\xfc\x06".repeat(many), "request"),
        ] {
            let (found, description) = violation(method, &message).expect("it is too much");
            assert!(found == field && description.contains("more than"), "{field}: {found} {description}");
        }
    }

    #[test]
    fn bytes_that_are_no_message_pass_but_for_what_decoding_would_make_of_them() {
        for broken in [
            &b"\xff"[..],
            b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
            b"\x0a\x7f\x12",
            b"\x0a\x02\x12\x7f",
            b"\x02\x00",
            b"\x0f",
            b"\x0d\x01",
            b"\x12\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        ] {
            for method in Method::ALL {
                assert!(look_over(method, broken, &Limits::default()).is_ok(), "{broken:?}");
            }
        }
        let in_a_group = [&b"\xfb\x06"[..], &b"\x0a\x00".repeat(300), b"\xfc\x06"].concat();
        assert_eq!(violation(Method::BatchExtractClaims, &in_a_group), None, "nothing is made of them");
        let begun = [&b"\x0a\x00".repeat(300)[..], b"\xff"].concat();
        assert!(violation(Method::BatchExtractClaims, &begun).is_some());
    }
}
