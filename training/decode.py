"""Scores -> attributions, as `crates/engine/src/tagging/network/decoding.rs` does it; and their figures on annotated articles."""
import os
import sys

import numpy as np
import torch

from data import ACTS, BEFORE, CONTENT_B, FORMS, KINDS, LONGEST_MENTION, SOURCE_B, TYPES, WIDTH

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


def best_tags(scores, cue, real):
    """The best sequence of tags around a cue, of whose window `real` tokens count: pieces begin before they go on."""
    logp = torch.log_softmax(scores, 0).numpy().T.copy()  # [WIDTH, 5]
    first = cue[0]
    for at in range(WIDTH):
        token = first - BEFORE + at
        if not real[at] or cue[0] <= token < cue[1]:
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
    """(cue, sources, contents, probability, number of the type, of the act) for each cue that has a content."""
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=net.encoder.kind == "transformer"):
        [(scores, arguments, cues, fields, *_)] = net([(article.pieces, bags)])
        spans = cue_spans(scores, threshold)
        if not spans:
            return []
        out = net.link(arguments, cues, article, [span for span, _ in spans]).float()
    found = []
    _, real = article.window([span for span, _ in spans], net.linker.config["near"])
    for (cue, probability), score, inside in zip(spans, out, real):
        tags, logp = best_tags(score, cue, inside)
        sources, contents = pieces(tags, SOURCE_B), pieces(tags, CONTENT_B)
        if not contents:
            continue
        if len(sources) > 1:
            sources = [max(sources, key=lambda s: logp[s[0], 1] + logp[s[0] + 1:s[1], 2].sum() - logp[s[0]:s[1], 0].sum())]
        shift = cue[0] - BEFORE
        move = lambda spans: [(first + shift, end + shift) for first, end in spans]
        field = fields[cue[0]:cue[1]].mean(0)
        found.append((cue, move(sources), move(contents), probability,
                      int(field[:len(TYPES)].argmax()), int(field[len(TYPES):].argmax())))
    return found


def spans_of(article, ranges):
    return [[int(article.tokens[first][0]), int(article.tokens[end - 1][1])] for first, end in ranges]


def inside(found, other):
    """Whether an attribution stands in the content of another."""
    return any(first <= found[0][0] and found[0][1] <= end for first, end in other[2])


def predictions(net, articles, flat=False):
    """What the network says of articles, as score.py reads it; `flat` leaves out what stands in something else."""
    from data import Bags
    net.eval()
    predicted = {}
    for article in articles:
        found = attributions(net, article, Bags(article.features))
        if flat:
            found = [it for it in found if not any(inside(it, other) for other in found if other is not it)]
        predicted[article.id] = {"id": article.id, "attributions": [
            {"cue": spans_of(article, [cue]), "source": spans_of(article, sources), "content": spans_of(article, contents),
             "type": TYPES[type_], "act": ACTS[act]} for cue, sources, contents, _, type_, act in found]}
    return predicted


def mentions(net, article, bags, threshold=0.5):
    """{(first, end): (number of its kind, of its form)}, and [(first, end, number of the name's kind)]."""
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=net.encoder.kind == "transformer"):
        [(*_, tags, edges, firsts, lasts)] = net([(article.pieces, bags)])
        edges = edges.sigmoid()
        begins, ends = (np.flatnonzero(edges[:, side].numpy() > 0.2) for side in (0, 1))
        spans = [(first, last + 1) for first in begins for last in ends[(ends >= first) & (ends < first + LONGEST_MENTION)]
                 if article.sentences[first] == article.sentences[last]]
        found = {}
        if spans:
            scores = net.mentions(firsts, lasts, torch.tensor(np.array(spans))).float()
            for span, score in zip(spans, scores):
                if score[0].sigmoid() >= threshold:
                    kinds, forms = score[1:].split([len(KINDS), len(FORMS)])
                    found[tuple(map(int, span))] = (int(kinds.argmax()), int(forms.argmax()))
    names, tags = [], tags.argmax(-1).tolist()
    for at, tag in enumerate(tags):
        if tag and (tag % 2 == 1 or at == 0 or tags[at - 1] not in (tag, tag - 1)):
            end = at + 1
            begun = tag if tag % 2 else tag - 1
            while end < len(tags) and tags[end] == begun + 1:
                end += 1
            names.append((at, end, (begun - 1) // 2))
    return found, names


def evaluate_mentions(net, articles):
    """F1 of mentions' spans, of spans with kinds, and of names with kinds; on articles whose mentions are all known."""
    from data import Bags
    net.eval()
    right = {name: [0, 0, 0] for name in ("mentions", "with kind", "names")}
    for article in articles:
        found, names = mentions(net, article, Bags(article.features))
        gold_names = {(at, tag) for at, tag in enumerate(article.name_tags.tolist()) if tag > 0 and tag % 2}
        both = set(found) & set(article.mentions)
        for name, ok, mine, gold in (("mentions", len(both), len(found), len(article.mentions)),
                                     ("with kind", sum(found[it][0] == article.mentions[it][0] for it in both), len(found), len(article.mentions)),
                                     ("names", sum((first, 2 * kind + 1) in gold_names and
                                                   all(article.name_tags[at] == 2 * kind + 2 for at in range(first + 1, end)) and
                                                   (end == len(article) or article.name_tags[end] != 2 * kind + 2)
                                                   for first, end, kind in names), len(names), len(gold_names))):
            right[name] = [a + b for a, b in zip(right[name], (ok, mine, gold))]
    return {name: round(200 * int(ok) / max(mine + gold, 1), 1) for name, (ok, mine, gold) in right.items()}


def evaluate(net, articles, gold, flat=False):
    """The figures of score.py that training watches."""
    sys.path.insert(0, os.environ["ASCRIBE_EVAL"])
    import score
    predicted = predictions(net, articles, flat)
    golds = {key: article for key, article in score.load(gold).items() if key in predicted}
    rows, _ = score.score(golds, predicted)
    names = ("attribution", "attribution=", "spans source", "spans cue", "spans content")
    figures = {name: rows[name]["f1"] for name in names}
    figures["P"], figures["R"] = rows["attribution"]["precision"], rows["attribution"]["recall"]
    if not flat:
        fields = score.score_fields(golds, predicted)
        figures |= {name: next(row["f1"] for key, row in fields.items() if key.split()[-1] == name) for name in ("type", "act")}
    return figures
