"""Annotated articles and their features -> arrays that the networks are trained on.

FEATURES.jsonl is written by `features.rs` with the product's own tokens; the gold spans of the articles are laid
over these tokens here. All indices are tokens of the article.
"""
import json
import random

import numpy as np

O, B, I = 0, 1, 2  # tags of a cue
NONE, SOURCE_B, SOURCE_I, CONTENT_B, CONTENT_I = range(5)  # tags of what belongs to a cue
BEFORE, AFTER = 64, 96  # how far around a cue's first token its source and contents are looked for
WIDTH = BEFORE + AFTER

DISTANCES = [1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 23, 31, 46]  # where the buckets of distances begin
DISTANCE, SENTENCE, QUOTATION, PROPOSAL = 0, 27, 33, 37  # where the groups of pair features begin
PAIR_FEATURES = 54

TYPES = ("communication", "attitude", "factive", "control", "evidence")
ACTS = ("assertion", "question", "request", "commitment", "evaluation", "decree", "denial", "prediction", "belief",
        "perception", "desire", "no-comment")
KINDS = ("person", "organization", "place", "group", "document", "other")  # of mentions
FORMS = ("name", "nominal", "pronoun")
NAMES = ("person", "organization", "place", "other", "title")
LONGEST_MENTION = 40  # in tokens
UNTOLD = -1  # a field that the scheme of the article doesn't have
# By which scheme an article is annotated. PolNeAR marks no attribution inside another and has no fields; whoever is
# asked by no scheme answers by GUIDE's: its feature is the only one, and what ships lacks it.
SCHEMES = ("guide", "polnear")


def fields_of(attribution):
    number = lambda names, name: names.index(name) if name in names else UNTOLD
    return number(TYPES, attribution.get("type")), number(ACTS, attribution.get("act"))


