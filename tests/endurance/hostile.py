"""Clients that nobody would wish for. Each function is one visit, bounded in time and bytes; none of them checks
what the server says: that it goes on serving others is checked elsewhere."""

import gzip
import os
import random
import socket
import struct
import time

import grpc

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, WINDOW_UPDATE = 0, 1, 3, 4, 6, 8
END_STREAM, END_HEADERS = 1, 4
UNARY = "/ascribe.v1.ClaimService/ExtractClaims"
STREAM = "/ascribe.v1.ClaimService/StreamExtractClaims"
TEXT = "“The dam is safe,” said Ana Ruiz, the minister. Critics said that it leaks. " * 4
# How long a visit may hold a connection, in seconds.
LONG = 15


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def headers(stream, path, *more, flags=END_HEADERS):
    """A request's headers, none of them compressed."""
    fields = [
        (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost"),
        ("content-type", "application/grpc"), ("te", "trailers"), *more,
    ]
    block = b""
    for name, value in fields:
        block += b"\0" + string(name.encode()) + string(value.encode())
    return frame(HEADERS, flags, stream, block)


def string(value):
    """A string as HPACK has it, with its length before it."""
    if len(value) < 127:
        return bytes([len(value)]) + value
    rest, length = len(value) - 127, b"\x7f"
    while rest >= 128:
        length += bytes([rest & 127 | 128])
        rest >>= 7
    return length + bytes([rest]) + value


def message(payload, compressed=0):
    return bytes([compressed]) + struct.pack(">I", len(payload)) + payload


def data(stream, payload, end=True):
    """Frames of at most 16 KiB, which every server takes."""
    pieces = [payload[at : at + 16384] for at in range(0, len(payload), 16384)] or [b""]
    last = END_STREAM if end else 0
    return b"".join(frame(DATA, last if piece is pieces[-1] else 0, stream, piece) for piece in pieces)


def field(number, payload):
    """A field of a message that holds bytes."""
    length, size = b"", len(payload)
    while size >= 128:
        length += bytes([size & 127 | 128])
        size >>= 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + payload


def request(text=TEXT):
    return field(1, field(2, text.encode()))


def opened(address, window=None):
    """A connection on which HTTP/2 has begun."""
    host, port = address.rsplit(":", 1)
    connection = socket.create_connection((host, int(port)), timeout=5)
    settings = struct.pack(">HI", 4, window) if window is not None else b""
    connection.sendall(PREFACE + frame(SETTINGS, 0, 0, settings) + frame(SETTINGS, 1, 0))
    return connection


def drained(connection, seconds):
    """Reads what comes, for a while, and throws it away."""
    end = time.monotonic() + seconds
    connection.settimeout(0.5)
    while time.monotonic() < end:
        try:
            if not connection.recv(65536):
                return
        except TimeoutError:
            pass


def cut_in_the_middle(address):
    """A call whose connection ends within its message."""
    with opened(address) as connection:
        connection.sendall(headers(1, UNARY) + data(1, message(request()), end=False)[: random.randrange(1, 250)])


def reset_while_reading(address):
    """A whole call, then a TCP reset instead of waiting for the answer."""
    with opened(address) as connection:
        connection.sendall(headers(1, UNARY) + data(1, message(request())))
        time.sleep(random.random() / 50)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def slow_loris(address):
    """The preface, a byte at a time."""
    host, port = address.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        for at in range(min(len(PREFACE), LONG)):
            connection.sendall(PREFACE[at : at + 1])
            time.sleep(1)


def slow_body(address):
    """A message, a byte at a time, that declares four megabytes."""
    with opened(address) as connection:
        connection.sendall(headers(1, UNARY) + frame(DATA, 0, 1, b"\0" + struct.pack(">I", 4 << 20)))
        for _ in range(LONG):
            connection.sendall(frame(DATA, 0, 1, b"x"))
            time.sleep(1)


def silent(address):
    """A connection on which nothing is said."""
    host, port = address.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        drained(connection, LONG)


def never_reads(address):
    """A stream of documents whose answers are given no room."""
    with opened(address, window=0) as connection:
        connection.sendall(headers(1, STREAM))
        for sequence in range(40):
            item = field(2, bytes([8, sequence]) + field(2, field(2, TEXT.encode())))
            connection.sendall(data(1, message(item), end=False))
        time.sleep(LONG)


def bomb(address):
    """Fifty megabytes of text in fifty kilobytes of gzip."""
    packed = gzip.compress(b"a" * (50 << 20), 9)
    with opened(address) as connection:
        connection.sendall(headers(1, UNARY, ("grpc-encoding", "gzip")) + data(1, message(packed, 1)))
        drained(connection, 1)


def garbage(address):
    """Bytes that are no HTTP/2, or begin like it."""
    host, port = address.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(random.choice([b"", PREFACE]) + os.urandom(random.randrange(1, 4000)))
        drained(connection, 0.5)


def bad_messages(address):
    """Calls whose messages are no messages: cut, too long by their own account, of a compression unheard of."""
    whole = request()
    with opened(address) as connection:
        for index, payload in enumerate(
            [
                message(os.urandom(200)),
                message(whole[:-5]),
                b"\0\xff\xff\xff\xff" + whole,
                message(whole, 1),
                b"\7" + message(whole)[1:],
                message(whole) * 2,
                b"",
            ]
        ):
            connection.sendall(headers(2 * index + 1, UNARY) + data(2 * index + 1, payload))
        drained(connection, 1)


def rapid_reset(address):
    """Calls that are begun and taken back at once, two hundred times."""
    with opened(address) as connection:
        for index in range(200):
            stream = 2 * index + 1
            connection.sendall(headers(stream, UNARY) + frame(RST_STREAM, 0, stream, struct.pack(">I", 8)))
        drained(connection, 0.5)


def pings(address):
    """Questions whether the server is there, five hundred in a row."""
    with opened(address) as connection:
        connection.sendall(frame(PING, 0, 0, b"hello!!!") * 500)
        drained(connection, 0.5)


def cancelled(address):
    """Calls that are cancelled soon, and calls with hardly any time."""
    with grpc.insecure_channel(address, options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
        call = channel.unary_unary(UNARY)
        begun = [call.future(request(), timeout=10) for _ in range(5)]
        time.sleep(random.random() / 20)
        for one in begun:
            one.cancel()
        for one in [call.future(request(), timeout=random.random() / 100) for _ in range(5)]:
            try:
                one.result()
            except (grpc.RpcError, grpc.FutureTimeoutError):
                pass


def posted(address, body, length=None):
    """The beginning of a request in JSON, or all of it."""
    host, port = address.rsplit(":", 1)
    connection = socket.create_connection((host, int(port)), timeout=5)
    length = len(body) if length is None else length
    head = f"POST /v1/claims:extract HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {length}"
    connection.sendall(head.encode() + b"\r\n\r\n" + body)
    return connection


def json_of_zeros(address):
    """Five megabytes of JSON, each number of which would take fifty times its bytes."""
    with posted(address, b'{"options":{"kinds":[' + b"0," * (5 << 19) + b"0]}}") as connection:
        drained(connection, 2)


def json_that_never_ends(address):
    """Four megabytes of JSON, of which the rest never comes."""
    with posted(address, b'{"document":{"text":"' + b"x" * (4 << 20), length=20 << 20):
        time.sleep(LONG)


def heads_only(address):
    """Calls whose messages never come, as many as a connection may have."""
    with opened(address) as connection:
        connection.sendall(b"".join(headers(2 * index + 1, UNARY) for index in range(100)))
        drained(connection, LONG)


def wrong_fields(address):
    """Requests that have to be refused."""
    with grpc.insecure_channel(address, options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
        call = channel.unary_unary(UNARY)
        wrong = [b"", field(1, b""), field(1, field(3, b"tlh") + field(2, b"x")), field(1, field(2, b"\xff\xfe"))]
        for payload in [*wrong, request("x" * (3 << 20))]:
            try:
                call(payload, timeout=10)
            except grpc.RpcError:
                pass


# Each with how many of them come in a second.
VISITS = {
    cut_in_the_middle: 2,
    reset_while_reading: 2,
    slow_loris: 0.5,
    slow_body: 0.5,
    silent: 0.5,
    never_reads: 0.2,
    bomb: 0.2,
    garbage: 2,
    bad_messages: 1,
    rapid_reset: 0.5,
    pings: 0.5,
    cancelled: 0.5,
    wrong_fields: 1,
    json_of_zeros: 0.2,
    json_that_never_ends: 0.2,
    heads_only: 0.1,
}
