"""What callers give by mistake: errors that name the parameter, before anything is sent."""

import unittest

import grpc

from ascribe_client import Alias, AsyncClient, Client, Document, ExtractionOptions, Quotation, checks, connection


class ParameterTest(unittest.TestCase):
    """No server is there: nothing may be sent."""

    @classmethod
    def setUpClass(cls):
        cls.client = Client("127.0.0.1:1")
        cls.addClassCleanup(cls.client.close)

    def check(self, call, kind, *told):
        with self.assertRaises(kind) as raised:
            call()
        for part in told:
            self.assertIn(part, str(raised.exception))

    def test_a_wrong_type_is_told_by_the_parameters_name(self):
        extract, verify = self.client.extract, self.client.verify
        for call, *told in [
            (lambda: extract(None), "text is None", "leave such rows out"),
            (lambda: extract(float("nan")), "text is nan (float)", "leave such rows out"),
            (lambda: extract(b"bytes"), "text is b'bytes' (bytes)", "text.decode('utf-8')"),
            (lambda: extract(["a"]), "text is ['a'] (list), not a string"),
            (lambda: extract("a", document_id=42), "document_id is 42 (int)", "str(document_id)"),
            (lambda: extract("a", language=None), "language is None"),
            (lambda: extract("a", published=3), "published is 3 (int)", "'2024-05-02'"),
            (lambda: extract("a", options={"view": "FULL"}), "options are {'view': 'FULL'} (dict)"),
            (lambda: self.client.extract_many("some text"), "documents is one str", "give a list"),
            (lambda: self.client.extract_batch("some text"), "documents is one str", "give a list"),
            (lambda: self.client.extract_many({"a": "b"}), "documents is a dict"),
            (lambda: self.client.extract_many(3), "documents is 3 (int)"),
            (lambda: verify("text", "quotation"), "quotations is one str", "give a list"),
            (lambda: verify("text", ["a", 3]), "quotations[1] is 3 (int)", "Quotation(text, speaker"),
            (lambda: verify("text", [("a", 3)]), "quotations[0].speaker is 3 (int)"),
            (lambda: verify("text", [{"text": "a"}]), "quotations[0] is {'text': 'a'} (dict)"),
            (lambda: verify("text", [Quotation(None)]), "quotations[0].text is None"),
            (lambda: verify("text", ["a"], aliases=["Ruiz"]), "an alias is 'Ruiz' (str)", "Alias(name, variants)"),
            (lambda: Alias("Ruiz", "Ana"), "variants is one str"),
            (lambda: Document(None), "text is None"),
            (lambda: Client(None), "target is None"),
            (lambda: Client("localhost:1", timeout="5"), "timeout is '5' (str)"),
            (lambda: Client("localhost:1", api_key=3), "api_key is a int"),
            (lambda: Client("localhost:1", tls=True), "tls is True"),
        ]:
            with self.subTest(told[0]):
                self.check(call, TypeError, *told)

    def test_a_wrong_value_is_told_with_what_to_write(self):
        for call, *told in [
            (lambda: self.client.extract("a", published="May 2, 2024"), "published is 'May 2, 2024'", "2024-05-02"),
            (lambda: self.client.extract("a", published="03/07/2024"), "published is '03/07/2024'"),
            (lambda: ExtractionOptions(view="ALL"), "'ALL' is not a valid ClaimView"),
            (lambda: ExtractionOptions(min_confidence=35), "min_confidence is 35"),
            (lambda: ExtractionOptions(max_claims=-1), "max_claims is -1"),
            (lambda: Client("localhost"), "has no port", "'localhost:50051'"),
            (lambda: Client(":50051"), "has no host", "'localhost:50051'"),
            (lambda: Client("50051"), "has no host", "'localhost:50051'"),
            (lambda: Client(""), "has no"),
            (lambda: Client("http://localhost:50051/v1"), "has a path", "'localhost:50051'"),
            (lambda: Client("http://localhost:port"), "port"),
            (lambda: Client("http://localhost:1", tls=grpc.ssl_channel_credentials()), "plain text", "https://"),
        ]:
            with self.subTest(told[0]):
                self.check(call, ValueError, *told)

    def test_addresses_may_be_urls(self):
        for target, expected, is_plain in [
            ("localhost:50051", "localhost:50051", True),
            (" http://localhost:50051/ ", "localhost:50051", True),
            ("http://desk.example", "desk.example:80", True),
            ("HTTPS://desk.example", "desk.example:443", False),
            ("https://[::1]:50051", "[::1]:50051", False),
            ("[::1]:50051", "[::1]:50051", True),
            ("dns:///desk.example:50051", "dns:///desk.example:50051", True),
            ("unix:/run/ascribe", "unix:/run/ascribe", True),
        ]:
            with self.subTest(target):
                address, tls = connection.address(target, None)
                self.assertEqual((address, tls is None), (expected, is_plain))

    def test_missing_values_are_known_by_what_they_are(self):
        self.assertTrue(checks.is_missing(None) and checks.is_missing(float("nan")))
        for value in ("", "nan", b"", 0, 0.0, [], False):
            self.assertFalse(checks.is_missing(value))

    def test_the_other_client_checks_the_same(self):
        async def check():
            async with AsyncClient("127.0.0.1:1") as client:
                with self.assertRaisesRegex(TypeError, "text is None"):
                    await client.extract(None)
                with self.assertRaisesRegex(TypeError, "documents is one str"):
                    await anext(client.extract_many("some text"))

        import asyncio

        asyncio.run(check())


if __name__ == "__main__":
    unittest.main()