class Article:
    """One article: its tokens with features, and (where it is annotated) its attributions in tokens."""

    def __init__(self, record, gold=None, scheme=None):
        self.id = record["id"]
        self.tokens = np.array(record["tokens"], dtype=np.int64).reshape(-1, 2)
        self.pieces = record["pieces"]
        self.features = record["features"] if scheme is None else [bag + [scheme] for bag in record["features"]]
        self.mentions = None
        self.sentences = np.array(record["sentences"], dtype=np.int64)
        self.quotations = np.array(record["quotations"], dtype=np.int64)
        self.proposals = record["proposals"]
        self.annotated = gold is not None
        found = []
        for attribution in gold["attributions"] if gold else []:
            cue, source, contents = (self.ranges(attribution.get(role)) for role in ("cue", "source", "content"))
            if cue and contents:
                found.append((cue[0], source[0] if source else None, contents, fields_of(attribution)))
        found.sort(key=lambda it: it[0])
        self.attributions = [it[:3] for it in found]  # (cue, source or None, [content, ...]), each (first, end)
        self.fields = [it[3] for it in found]  # (number of its type, of its act), or UNTOLD

    def know_mentions(self, told):
        """Takes over what mentions.py tells of its text."""
        number = lambda names, name: names.index(name) if name in names else UNTOLD
        self.all_mentions = "mentions" in told["whole"]
        self.mentions = {}  # (first, end) -> (number of its kind, of its form), or UNTOLD
        for start, end, kind, form in told["mentions"]:
            for span in self.ranges([[start, end]]):
                if span[1] - span[0] <= LONGEST_MENTION:
                    self.mentions[span] = (number(KINDS, kind), number(FORMS, form))
        self.name_tags = np.full(len(self), 0 if "names" in told["whole"] else UNTOLD, dtype=np.int64)
        for start, end, tag in told["names"]:
            for first, last in self.ranges([[start, end]]):
                self.name_tags[first:last] = 2 * NAMES.index(tag) + 2
                self.name_tags[first] = 2 * NAMES.index(tag) + 1

    def believe_proposals(self):
        """Takes what the patterns propose for gold: of those that aren't unsure, which stand in no other's content."""
        sure = [p for p in self.proposals if p["level"] > 0 and p["contents"]]
        inside = lambda cue, p: any(first <= cue[0] and cue[1] <= end for first, end in p["contents"])
        for p in sure:
            if not any(inside(p["cue"], other) for other in sure if other is not p):
                self.attributions.append((tuple(p["cue"]), p["source"] and tuple(p["source"]), [tuple(c) for c in p["contents"]]))
        self.annotated = True
        self.fields = [(UNTOLD, UNTOLD)] * len(self.attributions)

    def cut(self, first, end):
        """Its tokens from `first` to `end` as an article, and which of its attributions lie within: those that reach
        further are left out, but for their cues."""
        part = Article.__new__(Article)
        within = lambda span: span is None or (first <= span[0] and span[1] <= end)
        moved = lambda span: span and (span[0] - first, span[1] - first)
        part.id, part.annotated, part.tokens = self.id, self.annotated, self.tokens[first:end]
        part.mentions = None
        part.pieces, part.features = self.pieces[first:end], self.features[first:end]
        part.sentences, part.quotations = self.sentences[first:end], self.quotations[first:end]
        part.proposals = [
            {"cue": moved(p["cue"]), "source": moved(p["source"]), "contents": [moved(c) for c in p["contents"]], "level": p["level"]}
            for p in self.proposals if all(map(within, [p["cue"], p["source"], *p["contents"]]))]
        kept = [number for number, (cue, source, contents) in enumerate(self.attributions)
                if all(map(within, [cue, source, *contents]))]
        part.attributions = [(moved(cue), moved(source), [moved(c) for c in contents])
                             for cue, source, contents in (self.attributions[number] for number in kept)]
        part.fields = [self.fields[number] for number in kept]
        part.tags = self.cue_tags()[first:end]
        return part, kept

    def pieces_of_text(self, rng):
        """Ranges of one to three sentences that make up the article."""
        starts = np.flatnonzero(np.diff(self.sentences, prepend=-1)).tolist() + [len(self)]
        at = 0
        while at < len(starts) - 1:
            length = rng.choice((1, 1, 2, 3))
            yield starts[at], starts[min(at + length, len(starts) - 1)]
            at += length

    def __len__(self):
        return len(self.tokens)

    def ranges(self, spans):
        """Spans of code points as ranges of tokens, those that touch joined."""
        found = []
        for start, end in sorted(spans or []):
            first = int(np.searchsorted(self.tokens[:, 1], start, side="right"))
            last = int(np.searchsorted(self.tokens[:, 0], end, side="left"))
            if first < last:
                if found and found[-1][1] >= first:
                    found[-1] = (found[-1][0], max(found[-1][1], last))
                else:
                    found.append((first, last))
        return found

    def cue_tags(self):
        if hasattr(self, "tags"):
            return self.tags
        tags = np.zeros(len(self), dtype=np.int64)
        for (first, end), _, _ in self.attributions:
            tags[first:end] = I
            tags[first] = B
        return tags

    def window(self, cues, near=False):
        """For each cue the tokens around it, [cues, WIDTH]; and which of them are looked at: those that the article has, or
        with `near` those of the cue's surroundings."""
        at = np.array([first for first, _ in cues], dtype=np.int64)[:, None] + np.arange(-BEFORE, AFTER)[None]
        real = (at >= 0) & (at < len(self))
        if near:
            around = np.array([self.surroundings(first) for first, _ in cues], dtype=np.int64)
            real = real & (at >= around[:, :1]) & (at < around[:, 1:])
        return np.clip(at, 0, len(self) - 1), real

    def surroundings(self, token):
        """The sentence of a cue that begins there, the one before it and the one after it, and as far as a quotation goes on
        from them; all that is in reach where its sentence has a quotation. 98 of 100 attributions lie within."""
        if not hasattr(self, "starts"):
            self.starts = np.flatnonzero(np.diff(self.sentences, prepend=-1)).tolist() + [len(self)]
        last = len(self.starts) - 2
        sentence = int(np.searchsorted(self.starts, token, side="right")) - 1
        least, most = max(token - BEFORE, 0), min(token + AFTER, len(self))
        if self.quotations[max(self.starts[sentence], least):min(self.starts[sentence + 1], most)].any():
            return least, most
        first, end = max(sentence - 1, 0), min(sentence + 1, last)
        quoted = lambda number: self.quotations[self.starts[number]]
        while first > 0 and quoted(first) > 0 and self.quotations[self.starts[first] - 1] == quoted(first):
            first -= 1
        while end < last and quoted(end + 1) > 0:
            end += 1
        return self.starts[first], self.starts[end + 1]

    def argument_tags(self, near=False):
        """For each gold cue the tags of the tokens around it, [cues, WIDTH]; with `near` as far as its surroundings reach."""
        tags = np.zeros((len(self.attributions), WIDTH), dtype=np.int64)
        for row, ((first, _), source, contents) in zip(tags, self.attributions):
            spans = [(source, SOURCE_B)] if source else []
            least, most = self.surroundings(first) if near else (0, len(self))
            for (start, end), tag in spans + [(content, CONTENT_B) for content in contents]:
                start, end = max(start, least), min(end, most)
                if start >= end:
                    continue
                start, end = start - first + BEFORE, end - first + BEFORE
                if 0 <= start < WIDTH:
                    row[start:min(end, WIDTH)] = tag + 1
                    row[start] = tag
                elif start < 0 < end:
                    row[:end] = tag + 1
        return tags

    def pair_features(self, cues, proposed=True):
        """For each cue and token around it four features, [cues, WIDTH, 4]: distance, sentences between them,
        how they stand to quotation marks, and what the patterns propose for this cue."""
        at, _ = self.window(cues)
        first = np.array([cue[0] for cue in cues], dtype=np.int64)[:, None]
        last = np.array([cue[1] - 1 for cue in cues], dtype=np.int64)[:, None]
        raw = first + np.arange(-BEFORE, AFTER)[None]
        ahead, behind = np.maximum(raw - last, 0), np.maximum(first - raw, 0)
        distance = np.searchsorted(DISTANCES, ahead, side="right") - np.searchsorted(DISTANCES, behind, side="right")
        sentence = np.clip(self.sentences[at] - self.sentences[first], -2, 3)
        here, there = self.quotations[first], self.quotations[at]
        quotation = np.where(here == there, here > 0, np.where(here == 0, 2, 3))
        proposal = np.zeros_like(at)
        for row, (start, end) in enumerate(cues):
            fitting = [p for p in self.proposals if p["cue"][0] < end and start < p["cue"][1]] if proposed else []
            proposal[row] = 16 if not fitting else 0
            for p in fitting:
                spans = [(p["source"], 1)] if p["source"] else []
                for (begin, stop), role in spans + [(content, 3) for content in p["contents"]]:
                    begin, stop = begin - start + BEFORE, stop - start + BEFORE
                    value = 5 * p["level"] + role
                    if begin < WIDTH and stop > 0:
                        proposal[row, max(begin, 0):min(stop, WIDTH)] = value + 1
                        if begin >= 0:
                            proposal[row, begin] = value
        return np.stack([DISTANCE + 13 + distance, SENTENCE + 2 + sentence, QUOTATION + quotation, PROPOSAL + proposal], -1)


