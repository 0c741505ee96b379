"""When calls are tried again, and when not."""

import itertools
import threading
import time
import unittest
from concurrent import futures

import grpc
from ascribe_client.claims_pb2 import ExtractClaimsResponse
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2
from support import Heard, Held, directory, key, sentence, serve

from ascribe_client import AscribeError, Client, Retries


class ServerTest(unittest.TestCase):
    """What the server itself turns away."""

    def hold_all(self, *arguments):
        """A server whose two places are taken, and what takes them."""
        server = serve(self, "--workers", "1", "--max-in-flight", "2", *arguments)
        held = [Held(server, "ExtractClaims") for _ in range(2)]
        for one in held:
            self.addCleanup(one.release)
        server.wait_for(2, "ascribe_calls_in_flight")
        return server, held

    def test_a_call_that_is_turned_away_comes_back_when_it_is_told_to(self):
        server, held = self.hold_all()

        def release():
            server.wait_for(3, "ascribe_calls_refused_total", reason="QUEUE_FULL")
            for one in held:
                one.release()

        releasing = threading.Thread(target=release)
        releasing.start()
        heard = Heard()
        began = time.monotonic()
        with Client(server.address, retries=heard) as client:
            self.assertEqual(len(client.extract(sentence(1)).claims), 1)
        took = time.monotonic() - began
        releasing.join()
        refused = server.metric("ascribe_calls_refused_total", reason="QUEUE_FULL")
        self.assertGreaterEqual(refused, 3)
        self.assertEqual(len(heard.told), refused)
        self.assertGreater(min(heard.told), 0)
        self.assertGreaterEqual(took, sum(heard.told))

    def test_tries_are_counted(self):
        server, _ = self.hold_all()
        with Client(server.address, retries=Retries(attempts=3)) as client:
            with self.assertRaises(AscribeError) as raised:
                client.extract(sentence(1))
        error = raised.exception
        self.assertEqual((error.code, error.reason), (grpc.StatusCode.UNAVAILABLE, "QUEUE_FULL"))
        self.assertGreater(error.retry_delay, 0)
        self.assertTrue(error.retryable)
        self.assertEqual(server.metric("ascribe_calls_refused_total", reason="QUEUE_FULL"), 3)

    def test_the_timeout_holds_for_all_tries_together(self):
        server, _ = self.hold_all()
        began = time.monotonic()
        with Client(server.address, timeout=0.5) as client, self.assertRaises(AscribeError) as raised:
            client.extract(sentence(1))
        self.assertLess(time.monotonic() - began, 2)
        self.assertEqual(raised.exception.reason, "QUEUE_FULL", "it tells why, and not that it took long")

    def test_a_quota_is_waited_for(self):
        right, arguments = key(directory(self), "--rate", "2", "--burst", "1")
        server = serve(self, *arguments)
        with Client(server.address, api_key=right) as client:
            began = time.monotonic()
            for number in range(3):
                client.extract(sentence(number))
            self.assertGreaterEqual(time.monotonic() - began, 0.9, "three calls at two in a second")
        with Client(server.address, api_key=right, retries=Retries(attempts=1)) as client:
            with self.assertRaises(AscribeError) as raised:
                for number in range(100):
                    client.extract(sentence(number))
        error = raised.exception
        self.assertEqual((error.code, error.reason), (grpc.StatusCode.RESOURCE_EXHAUSTED, "QUOTA_EXCEEDED"))
        self.assertTrue(0 < error.retry_delay <= 0.501, error.retry_delay)

    def test_a_server_that_is_not_there_yet(self):
        server = serve(self)
        address = server.address
        server.end()
        starting = threading.Timer(0.3, lambda: serve(self, listen=address))
        starting.start()
        with Client(address, retries=Retries(first_contact=30)) as client:
            self.assertEqual(len(client.extract(sentence(1)).claims), 1)
        starting.join()


class ContactTest(unittest.TestCase):
    """Servers that can't be reached: what can't heal is told at once, what might heal soon."""

    def fail(self, target, **options):
        began = time.monotonic()
        with Client(target, **options) as client, self.assertRaises(AscribeError) as raised:
            client.extract("text")
        return raised.exception, time.monotonic() - began

    def test_a_server_that_is_not_there(self):
        error, took = self.fail("127.0.0.1:1")
        self.assertTrue(2 <= took < 6, took)
        self.assertIs(error.code, grpc.StatusCode.UNAVAILABLE)
        self.assertTrue(error.retryable)
        for part in ("can't reach 127.0.0.1:1", "refused", "ascribe serve --listen 127.0.0.1:1"):
            self.assertIn(part, error.message)
        _, took = self.fail("127.0.0.1:1", retries=Retries(first_contact=0))
        self.assertLess(took, 1)

    def test_a_host_that_does_not_exist(self):
        error, took = self.fail("no-such-host.invalid:50051", timeout=20)
        self.assertLess(took, 15)
        self.assertIn("can't reach no-such-host.invalid:50051", error.message)

    def test_tls_to_a_server_without(self):
        server = serve(self)
        error, took = self.fail(f"https://{server.address}")
        self.assertLess(took, 2)
        self.assertIn("can't reach", error.message)

    def test_a_server_that_was_there_is_waited_for(self):
        server = serve(self)
        with Client(server.address, retries=Retries(first_contact=0)) as client:
            client.extract(sentence(1))
            server.end()
            starting = threading.Timer(0.5, lambda: serve(self, listen=server.address))
            starting.start()
            self.assertEqual(len(client.extract(sentence(1)).claims), 1)
            starting.join()


