//! Claims, some of them left out -> which of those that stay holds each.

use super::Claim;

/// For each claim the nearest of those that hold it which is kept. Each chain of parents is walked once, so
/// that the walk ends even on a list that is wrong.
#[must_use]
pub fn nearest_kept(claims: &[Claim], kept: impl Fn(usize) -> bool) -> Vec<Option<usize>> {
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
                Some(parent) if !kept(parent) => link = parent,
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
    use crate::claims::{Content, Explanation, QuotationKind};
    use crate::lexicon::{AttributionType, SpeechAct};

    fn claims(parents: &[Option<usize>]) -> Vec<Claim> {
        let claim = |&parent: &Option<usize>| Claim {
            parent,
            kind: QuotationKind::Indirect,
            attribution_type: AttributionType::Communication,
            act: SpeechAct::Assertion,
            source: None,
            cue: None,
            content: Content { spans: Vec::new() },
            negated: false,
            hedged: false,
            addressee: None,
            medium: None,
            time: None,
            confidence: 1.0,
            explanation: Explanation {
                frame: "",
                cue_entry: String::new(),
                source_confidence: 1.0,
                cue_confidence: 1.0,
                content_confidence: 1.0,
            },
        };
        parents.iter().map(claim).collect()
    }

    #[test]
    fn who_is_left_out_is_passed_over() {
        // 3 in 1 in 4 in 0; 2 in 4.
        let claims = claims(&[None, Some(4), Some(4), Some(1), Some(0)]);
        let kept = |kept: &'static [usize]| nearest_kept(&claims, move |claim| kept.contains(&claim));
        assert_eq!(kept(&[0, 1, 2, 3, 4]), [None, Some(4), Some(4), Some(1), Some(0)]);
        assert_eq!(kept(&[0, 2, 3]), [None, Some(0), Some(0), Some(0), Some(0)]);
        assert_eq!(kept(&[3, 4]), [None, Some(4), Some(4), Some(4), None]);
        assert_eq!(kept(&[]), [None; 5]);
    }

    #[test]
    fn a_circle_ends() {
        let claims = claims(&[Some(1), Some(2), Some(0), Some(2)]);
        assert_eq!(nearest_kept(&claims, |_| false), [None; 4]);
        assert_eq!(nearest_kept(&claims, |claim| claim == 0), [Some(0); 4]);
    }
}
