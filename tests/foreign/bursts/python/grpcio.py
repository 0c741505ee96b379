#!/usr/bin/env python3
"""Calls by grpcio, whose streams have threads; ../run.py says what the arguments are."""

import concurrent.futures
import pathlib
import sys
import threading

import grpc

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from server import Client  # noqa: E402
from tally import Report  # noqa: E402


class Caller:
    def __init__(self, address, text, seconds):
        self.client = Client(grpc.insecure_channel(address))
        self.text = text
        # Reflection is asked before time counts.
        self.request = self.client.request("ExtractClaims", document={"text": text})
        self.item = self.client.request("StreamExtractClaims", item={"document": {"text": text}})
        self.extract = self.client.callable("ExtractClaims", self.client.channel.unary_unary)
        self.report = Report(seconds)

    def call(self, tally):
        tally.send()
        try:
            self.extract(self.request)
            tally.answer()
        except grpc.RpcError as error:
            tally.refuse_for(error)

    def burst(self, calls, at_once):
        with concurrent.futures.ThreadPoolExecutor(at_once) as callers:
            for _ in range(calls):
                callers.submit(self.call, self.report.all)

    def stream(self, documents):
        def items():
            for sequence in range(documents):
                item = type(self.item)()
                item.CopyFrom(self.item)
                item.item.sequence = sequence
                self.report.all.send()
                yield item

        try:
            for answer in self.client.stream("StreamExtractClaims", items(), timeout=None):
                self.report.all.take(answer)
        except grpc.RpcError as error:
            self.report.all.refuse_for(error, "stream: ")

    def streams(self, count, documents):
        threads = [threading.Thread(target=self.stream, args=(documents,)) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                self.call(self.report.beside)
                thread.join(0.1)


def main(scenario, address, file, first, second, seconds):
    text = pathlib.Path(file).read_text(encoding="utf-8")
    caller = Caller(address, text, float(seconds))
    {"burst": caller.burst, "streams": caller.streams}[scenario](int(first), int(second))
    caller.report.tell()


if __name__ == "__main__":
    main(*sys.argv[1:])
