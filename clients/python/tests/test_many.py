"""Many documents: lists in batches, and flows of any length over streams that may break."""

import signal
import sqlite3
import threading
import time
import unittest
from unittest import mock

import grpc
import ascribe_client.claims_pb2
import pandas
from ascribe_client.claims_pb2 import BatchExtractClaimsResponse, Limits
from support import EMOJI, Heard, Held, Server, sentence, serve

from ascribe_client import (
    Alias,
    AscribeError,
    Client,
    Document,
    DocumentClaims,
    ExtractionOptions,
    Retries,
    batch,
    document,
    flow,
)

# A length of text that costs the server nothing, since it is one word.
LONG = "x" * 900_000


def contents(outcome):
    return [claim.content.text.rstrip(".") for claim in outcome.claims]


def content(number):
    return [f"bridge {number} is safe"]


# What the service can't read, with the code and reason of its error and the field that it is about.
BAD = [
    ("too long", "x" * (1 << 20) + "x", "INVALID_ARGUMENT", "INVALID_FIELDS", ["text"]),
    ("longer than a message", "x" * (5 << 20), "INVALID_ARGUMENT", "INVALID_FIELDS", ["text"]),
    ("empty", "", "INVALID_ARGUMENT", "INVALID_FIELDS", ["text"]),
    ("no Unicode", "\ud83c", "INVALID_ARGUMENT", "INVALID_FIELDS", ["text"]),
    ("no text", None, "INVALID_ARGUMENT", "INVALID_FIELDS", ["text"]),
    ("a cell without a text", float("nan"), "INVALID_ARGUMENT", "INVALID_FIELDS", ["text"]),
    ("the same", pandas.NA, "INVALID_ARGUMENT", "INVALID_FIELDS", ["text"]),
    ("no English", document("Ja.", language="de"), "INVALID_ARGUMENT", "INVALID_FIELDS", ["language_code"]),
    ("an endless name", Document(text="a", document_id="x" * (5 << 20)), "RESOURCE_EXHAUSTED", "MESSAGE_TOO_LARGE", []),
]


class OneServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.end)
        cls.client = Client(cls.server.address)
        cls.addClassCleanup(cls.client.close)

    def check_bad_among_good(self, outcomes):
        """Of documents that are good and those of BAD in turn."""
        self.assertEqual(len(outcomes), 2 * len(BAD))
        for number, (what, _, code, reason, fields) in enumerate(BAD):
            with self.subTest(what):
                good, error = outcomes[2 * number : 2 * number + 2]
                self.assertEqual(contents(good), content(number))
                self.assertIsInstance(error, AscribeError)
                self.assertEqual((error.code.name, error.reason), (code, reason))
                self.assertEqual([violation.field for violation in error.field_violations], fields)

    def bad_among_good(self):
        return [one for number, bad in enumerate(BAD) for one in (sentence(number), bad[1])]


