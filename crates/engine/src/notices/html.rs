//! Whether a text looks like HTML, and which pieces of it are none.

use memchr::{memchr, memchr2_iter};

use super::notice::{Notice, NoticeReason, shown};
use crate::text::Span;

/// Elements that texts from the web are made of.
const ELEMENTS: [&str; 52] = [
    "a",
    "abbr",
    "article",
    "aside",
    "b",
    "blockquote",
    "body",
    "br",
    "button",
    "cite",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "li",
    "link",
    "main",
    "meta",
    "nav",
    "ol",
    "p",
    "picture",
    "pre",
    "script",
    "section",
    "small",
    "span",
    "strong",
    "style",
    "table",
    "td",
    "tr",
    "ul",
];

/// Elements that have no end tag.
const VOID: [&str; 6] = ["br", "hr", "img", "input", "link", "meta"];

/// Elements whose content is no text.
const CODE: [&str; 2] = ["script", "style"];

/// Names of character references.
const REFERENCES: [&str; 24] = [
    "amp", "apos", "bull", "copy", "eacute", "egrave", "euro", "gt", "hellip", "laquo", "ldquo", "lsquo",
    "lt", "mdash", "middot", "nbsp", "ndash", "ouml", "pound", "quot", "raquo", "rdquo", "rsquo", "uuml",
];

/// At most so many bytes stand between "<" and ">".
const LONGEST_TAG: usize = 2_048;

/// At most so many bytes stand between "&" and ";".
const LONGEST_REFERENCE: usize = 8;

/// So many character references are more than a slip.
const FEWEST_REFERENCES: usize = 2;

/// The markup of a text.
#[derive(Debug, Default)]
pub(super) struct Markup {
    tags: Vec<Tag>,
    references: usize,
    first_reference: Option<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tag {
    span: Span,
    sort: Sort,
    /// One of [`CODE`] begins.
    is_code: bool,
}

/// What a tag tells of whether a text is HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    /// "<b>" alone may be a text's own, or a company's sign on an exchange.
    Start,
    /// "</b>", "<br>", "<a href=…>".
    Telling,
    /// "<!doctype html>", "<html>".
    Declaration,
}

impl Markup {
    /// The markup of `text`.
    pub(super) fn of(text: &str) -> Self {
        let mut markup = Self::default();
        let mut from = 0;
        for at in memchr2_iter(b'<', b'&', text.as_bytes()) {
            if at < from {
                continue;
            }
            if text.as_bytes()[at] == b'&' {
                if let Some(end) = reference(text, at) {
                    markup.references += 1;
                    markup.first_reference.get_or_insert(Span::new(at, end));
                }
            } else if let Some(tag) = tag(text, at) {
                from = tag.span.end;
                markup.tags.push(tag);
            }
        }
        markup
    }

    fn has_tags(&self) -> bool {
        let has = |sort| self.tags.iter().any(|tag| tag.sort == sort);
        has(Sort::Declaration) || (self.tags.len() > 1 && has(Sort::Telling))
    }

    /// A notice where the text looks like HTML.
    pub(super) fn notice(&self, text: &str) -> Option<Notice> {
        let notice = |message, span| Some(Notice::new(NoticeReason::LooksLikeHtml, message, Some(span)));
        if self.has_tags() {
            let (first, count) = (self.tags.first()?.span, self.tags.len());
            let message = format!(
                "the text looks like HTML, {count} tags such as {}: claims may have markup in them; give the text that a \
                 browser shows",
                shown(first.slice(text))
            );
            return notice(message, first);
        }
        let first = self.first_reference.filter(|_| self.references >= FEWEST_REFERENCES)?;
        let message = format!(
            "the text has HTML's character references, {} such as {}: quotation marks may be among them; decode them \
             first",
            self.references,
            shown(first.slice(text))
        );
        notice(message, first)
    }

    /// The pieces of `text` that are no tags, scripts and styles, if it looks like HTML; else all of it.
    pub(super) fn prose(&self, text: &str) -> Vec<Span> {
        if !self.has_tags() {
            return vec![Span::new(0, text.len())];
        }
        let mut pieces = Vec::with_capacity(self.tags.len() + 1);
        let (mut from, mut is_code) = (0, false);
        for tag in &self.tags {
            if !is_code && from < tag.span.start {
                pieces.push(Span::new(from, tag.span.start));
            }
            (from, is_code) = (tag.span.end, tag.is_code);
        }
        if !is_code {
            pieces.push(Span::new(from, text.len()));
        }
        pieces
    }
}

