"""Serves the page with the headers that it is served with, its JSON door answered by the command line.

    python3 tests/page/serve.py BINARY [--port 8000]

For work on the page, since every request for it reads page/ anew. Standard library only, loopback only.
"""

import argparse
import base64
import hashlib
import json
import pathlib
import re
import subprocess
import tempfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = pathlib.Path(__file__).resolve().parents[2] / "page"
# Tags of index.html that are replaced; each stands alone on a line.
STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
MODULE = re.compile(r'<script type="module" src="([^"]+)"></script>')
CHARSET, END = '<meta charset="utf-8">', "</body>"
# What Status says for a refused request, and its HTTP status.
INVALID_ARGUMENT, UNIMPLEMENTED = (3, 400), (12, 501)


def inlined():
    """The page as one file, and its content security policy: the same as build/page.rs makes them."""
    html, style, script = [], "", ""
    policy_place = None
    for line in read("index.html").split("\n")[:-1]:
        if match := STYLE.fullmatch(line):
            style = read(match[1])
            html.append(f"<style>{style}</style>\n")
            continue
        if match := MODULE.fullmatch(line):
            script += as_one(read(match[1]))
            continue
        if line == END:
            html.append(f'<script type="module">{script}</script>\n')
        html.append(f"{line}\n")
        if line == CHARSET:
            policy_place = len(html)
    assert style and script and policy_place, "page/index.html names no style or no module, or has no charset"
    assert "</style" not in style and "</script" not in script and "<!--" not in script
    own = own_policy(style, script)
    # A saved copy keeps its policy; frame-ancestors works in a header only.
    html.insert(policy_place, f'<meta http-equiv="Content-Security-Policy" content="{own}">\n')
    return "".join(html), f"{own}; frame-ancestors 'none'"


def own_policy(style, script):
    """What the page may do: run its one script, have its one style, ask the server that it came from."""
    return (
        f"default-src 'none'; script-src '{digest(script)}'; style-src '{digest(style)}'; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def read(name):
    return (PAGE / name).read_text("utf-8")


def as_one(module):
    """A module's lines without what ties it to others: all of them become one."""
    lines = (line for line in module.split("\n")[:-1] if not line.startswith("import "))
    return "".join(f"{line.removeprefix('export ')}\n" for line in lines)


def digest(text):
    """The source expression that allows exactly this text inline."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


class Refused(Exception):
    """A request that is answered with a google.rpc.Status."""


def extract(binary, request):
    """An ExtractClaimsResponse."""
    document = request.get("document", {})
    if not document.get("text"):
        raise Refused(*INVALID_ARGUMENT, "document.text is empty")
    least = str(request.get("options", {}).get("min_confidence", 0.35))
    command = [binary, "extract", "--input", "text", "--format", "jsonl", "--view", "full", "--offsets", "utf16",
               "--min-confidence", least]
    if document.get("publish_time"):
        command += ["--published", document["publish_time"][:10]]
    return {"result": json.loads(run([*command, "-"], document["text"]))}


def verify(binary, request):
    """A VerifyQuotationsResponse."""
    quotations = "".join(f"{json.dumps(quotation)}\n" for quotation in request["quotations"])
    with tempfile.NamedTemporaryFile(suffix=".txt") as article:
        article.write(request["document"]["text"].encode())
        article.flush()
        command = [binary, "verify", article.name, "--quotations", "-", "--format", "jsonl", "--offsets", "utf16"]
        items = run(command, quotations).splitlines()
    return {"items": [json.loads(item) for item in items], "offset_encoding": "OFFSET_ENCODING_UTF16_UNITS"}


def run(command, words):
    """What a command writes. Its exit status tells also of what isn't there, so only silence is a failure."""
    done = subprocess.run(command, input=words.encode(), capture_output=True, check=False, timeout=60)
    if not done.stdout:
        raise Refused(*UNIMPLEMENTED, done.stderr.decode().strip() or "the command wrote nothing")
    return done.stdout.decode()


class Handler(BaseHTTPRequestHandler):
    """Answers as the service does."""

    protocol_version = "HTTP/1.1"
    options = None

    def do_GET(self):
        if self.path != "/":
            self.answer(404, "text/plain", b"not found")
            return
        html, policy = inlined()
        headers = {"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
        self.answer(200, "text/html; charset=utf-8", html.encode(), headers)

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        try:
            if self.path == "/v1/claims:extract":
                response, status = extract(self.options.binary, request), 200
            elif self.path == "/v1/claims:verifyQuotations":
                response, status = verify(self.options.binary, request), 200
            else:
                raise Refused(*UNIMPLEMENTED, f"no method at {self.path}")
        except Refused as refused:
            code, status, message = refused.args
            response = {"code": code, "message": message, "details": []}
        self.answer(status, "application/json", json.dumps(response).encode())

    def answer(self, status, kind, body, headers=None):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Says nothing: what goes wrong is in the answer."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", help="the ascribe binary whose command line answers")
    parser.add_argument("--port", type=int, default=0, help="0: one that is free (the default)")
    Handler.options = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", Handler.options.port), Handler)
    print(f"http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
