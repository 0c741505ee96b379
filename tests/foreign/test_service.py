#!/usr/bin/env python3
"""The service as clients see it that share no code with it: gRPC's own for Python, and buf.

    test_service.py PATH-TO-ASCRIBE [unittest arguments]

Needs what requirements.txt names. No stubs are generated beforehand: all come from the server's reflection.
"""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from server import ROOT, SERVICE, Client, Server, connect

# An emoji with a skin tone is 2 code points, 4 units of UTF-16 and 8 bytes.
TEXT = "👍🏽 “The dam is safe,” said Ana Ruiz, the minister 🎉. Critics said that it leaks."
BINARY = None


def parts(claim):
    """Every part of a claim that has spans and text."""
    for name in ("source", "cue", "content"):
        if claim.HasField(name):
            part = getattr(claim, name)
            yield list(part.spans), part.text
    for name in ("addressee", "medium", "time"):
        if claim.HasField(name):
            part = getattr(claim, name)
            yield [part.span], part.text


class ServiceTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(BINARY)
        cls.channel = connect(cls.server)
        cls.client = Client(cls.channel)

    @classmethod
    def tearDownClass(cls):
        cls.channel.close()
        code = cls.server.terminate()
        assert code == 0, f"exit code {code}"
        log = "".join(cls.server.log)
        assert f"method=/{SERVICE}/ExtractClaims code=Ok" in log, log
        assert "Ruiz" not in log and "leaks" not in log, "the log holds words of an article"

    def extract(self, text=TEXT, encoding="OFFSET_ENCODING_CODE_POINTS", **options):
        options["offset_encoding"] = self.client.enum(encoding)
        return self.client.call("ExtractClaims", document={"text": text}, options=options).result

    def error(self, method, **fields):
        with self.assertRaises(grpc.RpcError) as caught:
            self.client.call(method, **fields)
        return caught.exception

    def check_wrong(self, error, *paths):
        self.assertEqual(error.code(), grpc.StatusCode.INVALID_ARGUMENT)
        details = self.client.details(error)
        self.assertEqual(details["ErrorInfo"].domain, "ascribe.v1")
        self.assertEqual(details["ErrorInfo"].reason, "INVALID_FIELDS")
        self.assertEqual([wrong.field for wrong in details["BadRequest"].field_violations], list(paths))

    def test_the_claims_of_a_text(self):
        claims = {claim.source.resolved_name: claim for claim in self.extract().claims}
        said = claims["Ana Ruiz"]
        self.assertIn("The dam is safe", said.content.text)
        self.assertEqual(said.cue.text, "said")
        self.assertEqual(said.kind, self.client.enum("QUOTATION_KIND_DIRECT"))
        self.assertTrue(said.source.named)
        leaks = claims["Critics"]
        self.assertIn("it leaks", leaks.content.text)
        self.assertEqual(leaks.kind, self.client.enum("QUOTATION_KIND_INDIRECT"))

    def test_offsets_slice_the_text_in_every_unit(self):
        utf16 = TEXT.encode("utf-16-le")
        utf8 = TEXT.encode()
        for encoding, cut in [
            ("OFFSET_ENCODING_CODE_POINTS", lambda span: TEXT[span.start : span.end]),
            ("OFFSET_ENCODING_UTF16_UNITS", lambda span: utf16[2 * span.start : 2 * span.end].decode("utf-16-le")),
            ("OFFSET_ENCODING_UTF8_BYTES", lambda span: utf8[span.start : span.end].decode()),
        ]:
            result = self.extract(encoding=encoding)
            self.assertEqual(result.offset_encoding, self.client.enum(encoding))
            found = [part for claim in result.claims for part in parts(claim)]
            self.assertGreaterEqual(len(found), 6)
            for spans, text in found:
                self.assertEqual(" ".join(cut(span) for span in spans), text, encoding)

    def test_the_full_view_explains(self):
        full = self.extract(view=self.client.enum("CLAIM_VIEW_FULL"))
        self.assertTrue(all(claim.explanation.pattern for claim in full.claims))
        self.assertFalse(any(claim.HasField("explanation") for claim in self.extract().claims))

    def test_a_batch_answers_each_document(self):
        documents = [{"document_id": "good", "text": TEXT}, {"document_id": "empty", "text": ""}]
        items = self.client.call("BatchExtractClaims", documents=documents).items
        self.assertEqual(items[0].result.document_id, "good")
        self.assertEqual(len(items[0].result.claims), len(self.extract().claims))
        self.assertEqual(items[1].error.code, grpc.StatusCode.INVALID_ARGUMENT.value[0])
        wrong = self.client.unpacked(items[1].error)["BadRequest"].field_violations
        self.assertEqual([one.field for one in wrong], ["documents[1].text"])

    def test_a_stream_answers_each_document(self):
        def requests():
            encoding = self.client.enum("OFFSET_ENCODING_CODE_POINTS")
            yield self.client.request("StreamExtractClaims", options={"offset_encoding": encoding})
            for sequence in range(100):
                text = "" if sequence == 50 else TEXT
                item = {"sequence": sequence, "document": {"text": text}}
                yield self.client.request("StreamExtractClaims", item=item)

        expected = self.extract()
        answers = {answer.sequence: answer for answer in self.client.stream("StreamExtractClaims", requests())}
        self.assertEqual(sorted(answers), list(range(100)))
        self.assertEqual(answers.pop(50).error.code, grpc.StatusCode.INVALID_ARGUMENT.value[0])
        for answer in answers.values():
            self.assertEqual(list(answer.result.claims), list(expected.claims))

    def test_quotations_are_verified(self):
        quotations = [
            {"text": "The dam is safe", "speaker": "Ruiz"},
            {"text": "the dam is safe.", "speaker": "Joe Palmer"},
            {"text": "The dam is not safe"},
            {"text": "Nobody knows what the flood has done"},
        ]
        encoding = self.client.enum("OFFSET_ENCODING_CODE_POINTS")
        answer = self.client.call(
            "VerifyQuotations", document={"text": TEXT}, quotations=quotations, offset_encoding=encoding
        )
        self.assertEqual(answer.offset_encoding, encoding)
        verdicts = ["VERDICT_VERBATIM", "VERDICT_TYPOGRAPHIC", "VERDICT_ALTERED", "VERDICT_ABSENT"]
        self.assertEqual([item.verdict for item in answer.items], [self.client.enum(name) for name in verdicts])
        verbatim, other, altered, absent = answer.items
        self.assertEqual(TEXT[verbatim.span.start : verbatim.span.end], verbatim.text)
        self.assertEqual((verbatim.speaker, verbatim.speaker_matches), ("Ana Ruiz", True))
        self.assertTrue(other.HasField("speaker_matches") and not other.speaker_matches)
        self.assertFalse(altered.HasField("speaker_matches"))
        told = [item.speaker_verdict for item in answer.items]
        expected = ["SAME", "OTHER", "NOT_ASKED", "NOT_ASKED"]
        self.assertEqual(told, [self.client.enum(f"SPEAKER_VERDICT_{name}") for name in expected])
        self.assertEqual([item.quotation.text for item in answer.items], [one["text"] for one in quotations])
        (added,) = altered.differences
        self.assertEqual(added.quotation_text, "not")
        self.assertFalse(absent.HasField("span"))

    def test_errors_name_the_wrong_fields(self):
        self.check_wrong(self.error("ExtractClaims"), "document")
        document = {"text": TEXT, "language_code": "de"}
        options = {"view": 9, "max_claims": -1}
        self.check_wrong(
            self.error("ExtractClaims", document=document, options=options),
            "document.language_code", "options.view", "options.max_claims",
        )
        self.check_wrong(self.error("BatchExtractClaims"), "documents")
        self.check_wrong(
            self.error("VerifyQuotations", document={"text": TEXT}, quotations=[{"text": "x"}, {"text": ""}]),
            "quotations[1].text",
        )
        self.check_wrong(self.error("ListCues", page_size=-1), "page_size")
        self.check_wrong(self.error("ListCues", page_token="no"), "page_token")

    def test_too_large_a_message_is_resource_exhausted(self):
        error = self.error("ExtractClaims", document={"text": "x" * (5 << 20)})
        self.assertEqual(error.code(), grpc.StatusCode.RESOURCE_EXHAUSTED)
        self.assertEqual(self.client.details(error)["ErrorInfo"].reason, "MESSAGE_TOO_LARGE")

    def test_an_unknown_method_is_unimplemented(self):
        call = self.channel.unary_unary(f"/{SERVICE}/Nothing")
        with self.assertRaises(grpc.RpcError) as caught:
            call(b"", timeout=20)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.UNIMPLEMENTED)

    def test_gzip(self):
        result = self.client.call(
            "ExtractClaims", compression=grpc.Compression.Gzip, document={"text": TEXT * 100}
        ).result
        self.assertGreater(len(result.claims), 100)

    def test_the_lexicon_in_pages(self):
        cues, token = [], ""
        while True:
            page = self.client.call("ListCues", page_size=300, page_token=token)
            self.assertLessEqual(len(page.cues), 300)
            cues += page.cues
            token = page.next_page_token
            if not token:
                break
        say = next(cue for cue in cues if cue.lemma == "say")
        self.assertIn("said", say.forms)
        self.assertIn("that", [frame.name for frame in say.frames])

    def test_what_the_server_runs(self):
        info = self.client.call("GetExtractorInfo")
        self.assertEqual(list(info.language_codes), ["en"])
        self.assertEqual(info.limits.max_document_bytes, 1 << 20)
        self.assertEqual(info.lexicon_version, self.extract().lexicon_version)

    def test_health(self):
        stub = health_pb2_grpc.HealthStub(self.channel)
        for service in ("", SERVICE):
            answer = stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=20)
            self.assertEqual(answer.status, health_pb2.HealthCheckResponse.SERVING)
        with self.assertRaises(grpc.RpcError) as caught:
            stub.Check(health_pb2.HealthCheckRequest(service="nobody"), timeout=20)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.NOT_FOUND)

    def test_reflection_lists_the_services(self):
        self.assertLessEqual(
            {SERVICE, "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"},
            set(self.client.database.get_services()),
        )

    def test_the_healthcheck_of_the_binary(self):
        command = [BINARY, "healthcheck", "--target", self.server.address]
        self.assertEqual(subprocess.run(command, timeout=20).returncode, 0)
        command = [BINARY, "healthcheck", "--target", "127.0.0.1:1"]
        failed = subprocess.run(command, timeout=20, capture_output=True, text=True)
        self.assertNotEqual(failed.returncode, 0)
        self.assertIn("127.0.0.1:1", failed.stderr)


