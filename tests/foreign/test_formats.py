#!/usr/bin/env python3
"""What `ascribe extract` writes for other tools, read by what those tools read with.

    test_formats.py PATH-TO-ASCRIBE [unittest arguments]

Needs what requirements.txt names: Label Studio's SDK, brat's own server, a JSON-LD processor. Each format has to hold
what the JSON lines hold, and each of its offsets has to select the words that it stands for.
"""

import csv
import importlib.util
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
from xml.etree import ElementTree

from label_studio_sdk.label_interface import LabelInterface
from label_studio_sdk.label_interface.objects import TaskValue
from pyld import jsonld

from server import ROOT

BINARY = None

FILES = ["tests/data/wikinews-dev.jsonl", "tests/data/seed.txt"]

# Emoji, letters beyond the Basic Multilingual Plane, a content in pieces and one over paragraphs, nested claims, commas
# and quotation marks; all that a claim can have. It comes from standard input, whose document is "-".
EMOJI = """“It’s over 🎉,” Mayor Ana Ruiz told reporters on Tuesday in a statement, “and the 👩‍👩‍👧 dam is safe.”

Critics 👎🏽 said that Ruiz had denied it leaks 💧. The ministry reportedly did not say who "pays, or why".

“The first tower fell 🗼.

“The second one fell as well 𝔘,” José Peña, the engineer 👷, said.
"""

# A passage that is broken over lines, as in mail.
WRAPPED = "Mayor Ana Ruiz said that the old bridge over the river was\nsafe. Critics said that it leaks.\n"

ROLES = ["source", "cue", "content", "addressee", "medium", "time"]


def extract(form, *arguments, files=(*FILES, "-"), text=EMOJI):
    command = [BINARY, "extract", "--format", form, "--threads", "1", *arguments, *files]
    extracted = subprocess.run(command, cwd=ROOT, input=text.encode(), capture_output=True, timeout=60)
    assert extracted.returncode == 0, extracted.stderr.decode()
    return extracted.stdout.decode()


