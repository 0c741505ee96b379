"""The client for asyncio."""

import asyncio
import time
import unittest

import grpc
from support import EMOJI, Held, sentence, serve

from ascribe_client import AscribeError, AsyncClient, Client, Document, Retries


class AsyncTest(unittest.TestCase):
    def test_single_calls_answer_as_those_of_the_other_client(self):
        server = serve(self)

        async def ask():
            async with AsyncClient(server.address) as client:
                calls = (client.extract(EMOJI), client.verify(EMOJI, ["The dam is safe"]), client.info(), client.health())
                return await asyncio.gather(*calls)

        with Client(server.address) as client:
            expected = [client.extract(EMOJI), client.verify(EMOJI, ["The dam is safe"]), client.info(), True]
        self.assertEqual(asyncio.run(ask()), expected)

    def test_many_texts_are_answered_in_order_and_pulled_as_they_are(self):
        server = serve(self)
        pulled = answered = 0

        def source():
            nonlocal pulled
            for number in range(100):
                pulled += 1
                yield "" if number == 50 else Document(sentence(number), str(number))

        async def given():
            for text in source():
                yield text

        async def ask(documents):
            nonlocal answered
            async with AsyncClient(server.address) as client:
                async for one, outcome in client.extract_many(documents, window=5):
                    if answered == 50:
                        assert isinstance(outcome, AscribeError), outcome
                        assert [violation.field for violation in outcome.field_violations] == ["text"], outcome
                    else:
                        assert (one.document_id, outcome.document_id) == (str(answered), str(answered))
                        assert len(outcome.claims) == 1
                    answered += 1
                    assert pulled - answered <= 5

        for documents in (source(), given()):
            pulled = answered = 0
            asyncio.run(ask(documents))
            self.assertEqual((pulled, answered), (100, 100))

    def test_what_is_turned_away_comes_back_while_other_tasks_go_on(self):
        server = serve(self, "--workers", "1", "--max-in-flight", "2")
        held = [Held(server, "ExtractClaims") for _ in range(2)]
        for one in held:
            self.addCleanup(one.release)
        server.wait_for(2, "ascribe_calls_in_flight")

        async def ask():
            ticks = 0
            async with AsyncClient(server.address) as client:
                call = asyncio.create_task(client.extract(sentence(1)))
                while not call.done():
                    ticks += 1
                    if ticks == 30:
                        for one in held:
                            one.release()
                    await asyncio.sleep(0.02)
                return ticks, len((await call).claims)

        ticks, claims = asyncio.run(ask())
        self.assertGreaterEqual(ticks, 30)
        self.assertEqual(claims, 1)

    def test_a_server_that_is_not_there_is_told_soon(self):
        async def ask():
            async with AsyncClient("127.0.0.1:1", retries=Retries(first_contact=0.2)) as client:
                self.assertFalse(await client.health())
                await client.extract("text")

        began = time.monotonic()
        with self.assertRaises(AscribeError) as raised:
            asyncio.run(ask())
        self.assertLess(time.monotonic() - began, 5)
        self.assertIs(raised.exception.code, grpc.StatusCode.UNAVAILABLE)
        self.assertIn("can't reach 127.0.0.1:1", str(raised.exception))


if __name__ == "__main__":
    unittest.main()
