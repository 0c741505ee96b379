"""What comes back, as objects, dicts and data frames."""

import json
import sys
import unittest
import urllib.request
from unittest import mock

import ascribe_client
from ascribe_client import (
    AscribeError,
    Client,
    Document,
    EntityKind,
    ExtractionOptions,
    OffsetEncoding,
    QuotationKind,
    SpeechAct,
    claims_pb2,
    enums,
    frames,
    records,
    to_dataframe,
)
from support import EMOJI, Server, sentence

TEXT = "“The dam is safe,” said Mayor Ana Ruiz. It was alleged that the mayor had taken bribes."


class ContractTest(unittest.TestCase):
    """The classes here and the messages have the same fields and values."""

    def test_every_value_of_every_enum_is_known(self):
        for name, descriptor in claims_pb2.DESCRIPTOR.enum_types_by_name.items():
            if name == "CueCategory":
                continue
            known = {value.full_name for value in getattr(enums, name)}
            self.assertEqual(known, {value.name for value in descriptor.values}, name)

    def test_every_field_of_every_answer_is_known(self):
        messages = claims_pb2.DESCRIPTOR.message_types_by_name
        pairs = {name: messages[name] for name in messages if hasattr(records, name)}
        pairs["ExtractorInfo"] = messages["GetExtractorInfoResponse"]
        pairs["Verification"] = messages["VerifyQuotationsResponse"]
        pairs["VerifiedQuotation"] = messages["VerifyQuotationsResponse"].nested_types_by_name["Item"]
        pairs["Quotation"] = messages["VerifyQuotationsRequest"].nested_types_by_name["Quotation"]
        self.assertGreater(len(pairs), 15)
        for name, message in pairs.items():
            fields = set(getattr(records, name).__dataclass_fields__) - {"server_timing"}
            self.assertEqual(fields, set(message.fields_by_name), name)

    def test_values_are_their_names(self):
        act = SpeechAct("assertion")
        self.assertIs(act, SpeechAct.ASSERTION)
        self.assertIs(SpeechAct("SPEECH_ACT_NO_COMMENT"), SpeechAct("no-comment"))
        self.assertEqual((str(act), f"{act}", repr(act), json.dumps(act)), ("ASSERTION",) * 2 + ("SpeechAct.ASSERTION", '"ASSERTION"'))
        self.assertEqual(act, "ASSERTION")
        self.assertEqual(QuotationKind.DIRECT.full_name, "QUOTATION_KIND_DIRECT")
        self.assertEqual(OffsetEncoding.UTF8_BYTES.full_name, "OFFSET_ENCODING_UTF8_BYTES")
        with self.assertRaises(ValueError):
            SpeechAct("shouting")
        descriptor = claims_pb2.DESCRIPTOR.enum_types_by_name["EntityKind"]
        self.assertIs(EntityKind.of_number(descriptor, 99), EntityKind.UNSPECIFIED, "of a later server")


class AnswerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.end)
        cls.client = Client(cls.server.address)
        cls.addClassCleanup(cls.client.close)

    def over_http(self, method, request):
        url = f"http://{self.server.address}/v1/claims:{method}"
        headers = {"content-type": "application/json"}
        sent = urllib.request.Request(url, json.dumps(request).encode(), headers)
        with urllib.request.urlopen(sent, timeout=20) as answer:
            return json.load(answer)

    def check_same(self, ours, theirs, path=""):
        """Everything that the service's JSON has stands in ours, and what else ours has is what JSON may leave out."""
        if isinstance(ours, dict):
            self.assertLessEqual(set(theirs), set(ours), path)
            for name, value in ours.items():
                if name in theirs:
                    self.check_same(value, theirs[name], f"{path}.{name}")
                else:
                    self.assertIn(value, ("", 0, False, [], {}), f"{path}.{name}")
        elif isinstance(ours, list):
            self.assertEqual(len(ours), len(theirs), path)
            for one, other in zip(ours, theirs, strict=True):
                self.check_same(one, other, path)
        else:
            self.assertEqual(ours, theirs, path)

    def test_a_dict_is_what_the_services_json_has(self):
        document = {"text": EMOJI, "document_id": "dam"}
        options = {"offset_encoding": "OFFSET_ENCODING_CODE_POINTS", "view": "CLAIM_VIEW_FULL"}
        theirs = self.over_http("extract", {"document": document, "options": options})["result"]
        ours = self.client.extract(EMOJI, document_id="dam", options=ExtractionOptions(view="FULL")).to_dict()
        self.check_same(ours, theirs)
        self.assertEqual(ours["claims"][0]["kind"], "QUOTATION_KIND_DIRECT")
        self.assertIs(ours["claims"][0]["negated"], False)
        quotations = [{"text": "The dam is safe", "speaker": "Palmer"}, {"text": "The dam leaks"}]
        request = {"document": document, "quotations": quotations, "offset_encoding": "OFFSET_ENCODING_CODE_POINTS"}
        theirs = self.over_http("verifyQuotations", request)
        asked = [("The dam is safe", "Palmer"), "The dam leaks"]
        ours = self.client.verify(EMOJI, asked, document_id="dam").to_dict()
        self.check_same(ours, theirs)
        self.assertIs(ours["items"][0]["speaker_matches"], False)
        self.assertNotIn("speaker_matches", ours["items"][1])

    def test_what_may_be_absent_is_none(self):
        said, alleged = self.client.extract(TEXT).claims
        self.assertEqual((said.speaker, said.source.title, said.kind), ("Ana Ruiz", "Mayor", "DIRECT"))
        self.assertEqual((alleged.speaker, alleged.source, alleged.addressee), ("", None, None))
        self.assertIsNone(said.explanation)
        self.assertIn("SpeechAct.ASSERTION", repr(said))
        self.assertLess(len(str(said.confidence)), 12, "as it is written elsewhere")

    def test_a_data_frame_has_a_row_a_claim(self):
        documents = [Document(sentence(1), "a"), Document("", "b"), Document(TEXT, "c")]
        frame = to_dataframe(self.client.extract_many(documents))
        self.assertEqual(list(frame["document_id"]), ["a", "b", "c", "c"])
        self.assertEqual(list(frame["speaker"].fillna("")), ["Ana Ruiz", "", "Ana Ruiz", ""])
        self.assertIn("text is empty", frame["error"][1].replace("item.document.", ""))
        row = frame.iloc[2]
        self.assertEqual((row["kind"], row["act"], row["content"]), ("DIRECT", "ASSERTION", "“The dam is safe,”"))
        self.assertEqual(TEXT[int(row["start"]) : int(row["end"])], row["content"])
        self.assertEqual(len(self.client.extract(TEXT).to_dataframe()), 2)
        self.assertEqual(list(to_dataframe([]).columns), frames.CLAIM_COLUMNS)
        frame = self.client.verify(TEXT, [("The dam is not safe", "Palmer"), "The sea is red"]).to_dataframe()
        self.assertEqual(list(frame["verdict"]), ["ALTERED", "ABSENT"])
        self.assertEqual(list(frame["speaker_verdict"]), ["OTHER", "NOT_ASKED"])
        self.assertEqual(list(frame["differences"]), ["added: not", ""])
        with self.assertRaisesRegex(TypeError, "an answer is 'x'"):
            to_dataframe(["x"])

    def test_without_pandas_it_is_told_what_to_install(self):
        result = self.client.extract(TEXT)
        with mock.patch.dict(sys.modules, {"pandas": None}):
            with self.assertRaisesRegex(ImportError, "pip install pandas"):
                result.to_dataframe()

    def test_how_long_it_took_is_beside_the_answer(self):
        trailers = [("server-timing", "queue;dur=1.204, compute;dur=12.518"), ("x-request-id", "a")]
        timing = ascribe_client.calls._timing(trailers)
        self.assertEqual(timing, {"queue": 1.204, "compute": 12.518})
        self.assertEqual(ascribe_client.calls._timing(None), {})
        result = self.client.extract(TEXT)
        self.assertTrue(all(milliseconds >= 0 for milliseconds in result.server_timing.values()))
        self.assertNotIn("server_timing", result.to_dict())


if __name__ == "__main__":
    unittest.main()
