#!/usr/bin/env python3
"""Annotations of world news without their texts <-> lines of articles with both.

    world_more.py join UNLABELLED > world-more.jsonl               annotations and their texts
    world_more.py join UNLABELLED --twice > first.jsonl            only those that a second reader has, too
    world_more.py join UNLABELLED --second > second.jsonl          the second reader's
    world_more.py take ARTICLES.jsonl FOLDER                       annotated articles -> FOLDER/*.ann

The texts are publishers'; so `world-more/` holds of each article its id, the set that it is from, the SHA-256 of its text in
UTF-8, and its attributions: spans in code points, and the fields that are scored. UNLABELLED is the folder with the sets, SET.jsonl.xz, lines of
{"id", "text"}. A text that differs from the one that was annotated is named on standard error and left out. Who was
accused is a private person: of press releases of district attorneys (da-press) names of speakers are left out.
"""

import argparse
import hashlib
import json
import lzma
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent / "world-more"


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def take(articles, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for line in open(articles, encoding="utf-8"):
        article = json.loads(line)
        head = {"id": article["id"], "set": article["origin"], "sha256": digest(article["text"])}
        rows = [head]
        for attribution in article["attributions"]:
            kept = {name: value for name, value in attribution.items() if value not in ([], "", False, None)}
            if article["origin"] == "da-press":
                kept.pop("speaker", None)
            rows.append(kept)
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", article["id"])[:100]
        path = folder / f"{name}.ann"
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def join(unlabelled, folder, names):
    texts = {}
    missing = 0
    for path in sorted(folder.glob("*.ann")):
        if names is not None and path.name not in names:
            continue
        head, *attributions = map(json.loads, path.read_text(encoding="utf-8").splitlines())
        name = head["set"]
        if name not in texts:
            with lzma.open(unlabelled / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
                texts[name] = {row["id"]: row["text"] for row in map(json.loads, lines)}
        text = texts[name].get(head["id"])
        if text is None or digest(text) != head["sha256"]:
            print(f"{path.name}: {name} has no such text", file=sys.stderr)
            missing += 1
            continue
        article = {"id": head["id"], "text": text, "origin": name, "attributions": attributions}
        print(json.dumps(article, ensure_ascii=False))
    return missing


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    joined = commands.add_parser("join")
    joined.add_argument("unlabelled", type=pathlib.Path)
    which = joined.add_mutually_exclusive_group()
    which.add_argument("--twice", action="store_true", help="only what a second reader has, too")
    which.add_argument("--second", action="store_true", help="the second reader's")
    taken = commands.add_parser("take")
    taken.add_argument("articles", type=pathlib.Path)
    taken.add_argument("folder", type=pathlib.Path)
    options = parser.parse_args()
    if options.command == "take":
        take(options.articles, options.folder)
    else:
        second = HERE / "second"
        names = {path.name for path in second.glob("*.ann")} if options.twice else None
        sys.exit(bool(join(options.unlabelled, second if options.second else HERE, names)))


if __name__ == "__main__":
    main()
