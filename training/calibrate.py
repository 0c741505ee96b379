#!/usr/bin/env python3
"""Fits how sure the product says it is to how often it is right, and prints a reliability table.

    calibrate.py GOLD.jsonl PREDICTED.jsonl FEATURES [--out CALIBRATION.json]

PREDICTED is what `ascribe extract --view full --min-confidence 0 --offsets code-points` wrote for GOLD, with an
uncalibrated model for --out, with the final one to check it; FEATURES, what features.rs wrote for it, has what the
patterns propose, whose agreement counts. Claims inside others are left out: this gold has no
nesting. An attribution is right where score.py says so; a source or a content where it overlaps its gold one by
half; a cue where it shares a word with one.
"""
import argparse
import json
import os
import sys

import numpy as np

import data

sys.path.insert(0, os.environ["ASCRIBE_EVAL"])
import score


def agreement(article, claim):
    """No source, no proposal for the cue, a proposal with the same source, with the same content."""
    tokens = lambda part: article.ranges([[s.get("start", 0), s["end"]] for s in (part or {}).get("spans", [])])
    cue, source, content = (tokens(claim.get(role)) for role in ("cue", "source", "content"))
    inside = lambda spans: {token for first, end in spans for token in range(first, end)}
    near = [p for p in article.proposals if cue and p["cue"][0] < cue[0][1] and cue[0][0] < p["cue"][1]]
    half = lambda a, b: 2 * len(inside(a) & inside(b)) >= len(inside(a) | inside(b))
    return (not source, not near, any(half([p["source"]] if p["source"] else [], source) for p in near),
            any(half(p["contents"], content) for p in near))


def rows(gold, predicted, articles):
    """For each flat claim that the network reads: its confidences (cue, source, content, all), what the patterns say
    to it, and whether each part and all are right."""
    found = []
    with open(predicted, encoding="utf-8") as lines:
        records = {r["document_id"]: r for r in map(json.loads, lines)}
    for key, article in score.load(gold).items():
        tokens = score.Tokens(article["text"])
        golds = [score.Attribution(tokens, a) for a in article["attributions"] if any(a.get(r) for r in score.ROLES)]
        claims = [c for c in records[key].get("claims", []) if not c.get("parent_claim_id")]
        raw = score.from_response({"document_id": key, "claims": claims})["attributions"]
        mine = [score.Attribution(tokens, a) for a in raw]
        partner = {id(p): g for g, p in score.match(golds, mine)}
        cues = {t for g in golds for t in g.words["cue"]}
        for claim, attribution in zip(claims, mine):
            told, g = claim.get("explanation", {}), partner.get(id(attribution))
            overlap = lambda role: g is not None and g.overlap(attribution, role) >= 0.5
            if told.get("content_confidence") == claim["confidence"]:
                continue  # by a pattern alone
            found.append((told.get("cue_confidence", 0), told.get("source_confidence", 0), told.get("content_confidence", 0),
                          claim.get("confidence", 0), *agreement(articles[key], claim), bool(attribution.words["cue"] & cues),
                          overlap("source"), overlap("content"), overlap("source") and overlap("content")))
    return np.array(found, dtype=np.float64)


def log_odds(p):
    p = np.clip(p, 0.001, 0.999)
    return np.log(p / (1 - p))


def fit(x, y, ridge=1e-3):
    """Weights of a logistic regression, intercept first, by Newton's method."""
    x = np.column_stack([np.ones(len(x)), x])
    w = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ w))
        hessian = x.T @ (x * (p * (1 - p))[:, None]) + ridge * np.eye(len(w))
        w += np.linalg.solve(hessian, x.T @ (y - p) - ridge * w)
    return w


def reliability(name, confidence, right, bins=10):
    """Prints how often what was called so sure was right; returns the expected calibration error."""
    print(f"\n{name}: confidence, how many, mean confidence, right")
    error = 0.0
    for bin in range(bins):
        inside = (confidence >= bin / bins) & ((confidence < (bin + 1) / bins) | (bin == bins - 1))
        if inside.any():
            said, is_right = confidence[inside].mean(), right[inside].mean()
            error += inside.mean() * abs(said - is_right)
            print(f"{bin / bins:.1f}-{(bin + 1) / bins:.1f}  {inside.sum():6}  {100 * said:5.1f}  {100 * is_right:5.1f}")
    print(f"expected calibration error {error:.3f}")
    return error


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold")
    parser.add_argument("predicted")
    parser.add_argument("features")
    parser.add_argument("--out")
    args = parser.parse_args()
    articles = {article.id: article for article in data.load(args.features)[0]}
    table = rows(args.gold, args.predicted, articles)
    cue, source, content, whole, *agrees, cue_right, source_right, content_right, right = table.T
    if args.out:
        parts = {name: fit(log_odds(p)[:, None], y) for name, p, y in
                 (("cue", cue, cue_right), ("source", source, source_right), ("content", content, content_right))}
        x = np.column_stack([log_odds(cue), log_odds(source), log_odds(content), *agrees])
        parts["attribution"] = fit(x, right)
        whole = 1 / (1 + np.exp(-np.column_stack([np.ones(len(x)), x]) @ parts["attribution"]))
        with open(args.out, "w", encoding="utf-8") as out:
            json.dump({name: [round(float(v), 5) for v in w] for name, w in parts.items()}, out)
    reliability("attribution", whole, right)
    if not args.out:
        for name, confidence, correct in (("source", source, source_right), ("cue", cue, cue_right),
                                          ("content", content, content_right)):
            reliability(name, confidence, correct)


if __name__ == "__main__":
    main()
