//! Which known name an unknown one was to be: for settings, fields, columns, options of files.
//!
//! In: a name that nobody knows, and those that there are. Out: the one that it is most like, if it is like one at all.

/// From 0 for nothing in common to 1 for the same (Jaro and Winkler).
const LIKE_ENOUGH: f64 = 0.85;

/// The name of `known` that `unknown` is most like, whatever the case of its letters and however its words are joined:
/// `publishTime` is like `publish_time`. None where it is like none.
pub(crate) fn meant<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let unknown = plain(unknown);
    let likeness = |name: &'a str| (strsim::jaro_winkler(&unknown, &plain(name)), name);
    let nearest = known.into_iter().map(likeness).max_by(|(left, _), (right, _)| left.total_cmp(right));
    nearest.filter(|(likeness, _)| *likeness >= LIKE_ENOUGH).map(|(_, name)| name)
}

/// `publishTime`, `publish_time`, `Publish-Time` -> `publishtime`.
fn plain(name: &str) -> String {
    name.chars().filter(|character| !"_- .".contains(*character)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn a_name_is_meant_that_differs_in_a_letter_or_in_how_its_words_are_joined() {
        let known = ["text", "speaker", "publish_time", "document_id"];
        for (unknown, name) in [
            ("publishTime", Some("publish_time")),
            ("Speaker", Some("speaker")),
            ("speeker", Some("speaker")),
            ("texts", Some("text")),
            ("DOCUMENT-ID", Some("document_id")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(meant(unknown, known), name, "{unknown}");
        }
    }
}
