//! What makes an answer doubtful. In: a text, and what its caller knows of it. Out: notices, and whether the text is one
//! that can be read at all.
//!
//! Nothing here changes a claim; of a text that surely is in another language none are looked for. All of it looks at the
//! letters alone, before anything is read, and takes less than a hundredth of what reading takes.

mod notice;
mod letters; //       a stretch of text -> how many letters and telling words it has
mod language; //      a text -> whether it is English
mod html; //          a text -> whether it looks like HTML, and what of it is prose
mod json; //          a text -> whether it is JSON
mod mojibake; //      a text -> whether its characters are broken
mod transcript; //    a text -> whether its lines begin with who speaks
mod shared_names; //  aliases -> whether two of them share a name

pub use notice::{Notice, NoticeReason};

use crate::coreference::Alias;
use crate::lexicon::TellingWords;
use crate::text::{IsCancelled, Watch};

/// What was noticed of a text.
#[derive(Debug)]
pub(crate) struct Noticed {
    /// What is told of it, in the order of [`NoticeReason`].
    pub(crate) notices: Vec<Notice>,
    /// Whether it is to be read.
    pub(crate) is_read: bool,
}

/// Who says which language a text is in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum LanguageOf {
    /// The text: it is looked for.
    #[default]
    Text,
    /// The caller says that it is English.
    Caller,
}

/// What is noticed of `text`, and of the aliases that its caller gives. Nothing once the work is called off.
pub(crate) fn notices_of(
    text: &str,
    aliases: &[Alias],
    language: LanguageOf,
    telling: &TellingWords,
    cancelled: IsCancelled<'_>,
) -> Option<Noticed> {
    let watch = Watch::new(cancelled);
    let markup = html::Markup::of(text);
    watch.ask()?;
    let reading = match language {
        LanguageOf::Caller => language::Reading::English,
        LanguageOf::Text => language::reading(text, &markup.prose(text), telling),
    };
    watch.ask()?;
    let is_read = !matches!(reading, language::Reading::Other(_));
    let mut notices: Vec<Notice> = match reading {
        language::Reading::English => None,
        language::Reading::Mixed(notice) | language::Reading::Other(notice) => Some(notice),
    }
    .into_iter()
    .chain(markup.notice(text))
    .chain(json::notice(text))
    .chain(mojibake::notice(text))
    .collect();
    watch.ask()?;
    notices.extend(transcript::notice(text));
    notices.extend(shared_names::notices(text, aliases, &watch)?);
    Some(Noticed { notices, is_read })
}
