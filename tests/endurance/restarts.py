#!/usr/bin/env python3
"""Restarts, new certificates and new lexicons under load: is any accepted call lost?

    restarts.py PATH-TO-ASCRIBE restarts [--times 20] [-- arguments for ascribe serve]
    restarts.py PATH-TO-ASCRIBE certificates | lexicons [--times 20] [--sighup]

restarts: two instances; one after the other gets SIGTERM while callers, who try the other one when a call is refused,
go on calling both. An accepted call is one that the instance began, which its log tells; it is lost where its caller
had no good answer. Others stream documents: each stream has to end with SHUTTING_DOWN, which an instance says only after
the answers to all that it took in, and what wasn't taken in is streamed to the other one.
certificates, lexicons: one instance, whose files are replaced while callers go on calling over connections old and
new. Each replacement has to be in use after a while, and no call may fail.

Exits with 1 where a call was lost or a replacement wasn't used. Loopback only.
"""

import argparse
import collections
import itertools
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

import grpc

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/foreign"))

import http2  # noqa: E402
from server import Client, Server  # noqa: E402

TEXT = "“The dam is safe,” said Ana Ruiz, the minister. Critics said that it leaks.\n\n" * 3
CALLERS = 6
# How long a call may take with all its tries, and a replacement until it is in use, in seconds.
PATIENCE = 60
# A line of the log about one call that has ended, as text or as JSON.
ENDED = re.compile(r'code"?[=:]"?(\w+).*request_id"?[=:]"?([\w-]+)|request_id"?[=:]"?([\w-]+).*code"?[=:]"?(\w+)')


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Tally:
    """What became of calls, and of each try."""

    def __init__(self):
        self.lock = threading.Lock()
        self.calls = collections.Counter()
        self.tries = collections.Counter()
        # Tries without a good answer, by their request ids, with the code that the caller saw.
        self.unanswered = {}

    def note_try(self, request_id, code):
        with self.lock:
            self.tries[code] += 1
            if code != "OK":
                self.unanswered[request_id] = code

    def note_call(self, outcome):
        with self.lock:
            self.calls[outcome] += 1


class Callers:
    """Threads that go on calling, each trying all addresses in turn until a call is answered."""

    def __init__(self, connect, addresses, tally, fresh_every=20):
        self.connect, self.addresses, self.tally = connect, addresses, tally
        self.fresh_every = fresh_every
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._go_on, args=(number,)) for number in range(CALLERS)]
        for thread in self.threads:
            thread.start()

    def _go_on(self, number):
        channels = {}
        for count in itertools.count():
            if self.stopping.is_set():
                break
            if number % 2 and count % self.fresh_every == 0:
                # Half of the callers open new connections now and then; the others keep theirs.
                for channel in channels.values():
                    channel.close()
                channels.clear()
            self._call(f"{number}-{count}", channels, number + count)
        for channel in channels.values():
            channel.close()

    def _call(self, name, channels, first):
        deadline = time.monotonic() + PATIENCE
        for attempt in itertools.count():
            address = self.addresses[(first + attempt) % len(self.addresses)]
            if address not in channels:
                channels[address] = self.connect(address)
            call = channels[address].unary_unary(http2.UNARY)
            request_id = f"call-{name}-{attempt}"
            try:
                call(http2.request(TEXT), timeout=20, metadata=[("x-request-id", request_id)])
                self.tally.note_try(request_id, "OK")
                return self.tally.note_call("answered")
            except grpc.RpcError as error:
                self.tally.note_try(request_id, error.code().name)
                if error.code() != grpc.StatusCode.UNAVAILABLE or time.monotonic() > deadline:
                    print(f"  {request_id} at {address}: {error.code().name}: {error.details()}")
                    return self.tally.note_call("failed")
            if attempt % len(self.addresses) == len(self.addresses) - 1:
                time.sleep(0.02)

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()


