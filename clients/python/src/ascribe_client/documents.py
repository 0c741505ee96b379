"""What callers give -> the messages that are sent, and whether they may be."""

from __future__ import annotations

import datetime
from typing import TypeAlias, TypeVar

from google.protobuf.timestamp_pb2 import Timestamp

from .claims_pb2 import Document, DocumentClaims, ExtractionOptions, Limits, OffsetEncoding
from .errors import AscribeError, FieldViolation, invalid, message_too_large

MAX_MESSAGE_BYTES = 4 * 1024 * 1024
"""The longest message that is sent, whatever the server would take."""

# A field's tag and length around a document, at most: one byte of field number and five of length, twice where an
# item of a stream holds it, and its sequence.
FRAME_BYTES = 24

Given: TypeAlias = str | Document
"""A document as callers give it: its text, or the message that `document` makes."""
Outcome: TypeAlias = DocumentClaims | AscribeError
"""What becomes of one document of many."""

GivenT = TypeVar("GivenT", bound=Given)


def document(
    text: str,
    *,
    document_id: str = "",
    published: datetime.date | datetime.datetime | None = None,
    language: str = "",
) -> Document:
    """A document for `Client.extract_many` and `Client.extract_batch`.

    `document_id` is the caller's own name for it, at most 256 bytes of UTF-8, and comes back in the answer.
    `published` is what "on Tuesday" is reckoned from, by its day in UTC; a datetime without a zone is taken to be in
    UTC. Where it is another day in UTC than where the text was published, give the date alone. `language` is a BCP 47
    code such as "en-GB"; empty: English.
    """
    for field, value in (("text", text), ("document_id", document_id), ("language_code", language)):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            description = f"holds half of a surrogate pair at character {error.start}"
            raise invalid(FieldViolation(field, description)) from error
    time = None if published is None else _timestamp(published)
    return Document(document_id=document_id, text=text, language_code=language, publish_time=time)


def as_message(given: Given) -> Document:
    """What is sent for it."""
    return given if isinstance(given, Document) else document(given)


def in_code_points(options: ExtractionOptions | None) -> ExtractionOptions:
    """A copy whose spans count what Python's strings count, unless it asks for something else."""
    asked = ExtractionOptions()
    if options is not None:
        asked.CopyFrom(options)
    if asked.offset_encoding == OffsetEncoding.OFFSET_ENCODING_UNSPECIFIED:
        asked.offset_encoding = OffsetEncoding.OFFSET_ENCODING_CODE_POINTS
    return asked


def check_length(message: Document, limits: Limits, room: int) -> None:
    """Raises where the document is longer than the server takes, or than `room`, in bytes, by itself."""
    size = message.ByteSize()
    if size > limits.max_document_bytes:
        text_bytes = len(message.text.encode())
        if text_bytes > limits.max_document_bytes:
            raise invalid(FieldViolation("text", f"has {text_bytes} bytes, more than {limits.max_document_bytes}"))
    if size + FRAME_BYTES > room:
        raise message_too_large(size, room)


def of_document(error: AscribeError) -> AscribeError:
    """The same error with paths that begin at the document, wherever in a request it stood."""

    def within(field: str) -> str:
        head, separator, path = field.partition("document.")
        if separator and head in ("", "item."):
            return path
        head, separator, path = field.partition("].")
        return path if separator and head.startswith("documents[") else field

    violations = tuple(FieldViolation(within(one.field), one.description) for one in error.field_violations)
    return AscribeError(
        error.code,
        error.message,
        error.reason,
        violations,
        error.retry_delay,
        error.retryable,
        error.request_id,
    )


def _timestamp(published: datetime.date | datetime.datetime) -> Timestamp:
    if not isinstance(published, datetime.datetime):
        published = datetime.datetime(published.year, published.month, published.day)
    if published.tzinfo is None:
        published = published.replace(tzinfo=datetime.timezone.utc)
    time = Timestamp()
    time.FromDatetime(published)
    return time
