//! Any bytes as a lexicon file: no panic, an error that points into the file, or entries by which cues are found.

use std::sync::LazyLock;

use ascribe_engine::Lexicon;
use ascribe_engine::rooms::CueFinder;
use ascribe_engine::rooms::segment;

static EMBEDDED: LazyLock<Lexicon> = LazyLock::new(Lexicon::embedded);

/// Bytes that are no UTF-8 never come this far.
pub(crate) fn check(bytes: &[u8]) {
    let Ok(file) = std::str::from_utf8(bytes) else { return };
    let lexicon = match Lexicon::from_file(file) {
        Ok(lexicon) => lexicon,
        Err(error) => {
            let lines = 1..=file.lines().count();
            assert!(!error.faults.is_empty(), "{error:?}");
            assert!(error.faults.iter().all(|fault| lines.contains(&fault.line)), "{error:?} in {file:?}");
            assert!(!error.to_string().is_empty());
            let extension = EMBEDDED.extended_by(file).expect_err("a file is wrong for both");
            assert_eq!(extension, error);
            return;
        }
    };
    let finder = CueFinder::new(lexicon.clone());
    for entry in lexicon.entries() {
        assert!(!entry.lemma.is_empty() && !entry.forms.is_empty() && !entry.frames.is_empty(), "{entry:?}");
        for form in &entry.forms {
            for candidate in finder.find(&segment(&form.text)) {
                assert!(finder.readings(&candidate).next().is_some(), "{candidate:?} in {form:?}");
            }
        }
    }
    let extended = EMBEDDED.extended_by(file).expect("a file is right for both");
    let own = extended.entries().iter().rev().take(lexicon.entries().len());
    assert!(own.eq(lexicon.entries().iter().rev()), "the file's entries come last");
}
