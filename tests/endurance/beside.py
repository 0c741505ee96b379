#!/usr/bin/env python3
"""An honest client beside each costly one: does it still get its answers, and how soon?

    beside.py PATH-TO-ASCRIBE [--seconds 20] [--only WORD …] [-- arguments for ascribe serve]

Each kind of client in costly.py comes twice at one time, with all its strength, to a service of its own. Meanwhile an honest
client sends an article of 4 KB every tenth of a second, with a deadline of ten seconds, and a prober makes a health check on
a new connection every twentieth of a second, as an orchestrator does. Prints the honest client's latencies before and
meanwhile, what it was refused, what it lost (a call that wasn't refused by the service and has no answer in time), the
prober's latencies and the most memory that the service held.

Exits with 1 where the 99th percentile grew more than MOST_RATIO times, the prober's is MOST_HEALTH milliseconds or more,
memory exceeded MOST_MEMORY, anything was lost, or more than MOST_REFUSED of the honest calls were refused. --only takes the
kinds that hold one of these words. Linux, loopback only.
"""

import argparse
import collections
import contextlib
import pathlib
import re
import subprocess
import sys
import threading
import time

import grpc

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/foreign"))

import costly  # noqa: E402
import http2  # noqa: E402
from server import Server  # noqa: E402

MOST_RATIO = 6
MOST_HEALTH = 20
# Megabytes.
MOST_MEMORY = 250
MOST_REFUSED = 0.05
# Costly clients of one kind at one time, and how nice they are to the service: they'd have a machine of their own.
COSTLY_CLIENTS = 2
NICENESS = 10
# Seconds between honest calls, and what they may take; between health checks, and what these may take.
EVERY, DEADLINE = 0.2, 10
PROBE_EVERY, PROBE_DEADLINE = 0.05, 5
# Seconds for which honest client and prober are watched alone, and for which costly clients work before that counts.
ALONE, LEAD = 8, 1
ARTICLE = ("“The dam is safe,” said Ana Ruiz, the minister. Critics said that it leaks. The town is quiet. " * 60)[:4000]


class Honest:
    """What became of an honest client's calls and of the prober's checks."""

    def __init__(self, address):
        self.address = address
        self.lock = threading.Lock()
        self.latencies, self.refused, self.lost = [], collections.Counter(), collections.Counter()
        self.health, self.unhealthy = [], collections.Counter()
        self.sent = 0

    def run(self, seconds):
        """Calls and checks for so long, and until all have ended."""
        stop = threading.Event()
        prober = threading.Thread(target=self._probe, args=(stop,))
        prober.start()
        with grpc.insecure_channel(self.address) as channel:
            extract = channel.unary_unary(http2.UNARY)
            request = http2.request(ARTICLE)
            begin = time.monotonic()
            calls = []
            for number in range(int(seconds / EVERY)):
                due = begin + number * EVERY
                time.sleep(max(due - time.monotonic(), 0))
                call = extract.future(request, timeout=DEADLINE)
                call.add_done_callback(lambda call, due=due: self._note(call, due))
                calls.append(call)
            self.sent += len(calls)
            for call in calls:
                with contextlib.suppress(grpc.RpcError):
                    call.result()
            # Callbacks come a moment after results.
            while self.ended() < self.sent:
                time.sleep(0.01)
        stop.set()
        prober.join()
        return self

    def ended(self):
        with self.lock:
            return len(self.latencies) + self.refused.total() + self.lost.total()

    def _note(self, call, due):
        took = 1000 * (time.monotonic() - due)
        error = call.exception()
        with self.lock:
            if error is None:
                self.latencies.append(took)
                return
            # Only the service says when to come back.
            said = dict(call.trailing_metadata() or ())
            refused = error.code() == grpc.StatusCode.UNAVAILABLE and "grpc-retry-pushback-ms" in said
            # Without its figures, which differ from call to call.
            reason = re.sub(r"\d+(\.\d+)?", "N", error.details() or "")
            (self.refused if refused else self.lost)[f"{error.code().name}: {reason}"[:120]] += 1

    def _probe(self, stop):
        check = http2.headers(1, http2.HEALTH) + http2.data(1, http2.message(b""))
        while not stop.wait(PROBE_EVERY):
            begin = time.monotonic()
            try:
                with http2.Connection(self.address) as connection:
                    connection.windows[1] = 0
                    connection.send(check)
                    while 1 in connection.windows and connection.alive and time.monotonic() - begin < PROBE_DEADLINE:
                        connection.receive(0.5)
                    if 1 in connection.windows:
                        raise TimeoutError("no answer")
                self.health.append(1000 * (time.monotonic() - begin))
            except OSError as error:
                self.unhealthy[str(error)] += 1


