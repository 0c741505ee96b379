"""The values that fields of answers and options have, as they stand in the contract.

Each is a string, its name without the enum's: `SpeechAct.ASSERTION` prints as "ASSERTION" and equals it.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TypeVar

from google.protobuf.descriptor import EnumDescriptor

ValueT = TypeVar("ValueT", bound="ContractEnum")


class ContractEnum(str, Enum):
    """A value of an enum of the contract.

    Made of its short name or of its full one, in any case: `SpeechAct("assertion")`, `SpeechAct("SPEECH_ACT_ASSERTION")`.
    `UNSPECIFIED` is never in an answer, unless a later server has a value that this client doesn't know.
    """

    @property
    def full_name(self) -> str:
        """As JSON and files have it: "SPEECH_ACT_ASSERTION"."""
        return type(self)._prefix() + self.name

    @classmethod
    def of_number(cls: type[ValueT], descriptor: EnumDescriptor, number: int) -> ValueT:
        """The value that a message has as a number."""
        known = descriptor.values_by_number.get(number)
        name = "UNSPECIFIED" if known is None else known.name.removeprefix(cls._prefix())
        return cls.__members__.get(name) or cls.__members__["UNSPECIFIED"]

    @classmethod
    def _prefix(cls) -> str:
        """SpeechAct -> "SPEECH_ACT_"."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).upper() + "_"

    @classmethod
    def _missing_(cls, value: object) -> ContractEnum | None:
        if not isinstance(value, str):
            return None
        plain = value.upper().replace("-", "_").removeprefix(cls._prefix())
        return cls.__members__.get(plain)

    def __str__(self) -> str:
        return str(self.value)

    def __repr__(self) -> str:
        return f"{type(self).__name__}.{self.name}"


class OffsetEncoding(ContractEnum):
    """What the offsets of spans count."""

    UNSPECIFIED = "UNSPECIFIED"
    UTF8_BYTES = "UTF8_BYTES"
    UTF16_UNITS = "UTF16_UNITS"
    CODE_POINTS = "CODE_POINTS"


class ClaimView(ContractEnum):
    """How much of each claim is returned."""

    UNSPECIFIED = "UNSPECIFIED"
    BASIC = "BASIC"
    FULL = "FULL"


class QuotationKind(ContractEnum):
    """How much of a content stands in quotation marks."""

    UNSPECIFIED = "UNSPECIFIED"
    DIRECT = "DIRECT"
    INDIRECT = "INDIRECT"
    MIXED = "MIXED"


class AttributionType(ContractEnum):
    """What an attribution is about."""

    UNSPECIFIED = "UNSPECIFIED"
    COMMUNICATION = "COMMUNICATION"
    ATTITUDE = "ATTITUDE"
    FACTIVE = "FACTIVE"
    CONTROL = "CONTROL"
    EVIDENCE = "EVIDENCE"


class SpeechAct(ContractEnum):
    """What is done by saying it."""

    UNSPECIFIED = "UNSPECIFIED"
    ASSERTION = "ASSERTION"
    QUESTION = "QUESTION"
    REQUEST = "REQUEST"
    COMMITMENT = "COMMITMENT"
    EVALUATION = "EVALUATION"
    DECREE = "DECREE"
    DENIAL = "DENIAL"
    PREDICTION = "PREDICTION"
    BELIEF = "BELIEF"
    PERCEPTION = "PERCEPTION"
    DESIRE = "DESIRE"
    NO_COMMENT = "NO_COMMENT"


class Stance(ContractEnum):
    """What the choice of the cue tells of the reporter."""

    UNSPECIFIED = "UNSPECIFIED"
    NEUTRAL = "NEUTRAL"
    DISTANCING = "DISTANCING"
    ENDORSING = "ENDORSING"


class MentionForm(ContractEnum):
    """What sort of mention a source is."""

    UNSPECIFIED = "UNSPECIFIED"
    NAME = "NAME"
    NOMINAL = "NOMINAL"
    PRONOUN = "PRONOUN"


class EntityKind(ContractEnum):
    """What sort of being a source is."""

    UNSPECIFIED = "UNSPECIFIED"
    PERSON = "PERSON"
    ORGANIZATION = "ORGANIZATION"
    COUNTRY = "COUNTRY"
    GROUP = "GROUP"
    DOCUMENT = "DOCUMENT"
    UNKNOWN = "UNKNOWN"


class Verdict(ContractEnum):
    """How a quotation stands in a document."""

    UNSPECIFIED = "UNSPECIFIED"
    VERBATIM = "VERBATIM"
    TYPOGRAPHIC = "TYPOGRAPHIC"
    ALTERED = "ALTERED"
    ABSENT = "ABSENT"


class SpeakerVerdict(ContractEnum):
    """Whether a quotation's speaker is whom the document says."""

    UNSPECIFIED = "UNSPECIFIED"
    NOT_ASKED = "NOT_ASKED"
    SAME = "SAME"
    OTHER = "OTHER"
    NOBODY = "NOBODY"
    UNKNOWN = "UNKNOWN"


class WordEdit(ContractEnum):
    """What became of words in a quotation."""

    UNSPECIFIED = "UNSPECIFIED"
    ADDED = "ADDED"
    LEFT_OUT = "LEFT_OUT"
    CHANGED = "CHANGED"


class NoticeReason(ContractEnum):
    """What makes an answer doubtful."""

    UNSPECIFIED = "UNSPECIFIED"
    OTHER_LANGUAGE = "OTHER_LANGUAGE"
    LOOKS_LIKE_HTML = "LOOKS_LIKE_HTML"
    LOOKS_LIKE_JSON = "LOOKS_LIKE_JSON"
    MOJIBAKE = "MOJIBAKE"
    LOOKS_LIKE_TRANSCRIPT = "LOOKS_LIKE_TRANSCRIPT"
    AMBIGUOUS_ALIAS = "AMBIGUOUS_ALIAS"
    DATE_NOT_READ = "DATE_NOT_READ"
