//! Claims -> those that are sure enough.

use super::Claim;
use super::ancestors::nearest_kept;

/// The confidence below which the doors leave a claim out unless they are told otherwise: where PolNeAR's F1 is best.
/// What is left out is right in a quarter of cases.
pub const DEFAULT_MIN_CONFIDENCE: f32 = 0.35;

/// The claims of at least that confidence, in the same order. One whose parent is left out gets the nearest
/// ancestor that stays.
#[must_use]
pub fn confident(claims: Vec<Claim>, min_confidence: f32) -> Vec<Claim> {
    let mut kept = 0;
    let new_index: Vec<Option<usize>> = claims
        .iter()
        .map(|claim| {
            (claim.confidence >= min_confidence).then(|| {
                kept += 1;
                kept - 1
            })
        })
        .collect();
    let nearest = nearest_kept(&claims, |claim| new_index[claim].is_some());
    claims
        .into_iter()
        .zip(nearest)
        .zip(&new_index)
        .filter(|(_, index)| index.is_some())
        .map(|((claim, parent), _)| Claim { parent: parent.and_then(|parent| new_index[parent]), ..claim })
        .collect()
}
