//! The lexicon, page by page.

use prost::Message;

use super::caller::Caller;
use crate::serve::status::Failure;
use crate::serve::work::document_reader::DocumentReader;
use crate::serve::work::engine::Engine;
use crate::serve::work::pool::Ticket;
use crate::wire::{cue_entry, v1};
use ascribe_engine::{Lexicon, Work};

/// The entries on a page when the caller asks for no size.
const DEFAULT_PAGE: usize = 50;
/// At most this many entries stand on a page.
const LARGEST_PAGE: usize = 1000;
/// The bytes that an entry takes in a response beside its own encoded length, and those of the token after the last.
const ENTRY_OVERHEAD: usize = 8;
const TOKEN_BYTES: usize = 64;

/// A worker makes an entry of a page in about the time in which it looks for so many bytes of quotations.
const BYTES_OF_AN_ENTRY: usize = 256;

/// Has a worker make the page of the lexicon that `request` asks for.
pub(crate) async fn list(
    reader: &DocumentReader,
    request: v1::ListCuesRequest,
    caller: Caller,
) -> Result<v1::ListCuesResponse, Failure> {
    let work = Work::searching(size(&request)? * BYTES_OF_AN_ENTRY);
    caller.permit.wait(reader, work)?;
    let max_bytes = reader.limits().max_response_bytes;
    let run = move |engine: &dyn Engine, _: &Ticket<'_>| Some(page(engine.lexicon(), &request, max_bytes));
    reader.work(work, run, &caller.call, caller.permit).await?
}

/// How many entries stand on the page, at most.
fn size(request: &v1::ListCuesRequest) -> Result<usize, Failure> {
    match usize::try_from(request.page_size) {
        Ok(0) => Ok(DEFAULT_PAGE),
        Ok(size) => Ok(size.min(LARGEST_PAGE)),
        Err(_) => Err(Failure::field("page_size", format!("{} is negative", request.page_size))),
    }
}

/// The page of the lexicon that `request` asks for, in at most `max_bytes` unless one entry alone is larger.
fn page(
    lexicon: &Lexicon,
    request: &v1::ListCuesRequest,
    max_bytes: usize,
) -> Result<v1::ListCuesResponse, Failure> {
    let size = size(request)?;
    let start = match request.page_token.as_str() {
        "" => 0,
        token => start_of(token, lexicon).ok_or_else(|| {
            Failure::field("page_token", "is not a next_page_token of the lexicon that is in use now")
        })?,
    };
    let mut room = max_bytes.saturating_sub(TOKEN_BYTES);
    let mut cues = Vec::new();
    for entry in lexicon.entries().iter().skip(start).take(size) {
        let cue = cue_entry(entry);
        let needed = cue.encoded_len() + ENTRY_OVERHEAD;
        if needed > room && !cues.is_empty() {
            break;
        }
        room = room.saturating_sub(needed);
        cues.push(cue);
    }
    let next = start + cues.len();
    let next_page_token = if next < lexicon.entries().len() { token(next, lexicon) } else { String::new() };
    Ok(v1::ListCuesResponse { cues, next_page_token })
}

/// Names the page that begins with an entry: the lexicon's version, then the entry in hexadecimal.
fn token(start: usize, lexicon: &Lexicon) -> String {
    format!("{}{start:08x}", lexicon.version())
}

/// The entry that a token names, if it is one of ours for this lexicon.
fn start_of(token: &str, lexicon: &Lexicon) -> Option<usize> {
    let digits = token.strip_prefix(lexicon.version())?;
    let start = usize::from_str_radix(digits, 16).ok()?;
    (digits.len() == 8 && start < lexicon.entries().len()).then_some(start)
}
