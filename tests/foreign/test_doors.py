#!/usr/bin/env python3
"""The two doors of the service say the same: gRPC as grpcio speaks it, JSON as Python's own HTTP client does.

    test_doors.py PATH-TO-ASCRIBE [unittest arguments]

Needs what requirements.txt names. Each request is a dictionary in proto3 JSON. The JSON door gets it as it is, the gRPC
door as the message that Google's own parser makes of it; answers are compared as what Google's own printer makes of the
gRPC answer, errors with code, message and every detail.
"""

import gzip
import http.client
import itertools
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest
import zlib

import grpc
from google.protobuf import json_format
from grpc_health.v1 import health_pb2, health_pb2_grpc

from server import ROOT, SERVICE, Client, Server, connect

BINARY = None
# It lies beside Python, where requirements.txt puts it.
BUF = str(pathlib.Path(sys.executable).with_name("buf"))

PATHS = {
    "ExtractClaims": "/v1/claims:extract",
    "BatchExtractClaims": "/v1/claims:batchExtract",
    "VerifyQuotations": "/v1/claims:verifyQuotations",
}
ENCODINGS = ["UNSPECIFIED", "UTF8_BYTES", "UTF16_UNITS", "CODE_POINTS"]
VIEWS = ["UNSPECIFIED", "BASIC", "FULL"]

# How google/rpc/code.proto maps codes to HTTP.
HTTP = {
    "INVALID_ARGUMENT": 400,
    "UNAUTHENTICATED": 401,
    "NOT_FOUND": 404,
    "RESOURCE_EXHAUSTED": 429,
    "INTERNAL": 500,
    "UNIMPLEMENTED": 501,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}

GOOD = "Mayor Ana Ruiz said the bridge 🌉 is safe."


def texts(count):
    """So many different texts: whole articles, then runs of their paragraphs, of several lengths in turn."""
    with open(ROOT / "tests/data/wikinews-dev.jsonl", encoding="utf-8") as lines:
        articles = [json.loads(line)["text"] for line in lines]
    found = dict.fromkeys(articles)
    paragraphs = [article.split("\n\n") for article in articles]
    for start in range(max(map(len, paragraphs))):
        for length, article in itertools.product((1, 2, 4), paragraphs):
            if len(article) >= start + length:
                found["\n\n".join(article[start : start + length])] = None
    return [text for text in found if text][:count]


def options_in_turn(number):
    """Every encoding with every view in twelve turns, and the other options in turns of their own."""
    options = {
        "offset_encoding": "OFFSET_ENCODING_" + ENCODINGS[number % 4],
        "view": "CLAIM_VIEW_" + VIEWS[number % 3],
    }
    if number % 5 == 0:
        options["min_confidence"] = 0
    if number % 7 == 0:
        options["kinds"] = ["QUOTATION_KIND_INDIRECT", "QUOTATION_KIND_MIXED"]
    if number % 11 == 0:
        options["max_claims"] = 2
    if number % 13 == 0:
        options["aliases"] = [{"name": "Somebody Else", "variants": ["He", "she"], "title": "Dr."}]
    return options


def without_times(value):
    """All of an answer but how long it took."""
    if isinstance(value, dict):
        return {key: without_times(one) for key, one in value.items() if not key.endswith("_duration")}
    return [without_times(one) for one in value] if isinstance(value, list) else value