def evaluate(name, gold):
    """The figures of gold, the text of a file of that name, against what is extracted anew."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, name)
        file.write_text(gold, encoding="utf-8")
        command = [BINARY, "evaluate", str(file), "--fields", "--json"]
        evaluated = subprocess.run(command, capture_output=True, timeout=120)
    assert (evaluated.returncode, evaluated.stderr) == (0, b""), evaluated.stderr.decode()
    return json.loads(evaluated.stdout)


def documents():
    """The texts that are read, by their ids, in order."""
    with open(ROOT / FILES[0], encoding="utf-8") as lines:
        found = {line["id"]: line["text"] for line in map(json.loads, lines)}
    with open(ROOT / FILES[1], encoding="utf-8", newline="") as file:
        found[FILES[1]] = file.read()
    return {**found, "-": EMOJI}


def spans_of(part):
    """The spans of a part of a claim in proto3 JSON, where a 0 is left out."""
    spans = part.get("spans") or [part["span"]]
    return tuple((span.get("start", 0), span.get("end", 0)) for span in spans)


def parts_of(claim):
    return {role: spans_of(claim[role]) for role in ROLES if role in claim}


def short(name, kind):
    """QUOTATION_KIND_NO_COMMENT as formats write it."""
    return name.removeprefix(kind + "_").lower().replace("_", "-")


class FormatTest(unittest.TestCase):
    maxDiff = 2000

    @classmethod
    def setUpClass(cls):
        cls.documents = documents()
        lines = extract("jsonl", "--offsets", "code-points").splitlines()
        records = [json.loads(line) for line in lines]
        assert [record["document_id"] for record in records] == list(cls.documents)
        cls.claims = {record["document_id"]: record.get("claims", []) for record in records}


class RecordTest(FormatTest):
    def test_what_is_read_has_all_that_formats_have(self):
        claims = [claim for claims in self.claims.values() for claim in claims]
        for role in ROLES:
            self.assertTrue(any(role in claim for claim in claims), role)
        for field in ["parent_claim_id", "negated", "hedged"]:
            self.assertTrue(any(field in claim for claim in self.claims["-"]), field)
        pieces = [len(parts_of(claim)["content"]) for claim in self.claims["-"]]
        self.assertEqual(max(pieces), 2)
        self.assertGreater(len(claims), 100)


class LabelStudioTest(FormatTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tasks = json.loads(extract("label-studio"))
        # The editor counts code points in a Text: a test of its says so.
        with tempfile.TemporaryDirectory() as folder:
            extract("label-studio", "-o", folder + "/tasks.json")
            cls.config = pathlib.Path(folder, "tasks.labeling.xml").read_text()
        cls.interface = LabelInterface(cls.config)
        cls.interface.validate()

    def test_the_sdk_takes_every_task(self):
        for task in self.tasks:
            TaskValue.model_validate(task)
            data, (prediction,) = task["data"], task["predictions"]
            self.assertTrue(self.interface.validate_task({"data": data}))
            self.assertEqual(self.interface.validate_prediction(prediction, return_errors=True), [])

    def test_tasks_hold_their_texts(self):
        found = {task["data"]["document_id"]: task["data"]["text"] for task in self.tasks}
        self.assertEqual(found, self.documents)

    def test_every_id_is_its_own_and_every_relation_has_a_name(self):
        names = {relation.get("value") for relation in ElementTree.fromstring(self.config).iter("Relation")}
        for task in self.tasks:
            (prediction,) = task["predictions"]
            ids = [result["id"] for result in prediction["result"] if result["type"] == "labels"]
            self.assertEqual(len(ids), len(set(ids)))
            for result in prediction["result"]:
                if result["type"] == "relation":
                    (label,) = result["labels"]
                    self.assertIn(label, names)
                    self.assertEqual(result["direction"], "right")

    def test_regions_and_relations_are_the_claims(self):
        for task in self.tasks:
            document, text = task["data"]["document_id"], task["data"]["text"]
            with self.subTest(document=document):
                found, nested = self.read(task["predictions"][0]["result"])
                claims = self.claims[document]
                self.assertEqual(found, [parts_of(claim) for claim in claims])
                numbers = {claim["claim_id"]: number for number, claim in enumerate(claims)}
                parents = {numbers[claim["claim_id"]]: claim.get("parent_claim_id") for claim in claims}
                expected = {child: numbers[parent] for child, parent in parents.items() if parent}
                self.assertEqual(nested, expected)
                for parts, claim in zip(found, claims, strict=True):
                    for role, spans in parts.items():
                        self.assertEqual(" ".join(text[start:end] for start, end in spans), claim[role]["text"])

    def read(self, results):
        """Claims as Label Studio draws them: regions, and the arrows that go out from contents."""
        regions = {result["id"]: result for result in results if result["type"] == "labels"}
        relations = [
            (*result["labels"], result["from_id"], result["to_id"])
            for result in results
            if result["type"] == "relation"
        ]

        def read_region(name):
            (label,) = regions[name]["value"]["labels"]
            return label, (regions[name]["value"]["start"], regions[name]["value"]["end"])

        continued = {source for label, source, _ in relations if label == "Continues"}
        contents = [name for name in regions if read_region(name)[0] == "Content" and name not in continued]
        claims = []
        for content in contents:
            parts = {"content": [read_region(content)[1]]}
            for label, source, target in relations:
                if label == "Continues" and target == content:
                    self.assertEqual(read_region(source)[0], "Content")
                    parts["content"].append(read_region(source)[1])
                elif source == content and label not in ("Continues", "NestedIn"):
                    role, span = read_region(target)
                    self.assertEqual(role, label)
                    parts.setdefault(role.lower(), []).append(span)
            claims.append({role: tuple(spans) for role, spans in parts.items()})
        nested = {
            contents.index(source): contents.index(target)
            for label, source, target in relations
            if label == "NestedIn"
        }
        drawn = sum(len(spans) for claim in claims for spans in claim.values())
        self.assertEqual(drawn, len(regions), "a region that no arrow leads to")
        return claims, nested

    def test_what_is_known_of_a_claim_is_said_of_its_regions(self):
        for task in self.tasks:
            said = {}
            for result in task["predictions"][0]["result"]:
                if result["type"] in ("choices", "textarea"):
                    values = result["value"]["choices" if result["type"] == "choices" else "text"]
                    said[result["id"], result["from_name"]] = values
            for claim in self.claims[task["data"]["document_id"]]:
                content, source = claim["claim_id"] + "-content-0", claim["claim_id"] + "-source-0"
                self.assertEqual(said.pop((content, "kind")), [short(claim["kind"], "QUOTATION_KIND")])
                self.assertEqual(said.pop((content, "type")), [short(claim["type"], "ATTRIBUTION_TYPE")])
                self.assertEqual(said.pop((content, "act")), [short(claim["act"], "SPEECH_ACT")])
                flags = [name for name in ("Negated", "Hedged") if claim.get(name.lower())]
                self.assertEqual(said.pop((content, "polarity"), []), flags)
                if "source" in claim and claim["source"]["resolved_name"] != claim["source"]["text"]:
                    self.assertEqual(said.pop((source, "speaker")), [claim["source"]["resolved_name"]])
            self.assertEqual(said, {})

    def test_corrected_tasks_are_scored(self):
        """Export as annotators leave it who took over every prediction: nothing differs from what is extracted anew."""
        export = [
            {**task, "id": number, "annotations": [{"id": number, "result": task["predictions"][0]["result"]}]}
            for number, task in enumerate(self.tasks)
        ]
        figures = evaluate("export.json", json.dumps(export))
        self.assertGreater(figures["attribution="]["gold"], 100)
        for name, row in figures.items():
            self.assertEqual((row["right"], row["right"]), (row["predicted"], row["gold"]), name)

    def test_scores(self):
        for task in self.tasks:
            (prediction,) = task["predictions"]
            confidences = [claim["confidence"] for claim in self.claims[task["data"]["document_id"]]]
            mean = sum(confidences) / len(confidences) if confidences else 1
            self.assertAlmostEqual(prediction["score"], mean, 5)
            for result in prediction["result"]:
                if result["type"] == "labels":
                    distances = [abs(result["score"] - confidence) for confidence in confidences]
                    self.assertLess(min(distances), 1e-6)


class WebAnnotationTest(FormatTest):
    CONTEXT_URL = "http://www.w3.org/ns/anno.jsonld"
    OA = "http://www.w3.org/ns/oa#"
    AS = "http://www.w3.org/ns/activitystreams#"
    VALUE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#value"
    LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
    COUNT = "http://www.w3.org/2001/XMLSchema#nonNegativeInteger"

    # What the context at that address says of the terms that are used here, and of no others.
    CONTEXT = {
        "@context": {
            "id": {"@type": "@id", "@id": "@id"},
            "type": {"@type": "@id", "@id": "@type"},
            "Annotation": OA + "Annotation",
            "AnnotationPage": AS + "OrderedCollectionPage",
            "SpecificResource": OA + "SpecificResource",
            "TextPositionSelector": OA + "TextPositionSelector",
            "TextQuoteSelector": OA + "TextQuoteSelector",
            "TextualBody": OA + "TextualBody",
            "classifying": OA + "classifying",
            "identifying": OA + "identifying",
            "linking": OA + "linking",
            "body": {"@type": "@id", "@id": OA + "hasBody"},
            "target": {"@type": "@id", "@id": OA + "hasTarget"},
            "source": {"@type": "@id", "@id": OA + "hasSource"},
            "selector": {"@type": "@id", "@id": OA + "hasSelector"},
            "items": {"@type": "@id", "@id": AS + "items", "@container": "@list"},
            "motivation": {"@type": "@vocab", "@id": OA + "motivatedBy"},
            "purpose": {"@type": "@vocab", "@id": OA + "hasPurpose"},
            "value": VALUE,
            "label": LABEL,
            "exact": OA + "exact",
            "prefix": OA + "prefix",
            "suffix": OA + "suffix",
            "start": {"@id": OA + "start", "@type": COUNT},
            "end": {"@id": OA + "end", "@type": COUNT},
        }
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pages = [json.loads(line) for line in extract("web-annotation").splitlines()]

    def expand(self, page):
        """The page as linked data, after which no term is a matter of context; nothing may be lost on the way."""

        def load(url, _options):
            self.assertEqual(url, self.CONTEXT_URL)
            return {
                "contentType": "application/ld+json",
                "contextUrl": None,
                "documentUrl": url,
                "document": self.CONTEXT,
            }

        dropped = []
        expanded = jsonld.expand(page, {"documentLoader": load}, on_property_dropped=dropped.append)
        self.assertEqual(dropped, [])
        (expanded,) = expanded
        self.assertEqual(self.count(expanded), self.count(page) - 1, "only @context is gone")
        return expanded

    def count(self, value):
        """How many keys there are that aren't the processor's own."""
        if isinstance(value, list):
            return sum(map(self.count, value))
        if not isinstance(value, dict):
            return 0
        own = {"@value", "@list"}
        if len(value) == 1:
            own.add("@id")
        if "@value" in value:
            own.add("@type")
        return sum((key not in own) + self.count(one) for key, one in value.items())

    def one(self, node, name):
        (value,) = node[self.OA + name if "#" not in name else name]
        return value["@value"] if "@value" in value else value["@id"]

    def passage(self, node, document):
        """The span of a specific resource, whose two selectors have to select the same."""
        text = self.documents[document]
        self.assertEqual(node["@type"], [self.OA + "SpecificResource"])
        position, quote = node[self.OA + "hasSelector"]
        self.assertEqual(position["@type"], [self.OA + "TextPositionSelector"])
        self.assertEqual(quote["@type"], [self.OA + "TextQuoteSelector"])
        for bound in "start", "end":
            self.assertEqual(position[self.OA + bound][0]["@type"], self.COUNT)
        start, end = self.one(position, "start"), self.one(position, "end")
        self.assertLess(start, end)
        exact, prefix, suffix = (self.one(quote, name) for name in ("exact", "prefix", "suffix"))
        # The model wants code points, and so does this: https://www.w3.org/TR/annotation-model/#text-position-selector
        self.assertEqual(text[start:end], exact)
        self.assertTrue(text[:start].endswith(prefix))
        self.assertTrue(text[end:].startswith(suffix))
        self.assertEqual((len(prefix), len(suffix)), (min(start, 32), min(len(text) - end, 32)))
        return start, end

    def test_pages_are_the_claims(self):
        self.assertEqual(len(self.pages), len(self.documents))
        for document, page in zip(self.documents, self.pages, strict=True):
            with self.subTest(document=document):
                iri = "urn:ascribe:" + document
                expanded = self.expand(page)
                self.assertEqual(expanded["@id"], iri + "#claims")
                self.assertEqual(expanded["@type"], [self.AS + "OrderedCollectionPage"])
                items = expanded[self.AS + "items"][0]["@list"]
                for item, claim in zip(items, self.claims[document], strict=True):
                    self.assertEqual(item["@id"], iri + "#" + claim["claim_id"])
                    self.assertEqual(item["@type"], [self.OA + "Annotation"])
                    self.assertEqual(self.one(item, "motivatedBy"), self.OA + "classifying")
                    targets = item[self.OA + "hasTarget"]
                    self.assertEqual({self.one(target, "hasSource") for target in targets}, {iri})
                    found = tuple(self.passage(target, document) for target in targets)
                    self.assertEqual(found, spans_of(claim["content"]))
                    self.check_bodies(item[self.OA + "hasBody"], claim, document)

    def check_bodies(self, bodies, claim, document):
        textual, linked, parents = [], {}, []
        for body in bodies:
            purpose = self.one(body, "hasPurpose").removeprefix(self.OA)
            if purpose == "linking" and self.one(body, self.LABEL) == "parent":
                parents.append(self.one(body, "hasSource"))
            elif purpose == "linking":
                self.assertEqual(self.one(body, "hasSource"), "urn:ascribe:" + document)
                linked.setdefault(self.one(body, self.LABEL), []).append(self.passage(body, document))
            else:
                self.assertEqual(body["@type"], [self.OA + "TextualBody"])
                textual.append((purpose, self.one(body, self.VALUE)))
        expected = [
            ("classifying", "kind: " + short(claim["kind"], "QUOTATION_KIND")),
            ("classifying", "type: " + short(claim["type"], "ATTRIBUTION_TYPE")),
            ("classifying", "act: " + short(claim["act"], "SPEECH_ACT")),
            ("classifying", "fingerprint: " + claim["fingerprint"]),
        ]
        if claim.get("negated"):
            expected.append(("classifying", "polarity: negated"))
        if claim.get("hedged"):
            expected.append(("classifying", "certainty: hedged"))
        if "source" in claim:
            expected.append(("identifying", claim["source"]["resolved_name"]))
        self.assertEqual(textual, expected)
        parts = {role: list(spans) for role, spans in parts_of(claim).items() if role != "content"}
        self.assertEqual(linked, parts)
        parent = claim.get("parent_claim_id")
        self.assertEqual(parents, [f"urn:ascribe:{document}#{parent}"] if parent else [])

    def ids(self, document_id):
        line = json.dumps({"id": document_id, "text": EMOJI})
        return self.expand(json.loads(extract("web-annotation", "--input", "jsonl", files=["-"], text=line)))

    def test_an_iri_stays_and_names_are_escaped(self):
        for document, iri in [
            ("https://example.org/news/1?page=2", "https://example.org/news/1?page=2"),
            ("urn:isbn:0451450523", "urn:isbn:0451450523"),
            ("news of “today” #3.txt", "urn:ascribe:news%20of%20%E2%80%9Ctoday%E2%80%9D%20%233.txt"),
        ]:
            self.assertEqual(self.ids(document)["@id"], iri + "#claims")

    def test_every_id_is_an_iri(self):
        """An IRI has at most one fragment and no spaces, and what stands after `urn:ascribe:` begins with no slash."""
        for document in ["https://example.org/live#entry-7", "http://example.org/a b", "/news/today.txt", ""]:
            iri = self.ids(document)["@id"]
            self.assertRegex(iri, r"^(https?://|urn:[a-z]+:[^/#\s])[^\s#]*#[^\s#]+$")

    def test_all_passages_are_linked(self):
        (claim,) = [claim for claim in self.claims["-"] if "addressee" in claim]
        linked = set()
        for page in self.pages:
            linked |= {body.get("label") for item in page["items"] for body in item["body"]}
        self.assertLessEqual(set(parts_of(claim)) - {"content"}, linked)


class BratTest(FormatTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The server has no package for it, and says what it finds to whoever loads this module alone.
        package = importlib.util.find_spec("brat").submodule_search_locations[0]
        path = pathlib.Path(package, "server/src/annotation.py")
        spec = importlib.util.spec_from_file_location("brat_annotation", path)
        cls.brat = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(cls.brat)
        assert cls.brat.PROGRAMMATIC

    def read(self, text, annotations):
        """The annotations of a text as brat's server reads them, which has to have nothing to say of them."""
        read = self.brat.TextAnnotations(text=text, source=annotations)
        messages = read.get_messages()
        self.assertEqual((messages.errors, messages.warnings, read.failed_lines), ([], [], []))
        self.assertEqual(str(read), annotations)
        return read

    def test_annotations_are_the_claims(self):
        files = {}
        for line in extract("brat").splitlines(keepends=True):
            if line.startswith("# document "):
                document = line.removeprefix("# document ").removesuffix("\n")
                files[document] = ""
            else:
                files[document] += line
        self.assertEqual(list(files), list(self.documents))
        for document, annotations in files.items():
            with self.subTest(document=document):
                self.check(self.documents[document], annotations, self.claims[document])

    def check(self, text, annotations, claims):
        read = self.read(text, annotations)
        bounds = {bound.id: bound for bound in read.get_textbounds()}
        relations = [(relation.type, relation.arg1, relation.arg2) for relation in read.get_relations()]
        attributes = [(one.target, one.type, one.value) for one in read.get_attributes()]
        notes = {note.target: (note.type, note.get_text().strip()) for note in read.get_oneline_comments()}
        contents = [bound.id for bound in bounds.values() if bound.type == "Content"]
        self.assertEqual(len(bounds), sum(len(parts_of(claim)) for claim in claims))
        numbers = {claim["claim_id"]: content for claim, content in zip(claims, contents, strict=True)}
        for claim, content in zip(claims, contents, strict=True):
            arrows = [(name, to) for name, start, to in relations if start == content]
            drawn = {name.lower(): bounds[to] for name, to in arrows if name != "NestedIn"}
            for role, part in drawn.items():
                self.assertEqual(part.type.lower(), role)
            drawn["content"] = bounds[content]
            self.assertEqual({role: tuple(part.spans) for role, part in drawn.items()}, parts_of(claim))
            for role, part in drawn.items():
                self.assertEqual(part.get_text(), claim[role]["text"])
            if "source" in claim:
                name = claim["source"]["resolved_name"]
                note = None if name == claim["source"]["text"] else ("AnnotatorNotes", name)
                self.assertEqual(notes.get(drawn["source"].id), note)
            expected = [
                ("Kind", short(claim["kind"], "QUOTATION_KIND")),
                ("Type", short(claim["type"], "ATTRIBUTION_TYPE")),
                ("Act", short(claim["act"], "SPEECH_ACT")),
            ]
            expected += [(name, True) for name in ("Negated", "Hedged") if claim.get(name.lower())]
            self.assertEqual([one[1:] for one in attributes if one[0] == content], expected)
            parents = [to for name, to in arrows if name == "NestedIn"]
            parent = claim.get("parent_claim_id")
            self.assertEqual(parents, [numbers[parent]] if parent else [])

    def test_a_single_document_has_no_heading(self):
        annotations = extract("brat", files=["-"])
        self.assertFalse(annotations.startswith("#"))
        self.check(EMOJI, annotations, self.claims["-"])

    def test_passages_over_lines(self):
        """brat wants the text as it is, but on one line: each line has to be a fragment of its own."""
        self.read(WRAPPED, extract("brat", files=["-"], text=WRAPPED))

    def test_passages_with_tabs_and_with_what_else_ends_lines(self):
        """The same for every character that is written as a space, and for the two that aren't and end lines."""
        for between in ["\t", "\r\n", "\u2028", "\u2029", "\x0b"]:
            text = WRAPPED.replace("\n", between)
            self.read(text, extract("brat", files=["-"], text=text))


    def test_the_folder_opens(self):
        """brat's own reader of configurations knows every label that stands in the folder."""
        with tempfile.TemporaryDirectory() as folder:
            extract("brat", "-o", folder + "/")
            config = pathlib.Path(folder, "annotation.conf").read_text()
            sections, section = {}, None
            for line in config.splitlines():
                if line.startswith("["):
                    section = sections.setdefault(line.strip("[]"), set())
                elif line and not line.startswith("#"):
                    section.add(line.split("\t")[0])
            self.assertEqual(list(sections), ["entities", "relations", "events", "attributes"])
            ids = dict(line.split("\t") for line in pathlib.Path(folder, "documents.tsv").read_text().splitlines())
            for name, document in ids.items():
                if name == "name":
                    continue
                text = pathlib.Path(folder, name + ".txt").read_bytes().decode()
                self.assertEqual(text, self.documents[document])
                read = self.read(text, pathlib.Path(folder, name + ".ann").read_text(encoding="utf-8"))
                for found, section in [
                    (read.get_textbounds(), "entities"),
                    (read.get_relations(), "relations"),
                    (read.get_attributes(), "attributes"),
                ]:
                    self.assertLessEqual({one.type for one in found}, sections[section])


