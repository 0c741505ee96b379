"""The methods of the service, for Python: calls that are tried again where that helps."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, TypeVar

import grpc
from google.protobuf.message import Message
from google.protobuf.wrappers_pb2 import Int32Value, StringValue

from . import batch, calls, checks, claims_pb2, connection
from .calls import HEALTH, SERVICE, SERVING
from .claims_pb2 import (
    BatchExtractClaimsRequest,
    BatchExtractClaimsResponse,
    ExtractClaimsRequest,
    ExtractClaimsResponse,
    GetExtractorInfoRequest,
    GetExtractorInfoResponse,
    StreamExtractClaimsRequest,
    StreamExtractClaimsResponse,
    VerifyQuotationsRequest,
    VerifyQuotationsResponse,
)
from .connection import Tls
from .documents import (
    FRAME_BYTES,
    Alias,
    ExtractionOptions,
    Given,
    GivenT,
    Outcome,
    Published,
    options_of,
)
from .errors import AscribeError
from .flow import Flow
from .records import DocumentClaims, ExtractorInfo, Quotation, Verification, of_message
from .retries import Retries

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
        tls: Tls = None,
        timeout: float = calls.TIMEOUT,
        retries: Retries | None = None,
    ) -> None:
        """`target` is "localhost:50051", "http://localhost:50051", "https://host" (with gRPC's own authorities, unless
        `tls` names others), or any name that gRPC knows.

        `api_key` is what `ascribe key` told; keys travel as they are, so give `tls` too. `tls` names a file with the
        certificates of authorities to trust, PEM; for others, or for a certificate of the client's own, it is what
        `grpc.ssl_channel_credentials` makes. None: plain text.

        `timeout` is the seconds that one call may take with all its repetitions, and in `extract_many` those that may
        pass without an answer.
        """
        self._timeout = calls.check_timeout(timeout)
        self._retries = retries or Retries()
        self._metadata = connection.bearer(api_key)
        address, tls = connection.address(target, tls)
        self._contact = connection.Contact(address, self._retries.first_contact)
        if tls is None:
            self._channel = grpc.insecure_channel(address, options=connection.OPTIONS)
        else:
            self._channel = grpc.secure_channel(address, connection.credentials(tls), options=connection.OPTIONS)
        self._extract = self._method("ExtractClaims", ExtractClaimsRequest, ExtractClaimsResponse)
        self._batch = self._method("BatchExtractClaims", BatchExtractClaimsRequest, BatchExtractClaimsResponse)
        self._verify = self._method("VerifyQuotations", VerifyQuotationsRequest, VerifyQuotationsResponse)
        self._info = self._method("GetExtractorInfo", GetExtractorInfoRequest, GetExtractorInfoResponse)
        self._stream = self._channel.stream_stream(
            SERVICE + "StreamExtractClaims",
            request_serializer=StreamExtractClaimsRequest.SerializeToString,
            response_deserializer=StreamExtractClaimsResponse.FromString,
        )
        # On the wire the messages of gRPC's health protocol are these: one field with the number 1.
        self._health = self._channel.unary_unary(
            HEALTH, request_serializer=StringValue.SerializeToString, response_deserializer=Int32Value.FromString
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
        published: Published = None,
        language: str = "",
        options: ExtractionOptions | None = None,
    ) -> DocumentClaims:
        """The claims of one text. What the parameters say of it is told at `Document`.

        Spans count code points, unless the options ask for something else: `text[span.start:span.end]`.
        """
        request = calls.extract_request(text, document_id, published, language, options)
        try:
            return calls.extracted(*self._call(self._extract, request))
        except AscribeError as error:
            error.document_id = document_id
            raise

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
        calls.check_window(window)
        return self._flow(checks.listed("documents", documents), options_of(options), window)

    def extract_batch(self, documents: Iterable[Given], *, options: ExtractionOptions | None = None) -> list[Outcome]:
        """The claims of a list of texts, in its order, in as few calls as the server's limits allow.

        An outcome is the claims, or the AscribeError of that document alone. Raises where the first call fails; where a
        later one does, its documents and those after it have its error as their outcome. Each call has the client's
        timeout for itself.
        """
        listed = list(checks.listed("documents", documents))
        if not listed:
            return []
        asked = options_of(options)
        calls.check_size(asked.ByteSize() + FRAME_BYTES)

        def send(request: BatchExtractClaimsRequest) -> BatchExtractClaimsResponse:
            return self._call(self._batch, request)[0]

        return batch.extract_all(listed, asked, self._limits(), self._retries, send)

    def verify(
        self,
        text: str,
        quotations: Iterable[str | tuple[str, str | None] | Quotation],
        *,
        document_id: str = "",
        language: str = "",
        aliases: Iterable[Alias] = (),
    ) -> Verification:
        """What the text says of each quotation: whether it holds it, as it is or altered, and who says it there.

        A quotation is its words, a pair of its words and who is said to have said them (None or "": nobody is asked
        for), or a `Quotation`. A speaker may be named by any variant of one of the `aliases`. Spans count code points.
        """
        request = calls.verify_request(text, quotations, document_id, language, aliases)
        try:
            return calls.verified(*self._call(self._verify, request))
        except AscribeError as error:
            error.document_id = document_id
            raise

    def info(self) -> ExtractorInfo:
        """What the server runs and the limits that it enforces."""
        return of_message(ExtractorInfo, self._call(self._info, GetExtractorInfoRequest())[0])

    def _limits(self) -> claims_pb2.Limits:
        return self._call(self._info, GetExtractorInfoRequest())[0].limits

    def health(self) -> bool:
        """Whether the server is there and takes calls. Needs no key, and asks once."""
        try:
            answer = self._health(StringValue(), timeout=self._timeout)
        except grpc.RpcError as error:
            failure = calls.failure_of(error)
            if failure.code is grpc.StatusCode.UNAVAILABLE:
                return False
            raise failure from error
        return answer.value == SERVING

    def _flow(
        self, documents: Iterable[GivenT], options: claims_pb2.ExtractionOptions, window: int
    ) -> Iterator[tuple[GivenT, Outcome]]:
        def begin(
            requests: Iterator[StreamExtractClaimsRequest],
        ) -> Iterator[StreamExtractClaimsResponse]:
            return self._stream(requests, metadata=self._metadata)

        calls.check_size(options.ByteSize() + FRAME_BYTES)
        flow = Flow(documents, options, self._limits(), begin, self._retries, self._timeout, window)
        yield from flow.run()

    def _method(
        self, name: str, request: type[RequestT], response: type[ResponseT]
    ) -> grpc.UnaryUnaryMultiCallable[RequestT, ResponseT]:
        serialize: Callable[[RequestT], bytes] = request.SerializeToString
        return self._channel.unary_unary(
            SERVICE + name, request_serializer=serialize, response_deserializer=response.FromString
        )

    def _call(
        self, method: grpc.UnaryUnaryMultiCallable[RequestT, ResponseT], request: RequestT
    ) -> tuple[ResponseT, Any]:
        """Calls until there is an answer, or no sense in going on. The answer, and its trailers."""
        began = time.monotonic()
        deadline = began + self._timeout
        failed = 0
        while True:
            try:
                answer, call = method.with_call(request, timeout=deadline - time.monotonic(), metadata=self._metadata)
                self._contact.answered()
                return answer, call.trailing_metadata()
            except grpc.RpcError as error:
                failure = calls.failure_of(error)
                if (unreachable := self._contact.failed(failure, time.monotonic() - began)) is not None:
                    raise unreachable from error
                failed += 1
                delay = self._retries.delay(failed, failure)
                if delay is None or time.monotonic() + delay >= deadline:
                    raise failure from error
            time.sleep(delay)