class BatchTest(OneServer):
    def calls(self):
        return self.server.metric(
            "grpc_server_call_started_total", grpc_method="ascribe.v1.ClaimService/BatchExtractClaims"
        )

    def test_more_than_a_message_holds(self):
        before = self.calls()
        outcomes = self.client.extract_batch([f"{sentence(number)}\n\n{LONG}" for number in range(9)])
        self.assertEqual([contents(outcome) for outcome in outcomes], [content(number) for number in range(9)])
        self.assertEqual(self.calls() - before, 3, "four of them fit in 4 MiB")

    def test_more_than_a_batch_holds(self):
        before = self.calls()
        outcomes = self.client.extract_batch(
            document(sentence(number), document_id=f"{number}") for number in range(300)
        )
        self.assertEqual([outcome.document_id for outcome in outcomes], [str(number) for number in range(300)])
        self.assertEqual([contents(outcome) for outcome in outcomes], [content(number) for number in range(300)])
        self.assertEqual(self.calls() - before, 2)

    def test_bad_documents_are_errors_of_their_own(self):
        self.check_bad_among_good(self.client.extract_batch(self.bad_among_good()))

    def test_spans_slice_python_strings(self):
        [outcome] = self.client.extract_batch([EMOJI])
        for claim in outcome.claims:
            [span] = claim.source.spans
            self.assertEqual(EMOJI[span.start : span.end], claim.source.text)

    def test_nothing_is_asked_for_nothing(self):
        before = self.calls()
        self.assertEqual(self.client.extract_batch([]), [])
        self.assertEqual(self.calls(), before)

    def test_answers_that_find_no_room_are_asked_for_again(self):
        # Names make answers long: 2500 bytes for a sentence of 20.
        alias = Alias(name="Ruiz " + "x" * 250, variants=["Ruiz"], title="y" * 250)
        options = ExtractionOptions(aliases=[alias], min_confidence=0)
        text = "Ruiz said it is so. " * 900
        before = self.calls()
        outcomes = self.client.extract_batch([document(text, document_id=str(n)) for n in range(8)], options=options)
        self.assertEqual([outcome.document_id for outcome in outcomes], [str(number) for number in range(8)])
        self.assertFalse(any(outcome.truncated for outcome in outcomes))
        self.assertGreater(self.calls() - before, 1, "one response can't hold them")

    def test_options_over_the_limit_are_the_callers_fault(self):
        options = ExtractionOptions(aliases=[Alias(name="x" * (4 << 20))])
        for call in (
            self.client.extract_batch,
            lambda texts, options: list(self.client.extract_many(texts, options=options)),
        ):
            with self.assertRaises(AscribeError) as raised:
                call(["text"], options=options)
            self.assertEqual(raised.exception.reason, "MESSAGE_TOO_LARGE")


class LostBatchTest(unittest.TestCase):
    """What becomes of a batch whose calls fail, as no server does when it is asked to."""

    limits = Limits(max_document_bytes=1 << 20, max_batch_documents=2, max_request_bytes=4 << 20)

    def all(self, texts, *answers):
        """An answer is an error, or what becomes of each document of the batch: a status code, 0 for claims."""
        sent = []

        def send(request):
            sent.append([one.text for one in request.documents])
            answer = answers[len(sent) - 1]
            if isinstance(answer, AscribeError):
                raise answer
            response = BatchExtractClaimsResponse()
            for code, one in zip(answer, request.documents, strict=True):
                item = response.items.add()
                if code:
                    item.error.code = code
                else:
                    item.result.document_id = one.text
            return response

        retries = Retries(attempts=2, initial_delay=0.01)
        outcomes = batch.extract_all(texts, ascribe_client.claims_pb2.ExtractionOptions(), self.limits, retries, send)
        return sent, [getattr(outcome, "document_id", None) or outcome.code for outcome in outcomes]

    def test_a_first_call_that_fails_is_raised(self):
        error = AscribeError(grpc.StatusCode.PERMISSION_DENIED, "no")
        with self.assertRaises(AscribeError) as raised:
            self.all(["a", "b", "c"], error)
        self.assertIs(raised.exception, error)

    def test_a_later_call_that_fails_leaves_what_was_answered(self):
        error = AscribeError(grpc.StatusCode.DEADLINE_EXCEEDED, "late")
        sent, outcomes = self.all(["a", "b", "c", "d", "e"], [0, 0], error)
        self.assertEqual(sent, [["a", "b"], ["c", "d"]])
        self.assertEqual(outcomes, ["a", "b", error.code, error.code, error.code])

    def test_single_documents_are_tried_again_where_that_helps(self):
        unavailable, internal = 14, 13
        sent, outcomes = self.all(["a", "b", "c"], [unavailable, 0], [0, internal])
        self.assertEqual(sent, [["a", "b"], ["a", "c"]])
        self.assertEqual(outcomes, ["a", "b", grpc.StatusCode.INTERNAL])
        sent, outcomes = self.all(["a", "b"], [unavailable, 0], [unavailable])
        self.assertEqual(outcomes, [grpc.StatusCode.UNAVAILABLE, "b"])


