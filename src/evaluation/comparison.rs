//! Gold and predicted articles -> their attributions as tokens, paired.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use thiserror::Error;

use super::article::{Article, Attribution, CodePoints};
use super::tokens::Tokens;

/// The roles that have figures of their own, in the order of their rows.
pub(super) const ROLES: [Role; 3] = [Role::Source, Role::Cue, Role::Content];

/// One article's attributions of both sides, and which of them belong together.
#[derive(Debug)]
pub struct Comparison<'a> {
    pub(super) id: &'a str,
    pub(super) text: &'a str,
    /// The fields that gold can't say.
    pub(super) unsaid: &'static [&'static str],
    pub(super) tokens: Tokens,
    pub(super) gold: Vec<Tokenized<'a>>,
    pub(super) predicted: Vec<Tokenized<'a>>,
    /// Indices into `gold` and `predicted`, each used once at most, best overlap first.
    pub(super) pairs: Vec<(usize, usize)>,
}

/// A part of an attribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Source,
    Cue,
    Content,
}

/// An attribution and the tokens of its roles, in the order of [`ROLES`].
#[derive(Debug)]
pub(super) struct Tokenized<'a> {
    pub(super) raw: &'a Attribution,
    /// Token ranges, those joined that only punctuation parts.
    pub(super) spans: [Vec<Range<usize>>; 3],
    /// The words in them, in order: no punctuation.
    pub(super) words: [Vec<usize>; 3],
}

/// Why two files can't be compared.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say what each error is")]
pub enum ComparisonError {
    #[error("the gold article {0:?} has no text")]
    NoText(String),
    #[error("the predicted file has the article {0:?}, which the gold file lacks")]
    Unknown(String),
    #[error("article {id:?}: the span {start}..{end} is empty or outside a text of {length} code points")]
    Outside { id: String, start: usize, end: usize, length: usize },
}

/// Compares gold articles with what was predicted for them. An article that has no prediction counts as
/// predicted empty.
///
/// # Errors
/// A gold article without text, a prediction for an article that isn't in gold, a span outside its text.
pub fn compare<'a>(
    gold: &'a [Article],
    predicted: &'a [Article],
) -> Result<Vec<Comparison<'a>>, ComparisonError> {
    let known: HashSet<&str> = gold.iter().map(|article| article.id.as_str()).collect();
    if let Some(unknown) = predicted.iter().find(|article| !known.contains(article.id.as_str())) {
        return Err(ComparisonError::Unknown(unknown.id.clone()));
    }
    let predicted: HashMap<&str, &Article> =
        predicted.iter().map(|article| (article.id.as_str(), article)).collect();
    gold.iter().map(|article| compare_one(article, predicted.get(article.id.as_str()).copied())).collect()
}

fn compare_one<'a>(
    gold: &'a Article,
    predicted: Option<&'a Article>,
) -> Result<Comparison<'a>, ComparisonError> {
    let text = gold.text.as_deref().ok_or_else(|| ComparisonError::NoText(gold.id.clone()))?;
    let tokens = Tokens::new(text);
    let outside = |span: CodePoints| ComparisonError::Outside {
        id: gold.id.clone(),
        start: span.start,
        end: span.end,
        length: tokens.code_points(),
    };
    let tokenize = |raw: &'a Attribution| Tokenized::new(&tokens, raw).map_err(outside);
    let marked = |raw: &&Attribution| ROLES.iter().any(|role| !role.spans(raw).is_empty());
    let gold_ones = gold.attributions.iter().filter(marked).map(tokenize).collect::<Result<Vec<_>, _>>()?;
    let predicted = predicted.map(|article| article.attributions.as_slice()).unwrap_or_default();
    let predicted = predicted.iter().map(tokenize).collect::<Result<Vec<_>, _>>()?;
    let pairs = pairs(&gold_ones, &predicted);
    Ok(Comparison { id: &gold.id, text, unsaid: gold.unsaid, tokens, gold: gold_ones, predicted, pairs })
}

