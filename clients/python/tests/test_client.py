"""Single calls: what is asked for, what comes back, what is refused."""

import datetime
import pickle
import shutil
import subprocess
import time
import unittest

import grpc
import pandas
from support import EMOJI, Server, directory, key, sentence, serve

from ascribe_client import (
    Alias,
    AscribeError,
    ClaimView,
    Client,
    ExtractionOptions,
    OffsetEncoding,
    Quotation,
    Retries,
    SpeakerVerdict,
    Verdict,
)


def parts(claim):
    """Every part of a claim as the text that it says and the spans where that stands."""
    for name in ("source", "cue", "content"):
        if getattr(claim, name) is not None:
            part = getattr(claim, name)
            yield part.text, part.spans
    for name in ("addressee", "medium", "time"):
        if getattr(claim, name) is not None:
            part = getattr(claim, name)
            yield part.text, [part.span]


class CallTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.end)
        cls.client = Client(cls.server.address)
        cls.addClassCleanup(cls.client.close)

    def check_error(self, code, reason, *fields):
        """For a `with` around what fails."""
        test = self

        class Check:
            def __enter__(self):
                return self

            def __exit__(self, kind, error, trace):
                test.assertIsInstance(error, AscribeError)
                self.error = error
                test.assertEqual((error.code, error.reason), (code, reason), error)
                test.assertEqual([violation.field for violation in error.field_violations], list(fields))
                return True

        return Check()

    def test_spans_slice_python_strings(self):
        result = self.client.extract(EMOJI, document_id="dam")
        self.assertEqual(result.document_id, "dam")
        self.assertEqual(result.offset_encoding, OffsetEncoding.CODE_POINTS)
        for claim, (source, content) in zip(
            result.claims, [("Ana Ruiz", "The dam is safe"), ("Critics", "it leaks")], strict=True
        ):
            self.assertTrue(claim.source.text.startswith(source), claim)
            self.assertIn(content, claim.content.text)
        seen = set()
        for claim in result.claims:
            for text, spans in parts(claim):
                self.assertEqual(" ".join(EMOJI[span.start : span.end] for span in spans), text)
                seen.add(text)
        self.assertIn("reporters", seen)
        self.assertIn("Tuesday", seen)

    def test_options_are_the_callers(self):
        utf16 = OffsetEncoding.UTF16_UNITS
        options = ExtractionOptions(offset_encoding=utf16, view=ClaimView.FULL, max_claims=1)
        result = self.client.extract(EMOJI, options=options)
        [claim] = result.claims
        self.assertEqual(result.offset_encoding, utf16)
        self.assertIsNotNone(claim.explanation)
        units = EMOJI.encode("utf-16-le")
        [span] = claim.source.spans
        self.assertEqual(units[2 * span.start : 2 * span.end].decode("utf-16-le"), claim.source.text)
        self.assertTrue(claim.source.text.startswith("Ana Ruiz"), claim)
        by_name = ExtractionOptions(offset_encoding="utf16_units", view="CLAIM_VIEW_FULL", max_claims=1)
        self.assertEqual(self.client.extract(EMOJI, options=by_name), result)

    def test_times_are_reckoned_from_the_day_of_publication(self):
        west = datetime.timezone(datetime.timedelta(hours=-8))
        for published, day in [
            (datetime.date(2024, 5, 2), "2024-04-30"),
            (datetime.datetime(2024, 5, 2, 23, 59), "2024-04-30"),
            (datetime.datetime(2024, 5, 2, 23, 59, tzinfo=west), "2024-04-30"),
            (datetime.datetime(2024, 4, 29, 23, 59, tzinfo=west), "2024-04-30"),
            (datetime.datetime(2024, 4, 29, 23, 59), "2024-04-23"),
            (datetime.date(1815, 6, 21), "1815-06-20"),
            ("2024-05-02", "2024-04-30"),
            (" 2024-05-02 ", "2024-04-30"),
            ("2024-05-02T23:59:00Z", "2024-04-30"),
            ("2024-04-29T23:59:00-08:00", "2024-04-30"),
            (pandas.Timestamp("2024-05-02"), "2024-04-30"),
            (pandas.NaT, ""),
            (float("nan"), ""),
            (None, ""),
        ]:
            with self.subTest(published=published):
                claims = self.client.extract(EMOJI, published=published).claims
                self.assertEqual([claim.time.resolved for claim in claims if claim.time], [day])

    def test_errors_say_which_fields_are_wrong(self):
        with self.check_error(
            grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELDS", "document.text", "document.language_code"
        ) as check:
            self.client.extract("", language="de")
        self.assertIsInstance(check.error.__cause__, grpc.RpcError)
        self.assertFalse(check.error.retryable)
        self.assertNotEqual(check.error.request_id, "")
        until = time.monotonic() + 10
        while check.error.request_id not in "".join(self.server.log):
            self.assertLess(time.monotonic(), until, "the log doesn't have it")
            time.sleep(0.02)
        self.assertIn("is empty", str(check.error))

    def test_what_cannot_be_sent_is_refused_here(self):
        with self.check_error(grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELDS", "text"):
            self.client.extract("half a pair: \ud83c")
        with self.check_error(grpc.StatusCode.RESOURCE_EXHAUSTED, "MESSAGE_TOO_LARGE"):
            self.client.extract("x" * (4 << 20))
        # What the server refuses is for it to say.
        with self.check_error(grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELDS", "document.text"):
            self.client.extract("x" * (2 << 20))

    def test_quotations(self):
        text = "🌉 “The bridge is safe and it will stay open,” Mayor Ana Ruiz said on Monday."
        items = self.client.verify(
            text,
            [
                "The bridge is safe and it will stay open",
                ("the bridge is safe and it will stay closed", "Ruiz"),
                Quotation("It was raining cats that day", speaker="Ruiz", quotation_id="cats"),
                ("The bridge is safe and it will stay open", "John Smith"),
            ],
        )
        verdicts = [item.verdict for item in items]
        self.assertEqual(
            verdicts,
            [
                Verdict.VERBATIM,
                Verdict.ALTERED,
                Verdict.ABSENT,
                Verdict.VERBATIM,
            ],
        )
        span = items[0].span
        self.assertEqual(text[span.start : span.end], "The bridge is safe and it will stay open")
        [difference] = items[1].differences
        self.assertEqual((difference.quotation_text, difference.document_text), ("closed", "open"))
        self.assertEqual([item.speaker_matches for item in items], [None, True, False, False])
        self.assertEqual([item.speaker_verdict for item in items], ["NOT_ASKED", "SAME", "NOBODY", "OTHER"])
        self.assertEqual(items[2].quotation, Quotation("It was raining cats that day", "Ruiz", "cats"))
        known = [Alias("Ana Ruiz", ["the Mayor of Split"])]
        asked = [("The bridge is safe", "the Mayor of Split"), ("The bridge is safe", None)]
        items = self.client.verify(text, asked, document_id="bridge", aliases=known)
        self.assertEqual([item.speaker_verdict for item in items], [SpeakerVerdict.SAME, SpeakerVerdict.NOT_ASKED])
        self.assertEqual((items.document_id, len(items)), ("bridge", 2))
        with self.check_error(grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELDS", "quotations[1].text"):
            self.client.verify(text, ["safe", ""])

    def test_what_comes_back_can_be_pickled(self):
        result = self.client.extract(EMOJI, document_id="dam")
        verified = self.client.verify(EMOJI, [("The dam is safe", "Ruiz")])
        for one in (result, result.claims, result.claims[0], verified, self.client.info()):
            self.assertEqual(pickle.loads(pickle.dumps(one)), one)
        with self.assertRaises(AscribeError) as raised:
            self.client.extract("", document_id="empty")
        self.assertEqual(raised.exception.document_id, "empty")
        copy = pickle.loads(pickle.dumps(raised.exception))
        self.assertEqual(vars(copy), vars(raised.exception))

    def test_info_tells_the_limits(self):
        self.assertGreater(self.client.info().limits.max_batch_documents, 1)

    def test_health(self):
        server = serve(self)
        with Client(server.address) as client:
            self.assertIs(client.health(), True)
            server.end()
            self.assertIs(client.health(), False)


class KeyTest(unittest.TestCase):
    def test_a_key_is_sent_and_a_wrong_one_is_told(self):
        right, arguments = key(directory(self))
        server = serve(self, *arguments)
        # As it is read from a file.
        with Client(server.address, api_key=right + "\n") as client:
            self.assertEqual(len(client.extract(sentence(1)).claims), 1)
            self.assertEqual(len(list(client.extract_many([sentence(1)]))), 1)
            self.assertEqual(len(client.extract_batch([sentence(1)])), 1)
        for wrong in (None, "ascribe_0"):
            with Client(server.address, api_key=wrong) as client:
                self.assertTrue(client.health())
                for call in (
                    lambda: client.extract("text"),
                    lambda: list(client.extract_many(["text"])),
                    lambda: client.extract_batch(["text"]),
                    lambda: client.verify("text", ["text"]),
                    client.info,
                ):
                    with self.assertRaises(AscribeError) as raised:
                        call()
                    error = raised.exception
                    self.assertEqual((error.code, error.reason), (grpc.StatusCode.UNAUTHENTICATED, "UNAUTHENTICATED"))
        refused = server.metric("ascribe_calls_refused_total", reason="UNAUTHENTICATED")
        self.assertEqual(refused, 10, "none was tried again")

    @unittest.skipUnless(shutil.which("openssl"), "needs openssl to make a certificate")
    def test_tls(self):
        folder = directory(self)
        certificate, secret = f"{folder}/server.pem", f"{folder}/server.key"
        command = ["openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        command += ["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
        subprocess.run([*command, "-keyout", secret, "-out", certificate], check=True, capture_output=True)
        server = serve(self, "--tls-cert", certificate, "--tls-key", secret)
        with open(certificate, "rb") as file:
            credentials = grpc.ssl_channel_credentials(file.read())
        for tls in (certificate, credentials):
            with Client(server.address, tls=tls) as client:
                self.assertEqual(len(client.extract(sentence(1)).claims), 1)
        with Client(server.address, tls=grpc.ssl_channel_credentials(), retries=Retries(attempts=1)) as client:
            with self.assertRaises(AscribeError) as raised:
                client.extract(sentence(1))
            self.assertEqual(raised.exception.code, grpc.StatusCode.UNAVAILABLE)
            self.assertIn("isn't trusted", raised.exception.message)
        # Nothing is sent in plain text to a server of TLS, and that is told.
        with Client(server.address, retries=Retries(first_contact=0)) as client:
            with self.assertRaisesRegex(AscribeError, "for TLS write https://"):
                client.extract(sentence(1))
        with Client(server.address.replace("127.0.0.1", "localhost"), tls=certificate) as client:
            with self.assertRaisesRegex(AscribeError, "certificate is for another name"):
                client.extract(sentence(1))


if __name__ == "__main__":
    unittest.main()