class FlowTest(OneServer):
    def test_answers_come_in_order_and_documents_are_pulled_as_they_do(self):
        pulled = 0

        def source():
            nonlocal pulled
            for number in range(200):
                pulled += 1
                yield sentence(number)

        answered = 0
        for text, outcome in self.client.extract_many(source(), window=5):
            self.assertEqual(text, sentence(answered))
            self.assertEqual(contents(outcome), content(answered))
            answered += 1
            self.assertLessEqual(pulled - answered, 5)
        self.assertEqual((pulled, answered), (200, 200))

    def test_what_was_given_comes_back(self):
        given = [document(EMOJI, document_id="a"), document(sentence(1), document_id="b")]
        pairs = list(self.client.extract_many(given, window=1))
        for one, (same, outcome) in zip(given, pairs, strict=True):
            self.assertIs(same, one)
            self.assertEqual(outcome.document_id, one.document_id)
            for claim in outcome.claims:
                [span] = claim.source.spans
                self.assertEqual(one.text[span.start : span.end], claim.source.text)

    def test_bad_documents_are_errors_of_their_own(self):
        for window in (1, 2, 32):
            pairs = list(self.client.extract_many(self.bad_among_good(), window=window))
            self.check_bad_among_good([outcome for _, outcome in pairs])

    def test_nothing_and_only_bad(self):
        self.assertEqual(list(self.client.extract_many([])), [])
        [(_, outcome)] = self.client.extract_many(["\ud83c"])
        self.assertIsInstance(outcome, AscribeError)

    def test_the_source_is_pulled_in_the_callers_thread(self):
        # A cursor of sqlite3 is for one thread alone.
        with sqlite3.connect(":memory:") as archive:
            archive.execute("create table articles (text)")
            archive.executemany("insert into articles values (?)", [(sentence(number),) for number in range(50)])
            rows = (text for (text,) in archive.execute("select text from articles order by rowid"))
            self.assertEqual(len(list(self.client.extract_many(rows))), 50)
        archive.close()

    def test_calls_end_well_and_what_is_given_up_is_cancelled(self):
        def ended(status):
            return self.server.metric(
                "grpc_server_call_duration_seconds_count",
                grpc_method="ascribe.v1.ClaimService/StreamExtractClaims",
                grpc_status=status,
            )

        well, cancelled = ended("OK"), ended("CANCELLED")
        list(self.client.extract_many([sentence(1)] * 40))
        self.server.wait_for(
            well + 1,
            "grpc_server_call_duration_seconds_count",
            grpc_method="ascribe.v1.ClaimService/StreamExtractClaims",
            grpc_status="OK",
        )
        self.assertEqual(ended("CANCELLED"), cancelled)

        answers = self.client.extract_many(sentence(number) for number in range(10**9))
        next(answers)
        answers.close()
        self.server.wait_for(
            cancelled + 1,
            "grpc_server_call_duration_seconds_count",
            grpc_method="ascribe.v1.ClaimService/StreamExtractClaims",
            grpc_status="CANCELLED",
        )
        until = time.monotonic() + 10
        while any(thread.name == "ascribe-answers" for thread in threading.enumerate()):
            self.assertLess(time.monotonic(), until, "a thread is left behind")
            time.sleep(0.01)

    def test_an_error_of_the_source_is_the_callers(self):
        def source():
            yield sentence(1)
            raise LookupError("the archive is gone")

        with self.assertRaises(LookupError):
            list(self.client.extract_many(source()))

    def test_wrong_options_are_raised(self):
        with self.assertRaises(AscribeError) as raised:
            list(self.client.extract_many(["text"], options=ExtractionOptions(aliases=[Alias("")])))
        error = raised.exception
        self.assertEqual(error.code, grpc.StatusCode.INVALID_ARGUMENT)
        self.assertEqual([violation.field for violation in error.field_violations], ["options.aliases[0].name"])
        with self.assertRaises(ValueError):
            self.client.extract_many(["text"], window=0)


