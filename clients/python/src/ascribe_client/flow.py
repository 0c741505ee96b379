"""Any number of documents -> StreamExtractClaims, opened again where it breaks -> their outcomes, in order.

The documents are pulled in the caller's thread, and only while there is room for them in the window. One further thread
for each stream waits for answers.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeAlias

import grpc

from . import errors
from .claims_pb2 import (
    Document,
    ExtractionOptions,
    Limits,
    StreamExtractClaimsRequest,
    StreamExtractClaimsResponse,
)
from .documents import (
    MAX_MESSAGE_BYTES,
    GivenT,
    Outcome,
    as_message,
    check_length,
    document_id_of,
    of_document,
)
from .errors import AscribeError
from .records import DocumentClaims, of_message
from .retries import Retries

Open: TypeAlias = Callable[[Iterator[StreamExtractClaimsRequest]], Iterator[StreamExtractClaimsResponse]]
"""Begins a call that sends these requests."""


class Stream:
    """One call: requests are put in at one end, answers come out at the other."""

    def __init__(self, begin: Open) -> None:
        self._requests: queue.SimpleQueue[StreamExtractClaimsRequest | None] = queue.SimpleQueue()
        self._events: queue.SimpleQueue[StreamExtractClaimsResponse | AscribeError] = queue.SimpleQueue()
        self._call = begin(iter(self._requests.get, None))
        threading.Thread(target=self._listen, name="ascribe-answers", daemon=True).start()

    def send(self, request: StreamExtractClaimsRequest) -> None:
        """Never waits: what is sent is bounded by the window."""
        self._requests.put(request)

    def end_requests(self) -> None:
        """Nothing more is sent."""
        self._requests.put(None)

    def receive(self, timeout: float) -> StreamExtractClaimsResponse | AscribeError:
        """The next answer, or what the stream ended with; within so many seconds, else `queue.Empty`."""
        return self._events.get(timeout=timeout) if timeout > 0 else self._events.get_nowait()

    def cancel(self) -> None:
        """Gives up what isn't answered."""
        if isinstance(self._call, grpc.RpcContext):
            self._call.cancel()
        # Wakes gRPC's thread that waits for requests.
        self._requests.put(None)

    def _listen(self) -> None:
        try:
            for answer in self._call:
                self._events.put(answer)
        except grpc.RpcError as error:
            failure = errors.of_call(error)
            failure.__cause__ = error
            self._events.put(failure)
        else:
            message = "the stream ended before all was answered"
            self._events.put(AscribeError(grpc.StatusCode.UNAVAILABLE, message, retryable=True))


@dataclass
class _Entry(Generic[GivenT]):
    """A document between its source and the caller."""

    given: GivenT
    message: Document | None = None
    """None once it has its outcome."""
    outcome: Outcome | None = None
    failed: int = 0
    """How often it was answered that it may be tried again."""


