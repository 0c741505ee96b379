"""What the service answers, as plain objects: they print, compare, can be pickled, and become dicts and data frames.

In: messages of the contract, whose comments say what each field means. Out: the classes here, with the same names and
fields. A field that the answer may lack is None where it does; lists are tuples.
"""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from . import enums
from .enums import (
    AttributionType,
    ContractEnum,
    EntityKind,
    MentionForm,
    NoticeReason,
    OffsetEncoding,
    QuotationKind,
    SpeakerVerdict,
    SpeechAct,
    Stance,
    Verdict,
    WordEdit,
)

if TYPE_CHECKING:
    import pandas

RecordT = TypeVar("RecordT", bound="Record")


class Record:
    """Something in an answer."""

    def to_dict(self) -> dict[str, Any]:
        """The same as dicts, lists, strings and numbers: what the service's JSON and the command's files have.

        Values of enums are their full names, "SPEECH_ACT_ASSERTION"; what is None isn't there.
        """
        return cast("dict[str, Any]", _plain(self))


@dataclass(frozen=True)
class Span(Record):
    """A stretch of the text, half open: `text[span.start:span.end]`, where offsets count code points."""

    start: int
    end: int


@dataclass(frozen=True)
class Notice(Record):
    """Something that makes an answer doubtful."""

    reason: NoticeReason
    message: str
    span: Span | None


@dataclass(frozen=True)
class Source(Record):
    """Who said it, as written and as resolved."""

    spans: tuple[Span, ...]
    text: str
    form: MentionForm
    resolved_name: str
    resolved_span: Span | None
    entity_kind: EntityKind
    named: bool
    title: str
    entity_id: str


@dataclass(frozen=True)
class Cue(Record):
    """The words that signal that something is attributed."""

    spans: tuple[Span, ...]
    text: str
    lemma: str
    in_lexicon: bool
    stance: Stance


@dataclass(frozen=True)
class Content(Record):
    """What is attributed."""

    spans: tuple[Span, ...]
    text: str


@dataclass(frozen=True)
class TextPart(Record):
    """A stretch of the text, and what it says."""

    span: Span | None
    text: str


@dataclass(frozen=True)
class TimeExpression(Record):
    """When it was said."""

    span: Span | None
    text: str
    resolved: str


@dataclass(frozen=True)
class Explanation(Record):
    """Why a claim was found."""

    pattern: str
    cue_entry: str
    source_confidence: float
    cue_confidence: float
    content_confidence: float


@dataclass(frozen=True)
class Claim(Record):
    """One attribution, resolved: who, how, what, to whom, through what, when."""

    claim_id: str
    parent_claim_id: str
    kind: QuotationKind
    type: AttributionType
    act: SpeechAct
    source: Source | None
    cue: Cue | None
    content: Content
    negated: bool
    hedged: bool
    addressee: TextPart | None
    medium: TextPart | None
    time: TimeExpression | None
    confidence: float
    explanation: Explanation | None
    fingerprint: str
    sentence: Span | None
    quoted: tuple[Span, ...]

    @property
    def speaker(self) -> str:
        """The fullest name of who said it. Empty: the text gives nobody."""
        return self.source.resolved_name if self.source is not None else ""


@dataclass(frozen=True)
class DocumentClaims(Record):
    """What was found in one document."""

    document_id: str
    claims: tuple[Claim, ...]
    offset_encoding: OffsetEncoding
    truncated: bool
    lexicon_version: str
    tagger_version: str
    knowledge_version: str
    notices: tuple[Notice, ...]
    server_timing: Mapping[str, float] = dataclasses.field(default_factory=dict, compare=False, repr=False)
    """How long the document waited ("queue") and was read ("compute"), in milliseconds; of single calls alone."""

    def to_dataframe(self) -> pandas.DataFrame:
        """A row a claim; the columns are told at `ascribe_client.to_dataframe`. Needs pandas."""
        from .frames import to_dataframe

        return to_dataframe(self)


@dataclass(frozen=True)
class WordDifference(Record):
    """A run of words in which a quotation and its passage differ."""

    edit: WordEdit
    quotation_text: str
    quotation_span: Span | None
    document_text: str
    document_span: Span | None