class DoccanoTest(FormatTest):
    def test_rows_are_imported_and_their_export_is_scored(self):
        """What doccano's importer asks of a row, and what it exports of one that nobody changed."""
        rows = [json.loads(line) for line in extract("doccano").splitlines()]
        self.assertEqual({row["document_id"]: row["text"] for row in rows}, self.documents)
        export = []
        for number, row in enumerate(rows):
            units = row["text"].encode("utf-16-le")
            ids = {}
            for entity in row["entities"]:
                self.assertLess(entity["start_offset"], entity["end_offset"])
                words = units[2 * entity["start_offset"] : 2 * entity["end_offset"]].decode("utf-16-le")
                self.assertTrue(words.strip())
                ids[entity["id"]] = 1000 + 7 * entity["id"]
                entity["id"] = ids[entity["id"]]
            self.assertEqual(len(ids), len(row["entities"]))
            for relation in row["relations"]:
                relation["from_id"], relation["to_id"] = ids[relation["from_id"]], ids[relation["to_id"]]
            export.append(json.dumps({"id": number, **row, "Comments": []}) + "\n")
        figures = evaluate("all.jsonl", "".join(export))
        self.assertGreater(figures["attribution="]["gold"], 100)
        for name, row in figures.items():
            self.assertEqual((row["right"], row["right"]), (row["predicted"], row["gold"]), name)


