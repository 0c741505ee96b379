"""HTTP/2, gRPC and protobuf by the byte, for clients that no library would be."""

import functools
import socket
import struct
import time

import zstandard

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
END_STREAM, END_HEADERS, ACK = 1, 4, 1
# The window that connections and streams begin with, and the largest frame that every server takes.
WINDOW, LARGEST = 65535, 16384
# Room for all answers of a connection.
ROOM = 1 << 30
SERVICE = "/ascribe.v1.ClaimService/"
UNARY = SERVICE + "ExtractClaims"
BATCH = SERVICE + "BatchExtractClaims"
STREAM = SERVICE + "StreamExtractClaims"
VERIFY = SERVICE + "VerifyQuotations"
HEALTH = "/grpc.health.v1.Health/Check"
TEXT = "“The dam is safe,” said Ana Ruiz, the minister. Critics said that it leaks. " * 4


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
    return b"\x7f" + varint(len(value) - 127) + value


def varint(number):
    """A number in groups of seven bits, the lowest first."""
    groups = b""
    while number >= 128:
        groups += bytes([number & 127 | 128])
        number >>= 7
    return groups + bytes([number])


def message(payload, compressed=0):
    return bytes([compressed]) + struct.pack(">I", len(payload)) + payload


def data(stream, payload, end=True):
    """Frames that every server takes."""
    pieces = [payload[at : at + LARGEST] for at in range(0, len(payload), LARGEST)] or [b""]
    last = END_STREAM if end else 0
    return b"".join(frame(DATA, last if piece is pieces[-1] else 0, stream, piece) for piece in pieces)


def field(number, payload):
    """A field of a message that holds bytes."""
    return bytes([number << 3 | 2]) + varint(len(payload)) + payload


def request(text=TEXT):
    return field(1, field(2, text.encode()))


def stream_item(sequence, text):
    """A document of a stream."""
    return field(2, b"\x08" + varint(sequence) + field(2, field(2, text.encode())))


def quotations(text, wanted):
    """A request to verify quotations."""
    return request(text) + b"".join(field(2, field(1, quotation.encode())) for quotation in wanted)


@functools.cache
def packed(payload):
    """A message compressed by zstd: "grpc-encoding" has to say so."""
    return message(zstandard.ZstdCompressor(level=19).compress(payload), 1)


ZSTD = ("grpc-encoding", "zstd")


def connected(address, receive_buffer=None):
    host, port = address.rsplit(":", 1)
    if receive_buffer is None:
        return socket.create_connection((host, int(port)), timeout=5)
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.settimeout(5)
    connection.connect((host, int(port)))
    return connection


def opened(address, window=None):
    """A connection on which HTTP/2 has begun."""
    connection = connected(address)
    settings = struct.pack(">HI", 4, window) if window is not None else b""
    connection.sendall(PREFACE + frame(SETTINGS, 0, 0, settings) + frame(SETTINGS, ACK, 0))
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


class Connection:
    """A connection that keeps to the protocol: it waits for windows, has room for answers, and answers PINGs. It looks at no
    answer, but knows which calls have ended."""

    def __init__(self, address):
        self.socket = connected(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.unread = b""
        self.next_stream = 1
        # What may still be sent, in all and by call; calls under way are those that have a window.
        self.window, self.first_window, self.windows = WINDOW, WINDOW, {}
        self.alive = True
        room = struct.pack(">HI", 4, ROOM)
        self.send(PREFACE + frame(SETTINGS, 0, 0, room) + frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", ROOM)))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def fileno(self):
        return self.socket.fileno()

    def send(self, what):
        self.socket.settimeout(5)
        self.socket.sendall(what)

    def begin(self, path, *more):
        """Sends a call's headers; returns its number."""
        stream, self.next_stream = self.next_stream, self.next_stream + 2
        self.windows[stream] = self.first_window
        self.send(headers(stream, path, *more))
        return stream

    def write(self, stream, payload, end=True, patience=30):
        """Sends a call's messages as windows allow. Returns whether all was sent: not if the call ended before."""
        at, late = 0, time.monotonic() + patience
        while self.alive and stream in self.windows and time.monotonic() < late:
            size = min(LARGEST, len(payload) - at, self.window, self.windows[stream])
            if size <= 0 and at < len(payload):
                self.receive(0.2)
                continue
            last = at + size == len(payload)
            self.send(frame(DATA, END_STREAM if last and end else 0, stream, payload[at : at + size]))
            self.window -= size
            self.windows[stream] -= size
            at += size
            if last:
                return True
        return False

    def call(self, path, payload, *more):
        self.write(self.begin(path, *more), payload)

    def receive(self, seconds):
        """Handles what comes next, if something comes in time. Returns whether anything came."""
        self.socket.settimeout(max(seconds, 0.001))
        try:
            came = self.socket.recv(1 << 18)
        except TimeoutError:
            return False
        except OSError:
            came = b""
        self.alive = self.alive and bool(came)
        self.unread += came
        while len(self.unread) >= 9 and len(self.unread) >= (end := 9 + int.from_bytes(self.unread[:3], "big")):
            kind, flags, stream = self.unread[3], self.unread[4], int.from_bytes(self.unread[5:9], "big") & ROOM * 2 - 1
            payload, self.unread = self.unread[9:end], self.unread[end:]
            self.handle(kind, flags, stream, payload)
        return bool(came)

    def handle(self, kind, flags, stream, payload):
        if kind == SETTINGS and not flags & ACK:
            for at in range(0, len(payload), 6):
                setting, value = struct.unpack_from(">HI", payload, at)
                if setting == 4:
                    self.first_window = value
            self.send(frame(SETTINGS, ACK, 0))
        elif kind == PING and not flags & ACK:
            self.send(frame(PING, ACK, 0, payload))
        elif kind == WINDOW_UPDATE and stream == 0:
            self.window += int.from_bytes(payload, "big")
        elif kind == WINDOW_UPDATE and stream in self.windows:
            self.windows[stream] += int.from_bytes(payload, "big")
        elif kind == RST_STREAM or (kind in (DATA, HEADERS) and flags & END_STREAM):
            self.windows.pop(stream, None)
        elif kind == GOAWAY:
            self.alive = False