def mentions(paths):
    """What mentions.py wrote, by the article's id."""
    told = {}
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            told |= {record["id"]: record for record in map(json.loads, lines)}
    return told


def load(features, gold=None, scheme="guide", mentions=None):
    """The articles of a FEATURES.jsonl, with the attributions of GOLD.jsonl, which are by that scheme, and with mentions;
    and what its first line tells."""
    annotated = {}
    if gold:
        with open(gold, encoding="utf-8") as lines:
            annotated = {article["id"]: article for article in map(json.loads, lines)}
    with open(features, encoding="utf-8") as lines:
        about = json.loads(next(lines))
        told = about["features"] if SCHEMES.index(scheme) else None
        articles = [Article(record, annotated.get(record["id"]), told) for record in map(json.loads, lines)]
    for article in articles:
        if mentions and article.id in mentions:
            article.know_mentions(mentions[article.id])
    return articles, about


class Bags:
    """Bags of numbers as the offsets that torch's EmbeddingBag wants."""

    def __init__(self, bags):
        self.flat = np.fromiter((number for bag in bags for number in bag), dtype=np.int64)
        self.offsets = np.cumsum([0] + [len(bag) for bag in bags][:-1]).astype(np.int64)


def dropped(article, about, rng: random.Random, unknown):
    """The article's features and pieces as one training step sees them: without what the lexicon and the patterns
    say, without what the patterns say, or whole; some words unknown, cues more often than others."""
    draw = rng.random()
    limit = about["first_lexical"] if draw < 0.12 else about["first_proposed"] if draw < 0.27 else about["features"]
    kept = lambda feature: feature < limit or feature >= about["features"]  # the scheme is always told
    features = [list(filter(kept, bag)) for bag in article.features] if limit < about["features"] else article.features
    pieces = list(article.pieces)
    if limit == about["features"]:
        for cue, _, _ in article.attributions:
            if rng.random() < 0.1:
                for token in range(*cue):
                    pieces[token] = [unknown]
    for token in range(len(pieces)):
        if rng.random() < 0.03:
            pieces[token] = [unknown]
    return features, pieces, limit == about["features"]
