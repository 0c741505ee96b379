//! Claims -> those that are wanted, and which of these holds each.

use super::Claim;

/// The confidence below which the doors leave a claim out unless they are told otherwise: where PolNeAR's F1 is best.
/// What is left out is right in a quarter of cases.
pub const DEFAULT_MIN_CONFIDENCE: f32 = 0.35;

/// A claim that was selected from a list. Both numbers are indices into that list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Selected {
    /// The claim.
    pub claim: usize,
    /// The nearest of those that hold it which was selected too.
    pub parent: Option<usize>,
}

/// The claims whose indices `is_wanted` says yes to, in the same order.
#[must_use]
pub fn select(claims: &[Claim], is_wanted: impl Fn(usize) -> bool) -> Vec<Selected> {
    let wanted: Vec<bool> = (0..claims.len()).map(is_wanted).collect();
    let nearest = nearest(claims, &wanted).into_iter().enumerate();
    nearest.filter(|&(claim, _)| wanted[claim]).map(|(claim, parent)| Selected { claim, parent }).collect()
}

/// The claims of at least that confidence, in the same order. One whose parent is left out gets the nearest
/// ancestor that stays.
#[must_use]
pub fn with_min_confidence(claims: Vec<Claim>, min_confidence: f32) -> Vec<Claim> {
    let selected = select(&claims, |claim| claims[claim].confidence >= min_confidence);
    let new_index = |old: usize| selected.binary_search_by_key(&old, |it| it.claim).ok();
    let parents: Vec<Option<usize>> = selected.iter().map(|it| it.parent.and_then(new_index)).collect();
    let stay = claims.into_iter().filter(|claim| claim.confidence >= min_confidence);
    stay.zip(parents).map(|(claim, parent)| Claim { parent, ..claim }).collect()
}

/// For each claim the nearest of those that hold it which is wanted. Each chain of parents is walked once, so that the
/// walk ends even on a list that is wrong.
fn nearest(claims: &[Claim], wanted: &[bool]) -> Vec<Option<usize>> {
    let mut nearest = vec![None; claims.len()];
    let mut walked = vec![false; claims.len()];
    let mut chain = Vec::new();
    for claim in 0..claims.len() {
        let mut link = claim;
        let found = loop {
            if walked[link] {
                break nearest[link];
            }
            walked[link] = true;
            chain.push(link);
            match claims[link].parent {
                Some(parent) if !wanted[parent] => link = parent,
                parent => break parent,
            }
        };
        for link in chain.drain(..) {
            nearest[link] = found;
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Content;

    fn claims(parents: &[Option<usize>]) -> Vec<Claim> {
        parents.iter().map(|&parent| Claim { parent, ..Claim::new(Content::new(Vec::new())) }).collect()
    }

    #[test]
    fn who_is_left_out_is_passed_over() {
        // 3 in 1 in 4 in 0; 2 in 4.
        let claims = claims(&[None, Some(4), Some(4), Some(1), Some(0)]);
        let parents = |kept: &[usize]| {
            let wanted: Vec<bool> = (0..claims.len()).map(|claim| kept.contains(&claim)).collect();
            nearest(&claims, &wanted)
        };
        assert_eq!(parents(&[0, 1, 2, 3, 4]), [None, Some(4), Some(4), Some(1), Some(0)]);
        assert_eq!(parents(&[0, 2, 3]), [None, Some(0), Some(0), Some(0), Some(0)]);
        assert_eq!(parents(&[3, 4]), [None, Some(4), Some(4), Some(4), None]);
        assert_eq!(parents(&[]), [None; 5]);
    }

    #[test]
    fn a_circle_ends() {
        let claims = claims(&[Some(1), Some(2), Some(0), Some(2)]);
        assert_eq!(nearest(&claims, &[false; 4]), [None; 4]);
        assert_eq!(nearest(&claims, &[true, false, false, false]), [Some(0); 4]);
    }

    #[test]
    fn a_claim_moves_to_the_nearest_that_is_sure_enough() {
        let mut claims = claims(&[None, Some(0), Some(1), Some(2)]);
        for (claim, confidence) in claims.iter_mut().zip([0.2, 0.9, 0.1, 0.8]) {
            claim.confidence = confidence;
        }
        let selected = select(&claims, |claim| claims[claim].confidence > 0.5);
        assert_eq!(selected, [Selected { claim: 1, parent: None }, Selected { claim: 3, parent: Some(1) }]);
        let sure = with_min_confidence(claims, 0.5);
        assert_eq!(sure.iter().map(|claim| claim.parent).collect::<Vec<_>>(), [None, Some(0)]);
    }
}
