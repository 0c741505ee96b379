#!/usr/bin/env python3
"""How often pronouns are given the right antecedent, and what the ranker of antecedents learns from.

    coreference.py texts GUM > gum.jsonl                  GUM's documents as lines of {"id", "text"}
    coreference.py texts gap-development.tsv > gap.jsonl
    cargo run --release --example pronouns -- gum.jsonl > gum.pronouns
    coreference.py score GUM gum.pronouns
    coreference.py score gap-development.tsv gap.pronouns
    coreference.py score ... --only dev,test              GUM's documents of those parts of splits.md
    coreference.py score ... --errors 100

GUM is a checkout of github.com/amir-zeldes/gum (its folder dep/ and splits.md), GAP's files are those of
github.com/google-research-datasets/gap-coreference. GUM's genre "news" is never read: articles of the same kind
are what extraction is evaluated on.

On GUM a pronoun counts if it is a mention of its own there. Its antecedent is right if the gold mention that has
most words in common with it is of the pronoun's entity. Recall is over the pronouns with a mention of their entity
before them, precision over all that were given an antecedent. On GAP a name is said to be the pronoun's if any
mention of the entity that the pronoun was given overlaps it; figures as GAP's own scorer has them.
"""
import argparse, collections, csv, json, pathlib, re

PRONOUNS = {
    "he": "he", "him": "he", "himself": "he", "his": "his",
    "she": "she", "herself": "she", "her": "her", "hers": "her",
    "they": "they", "them": "they", "themselves": "they", "their": "their", "theirs": "their",
}


class Document:
    """A document of GUM: its text, and its mentions as (start, end, head, entity), in code points; beside them the
    mentions' types, and the parse of its words: (tags of Universal Dependencies and of Penn, number of the head or None, relation)."""

    def __init__(self, path, lines):
        self.id = path.stem
        self.genre = self.id.split("_")[1]
        self.text = ""
        self.tokens = []
        self.mentions = []
        self.types = []
        self.words = []
        self.pronouns = {}
        self._open = collections.defaultdict(list)
        self._space = ""
        skip = 0
        for line in lines:
            if line.startswith("# newpar_block") or line.startswith("# newpar"):
                self._space = "\n\n" if self.text else ""
            if not line[:1].isdigit():
                continue
            number, form, _, universal, tag, _, head, relation, _, misc = line.rstrip("\n").split("\t")
            if "." in number:
                continue
            if "-" in number:
                # The word is written as one; its parts carry the annotation.
                first, last = map(int, number.split("-"))
                skip = last - first + 1
                self._after = " " if "SpaceAfter=No" not in misc else ""
                continue
            before = len(self.tokens) + 1 - int(number) if number.isdigit() else 0
            self.words.append((universal, tag, before + int(head) - 1 if head not in ("0", "_") else None, relation))
            self._add(form, tag, misc, skip)
            if skip:
                skip -= 1
                self._space = "" if skip else self._after

    def _add(self, form, tag, misc, in_word):
        start = len(self.text) + len(self._space)
        self.text += self._space + form
        end = len(self.text)
        self.tokens.append((start, end))
        index = len(self.tokens) - 1
        fields = dict(field.split("=", 1) for field in misc.split("|") if "=" in field)
        self._space = "" if fields.get("SpaceAfter") == "No" else " "
        opened = []
        for piece in re.findall(r"\([^()]+\)?|[^()]+\)", fields.get("Entity", "")):
            if piece.startswith("("):
                parts = piece.strip("()").split("-")
                entity = parts[0]
                opened.append(entity)
                self._open[entity].append((index, parts[4] if len(parts) > 5 else "1", parts[1] if len(parts) > 1 else ""))
            if piece.endswith(")"):
                entity = piece.strip("()").split("-")[0]
                if self._open[entity]:
                    first, heads, type_ = self._open[entity].pop()
                    head = first + int(re.match(r"\d+", heads.split(",")[0] or "1")[0]) - 1 if heads[:1].isdigit() else first
                    head = min(head, index)
                    self.mentions.append((self.tokens[first][0], end, self.tokens[head], entity.split("[")[0]))
                    self.types.append(type_)
                    if first == index and form.lower() in PRONOUNS and tag in ("PRP", "PRP$"):
                        self.pronouns[start] = (end, entity)

    def entity_at(self, start, end):
        """The entity of the gold mention that has most in common with a stretch and has its head in it."""
        best = (0.0, None)
        for first, last, head, entity in self.mentions:
            both = min(last, end) - max(first, start)
            if both > 0 and head[0] < end and start < head[1]:
                best = max(best, (both / (max(last, end) - min(first, start)), entity), key=lambda it: it[0])
        return best[1]


def gum(folder):
    for path in sorted((pathlib.Path(folder) / "dep").glob("GUM_*.conllu")):
        if not path.name.startswith("GUM_news_"):
            with open(path, encoding="utf-8") as lines:
                yield Document(path, lines)