class BrokenStreamTest(unittest.TestCase):
    """Servers that end in the middle."""

    def watch(self):
        """What goes over all streams, as pairs: ("sent" or "answered", sequence)."""
        passed = []
        send, receive = flow.Stream.send, flow.Stream.receive

        def watched_send(stream, request):
            if request.HasField("item"):
                passed.append(("sent", request.item.sequence))
            send(stream, request)

        def watched_receive(stream, timeout):
            event = receive(stream, timeout)
            if not isinstance(event, AscribeError):
                passed.append(("answered", event.sequence))
            return event

        for name, watched in [("send", watched_send), ("receive", watched_receive)]:
            patch = mock.patch.object(flow.Stream, name, watched)
            patch.start()
            self.addCleanup(patch.stop)
        return passed

    def check_all(self, pairs, passed, count):
        """Each was answered once, in order, and none was sent again after that. Returns how many were sent twice."""
        self.assertEqual([text for text, _ in pairs], [sentence(number) for number in range(count)])
        self.assertEqual([contents(outcome) for _, outcome in pairs], [content(number) for number in range(count)])
        for number in range(count):
            own = [what for what, sequence in passed if sequence == number]
            self.assertEqual(own.count("answered"), 1, number)
            self.assertEqual(own[-1], "answered", number)
        return sum(passed.count(("sent", number)) > 1 for number in range(count))

    def test_a_server_that_is_restarted_is_asked_again(self):
        passed = self.watch()
        server = serve(self)
        pairs = []
        with Client(server.address) as client:
            for pair in client.extract_many((sentence(number) for number in range(100)), window=8):
                pairs.append(pair)
                if len(pairs) in (1, 40, 70):
                    server.end()
                    server = serve(self, listen=server.address)
        self.check_all(pairs, passed, 100)

    def test_what_a_dead_server_did_not_answer_is_sent_again(self):
        passed = self.watch()
        server = serve(self)

        def source():
            nonlocal server
            for number in range(60):
                # So that it is sent eight documents that it can't answer before it dies.
                if number == 20:
                    server.pause()
                if number == 28:
                    server.end(signal.SIGKILL)
                    server = serve(self, listen=server.address)
                yield sentence(number)

        with Client(server.address) as client:
            pairs = list(client.extract_many(source(), window=32))
        twice = self.check_all(pairs, passed, 60)
        self.assertGreaterEqual(twice, 8)

    def test_a_server_that_says_nothing_is_given_up(self):
        server = serve(self)
        with Client(server.address, timeout=1) as client:
            answers = client.extract_many(sentence(number) for number in range(100))
            next(answers)
            server.pause()
            began = time.monotonic()
            with self.assertRaises(AscribeError) as raised:
                list(answers)
            self.assertEqual(raised.exception.code, grpc.StatusCode.DEADLINE_EXCEEDED)
            self.assertLess(time.monotonic() - began, 5)

    def test_a_server_that_stays_away_is_given_up(self):
        server = serve(self)
        retries = Retries(attempts=3, initial_delay=0.01)
        with Client(server.address, retries=retries) as client:
            answers = client.extract_many(sentence(number) for number in range(100))
            next(answers)
            server.end()
            with self.assertRaises(AscribeError) as raised:
                list(answers)
            self.assertEqual(raised.exception.code, grpc.StatusCode.UNAVAILABLE)

    def test_a_stream_that_is_turned_away_comes_back(self):
        server = serve(self, "--max-streams", "1")
        held = Held(server, "StreamExtractClaims")
        self.addCleanup(held.release)
        server.wait_for(1, "ascribe_calls_in_flight")

        def release():
            server.wait_for(2, "ascribe_calls_refused_total", reason="QUEUE_FULL")
            held.release()

        releasing = threading.Thread(target=release)
        releasing.start()
        heard = Heard()
        began = time.monotonic()
        with Client(server.address, retries=heard) as client:
            pairs = list(client.extract_many(sentence(number) for number in range(10)))
        took = time.monotonic() - began
        releasing.join()
        self.assertEqual(len(pairs), 10)
        self.assertTrue(all(isinstance(outcome, DocumentClaims) for _, outcome in pairs))
        self.assertGreaterEqual(len(heard.told), 2)
        self.assertGreaterEqual(took, sum(heard.told))


if __name__ == "__main__":
    unittest.main()