/// The tag that begins at a "<".
fn tag(text: &str, start: usize) -> Option<Tag> {
    let bytes = text.as_bytes().get(start + 1..)?;
    let window = &bytes[..bytes.len().min(LONGEST_TAG)];
    let inner = &window[..memchr(b'>', window)?];
    if memchr(b'<', inner).is_some() {
        return None;
    }
    let span = Span::new(start, start + inner.len() + 2);
    let tag = |sort, is_code| Some(Tag { span, sort, is_code });
    if inner.first() == Some(&b'!') {
        let is_doctype = inner.get(1..8).is_some_and(|it| it.eq_ignore_ascii_case(b"doctype"));
        if is_doctype {
            return tag(Sort::Declaration, false);
        }
        return if inner.starts_with(b"!--") { tag(Sort::Telling, false) } else { None };
    }
    let is_end = inner.first() == Some(&b'/');
    let inner = &inner[usize::from(is_end)..];
    let length = inner.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(inner.len());
    let (name, rest) = inner.split_at(length);
    let is_one_of = |names: &[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
    if !is_one_of(&ELEMENTS) || rest.first().is_some_and(|byte| !byte.is_ascii_whitespace() && *byte != b'/')
    {
        return None;
    }
    let is_small = name.iter().all(|byte| !byte.is_ascii_uppercase());
    let sort = if is_one_of(&["html"]) {
        Sort::Declaration
    } else if is_end || memchr(b'=', rest).is_some() || (is_small && is_one_of(&VOID)) {
        Sort::Telling
    } else {
        Sort::Start
    };
    tag(sort, !is_end && is_one_of(&CODE))
}

/// The end of the character reference that begins at a "&".
fn reference(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes().get(start + 1..)?;
    let window = &bytes[..bytes.len().min(LONGEST_REFERENCE + 1)];
    let name = &window[..memchr(b';', window)?];
    let is_number =
        |digits: &[u8], is_digit: fn(&u8) -> bool| !digits.is_empty() && digits.iter().all(is_digit);
    let is_reference = match name {
        [b'#', b'x' | b'X', digits @ ..] => is_number(digits, u8::is_ascii_hexdigit),
        [b'#', digits @ ..] => is_number(digits, u8::is_ascii_digit),
        name => REFERENCES.iter().any(|known| known.as_bytes() == name),
    };
    is_reference.then_some(start + name.len() + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> Option<String> {
        Markup::of(text).notice(text).map(|notice| notice.message)
    }

    #[test]
    fn tags_in_earnest_are_html() {
        for (text, tags, first) in [
            ("<p>Ruiz said no.</p>", 2, "<p>"),
            ("Ruiz said no.<br>Palmer said yes.<br/>", 2, "<br>"),
            (
                "He told the <a href=\"https://x.example/a\">paper</a> so.",
                2,
                "<a href=\"https://x.example/a\">",
            ),
            ("<!DOCTYPE html> Ruiz said no.", 1, "<!DOCTYPE html>"),
            ("<P>RUIZ SAID</P>", 2, "<P>"),
        ] {
            let expected =
                format!("the text looks like HTML, {tags} tags such as “{first}”: claims may have markup");
            let message = message(text).expect(text);
            assert!(message.starts_with(&expected), "{message}");
        }
    }

    #[test]
    fn other_marks_are_none() {
        for text in [
            "",
            "I <3 this, and a < b > c.",
            "Sears <S> and Phillips <P> fell; Toronto Dominion <TD> and <BR> rose.",
            "Use the <b> tag.",
            "if (a<b && b>c)",
            "AT&T; R&D; Q&A",
            "Fish &amp; chips",
            "<p",
            "<",
            "&",
            "<ana.ruiz@paper.example> and <joe@paper.example>",
        ] {
            assert_eq!(message(text), None, "{text}");
        }
    }

    #[test]
    fn character_references_are_told_from_two_on() {
        let message = message("Ruiz said &ldquo;no&#8221;.").expect("they are two");
        assert!(message.contains("2 such as “&ldquo;”"), "{message}");
    }

    #[test]
    fn prose_is_what_stands_between_tags() {
        let text = "<html><style>p {}</style><p>Ruiz</p> said <b>no</b>.<script>let a = 1;";
        let pieces = Markup::of(text).prose(text);
        let pieces: Vec<&str> = pieces.iter().map(|piece| piece.slice(text)).collect();
        assert_eq!(pieces, ["Ruiz", " said ", "no", "."]);
        assert_eq!(Markup::of("a < b").prose("a < b"), [Span::new(0, 5)]);
    }
}
