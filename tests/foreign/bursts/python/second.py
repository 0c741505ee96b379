#!/usr/bin/env python3
"""A client of its own beside a burst: one call after the other, until standard input has a line, or so many.

    second.py ADDRESS FILE [CALLS]

Prints one line of JSON: how many milliseconds each call took, and what was refused.
"""

import collections
import itertools
import json
import pathlib
import sys
import threading
import time

import grpc

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from server import Client  # noqa: E402

# Seconds between a call's end and the next one.
PAUSE = 0.02
# The first calls find out how the connection is best used, and don't count.
WARM = 5


def main(address, file, calls=None):
    text = pathlib.Path(file).read_text(encoding="utf-8")
    client = Client(grpc.insecure_channel(address))
    request = client.request("ExtractClaims", document={"text": text})
    extract = client.callable("ExtractClaims", client.channel.unary_unary)
    milliseconds, refused = [], collections.Counter()
    stopped = threading.Event()

    def wait():
        sys.stdin.readline()
        stopped.set()

    if calls is None:
        threading.Thread(target=wait, daemon=True).start()
    for number in itertools.count() if calls is None else range(WARM + int(calls)):
        began = time.perf_counter()
        try:
            extract(request, timeout=60)
        except grpc.RpcError as error:
            refused[f"{error.code().name}: {error.details()}"] += 1
        else:
            if number >= WARM:
                milliseconds.append(1000 * (time.perf_counter() - began))
        if stopped.wait(PAUSE):
            break
    print(json.dumps({"milliseconds": milliseconds, "refused": refused}))


if __name__ == "__main__":
    main(*sys.argv[1:])
