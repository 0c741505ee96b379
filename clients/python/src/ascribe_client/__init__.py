"""Client of ascribe, the service that reads news and says who said what.

Begin with `Client`. The messages are those of the service's contract, `ascribe/v1/claims.proto`, which says what each
field means; all of them are in `ascribe_client.claims_pb2`, the most used also here.
"""

from .claims_pb2 import (
    Alias,
    AttributionType,
    Claim,
    ClaimView,
    Document,
    DocumentClaims,
    EntityKind,
    ExtractionOptions,
    GetExtractorInfoResponse,
    OffsetEncoding,
    QuotationKind,
    Span,
    SpeechAct,
    Stance,
    Verdict,
    VerifyQuotationsRequest,
    VerifyQuotationsResponse,
    WordEdit,
)
from .client import Client
from .documents import Outcome, document
from .errors import AscribeError, FieldViolation
from .retries import Retries

__all__ = [
    "Alias",
    "AscribeError",
    "AttributionType",
    "Claim",
    "ClaimView",
    "Client",
    "Document",
    "DocumentClaims",
    "EntityKind",
    "ExtractionOptions",
    "FieldViolation",
    "GetExtractorInfoResponse",
    "OffsetEncoding",
    "Outcome",
    "QuotationKind",
    "Retries",
    "Span",
    "SpeechAct",
    "Stance",
    "Verdict",
    "VerifyQuotationsRequest",
    "VerifyQuotationsResponse",
    "WordEdit",
    "document",
]
