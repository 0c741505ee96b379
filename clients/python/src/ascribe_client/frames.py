"""Answers -> data frames. The only module that looks for pandas, and only when it is called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from . import checks
from .documents import Document
from .errors import AscribeError
from .records import Claim, DocumentClaims, Record, Span, TextPart, Verification, VerifiedQuotation

if TYPE_CHECKING:
    import pandas

Answer: TypeAlias = DocumentClaims | Verification | AscribeError

CLAIM_COLUMNS = [
    "document_id",
    "claim_id",
    "parent_claim_id",
    "speaker",
    "title",
    "entity_kind",
    "named",
    "entity_id",
    "source",
    "cue",
    "lemma",
    "content",
    "start",
    "end",
    "kind",
    "type",
    "act",
    "stance",
    "negated",
    "hedged",
    "addressee",
    "medium",
    "time_text",
    "time_resolved",
    "confidence",
    "fingerprint",
    "error",
]
QUOTATION_COLUMNS = [
    "document_id",
    "quotation_id",
    "quotation",
    "speaker_asked",
    "verdict",
    "speaker_verdict",
    "speaker",
    "passage",
    "similarity",
    "start",
    "end",
    "differences",
    "error",
]


def to_dataframe(answers: Answer | Iterable[Answer | tuple[Any, Answer]]) -> pandas.DataFrame:
    """A row a claim, or a row a quotation that was verified; of one answer or of several.

    Takes what `extract`, `extract_batch`, `extract_many` and `verify` give, pairs of a document and its outcome
    included. A document that failed has a row with its `error`. `start` and `end` are those of the content's first and
    last span, in the unit of the answer; enums are their names, "DIRECT".
    """
    try:
        import pandas
    except ImportError as error:
        raise ImportError("to_dataframe needs pandas: pip install pandas") from error
    given: Iterable[Any] = [answers] if isinstance(answers, (Record, AscribeError)) else answers
    rows: list[dict[str, object]] = []
    columns = CLAIM_COLUMNS
    for one in checks.listed("answers", given):
        name, answer = one if isinstance(one, tuple) and len(one) == 2 else ("", one)
        document_id = name.document_id if isinstance(name, Document) else ""
        if isinstance(answer, DocumentClaims):
            rows.extend(_claim(answer, claim) for claim in answer.claims)
        elif isinstance(answer, Verification):
            columns = QUOTATION_COLUMNS
            rows.extend(_quotation(answer, item) for item in answer.items)
        elif isinstance(answer, AscribeError):
            rows.append({"document_id": answer.document_id or document_id, "error": str(answer)})
        else:
            raise TypeError(f"an answer is {checks.shown(answer)}: give what the client returned")
    return pandas.DataFrame(rows, columns=columns)


def _claim(answer: DocumentClaims, claim: Claim) -> dict[str, object]:
    source, cue, time = claim.source, claim.cue, claim.time
    spans = claim.content.spans
    return {
        "document_id": answer.document_id,
        "claim_id": claim.claim_id,
        "parent_claim_id": claim.parent_claim_id,
        "speaker": claim.speaker,
        "title": source.title if source else "",
        "entity_kind": source.entity_kind.value if source else "",
        "named": source.named if source else False,
        "entity_id": source.entity_id if source else "",
        "source": source.text if source else "",
        "cue": cue.text if cue else "",
        "lemma": cue.lemma if cue else "",
        "content": claim.content.text,
        "start": spans[0].start if spans else None,
        "end": spans[-1].end if spans else None,
        "kind": claim.kind.value,
        "type": claim.type.value,
        "act": claim.act.value,
        "stance": cue.stance.value if cue else "",
        "negated": claim.negated,
        "hedged": claim.hedged,
        "addressee": _text(claim.addressee),
        "medium": _text(claim.medium),
        "time_text": time.text if time else "",
        "time_resolved": time.resolved if time else "",
        "confidence": claim.confidence,
        "fingerprint": claim.fingerprint,
        "error": "",
    }


def _quotation(answer: Verification, item: VerifiedQuotation) -> dict[str, object]:
    quotation = item.quotation
    span = item.span or Span(0, 0)
    return {
        "document_id": answer.document_id,
        "quotation_id": quotation.quotation_id if quotation else "",
        "quotation": quotation.text if quotation else "",
        "speaker_asked": quotation.speaker if quotation else "",
        "verdict": item.verdict.value,
        "speaker_verdict": item.speaker_verdict.value,
        "speaker": item.speaker,
        "passage": item.text,
        "similarity": item.similarity,
        "start": span.start if item.span else None,
        "end": span.end if item.span else None,
        "differences": "; ".join(
            f"{one.edit.value.lower().replace('_', ' ')}: {one.quotation_text or one.document_text}"
            + (f" for {one.document_text}" if one.quotation_text and one.document_text else "")
            for one in item.differences
        ),
        "error": "",
    }


def _text(part: TextPart | None) -> str:
    return part.text if part else ""
