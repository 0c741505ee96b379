//! One thing that makes an answer doubtful.

use crate::text::Span;

/// Something that makes an answer doubtful, or that was passed over.
///
/// ```
/// use ascribe_engine::{Extractor, NoticeReason};
///
/// let found = Extractor::default().extract("<p>“The dam leaks,” said Ana Ruiz.</p>");
/// let notice = &found.notices()[0];
/// assert_eq!(notice.reason, NoticeReason::LooksLikeHtml);
/// assert_eq!(notice.span.map(|span| span.slice(found.text())), Some("<p>"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Notice {
    /// What was noticed.
    pub reason: NoticeReason,
    /// The same in a sentence, with the value that it is about and what to do.
    pub message: String,
    /// Where in the text, the first time. None: it is about the whole text, or about what was given beside it.
    pub span: Option<Span>,
}

impl Notice {
    /// A notice about a place of the text, or about all of it.
    #[must_use]
    pub const fn new(reason: NoticeReason, message: String, span: Option<Span>) -> Self {
        Self { reason, message, span }
    }
}

/// What can be noticed of a text and of what is given beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoticeReason {
    /// The text, or the part that the span begins, is in another language than English. Of a whole text in another language
    /// there are no claims, unless the caller says that it is English.
    OtherLanguage,
    /// The text looks like HTML; claims of marked-up text have tags in them.
    LooksLikeHtml,
    /// The text looks like JSON.
    LooksLikeJson,
    /// The text was decoded by the wrong encoding at some time: "â€œ" for a quotation mark.
    Mojibake,
    /// The text is a transcript: who speaks is given by names at the start of lines, which news seldom has.
    LooksLikeTranscript,
    /// Two people whom the caller knows share a name: it stands for the first of them.
    AmbiguousAlias,
    /// The date of publication can't be read, so that times are not resolved. Made by those who read files.
    DateNotRead,
}

/// At most so many characters of a text are shown in a message.
const SHOWN: usize = 40;

/// A stretch of a text as messages show it: on one line, cut where it is long.
pub(super) fn shown(text: &str) -> String {
    let mut shown = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        if length >= SHOWN {
            break;
        }
        if length > 0 {
            shown.push(' ');
        }
        let rest = SHOWN - length;
        shown.extend(word.chars().take(rest));
        length += word.chars().take(rest + 1).count() + 1;
    }
    let is_cut = shown.split_whitespace().map(str::len).sum::<usize>()
        < text.split_whitespace().map(str::len).take(SHOWN + 1).sum::<usize>();
    if is_cut { format!("“{shown}…”") } else { format!("“{shown}”") }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn what_is_shown_is_short_and_on_one_line() {
        assert_eq!(shown(""), "“”");
        assert_eq!(shown("the  old\ndam"), "“the old dam”");
        assert_eq!(shown(&"é".repeat(41)), format!("“{}…”", "é".repeat(40)));
        assert_eq!(shown(&"é".repeat(40)), format!("“{}”", "é".repeat(40)));
        assert_eq!(shown(&"ab ".repeat(30)), format!("“{}…”", ["ab"; 14].join(" ").trim_end()));
    }
}