class Streamers:
    """Threads that go on streaming documents, a few of them without an answer at any time, to one address after the
    other."""

    AHEAD = 4

    def __init__(self, connect, addresses):
        self.connect, self.addresses = connect, addresses
        self.lock = threading.Lock()
        # How streams ended, and how many documents were answered.
        self.ends = collections.Counter()
        self.answered = 0
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._go_on, args=(number,)) for number in range(2)]
        for thread in self.threads:
            thread.start()

    def _go_on(self, number):
        while not self.stopping.is_set():
            address = self.addresses[number % len(self.addresses)]
            number += 1
            with self.connect(address) as channel:
                end, answered = self._stream(channel)
            with self.lock:
                self.ends[end] += 1
                self.answered += answered
            if end == "refused":
                time.sleep(0.02)

    def _stream(self, channel):
        """Streams until the service ends it; how, and how many documents were answered."""
        room = threading.Semaphore(self.AHEAD)
        over = threading.Event()

        def documents():
            while not over.is_set() and not self.stopping.is_set():
                if room.acquire(timeout=0.1):
                    yield http2.field(2, http2.field(2, http2.field(2, TEXT.encode())))

        answered = 0
        answers = channel.stream_stream(http2.STREAM)(documents())
        try:
            for _ in answers:
                answered += 1
                room.release()
            return ("ended by the caller" if self.stopping.is_set() else "ended without a reason"), answered
        except grpc.RpcError as error:
            details = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin", b"")
            if b"SHUTTING_DOWN" in details:
                return "ended by the service", answered
            if answered == 0 and error.code() == grpc.StatusCode.UNAVAILABLE:
                return "refused", answered
            print(f"  a stream was cut: {error.code().name}: {error.details()}")
            return "cut", answered
        finally:
            over.set()

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()


def plain(address):
    # No retries of its own and no connection shared with other callers: each try is counted here.
    return grpc.insecure_channel(address, [("grpc.enable_retries", 0), ("grpc.use_local_subchannel_pool", 1)])


def serves(address, connect=plain):
    """Waits until a server answers."""
    with connect(address) as channel:
        call = channel.unary_unary(http2.UNARY)
        call(http2.request("Ruiz said so."), timeout=PATIENCE, wait_for_ready=True)


def begun(log):
    """The calls that a log tells of: request ids with the codes that they ended with."""
    found = {}
    for line in log:
        match = ENDED.search(line)
        if match:
            code, request_id = (match[1], match[2]) if match[1] else (match[4], match[3])
            found[request_id] = code.replace("_", "").lower()
    return found


def restarts(binary, times, arguments):
    addresses = [f"127.0.0.1:{free_port()}" for _ in range(2)]
    servers = [Server(binary, *arguments, listen=address) for address in addresses]
    tally, logged, findings, drains = Tally(), {}, [], []
    callers, streamers = Callers(plain, addresses, tally), Streamers(plain, addresses)
    for turn in range(times):
        time.sleep(1.5)
        stopped = servers[turn % 2]
        at = time.monotonic()
        code = stopped.terminate()
        drains.append(time.monotonic() - at)
        if code != 0:
            findings.append(f"restart {turn + 1}: exit code {code}")
        logged |= begun(stopped.log)
        servers[turn % 2] = Server(binary, *arguments, listen=addresses[turn % 2])
        serves(addresses[turn % 2])
    time.sleep(1.5)
    callers.stop()
    streamers.stop()
    for server in servers:
        server.terminate()
        logged |= begun(server.log)
    # Shed before anything was begun: UNAVAILABLE from the server itself, or no line of its log.
    lost = {name: code for name, code in tally.unanswered.items() if logged.get(name, "unavailable") != "unavailable"}
    told = sum(tally.tries.values()) - len(tally.unanswered)
    answered_in_log = sum(1 for name in logged if name.startswith("call-") and logged[name] == "ok")
    print(f"{times} restarts, stopping took {max(drains):.2f} s at most")
    print(f"calls: {dict(tally.calls)}; tries: {dict(tally.tries)}; answered by the servers' logs: {answered_in_log}")
    print(f"accepted calls lost: {len(lost)}")
    print(f"streams: {dict(streamers.ends)}; documents answered in them: {streamers.answered}")
    if streamers.ends["cut"] or streamers.ends["ended without a reason"] or not streamers.ends["ended by the service"]:
        findings.append("streams were cut, or none was there when an instance stopped")
    for name, code in list(lost.items())[:20]:
        print(f"  {name}: the caller saw {code}, the server logged {logged[name]}")
    if lost or tally.calls["failed"]:
        findings.append(f"{len(lost)} accepted calls lost, {tally.calls['failed']} calls failed for good")
    if answered_in_log < told:
        findings.append(f"the logs tell of {answered_in_log} answered calls where callers had {told}: can't judge")
    return findings


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def authority(place):
    openssl(
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
        "-subj", "/CN=authority of this test", "-keyout", f"{place}/ca.key", "-out", f"{place}/ca.pem",
    )