class StopTest(unittest.TestCase):
    def test_a_signal_ends_idle_streams_and_the_process(self):
        server = Server(BINARY)
        with connect(server) as channel:
            client = Client(channel)
            stub = health_pb2_grpc.HealthStub(channel)
            statuses = stub.Watch(health_pb2.HealthCheckRequest(), timeout=60)
            self.assertEqual(next(statuses).status, health_pb2.HealthCheckResponse.SERVING)
            client.call("GetExtractorInfo")
            self.assertEqual(server.terminate(), 0)
            self.assertEqual(next(statuses).status, health_pb2.HealthCheckResponse.NOT_SERVING)


class BufTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.buf = shutil.which("buf", path=pathlib.Path(sys.executable).parent)
        cls.home = tempfile.TemporaryDirectory()
        cls.server = Server(BINARY)

    @classmethod
    def tearDownClass(cls):
        cls.home.cleanup()
        assert cls.server.terminate() == 0

    def run_buf(self, *arguments):
        environment = {**os.environ, "BUF_CACHE_DIR": self.home.name}
        return subprocess.run(
            [self.buf, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
        )

    def curl(self, method, request):
        return self.run_buf(
            "curl", "--protocol", "grpc", "--http2-prior-knowledge", "--data", json.dumps(request),
            f"http://{self.server.address}/{SERVICE}/{method}",
        )

    def test_lint(self):
        linted = self.run_buf("lint")
        self.assertEqual((linted.returncode, linted.stdout + linted.stderr), (0, ""))

    def test_curl_lists_the_methods(self):
        listed = self.run_buf(
            "curl", "--protocol", "grpc", "--http2-prior-knowledge", "--list-methods",
            f"http://{self.server.address}",
        )
        self.assertEqual(listed.returncode, 0, listed.stderr)
        self.assertIn(f"{SERVICE}/StreamExtractClaims", listed.stdout)

    def test_curl_extracts(self):
        options = {"offset_encoding": "OFFSET_ENCODING_CODE_POINTS"}
        answered = self.curl("ExtractClaims", {"document": {"text": TEXT}, "options": options})
        self.assertEqual(answered.returncode, 0, answered.stderr)
        claims = json.loads(answered.stdout)["result"]["claims"]
        critics = next(claim for claim in claims if claim["source"]["text"] == "Critics")
        self.assertEqual(critics["type"], "ATTRIBUTION_TYPE_COMMUNICATION")
        (span,) = critics["source"]["spans"]
        self.assertEqual(TEXT[span["start"] : span["end"]], "Critics")

    def test_curl_shows_what_is_wrong(self):
        answered = self.curl("ExtractClaims", {"document": {"text": ""}})
        self.assertNotEqual(answered.returncode, 0)
        error = json.loads(answered.stderr)
        self.assertEqual((error["code"], error["message"]), ("invalid_argument", "document.text is empty"))
        details = {detail["type"]: base64.b64decode(detail["value"] + "==") for detail in error["details"]}
        self.assertIn(b"document.text", details["google.rpc.BadRequest"])


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    BINARY = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=2)
