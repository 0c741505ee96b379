#!/usr/bin/env python3
"""The service for some minutes under good load and bad clients: does anything grow that shouldn't?

    soak.py PATH-TO-ASCRIBE [--seconds 600] [--csv FILE] [-- arguments for ascribe serve]

Good load comes from `ascribe load` (calls, batches, a stream, and now and then more than the service can do), bad
clients from hostile.py and costly.py. Memory, threads and descriptors are read from /proc every few seconds. Exits with
1 where memory grew (in 150 seconds or more), something was left behind, or good calls got no answer. Linux, loopback
only.
"""

import argparse
import collections
import csv
import json
import pathlib
import statistics
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/foreign"))

import hostile  # noqa: E402
from server import Server  # noqa: E402

# Resident memory may grow by so much after the first minute.
MOST_GROWTH = 0.03
# How much of what the service can do is asked of it by good load, and the documents of a batch.
SHARE = 0.4
BATCH = 6
# Seconds from one burst of load to the next.
BURST_EVERY = 30
# How often /proc is read, and how long the service has to come to rest, in seconds.
EVERY = 0.5
REST = 40
# In fewer seconds growth isn't judged: the first minute doesn't count.
LEAST_FOR_GROWTH = 150
# More visits of one kind are not under way at one time.
MOST_VISITORS = 12


def state(process):
    """Resident memory in kB, threads, descriptors."""
    status = dict(
        line.split(":", 1) for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines() if ":" in line
    )
    descriptors = len(list(pathlib.Path(f"/proc/{process}/fd").iterdir()))
    return int(status["VmRSS"].split()[0]), int(status["Threads"]), descriptors


class Visitors:
    """Bad clients, each kind at its rate, until they are told to stop."""

    def __init__(self, address):
        self.address = address
        self.stopping = threading.Event()
        self.visits = collections.Counter()
        self.under_way = []
        self.keepers = [
            threading.Thread(target=self._keep, args=(visit, rate)) for visit, rate in hostile.VISITS.items()
        ]
        for keeper in self.keepers:
            keeper.start()

    def _keep(self, visit, rate):
        guests = []
        while not self.stopping.wait(1 / rate):
            guests = [guest for guest in guests if guest.is_alive()]
            if len(guests) < MOST_VISITORS:
                guest = threading.Thread(target=self._visit, args=(visit,))
                guest.start()
                guests.append(guest)
        for guest in guests:
            guest.join()

    def _visit(self, visit):
        try:
            visit(self.address)
            outcome = "done"
        except OSError as error:
            # The server may well have had enough of it.
            outcome = f"ended by {type(error).__name__}"
        self.visits[f"{visit.__name__}, {outcome}"] += 1

    def stop(self):
        self.stopping.set()
        for keeper in self.keepers:
            keeper.join()


def load(binary, address, seconds, *arguments):
    """`ascribe load` in the background."""
    command = [binary, "load", "--target", f"http://{address}", "--seconds", str(seconds), "--format", "json"]
    return subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, text=True)


def report(process):
    output, _ = process.communicate(timeout=120)
    return json.loads(output) if output else None


def summary(name, found):
    outcomes = ", ".join(f"{one['calls']} {one['outcome']}" for one in found["outcomes"])
    health = found["health"]
    tail = f"; health p99 {health['latency']['p99_ms']:.1f} ms" if health else ""
    print(f"  {name}: {outcomes}; {found['unsent']} unsent, {found['unanswered']} unanswered{tail}")


def lost(found):
    """Good calls that got no answer of the service."""
    broken = sum(one["calls"] for one in found["outcomes"] if one["outcome"] in ("broken", "unreachable"))
    return broken + found["unsent"] + found["unanswered"]