class JsonDoor:
    """An HTTP connection to the server. Answers are pairs of HTTP code and parsed JSON."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address, timeout=20)
        self.headers = None

    def call(self, method, request, **headers):
        return self.post(PATHS[method], json.dumps(request).encode(), **headers)

    def post(self, path, body, verb="POST", content_type="application/json", **headers):
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if content_type:
            sent["content-type"] = content_type
        self.connection.request(verb, path, body, sent)
        return self.answer()

    def answer(self):
        answer = self.connection.getresponse()
        self.headers = answer.headers
        body = answer.read()
        assert answer.headers["content-type"] == "application/json", (answer.headers["content-type"], body)
        return answer.status, json.loads(body)

    def begin(self, path, length):
        """Sends the head of a request whose body has so many bytes."""
        self.connection.putrequest("POST", path)
        self.connection.putheader("content-type", "application/json")
        self.connection.putheader("content-length", str(length))
        self.connection.endheaders()

    def post_slowly(self, path, request):
        """Sends the body once an answer to the head can be there, and piece by piece."""
        body = json.dumps(request).encode()
        self.begin(path, len(body))
        for start in range(0, len(body), 1 << 16):
            time.sleep(0.1)
            self.connection.send(body[start : start + (1 << 16)])
        return self.answer()

    def refused(self, *arguments, **headers):
        """A request that is refused before its body is read, which may end the connection."""
        self.connection.close()
        answer = self.post(*arguments, **headers)
        self.connection.close()
        return answer


class GrpcDoor:
    """A channel to the server, and the messages that `client` knows. Errors are told as the JSON door tells them."""

    def __init__(self, client, channel):
        self.client = client
        self.channel = channel

    def message(self, method, request):
        """The message that a request in JSON is."""
        return json_format.ParseDict(request, self.client.request(method))

    def call(self, method, request, **metadata):
        return self.send(method, self.message(method, request).SerializeToString(), **metadata)

    def send(self, method, data, **metadata):
        """The code's name, and the answer or its `google.rpc.Status` as a dictionary."""
        metadata = [(name.replace("_", "-"), value) for name, value in metadata.items()]
        try:
            answer = self.channel.unary_unary(f"/{SERVICE}/{method}")(data, timeout=20, metadata=metadata)
        except grpc.RpcError as error:
            return error.code().name, self.status(error)
        output = self.client.service.FindMethodByName(method).output_type
        return "OK", self.dictionary(self.client.message(output.full_name).FromString(answer))

    def dictionary(self, message):
        return json_format.MessageToDict(
            message,
            preserving_proto_field_name=True,
            always_print_fields_with_no_presence=True,
            descriptor_pool=self.client.pool,
        )

    def status(self, error):
        details = dict(error.trailing_metadata()).get("grpc-status-details-bin")
        if details is None:
            return {"code": error.code().value[0], "message": error.details()}
        status = self.dictionary(self.client.message("google.rpc.Status").FromString(details))
        assert (status["code"], status["message"]) == (error.code().value[0], error.details()), status
        return status


def details_of(status):
    """The details of a status by their short names."""
    return {detail["@type"].rsplit(".", 1)[1]: detail for detail in status.get("details", [])}


def taken_delay(status):
    """The milliseconds after which a status says to come back, which are no longer in it: they differ by chance."""
    return float(details_of(status)["RetryInfo"].pop("retry_delay").removesuffix("s")) * 1000


class Doors(unittest.TestCase):
    """A server with both its doors."""

    arguments = ()

    @classmethod
    def setUpClass(cls):
        cls.server = Server(BINARY, *cls.arguments)
        cls.addClassCleanup(cls.server.terminate)
        cls.channel = connect(cls.server)
        cls.addClassCleanup(cls.channel.close)
        # It listens a moment before it has loaded what it reads with.
        health = health_pb2_grpc.HealthStub(cls.channel).Watch(health_pb2.HealthCheckRequest(), timeout=20)
        next(answer for answer in health if answer.status == health_pb2.HealthCheckResponse.SERVING)
        health.cancel()
        cls.grpc = GrpcDoor(Client(cls.known_channel()), cls.channel)
        cls.json = JsonDoor(cls.server.address)
        cls.addClassCleanup(cls.json.connection.close)

    def setUp(self):
        # A connection of its own, whatever became of the last one.
        self.json.connection.close()

    @classmethod
    def known_channel(cls):
        """The channel that reflection is asked on."""
        return cls.channel

    def check_same_answer(self, method, request, camel_case=False):
        """Asks both doors; returns what both answer."""
        code, expected = self.grpc.call(method, request)
        self.assertEqual(code, "OK", expected)
        if camel_case:
            request = json_format.MessageToDict(self.grpc.message(method, request))
        status, answer = self.json.call(method, request)
        self.assertEqual(status, 200, answer)
        answer = without_times(answer)
        self.assertEqual(answer, without_times(expected))
        return answer

    def check_error(self, code, reason, told, answered, *paths):
        """An error of both doors: `told` over gRPC and `answered` as JSON; both with these wrong fields."""
        # What is too large has an HTTP code of its own.
        http = 413 if reason == "MESSAGE_TOO_LARGE" else HTTP[code]
        self.assertEqual((told[0], answered[0]), (code, http))
        self.assertEqual(answered[1], told[1])
        details = details_of(told[1])
        self.assertEqual((details["ErrorInfo"]["reason"], details["ErrorInfo"]["domain"]), (reason, "ascribe.v1"))
        violations = details.get("BadRequest", {}).get("field_violations", [])
        self.assertEqual([violation["field"] for violation in violations], list(paths))

    def check_same_error(self, code, reason, method, request, *paths):
        self.check_error(code, reason, self.grpc.call(method, request), self.json.call(method, request), *paths)

    def check_delays(self, told, answered):
        """Both say when to come back, the JSON door in its headers too: in milliseconds, and in whole seconds."""
        self.assertTrue(0 < taken_delay(told[1]) <= 1000)
        delay = taken_delay(answered[1])
        self.assertTrue(0 < delay <= 1000)
        self.assertAlmostEqual(int(self.json.headers["grpc-retry-pushback-ms"]), delay, delta=1)
        self.assertEqual(int(self.json.headers["retry-after"]), 1)

    def check_wrong(self, method, request, *paths):
        self.check_same_error("INVALID_ARGUMENT", "INVALID_FIELDS", method, request, *paths)