def new_certificate(place, serial):
    """A certificate for this machine and its key, put where the server reads them, each at once."""
    pathlib.Path(f"{place}/names").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
    openssl(
        "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost",
        "-keyout", f"{place}/new.key", "-out", f"{place}/new.csr",
    )
    openssl(
        "x509", "-req", "-in", f"{place}/new.csr", "-CA", f"{place}/ca.pem", "-CAkey", f"{place}/ca.key",
        "-set_serial", str(serial), "-days", "2", "-extfile", f"{place}/names", "-out", f"{place}/new.pem",
    )
    os.replace(f"{place}/new.key", f"{place}/server.key")
    os.replace(f"{place}/new.pem", f"{place}/server.pem")


def serial_served(address, authorities):
    host, port = address.rsplit(":", 1)
    context = ssl.create_default_context(cafile=authorities)
    context.set_alpn_protocols(["h2"])
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        with context.wrap_socket(connection, server_hostname=host) as encrypted:
            return int(encrypted.getpeercert()["serialNumber"], 16)


def replaced(server, connect, times, replace, in_use, sighup):
    """Replaces files under load; returns what went wrong."""
    tally, waits, findings = Tally(), [], []
    callers = Callers(connect, [server.address], tally)
    for turn in range(1, times + 1):
        wanted = replace(turn)
        at = time.monotonic()
        if sighup:
            server.process.send_signal(signal.SIGHUP)
        while not (used := in_use(wanted)) and time.monotonic() < at + PATIENCE:
            time.sleep(0.1)
        waits.append(time.monotonic() - at)
        if not used:
            findings.append(f"replacement {turn} wasn't in use after {PATIENCE} s")
            break
        time.sleep(0.5)
    callers.stop()
    code = server.terminate()
    print(f"{len(waits)} replacements, in use after {max(waits):.2f} s at most")
    print(f"calls: {dict(tally.calls)}; tries: {dict(tally.tries)}")
    if code != 0:
        findings.append(f"exit code {code}")
    if tally.calls["failed"] or tally.unanswered or not tally.calls["answered"]:
        findings.append(f"{len(tally.unanswered)} tries had no good answer")
    return findings


def certificates(binary, times, arguments, sighup):
    with tempfile.TemporaryDirectory() as place:
        authority(place)
        new_certificate(place, 1000)
        tls = ["--tls-cert", f"{place}/server.pem", "--tls-key", f"{place}/server.key"]
        server = Server(binary, *tls, *arguments)
        roots = grpc.ssl_channel_credentials(pathlib.Path(f"{place}/ca.pem").read_bytes())

        def connect(address):
            return grpc.secure_channel(
                address, roots, [("grpc.enable_retries", 0), ("grpc.use_local_subchannel_pool", 1)]
            )

        def replace(turn):
            new_certificate(place, 1000 + turn)
            return 1000 + turn

        def in_use(serial):
            return serial_served(server.address, f"{place}/ca.pem") == serial

        serves(server.address, connect)
        return replaced(server, connect, times, replace, in_use, sighup)


def lexicons(binary, times, arguments, sighup):
    with tempfile.TemporaryDirectory() as place:
        file = pathlib.Path(f"{place}/lexicon.tsv")

        def replace(turn):
            word = "florb" + "b" * turn
            columns = [
                word, "verb", f"{word}, {word}s, {word}ed, {word}ed, {word}ing", "that:80 quotation",
                "communication", "assertion", "neutral", f"The captain {word}ed that the dam was safe.",
            ]
            # At once, as an editor or Kubernetes puts a file there.
            new = file.with_suffix(".new")
            new.write_text("\t".join(columns) + "\n")
            os.replace(new, file)

        replace(1)
        server = Server(binary, "--lexicon", str(file), *arguments)
        channel = plain(server.address)
        client = Client(channel)

        serves(server.address)
        seen = {client.call("GetExtractorInfo").lexicon_version}

        def in_use(_):
            version = client.call("GetExtractorInfo").lexicon_version
            is_new = version not in seen
            seen.add(version)
            return is_new

        return replaced(server, plain, times, lambda turn: replace(turn + 1), in_use, sighup)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=pathlib.Path)
    parser.add_argument("what", choices=["restarts", "certificates", "lexicons"])
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--sighup", action="store_true", help="tell the server by SIGHUP that its files are new")
    parser.add_argument("arguments", nargs="*", help="for ascribe serve, after --")
    options = parser.parse_args()
    binary = str(options.binary.resolve())
    if options.what == "restarts":
        findings = restarts(binary, options.times, options.arguments)
    else:
        run = certificates if options.what == "certificates" else lexicons
        findings = run(binary, options.times, options.arguments, options.sighup)
    for finding in findings:
        print(f"FAILED: {finding}")
    print("failed" if findings else "passed")
    sys.exit(bool(findings))


if __name__ == "__main__":
    main()
