//! Whether a quotation that isn't there word by word is from a passage nonetheless: altered, or absent.
//!
//! Common words in the order of common phrases prove nothing; rare words in a row do. The numbers are those of a
//! logistic regression over contents of news articles that were altered by rule, against contents of other articles
//! and the passages that came nearest to these; rounded.

use crate::verification::reading::Evidence;

/// Less weight than this is found anywhere: one word that the text has several times, five function words.
const LEAST_HELD: f32 = 0.75;

/// For how much of the quotation's weight the passage holds, from 0 to 1.
const OF_SHARE: f32 = 12.0;
/// For how many of its words, from 0 to 1.
const OF_SIMILARITY: f32 = 14.0;
/// For the logarithm of the weight of the longest run of words in a row.
const OF_LONGEST: f32 = 5.5;
/// Against the share of the passage that the quotation leaves out.
const OF_LEFT_OUT: f32 = 8.0;
/// What all that must come to.
const THRESHOLD: f32 = 20.0;

/// How sure it is that a quotation is from the passage that the evidence is of: above 0 it is.
pub(crate) fn score(evidence: &Evidence) -> f32 {
    let total = evidence.held + evidence.missing;
    let share = if total > 0.0 { evidence.held / total } else { 0.0 };
    OF_SHARE * share + OF_SIMILARITY * evidence.similarity + OF_LONGEST * evidence.longest.ln_1p()
        - OF_LEFT_OUT * evidence.left_out
        - THRESHOLD
}

/// Whether a quotation is from the passage that the evidence is of.
pub(crate) fn is_from(evidence: &Evidence) -> bool {
    evidence.held >= LEAST_HELD && score(evidence) > 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_words_in_a_row_prove_more_than_common_ones() {
        let half = Evidence { similarity: 0.5, held: 3.0, missing: 3.0, longest: 3.0, left_out: 0.0 };
        assert!(is_from(&half));
        assert!(!is_from(&Evidence { longest: 1.0, ..half }));
        assert!(!is_from(&Evidence { held: 0.6, missing: 0.1, longest: 0.6, ..half }));
        assert!(!is_from(&Evidence { left_out: 0.5, ..half }));
    }
}
