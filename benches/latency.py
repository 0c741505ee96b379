#!/usr/bin/env python3
"""How long a client waits: a served binary asked for one article after the other, over a real socket.

    latency.py BINARY ARTICLES.jsonl [--words 600] [--requests 500] [--model FILE]

Wants `pip install grpcio grpcio-tools`. Each text is the first WORDS words of an article; shorter ones are left out.
Prints the time from start to the first answer, percentiles of a request's time, and the server's resident memory.
"""
import argparse
import json
import pathlib
import re
import socket
import subprocess
import sys
import time

import grpc

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "proto"))
pb, services = grpc.protos_and_services("ascribe/v1/claims.proto")

HOST, PORT = "127.0.0.1", 50971
ADDRESS = f"{HOST}:{PORT}"


def first_words(text, number):
    """The text up to the end of its word `number`, or None where it has fewer."""
    for count, word in enumerate(re.finditer(r"\S+", text), 1):
        if count == number:
            return text[:word.end()]
    return None


def resident(pid):
    """The peak of a process's resident memory in MB (10⁶ bytes)."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024 / 1e6


def until_it_listens():
    while True:
        try:
            socket.create_connection((HOST, PORT)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.001)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("articles")
    parser.add_argument("--words", type=int, default=600)
    parser.add_argument("--requests", type=int, default=500)
    parser.add_argument("--model", help="another network than the embedded one")
    args = parser.parse_args()
    with open(args.articles, encoding="utf-8") as lines:
        texts = [first_words(json.loads(line)["text"], args.words) for line in lines]
    texts = [text for text in texts if text]
    if not texts:
        sys.exit(f"no article of {args.articles} has {args.words} words")
    began = time.monotonic()
    model = ["--model", args.model] if args.model else []
    server = subprocess.Popen([args.binary, "serve", "--listen", ADDRESS, *model], stderr=subprocess.DEVNULL)
    try:
        until_it_listens()  # gRPC's own second attempt would come a second later
        client = services.ClaimServiceStub(grpc.insecure_channel(ADDRESS))
        ask = lambda text: client.ExtractClaims(pb.ExtractClaimsRequest(document=pb.Document(text=text)))
        ask("Mayor Ana Ruiz said the bridge is safe.")
        print(f"start to first answer {1000 * (time.monotonic() - began):.0f} ms")
        waits = []
        for number in range(args.requests):
            before = time.monotonic()
            ask(texts[number % len(texts)])
            waits.append(1000 * (time.monotonic() - before))
        waits.sort()
        at = lambda share: waits[min(len(waits) - 1, int(share * len(waits)))]
        print(f"{len(waits)} requests of {args.words} words: p50 {at(.5):.1f} ms, p90 {at(.9):.1f}, p99 {at(.99):.1f}, "
              f"max {waits[-1]:.1f}")
        print(f"resident memory at most {resident(server.pid):.0f} MB")
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
