"""What became of calls and documents, and the line that tells it."""

import collections
import json
import os
import threading
import time


class Tally:
    def __init__(self):
        self.lock = threading.Lock()
        self.sent = 0
        self.answered = 0
        self.refused = collections.Counter()

    def send(self):
        with self.lock:
            self.sent += 1

    def answer(self):
        with self.lock:
            self.answered += 1

    def refuse(self, reason):
        with self.lock:
            self.refused[str(reason)[:300]] += 1

    def refuse_for(self, error, what=""):
        """For an error of gRPC."""
        self.refuse(f"{what}{error.code().name}: {error.details()}")

    def take(self, answer):
        """An answer of a stream: claims, or an error in their place."""
        if answer.HasField("error"):
            self.refuse(f"document: {answer.error.message}")
        else:
            self.answer()

    def told(self):
        return {"sent": self.sent, "answered": self.answered, "refused": self.refused}


class Report:
    """The tallies of what was to be done and of the single calls beside it. Tells them once, and ends the process."""

    def __init__(self, seconds):
        self.all = Tally()
        self.beside = Tally()
        self.begun = time.monotonic()
        late = threading.Timer(seconds, self.tell)
        late.daemon = True
        late.start()

    def tell(self):
        seconds = time.monotonic() - self.begun
        print(json.dumps({**self.all.told(), "beside": self.beside.told(), "seconds": seconds}), flush=True)
        # Whatever is still under way.
        os._exit(0)
