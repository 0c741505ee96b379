#!/usr/bin/env python3
"""Learns how much each feature of a mention weighs when a pronoun is given its antecedent.

    antecedents.py GUM gum.pronouns gap-development.tsv gap-development.pronouns > weights.rs

The arguments are those of coreference.py, as the example `pronouns` printed them with the weights so far: whom "he"
was read as before is a feature, so learning goes round three times. Of GUM only the documents of the part "train"
teach, without the genre "news". Needs numpy.

A pronoun's candidates, and nobody, share one unit of probability by the softmax of their scores; what is learnt is
that those of the pronoun's entity get it. On GAP only names are labelled, so pronouns are left out there. A weight is
one for the pronoun and one for its role, both drawn to zero, but for those in NEWS.
"""
import pathlib, re, sys

import numpy as np

import coreference

FEATURES = re.findall(r"^    ([A-Z]\w+),$", (pathlib.Path(__file__).parent / "../crates/engine/src/coreference/pronouns/features.rs").read_text(), re.M)
NOBODY, CHAIN = FEATURES.index("Nobody"), FEATURES.index("Chain")
LEARNT = 6  # columns
# "It" as a source is a body or a paper; the corpora's mostly isn't. Set by hand.
IT = {"Organization": 1.0, "Country": 0.5, "Document": 0.5, "Group": 0.3, "Thing": -0.5, "Name": 0.6, "SubjectHere": 0.9,
      "SubjectBefore": 0.9, "SubjectFar": 0.9, "OwnerHere": -0.6, "OwnerBefore": -0.6, "GovernedHere": -0.6,
      "GovernedBefore": -0.6, "OpensHere": 0.5, "OpensBefore": 0.5, "OneBefore": -0.9, "TwoBefore": -1.5, "ThreeBefore": -2.0,
      "Farther": -3.0, "Quoted": -1.8, "Heard": 0.8, "HeardLast": 0.8, "Speaker": 1.2, "Unlisted": -1.0, "NamedOften": 0.3,
      "Nobody": -9.0}
# In stories speakers take turns; in news they go on. What speech weighs is set by hand, and the rest learnt beside it.
NEWS = {"Quoted": -1.8, "Speaker": 1.2, "QuotedSpeaker": -2.0, "HeardLast": 0.6, "Heard": 0.4, "HeardAgain": 2.2,
        "Titled": 0.2}
HEAD = '''//! What each feature weighs, as `training/antecedents.py` learnt it: for "he" and "she" as subject, object, owner; for
//! "they" the same; for "it", by hand. Do not edit.

use crate::coreference::pronouns::features::PronounFeature;

/// The columns of [`WEIGHTS`]: "he" and "she", then "they", each as subject, object and owner; then "it".
pub(crate) const COLUMNS: usize = 7;

/// A row for each of [`PronounFeature::ALL`].
#[rustfmt::skip]
pub(crate) const WEIGHTS: [[f32; COLUMNS]; PronounFeature::ALL.len()] = [
'''


def of_gum(folder, path):
    answers = coreference.read(path)
    train = coreference.parts(folder, {"train"})
    for document in coreference.gum(folder):
        if document.id not in train:
            continue
        for start, (_, entity) in document.pronouns.items():
            answer = answers.get(document.id, {}).get(start)
            if answer:
                labels = [document.entity_at(first, last) == entity for first, last, _ in answer["candidates"]]
                yield answer["column"], [features for *_, features in answer["candidates"]], labels


def of_gap(tsv, path):
    answers = coreference.read(path)
    for row in coreference.gap(tsv):
        answer = answers.get(row["ID"], {}).get(int(row["Pronoun-offset"]))
        if not answer:
            continue
        names = [(int(row[f"{it}-offset"]), row[it], row[f"{it}-coref"] == "TRUE") for it in "AB"]
        candidates, labels = [], []
        any_is_so = any(is_so for *_, is_so in names)
        for first, last, features in answer["candidates"]:
            if CHAIN in features:
                continue
            words = row["Text"][first:last]
            same = [is_so for start, name, is_so in names
                    if (first < start + len(name) and start < last) or words == name or name.endswith(" " + words)]
            candidates.append(features)
            labels.append(any(same) if same else not any_is_so)
        yield answer["column"], candidates, labels


def matrices(examples):
    """Rows of features, their columns, labels, and where each example begins; nobody is each one's last row."""
    rows, columns, labels, starts = [], [], [], []
    for column, candidates, right in examples:
        if column >= LEARNT:
            continue
        starts.append(len(rows))
        for features, is_right in zip(candidates + [[NOBODY]], right + [not any(right)]):
            row = np.zeros(len(FEATURES), dtype=np.float32)
            row[features] = 1
            rows.append(row)
            columns.append(column)
            labels.append(is_right)
    return np.array(rows), np.array(columns), np.array(labels), np.array(starts)


def learn(rows, columns, labels, starts, rounds=600, rate=0.05, shared=0.5, own=4.0):
    """Adam on the regularized likelihood; weights as features by columns."""
    owner = np.zeros(len(rows), dtype=int)
    owner[starts[1:]] = 1
    owner = np.cumsum(owner)
    of_pronoun = np.zeros((2, len(FEATURES)))
    of_role = np.zeros((LEARNT, len(FEATURES)))
    state = [np.zeros_like(it) for it in (of_pronoun, of_pronoun, of_role, of_role)]

    by_hand = [FEATURES.index(name) for name in NEWS]
    of_pronoun[:, by_hand] = list(NEWS.values())

    def shares(scores, mask):
        scores = np.where(mask, scores, -1e9)
        top = np.maximum.reduceat(scores, starts)
        powers = np.exp(scores - top[owner]) * mask
        total = np.add.reduceat(powers, starts)
        return powers / total[owner], np.log(total) + top

    for step in range(1, rounds + 1):
        weights = of_pronoun[np.arange(LEARNT) // 3] + of_role
        scores = np.einsum("ij,ij->i", rows, weights[columns])
        given, whole = shares(scores, np.ones(len(rows), bool))
        right, part = shares(scores, labels)
        slope = (given - right)[:, None] * rows
        by_role = np.stack([slope[columns == column].sum(0) for column in range(LEARNT)])
        by_pronoun = by_role.reshape(2, 3, -1).sum(1) + shared * of_pronoun
        by_role = by_role + own * of_role
        by_role[:, by_hand] = by_pronoun[:, by_hand] = 0
        for parameter, gradient, first, second in ((of_pronoun, by_pronoun, 0, 1), (of_role, by_role, 2, 3)):
            state[first] = 0.9 * state[first] + 0.1 * gradient
            state[second] = 0.999 * state[second] + 0.001 * gradient**2
            parameter -= rate * (state[first] / (1 - 0.9**step)) / (np.sqrt(state[second] / (1 - 0.999**step)) + 1e-8)
        if step % 200 == 0:
            print(f"{step}: loss {np.mean(whole - part):.4f}", file=sys.stderr)
    return (of_pronoun[np.arange(LEARNT) // 3] + of_role).T


def main():
    folder, gum_answers, tsv, gap_answers = sys.argv[1:]
    examples = list(of_gum(folder, gum_answers)) + list(of_gap(tsv, gap_answers))
    print(f"{len(examples)} pronouns", file=sys.stderr)
    weights = learn(*matrices(examples))
    print(HEAD, end="")
    for name, row in zip(FEATURES, weights):
        print(f"    [{', '.join(f'{it:.2f}' for it in [*row, IT.get(name, 0.0)])}], // {name}")
    print("];")


if __name__ == "__main__":
    main()
