"""The methods of the service, for Python: calls that are tried again where that helps."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from importlib import metadata
from types import TracebackType
from typing import TypeVar

import grpc
from google.protobuf.message import Message
from google.protobuf.wrappers_pb2 import Int32Value, StringValue

from . import batch, errors
from .claims_pb2 import (
    BatchExtractClaimsRequest,
    BatchExtractClaimsResponse,
    DocumentClaims,
    ExtractClaimsRequest,
    ExtractClaimsResponse,
    ExtractionOptions,
    GetExtractorInfoRequest,
    GetExtractorInfoResponse,
    OffsetEncoding,
    StreamExtractClaimsRequest,
    StreamExtractClaimsResponse,
    VerifyQuotationsRequest,
    VerifyQuotationsResponse,
)
from .documents import FRAME_BYTES, MAX_MESSAGE_BYTES, Given, GivenT, Outcome, document, in_code_points
from .flow import Flow
from .retries import Retries

_SERVICE = "/ascribe.v1.ClaimService/"
_HEALTH = "/grpc.health.v1.Health/Check"
_SERVING = 1

_OPTIONS: list[tuple[str, str | int]] = [
    ("grpc.primary_user_agent", f"ascribe-client/{metadata.version('ascribe-client')}"),
    # A server that was restarted is found again soon: milliseconds.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 5000),
]

RequestT = TypeVar("RequestT", bound=Message)
ResponseT = TypeVar("ResponseT", bound=Message)


class Client:
    """A connection to a server, for any number of threads. Use it in a `with`, or `close` it.

    What fails raises `AscribeError`. Only what may go well later is tried again, as `retries` has it and within
    `timeout`: UNAVAILABLE, and quotas that are used up; every call of the service is safe to repeat.
    """

    def __init__(
        self,
        target: str,
        *,
        api_key: str | None = None,
        tls: str | os.PathLike[str] | grpc.ChannelCredentials | None = None,
        timeout: float = 60.0,
        retries: Retries | None = None,
    ) -> None:
        """`target` is "localhost:50051", or any name that gRPC knows.

        `api_key` is what `ascribe key` told; keys travel as they are, so give `tls` too. `tls` names a file with the
        certificates of authorities to trust, PEM; for others, or for a certificate of the client's own, it is what
        `grpc.ssl_channel_credentials` makes. None: plain text.

        `timeout` is the seconds that one call may take with all its repetitions, and in `extract_many` those that may
        pass without an answer.
        """
        if timeout <= 0:
            raise ValueError(f"the timeout is above 0: {timeout}")
        self._timeout = timeout
        self._retries = retries or Retries()
        # Keys from files end with their line.
        self._metadata: tuple[tuple[str, str], ...] = (
            () if api_key is None else (("authorization", f"Bearer {api_key.strip()}"),)
        )
        if tls is None:
            self._channel = grpc.insecure_channel(target, options=_OPTIONS)
        else:
            self._channel = grpc.secure_channel(target, _credentials(tls), options=_OPTIONS)
        self._extract = self._method("ExtractClaims", ExtractClaimsRequest, ExtractClaimsResponse)
        self._batch = self._method("BatchExtractClaims", BatchExtractClaimsRequest, BatchExtractClaimsResponse)
        self._verify = self._method("VerifyQuotations", VerifyQuotationsRequest, VerifyQuotationsResponse)
        self._info = self._method("GetExtractorInfo", GetExtractorInfoRequest, GetExtractorInfoResponse)
        self._stream = self._channel.stream_stream(
            _SERVICE + "StreamExtractClaims",
            request_serializer=StreamExtractClaimsRequest.SerializeToString,
            response_deserializer=StreamExtractClaimsResponse.FromString,
        )
        # On the wire the messages of gRPC's health protocol are these: one field with the number 1.
        self._health = self._channel.unary_unary(
            _HEALTH, request_serializer=StringValue.SerializeToString, response_deserializer=Int32Value.FromString
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection and what runs on it."""
        self._channel.close()

    def extract(
        self,
        text: str,
        *,
        document_id: str = "",
        published: date | datetime | None = None,
        language: str = "",
        options: ExtractionOptions | None = None,
    ) -> DocumentClaims:
        """The claims of one text. What the parameters say of it is told at `document`.

        Spans count code points, unless the options ask for something else: `text[span.start:span.end]`.
        """
        given = document(text, document_id=document_id, published=published, language=language)
        request = ExtractClaimsRequest(document=given, options=in_code_points(options))
        return self._call(self._extract, request).result

    def extract_many(
        self,
        documents: Iterable[GivenT],
        *,
        options: ExtractionOptions | None = None,
        window: int = 32,
    ) -> Iterator[tuple[GivenT, Outcome]]:
        """The claims of any number of texts, over one stream: each as it was given, in order, with its outcome.

        An outcome is the claims, or the AscribeError of that document alone. At most `window` documents are held at a
        time, from when they are pulled to when they are yielded. They are pulled in the caller's thread, so that an
        outcome can have to wait for the next document to come: a slow source is better read with `extract`.

        Where the connection is lost or the server turns the stream away, what isn't answered yet is sent again. Raises
        AscribeError once that fails as often as `retries` allows, or nothing comes for the client's timeout.
        """
        if window < 1:
            raise ValueError(f"the window holds at least 1 document: {window}")
        return self._flow(documents, in_code_points(options), window)

    def extract_batch(self, documents: Iterable[Given], *, options: ExtractionOptions | None = None) -> list[Outcome]:
        """The claims of a list of texts, in its order, in as few calls as the server's limits allow.

        An outcome is the claims, or the AscribeError of that document alone. Raises where the first call fails; where a
        later one does, its documents and those after it have its error as their outcome. Each call has the client's
        timeout for itself.
        """
        listed = list(documents)
        if not listed:
            return []
        asked = in_code_points(options)
        _check(asked.ByteSize() + FRAME_BYTES)
        limits = self.info().limits
        return batch.extract_all(listed, asked, limits, self._retries, lambda request: self._call(self._batch, request))

    def verify(
        self,
        text: str,
        quotations: Iterable[str | tuple[str, str] | VerifyQuotationsRequest.Quotation],
        *,
        language: str = "",
    ) -> list[VerifyQuotationsResponse.Item]:
        """What the text says of each quotation: whether it holds it, as it is or altered, and who says it there.

        A quotation is its words, or a pair of its words and who is said to have said them. Spans count code points.
        """
        request = VerifyQuotationsRequest(
            document=document(text, language=language),
            quotations=[_quotation(one) for one in quotations],
            offset_encoding=OffsetEncoding.OFFSET_ENCODING_CODE_POINTS,
        )
        return list(self._call(self._verify, request).items)

    def info(self) -> GetExtractorInfoResponse:
        """What the server runs and the limits that it enforces."""
        return self._call(self._info, GetExtractorInfoRequest())

    def health(self) -> bool:
        """Whether the server is there and takes calls. Needs no key, and asks once."""
        try:
            answer = self._health(StringValue(), timeout=self._timeout)
        except grpc.RpcError as error:
            failure = errors.of_call(error)
            if failure.code is grpc.StatusCode.UNAVAILABLE:
                return False
            raise failure from error
        return answer.value == _SERVING

    def _flow(
        self, documents: Iterable[GivenT], options: ExtractionOptions, window: int
    ) -> Iterator[tuple[GivenT, Outcome]]:
        def begin(
            requests: Iterator[StreamExtractClaimsRequest],
        ) -> Iterator[StreamExtractClaimsResponse]:
            return self._stream(requests, metadata=self._metadata)

        _check(options.ByteSize() + FRAME_BYTES)
        limits = self.info().limits
        flow = Flow(documents, options, limits, begin, self._retries, self._timeout, window)
        yield from flow.run()

    def _method(
        self, name: str, request: type[RequestT], response: type[ResponseT]
    ) -> grpc.UnaryUnaryMultiCallable[RequestT, ResponseT]:
        serialize: Callable[[RequestT], bytes] = request.SerializeToString
        return self._channel.unary_unary(
            _SERVICE + name, request_serializer=serialize, response_deserializer=response.FromString
        )

    def _call(self, method: grpc.UnaryUnaryMultiCallable[RequestT, ResponseT], request: RequestT) -> ResponseT:
        """Calls until there is an answer, or no sense in going on."""
        _check(request.ByteSize())
        deadline = time.monotonic() + self._timeout
        failed = 0
        while True:
            try:
                return method(request, timeout=deadline - time.monotonic(), metadata=self._metadata)
            except grpc.RpcError as error:
                failure = errors.of_call(error)
                failed += 1
                delay = self._retries.delay(failed, failure)
                if delay is None or time.monotonic() + delay >= deadline:
                    raise failure from error
            time.sleep(delay)


def _check(size: int) -> None:
    """No message over the limit is sent. In bytes."""
    if size > MAX_MESSAGE_BYTES:
        raise errors.message_too_large(size, MAX_MESSAGE_BYTES)


def _credentials(tls: str | os.PathLike[str] | grpc.ChannelCredentials) -> grpc.ChannelCredentials:
    if isinstance(tls, grpc.ChannelCredentials):
        return tls
    with open(tls, "rb") as authorities:
        return grpc.ssl_channel_credentials(authorities.read())


def _quotation(
    given: str | tuple[str, str] | VerifyQuotationsRequest.Quotation,
) -> VerifyQuotationsRequest.Quotation:
    if isinstance(given, VerifyQuotationsRequest.Quotation):
        return given
    text, speaker = (given, "") if isinstance(given, str) else given
    return VerifyQuotationsRequest.Quotation(text=text, speaker=speaker)
