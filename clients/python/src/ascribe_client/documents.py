"""What callers give -> the messages that are sent, and whether they may be."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from google.protobuf.timestamp_pb2 import Timestamp

from . import checks, claims_pb2
from .enums import AttributionType, ClaimView, EntityKind, OffsetEncoding, QuotationKind
from .errors import AscribeError, FieldViolation, invalid, message_too_large
from .records import DocumentClaims, Quotation

MAX_MESSAGE_BYTES = 4 * 1024 * 1024
"""The longest message that is sent, whatever the server would take."""

# A field's tag and length around a document, at most: one byte of field number and five of length, twice where an
# item of a stream holds it, and its sequence.
FRAME_BYTES = 24

Published: TypeAlias = str | datetime.date | datetime.datetime | None
"""When a text was published: a date, a time, or either as ISO 8601 writes it."""


@dataclass(frozen=True)
class Document:
    """A text, and what is known of it.

    `document_id` is the caller's own name for it, at most 256 bytes of UTF-8, and comes back in the answer.
    `published` is what "on Tuesday" is reckoned from, by its day in UTC: a date, a datetime, or either as a string of
    ISO 8601; a time without a zone is taken to be in UTC. Where it is another day in UTC than where the text was
    published, give the date alone. None, and what pandas has for nothing: it isn't known. `language` is a BCP 47 code
    such as "en-GB"; empty: English.
    """

    text: str
    document_id: str = ""
    published: Published = None
    language: str = ""

    def __post_init__(self) -> None:
        for parameter in ("text", "document_id", "language"):
            checks.string(parameter, getattr(self, parameter))
        object.__setattr__(self, "published", checks.day("published", self.published))


def document(text: str, *, document_id: str = "", published: Published = None, language: str = "") -> Document:
    """The same as `Document`, with all but the text by name."""
    return Document(text, document_id, published, language)


Given: TypeAlias = str | Document
"""A document as callers give it: its text, or with what is known of it."""
Outcome: TypeAlias = DocumentClaims | AscribeError
"""What becomes of one document of many."""

GivenT = TypeVar("GivenT", bound=Given)


@dataclass(frozen=True)
class Alias:
    """Somebody whom the caller knows, and what texts may call them."""

    name: str
    """What `source.resolved_name` is to be."""
    variants: Iterable[str] = ()
    title: str = ""
    entity_kind: EntityKind | str = EntityKind.UNSPECIFIED

    def __post_init__(self) -> None:
        variants = tuple(checks.listed("variants", self.variants))
        for variant in variants:
            checks.string("a variant", variant)
        checks.string("name", self.name)
        checks.string("title", self.title)
        object.__setattr__(self, "variants", variants)
        object.__setattr__(self, "entity_kind", EntityKind(self.entity_kind))

    def to_message(self) -> claims_pb2.Alias:
        """What is sent for it."""
        kind = EntityKind(self.entity_kind).full_name
        return claims_pb2.Alias(name=self.name, variants=self.variants, title=self.title, entity_kind=kind)


@dataclass(frozen=True)
class ExtractionOptions:
    """What to return of the claims that were found, and how.

    Enums may be given by name: `ExtractionOptions(view="FULL", kinds=["DIRECT", "MIXED"])`.
    """

    offset_encoding: OffsetEncoding | str = OffsetEncoding.CODE_POINTS
    """What spans count; what Python's strings count, unless it is something else."""
    view: ClaimView | str = ClaimView.BASIC
    min_confidence: float | None = None
    """Leaves out claims below this. None: 0.35."""
    kinds: Iterable[QuotationKind | str] = ()
    types: Iterable[AttributionType | str] = ()
    max_claims: int = 0
    """At most this many, the first in the text. 0: as many as the server returns."""
    aliases: Iterable[Alias] = ()

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "offset_encoding", OffsetEncoding(self.offset_encoding))
        set_(self, "view", ClaimView(self.view))
        set_(self, "kinds", tuple(QuotationKind(kind) for kind in checks.listed("kinds", self.kinds)))
        set_(self, "types", tuple(AttributionType(type_) for type_ in checks.listed("types", self.types)))
        set_(self, "aliases", aliases_of(self.aliases))
        if self.min_confidence is not None and not 0 <= self.min_confidence <= 1:
            raise ValueError(f"min_confidence is {self.min_confidence}, not between 0 and 1")
        if isinstance(self.max_claims, bool) or not isinstance(self.max_claims, int) or self.max_claims < 0:
            raise ValueError(f"max_claims is {checks.shown(self.max_claims)}, not a whole number from 0 on")

    def to_message(self) -> claims_pb2.ExtractionOptions:
        """What is sent for them."""
        encoding = OffsetEncoding(self.offset_encoding)
        if encoding is OffsetEncoding.UNSPECIFIED:
            encoding = OffsetEncoding.CODE_POINTS
        return claims_pb2.ExtractionOptions(
            offset_encoding=encoding.full_name,
            view=ClaimView(self.view).full_name,
            min_confidence=self.min_confidence,
            max_claims=min(self.max_claims, 2**31 - 1),
            kinds=[QuotationKind(kind).full_name for kind in self.kinds],
            types=[AttributionType(type_).full_name for type_ in self.types],
            aliases=[alias.to_message() for alias in self.aliases],
        )


