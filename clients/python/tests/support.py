"""The built server as a running process: the binary that ASCRIBE_BINARY names, on a real socket."""

import functools
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
import urllib.request

import grpc

from ascribe_client import Retries

BINARY = os.environ.get("ASCRIBE_BINARY", "")

# An emoji with a skin tone is 2 code points, 4 units of UTF-16 and 8 bytes.
EMOJI = "👍🏽 “The dam is safe,” said Ana Ruiz, the minister 🎉. Critics 🌊 told reporters on Tuesday that it leaks."


def sentence(number):
    """A text with one claim, which tells its number."""
    return f"Mayor Ana Ruiz said bridge {number} is safe."


class Server:
    """`ascribe serve` with an admin door."""

    def __init__(self, *arguments, listen="127.0.0.1:0"):
        if not BINARY:
            raise RuntimeError("ASCRIBE_BINARY names no binary")
        command = [BINARY, "serve", "--listen", listen, "--admin-listen", "127.0.0.1:0", *arguments]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ASCRIBE_")}
        self.process = subprocess.Popen(
            command, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, env=environment
        )
        self.log = []
        self.address = self.admin = None
        self.is_serving = threading.Event()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        if not self.is_serving.wait(30) or self.address is None:
            self.process.kill()
            raise RuntimeError("the server doesn't start: " + "".join(self.log))

    def _read(self):
        for line in self.process.stderr:
            self.log.append(line)
            if found := re.search(r"admin door on (\S+)", line):
                self.admin = found.group(1)
            elif found := re.search(r"listening on (\S+)", line):
                self.address = found.group(1)
                self.is_serving.set()
        self.is_serving.set()

    def end(self, how=signal.SIGTERM):
        """Ends it, if it still runs, and waits for that."""
        if self.process.poll() is None:
            self.process.send_signal(how)
            # What is stopped hears nothing else.
            self.process.send_signal(signal.SIGCONT)
        self.process.wait(40)
        self.reader.join(5)
        self.process.stderr.close()

    def pause(self):
        """Takes all its time away; connections stay open."""
        self.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED)

    def metric(self, name, **labels):
        """The sum of a metric over all series with these labels."""
        with urllib.request.urlopen(f"http://{self.admin}/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        series = [line.rsplit(" ", 1) for line in lines if re.match(rf"{name}[ {{]", line)]
        wanted = [f'{label}="{value}"' for label, value in labels.items()]
        return sum(float(value) for key, value in series if all(one in key for one in wanted))

    def wait_for(self, least, name, **labels):
        """Until a metric is that high."""
        until = time.monotonic() + 20
        while self.metric(name, **labels) < least:
            if time.monotonic() > until:
                raise AssertionError(f"{name} stays below {least}")
            time.sleep(0.02)


class Held:
    """A call that takes a place at the server and sends nothing, until it is released."""

    def __init__(self, server, method):
        self.channel = grpc.insecure_channel(server.address)
        self.end = threading.Event()
        call = self.channel.stream_stream(f"/ascribe.v1.ClaimService/{method}")
        # Ends with an exception that nobody waits for.
        self.call = call(self._nothing(), timeout=30)

    def _nothing(self):
        self.end.wait(30)
        yield from ()

    def release(self):
        self.call.cancel()
        self.end.set()
        self.channel.close()


class Heard(Retries):
    """Retries that keep what the server asked for: seconds."""

    def delay(self, failed, error):
        self.told.append(error.retry_delay)
        return super().delay(failed, error)

    @functools.cached_property
    def told(self):
        return []


def key(directory, *rate):
    """A new key, and the arguments of a server that knows only it."""
    made = subprocess.run([BINARY, "key", "desk", *rate], capture_output=True, text=True, check=True)
    path = os.path.join(directory, "keys")
    with open(path, "w", encoding="utf-8") as file:
        file.write(made.stdout)
    return re.search(r"ascribe_[0-9a-f]+", made.stderr).group(0), ["--api-keys", path]


def directory(test):
    """A folder for the time of a test."""
    made = tempfile.TemporaryDirectory()
    test.addCleanup(made.cleanup)
    return made.name


def serve(test, *arguments, **options):
    """A server for the time of a test."""
    server = Server(*arguments, **options)
    test.addCleanup(server.end)
    return server
