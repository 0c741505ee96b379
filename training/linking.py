#!/usr/bin/env python3
"""How well the linker does with gold labels: which of the gold spans belong together, given all of them.

    linking.py CHECKPOINT FEATURES GOLD

The linker scores every gold source and content for every gold cue around it; each of them belongs somewhere. The
figures are score.py's.
"""
import argparse
import os
import sys

import numpy as np
import torch

import data
import network
from decode import spans_of


# Log-odds under which a cue goes without a source; what it costs that two cues share a content.
SOURCELESS, SHARED = -1.5, 9.0
FAR = -1e9


def odds(scores, span, cue, tag):
    """The mean log-odds that the tokens of a span are what `tag` begins to this cue."""
    first, end = span[0] - cue[0] + data.BEFORE, span[1] - cue[0] + data.BEFORE
    if first < 0 or first >= data.WIDTH or (span[0] < cue[1] and cue[0] < span[1]):
        return FAR
    end = min(end, data.WIDTH)
    inside = min(np.logaddexp(scores[tag, first:end], scores[tag + 1, first:end]).mean(), -1e-6)
    return inside - np.log1p(-np.exp(inside))


def contents_of(table):
    """For each cue the contents that are its own: each content goes to the cue that favours it most; a cue left
    without takes what it gains most by, from a cue with several or as a second owner."""
    given = [[] for _ in table]
    for content, cue in enumerate(table.argmax(0)):
        given[cue].append(content)
    for cue in np.argsort(-table.max(1)):
        if given[cue]:
            continue
        owners = {content: owner for owner, contents in enumerate(given) for content in contents if len(contents) > 1}
        loss = np.full(table.shape[1], SHARED)
        for content, owner in owners.items():
            loss[content] = min(loss[content], table[owner, content])
        content = int((table[cue] - loss).argmax())
        if content in owners and loss[content] < SHARED:
            given[owners[content]].remove(content)
        given[cue].append(content)
    return given


def sources_of(table):
    """For each cue its source or None: the one it favours; a source that nobody favours goes to the cue that favours
    it most, if that has none or shares its own."""
    chosen = [int(row.argmax()) if row.max() > SOURCELESS else None for row in table]
    for source in range(table.shape[1]):
        cue = int(table[:, source].argmax())
        if source not in chosen and table[cue, source] > FAR and (chosen[cue] is None or chosen.count(chosen[cue]) > 1):
            chosen[cue] = source
    return chosen


def choose(article, spans_scores, cues):
    """Which of all gold sources and contents belong to which cue, as its scores have it; none is left over."""
    sources = sorted({source for _, source, _ in article.attributions if source})
    contents = sorted({content for _, _, pieces in article.attributions for content in pieces})
    logs = [torch.log_softmax(scores, 0).numpy() for scores in spans_scores]

    def table(spans, tag):
        return np.array([[odds(scores, span, cue, tag) for span in spans] for cue, scores in zip(cues, logs)])

    given = contents_of(table(contents, data.CONTENT_B))
    chosen = sources_of(table(sources, data.SOURCE_B)) if sources else [None] * len(cues)
    return [(cue, None if source is None else sources[source], [contents[number] for number in sorted(own)])
            for cue, source, own in zip(cues, chosen, given)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("features")
    parser.add_argument("gold")
    args = parser.parse_args()
    sys.path.insert(0, os.environ["ASCRIBE_EVAL"])
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
            [(_, arguments, vectors, *_)] = net([(article.pieces, data.Bags(article.features))])
            scores = net.link(arguments, vectors, article, cues)
        predicted[article.id] = {"attributions": [
            {"cue": spans_of(article, [cue]), "source": spans_of(article, [source] if source else []),
             "content": spans_of(article, pieces)} for cue, source, pieces in choose(article, scores, cues)]}
    figures, _ = score.score(score.load(args.gold), predicted)
    print({name: row["f1"] for name, row in figures.items() if name.startswith("attribution")})


if __name__ == "__main__":
    main()