class Flow(Generic[GivenT]):
    """The documents in the window, and the stream that they are on."""

    def __init__(
        self,
        documents: Iterable[GivenT],
        options: ExtractionOptions,
        limits: Limits,
        begin: Open,
        retries: Retries,
        timeout: float,
        window: int,
    ) -> None:
        self._source: Iterator[GivenT] | None = iter(documents)
        self._options = options
        self._limits = limits
        self._begin = begin
        self._retries = retries
        self._timeout = timeout
        self._window = window
        self._stream: Stream | None = None
        # In order; the sequence of the first, from which those of the others follow.
        self._entries: deque[_Entry[GivenT]] = deque()
        self._first = 0
        # Streams that broke, and seconds that were waited, since the last answer.
        self._failed = 0
        self._idle = 0.0

    def run(self) -> Iterator[tuple[GivenT, Outcome]]:
        """Every document with its outcome. Raises AscribeError where nothing can be answered any more."""
        try:
            while True:
                self._take_what_is_there()
                if self._entries and (outcome := self._entries[0].outcome) is not None:
                    self._first += 1
                    yield self._entries.popleft().given, outcome
                elif self._source is not None and len(self._entries) < self._window:
                    self._pull(self._source)
                elif self._entries:
                    self._wait()
                else:
                    self._let_end()
                    return
        finally:
            self._drop_stream()

    def _take_what_is_there(self) -> None:
        while self._stream is not None:
            try:
                event = self._stream.receive(0)
            except queue.Empty:
                return
            self._handle(event)

    def _wait(self) -> None:
        """Waits for an answer. Only called where one is due, so that there is a stream."""
        assert self._stream is not None
        began = time.monotonic()
        try:
            event = self._stream.receive(max(self._timeout - self._idle, 0))
        except queue.Empty:
            message = f"no answer for {self._timeout} seconds"
            raise AscribeError(grpc.StatusCode.DEADLINE_EXCEEDED, message) from None
        self._idle += time.monotonic() - began
        self._handle(event)

    def _pull(self, source: Iterator[GivenT]) -> None:
        """Takes the next document, and sends it if the server will read it."""
        try:
            entry = _Entry(next(source))
        except StopIteration:
            self._source = None
            if self._stream is not None:
                self._stream.end_requests()
            return
        try:
            message = as_message(entry.given)
            check_length(message, self._limits, min(MAX_MESSAGE_BYTES, self._limits.max_request_bytes))
            entry.message = message
        except AscribeError as error:
            entry.outcome = of_document(error, document_id_of(entry.given))
        self._entries.append(entry)
        if entry.message is not None:
            if self._stream is None:
                self._open()
            else:
                self._send(self._stream, self._first + len(self._entries) - 1, entry.message)

    def _open(self) -> None:
        """A stream, and on it everything that isn't answered."""
        self._stream = Stream(self._begin)
        self._stream.send(StreamExtractClaimsRequest(options=self._options))
        for sequence, entry in enumerate(self._entries, self._first):
            if entry.message is not None:
                self._send(self._stream, sequence, entry.message)
        if self._source is None:
            self._stream.end_requests()

    @staticmethod
    def _send(stream: Stream, sequence: int, message: Document) -> None:
        item = StreamExtractClaimsRequest.Item(sequence=sequence, document=message)
        stream.send(StreamExtractClaimsRequest(item=item))

    def _handle(self, event: StreamExtractClaimsResponse | AscribeError) -> None:
        if isinstance(event, AscribeError):
            self._open_again(event)
            return
        index = event.sequence - self._first
        if not 0 <= index < len(self._entries) or self._entries[index].message is None:
            return
        entry = self._entries[index]
        if event.HasField("error"):
            error = of_document(errors.of_status(event.error), document_id_of(entry.given))
            entry.failed += error.retryable
            if error.retryable and entry.failed < self._retries.attempts:
                # As though the stream had ended with it, which it is about to.
                self._open_again(error)
                return
            entry.outcome = error
        else:
            entry.outcome = of_message(DocumentClaims, event.result)
        entry.message = None
        self._failed = 0
        self._idle = 0.0

    def _open_again(self, error: AscribeError) -> None:
        """Waits as long as is right, and sends what isn't answered on another stream."""
        self._drop_stream()
        if all(entry.message is None for entry in self._entries):
            # Opened when the next document comes.
            return
        self._failed += 1
        delay = self._retries.delay(self._failed, error)
        if delay is None or self._idle + delay >= self._timeout:
            raise error
        time.sleep(delay)
        self._idle += delay
        self._open()

    def _let_end(self) -> None:
        """Everything is answered: lets the server end the call, for its books."""
        if self._stream is not None:
            with contextlib.suppress(queue.Empty):
                self._stream.receive(self._timeout)

    def _drop_stream(self) -> None:
        if self._stream is not None:
            self._stream.cancel()
            self._stream = None
