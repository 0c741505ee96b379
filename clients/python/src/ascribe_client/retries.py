"""When a call that failed is tried again."""

from __future__ import annotations

import random
from dataclasses import dataclass

from .errors import AscribeError

# How far a wait may be off, so that callers who were turned away together don't come back together.
_JITTER = 0.2


@dataclass(frozen=True)
class Retries:
    """How often something is tried, and what is waited in between. All waits count against the client's timeout."""

    attempts: int = 10
    """Tries in all, the first one included. 1: nothing is tried again."""
    initial_delay: float = 0.1
    """Seconds before the second try. Doubles with every further one."""
    longest_delay: float = 5.0
    """Seconds that it doesn't grow beyond."""
    first_contact: float = 2.0
    """Seconds within which a server that was never reached has to be. One that was is waited for through all tries."""

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.initial_delay <= 0 or self.longest_delay < self.initial_delay:
            raise ValueError(f"attempts are at least 1, delays above 0 and in order: {self}")
        if self.first_contact < 0:
            raise ValueError(f"first_contact is at least 0: {self}")

    def delay(self, failed: int, error: AscribeError) -> float | None:
        """Seconds to wait after so many tries that failed, the last with `error`. None: it isn't tried again.

        Never less than the server asks for, and more than that where it fails again and again.
        """
        if failed >= self.attempts or not error.retryable:
            return None
        # The exponent is bounded, because floats are.
        step = min(self.initial_delay * 2.0 ** min(failed - 1, 60), self.longest_delay)
        return max(step * random.uniform(1 - _JITTER, 1 + _JITTER), error.retry_delay or 0.0)
