//! Any bytes as the JSON of a request whose options know people by name: no panic, and the same claims as without these
//! names, but for who their sources are.

use std::sync::LazyLock;

use ascribe::wire::{
    InputDocument, Limits, OutputOptions, input_document, message_of_json, output_options, v1,
};
use ascribe_engine::{Claim, Context, Extractor, Span};
use prost::Message;

static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(Extractor::default);

/// Texts up to here are read, in bytes.
const READ_BYTES: usize = 256;

/// Reads `bytes` as the service does and, where they are a request for a short text, its claims.
pub(crate) fn check(bytes: &[u8]) {
    let limits = Limits::default();
    let Ok(message) = message_of_json("ExtractClaimsRequest", bytes, limits.max_request_bytes) else {
        return;
    };
    let request = v1::ExtractClaimsRequest::decode(message.as_slice());
    let v1::ExtractClaimsRequest { document, options } =
        request.expect("what was made of JSON is that message");
    let document = input_document(document, "document", &limits);
    let options = output_options(options, "options", &limits);
    if let (Ok(document), Ok(options)) = (document, options) {
        check_claims(&document, &options);
    }
}

fn check_claims(document: &InputDocument, options: &OutputOptions) {
    let text = document.text.as_str();
    if text.len() > READ_BYTES {
        return;
    }
    let with_names =
        Context { published: document.published, aliases: &options.aliases, ..Context::default() };
    let without = Context { published: document.published, ..Context::default() };
    let names = |context: Context<'_>| EXTRACTOR.work(text, context).search_bytes;
    assert_eq!(names(without), 0);
    assert!(options.aliases.is_empty() || names(with_names) > text.len());
    let [known, unknown] =
        [with_names, without].map(|context| EXTRACTOR.extract_in(text, context).into_all());
    assert_eq!(parts(&known), parts(&unknown), "{text:?} {:?}", options.aliases);
    for claim in &known {
        let Some(source) = &claim.source else { continue };
        let is_in_text = source.resolved_span.is_none_or(|span| span.slice(text) == source.resolved_name);
        assert!(is_in_text && !source.resolved_name.is_empty(), "{claim:?} in {text:?}");
    }
}

/// Where sources, cues and contents stand.
fn parts(claims: &[Claim]) -> Vec<[&[Span]; 3]> {
    claims.iter().map(parts_of).collect()
}

fn parts_of(claim: &Claim) -> [&[Span]; 3] {
    let Claim { source, cue, content, .. } = claim;
    let source = source.as_ref().map_or(&[][..], |source| source.spans.as_slice());
    [source, cue.as_ref().map_or(&[][..], |cue| cue.spans.as_slice()), content.spans.as_slice()]
}
