"""The same calls for asyncio: what waits for the server lets other tasks go on."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, TypeVar

import grpc
import grpc.aio
from google.protobuf.message import Message
from google.protobuf.wrappers_pb2 import Int32Value, StringValue

from . import calls, checks, connection
from .calls import HEALTH, SERVICE, SERVING
from .claims_pb2 import (
    ExtractClaimsRequest,
    ExtractClaimsResponse,
    ExtractionOptions as OptionsMessage,
    GetExtractorInfoRequest,
    GetExtractorInfoResponse,
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
    as_message,
    document_id_of,
    of_document,
    options_of,
)
from .errors import AscribeError
from .records import DocumentClaims, ExtractorInfo, Quotation, Verification, of_message
from .retries import Retries

RequestT = TypeVar("RequestT", bound=Message)
ResponseT = TypeVar("ResponseT", bound=Message)


class AsyncClient:
    """A connection to a server, for one event loop. Use it in an `async with`, or `close` it.

    Parameters, repetitions and errors are those of `Client`.
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
        """As at `Client`."""
        self._timeout = calls.check_timeout(timeout)
        self._retries = retries or Retries()
        self._metadata = connection.bearer(api_key)
        address, tls = connection.address(target, tls)
        self._contact = connection.Contact(address, self._retries.first_contact)
        if tls is None:
            self._channel = grpc.aio.insecure_channel(address, options=connection.OPTIONS)
        else:
            credentials = connection.credentials(tls)
            self._channel = grpc.aio.secure_channel(address, credentials, options=connection.OPTIONS)
        self._extract = self._method("ExtractClaims", ExtractClaimsRequest, ExtractClaimsResponse)
        self._verify = self._method("VerifyQuotations", VerifyQuotationsRequest, VerifyQuotationsResponse)
        self._info = self._method("GetExtractorInfo", GetExtractorInfoRequest, GetExtractorInfoResponse)
        self._health = self._channel.unary_unary(
            HEALTH, request_serializer=StringValue.SerializeToString, response_deserializer=Int32Value.FromString
        )

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends the connection and what runs on it."""
        await self._channel.close()

    async def extract(
        self,
        text: str,
        *,
        document_id: str = "",
        published: Published = None,
        language: str = "",
        options: ExtractionOptions | None = None,
    ) -> DocumentClaims:
        """The claims of one text, as `Client.extract` has them."""
        request = calls.extract_request(text, document_id, published, language, options)
        try:
            return calls.extracted(*await self._call(self._extract, request))
        except AscribeError as error:
            error.document_id = document_id
            raise

    async def extract_many(
        self,
        documents: Iterable[GivenT] | AsyncIterable[GivenT],
        *,
        options: ExtractionOptions | None = None,
        window: int = 32,
    ) -> AsyncIterator[tuple[GivenT, Outcome]]:
        """The claims of any number of texts: each as it was given, in order, with its outcome.

        An outcome is the claims, or the AscribeError of that document alone. At most `window` documents are held at a
        time, each in a call of its own. Where the server can't be reached, every document has that error.
        """
        calls.check_window(window)
        asked = options_of(options)
        calls.check_size(asked.ByteSize() + FRAME_BYTES)
        source = documents if isinstance(documents, AsyncIterable) else _each(checks.listed("documents", documents))
        under_way: deque[tuple[GivenT, asyncio.Task[Outcome]]] = deque()
        try:
            async for given in source:
                under_way.append((given, asyncio.create_task(self._outcome(given, asked))))
                if len(under_way) >= window:
                    first, task = under_way.popleft()
                    yield first, await task
            while under_way:
                first, task = under_way.popleft()
                yield first, await task
        finally:
            for _, task in under_way:
                task.cancel()

    async def verify(
        self,
        text: str,
        quotations: Iterable[str | tuple[str, str | None] | Quotation],
        *,
        document_id: str = "",
        language: str = "",
        aliases: Iterable[Alias] = (),
    ) -> Verification:
        """What the text says of each quotation, as `Client.verify` has it."""
        request = calls.verify_request(text, quotations, document_id, language, aliases)
        try:
            return calls.verified(*await self._call(self._verify, request))
        except AscribeError as error:
            error.document_id = document_id
            raise

    async def info(self) -> ExtractorInfo:
        """What the server runs and the limits that it enforces."""
        return of_message(ExtractorInfo, (await self._call(self._info, GetExtractorInfoRequest()))[0])

    async def health(self) -> bool:
        """Whether the server is there and takes calls. Needs no key, and asks once."""
        try:
            answer = await self._health(StringValue(), timeout=self._timeout)
        except grpc.RpcError as error:
            failure = calls.failure_of(error)
            if failure.code is grpc.StatusCode.UNAVAILABLE:
                return False
            raise failure from error
        return bool(answer.value == SERVING)

    async def _outcome(self, given: Given, options: OptionsMessage) -> Outcome:
        try:
            request = ExtractClaimsRequest(document=as_message(given), options=options)
            calls.check_size(request.ByteSize())
            return calls.extracted(*await self._call(self._extract, request))
        except AscribeError as error:
            outcome = of_document(error, document_id_of(given))
            outcome.__cause__ = error.__cause__
            return outcome

    def _method(
        self, name: str, request: type[RequestT], response: type[ResponseT]
    ) -> grpc.aio.UnaryUnaryMultiCallable[RequestT, ResponseT]:
        serialize: Callable[[RequestT], bytes] = request.SerializeToString
        return self._channel.unary_unary(
            SERVICE + name, request_serializer=serialize, response_deserializer=response.FromString
        )

    async def _call(
        self, method: grpc.aio.UnaryUnaryMultiCallable[RequestT, ResponseT], request: RequestT
    ) -> tuple[ResponseT, Any]:
        """Calls until there is an answer, or no sense in going on. The answer, and its trailers."""
        began = time.monotonic()
        deadline = began + self._timeout
        failed = 0
        while True:
            try:
                call = method(request, timeout=deadline - time.monotonic(), metadata=self._metadata)
                answer = await call
                self._contact.answered()
                return answer, await call.trailing_metadata()
            except grpc.RpcError as error:
                failure = calls.failure_of(error)
                if (unreachable := self._contact.failed(failure, time.monotonic() - began)) is not None:
                    raise unreachable from error
                failed += 1
                delay = self._retries.delay(failed, failure)
                if delay is None or time.monotonic() + delay >= deadline:
                    raise failure from error
            await asyncio.sleep(delay)


async def _each(documents: Iterable[GivenT]) -> AsyncIterator[GivenT]:
    source: Iterator[GivenT] = iter(documents)
    for given in source:
        yield given
