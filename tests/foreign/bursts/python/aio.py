#!/usr/bin/env python3
"""Calls by grpc.aio; ../run.py says what the arguments are."""

import asyncio
import pathlib
import sys

import grpc

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from server import Client  # noqa: E402
from tally import Report  # noqa: E402


class Caller:
    def __init__(self, known, channel, text, seconds):
        self.request = known.request("ExtractClaims", document={"text": text})
        self.item = known.request("StreamExtractClaims", item={"document": {"text": text}})
        self.extract = known.callable("ExtractClaims", channel.unary_unary)
        self.extract_all = known.callable("StreamExtractClaims", channel.stream_stream)
        self.report = Report(seconds)

    async def call(self, tally):
        tally.send()
        try:
            await self.extract(self.request)
            tally.answer()
        except grpc.RpcError as error:
            tally.refuse_for(error)

    async def burst(self, calls, at_once):
        left = iter(range(calls))

        async def caller():
            for _ in left:
                await self.call(self.report.all)

        await asyncio.gather(*(caller() for _ in range(at_once)))

    async def stream(self, documents):
        call = self.extract_all()

        async def write():
            for sequence in range(documents):
                item = type(self.item)()
                item.CopyFrom(self.item)
                item.item.sequence = sequence
                await call.write(item)
                self.report.all.send()
            await call.done_writing()

        writing = asyncio.ensure_future(write())
        try:
            async for answer in call:
                self.report.all.take(answer)
            await writing
        except (grpc.RpcError, asyncio.InvalidStateError) as error:
            if isinstance(error, grpc.RpcError):
                self.report.all.refuse_for(error, "stream: ")
            else:
                self.report.all.refuse(f"stream: {error}")
        finally:
            writing.cancel()

    async def streams(self, count, documents):
        streams = asyncio.gather(*(self.stream(documents) for _ in range(count)))
        while not streams.done():
            await self.call(self.report.beside)
            await asyncio.wait([streams], timeout=0.1)
        await streams


async def main(scenario, address, file, first, second, seconds):
    text = pathlib.Path(file).read_text(encoding="utf-8")
    # Reflection is asked before time counts; its client knows no asyncio.
    known = Client(grpc.insecure_channel(address))
    async with grpc.aio.insecure_channel(address) as channel:
        caller = Caller(known, channel, text, float(seconds))
        await {"burst": caller.burst, "streams": caller.streams}[scenario](int(first), int(second))
        caller.report.tell()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
