#!/usr/bin/env python3
"""Bursts of calls and streams of small documents, as the gRPC libraries of several languages and HTTP clients make them by
default, without any retries: is every one answered?

    run.py PATH-TO-ASCRIBE CLIENTS [--size ci|full] [--only WORD …]

CLIENTS is the folder that scripts/burst-clients prints; what isn't there is left out, and named. Each case is a process:

    CLIENT burst ADDRESS FILE CALLS AT-ONCE SECONDS        calls with the text in FILE, so many of them under way at one time
    CLIENT streams ADDRESS FILE STREAMS DOCUMENTS SECONDS  streams at one time over one connection, each of so many documents,
                                                           and single calls beside them, over the same connection

which prints one line of JSON: {"sent", "answered", "refused": {reason: times}, "beside": {the same}, "seconds"}. It ends
after SECONDS at the latest. --only takes the cases whose names hold all of these words.

The cases of the full size that send articles have a second client beside them, with a connection of its own, which makes one
call after the other: its 99th percentile may be MOST_RATIO times what it is without the burst. So that this is the service's
doing, and not that of a machine that clients and service share, the clients of these bursts have a lower priority than it.

Exits with 1 where anything had no answer. Loopback only.
"""

import argparse
import collections
import dataclasses
import itertools
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from server import ROOT, SERVICE, Server  # noqa: E402

SENTENCE = "Mayor Ana Ruiz said that the bridge is safe."
# What is soon read, also by a build without optimizations.
SHORT = "It rained."
# The words of an article.
WORDS = 600
# By so much may the second client's 99th percentile grow.
MOST_RATIO = 4
# Seconds that a case may take.
PATIENCE = {"ci": 60, "full": 180}
# The calls of the second client before the burst.
UNLOADED = 150
# How nice the clients of bursts with a second client beside them are.
NICENESS = 10


@dataclasses.dataclass
class Case:
    client: str
    # "burst" or "streams", and the two numbers that each has.
    scenario: str
    first: int
    second: int
    # "short sentences", "sentences" or "articles", which have a second client beside them.
    texts: str = "sentences"

    @property
    def expected(self):
        return self.first if self.scenario == "burst" else self.first * self.second

    @property
    def name(self):
        if self.scenario == "burst":
            return f"{self.client}: {self.first} calls, {self.second} at once, {self.texts}"
        if self.first == 1:
            return f"{self.client}: 1 stream of {self.second} {self.texts}"
        return f"{self.client}: {self.first} streams of {self.second} {self.texts}"


def streams(texts, *numbers):
    """The cases of all who stream."""
    clients = ["grpc-js", "grpc-go", "grpc-java", "grpcio", "grpc.aio"]
    return [Case(client, "streams", *each, texts) for client, each in itertools.product(clients, numbers)]


CASES = {
    "ci": [
        Case("grpc-js", "burst", 200, 200),
        Case("fetch", "burst", 200, 200),
        Case("ghz", "burst", 400, 64),
        Case("grpc-go", "burst", 200, 200),
        Case("grpc-java", "burst", 400, 64),
        Case("grpcio", "burst", 200, 200),
        Case("grpc.aio", "burst", 200, 200),
        Case("curl", "burst", 100, 50),
        *streams("short sentences", (1, 4000), (20, 100)),
    ],
    "full": [
        *streams("sentences", (1, 8000), (20, 300)),
        Case("ghz", "burst", 1000, 50, "articles"),
        Case("grpc-js", "burst", 500, 500, "articles"),
        Case("fetch", "burst", 500, 500, "articles"),
        Case("grpc-java", "burst", 2000, 64, "articles"),
        Case("curl", "burst", 200, 50, "articles"),
    ],
}


