"""The built binary as a running service, and clients whose stubs come from its reflection alone."""

import collections
import pathlib
import re
import signal
import subprocess
import threading

import grpc
from google.protobuf import descriptor_pool, message_factory
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVICE = "ascribe.v1.ClaimService"


class Server:
    """`ascribe serve` on a free port, which it tells in its log, unless one is given."""

    def __init__(self, binary, *arguments, listen="127.0.0.1:0", lines=None):
        self.binary = binary
        command = [binary, "serve", "--listen", listen, *arguments]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        # The last so many lines; all of them, unless a number is given.
        self.log = collections.deque(maxlen=lines)
        self.listens = threading.Event()
        self.address = None
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        if not self.listens.wait(30) or self.address is None:
            self.process.kill()
            raise AssertionError(f"the server doesn't say where it listens: {list(self.log)}")

    def _read(self):
        for line in self.process.stderr:
            self.log.append(line)
            found = re.search(r"listening on (\S+)", line)
            if found:
                self.address = found.group(1)
                self.listens.set()
        self.listens.set()

    def terminate(self):
        """Asks it to stop as an orchestrator does; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self.reader.join(5)
        self.process.stderr.close()
        return code


class Client:
    """Calls methods with messages that reflection describes."""

    def __init__(self, channel):
        self.channel = channel
        self.database = ProtoReflectionDescriptorDatabase(channel)
        self.pool = descriptor_pool.DescriptorPool(self.database)
        self.service = self.pool.FindServiceByName(SERVICE)

    def message(self, name):
        """The class of a message, by its full name."""
        return message_factory.GetMessageClass(self.pool.FindMessageTypeByName(name))

    def request(self, method, **fields):
        name = self.service.FindMethodByName(method).input_type.full_name
        return self.message(name)(**fields)

    def callable(self, method, kind):
        """A method of the service, to be called by one of the channel's kinds of calls."""
        descriptor = self.service.FindMethodByName(method)
        answer = message_factory.GetMessageClass(descriptor.output_type)
        return kind(
            f"/{SERVICE}/{method}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=answer.FromString,
        )

    def call(self, method, timeout=20, compression=None, **fields):
        unary = self.callable(method, self.channel.unary_unary)
        return unary(self.request(method, **fields), timeout=timeout, compression=compression)

    def stream(self, method, requests, timeout=20):
        return self.callable(method, self.channel.stream_stream)(requests, timeout=timeout)

    def enum(self, name):
        """The number of an enum's value, by its name."""
        kinds = {
            "OFFSET": "OffsetEncoding",
            "CLAIM": "ClaimView",
            "QUOTATION": "QuotationKind",
            "VERDICT": "Verdict",
            "SPEAKER": "SpeakerVerdict",
        }
        kind = kinds[name.split("_")[0]]
        return self.pool.FindEnumTypeByName(f"ascribe.v1.{kind}").values_by_name[name].number

    def details(self, error):
        """The google.rpc details of an error, by their short names."""
        trailers = dict(error.trailing_metadata())
        status = self.message("google.rpc.Status").FromString(trailers["grpc-status-details-bin"])
        return self.unpacked(status)

    def unpacked(self, status):
        found = {}
        for detail in status.details:
            name = detail.type_url.rsplit("/", 1)[1]
            found[name.removeprefix("google.rpc.")] = self.message(name).FromString(detail.value)
        return found


def connect(server):
    return grpc.insecure_channel(server.address)
