#!/usr/bin/env python3
"""A data frame of articles, written by pandas, read by `ascribe extract`, and its claims in a data frame again.

    test_pandas.py PATH-TO-ASCRIBE [unittest arguments]

Needs what requirements.txt names. A thousand articles by columns of their owner's names, with dates in mixed spellings and
ten that are broken, in each of the forms that pandas writes rows in: every row has its line.
"""

import datetime
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import pandas

BINARY = None

COUNT = 1000

# Seven that pandas itself writes: no text. Three that are no row any more, once the file was spoiled.
WITHOUT_TEXT = [3, 111, 222, 333, 444, 555, 999]
SPOILED = [50, 500, 700]


def day(number):
    return datetime.date(2024, 1, 1) + datetime.timedelta(days=number % 300)


def written(number):
    """The date of an article, in a spelling of its own."""
    date = day(number)
    spellings = [
        date.isoformat(),
        f"{date:%B} {date.day}, {date.year}",
        f"{date:%a, %d %b %Y} 23:30:00 -0500",
        f"{date.isoformat()}T23:30:00-05:00",
        f"{date.day} {date:%B %Y}",
        f"{date:%m/%d/%Y}",
        "",
    ]
    return spellings[number % len(spellings)]


def expected(number):
    """The day that is read, and whether something is to be noticed."""
    date = day(number)
    spelling = number % 7
    if spelling == 5 and date.day <= 12 and date.day != date.month:
        return None, True
    return (None if spelling == 6 else date.isoformat()), False


def articles():
    text = "Mayor Ana Ruiz said on Tuesday that bridge {} is “safe”.\nCritics, however, disagreed."
    frame = pandas.DataFrame(
        {
            "id": range(10_000, 10_000 + COUNT),
            "title": [f"Bridge {number}, again" for number in range(COUNT)],
            "body": [text.format(number) for number in range(COUNT)],
            "date": [written(number) for number in range(COUNT)],
            "section": "local",
        }
    )
    frame.loc[WITHOUT_TEXT, "body"] = None
    return frame


def spoil(file, spoiled):
    text = file.read_text(encoding="utf-8")
    for number in SPOILED:
        before, after = spoiled(10_000 + number, number)
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    file.write_text(text, encoding="utf-8")


class PandasTest(unittest.TestCase):
    maxDiff = 2000

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.place = pathlib.Path(self.folder.name)

    def extract(self, file, *arguments):
        output = self.place / "claims.jsonl"
        command = [BINARY, "extract", file, "-o", output, *arguments]
        run = subprocess.run(command, capture_output=True, timeout=300, text=True)
        self.assertEqual(run.returncode, 1, run.stderr)
        return output, run.stderr

    def check(self, file, place):
        """Every row has its line: its claims, or why there are none."""
        output, told = self.extract(file, "--keep", "section")
        self.assertIn("read 1,000 documents: 990 answered, 10 skipped", told)
        lines = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
        self.assertEqual(len(lines), COUNT)
        for number, line in enumerate(lines):
            if number in SPOILED:
                self.assertEqual(line["document_id"], place(number), line)
            else:
                self.assertEqual(line["document_id"], str(10_000 + number))
            self.assertEqual("error" in line, number in WITHOUT_TEXT + SPOILED, line)
            if "error" in line:
                continue
            date, is_noticed = expected(number)
            self.assertEqual((line["document"]["publish_time"] or "")[:10] or None, date, line["document"])
            reasons = [notice["reason"] for notice in line["notices"]]
            self.assertEqual("NOTICE_REASON_DATE_NOT_READ" in reasons, is_noticed, line)
            self.assertEqual(line["document"]["title"], f"Bridge {number}, again")
            self.assertEqual(line["kept"], {"section": "local"})

        # Three lines.
        lines = pandas.read_json(output, lines=True, dtype={"document_id": str})
        found = lines[lines.claims.notna()].to_dict("records")
        claims = pandas.json_normalize(found, "claims", ["document_id", ["document", "title"], ["document", "publish_time"]])

        self.assertEqual(len(lines), COUNT)
        self.assertEqual(lines.error.notna().sum(), 10)
        self.assertEqual(set(claims.document_id), {str(10_000 + n) for n in range(COUNT)} - {
            str(10_000 + n) for n in WITHOUT_TEXT + SPOILED
        })
        self.assertEqual(claims["source.resolved_name"].value_counts()["Ana Ruiz"], 990)
        self.assertEqual(claims["document.title"].notna().sum(), len(claims))

    def test_json_lines(self):
        file = self.place / "articles.jsonl"
        articles().to_json(file, orient="records", lines=True)
        spoil(file, lambda id, number: (f'{{"id":{id},"title":"', f'{{"id":{id},"title":'))
        self.check(file, lambda number: f"{file}:{number + 1}")

    def test_a_list(self):
        file = self.place / "articles.json"
        articles().to_json(file, orient="records")
        spoil(file, lambda id, number: (f'{{"id":{id},"title":"', f'{{"id":oops,"title":"'))
        self.check(file, lambda number: f"{file}[{number}]")

    def test_csv(self):
        for index in [False, True]:
            with self.subTest(index=index):
                file = self.place / "articles.csv"
                frame = articles()
                frame.to_csv(file, index=index)
                spoil(file, lambda id, number: (f',"Bridge {number}, again"', f',Bridge {number}, again'))
                # The line in which a row begins: texts have two each.
                starts = [2]
                for number in range(COUNT):
                    starts.append(starts[-1] + (1 if number in WITHOUT_TEXT else 2))
                self.check(file, lambda number: f"{file}:{starts[number]}")

    def test_standard_input_without_a_word(self):
        text = articles().to_csv(index=False)
        run = subprocess.run([BINARY, "extract"], input=text, capture_output=True, timeout=300, text=True)
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertEqual(len(run.stdout.splitlines()), COUNT)
        self.assertIn("- is read as a table, separated by commas", run.stderr)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    BINARY = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main()
