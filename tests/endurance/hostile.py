"""Clients that nobody would wish for. Each function is one visit, bounded in time and bytes; none of them checks
what the server says: that it goes on serving others is checked elsewhere."""

import gzip
import os
import random
import socket
import struct
import time

import grpc

import costly
from http2 import (
    DATA, PING, PREFACE, RST_STREAM, STREAM, TEXT, UNARY, connected, data, drained, field, frame, headers, message, opened,
    request, stream_item,
)

# How long a visit may hold a connection, in seconds.
LONG = 15


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
    with connected(address) as connection:
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
    with connected(address) as connection:
        drained(connection, LONG)


def never_reads(address):
    """A stream of documents whose answers are given no room."""
    with opened(address, window=0) as connection:
        connection.sendall(headers(1, STREAM))
        for sequence in range(40):
            connection.sendall(data(1, message(stream_item(sequence, TEXT)), end=False))
        time.sleep(LONG)


def bomb(address):
    """Fifty megabytes of text in fifty kilobytes of gzip."""
    packed = gzip.compress(b"a" * (50 << 20), 9)
    with opened(address) as connection:
        connection.sendall(headers(1, UNARY, ("grpc-encoding", "gzip")) + data(1, message(packed, 1)))
        drained(connection, 1)


def garbage(address):
    """Bytes that are no HTTP/2, or begin like it."""
    with connected(address) as connection:
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
    connection = connected(address)
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
    costly.most_aliases: 0.05,
    costly.late_data: 0.2,
    costly.empty_messages: 0.1,
    costly.options_flood: 0.05,
    costly.slow_reader: 0.1,
    costly.quotations_of_a_byte: 0.1,
    costly.pieces: 0.05,
    costly.heads_of_health: 0.05,
    costly.idle_connections: 0.1,
    costly.tiny_documents: 0.2,
}
