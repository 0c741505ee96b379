#!/usr/bin/env python3
"""How well the linker does with gold labels: which of the gold spans belong together, given all of them.

    linking.py CHECKPOINT FEATURES GOLD

For each gold cue the linker chooses among all gold sources and contents around it. The figure is score.py's.
"""
import argparse
import os
import sys

import numpy as np
import torch

import data
import network
from decode import spans_of


def choose(article, spans_scores, cues):
    """For each cue the source (or none) and the contents that its scores favour, each span by its mean log-odds."""
    sources = sorted({source for _, source, _ in article.attributions if source})
    contents = sorted({content for _, _, pieces in article.attributions for content in pieces})
    chosen = []
    for cue, scores in zip(cues, spans_scores):
        logp = torch.log_softmax(scores, 0).numpy()

        def odds(span, tag):
            first, end = span[0] - cue[0] + data.BEFORE, span[1] - cue[0] + data.BEFORE
            if first < 0 or first >= data.WIDTH or (span[0] < cue[1] and cue[0] < span[1]):
                return -1e9
            end = min(end, data.WIDTH)
            inside = np.logaddexp(logp[tag, first:end], logp[tag + 1, first:end]).mean()
            return inside - np.log1p(-np.exp(np.minimum(inside, -1e-6)))

        source = max(sources, key=lambda span: odds(span, data.SOURCE_B), default=None)
        if source and odds(source, data.SOURCE_B) < -1.5:
            source = None
        ranked = sorted(contents, key=lambda span: -odds(span, data.CONTENT_B))
        pieces = [span for number, span in enumerate(ranked) if odds(span, data.CONTENT_B) > (0 if number else -1e8)]
        chosen.append((cue, source, pieces))
    return chosen


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("features")
    parser.add_argument("gold")
    args = parser.parse_args()
    sys.path.insert(0, os.environ.get("ASCRIBE_EVAL", "../shared/eval"))
    import score
    net = network.of(torch.load(args.checkpoint))
    net.eval()
    articles, _ = data.load(args.features, args.gold)
    predicted = {}
    for article in articles:
        cues = [cue for cue, _, _ in article.attributions]
        if not cues:
            continue
        with torch.no_grad():
            [(_, arguments, vectors)] = net([(article.pieces, data.Bags(article.features))])
            scores = net.link(arguments, vectors, article, cues)
        predicted[article.id] = {"attributions": [
            {"cue": spans_of(article, [cue]), "source": spans_of(article, [source] if source else []),
             "content": spans_of(article, pieces)} for cue, source, pieces in choose(article, scores, cues)]}
    figures, _ = score.score(score.load(args.gold), predicted)
    print({name: row["f1"] for name, row in figures.items() if name.startswith("attribution")})


if __name__ == "__main__":
    main()
