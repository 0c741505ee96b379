"""Client of ascribe, the service that reads news and says who said what.

Begin with `Client`, or with `AsyncClient` for asyncio. What comes back are plain objects, with the names and fields of
the service's contract, `ascribe/v1/claims.proto`, which says what each field means; the messages that are sent for them
are in `ascribe_client.claims_pb2`.
"""

from .aio import AsyncClient
from .client import Client
from .documents import Alias, Document, ExtractionOptions, Outcome, document
from .enums import (
    AttributionType,
    ClaimView,
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
from .errors import AscribeError, FieldViolation
from .frames import to_dataframe
from .records import (
    Claim,
    Content,
    Cue,
    DocumentClaims,
    Explanation,
    ExtractorInfo,
    Limits,
    Notice,
    Quotation,
    Source,
    Span,
    TextPart,
    TimeExpression,
    Verification,
    VerifiedQuotation,
    WordDifference,
)
from .retries import Retries

__all__ = [
    "Alias",
    "AscribeError",
    "AsyncClient",
    "AttributionType",
    "Claim",
    "ClaimView",
    "Client",
    "Content",
    "Cue",
    "Document",
    "DocumentClaims",
    "EntityKind",
    "Explanation",
    "ExtractionOptions",
    "ExtractorInfo",
    "FieldViolation",
    "Limits",
    "MentionForm",
    "Notice",
    "NoticeReason",
    "OffsetEncoding",
    "Outcome",
    "Quotation",
    "QuotationKind",
    "Retries",
    "Source",
    "Span",
    "SpeakerVerdict",
    "SpeechAct",
    "Stance",
    "TextPart",
    "TimeExpression",
    "Verdict",
    "Verification",
    "VerifiedQuotation",
    "WordDifference",
    "WordEdit",
    "document",
    "to_dataframe",
]