class CsvTest(FormatTest):
    COLUMNS = [
        "document_id", "document_title", "document_url", "document_outlet", "document_publish_time", "claim_id",
        "parent_claim_id", "fingerprint", "speaker", "speaker_title", "entity_kind", "named", "entity_id", "source",
        "source_start", "source_end", "cue", "cue_start", "cue_end", "lemma", "content", "content_spans",
        "content_start", "content_end", "quoted", "sentence_start", "sentence_end", "kind", "type", "act", "stance",
        "negated", "hedged", "addressee", "medium", "time_text", "time_resolved", "confidence", "offset_encoding",
        "knowledge_version", "notices", "error",
    ]

    def rows(self, written):
        reader = csv.DictReader(io.StringIO(written, newline=""), strict=True)
        self.assertEqual(reader.fieldnames, self.COLUMNS)
        return list(reader)

    def expected(self, document, claim):
        source, cue, time = claim.get("source", {}), claim.get("cue", {}), claim.get("time", {})
        row = {
            "document_id": document,
            "claim_id": claim["claim_id"],
            "parent_claim_id": claim.get("parent_claim_id", ""),
            "speaker": source.get("resolved_name", ""),
            "fingerprint": claim["fingerprint"],
            "speaker_title": source.get("title", ""),
            "entity_kind": short(source["entity_kind"], "ENTITY_KIND") if source else "",
            "named": str(source.get("named", False)).lower(),
            "entity_id": source.get("entity_id", ""),
            "source": source.get("text", ""),
            "cue": cue.get("text", ""),
            "lemma": cue.get("lemma", ""),
            "content": claim["content"]["text"],
            "kind": short(claim["kind"], "QUOTATION_KIND"),
            "type": short(claim["type"], "ATTRIBUTION_TYPE"),
            "act": short(claim["act"], "SPEECH_ACT"),
            "stance": short(cue["stance"], "STANCE") if cue else "",
            "negated": str(claim.get("negated", False)).lower(),
            "hedged": str(claim.get("hedged", False)).lower(),
            "addressee": claim.get("addressee", {}).get("text", ""),
            "medium": claim.get("medium", {}).get("text", ""),
            "time_text": time.get("text", ""),
            "time_resolved": time.get("resolved", ""),
            "content_spans": " ".join(f"{start}..{end}" for start, end in spans_of(claim["content"])),
            "quoted": " ".join(f"{span['start']}..{span['end']}" for span in claim["quoted"]),
            "sentence_start": str(claim["sentence"]["start"]),
            "sentence_end": str(claim["sentence"]["end"]),
            "offset_encoding": "code-points",
            "error": "",
        }
        return row

    def test_rows_are_the_claims(self):
        rows = self.rows(extract("csv", "--offsets", "code-points"))
        claims = [(document, claim) for document, claims in self.claims.items() for claim in claims]
        for row, (document, claim) in zip(rows, claims, strict=True):
            expected = self.expected(document, claim)
            self.assertEqual({column: row[column] for column in expected}, expected)
            self.assertAlmostEqual(float(row["confidence"]), claim["confidence"], 6)

    def test_offsets_select_the_content_in_every_unit(self):
        for offsets, encoding, width in [
            (["--offsets", "code-points"], "utf-32-le", 4),
            (["--offsets", "utf16"], "utf-16-le", 2),
            (["--offsets", "bytes"], "utf-8", 1),
            ([], "utf-8", 1),
        ]:
            rows = self.rows(extract("csv", *offsets))
            claims = [claim for claims in self.claims.values() for claim in claims]
            for row, claim in zip(rows, claims, strict=True):
                text = self.documents[row["document_id"]]
                units = text.encode(encoding)
                selected = units[width * int(row["content_start"]) : width * int(row["content_end"])].decode(encoding)
                spans = spans_of(claim["content"])
                self.assertEqual(selected, text[spans[0][0] : spans[-1][1]], offsets)
                pieces = [tuple(map(int, span.split(".."))) for span in row["content_spans"].split(" ")]
                pieces = [units[width * start : width * end].decode(encoding) for start, end in pieces]
                self.assertEqual(" ".join(pieces), row["content"])

    def test_fields_with_commas_quotation_marks_and_line_ends(self):
        line = json.dumps({"id": 'a "b",\n c', "text": WRAPPED})
        written = extract("csv", "--input", "jsonl", files=["-"], text=line)
        row = self.rows(written)[0]
        self.assertEqual(row["document_id"], 'a "b",\n c')
        self.assertEqual(row["content"], "that the old bridge over the river was\nsafe")
        # Written again by another hand: the same fields are in quotation marks.
        for written in [written, extract("csv")]:
            again = io.StringIO(newline="")
            rows = csv.reader(io.StringIO(written, newline=""), strict=True)
            csv.writer(again, lineterminator="\n").writerows(rows)
            self.assertEqual(again.getvalue(), written)

    def test_cells_that_spreadsheets_would_run(self):
        """With --csv-safe true each has an apostrophe before it; without it is as it is."""
        contents = ["=1+1", "+1", "-1", "@A1", '"=1', "'=1", " =1", "\t=1", "\r=1", "\n=1", "\uff1d1"]
        harmless = ["a=1", "'tis", '"a"', "1-2"]
        ids = contents + harmless
        lines = "".join(json.dumps({"id": id, "text": "Ana Ruiz said that it is safe."}) + "\n" for id in ids)

        def read(*arguments):
            return self.rows(extract("csv", "--input", "jsonl", *arguments, files=["-"], text=lines))

        plain, safe = read(), read("--csv-safe", "true")
        self.assertEqual([row["document_id"] for row in plain], ids)
        self.assertEqual([row["document_id"] for row in safe], ["'" + id for id in contents] + harmless)
        for left, right in zip(plain, safe, strict=True):
            self.assertEqual({**left, "document_id": ""}, {**right, "document_id": ""})


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    BINARY = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=2)