/// Pairs of gold and predicted attributions, best overlap first; content counts twice. Where gold has a
/// content, a pair shares some of it.
fn pairs(gold: &[Tokenized<'_>], predicted: &[Tokenized<'_>]) -> Vec<(usize, usize)> {
    let mut candidates = Vec::new();
    for (gold_index, gold_one) in gold.iter().enumerate() {
        for (predicted_index, predicted_one) in predicted.iter().enumerate() {
            let content = gold_one.overlap(predicted_one, Role::Content);
            if content > 0.0 || gold_one.words(Role::Content).is_empty() {
                let total = 2.0 * content
                    + gold_one.overlap(predicted_one, Role::Source)
                    + gold_one.overlap(predicted_one, Role::Cue);
                candidates.push((total, gold_index, predicted_index));
            }
        }
    }
    // A stable sort: those of equal overlap stay in the order of gold, then of predicted.
    candidates.sort_by(|left, right| right.0.total_cmp(&left.0));
    let (mut used_gold, mut used_predicted) = (HashSet::new(), HashSet::new());
    candidates.retain(|&(_, gold_index, predicted_index)| {
        !used_gold.contains(&gold_index)
            && !used_predicted.contains(&predicted_index)
            && used_gold.insert(gold_index)
            && used_predicted.insert(predicted_index)
    });
    candidates.into_iter().map(|(_, gold_index, predicted_index)| (gold_index, predicted_index)).collect()
}

impl Role {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Cue => "cue",
            Self::Content => "content",
        }
    }

    pub(super) fn spans(self, attribution: &Attribution) -> &[CodePoints] {
        match self {
            Self::Source => &attribution.source,
            Self::Cue => &attribution.cue,
            Self::Content => &attribution.content,
        }
    }
}

impl<'a> Tokenized<'a> {
    /// The attribution on its text's tokens, or the span that isn't in the text.
    fn new(tokens: &Tokens, raw: &'a Attribution) -> Result<Self, CodePoints> {
        let ranges = |spans: &[CodePoints]| {
            spans.iter().map(|&span| tokens.range(span).ok_or(span)).collect::<Result<Vec<_>, _>>()
        };
        for spans in [&raw.addressee, &raw.medium, &raw.time] {
            ranges(spans)?;
        }
        let spans = [
            tokens.merged(ranges(&raw.source)?),
            tokens.merged(ranges(&raw.cue)?),
            tokens.merged(ranges(&raw.content)?),
        ];
        let words = spans
            .each_ref()
            .map(|spans| spans.iter().cloned().flatten().filter(|&token| tokens.is_word(token)).collect());
        Ok(Self { raw, spans, words })
    }

    pub(super) fn words(&self, role: Role) -> &[usize] {
        &self.words[role as usize]
    }

    pub(super) fn spans(&self, role: Role) -> &[Range<usize>] {
        &self.spans[role as usize]
    }

    /// The words in both over the words in either; 1 where neither has any.
    pub(super) fn overlap(&self, other: &Self, role: Role) -> f64 {
        let (mine, theirs) = (self.words(role), other.words(role));
        let both = count_common(mine, theirs);
        ratio(both, mine.len() + theirs.len() - both).unwrap_or(1.0)
    }
}

/// How many numbers two ordered lists share.
fn count_common(left: &[usize], right: &[usize]) -> usize {
    let (mut common, mut rest) = (0, right);
    for word in left {
        let skipped = rest.iter().take_while(|other| *other < word).count();
        rest = &rest[skipped..];
        common += usize::from(rest.first() == Some(word));
    }
    common
}

/// A share, or nothing of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts of tokens are far below 2^52")]
pub(super) fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

impl Comparison<'_> {
    /// The pairs whose contents overlap by at least half.
    pub(super) fn pairs_by_content(&self) -> impl Iterator<Item = (&Tokenized<'_>, &Tokenized<'_>)> {
        self.pairs
            .iter()
            .map(|&(gold, predicted)| (&self.gold[gold], &self.predicted[predicted]))
            .filter(|(gold, predicted)| gold.overlap(predicted, Role::Content) >= 0.5)
    }

    /// The pairs that count as right: who said what, linked.
    pub(super) fn right_pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        self.pairs.iter().copied().filter(|&(gold, predicted)| {
            let (gold, predicted) = (&self.gold[gold], &self.predicted[predicted]);
            gold.overlap(predicted, Role::Content) >= 0.5 && gold.overlap(predicted, Role::Source) >= 0.5
        })
    }
}