class AnswersTest(Doors):
    def test_the_claims_of_200_texts(self):
        found = texts(200)
        self.assertEqual(len(set(found)), 200)
        claims = 0
        for number, text in enumerate(found):
            document = {"document_id": f"text-{number}", "text": text}
            if number % 3 == 0:
                document["publish_time"] = "2022-05-14T15:55:00.250Z"
            request = {"document": document, "options": options_in_turn(number)}
            with self.subTest(number=number):
                result = self.check_same_answer("ExtractClaims", request, camel_case=number % 2 == 1)["result"]
                self.assertEqual(result["document_id"], f"text-{number}")
                encoding = ENCODINGS[number % 4].replace("UNSPECIFIED", "UTF8_BYTES")
                self.assertEqual(result["offset_encoding"], "OFFSET_ENCODING_" + encoding)
                for claim in result.get("claims", []):
                    claims += 1
                    self.assertEqual("explanation" in claim, VIEWS[number % 3] == "FULL")
        self.assertGreater(claims, 400)

    def test_batches(self):
        found = texts(200)
        for number in range(4):
            documents = [{"text": text} for text in found[number::4]]
            request = {"documents": documents, "options": options_in_turn(number + 1)}
            with self.subTest(number=number):
                items = self.check_same_answer("BatchExtractClaims", request)["items"]
                self.assertEqual([sorted(item) for item in items], [["document_id", "result"]] * 50)

    def test_quotations(self):
        verdicts = set()
        for number, text in enumerate(texts(100)):
            words = text.split(" ")
            middle = words[len(words) // 3 : len(words) // 3 + 12]
            quotations = [
                {"text": " ".join(middle), "speaker": "Ana Ruiz"},
                {"text": " ".join(middle).upper() + " …"},
                {"text": " ".join(middle[:5] + ["🎉", "never"] + middle[6:])},
                {"text": "Nobody knows what the flood has done to our dam"},
            ]
            encoding = "OFFSET_ENCODING_" + ENCODINGS[number % 4]
            request = {"document": {"text": text}, "quotations": quotations, "offset_encoding": encoding}
            with self.subTest(number=number):
                answer = self.check_same_answer("VerifyQuotations", request, camel_case=number % 2 == 1)
                self.assertEqual(len(answer["items"]), 4)
                verdicts |= {item["verdict"] for item in answer["items"]}
        names = {"VERBATIM", "TYPOGRAPHIC", "ALTERED", "ABSENT"}
        self.assertEqual(verdicts, {"VERDICT_" + name for name in names})

    def test_what_proto3_json_may_write_otherwise(self):
        for number, options in enumerate([
            {"view": 2, "offset_encoding": 3},
            {"max_claims": "1"},
            {"min_confidence": "0.5"},
            {"min_confidence": None, "kinds": []},
            None,
        ]):
            with self.subTest(options=options):
                self.check_same_answer("ExtractClaims", {"document": {"text": GOOD}, "options": options})

    def test_null_is_any_field_left_out(self):
        for field in ["view", "offset_encoding", "max_claims", "kinds", "aliases"]:
            self.check_same_answer("ExtractClaims", {"document": {"text": GOOD}, "options": {field: None}})
        document = {"text": GOOD, "document_id": None, "language_code": None, "publish_time": None}
        self.check_same_answer("ExtractClaims", {"document": document})

    def test_a_batch_tells_what_is_wrong_with_one_of_its_documents(self):
        documents = [{"text": GOOD}, {"document_id": "refused", "language_code": "de"}, {"text": GOOD}]
        request = {"documents": documents}
        items = self.check_same_answer("BatchExtractClaims", request)["items"]
        kinds = [["document_id", "result"], ["document_id", "error"], ["document_id", "result"]]
        self.assertEqual([sorted(item) for item in items], kinds)
        violations = details_of(items[1]["error"])["BadRequest"]["field_violations"]
        fields = ["documents[1].text", "documents[1].language_code"]
        self.assertEqual([violation["field"] for violation in violations], fields)

    def test_a_whole_number_may_have_a_fraction_of_zero(self):
        options = {"max_claims": 1.0}
        self.check_same_answer("ExtractClaims", {"document": {"text": GOOD}, "options": options})


class ErrorsTest(Doors):
    def test_wrong_fields(self):
        good, options = {"text": GOOD}, lambda **options: {"document": {"text": GOOD}, "options": options}
        alias = {"name": "Ana Ruiz"}
        for method, request, *paths in [
            ("ExtractClaims", {}, "document"),
            ("ExtractClaims", {"document": {}}, "document.text"),
            ("ExtractClaims", {"document": {"text": ""}}, "document.text"),
            ("ExtractClaims", {"document": {"text": "x" * ((1 << 20) + 1)}}, "document.text"),
            # As many characters as are allowed, but more bytes.
            ("ExtractClaims", {"document": {"text": "🎉" * ((1 << 18) + 1)}}, "document.text"),
            ("ExtractClaims", {"document": {**good, "document_id": "é" * 129}}, "document.document_id"),
            ("ExtractClaims", {"document": {**good, "language_code": "de"}}, "document.language_code"),
            ("ExtractClaims", {"document": {**good, "language_code": "\n\"" + "🎉" * 99}}, "document.language_code"),
            ("ExtractClaims", options(max_claims=-1), "options.max_claims"),
            ("ExtractClaims", options(max_claims=-(1 << 31)), "options.max_claims"),
            ("ExtractClaims", options(min_confidence=-0.5), "options.min_confidence"),
            ("ExtractClaims", options(min_confidence=1.5), "options.min_confidence"),
            ("ExtractClaims", options(min_confidence="NaN"), "options.min_confidence"),
            ("ExtractClaims", options(min_confidence="-Infinity"), "options.min_confidence"),
            ("ExtractClaims", options(kinds=["QUOTATION_KIND_UNSPECIFIED"]), "options.kinds[0]"),
            ("ExtractClaims", options(types=[1, 2, 0]), "options.types[2]"),
            ("ExtractClaims", options(aliases=[alias, {"name": " "}]), "options.aliases[1].name"),
            ("ExtractClaims", options(aliases=[{**alias, "title": "x" * 257}]), "options.aliases[0].title"),
            ("ExtractClaims", options(aliases=[{**alias, "variants": ["a"] * 65}]), "options.aliases[0].variants"),
            ("ExtractClaims", options(aliases=[alias] * 1001), "options.aliases"),
            # More than one at once.
            (
                "ExtractClaims",
                {"document": {"language_code": "fr"}, "options": {"max_claims": -7, "min_confidence": 2}},
                "document.text", "document.language_code", "options.min_confidence", "options.max_claims",
            ),
            ("BatchExtractClaims", {}, "documents"),
            ("BatchExtractClaims", {"documents": [good] * 257}, "documents"),
            ("BatchExtractClaims", {"documents": [good], "options": {"max_claims": -1}}, "options.max_claims"),
            ("VerifyQuotations", {"quotations": [good]}, "document"),
            ("VerifyQuotations", {"document": good}, "quotations"),
            ("VerifyQuotations", {"document": good, "quotations": [good, {}]}, "quotations[1].text"),
            ("VerifyQuotations", {"document": good, "quotations": [{"text": "x" * 99999}]}, "quotations[0].text"),
            ("VerifyQuotations", {"document": good, "quotations": [good] * 9999}, "quotations"),
            (
                "VerifyQuotations",
                {"document": good, "quotations": [{**good, "speaker": "x" * 257}]},
                "quotations[0].speaker",
            ),
        ]:
            with self.subTest(method=method, request=str(request)[:120]):
                self.check_wrong(method, request, *paths)

    def test_unknown_numbers_of_enums(self):
        good = {"text": GOOD}
        options = {"view": 9, "offset_encoding": -1}
        request = {"document": good, "options": options}
        self.check_wrong("ExtractClaims", request, "options.offset_encoding", "options.view")
        request = {"document": good, "options": {"kinds": [9]}}
        self.check_wrong("ExtractClaims", request, "options.kinds[0]")
        _, status = self.grpc.call("ExtractClaims", request)
        self.assertIn("QUOTATION_KIND_DIRECT, QUOTATION_KIND_INDIRECT, QUOTATION_KIND_MIXED", status["message"])
        request = {"document": good, "quotations": [good], "offset_encoding": 9}
        self.check_wrong("VerifyQuotations", request, "offset_encoding")

    def test_too_large_a_message(self):
        # In one text, and in many of which each is short enough.
        for method, request in [
            ("ExtractClaims", {"document": {"text": "x" * (4 << 20)}}),
            ("BatchExtractClaims", {"documents": [{"text": "x" * (1 << 17)}] * 33}),
        ]:
            with self.subTest(method=method):
                self.check_same_error("RESOURCE_EXHAUSTED", "MESSAGE_TOO_LARGE", method, request)
                message = self.grpc.message(method, request)
                self.assertGreater(message.ByteSize(), 4 << 20)
        # JSON is longer than its message where it escapes: this one is short enough.
        body = b'{"document": {"text": "' + b"\\u0020" * 999999 + b'"}}'
        self.assertGreater(len(body), 4 << 20)
        status, answer = self.json.post(PATHS["ExtractClaims"], body)
        self.assertEqual(status, 200, answer)

    def check_body(self, body, field="body", **how):
        """A body that is no message is an INVALID_ARGUMENT of a field, or of the body; its first line and column are told."""
        status, answer = self.json.post(PATHS["ExtractClaims"], body, **how)
        self.assertEqual((status, answer["code"]), (400, grpc.StatusCode.INVALID_ARGUMENT.value[0]), answer)
        details = details_of(answer)
        self.assertEqual(details["ErrorInfo"]["reason"], "INVALID_FIELDS")
        (violation,) = details["BadRequest"]["field_violations"]
        self.assertEqual(violation["field"], field)
        self.assertEqual(answer["message"], f"{field} " + violation["description"])
        self.assertTrue(self.json.headers["x-request-id"])
        return violation["description"]

    def test_what_is_no_message(self):
        code, status = self.grpc.send("ExtractClaims", b"\xff\xff")
        self.assertEqual(code, "INVALID_ARGUMENT", status)
        self.assertEqual(details_of(status)["ErrorInfo"]["reason"], "MALFORMED_MESSAGE")
        # A text that isn't UTF-8: field 1, which holds field 2.
        code, status = self.grpc.send("ExtractClaims", b"\x0a\x03\x12\x01\xff")
        self.assertEqual(code, "INVALID_ARGUMENT", status)
        self.assertIn("not UTF-8", status["message"])
        for body, field in [
            (b"", "body"),
            (b"{", "body"),
            (b"[]", "body"),
            (b"null", "body"),
            (b"{} {}", "body"),
            (b"document", "body"),
            (b'{"document": {"text": "\xff"}}', "body"),
            (b'{"document": {"text": "\\ud83c"}}', "document.text"),
            (b'{"document": {"text": 7}}', "document.text"),
            (b'{"document": {"text": "a", "text": "b"}}', "document.text"),
            (b'{"document": "a"}', "document"),
            (b'{"document": {"text": "a"}, "options": {"max_claims": 2147483648}}', "options.max_claims"),
            (b'{"document": {"text": "a"}, "options": {"maxClaims": 1.5}}', "options.max_claims"),
            (b'{"document": {"text": "a", "publish_time": "2022-05-14"}}', "document.publish_time"),
        ]:
            with self.subTest(body=body[:80]):
                said = self.check_body(body, field)
                self.assertTrue(re.search(r"\(line \d+, column \d+\)$|is empty|UTF-8", said), said)
        status, answer = self.json.post(PATHS["ExtractClaims"], b"[" * 100000)
        self.assertEqual((status, answer["code"]), (400, 3), answer)

    def test_a_batch_of_which_documents_are_no_messages(self):
        documents = [{"text": GOOD}] * 100
        documents[97] = {"document_id": "late", "text": GOOD, "publishTime": "March 7, 2024"}
        status, answer = self.json.call("BatchExtractClaims", {"documents": documents})
        self.assertEqual((status, len(answer["items"])), (200, 100))
        wrong = [number for number, item in enumerate(answer["items"]) if "error" in item]
        self.assertEqual(wrong, [97])
        (violation,) = details_of(answer["items"][97]["error"])["BadRequest"]["field_violations"]
        self.assertEqual(violation["field"], "documents[97].publish_time")
        self.assertRegex(violation["description"], r'^is "March 7, 2024": .* \(line 1, column \d+\)$')

    def test_names_that_nobody_knows(self):
        """No message holds them, so that only JSON can."""
        request = {"document": {"text": GOOD}, "options": {"view": "CLAIM_VIEW_EVERYTHING"}}
        said = self.check_body(json.dumps(request).encode(), "options.view")
        self.assertIn("CLAIM_VIEW_EVERYTHING", said)
        self.assertIn("CLAIM_VIEW_BASIC, CLAIM_VIEW_FULL", said)
        said = self.check_body(json.dumps({"document": {"text": GOOD, "txet": ""}}).encode(), "document.txet")
        self.assertIn("perhaps text is meant", said)
        for options, meant in [({"offsetEncodign": 1}, "offset_encoding"), ({"minConfidense": 0}, "min_confidence")]:
            (name,) = options
            body = json.dumps({"document": {"text": GOOD}, "options": options}).encode()
            self.assertIn(f"perhaps {meant} is meant", self.check_body(body, f"options.{name}"))

    def test_what_is_not_there(self):
        code, status = self.grpc.send("Nothing", b"")
        self.assertEqual((code, status["code"]), ("UNIMPLEMENTED", 12))
        self.assertEqual(details_of(status)["ErrorInfo"]["reason"], "NO_SUCH_METHOD")
        self.assertIn(f"/{SERVICE}/Nothing", status["message"])
        http_code, status = self.json.refused("/v1/claims:nothing", b"{}")
        self.assertEqual((http_code, status["code"]), (HTTP["NOT_FOUND"], 5))
        self.assertIn("/v1/claims:nothing", status["message"])
        for path in PATHS.values():
            http_code, status = self.json.refused(path, None, verb="GET")
            self.assertEqual((http_code, status["code"]), (405, 12))
            self.assertEqual(self.json.headers["allow"], "POST")

    def test_compressed_json(self):
        body = json.dumps({"document": {"text": GOOD}}).encode()
        path = PATHS["ExtractClaims"]
        plain = without_times(self.json.post(path, body)[1])
        for coding, compressed in [("gzip", gzip.compress(body)), ("deflate", zlib.compress(body))]:
            with self.subTest(coding=coding):
                http_code, answer = self.json.post(path, compressed, content_encoding=coding)
                self.assertEqual((http_code, without_times(answer)), (200, plain))
                http_code, status = self.json.post(path, body, content_encoding=coding)
                self.assertEqual((http_code, status["code"]), (400, 3))
                self.assertIn(coding, status["message"])
        for coding in ["br", "gzip, gzip"]:
            http_code, status = self.json.refused(path, body, content_encoding=coding)
            self.assertEqual((http_code, status["code"]), (415, 3))
            self.assertIn(coding, status["message"])
            self.assertEqual(self.json.headers["accept-encoding"], "gzip, deflate, zstd")
        http_code, status = self.json.post(path, gzip.compress(b" " * (100 << 20)), content_encoding="gzip")
        self.assertEqual((http_code, status["code"]), (413, 8))
        self.assertEqual(details_of(status)["ErrorInfo"]["reason"], "MESSAGE_TOO_LARGE")

    def test_content_that_is_not_called_json(self):
        for content_type in [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonl"]:
            http_code, status = self.json.refused(PATHS["ExtractClaims"], b"{}", content_type=content_type)
            self.assertEqual((http_code, status["code"]), (415, 3))
            self.assertEqual(details_of(status)["ErrorInfo"]["reason"], "UNSUPPORTED_CONTENT_TYPE")
            self.assertIn("application/json", status["message"])
        body = json.dumps({"document": {"text": GOOD}}).encode()
        for content_type in ["application/json; charset=utf-8", "Application/JSON"]:
            self.assertEqual(self.json.post(PATHS["ExtractClaims"], body, content_type=content_type)[0], 200)

    def test_whoever_still_sends_is_answered_and_can_ask_again(self):
        for path, code in [("/v1/claims:nothing", 404), (PATHS["ExtractClaims"], 200)]:
            status, _ = self.json.post_slowly(path, {"document": {"text": GOOD}})
            self.assertEqual(status, code)


class ConnectTest(Doors):
    """Connect's unary calls, as buf speaks them."""

    def buf(self, method, request, protocol="connect"):
        command = [BUF, "curl", "--schema", str(ROOT / "proto"), "--protocol", protocol, "-d", "@-"]
        command += ["--http2-prior-knowledge"] if protocol == "grpc" else []
        command.append(f"http://{self.server.address}/{SERVICE}/{method}")
        return subprocess.run(command, input=json.dumps(request), capture_output=True, text=True, timeout=60)

    def test_unary_calls_are_those_of_grpc(self):
        for method, request in [
            ("ExtractClaims", {"document": {"text": GOOD}}),
            ("BatchExtractClaims", {"documents": [{"text": GOOD}, {"text": ""}]}),
            ("VerifyQuotations", {"document": {"text": GOOD}, "quotations": [{"text": "the bridge"}]}),
            ("ListCues", {"page_size": 2}),
            ("GetExtractorInfo", {}),
        ]:
            with self.subTest(method=method):
                told = self.buf(method, request)
                self.assertEqual(told.returncode, 0, told.stderr)
                self.assertEqual(told.stdout, self.buf(method, request, "grpc").stdout)
                self.assertEqual(told.stdout, self.buf(method, request, "grpcweb").stdout)

    def test_errors_have_their_details(self):
        told = self.buf("ExtractClaims", {"document": {}})
        error = json.loads(told.stderr)
        self.assertEqual((error["code"], error["message"]), ("invalid_argument", "document.text is empty"))
        self.assertEqual(error, json.loads(self.buf("ExtractClaims", {"document": {}}, "grpc").stderr))

    def test_streams_say_what_to_use(self):
        told = self.buf("StreamExtractClaims", {"item": {"document": {"text": GOOD}}})
        self.assertNotEqual(told.returncode, 0)
        self.assertIn("unimplemented", told.stderr)
        self.assertIn("gRPC-Web", told.stderr)


class CurlTest(Doors):
    """What people type."""

    arguments = ("--cors-origin", "https://news.example.org")

    def curl(self, path, *arguments):
        command = ["curl", "-s", "-w", "\n%{http_code}", f"http://{self.server.address}{path}", *arguments]
        told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
        body, code = told.rsplit("\n", 1)
        return int(code), body

    def test_what_there_is_to_get(self):
        self.assertEqual(self.curl("/health"), (200, '{"status":"SERVING"}'))
        code, info = self.curl("/v1/info")
        self.assertEqual((code, json.loads(info)), (200, self.grpc.call("GetExtractorInfo", {})[1]))
        code, page = self.curl("/v1/cues?page_size=3")
        self.assertEqual((code, len(json.loads(page)["cues"])), (200, 3))

    def test_curls_own_content_type(self):
        code, told = self.curl(PATHS["ExtractClaims"], "-d", json.dumps({"document": {"text": GOOD}}))
        self.assertEqual(code, 415)
        self.assertIn("curl -d", told)

    def test_a_large_file(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump({"document": {"text": "x" * (6 << 20)}}, file)
            file.flush()
            for arguments in [[], ["-H", "transfer-encoding: chunked"], ["--http2-prior-knowledge"]]:
                sent = ["-H", "content-type: application/json", "--data-binary", f"@{file.name}", *arguments]
                code, told = self.curl(PATHS["ExtractClaims"], *sent)
                self.assertEqual(code, 413, told)

    def test_a_page_of_another_origin(self):
        asked = ["-X", "OPTIONS", "-i", "-H", "access-control-request-method: POST"]
        for origin, expected in [("https://news.example.org", 204), ("https://evil.example", 403)]:
            code, told = self.curl(PATHS["ExtractClaims"], *asked, "-H", f"origin: {origin}")
            self.assertEqual(code, expected, told)
            self.assertEqual(f"access-control-allow-origin: {origin}" in told, expected == 204, told)


class KeysTest(Doors):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.keys = {}
        lines = [cls.key("newsroom"), cls.key("desk", "--rate", "1", "--burst", "1")]
        file = pathlib.Path(cls.folder.name, "keys")
        file.write_text("".join(lines))
        cls.arguments = ("--api-keys", str(file))
        super().setUpClass()

    @classmethod
    def key(cls, name, *arguments):
        made = subprocess.run(
            [BINARY, "key", name, *arguments], capture_output=True, text=True, check=True, timeout=20
        )
        cls.keys[name] = re.search(r"ascribe_\S+", made.stderr).group()
        return made.stdout

    @classmethod
    def known_channel(cls):
        return grpc.intercept_channel(cls.channel, WithKey(cls.keys["newsroom"]))

    def both(self, **headers):
        request = {"document": {"text": GOOD}}
        told = self.grpc.call("ExtractClaims", request, **headers)
        self.json.connection.close()
        return told, self.json.call("ExtractClaims", request, **headers)

    def test_with_a_key(self):
        key = self.keys["newsroom"]
        for headers in [{"x_api_key": key}, {"authorization": f"Bearer {key}"}]:
            (code, told), (status, answered) = self.both(**headers)
            self.assertEqual((code, status), ("OK", 200))
            self.assertEqual(without_times(answered), without_times(told))

    def test_without_and_with_a_wrong_one(self):
        key = self.keys["newsroom"]
        for headers in [
            {},
            {"x_api_key": ""},
            {"x_api_key": key[:-1]},
            {"authorization": key},
            {"authorization": f"Basic {key}"},
            {"authorization": "Bearer nobody"},
        ]:
            with self.subTest(headers=list(headers)):
                self.check_error("UNAUTHENTICATED", "UNAUTHENTICATED", *self.both(**headers))

    def test_who_has_no_key_is_not_told_what_is_wrong_with_the_request(self):
        told = self.grpc.send("ExtractClaims", b"\xff\xff")
        answered = self.json.refused(PATHS["ExtractClaims"], b"{")
        self.check_error("UNAUTHENTICATED", "UNAUTHENTICATED", told, answered)

    def test_info_and_cues_want_a_key_and_health_does_not(self):
        for path, code in [("/v1/info", 401), ("/v1/cues", 401), ("/health", 200)]:
            self.assertEqual(self.json.post(path, None, verb="GET", content_type=None)[0], code, path)
            answer = self.json.post(path, None, verb="GET", content_type=None, x_api_key=self.keys["newsroom"])
            self.assertEqual(answer[0], 200, path)

    def test_more_calls_than_a_key_may_make(self):
        # Both have to be refused within the same second, which a slow machine may need a second try for.
        for _ in range(5):
            told, answered = self.both(x_api_key=self.keys["desk"])
            if told[0] != "OK" and answered[0] != 200:
                break
        self.check_delays(told, answered)
        self.check_error("RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", told, answered)
        (violation,) = details_of(told[1])["QuotaFailure"]["violations"]
        self.assertEqual(violation["subject"], "key:desk")


class WithKey(grpc.StreamStreamClientInterceptor):
    """Sends a key with streams, of which reflection is one."""

    def __init__(self, key):
        self.metadata = [("x-api-key", key)]

    def intercept_stream_stream(self, continuation, details, requests):
        return continuation(details._replace(metadata=self.metadata), requests)


class DeadlineTest(Doors):
    arguments = ("--max-call-seconds", "0.05")

    def test_a_deadline_that_cannot_be_kept(self):
        # Of nearly as many bytes as are allowed: seconds of work.
        text = "Mayor Ana Ruiz said the bridge is safe. " * 26000
        request = {"document": {"text": text}}
        self.check_same_error("DEADLINE_EXCEEDED", "DEADLINE_PASSED", "ExtractClaims", request)
        request = {"documents": [{"text": text}]}
        self.check_same_error("DEADLINE_EXCEEDED", "DEADLINE_PASSED", "BatchExtractClaims", request)

    def test_the_callers_own(self):
        request = {"document": {"text": GOOD}}
        status, answer = self.json.call("ExtractClaims", request, grpc_timeout="0n")
        self.assertEqual((status, answer["code"]), (504, grpc.StatusCode.DEADLINE_EXCEEDED.value[0]))
        self.assertEqual(details_of(answer)["ErrorInfo"]["reason"], "DEADLINE_PASSED")


class FullTest(Doors):
    arguments = ("--workers", "1", "--max-in-flight", "2")

    def setUp(self):
        super().setUp()
        self.request = {"document": {"text": GOOD}}
        # What another test held is free again before this one holds all places: by calls that have begun and whose
        # bodies don't come.
        self.until(lambda code: code == "OK")
        self.until(lambda code: code == "UNAVAILABLE", self.hold)

    def hold(self):
        holder = JsonDoor(self.server.address)
        self.addCleanup(holder.connection.close)
        holder.begin(PATHS["ExtractClaims"], 9)

    def until(self, is_so, before=lambda: None):
        for _ in range(100):
            before()
            self.told = self.grpc.call("ExtractClaims", self.request)
            if is_so(self.told[0]):
                return
            time.sleep(0.05)
        self.fail(self.told)

    def test_no_place_for_another_call(self):
        answered = self.json.call("ExtractClaims", self.request)
        self.check_delays(self.told, answered)
        self.check_error("UNAVAILABLE", "QUEUE_FULL", self.told, answered)

    def test_who_sends_a_long_text_is_told_so_too(self):
        answered = self.json.post_slowly(PATHS["ExtractClaims"], {"document": {"text": GOOD * 10000}})
        self.check_delays(self.told, answered)
        self.check_error("UNAVAILABLE", "QUEUE_FULL", self.told, answered)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    BINARY = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=2)
