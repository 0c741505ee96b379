#!/usr/bin/env python3
"""Counts how often each cue attributes something in each of its frames, and writes it into the lexicon.

    cargo run --release --example proposals -- TRAIN.jsonl > found.jsonl
    cue_reliability.py TRAIN.jsonl found.jsonl data/cues.tsv > cues.tsv

TRAIN.jsonl holds one annotated article a line, {"id": …, "text": …, "attributions": [{"source": [[start,
end], …], "cue": …, "content": …}, …]}, offsets in code points. A frame "that" of an entry becomes "that:81":
of a hundred claims that the entry made in this frame, 81 are in the annotation (source and content each
overlap by at least half, in words). Counts are few for most entries, so each is smoothed towards the share
of its frame over all entries of its category, as if that had been seen SMOOTHING times more.

FLOORS: what the annotation guide of this project counts and PolNeAR's annotators mark only seldom (agentless
adverbs, nouns) keeps at least this reliability, so that it isn't left out by default.
"""
import collections
import json
import re
import sys

SMOOTHING = 6
FRAME_SMOOTHING = 10
FLOORS = {"adverb": 30, "noun": 18}
WORD = re.compile(r"\w+")


def words(text, spans):
    """The words that spans cover, each as the offset at which it starts."""
    return {start + match.start() for start, end in spans for match in WORD.finditer(text[start:end])}


def alike(one, other):
    if not one and not other:
        return True
    return 2 * len(one & other) >= len(one | other)


def spans_of(part):
    return [(span.get("start", 0), span["end"]) for span in (part or {}).get("spans", [])]


def count(gold_path, found_path):
    """For each (lemma, category, frame): how many of its claims are right, and how many there are."""
    with open(gold_path, encoding="utf-8") as lines:
        gold = {article["id"]: article for article in map(json.loads, lines)}
    counts = collections.defaultdict(lambda: [0, 0])
    with open(found_path, encoding="utf-8") as lines:
        for result in map(json.loads, lines):
            article = gold[result["document_id"]]
            text = article["text"]
            annotated = [
                (words(text, attribution["source"]), words(text, attribution["content"]))
                for attribution in article["attributions"]
            ]
            for claim in result.get("claims", []):
                entry = claim.get("explanation", {}).get("cue_entry")
                # What stands within another content is not annotated in PolNeAR.
                if not entry or claim.get("parent_claim_id"):
                    continue
                source, content = words(text, spans_of(claim.get("source"))), words(text, spans_of(claim["content"]))
                right = any(alike(source, other) and alike(content, piece) for other, piece in annotated)
                counter = counts[tuple(entry.rsplit("/", 2))]
                counter[0] += right
                counter[1] += 1
    return counts


def main():
    gold_path, found_path, lexicon_path = sys.argv[1:]
    counts = count(gold_path, found_path)
    frames = collections.defaultdict(lambda: [0, 0])
    for (_, category, frame), (right, all_of_them) in counts.items():
        frames[category, frame][0] += right
        frames[category, frame][1] += all_of_them

    def reliability(lemma, category, frame):
        right, seen = frames[category, frame]
        mean = (right + FRAME_SMOOTHING * 0.5) / (seen + FRAME_SMOOTHING)
        right, seen = counts.get((lemma, category, frame), (0, 0))
        percent = round(100 * (right + SMOOTHING * mean) / (seen + SMOOTHING))
        return min(99, max(1, FLOORS.get(category, 1), percent))

    with open(lexicon_path, encoding="utf-8") as lines:
        for line in lines:
            columns = line.rstrip("\n").split("\t")
            if line.startswith("#") or len(columns) != 8:
                sys.stdout.write(line)
                continue
            lemma, category = columns[:2]
            names = (frame.split(":")[0] for frame in columns[3].split())
            columns[3] = " ".join(f"{name}:{reliability(lemma, category, name)}" for name in names)
            print("\t".join(columns))


if __name__ == "__main__":
    main()
