"""Any number of documents -> as few BatchExtractClaims as may be -> their outcomes, in order."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence

from . import errors
from .claims_pb2 import BatchExtractClaimsRequest, BatchExtractClaimsResponse, ExtractionOptions, Limits
from .records import DocumentClaims, of_message
from .documents import (
    FRAME_BYTES,
    MAX_MESSAGE_BYTES,
    Given,
    Outcome,
    as_message,
    check_length,
    document_id_of,
    of_document,
)
from .errors import AscribeError
from .retries import Retries

# What the server says of a document whose answer had no room beside those before it.
_RESPONSE_FULL = "RESPONSE_FULL"

Send = Callable[[BatchExtractClaimsRequest], BatchExtractClaimsResponse]
"""Sends one batch; raises AscribeError."""


def extract_all(
    documents: Sequence[Given], options: ExtractionOptions, limits: Limits, retries: Retries, send: Send
) -> list[Outcome]:
    """The outcomes of all documents, each of which is tried again by itself where its error says that this helps."""
    outcomes: dict[int, Outcome] = {}
    waiting = deque(range(len(documents)))
    failed = [0] * len(documents)
    is_answered = False
    while waiting:
        request, numbers = _next_batch(documents, waiting, outcomes, options, limits)
        if not numbers:
            continue
        try:
            items = send(request).items
        except AscribeError as error:
            if not is_answered:
                raise
            # What was answered isn't lost for it.
            outcomes.update((number, error) for number in [*numbers, *waiting])
            break
        is_answered = True
        again = []
        wait = 0.0
        for number, item in zip(numbers, items, strict=True):
            outcome = _outcome(item, documents[number])
            if isinstance(outcome, AscribeError):
                # The first of a batch always has room, so that each batch gets further.
                if outcome.reason == _RESPONSE_FULL and number != numbers[0]:
                    again.append(number)
                    continue
                failed[number] += 1
                delay = retries.delay(failed[number], outcome)
                if delay is not None:
                    again.append(number)
                    wait = max(wait, delay)
                    continue
            outcomes[number] = outcome
        waiting.extendleft(reversed(again))
        time.sleep(wait)
    return [outcomes[number] for number in range(len(documents))]


def _next_batch(
    documents: Sequence[Given],
    waiting: deque[int],
    outcomes: dict[int, Outcome],
    options: ExtractionOptions,
    limits: Limits,
) -> tuple[BatchExtractClaimsRequest, list[int]]:
    """Takes from `waiting` what one message holds. What none holds by itself gets its error."""
    request = BatchExtractClaimsRequest(options=options)
    room = whole_room = min(MAX_MESSAGE_BYTES, limits.max_request_bytes) - request.ByteSize()
    numbers: list[int] = []
    while waiting and len(numbers) < limits.max_batch_documents:
        number = waiting[0]
        try:
            message = as_message(documents[number])
            check_length(message, limits, whole_room)
        except AscribeError as error:
            outcomes[waiting.popleft()] = of_document(error, document_id_of(documents[number]))
            continue
        room -= message.ByteSize() + FRAME_BYTES
        if room < 0:
            break
        request.documents.append(message)
        numbers.append(waiting.popleft())
    return request, numbers


def _outcome(item: BatchExtractClaimsResponse.Item, given: Given) -> Outcome:
    if item.HasField("result"):
        return of_message(DocumentClaims, item.result)
    return of_document(errors.of_status(item.error), document_id_of(given))