class Answers(grpc.GenericRpcHandler):
    """A server that fails as it is told to, call after call, and then answers."""

    def __init__(self):
        self.failures = []
        self.calls = []

    def service(self, _):
        return grpc.unary_unary_rpc_method_handler(self.answer)

    def answer(self, _, context):
        self.calls.append(time.monotonic())
        if len(self.calls) > len(self.failures):
            return ExtractClaimsResponse().SerializeToString()
        code, pushback, delay = self.failures[len(self.calls) - 1]
        trailers = []
        if pushback is not None:
            trailers.append(("grpc-retry-pushback-ms", pushback))
        if delay is not None:
            retry = any_pb2.Any()
            retry.Pack(error_details_pb2.RetryInfo(retry_delay=duration_pb2.Duration(nanos=round(delay * 1e9))))
            number = code.value[0]
            status = status_pb2.Status(code=number, message="no", details=[retry])
            trailers.append(("grpc-status-details-bin", status.SerializeToString()))
        context.set_trailing_metadata(trailers)
        context.abort(code, "no")


class AdviceTest(unittest.TestCase):
    """What the server never says, but proxies and other servers may."""

    def ask(self, *failures):
        """The error, if it ended with one, and the seconds between the calls."""
        answers = Answers()
        answers.failures = failures
        server = grpc.server(futures.ThreadPoolExecutor(1), handlers=[answers])
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        error = None
        try:
            retries = Retries(attempts=4, initial_delay=0.02, longest_delay=0.02)
            with Client(f"127.0.0.1:{port}", retries=retries, timeout=5) as client:
                client.extract("text")
        except AscribeError as caught:
            error = caught
        finally:
            server.stop(None).wait()
        return error, [later - earlier for earlier, later in itertools.pairwise(answers.calls)]

    def test_what_is_said_of_coming_back(self):
        unavailable, exhausted = grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED
        for what, code, pushback, delay, wait in [
            ("nothing", unavailable, None, None, 0.016),
            ("at once", unavailable, "0", None, 0.016),
            ("later", unavailable, "150", None, 0.15),
            ("later, as RetryInfo", unavailable, None, 0.15, 0.15),
            ("both: the trailer counts", unavailable, "150", 0.9, 0.15),
            ("no", unavailable, "-1", None, None),
            ("no, whatever RetryInfo says", unavailable, "-1", 0.01, None),
            ("nonsense", unavailable, "soon", None, None),
            ("a fraction", unavailable, "1.5", None, None),
            ("after the timeout", unavailable, "6000", None, None),
            ("a quota", exhausted, None, 0.15, 0.15),
            ("a quota, as a trailer", exhausted, "150", None, 0.15),
            ("too much", exhausted, None, None, None),
            ("another code", grpc.StatusCode.INTERNAL, "1", 0.001, None),
            ("an abort", grpc.StatusCode.ABORTED, None, None, None),
        ]:
            with self.subTest(what):
                error, waits = self.ask((code, pushback, delay))
                if wait is None:
                    self.assertEqual((error.code, waits), (code, []))
                else:
                    self.assertIsNone(error)
                    [waited] = waits
                    self.assertTrue(wait <= waited < wait + 0.7, waited)

    def test_tries_are_counted(self):
        error, waits = self.ask(*[(grpc.StatusCode.UNAVAILABLE, None, None)] * 9)
        self.assertEqual(error.code, grpc.StatusCode.UNAVAILABLE)
        self.assertEqual(len(waits), 3)


class DelayTest(unittest.TestCase):
    def test_delays_double_up_to_the_longest(self):
        retries = Retries(attempts=2000, initial_delay=0.5, longest_delay=4)
        error = AscribeError(grpc.StatusCode.UNAVAILABLE, "no", retryable=True)
        for failed, step in [(1, 0.5), (2, 1), (3, 2), (4, 4), (5, 4), (1999, 4)]:
            for _ in range(20):
                self.assertTrue(0.8 * step <= retries.delay(failed, error) <= 1.2 * step)
        self.assertIsNone(retries.delay(2000, error))
        told = AscribeError(grpc.StatusCode.UNAVAILABLE, "no", retry_delay=3, retryable=True)
        self.assertEqual(retries.delay(1, told), 3)
        self.assertGreater(retries.delay(9, told), 3)
        self.assertIsNone(retries.delay(1, AscribeError(grpc.StatusCode.INTERNAL, "no", retry_delay=3)))

    def test_what_makes_no_sense_is_refused(self):
        for wrong in ({"attempts": 0}, {"initial_delay": 0}, {"longest_delay": 0.01}):
            with self.assertRaises(ValueError):
                Retries(**wrong)
        with self.assertRaises(ValueError):
            Client("127.0.0.1:1", timeout=0)


if __name__ == "__main__":
    unittest.main()