def quantile(numbers, part):
    ascending = sorted(numbers)
    return ascending[min(int(len(ascending) * part), len(ascending) - 1)] if ascending else float("inf")


def shown(latencies):
    return f"p50 {quantile(latencies, 0.5):.1f}, p99 {quantile(latencies, 0.99):.1f} ms"


def most_memory(process):
    """The most resident memory so far, in megabytes."""
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def watch(kind, binary, seconds, arguments):
    """Runs one kind beside an honest client; prints what became of that, and returns its faults."""
    server = Server(binary, *arguments, lines=1000)
    costly_clients = []
    try:
        # Threads and tables are there after a few calls.
        Honest(server.address).run(1)
        alone = Honest(server.address).run(ALONE)
        at_rest = most_memory(server.process.pid)
        # Longer than they are watched: the last honest calls have them beside them too.
        command = [sys.executable, __file__, "--be", kind.__name__, server.address, str(seconds + LEAD + DEADLINE)]
        costly_clients = [subprocess.Popen(["nice", "-n", str(NICENESS), *command]) for _ in range(COSTLY_CLIENTS)]
        time.sleep(LEAD)
        beside = Honest(server.address).run(seconds)
        memory = most_memory(server.process.pid)
    finally:
        for client in costly_clients:
            client.kill()
            client.wait()
        ended = server.process.poll()
        if ended is None:
            # What the costly clients left behind isn't waited for.
            server.process.kill()
            server.process.wait()
    ratio = quantile(beside.latencies, 0.99) / quantile(alone.latencies, 0.99)
    faults = []
    if ended is not None:
        faults.append(f"the service ended with {ended}")
    if alone.refused or alone.lost or quantile(alone.health, 0.99) >= MOST_HEALTH:
        faults.append("the machine is too busy with other things to tell: the honest client or the prober waits alone too")
    if not ratio <= MOST_RATIO:
        faults.append(f"the honest client's p99 grew {ratio:.1f} times, more than {MOST_RATIO}")
    if not quantile(beside.health, 0.99) < MOST_HEALTH or beside.unhealthy:
        faults.append(f"health checks: {shown(beside.health)}; {dict(beside.unhealthy)}")
    if memory > MOST_MEMORY:
        faults.append(f"{memory:.0f} MB, more than {MOST_MEMORY}")
    if beside.refused.total() > MOST_REFUSED * beside.sent:
        faults.append(f"{beside.refused.total()} of {beside.sent} honest calls refused: {dict(beside.refused)}")
    if beside.lost:
        faults.append(f"{beside.lost.total()} of {beside.sent} honest calls lost: {dict(beside.lost)}")
    print(
        f"{kind.__name__}: honest client {shown(alone.latencies)} before, {shown(beside.latencies)} beside it, "
        f"{ratio:.1f} times; {beside.sent} sent, {beside.refused.total()} refused, {beside.lost.total()} lost; "
        f"health {shown(alone.health)} before, {shown(beside.health)} beside it; memory {at_rest:.0f} MB before, "
        f"{memory:.0f} MB at most ... {'FAILED' if faults else 'ok'}"
    )
    for fault in faults:
        print(f"    {fault}")
    sys.stdout.flush()
    return faults


def be(name, address, seconds):
    """Is a costly client for so long, whatever the service does about it."""
    kind = next(kind for kind in costly.KINDS if kind.__name__ == name)
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        with contextlib.suppress(OSError):
            kind(address, seconds=left, strong=True)
        time.sleep(0.05)


def main():
    if sys.argv[1:2] == ["--be"]:
        name, address, seconds = sys.argv[2:]
        return be(name, address, float(seconds))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--only", nargs="+", default=[""])
    parser.add_argument("arguments", nargs="*", help="for ascribe serve, after --")
    options = parser.parse_args()
    binary = str(options.binary.resolve())
    kinds = [kind for kind in costly.KINDS if any(word in kind.__name__ for word in options.only)]
    failed = sum(bool(watch(kind, binary, options.seconds, options.arguments)) for kind in kinds)
    print(f"{len(kinds) - failed} passed, {failed} failed")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
