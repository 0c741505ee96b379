"""What goes wrong: an error of gRPC, or the status of one document of many -> AscribeError."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import grpc
import grpc.aio
from google.rpc import error_details_pb2, status_pb2

_CODES = {code.value[0]: code for code in grpc.StatusCode}

_STATUS_TRAILER = "grpc-status-details-bin"
_PUSHBACK_TRAILER = "grpc-retry-pushback-ms"
_REQUEST_ID = "x-request-id"


@dataclass(frozen=True)
class FieldViolation:
    """A field of the request that is wrong."""

    field: str
    """Its path: "document.text". In the error of one document of many it begins at the document: "text"."""
    description: str
    """What is wrong with it, to be read after the path: "is empty"."""


class AscribeError(Exception):
    """Why a call, or one document of many, has no answer. Calls have the `grpc.RpcError` as `__cause__`."""

    code: grpc.StatusCode
    """gRPC's code."""
    message: str
    """For people."""
    reason: str
    """For programs, in capitals: "INVALID_FIELDS", "QUEUE_FULL". Empty: it doesn't come from the service itself."""
    field_violations: tuple[FieldViolation, ...]
    """Every field that is wrong, where the reason is that."""
    retry_delay: float | None
    """Seconds after which it may go better. None: the server doesn't say."""
    retryable: bool
    """Whether the same may go well later: UNAVAILABLE, unless the server forbids it, and used-up quotas."""
    request_id: str
    """The call as the server's log has it. Empty: it isn't known."""
    document_id: str
    """The document that it is about, by the caller's own name. Empty: it is about none, or that has no name."""

    def __init__(
        self,
        code: grpc.StatusCode,
        message: str,
        reason: str = "",
        field_violations: tuple[FieldViolation, ...] = (),
        retry_delay: float | None = None,
        retryable: bool = False,
        request_id: str = "",
        document_id: str = "",
    ) -> None:
        # All of it, so that errors can be pickled.
        super().__init__(code, message, reason, field_violations, retry_delay, retryable, request_id, document_id)
        self.code = code
        self.message = message
        self.reason = reason
        self.field_violations = field_violations
        self.retry_delay = retry_delay
        self.retryable = retryable
        self.request_id = request_id
        self.document_id = document_id

    def __str__(self) -> str:
        reason = f" ({self.reason})" if self.reason else ""
        return f"{self.code.name}{reason}: {self.message}"


def invalid(*violations: FieldViolation) -> AscribeError:
    """What the server says of wrong fields, for what isn't sent to it."""
    first = violations[0]
    message = f"{first.field} {first.description}"
    return AscribeError(grpc.StatusCode.INVALID_ARGUMENT, message, "INVALID_FIELDS", violations)


def message_too_large(size: int, limit: int) -> AscribeError:
    """What the server says of a message over its limit, for one that isn't sent to it. Both in bytes."""
    message = f"the request has {size} bytes, more than {limit}"
    return AscribeError(grpc.StatusCode.RESOURCE_EXHAUSTED, message, "MESSAGE_TOO_LARGE")


def of_call(error: grpc.RpcError) -> AscribeError:
    """The error that a call ended with."""
    if not isinstance(error, (grpc.Call, grpc.aio.AioRpcError)):
        return AscribeError(grpc.StatusCode.UNKNOWN, str(error))
    trailers = _texts_and_bytes(error.trailing_metadata())
    headers = _texts_and_bytes(error.initial_metadata())
    status = status_pb2.Status()
    details = trailers.get(_STATUS_TRAILER)
    if isinstance(details, bytes):
        status.ParseFromString(details)
    request_id = trailers.get(_REQUEST_ID) or headers.get(_REQUEST_ID)
    pushback = trailers.get(_PUSHBACK_TRAILER)
    return _of_details(
        error.code(),
        error.details() or "",
        status,
        str(pushback) if pushback is not None else None,
        str(request_id or ""),
    )


def of_status(status: status_pb2.Status) -> AscribeError:
    """The error of one document of a batch or stream."""
    code = _CODES.get(status.code, grpc.StatusCode.UNKNOWN)
    return _of_details(code, status.message, status, None, "")


def _of_details(
    code: grpc.StatusCode, message: str, status: status_pb2.Status, pushback: str | None, request_id: str
) -> AscribeError:
    reason = ""
    violations: tuple[FieldViolation, ...] = ()
    delay: float | None = None
    for detail in status.details:
        info = error_details_pb2.ErrorInfo()
        bad_request = error_details_pb2.BadRequest()
        retry = error_details_pb2.RetryInfo()
        if detail.Unpack(info):
            reason = info.reason
        elif detail.Unpack(bad_request):
            violations = tuple(FieldViolation(one.field, one.description) for one in bad_request.field_violations)
        elif detail.Unpack(retry):
            delay = max(retry.retry_delay.seconds + retry.retry_delay.nanos / 1e9, 0.0)
    forbidden = False
    if pushback is not None:
        # gRFC A6: what is no number of milliseconds, as "-1", says not to come back.
        if pushback.isascii() and pushback.isdigit():
            delay = int(pushback) / 1000
        else:
            forbidden = True
            delay = None
    retryable = not forbidden and (
        code is grpc.StatusCode.UNAVAILABLE or (code is grpc.StatusCode.RESOURCE_EXHAUSTED and delay is not None)
    )
    return AscribeError(code, message, reason, violations, delay, retryable, request_id)


def _texts_and_bytes(metadata: Iterable[tuple[str, str | bytes]] | None) -> dict[str, str | bytes]:
    return {key: value for key, value in metadata or ()}
