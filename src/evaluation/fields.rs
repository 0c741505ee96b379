//! Comparisons -> how often each field of the record agrees, over the pairs whose contents overlap.

use std::collections::BTreeSet;

use super::article::{Attribution, CodePoints};
use super::comparison::{Comparison, Tokenized};
use super::figures::{Figures, Row};
use super::tokens::is_word_character;

/// Titles that stand before a name, and articles: "the minister" and "minister" are the same speaker.
const TITLES: [&str; 13] = [
    "the ",
    "a ",
    "an ",
    "mr ",
    "mrs ",
    "ms ",
    "dr ",
    "sir ",
    "president ",
    "senator ",
    "sen ",
    "minister ",
    "prime minister ",
];

/// The figures of the record's fields. Those that every attribution has (kind, type, act, speaker, …) count
/// each pair once, so that precision and recall are the share that agrees; those that few have (negated,
/// addressee, …) count where a side has them.
#[must_use]
pub fn field_figures(comparisons: &[Comparison<'_>]) -> Figures {
    let mut figures = Figures::default();
    for comparison in comparisons {
        for (gold, predicted) in comparison.pairs_by_content() {
            add_values(&mut figures, comparison, gold.raw, predicted.raw);
            add_flags(&mut figures, comparison, gold.raw, predicted.raw);
            add_parts(&mut figures, comparison, gold, predicted);
        }
    }
    figures
}

fn add_values(
    figures: &mut Figures,
    comparison: &Comparison<'_>,
    gold: &Attribution,
    predicted: &Attribution,
) {
    let same_speaker = normal_name(&gold.speaker) == normal_name(&predicted.speaker);
    let is_said = |name: &str| !comparison.unsaid.contains(&name.trim_start_matches("field "));
    for (name, same) in [
        ("field kind", gold.kind == predicted.kind),
        ("field type", gold.attribution_type == predicted.attribution_type),
        ("field act", gold.act == predicted.act),
        ("field speaker_kind", gold.speaker_kind == predicted.speaker_kind),
        ("field named", gold.named == predicted.named),
        ("field speaker", same_speaker),
    ]
    .into_iter()
    .filter(|(name, _)| is_said(name))
    {
        figures.add(name, Row { right: usize::from(same), predicted: 1, gold: 1 });
    }
    if !is_said("speaker") {
        return;
    }
    let written: Vec<String> = gold.source.iter().map(|&span| covered(comparison.text, span)).collect();
    if !normal_name(&written.join(" ")).contains(&normal_name(&gold.speaker)) {
        let row = Row { right: usize::from(same_speaker), predicted: 1, gold: 1 };
        figures.add("field speaker, where the source must be resolved", row);
    }
}

fn add_flags(
    figures: &mut Figures,
    comparison: &Comparison<'_>,
    gold: &Attribution,
    predicted: &Attribution,
) {
    for (name, gold, predicted) in [
        ("field negated", gold.negated, predicted.negated),
        ("field hedged", gold.hedged, predicted.hedged),
        ("field nested", gold.nested, predicted.nested),
    ]
    .into_iter()
    .filter(|(name, ..)| !comparison.unsaid.contains(&name.trim_start_matches("field ")))
    {
        figures.add(name, rare(gold && predicted, gold, predicted));
    }
}

fn add_parts(
    figures: &mut Figures,
    comparison: &Comparison<'_>,
    gold: &Tokenized<'_>,
    predicted: &Tokenized<'_>,
) {
    let tokens = |spans: &[CodePoints]| -> BTreeSet<usize> {
        spans.iter().filter_map(|&span| comparison.tokens.range(span)).flatten().collect()
    };
    for (name, gold, predicted) in [
        ("field addressee", &gold.raw.addressee, &predicted.raw.addressee),
        ("field medium", &gold.raw.medium, &predicted.raw.medium),
        ("field time", &gold.raw.time, &predicted.raw.time),
    ] {
        let (gold, predicted) = (tokens(gold), tokens(predicted));
        let shared = !gold.is_disjoint(&predicted);
        figures.add(name, rare(shared, !gold.is_empty(), !predicted.is_empty()));
    }
}

/// The counts of a field that few attributions have.
fn rare(right: bool, gold: bool, predicted: bool) -> Row {
    Row { right: right.into(), predicted: predicted.into(), gold: gold.into() }
}

fn covered(text: &str, span: CodePoints) -> String {
    text.chars().skip(span.start).take(span.end - span.start).collect()
}

/// A name without case, punctuation, titles and its last s ("officials" and "official" are the same).
fn normal_name(name: &str) -> String {
    let lower = name.to_lowercase();
    let kept: String = lower.chars().filter(|&c| c == ' ' || is_word_character(c)).collect();
    let mut name = kept.trim();
    while let Some(rest) = TITLES.iter().find_map(|title| name.strip_prefix(title)) {
        name = rest;
    }
    let mut words = String::new();
    for character in name.chars() {
        if character != ' ' || !words.ends_with(' ') {
            words.push(character);
        }
    }
    words.strip_suffix('s').map(str::to_owned).unwrap_or(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: &str) {
        assert_eq!(normal_name(name), expected, "of {name:?}");
    }

    #[test]
    fn names_lose_case_titles_punctuation_and_plural() {
        check("Lloyd Austin", "lloyd austin");
        check("The Prime Minister Mr. O'Brien", "obrien");
        check("officials", "official");
        check("Sen. Bob  Corker", "bob corker");
        check("", "");
        // "the" is a title only where something follows.
        check("The", "the");
    }
}