def growth(samples):
    """How much memory grew after the first minute: by a line through the peaks of all half minutes, and from the
    second minute's median to the last one's. Memory goes up and down by a fifth with each burst: what leaks lifts the
    peaks as well, and these hardly differ."""
    end = samples[-1][0]
    after = [(seconds, kilobytes) for seconds, kilobytes, *_ in samples if seconds >= 60]
    second = statistics.median(kilobytes for seconds, kilobytes in after if seconds < 120)
    last = statistics.median(kilobytes for seconds, kilobytes in after if seconds > end - 60)
    peaks = collections.defaultdict(int)
    for seconds, kilobytes in after:
        peaks[seconds // BURST_EVERY] = max(peaks[seconds // BURST_EVERY], kilobytes)
    slope, at_zero = statistics.linear_regression(list(peaks), list(peaks.values()))
    first, final = min(peaks), max(peaks)
    return slope * (final - first) / (at_zero + slope * first), last / second - 1


def run(binary, seconds, csv_file, arguments):
    server = Server(binary, *arguments, lines=1000)
    process = server.process.pid
    findings, samples, bursts = [], [], []
    try:
        # Every thread and every table is there after a few calls.
        warm = report(load(binary, server.address, 5, "--closed", "4", "--health-rate", "0"))
        capacity = warm["documents_per_second"]
        time.sleep(12)
        at_rest = state(process)
        print(f"capacity: {capacity:.1f} documents a second; good load is {SHARE:.0%} of it")
        print(f"at rest: {at_rest[0]} kB, {at_rest[1]} threads, {at_rest[2]} descriptors", flush=True)

        def rate(part):
            """So much of the good load, as calls a second."""
            return f"{max(capacity * SHARE * part, 0.01):.3f}"

        good = {
            "calls": load(
                binary, server.address, seconds, "--rate", rate(0.5), "--poisson", "1", "--connections", "3"
            ),
            "batches": load(
                binary, server.address, seconds, "--rate", rate(0.25 / BATCH), "--method", "batch",
                "--batch-documents", str(BATCH), "--health-rate", "0",
            ),
            "stream": load(
                binary, server.address, seconds, "--rate", rate(0.25), "--method", "stream", "--health-rate", "0"
            ),
        }
        visitors = Visitors(server.address)
        begin = time.monotonic()
        next_burst = 10
        while (passed := time.monotonic() - begin) < seconds:
            if server.process.poll() is not None:
                findings.append(f"the service ended with {server.process.returncode}")
                break
            samples.append((round(passed, 1), *state(process)))
            if passed >= next_burst and passed < seconds - 15:
                next_burst += BURST_EVERY
                burst = ["--rate", "300", "--connections", "4", "--deadline-ms", "5000", "--health-rate", "0"]
                bursts.append(load(binary, server.address, 2, *burst))
            time.sleep(EVERY)
        visitors.stop()
        reports = {name: report(one) for name, one in good.items()}
        for index, burst in enumerate(bursts):
            reports[f"burst {index + 1}"] = report(burst)
        for name, found in reports.items():
            if found is None:
                findings.append(f"{name}: no report")
                continue
            summary(name, found)
            if lost(found):
                findings.append(f"{name}: {lost(found)} calls got no answer")
        for visit, count in sorted(visitors.visits.items()):
            print(f"  {count} × {visit}")
        deadline = time.monotonic() + REST
        while (after := state(process))[1:] > at_rest[1:] and time.monotonic() < deadline:
            time.sleep(1)
        print(f"at rest again: {after[0]} kB, {after[1]} threads, {after[2]} descriptors")
        for name, before, now in zip(["threads", "descriptors"], at_rest[1:], after[1:]):
            if now > before:
                findings.append(f"{now - before} {name} left behind")
    finally:
        code = server.terminate() if server.process.poll() is None else server.process.returncode
    if code != 0:
        findings.append(f"exit code {code}")
    with open(csv_file, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["seconds", "rss_kb", "threads", "descriptors"])
        writer.writerows(samples)
    peak = max(sample[1] for sample in samples)
    if seconds < LEAST_FOR_GROWTH:
        print(f"{peak} kB at most; too short to tell whether memory grows; samples in {csv_file}")
        return findings
    by_line, by_medians = growth(samples)
    print(
        f"memory after the first minute: {by_line:+.2%} by a line through its peaks, {by_medians:+.2%} from the second "
        f"minute's median to the last one's; {peak} kB at most; samples in {csv_file}"
    )
    # A line through fewer than eight peaks is as steep as chance will have it.
    judged = [by_line, by_medians] if seconds >= 300 else [by_medians]
    for found in judged:
        if found >= MOST_GROWTH:
            findings.append(f"memory grew by {found:.2%}")
    return findings


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--csv", default="soak.csv")
    parser.add_argument("arguments", nargs="*", help="for ascribe serve, after --")
    options = parser.parse_args()
    if options.seconds < 30:
        sys.exit("less than 30 seconds show nothing")
    findings = run(str(options.binary.resolve()), options.seconds, options.csv, options.arguments)
    for finding in findings:
        print(f"FAILED: {finding}")
    print("failed" if findings else "passed")
    sys.exit(bool(findings))


if __name__ == "__main__":
    main()
