//! What was noticed of an extraction's text -> its record.

use super::answer::Notice;
use super::offsets::Offsets;
use super::options::OffsetUnit;
use crate::extraction::Extraction;

/// The record of what makes an extraction doubtful, offsets in `unit`.
///
/// ```
/// use ascribe_engine::{Extractor, record};
///
/// let found = Extractor::default().extract("“Oui” &rdquo; &rdquo;");
/// let notices = record::notices(&found, record::OffsetUnit::CodePoints);
/// assert_eq!(notices[0].span.map(|span| (span.start, span.end)), Some((6, 13)));
/// ```
#[must_use]
pub fn notices(found: &Extraction<'_>, unit: OffsetUnit) -> Vec<Notice> {
    if found.notices().is_empty() {
        return Vec::new();
    }
    let offsets = Offsets::new(found.text(), unit, found.notices().iter().filter_map(|notice| notice.span));
    let record = |notice: &crate::notices::Notice| Notice {
        reason: notice.reason,
        message: notice.message.clone(),
        span: notice.span.map(|span| offsets.span(span)),
    };
    found.notices().iter().map(record).collect()
}
