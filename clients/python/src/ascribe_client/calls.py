"""The requests of single calls, and what is made of their answers: the same for both clients."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeVar

import grpc
from google.protobuf.message import Message

from . import checks, errors
from .claims_pb2 import (
    ExtractClaimsRequest,
    ExtractClaimsResponse,
    OffsetEncoding,
    VerifyQuotationsRequest,
    VerifyQuotationsResponse,
)
from .documents import (
    MAX_MESSAGE_BYTES,
    Alias,
    Document,
    ExtractionOptions,
    Published,
    aliases_of,
    as_message,
    options_of,
    quotation_of,
)
from .records import DocumentClaims, Quotation, Verification, of_message

SERVICE = "/ascribe.v1.ClaimService/"
HEALTH = "/grpc.health.v1.Health/Check"
SERVING = 1

MessageT = TypeVar("MessageT", bound=Message)

# The seconds that one call has where nothing else is said.
TIMEOUT = 60.0

_TIMING_TRAILER = "server-timing"


def extract_request(
    text: str, document_id: str, published: Published, language: str, options: ExtractionOptions | None
) -> ExtractClaimsRequest:
    """What `extract` sends."""
    given = Document(text, document_id, published, language)
    return _checked(ExtractClaimsRequest(document=as_message(given), options=options_of(options)))


def extracted(answer: ExtractClaimsResponse, trailers: Any) -> DocumentClaims:
    """What `extract` returns."""
    return of_message(DocumentClaims, answer.result, server_timing=_timing(trailers))


def verify_request(
    text: str,
    quotations: Iterable[str | tuple[str, str | None] | Quotation],
    document_id: str,
    language: str,
    aliases: Iterable[Alias],
) -> VerifyQuotationsRequest:
    """What `verify` sends."""
    listed = list(checks.listed("quotations", quotations))
    return _checked(
        VerifyQuotationsRequest(
            document=as_message(Document(text, document_id, None, language)),
            quotations=[quotation_of(one, place) for place, one in enumerate(listed)],
            offset_encoding=OffsetEncoding.OFFSET_ENCODING_CODE_POINTS,
            aliases=[alias.to_message() for alias in aliases_of(aliases)],
        )
    )


def verified(answer: VerifyQuotationsResponse, trailers: Any) -> Verification:
    """What `verify` returns."""
    return of_message(Verification, answer, server_timing=_timing(trailers))


def check_size(size: int) -> None:
    """No message over the limit is sent. In bytes."""
    if size > MAX_MESSAGE_BYTES:
        raise errors.message_too_large(size, MAX_MESSAGE_BYTES)


def check_timeout(timeout: float) -> float:
    """The seconds that a call has."""
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)):
        raise TypeError(f"timeout is {checks.shown(timeout)}, not a number of seconds")
    if not timeout > 0:
        raise ValueError(f"the timeout is above 0: {timeout}")
    return float(timeout)


def check_window(window: int) -> None:
    """How many documents are held at a time."""
    if window < 1:
        raise ValueError(f"the window holds at least 1 document: {window}")


def failure_of(error: grpc.RpcError) -> errors.AscribeError:
    """The error that a call ended with, with gRPC's as its cause."""
    failure = errors.of_call(error)
    failure.__cause__ = error
    return failure


def _checked(message: MessageT) -> MessageT:
    check_size(message.ByteSize())
    return message


def _timing(trailers: Any) -> dict[str, float]:
    """Milliseconds by name, of "queue;dur=1.204, compute;dur=12.518"."""
    pairs: list[tuple[str, str | bytes]] = list(trailers or ())
    written = next((value for key, value in pairs if key == _TIMING_TRAILER), "")
    found = re.findall(r"([\w-]+);dur=([0-9.]+)", written if isinstance(written, str) else "")
    return {name: float(milliseconds) for name, milliseconds in found}