def gap(path):
    with open(path, encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def texts(path):
    """Lines of {"id", "text"}."""
    if path.endswith(".tsv"):
        for row in gap(path):
            print(json.dumps({"id": row["ID"], "text": row["Text"]}))
    else:
        for document in gum(path):
            print(json.dumps({"id": document.id, "text": document.text}))


def parts(folder, wanted):
    """The documents of some parts of GUM's splits.md; all if none is named."""
    part, found = None, set()
    for line in open(pathlib.Path(folder) / "splits.md", encoding="utf-8"):
        if line.startswith("## "):
            part = line[3:].strip()
        elif line.startswith("  * ") and (not wanted or part in wanted):
            found.add(line[4:].strip())
    return found


def read(path):
    """For each document its pronouns by where they begin."""
    return {record["id"]: {it["pronoun"][0]: it for it in record["pronouns"]} for record in map(json.loads, open(path))}


class Tally:
    def __init__(self):
        self.right = self.answered = self.gold = 0

    def figures(self):
        precision = self.right / self.answered if self.answered else 0.0
        recall = self.right / self.gold if self.gold else 0.0
        f1 = 2 * precision * recall / (precision + recall) if self.right else 0.0
        return precision * 100, recall * 100, f1 * 100


def score_gum(folder, answers, wanted, errors, key):
    tallies = collections.defaultdict(Tally)
    shown = 0
    chosen = parts(folder, wanted)
    for document in gum(folder):
        if document.id not in chosen:
            continue
        answered = answers.get(document.id, {})
        for start, (end, entity) in document.pronouns.items():
            word = PRONOUNS[document.text[start:end].lower()]
            has_one = any(first < start and it == entity for first, _, _, it in document.mentions)
            answer = answered.get(start, {}).get(key)
            is_right = bool(answer) and has_one and document.entity_at(*answer) == entity
            for tally in (tallies["all"], tallies[word], tallies[f"genre {document.genre}"]):
                tally.right += is_right
                tally.answered += bool(answer)
                tally.gold += has_one
            if errors > shown and not is_right and (answer or has_one):
                shown += 1
                show(document, start, end, answer, entity)
    return tallies


def show(document, start, end, answer, entity):
    """An error with the text around it: [[the pronoun]], <<what was chosen>>, {what is right}."""
    marks = [(start, "[["), (end, "]]")]
    if answer:
        marks += [(answer[0], "<<"), (answer[1], ">>")]
    before = [(last, first) for first, last, _, it in document.mentions if it == entity and first < start]
    for last, first in sorted(before, reverse=True)[:2]:
        marks += [(first, "{"), (last, "}")]
    low = max(0, min(place for place, _ in marks) - 60)
    text = document.text[max(low, start - 700):end + 60]
    low = max(low, start - 700)
    for place, mark in sorted(marks, reverse=True):
        if place >= low:
            text = text[:place - low] + mark + text[place - low:]
    print(f"--- {document.id}\n{' '.join(text.split())}\n")


def score_gap(path, answers, key):
    """GAP's own figures: over both names of all examples, and over those of each gender."""
    tallies = collections.defaultdict(Tally)
    for row in gap(path):
        answer = answers.get(row["ID"], {}).get(int(row["Pronoun-offset"]), {})
        for name in "AB":
            start = int(row[f"{name}-offset"])
            end = start + len(row[name])
            spans = [answer[key]] if answer.get(key) else []
            if spans and key == "antecedent":
                spans = answer["mentions"] or spans
            is_said = any(first < end and start < last for first, last in spans)
            is_so = row[f"{name}-coref"] == "TRUE"
            gender = "feminine" if row["Pronoun"].lower() in ("she", "her", "hers") else "masculine"
            for tally in (tallies["all"], tallies[gender]):
                tally.right += is_said and is_so
                tally.answered += is_said
                tally.gold += is_so
    return tallies


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("texts", "score"):
        command = commands.add_parser(name)
        command.add_argument("corpus", help="a checkout of GUM, or a file of GAP")
        if name == "score":
            command.add_argument("answers", help="what the example `pronouns` printed")
            command.add_argument("--only", default="", help="parts of GUM: train, dev, test")
            command.add_argument("--errors", type=int, default=0, metavar="N", help="print N errors")
            command.add_argument("--naive", action="store_true", help="score the nearest name that agrees")
    args = parser.parse_args()
    if args.command == "texts":
        return texts(args.corpus)
    key = "nearest" if args.naive else "antecedent"
    answers = read(args.answers)
    if args.corpus.endswith(".tsv"):
        tallies = score_gap(args.corpus, answers, key)
    else:
        tallies = score_gum(args.corpus, answers, set(filter(None, args.only.split(","))), args.errors, key)
    print(f"{'':20}{'precision':>10}{'recall':>8}{'F1':>7}{'right':>7}{'answered':>10}{'gold':>7}")
    for name, tally in sorted(tallies.items()):
        precision, recall, f1 = tally.figures()
        print(f"{name:20}{precision:10.1f}{recall:8.1f}{f1:7.1f}{tally.right:7}{tally.answered:10}{tally.gold:7}")
    if "feminine" in tallies:
        print(f"bias (feminine / masculine F1) {tallies['feminine'].figures()[2] / tallies['masculine'].figures()[2]:.3f}")


if __name__ == "__main__":
    main()
