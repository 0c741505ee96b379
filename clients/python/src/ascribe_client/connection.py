"""Where a server is and how it is reached: what callers write for it, and what can't heal.

In: an address, with a scheme or without, and whom to trust. Out: gRPC's channel arguments, or an error that says what to
write; of an error of gRPC, whether trying again can help, in words.
"""

from __future__ import annotations

import os
import re
from importlib import metadata
from urllib.parse import urlsplit

import grpc

from .errors import AscribeError

Tls = str | os.PathLike[str] | grpc.ChannelCredentials | None

OPTIONS: list[tuple[str, str | int]] = [
    ("grpc.primary_user_agent", f"ascribe-client/{metadata.version('ascribe-client')}"),
    # A server that was restarted is found again soon: milliseconds.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 5000),
]

# What gRPC says of a server with which no connection will ever come about, and what to do.
_HOPELESS = [
    (re.compile("DNS resolution failed|Domain name not found|name resolution", re.I), "there is no such host"),
    (
        re.compile("WRONG_VERSION_NUMBER", re.I),
        "the server speaks plain text, no TLS: leave out tls= (and write http:// for https://)",
    ),
    (
        re.compile("CERTIFICATE_VERIFY_FAILED|certificate verify failed|Peer name .* is not in peer certificate", re.I),
        "the server's certificate isn't trusted for this name: give the authority's file as tls=",
    ),
    (re.compile("handshake failed", re.I), "the TLS handshake failed: is tls= the right authority, and the port TLS?"),
]

# What gRPC says, without any reason of the service, where the name in the certificate is another one.
_OTHER_NAME = "does not match SSL server name"


def address(target: object, tls: Tls) -> tuple[str, Tls]:
    """gRPC's name for the target, and what it is encrypted with."""
    if not isinstance(target, str):
        raise TypeError(f"target is {target!r}, not a string such as 'localhost:50051'")
    written = target.strip()
    scheme, separator, _ = written.partition("://")
    if separator and scheme.lower() in ("http", "https"):
        return _of_url(written, tls)
    if not written or written.startswith(":") or re.fullmatch(r"[\w.-]*", written):
        host = "localhost" if not written or written.isdigit() or written.startswith(":") else written
        port = written.removeprefix(":") if written.removeprefix(":").isdigit() else "50051"
        missing = "host" if port in written else "port"
        raise ValueError(f"target {target!r} has no {missing}: write '{host}:{port}'")
    return written, tls


def _of_url(written: str, tls: Tls) -> tuple[str, Tls]:
    url = urlsplit(written)
    is_plain = url.scheme.lower() == "http"
    try:
        port = url.port
    except ValueError:
        raise ValueError(f"target {written!r} has no port that is a number: write 'localhost:50051'") from None
    if url.hostname is None or url.username is not None:
        raise ValueError(f"target {written!r} names no host: write 'localhost:50051'")
    host = f"[{url.hostname}]" if ":" in url.hostname else url.hostname
    if url.path.strip("/") or url.query or url.fragment:
        raise ValueError(f"target {written!r} has a path, which gRPC doesn't: write '{host}:{port or 50051}'")
    if is_plain and tls is not None:
        raise ValueError(f"target {written!r} is plain text, but tls= is given: write https://, or leave out one of them")
    if not is_plain and tls is None:
        tls = grpc.ssl_channel_credentials()
    return f"{host}:{port or (80 if is_plain else 443)}", tls


def credentials(tls: str | os.PathLike[str] | grpc.ChannelCredentials) -> grpc.ChannelCredentials:
    """What encrypts the connection: gRPC's own, or a file with the authorities to trust."""
    if isinstance(tls, grpc.ChannelCredentials):
        return tls
    if not isinstance(tls, (str, os.PathLike)):
        raise TypeError(f"tls is {tls!r}, not a file of certificates or grpc.ssl_channel_credentials()")
    with open(tls, "rb") as authorities:
        return grpc.ssl_channel_credentials(authorities.read())


def bearer(api_key: object) -> tuple[tuple[str, str], ...]:
    """The metadata with a key."""
    if api_key is None:
        return ()
    if not isinstance(api_key, str):
        raise TypeError(f"api_key is a {type(api_key).__name__}, not a string")
    # Keys from files end with their line.
    return (("authorization", f"Bearer {api_key.strip()}"),)


class Contact:
    """Whether the server was ever reached. Until then, failing to reach it is more likely a mistake than a restart."""

    def __init__(self, target: str, patience: float) -> None:
        self._target = target
        self._patience = patience
        self._is_made = False

    def answered(self) -> None:
        """There is a server."""
        self._is_made = True

    def failed(self, error: AscribeError, waited: float) -> AscribeError | None:
        """What to raise at once of an error after so many seconds; None where it may go better."""
        told = error.message.rsplit("last error: ", 1)[-1]
        if _OTHER_NAME in error.message and not error.reason:
            return self._unreachable(f"the server's certificate is for another name ({told})", error)
        if self._is_made or not error.retryable or error.reason:
            # The service itself has said something, or it was there before.
            self._is_made = True
            return None
        if error.code is not grpc.StatusCode.UNAVAILABLE or error.retry_delay is not None:
            return None
        for pattern, hint in _HOPELESS:
            if pattern.search(error.message):
                return self._unreachable(f"{hint} ({told})", error)
        if waited < self._patience:
            return None
        hint = f"is `ascribe serve --listen {self._target}` running?"
        if "Socket closed" in told:
            hint = "something listens there, but hangs up: for TLS write https:// or give tls=, for plain text leave them out"
        return self._unreachable(f"{told}; {hint}", error)

    def _unreachable(self, why: str, error: AscribeError) -> AscribeError:
        message = f"can't reach {self._target}: {why}"
        return AscribeError(error.code, message, error.reason, retryable=error.retryable, request_id=error.request_id)
