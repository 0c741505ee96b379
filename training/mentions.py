#!/usr/bin/env python3
"""Texts with the mentions in them: what the network learns from who and what is spoken of.

    mentions.py gum GUM > gum.jsonl                      documents of GUM, genres with free licences, without news
    mentions.py names FILE.iob2... > names.jsonl         Universal NER's names of the English Web Treebank
    mentions.py sources ARTICLES.jsonl > sources.jsonl   the sources of annotated articles, as far as they tell

A line is {"id", "text", "whole", "mentions", "names"}, offsets in code points. A mention is [start, end, kind, form]: kind is one of
KINDS, form one of FORMS, either empty where it isn't told. Names are [start, end, tag], tag one of NAMES: names without titles, and
titles. "whole" says which of "mentions" and "names" are all that the text has: of others, silence says nothing. Names of GUM are the proper
nouns of mentions whose heads are proper nouns.
"""
import argparse
import json
import re

import coreference

KINDS = ("person", "organization", "place", "group", "document", "other")
FORMS = ("name", "nominal", "pronoun")
NAMES = ("person", "organization", "place", "other", "title")

# essay, fiction, letter, podcast, whow and reddit aren't free; news is what extraction is evaluated on.
FREE = {"academic", "bio", "conversation", "court", "interview", "speech", "textbook", "vlog", "voyage"}


def head_of(document, first, last):
    """The word of a stretch that hangs on none of it."""
    for at in range(first, last):
        head = document.words[at][2]
        if head is None or not first <= head < last:
            return at
    return first


def proper(document, at):
    """Whether Penn's tag says so; Universal Dependencies calls "United" of "United Nations" an adjective."""
    return document.words[at][1].startswith("NNP")


def gum(folder):
    for document in coreference.gum(folder):
        if document.genre not in FREE:
            continue
        at_start = {start: number for number, (start, _) in enumerate(document.tokens)}
        at_end = {end: number + 1 for number, (_, end) in enumerate(document.tokens)}
        mentions, names = [], {}
        for (start, end, _, _), type_ in zip(document.mentions, document.types):
            first, last = at_start[start], at_end[end]
            head = head_of(document, first, last)
            universal, penn, _, _ = document.words[head]
            form = "name" if proper(document, head) else "pronoun" if universal == "PRON" else "nominal"
            kind = type_ if type_ in KINDS else "other"
            if kind == "person" and form == "nominal" and penn == "NNS":
                kind = "group"
            mentions.append([start, end, kind, form])
            if form != "name" or document.text[start:end].startswith("http"):
                continue
            inner = [at for at in range(first, last)]
            while inner and document.words[inner[0]][0] == "DET":
                inner.pop(0)
            small = () if kind == "person" else ("ADP", "DET", "CCONJ")
            if len(inner) > 1 and all(proper(document, at) or document.words[at][0] in small for at in inner) and all(
                    proper(document, at) and document.words[at][3] != "nmod:desc" for at in (inner[0], inner[-1])):
                names[inner[0], inner[-1] + 1] = kind if kind in NAMES else "other"
                continue
            # What hangs on the head as part of the name, and as title.
            part = [at for at in range(first, last) if at == head or document.words[at][2] == head and proper(document, at)]
            titles = [at for at in part if document.words[at][3] == "nmod:desc"]
            name = [at for at in part if document.words[at][3] in ("flat", "compound", "goeswith", "amod") or at == head]
            for tag, words in ((kind if kind in NAMES else "other", name), ("title", titles)):
                for run in runs(words):
                    names[run] = tag
        spans = [[document.tokens[first][0], document.tokens[last - 1][1], tag] for (first, last), tag in sorted(names.items())]
        # Of names that overlap the longest stays.
        spans.sort(key=lambda it: it[0] - it[1])
        kept = []
        for span in spans:
            if all(span[1] <= other[0] or other[1] <= span[0] for other in kept):
                kept.append(span)
        yield {"id": document.id, "text": document.text, "whole": ["mentions", "names"], "mentions": mentions, "names": sorted(kept)}


def runs(numbers):
    """Ranges of numbers that follow one another."""
    found = []
    for number in sorted(numbers):
        if found and found[-1][1] == number:
            found[-1] = (found[-1][0], number + 1)
        else:
            found.append((number, number + 1))
    return found


def universal_ner(paths):
    tags = {"PER": "person", "ORG": "organization", "LOC": "place"}
    for path in paths:
        document = None
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("# newdoc id = "):
                    if document:
                        yield document
                    document = {"id": line.split(" = ")[1].strip(), "text": "", "whole": ["names"], "mentions": [], "names": []}
                elif line.startswith("# text = "):
                    text = line.split(" = ", 1)[1].rstrip("\n")
                    document["text"] += ("\n" if document["text"] else "")
                    base, at = len(document["text"]), 0
                    document["text"] += text
                elif line[:1].isdigit():
                    _, form, tag, *_ = line.split("\t")
                    at = text.index(form, at)
                    start, end = base + at, base + at + len(form)
                    at += len(form)
                    if tag.startswith("B-"):
                        document["names"].append([start, end, tags.get(tag[2:], "other")])
                    elif tag.startswith("I-") and document["names"]:
                        document["names"][-1][1] = end
        if document:
            yield document


SPEAKERS = {"person": "person", "organization": "organization", "country": "place", "group": "group", "document": "document"}
PRONOUNS = set("i me we us you he him she her it they them who which that this these those one himself herself themselves itself".split())


def sources(path):
    """Sources are mentions; where one is the speaker's name with something around it, that is a name."""
    for line in open(path, encoding="utf-8"):
        article = json.loads(line)
        mentions, names = {}, {}
        for attribution in article["attributions"]:
            if len(attribution.get("source") or []) != 1:
                continue
            (start, end), = attribution["source"]
            words = article["text"][start:end]
            kind = SPEAKERS.get(attribution.get("speaker_kind"), "")
            speaker = attribution.get("speaker") or ""
            form = "pronoun" if words.lower() in PRONOUNS else ""
            at = words.find(speaker) if speaker and attribution.get("named") and not form else -1
            before = words[:max(at, 0)].strip()
            if at >= 0 and (not before or re.fullmatch(r"[A-Z][\w.]*( (of|for|the|and|[A-Z][\w.]*))*", before) and before not in ("The", "A", "An")):
                form = "name"
                if kind in NAMES:
                    names[start + at, start + at + len(speaker)] = kind
                    if before and kind == "person":
                        names[start, start + len(before)] = "title"
            mentions[start, end] = (kind, form)
        yield {"id": article["id"], "text": article["text"], "whole": [],
               "mentions": [[*span, *told] for span, told in sorted(mentions.items())],
               "names": [[*span, tag] for span, tag in sorted(names.items())]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("gum", "names", "sources"))
    parser.add_argument("paths", nargs="+")
    args = parser.parse_args()
    found = {"gum": lambda: gum(args.paths[0]), "names": lambda: universal_ner(args.paths), "sources": lambda: sources(args.paths[0])}
    for document in found[args.what]():
        print(json.dumps(document, ensure_ascii=False))


if __name__ == "__main__":
    main()