@dataclass(frozen=True)
class Quotation(Record):
    """A passage that somebody says a text holds."""

    text: str
    speaker: str = ""
    """Who is said to have said it. Empty: nobody is asked for."""
    quotation_id: str = ""
    """The caller's own name for it, which comes back."""


@dataclass(frozen=True)
class VerifiedQuotation(Record):
    """How a quotation stands in the text."""

    verdict: Verdict
    span: Span | None
    text: str
    similarity: float
    speaker: str
    speaker_matches: bool | None
    """Whether the text gives it to the speaker that was asked for. None: nobody was."""
    spans: tuple[Span, ...]
    differences: tuple[WordDifference, ...]
    truncated: bool
    speaker_verdict: SpeakerVerdict
    quotation: Quotation | None


@dataclass(frozen=True)
class Verification(Record):
    """What a text says of each quotation, in their order: iterate over it, or take `verification[0]`."""

    items: tuple[VerifiedQuotation, ...]
    offset_encoding: OffsetEncoding
    document_id: str
    notices: tuple[Notice, ...]
    server_timing: Mapping[str, float] = dataclasses.field(default_factory=dict, compare=False, repr=False)
    """As at `DocumentClaims`."""

    def __iter__(self) -> Iterator[VerifiedQuotation]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, place: int) -> VerifiedQuotation:
        return self.items[place]

    def to_dataframe(self) -> pandas.DataFrame:
        """A row a quotation. Needs pandas."""
        from .frames import to_dataframe

        return to_dataframe(self)


@dataclass(frozen=True)
class Limits(Record):
    """The limits that a server enforces."""

    max_document_bytes: int
    max_batch_documents: int
    max_request_bytes: int
    max_stream_in_flight: int
    max_response_bytes: int
    max_claims: int
    max_quotations: int
    max_quotation_bytes: int


@dataclass(frozen=True)
class ExtractorInfo(Record):
    """What a server runs."""

    version: str
    lexicon_version: str
    tagger_version: str
    language_codes: tuple[str, ...]
    limits: Limits
    knowledge_version: str


# Those whose names in the contract are others.
_RENAMED = {"Item": VerifiedQuotation, "VerifyQuotationsResponse": Verification, "GetExtractorInfoResponse": ExtractorInfo}


def of_message(kind: type[RecordT], message: Message, **more: object) -> RecordT:
    """The record that a message holds. `more` is what stands elsewhere."""
    values: dict[str, object] = dict(more)
    fields = message.DESCRIPTOR.fields_by_name
    for field in dataclasses.fields(cast("Any", kind)):
        if field.name not in values and field.name in fields:
            values[field.name] = _value(message, fields[field.name])
    return kind(**values)


def _value(message: Message, field: Any) -> object:
    value = getattr(message, field.name)
    if field.is_repeated:
        return tuple(_single(one, field) for one in value)
    if field.has_presence and not message.HasField(field.name):
        return None
    return _single(value, field)


def _single(value: Any, field: Any) -> object:
    if field.message_type is not None:
        name = field.message_type.name
        kind = _RENAMED.get(name) or globals()[name]
        return of_message(kind, value)
    if field.enum_type is not None:
        enum: type[ContractEnum] = getattr(enums, field.enum_type.name)
        return enum.of_number(field.enum_type, value)
    if field.type == FieldDescriptor.TYPE_FLOAT:
        return _shortest(value)
    return value


def _shortest(value: float) -> float:
    """A number of 32 bits as it is written: 0.95, not 0.949999988079071."""
    for digits in range(6, 10):
        short = float(f"{value:.{digits}g}")
        if struct.unpack("f", struct.pack("f", short))[0] == value:
            return short
    return value


def _plain(value: object) -> object:
    if isinstance(value, ContractEnum):
        return value.full_name
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Record):
        fields = dataclasses.fields(cast("Any", value))
        pairs = ((field.name, getattr(value, field.name)) for field in fields if field.name != "server_timing")
        return {name: _plain(one) for name, one in pairs if one is not None}
    return value
