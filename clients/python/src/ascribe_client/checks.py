"""What callers give, looked at before anything is made of it: an error that names the parameter.

Python's own errors would come from inside of protobuf and name a field of a message.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, TypeVar

from .errors import FieldViolation, invalid

GivenT = TypeVar("GivenT")

# How much of a wrong value an error shows, in characters.
_SHOWN = 40


def is_missing(value: object) -> bool:
    """None, NaN, or what pandas has for nothing: pandas.NA, pandas.NaT."""
    if value is None:
        return True
    if isinstance(value, (str, bytes)):
        return False
    return type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and value != value)


def shown(value: object) -> str:
    """A value, cut so that an error stays short, with its type."""
    if value is None:
        return "None"
    told = repr(value)
    if len(told) > _SHOWN:
        told = told[:_SHOWN] + "…"
    return f"{told} ({type(value).__name__})"


def string(parameter: str, value: object) -> str:
    """A string. Raises TypeError where it is something else."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bytes, bytearray)):
        hint = f"; decode it: {parameter}.decode('utf-8')"
    elif is_missing(value):
        hint = "; leave such rows out" if parameter == "text" else f"; leave {parameter} out, or give ''"
    elif isinstance(value, (int, float)):
        hint = f"; write str({parameter})"
    else:
        hint = ""
    raise TypeError(f"{parameter} is {shown(value)}, not a string{hint}")


def encodable(field: str, value: str) -> str:
    """A string that UTF-8 can hold. Raises AscribeError where it can't."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        description = f"holds half of a surrogate pair at character {error.start}"
        raise invalid(FieldViolation(field, description)) from error
    return value


def listed(parameter: str, value: Iterable[GivenT]) -> Iterable[GivenT]:
    """Several of something. Raises TypeError where it is a string, which would be one of each character, or no iterable."""
    given: Any = value
    if isinstance(given, (str, bytes, bytearray)):
        raise TypeError(f"{parameter} is one {type(given).__name__}, {shown(given)}: give a list, [it]")
    if isinstance(given, dict):
        raise TypeError(f"{parameter} is a dict: give a list, for example of its values")
    if not hasattr(given, "__iter__"):
        raise TypeError(f"{parameter} is {shown(given)}, not a list or another iterable")
    return value


def day(parameter: str, value: object) -> datetime.date | datetime.datetime | None:
    """A date or a time from what is given for it; None where nothing is, as where pandas has no value.

    Raises TypeError where it is something else, and ValueError where a string is no ISO date.
    """
    if is_missing(value):
        return None
    if isinstance(value, datetime.date):
        return value
    if not isinstance(value, str):
        raise TypeError(f"{parameter} is {shown(value)}, not a date, a datetime or a string such as '2024-05-02'")
    written = value.strip()
    try:
        if len(written) == len("2024-05-02"):
            return datetime.date.fromisoformat(written)
        # Python 3.10 doesn't know the Z.
        return datetime.datetime.fromisoformat(written.removesuffix("Z") + ("+00:00" if written.endswith("Z") else ""))
    except ValueError:
        example = "'2024-05-02' or '2024-05-02T18:30:00+02:00'"
        raise ValueError(f"{parameter} is {value!r}, not an ISO date such as {example}") from None
