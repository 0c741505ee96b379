"""Clients that ask for much more than they send, or hold what others need. Each function is one such client, with a
connection or, where connections are what it holds, many; it comes for some seconds, in small numbers, or `strong`: with all
that it can do. None of them checks what the service says: that it goes on serving others is checked elsewhere."""

import functools
import json
import selectors
import time

from http2 import (
    BATCH, HEALTH, SERVICE, STREAM, UNARY, VERIFY, ZSTD, Connection, connected, field, headers, message, opened, packed,
    quotations, request, stream_item,
)

# Seconds of a visit.
SHORT, LONG = 2, 15
# The largest request that the service takes by default.
MOST_BYTES = 4 << 20
MOST_ALIASES, MOST_VARIANTS = 1000, 64


def until(seconds, address, visit):
    """Has `visit` use a connection, and a new one when that has ended, until the time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with Connection(address) as connection:
            connection.receive(0.2)
            visit(connection, end)
        # Whoever is thrown out comes back, but not without a breath.
        time.sleep(0.05)


def keep_calling(address, seconds, at_once, path, payload, *more):
    """Keeps so many calls under way."""

    def visit(connection, end):
        while connection.alive and time.monotonic() < end:
            under_way = len(connection.windows)
            if under_way < at_once:
                connection.call(path, payload, *more)
            elif connection.receive(0.2) and len(connection.windows) < under_way:
                # Those that are refused come back, but not without a breath.
                time.sleep(0.01)

    until(seconds, address, visit)


def aliases(variant):
    """As many aliases as a request may have, with as many variants as each may have."""
    return field(7, field(1, b"zz top") + field(2, variant) * MOST_VARIANTS) * MOST_ALIASES


def most_aliases(address, seconds=SHORT, strong=False):
    """A text every word of which begins each variant of each alias."""
    asked = request("Bob said that it leaks. " + "a " * 32000) + field(2, aliases(b"a " * 20 + b"b"))
    keep_calling(address, seconds, 4 if strong else 1, UNARY, packed(asked), ZSTD, ("grpc-timeout", "6S"))


def late_data(address, seconds=SHORT, strong=False):
    """Calls that are refused by their headers, for what they call or how little time they have, and whose messages come
    after that."""
    text = message(request("Bob said so. " * 1500))

    def visit(connection, end):
        while connection.alive and time.monotonic() < end:
            begun = [connection.begin(UNARY, ("grpc-timeout", "1m")), connection.begin(SERVICE + "Nothing")]
            time.sleep(0.002 if strong else 0.02)
            for stream in begun:
                # Known as ended only once that is read, which a client over a longer way does later.
                connection.write(stream, text)
            connection.receive(0.001)

    until(seconds, address, visit)


def empty_messages(address, seconds=SHORT, strong=False):
    """Two million empty documents in a few hundred bytes."""
    asked = b"\x0a\x00" * (MOST_BYTES // 2 - 8)
    keep_calling(address, seconds, 20 if strong else 1, BATCH, packed(asked), ZSTD)


def options_flood(address, seconds=SHORT, strong=False):
    """A stream of nothing but options, each with as many aliases as it may have."""
    options = packed(field(1, aliases(b"x")))

    def visit(connection, end):
        streams = [connection.begin(STREAM, ZSTD) for _ in range(4 if strong else 1)]
        while connection.alive and connection.windows and time.monotonic() < end:
            for stream in streams:
                connection.write(stream, options * (20 if strong else 5), end=False, patience=1)
            connection.receive(0.001 if strong else 0.05)

    until(seconds, address, visit)


@functools.cache
def much_to_say():
    """A request in JSON whose answer has some megabytes: quotations every third word of which is another."""
    words = [f"w{index}" for index in range(3000)]
    altered = [word if index % 3 else "zq" for index, word in enumerate(words)]
    wanted = [{"text": " ".join(altered[at : at + 700])} for at in range(0, 2300, 10)]
    return json.dumps({"document": {"text": " ".join(words)}, "quotations": wanted}).encode()


def slow_reader(address, seconds=LONG, strong=False):
    """Readers of megabytes of JSON who take two kilobytes a second."""
    body = much_to_say()
    head = "POST /v1/claims:verifyQuotations HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
    asked = head.encode() + f"content-length: {len(body)}\r\n\r\n".encode() + body
    readers = []
    end = time.monotonic() + seconds
    try:
        for _ in range(32 if strong else 1):
            reader = connected(address, receive_buffer=4096)
            readers.append(reader)
            try:
                reader.sendall(asked)
            except OSError:
                # It may have been answered before it had said all.
                pass
        while readers and time.monotonic() < end:
            time.sleep(1)
            for reader in list(readers):
                reader.settimeout(0.001)
                try:
                    if reader.recv(2048):
                        continue
                except TimeoutError:
                    continue
                except OSError:
                    pass
                readers.remove(reader)
                reader.close()
    finally:
        for reader in readers:
            reader.close()


def quotations_of_a_byte(address, seconds=SHORT, strong=False):
    """A text of one byte, and a thousand quotations of four kilobytes."""
    asked = quotations("x", ["y z " * 1000] * 1000)
    keep_calling(address, seconds, 8 if strong else 1, VERIFY, packed(asked), ZSTD)


def pieces(address, seconds=SHORT, strong=False):
    """Quotations of thousands of pieces, each of which is everywhere in the text."""
    asked = quotations("it is " * 10000, ["it … " * 9000] * 60)
    keep_calling(address, seconds, 4 if strong else 1, VERIFY, packed(asked), ZSTD, ("grpc-timeout", "10S"))


def heads_of_health(address, seconds=LONG, strong=False):
    """Health checks without a message, as many as connections may have."""
    heads = b"".join(headers(2 * index + 1, HEALTH) for index in range(128))
    connections = []
    end = time.monotonic() + seconds
    try:
        for _ in range(500 if strong else 10):
            connections.append(opened(address))
            connections[-1].sendall(heads)
        while time.monotonic() < end:
            time.sleep(0.5)
    finally:
        for connection in connections:
            connection.close()


def idle_connections(address, seconds=LONG, strong=False):
    """Connections that do nothing but answer PINGs."""
    wanted = 512 if strong else 20
    end = time.monotonic() + seconds
    with selectors.DefaultSelector() as ready:
        try:
            while time.monotonic() < end:
                # Whoever is thrown out comes back, but for some at a time.
                for _ in range(min(wanted - len(ready.get_map()), 64)):
                    ready.register(Connection(address), selectors.EVENT_READ)
                for key, _ in ready.select(0.1):
                    connection = key.fileobj
                    try:
                        connection.receive(0)
                    except OSError:
                        connection.alive = False
                    if not connection.alive:
                        ready.unregister(connection)
                        connection.socket.close()
        finally:
            for key in list(ready.get_map().values()):
                key.fileobj.socket.close()


def tiny_documents(address, seconds=SHORT, strong=False):
    """Streams of documents of a letter, as fast as they are taken."""
    items = b"".join(message(stream_item(sequence, "x")) for sequence in range(200 if strong else 50))

    def visit(connection, end):
        streams = [connection.begin(STREAM) for _ in range(4 if strong else 1)]
        while connection.alive and connection.windows and time.monotonic() < end:
            for stream in streams:
                connection.write(stream, items, end=False, patience=1)
            connection.receive(0.001)

    until(seconds, address, visit)


# All of them.
KINDS = [
    most_aliases,
    late_data,
    empty_messages,
    options_flood,
    slow_reader,
    quotations_of_a_byte,
    pieces,
    heads_of_health,
    idle_connections,
    tiny_documents,
]
