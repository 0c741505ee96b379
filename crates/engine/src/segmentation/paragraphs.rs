//! Text -> the stretches that are paragraphs.
//!
//! A line break of any kind ends a paragraph, as news sites write them. Press releases and e-mail wrap their
//! lines at 60 to 80 columns instead and mark paragraphs by a blank line; their single breaks are rejoined:
//!
//! - a line *runs on* when it is at least [`LONG_ENOUGH`] columns wide, doesn't end a sentence, and the next
//!   line begins with a small letter ("… the mayor said on\nTuesday that the bridge …" has that at other
//!   breaks). Such a break is inside a paragraph.
//! - a block of lines without a blank one between them is *wrapped* when at least one of its lines runs on and
//!   none is wider than [`WIDEST_WRAP`]. In it a break is also inside a paragraph when the line before it is
//!   full: the first word of the next line would not have fit into the block's width. That keeps
//!   "… bridge.\nThe mayor …" together where a sentence happens to end with its line.

use crate::text::Span;

/// Columns from which a line may have been wrapped.
const LONG_ENOUGH: usize = 45;
/// Columns up to which text is wrapped by hand or by a mail program.
const WIDEST_WRAP: usize = 100;

/// One line with letters or other marks in it.
struct Line {
    span: Span,
    columns: usize,
    /// Columns of its first word.
    first_word: usize,
    runs_on: bool,
}

/// Calls `visit` with each paragraph's stretch of `text`, in order. A stretch isn't empty and holds more than
/// white space as ASCII has it; it may have white space at its ends.
pub(super) fn for_each(text: &str, mut visit: impl FnMut(Span)) {
    let mut block: Vec<Span> = Vec::new();
    let mut lines: Vec<Line> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = line_end(text.as_bytes(), at);
        let line = Span::new(at, end);
        at = end + break_length(text.as_bytes(), end);
        if line.slice(text).trim_ascii().is_empty() {
            visit_block(text, &block, &mut lines, &mut visit);
            block.clear();
        } else {
            block.push(line);
        }
    }
    visit_block(text, &block, &mut lines, &mut visit);
}

/// Calls `visit` with the paragraphs of a block of lines between blank ones.
fn visit_block(text: &str, block: &[Span], lines: &mut Vec<Line>, visit: &mut impl FnMut(Span)) {
    let [first, rest @ ..] = block else { return };
    if rest.is_empty() {
        visit(*first);
        return;
    }
    lines.clear();
    lines.extend(block.iter().map(|span| measure(text, *span)));
    for index in 1..lines.len() {
        let next_begins_small =
            text[lines[index].span.start..].trim_ascii_start().starts_with(char::is_lowercase);
        let line = &mut lines[index - 1];
        line.runs_on =
            line.columns >= LONG_ENOUGH && next_begins_small && !ends_sentence(line.span.slice(text));
    }
    let width = lines.iter().map(|line| line.columns).max().unwrap_or(0);
    let wrapped = width <= WIDEST_WRAP && lines.iter().any(|line| line.runs_on);
    let mut start = first.start;
    for pair in lines.windows(2) {
        let full = pair[0].columns + 1 + pair[1].first_word > width;
        let joined = pair[0].runs_on || wrapped && full && pair[0].columns >= LONG_ENOUGH;
        if !joined {
            visit(Span::new(start, pair[0].span.end));
            start = pair[1].span.start;
        }
    }
    visit(Span::new(start, lines[lines.len() - 1].span.end));
}

fn measure(text: &str, span: Span) -> Line {
    let line = span.slice(text).trim_ascii();
    let word = line.split_ascii_whitespace().next().unwrap_or(line);
    Line { span, columns: columns(line), first_word: columns(word), runs_on: false }
}

/// Characters, counted as the bytes that don't continue one.
fn columns(text: &str) -> usize {
    text.bytes().filter(|byte| byte & 0xC0 != 0x80).count()
}

/// Whether a line ends with what ends a sentence or announces a list, inside quotation marks or brackets too.
fn ends_sentence(line: &str) -> bool {
    let line = line.trim_end_matches(|character: char| {
        character.is_whitespace() || matches!(character, '"' | '\'' | '’' | '”' | '»' | ')' | ']')
    });
    line.ends_with(['.', '!', '?', ':', ';', '…'])
}

/// Where the line that begins at `start` ends: before its break, or at the end of the text.
fn line_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while at < bytes.len() {
        // Most chunks hold no break; a fold without an early end is compiled to vector instructions.
        if let Some(chunk) = bytes[at..].first_chunk::<32>()
            && !chunk.iter().fold(false, |found, byte| found | may_begin_break(*byte))
        {
            at += chunk.len();
        } else if may_begin_break(bytes[at]) && break_length(bytes, at) > 0 {
            return at;
        } else {
            at += 1;
        }
    }
    at
}

/// Whether a byte is or begins one of the characters that break lines.
fn may_begin_break(byte: u8) -> bool {
    matches!(byte, b'\n'..=b'\r' | 0xC2 | 0xE2)
}

/// The length of the line break at `at`; 0 if there is none. C2 85 is the "next line" of Unicode, E2 80 A8 and A9
/// are its line and paragraph separators.
fn break_length(bytes: &[u8], at: usize) -> usize {
    match bytes[at..] {
        [b'\r', b'\n', ..] | [0xC2, 0x85, ..] => 2,
        [b'\n'..=b'\r', ..] => 1,
        [0xE2, 0x80, 0xA8 | 0xA9, ..] => 3,
        _ => 0,
    }
}
