"""Scores -> attributions, as `crates/engine/src/tagging/network/decoding.rs` does it; and their figures on annotated articles."""
import os
import sys

import numpy as np
import torch

from data import BEFORE, CONTENT_B, SOURCE_B, WIDTH

CUE_THRESHOLD = 0.35


def cue_spans(scores, threshold=CUE_THRESHOLD):
    """Token ranges whose first token is probably a cue's, with that probability."""
    p = torch.softmax(scores, -1).numpy()
    spans, token = [], 0
    while token < len(p):
        if p[token, 1] >= threshold:
            end = token + 1
            while end < len(p) and p[end, 2] > max(p[end, 0], p[end, 1]):
                end += 1
            spans.append(((token, end), float(p[token, 1])))
            token = end
        else:
            token += 1
    return spans


def best_tags(scores, cue, length):
    """The best sequence of tags around a cue of a text of `length` tokens: pieces begin before they go on."""
    logp = torch.log_softmax(scores, 0).numpy().T.copy()  # [WIDTH, 5]
    first = cue[0]
    for at in range(WIDTH):
        token = first - BEFORE + at
        if token < 0 or token >= length or cue[0] <= token < cue[1]:
            logp[at, 1:] = -1e9
    back = np.zeros((WIDTH, 5), dtype=np.int64)
    score = logp[0].copy()
    score[[2, 4]] = -1e9
    for at in range(1, WIDTH):
        best = int(score.argmax())
        new = np.full(5, score[best])
        back[at] = best
        for inside, begin in ((2, 1), (4, 3)):
            before = begin if score[begin] >= score[inside] else inside
            back[at, inside] = before
            new[inside] = score[before]
        score = new + logp[at]
    tags = [int(score.argmax())]
    for at in range(WIDTH - 1, 0, -1):
        tags.append(int(back[at, tags[-1]]))
    return tags[::-1], logp


def pieces(tags, begin):
    found, at = [], 0
    while at < WIDTH:
        if tags[at] == begin:
            end = at + 1
            while end < WIDTH and tags[end] == begin + 1:
                end += 1
            found.append((at, end))
            at = end
        else:
            at += 1
    return found


def attributions(net, article, bags, threshold=CUE_THRESHOLD):
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=net.encoder.kind == "transformer"):
        [(scores, arguments, cues)] = net([(article.pieces, bags)])
        spans = cue_spans(scores, threshold)
        if not spans:
            return []
        out = net.link(arguments, cues, article, [span for span, _ in spans]).float()
    found = []
    for (cue, probability), score in zip(spans, out):
        tags, logp = best_tags(score, cue, len(article))
        sources, contents = pieces(tags, SOURCE_B), pieces(tags, CONTENT_B)
        if not contents:
            continue
        if len(sources) > 1:
            sources = [max(sources, key=lambda s: logp[s[0], 1] + logp[s[0] + 1:s[1], 2].sum() - logp[s[0]:s[1], 0].sum())]
        shift = cue[0] - BEFORE
        move = lambda spans: [(first + shift, end + shift) for first, end in spans]
        found.append((cue, move(sources), move(contents), probability))
    return found


def spans_of(article, ranges):
    return [[int(article.tokens[first][0]), int(article.tokens[end - 1][1])] for first, end in ranges]


def evaluate(net, articles, gold):
    """The figures of score.py that training watches."""
    sys.path.insert(0, os.environ["ASCRIBE_EVAL"])
    import score
    from data import Bags
    net.eval()
    predicted = {}
    for article in articles:
        found = attributions(net, article, Bags(article.features))
        predicted[article.id] = {"attributions": [
            {"cue": spans_of(article, [cue]), "source": spans_of(article, sources), "content": spans_of(article, contents)}
            for cue, sources, contents, _ in found]}
    rows, _ = score.score(score.load(gold), predicted)
    names = ("attribution", "attribution=", "spans source", "spans cue", "spans content")
    figures = {name: rows[name]["f1"] for name in names}
    figures["P"], figures["R"] = rows["attribution"]["precision"], rows["attribution"]["recall"]
    return figures