def options_of(options: ExtractionOptions | None) -> claims_pb2.ExtractionOptions:
    """The message of the options that callers give."""
    if options is None:
        return ExtractionOptions().to_message()
    if not isinstance(options, ExtractionOptions):
        raise TypeError(f"options are {checks.shown(options)}: give ExtractionOptions(…)")
    return options.to_message()


def aliases_of(aliases: Iterable[Alias]) -> tuple[Alias, ...]:
    """Whom callers know."""
    listed = tuple(checks.listed("aliases", aliases))
    for alias in listed:
        if not isinstance(alias, Alias):
            raise TypeError(f"an alias is {checks.shown(alias)}: give Alias(name, variants)")
    return listed


def as_message(given: Given) -> claims_pb2.Document:
    """What is sent for a document. Raises AscribeError where it can't be sent, and TypeError where it is none."""
    if isinstance(given, str):
        given = Document(given)
    elif not isinstance(given, Document):
        if checks.is_missing(given):
            # A cell of a table without a text: that document's own error.
            raise invalid(FieldViolation("text", f"is missing ({checks.shown(given)})"))
        raise TypeError(f"a document is {checks.shown(given)}: give a string or Document(text, …)")
    fields = (("text", given.text), ("document_id", given.document_id), ("language_code", given.language))
    text, document_id, language = (checks.encodable(field, value) for field, value in fields)
    day = checks.day("published", given.published)
    time = None if day is None else _timestamp(day)
    return claims_pb2.Document(document_id=document_id, text=text, language_code=language, publish_time=time)


def quotation_of(given: object, place: int) -> claims_pb2.VerifyQuotationsRequest.Quotation:
    """The message of a quotation: its words, a pair of them with who is said to have said them, or a `Quotation`."""
    parameter = f"quotations[{place}]"
    if isinstance(given, str):
        given = Quotation(given)
    elif isinstance(given, tuple) and len(given) == 2:
        # Whoever has no speaker for it asks for none.
        given = Quotation(given[0], "" if checks.is_missing(given[1]) else given[1])
    if not isinstance(given, Quotation):
        hint = "give its words, a pair (words, speaker), or Quotation(text, speaker, quotation_id)"
        raise TypeError(f"{parameter} is {checks.shown(given)}: {hint}")
    values = {}
    for field in ("text", "speaker", "quotation_id"):
        value = checks.string(f"{parameter}.{field}", getattr(given, field))
        values[field] = checks.encodable(f"{parameter}.{field}", value)
    return claims_pb2.VerifyQuotationsRequest.Quotation(**values)


def check_length(message: claims_pb2.Document, limits: claims_pb2.Limits, room: int) -> None:
    """Raises where the document is longer than the server takes, or than `room`, in bytes, by itself."""
    size = message.ByteSize()
    if size > limits.max_document_bytes:
        text_bytes = len(message.text.encode())
        if text_bytes > limits.max_document_bytes:
            raise invalid(FieldViolation("text", f"has {text_bytes} bytes, more than {limits.max_document_bytes}"))
    if size + FRAME_BYTES > room:
        raise message_too_large(size, room)


def document_id_of(given: object) -> str:
    """The caller's own name for a document; empty where it has none."""
    return given.document_id if isinstance(given, Document) else ""


def of_document(error: AscribeError, document_id: str) -> AscribeError:
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
        document_id,
    )


def _timestamp(published: datetime.date | datetime.datetime) -> Timestamp:
    if not isinstance(published, datetime.datetime):
        published = datetime.datetime(published.year, published.month, published.day)
    if published.tzinfo is None:
        published = published.replace(tzinfo=datetime.timezone.utc)
    time = Timestamp()
    time.FromDatetime(published)
    return time
