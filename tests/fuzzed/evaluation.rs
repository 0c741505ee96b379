//! Any bytes as files of articles, in the form of `evaluate` or as answers of `extract`: no panic, an error that
//! points into the file, or figures between 0 and 100.

use ascribe::evaluation::{Article, articles, compare, disagreements, field_figures, figures};

/// What stands between gold and what was predicted. Without it gold is compared with itself.
const BETWEEN: char = '\u{c}';

/// Compares gold with what was predicted, and with that flattened.
pub(crate) fn check(bytes: &[u8]) {
    let Ok(file) = std::str::from_utf8(bytes) else { return };
    let (gold, predicted) = file.split_once(BETWEEN).unwrap_or((file, file));
    let (Some(gold), Some(predicted)) = (read(gold), read(predicted)) else { return };
    let flat: Vec<Article> = predicted.iter().cloned().map(Article::flattened).collect();
    for predicted in [&predicted, &flat] {
        let Ok(comparisons) = compare(&gold, predicted) else { return };
        let figures = figures(&comparisons).followed_by(field_figures(&comparisons));
        for (name, row) in figures.rows() {
            assert!(row.right <= row.predicted && row.right <= row.gold, "{name}: {row:?} in {file:?}");
            for percent in [row.precision(), row.recall(), row.f1()] {
                assert!((0.0..=100.0).contains(&percent), "{name}: {row:?} in {file:?}");
            }
        }
        assert!(!figures.to_string().is_empty());
        for disagreement in disagreements(&comparisons) {
            assert!(!disagreement.to_string().is_empty());
        }
    }
}

fn read(file: &str) -> Option<Vec<Article>> {
    let read = articles(file);
    if let Err(error) = &read {
        assert!((1..=file.lines().count()).contains(&error.line), "{error:?} in {file:?}");
        assert!(!error.fault.is_empty());
    }
    read.ok()
}