class Clients:
    """The commands of those that are there, by their names."""

    def __init__(self, folder):
        java = f"{folder / 'java/classes'}:{folder / 'java/jars'}/*"
        descriptors = str(folder / "claims.binpb")
        self.commands = {
            "grpcio": [sys.executable, str(HERE / "python/grpcio.py")],
            "grpc.aio": [sys.executable, str(HERE / "python/aio.py")],
        }
        if (folder / "node/wanted").exists():
            self.commands["grpc-js"] = ["node", str(HERE / "node/grpc.js")]
            self.commands["fetch"] = ["node", str(HERE / "node/fetch.js")]
        if (folder / "go/wanted").exists():
            self.commands["grpc-go"] = [str(folder / "go/bursts"), descriptors]
            self.commands["ghz"] = [str(folder / "ghz")]
        if (folder / "java/wanted").exists():
            self.commands["grpc-java"] = ["java", "-cp", java, "Bursts", descriptors]
        if shutil.which("curl") and shutil.which("xargs"):
            self.commands["curl"] = ["curl"]
        self.environment = {**os.environ, "NODE_PATH": str(folder / "node/node_modules")}

    def start(self, case, address, file, seconds):
        """The case's process. Its output is for `told`."""
        command = self.commands[case.client]
        if case.client == "ghz":
            command = [*command, *ghz(case, address, file)]
        elif case.client == "curl":
            command = curl(case, address, file)
        else:
            numbers = map(str, (case.first, case.second, seconds))
            command = [*command, case.scenario, address, str(file), *numbers]
        if case.texts == "articles":
            command = ["nice", "-n", str(NICENESS), *command]
        return subprocess.Popen(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def ghz(case, address, file):
    """The arguments of ghz, which asks for reflection itself."""
    sizes = ["-n", str(case.first), "-c", str(case.second)]
    what = ["--call", f"{SERVICE}.ExtractClaims", "-D", str(file.with_suffix(".json"))]
    return ["--insecure", "--format", "json", *sizes, *what, address]


def curl(case, address, file):
    """As many processes as there are calls, each of which prints a line."""
    call = [
        "curl", "--silent", "--show-error", "--output", "/dev/null", "--write-out", r"%{http_code}\n",
        "--header", "content-type: application/json", "--data-binary", f"@{file.with_suffix('.json')}",
        f"http://{address}/v1/claims:extract",
    ]
    script = 'seq "$1" | xargs -P "$2" -I NUMBER ' + shlex.join(call)
    return ["sh", "-c", script, "sh", str(case.first), str(case.second)]


def told(case, output, errors):
    """What a case's process says of itself: sent, answered, refused by reasons, the same of calls beside it."""
    if case.client == "ghz":
        found = json.loads(output)
        answered = found["statusCodeDistribution"].get("OK", 0)
        return {"sent": found["count"], "answered": answered, "refused": found["errorDistribution"]}
    if case.client == "curl":
        codes = collections.Counter(output.split())
        answered = codes.pop("200", 0)
        refused = {f"HTTP {code}": times for code, times in codes.items()}
        refused.update(collections.Counter(errors.splitlines()))
        return {"sent": case.first, "answered": answered, "refused": refused}
    return json.loads(output)


class Second:
    """A second client, which makes one call after the other."""

    def __init__(self, address, file, *calls):
        command = [sys.executable, str(HERE / "python/second.py"), address, str(file), *map(str, calls)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ended(self, what_to_say=None):
        """Its latencies in milliseconds, in ascending order, and what was refused."""
        output, _ = self.process.communicate(what_to_say, timeout=120)
        found = json.loads(output)
        return sorted(found["milliseconds"]), found["refused"]


def quantile(ascending, part):
    return ascending[min(int(len(ascending) * part), len(ascending) - 1)] if ascending else float("nan")


def run_case(case, clients, server, files, patience):
    """Runs a case, prints what became of it, and returns its faults."""
    file = files / f"{case.texts}.txt"
    second = None
    if case.texts == "articles":
        unloaded, early = Second(server.address, file, UNLOADED).ended()
        second = Second(server.address, file)
        # It has to be calling when the burst comes.
        time.sleep(0.5)
    began = time.monotonic()
    process = clients.start(case, server.address, file, patience)
    try:
        output, errors = process.communicate(timeout=patience + 10)
    except subprocess.TimeoutExpired:
        process.kill()
        output, errors = process.communicate()
    seconds = time.monotonic() - began
    try:
        found = told(case, output, errors)
    except (ValueError, KeyError):
        found = {"sent": 0, "answered": 0, "refused": {errors.strip()[-300:] or f"exit code {process.returncode}": 1}}
    seconds = found.get("seconds", seconds)
    refused = sum(found["refused"].values())
    beside = found.get("beside", {"sent": 0, "answered": 0, "refused": {}})
    line = f"{found['sent']} sent, {found['answered']} answered, {refused} refused, {seconds:.1f} s"
    faults = []
    if found["answered"] != case.expected:
        faults.append(f"{case.expected - found['answered']} of {case.expected} have no answer")
    if case.scenario == "streams":
        line += f"; beside them {beside['answered']} of {beside['sent']} calls answered"
        if not beside["sent"] or beside["answered"] != beside["sent"]:
            faults.append(f"{beside['sent'] - beside['answered']} of {beside['sent']} calls beside them have no answer")
    if second:
        loaded, late = second.ended("stop\n")
        ratio = quantile(loaded, 0.99) / quantile(unloaded, 0.99)
        line += f"; second client: {shown(unloaded)} without, {shown(loaded)} with it, {ratio:.1f} times"
        if not ratio <= MOST_RATIO:
            faults.append(f"the second client's p99 is {ratio:.1f} times what it was, more than {MOST_RATIO}")
        for reason, times in {**early, **late}.items():
            faults.append(f"second client: {times} × {reason}")
    print(f"{case.name}: {line} ... {'FAILED' if faults else 'ok'}", flush=True)
    for fault in faults:
        print(f"    {fault}")
    for where, reasons in (("", found["refused"]), ("beside: ", beside["refused"])):
        for reason, times in collections.Counter(reasons).most_common(3):
            print(f"    {where}{times} × {reason}", flush=True)
    return faults


def shown(latencies):
    return f"p50 {quantile(latencies, 0.5):.1f}, p99 {quantile(latencies, 0.99):.1f} ms ({len(latencies)} calls)"


def write_texts(folder):
    """The texts as they are, and as requests in JSON."""
    with open(ROOT / "tests/data/wikinews-dev.jsonl", encoding="utf-8") as lines:
        articles = [json.loads(line)["text"] for line in lines]
    words = next(words for article in articles if len(words := list(re.finditer(r"\S+", article))) >= WORDS)
    texts = {"short sentences": SHORT, "sentences": SENTENCE, "articles": words[0].string[: words[WORDS - 1].end()]}
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        (folder / f"{name}.json").write_text(json.dumps({"document": {"text": text}}), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=pathlib.Path)
    parser.add_argument("clients", type=pathlib.Path)
    parser.add_argument("--size", choices=CASES, default="ci")
    parser.add_argument("--only", nargs="+", default=[])
    options = parser.parse_args()
    clients = Clients(options.clients.resolve())
    cases = [case for case in CASES[options.size] if all(word in case.name for word in options.only)]
    for missing in sorted({case.client for case in cases} - clients.commands.keys()):
        print(f"note: {missing} isn't on this machine, so it is left out", flush=True)
    cases = [case for case in cases if case.client in clients.commands]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        files = pathlib.Path(folder)
        write_texts(files)
        server = Server(str(options.binary.resolve()), lines=1000)
        try:
            for case in cases:
                failed += bool(run_case(case, clients, server, files, PATIENCE[options.size]))
        finally:
            code = server.terminate() if server.process.poll() is None else server.process.returncode
    print(f"{len(cases) - failed} passed, {failed} failed")
    if code != 0:
        sys.exit(f"the service exits with {code}: {''.join(list(server.log)[-3:])}")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
