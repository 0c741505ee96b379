#!/usr/bin/env python3
"""The lexicon's example sentences -> articles for features.rs, fifteen sentences in each.

    examples.py CUES.tsv > EXAMPLES.jsonl

What the patterns propose for them is what the network is taught (train.py --examples): each cue of the lexicon at
least once, also those that the annotated articles lack.
"""
import json
import random
import sys

SENTENCES = 15


def main():
    with open(sys.argv[1], encoding="utf-8") as lines:
        examples = sorted({line.rstrip("\n").split("\t")[-1] for line in lines if line.strip() and not line.startswith("#")})
    random.Random(1).shuffle(examples)
    for start in range(0, len(examples), SENTENCES):
        text = "\n\n".join(examples[start:start + SENTENCES])
        print(json.dumps({"id": f"examples-{start // SENTENCES}", "text": text}, ensure_ascii=False))


if __name__ == "__main__":
    main()
