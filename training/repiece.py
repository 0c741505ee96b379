#!/usr/bin/env python3
"""Features with another encoder's word pieces, for a teacher that the product doesn't run.

    repiece.py FEATURES ARTICLES TOKENIZER.json > FEATURES

The tokens stay those of the product; each is split by itself with the package `tokenizers`.
"""
import json
import sys

from tokenizers import Tokenizer


def main():
    features, articles, path = sys.argv[1:]
    tokenizer = Tokenizer.from_file(path)
    tokenizer.no_truncation()
    with open(articles, encoding="utf-8") as lines:
        texts = {article["id"]: article["text"] for article in map(json.loads, lines)}
    unknown = tokenizer.token_to_id("[UNK]")
    with open(features, encoding="utf-8") as lines:
        print(next(lines), end="")
        for record in map(json.loads, lines):
            text = texts[record["id"]]
            words = [text[start:end] for start, end in record["tokens"]]
            pieces = tokenizer.encode_batch(words, add_special_tokens=False)
            record["pieces"] = [piece.ids or [unknown] for piece in pieces]
            print(json.dumps(record, ensure_ascii=False, separators=(",", ":")))


if __name__ == "__main__":
    main()
