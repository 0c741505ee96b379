#!/usr/bin/env python3
"""The tutorials of docs/clients, followed to the letter in empty folders, and the calls by curl of README.md and docs/.

    run.py PATH-TO-ASCRIBE TOOLS [--only NAME …]

TOOLS is the folder that scripts/tutorial-tools prints. A page's blocks are followed in their order, by one shell in one empty
folder: a block whose first line is a comment with a file's name goes into that file, a block of `sh` is run, and a block of
`text` is what the commands right above it print, in whatever order its lines come. A block that is none of these fails. The
service's default address becomes that of a fresh server; below a heading with "TLS" that of one with a certificate, whose
authority is `ca.pem` and which wants the key in `KEY`. In the other documents, blocks of `sh` that call curl are run so, and
examples that are named files.

A page whose toolchain isn't on the machine is left out, with a note. Out: the exit code, 1 where a page fails.
"""

import argparse
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from server import ROOT, Server  # noqa: E402

# What each page needs; protoc is among TOOLS where the machine has none.
NEEDS = {
    "curl": ["curl"],
    "go": ["go", "protoc", "curl"],
    "java": ["javac", "mvn", "curl"],
    "node": ["npm", "node", "curl"],
    "python": ["python3", "curl"],
    "typescript": ["npm", "node", "curl"],
}
# The documents whose calls by curl are run.
OTHERS = [ROOT / "README.md", ROOT / "docs/grpc.md"]

FENCED = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```[ \t]*$|^(#+ [^\n]*)$", re.MULTILINE | re.DOTALL)
# "// say.go", "# say.py", "<!-- pom.xml -->", on the first line.
NAMED = re.compile(r"\A(?://|#|<!--) (\S+\.\w+)(?: -->)?\n")
CALLS_CURL = re.compile(r"^curl ", re.MULTILINE)
ADDRESS = re.compile(r"(localhost|127\.0\.0\.1):50051")
ANSI = re.compile(r"\x1b\[[0-9;]*m")
# A page may take so long, in seconds, when nothing that it installs is on the machine yet.
PATIENCE = 600


@dataclasses.dataclass
class Block:
    line: int
    language: str
    text: str
    # Whether it stands below a heading about TLS.
    is_secure: bool

    @property
    def file(self):
        named = NAMED.match(self.text)
        return named and named[1]


class Fault(Exception):
    """Why a page can't be followed."""


def blocks_of(page):
    text = page.read_text(encoding="utf-8")
    is_secure = False
    for found in FENCED.finditer(text):
        if found[3]:
            is_secure = "TLS" in found[3]
        else:
            yield Block(text.count("\n", 0, found.start()) + 1, found[1], found[2], is_secure)


def script_of(blocks, ports, out):
    """The commands that follow the blocks, and what those that print something are to print, by their lines."""
    lines = ["set -e -o pipefail", f"cd {out / 'folder'}"]
    expected = {}
    ran = None
    for block in blocks:
        text = ADDRESS.sub(rf"\1:{ports[block.is_secure]}", block.text)
        if block.language == "text":
            if ran is None:
                raise Fault(f"line {block.line}: nothing was run whose output this could be")
            expected[ran] = block.text
        elif block.file:
            source = out / "files" / str(block.line)
            source.write_text(text, encoding="utf-8")
            lines.append(f"mkdir -p $(dirname {block.file}); cp {source} {block.file}")
        elif block.language == "sh":
            ran = block.line
            # In this shell, whose variables the next block finds.
            lines += [f"echo {ran} >{out / 'line'}", f"{{\n{text}}} >{out / f'{ran}.out'}"]
        else:
            raise Fault(f"line {block.line}: is neither commands, nor what they print, nor a file that its first line names")
    return "\n".join(lines), expected


def environment(tools):
    """The machine's, with what keeps toolchains quiet, quick and away from the user's own folders."""
    variables = dict(os.environ)
    for name in [name for name in variables if name.startswith("ASCRIBE_")]:
        del variables[name]
    home = tools / "curl"
    home.mkdir(exist_ok=True)
    (home / ".curlrc").write_text("fail-with-body\nsilent\nshow-error\n")
    variables.update(
        PATH=f"{variables['PATH']}:{tools / 'protoc/bin'}",
        CURL_HOME=str(home),
        # Modules stay where Go keeps them; plugins don't go among the user's programs.
        GOPATH=str(tools / "go"),
        GOMODCACHE=go_modules(),
        GOTOOLCHAIN="local",
        npm_config_prefer_offline="true",
        npm_config_audit="false",
        npm_config_fund="false",
        PIP_DISABLE_PIP_VERSION_CHECK="1",
        PIP_NO_COMPILE="1",
        # Programs that run for seconds don't earn what is spent on making them fast.
        MAVEN_OPTS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    )
    variables.pop("GOBIN", None)
    return variables


def go_modules():
    if not shutil.which("go"):
        return ""
    return subprocess.run(["go", "env", "GOMODCACHE"], capture_output=True, text=True, check=True).stdout.strip()


def lines_of(text):
    return sorted(line.rstrip() for line in ANSI.sub("", text).splitlines() if line.strip())


def follow(blocks, ports, variables, authority):
    """Follows the blocks of a page in an empty folder."""
    with tempfile.TemporaryDirectory() as directory:
        out = pathlib.Path(directory)
        for name in ["folder", "files"]:
            (out / name).mkdir()
        shutil.copy(authority, out / "folder/ca.pem")
        script, expected = script_of(blocks, ports, out)
        try:
            done = subprocess.run(
                ["bash", "-c", script],
                env=variables,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
            )
        except subprocess.TimeoutExpired:
            raise Fault(f"it goes on for more than {PATIENCE} seconds") from None
        finally:
            # Go writes its modules so that nobody changes them.
            subprocess.run(["chmod", "-R", "u+w", directory], check=False)
        printed = {int(file.stem): file.read_text() for file in out.glob("*.out")}
        if done.returncode != 0:
            line = int((out / "line").read_text())
            raise Fault(f"line {line}: exits with {done.returncode}:\n{printed.get(line, '')}{done.stderr}")
        for line, text in expected.items():
            if lines_of(printed[line]) != lines_of(text):
                raise Fault(f"line {line}: prints something else than what the page shows:\n{printed[line]}{done.stderr}")
        for line, text in printed.items():
            if is_curl(next(block for block in blocks if block.line == line)) and not text.strip():
                raise Fault(f"line {line}: prints nothing")


def is_curl(block):
    return block.language == "sh" and bool(CALLS_CURL.match(block.text)) and " -fsS" not in block.text


def others(page):
    """Of a document that is no tutorial, what can be followed: calls by curl, and files with what runs them."""
    blocks = list(blocks_of(page))
    names = [block.file for block in blocks if block.file]
    followed = []
    for before, block in zip([None, *blocks], blocks):
        runs_file = block.language == "sh" and any(name in block.text for name in names)
        shown = block.language == "text" and before in followed and before.language == "sh"
        if block.file or is_curl(block) or runs_file or shown:
            followed.append(block)
    return followed


def secured(binary, folder):
    """A server with a certificate of its own and a key: the server, the certificate's file, the key."""
    certificate, private = folder / "ca.pem", folder / "key.pem"
    subprocess.run(
        [
            *["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
            *["-keyout", str(private), "-out", str(certificate), "-subj", "/CN=localhost"],
            *["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        ],
        check=True,
        capture_output=True,
    )
    made = subprocess.run([binary, "key", "tutorial"], capture_output=True, text=True, check=True)
    keys = folder / "keys"
    keys.write_text(made.stdout)
    key = re.search(r"ascribe_\S+", made.stderr).group()
    arguments = ["--tls-cert", str(certificate), "--tls-key", str(private), "--api-keys", str(keys)]
    return Server(binary, *arguments), certificate, key


def main(binary, tools, only):
    pages = [("curl", page, others(page)) for page in OTHERS]
    pages += [(page.stem, page, list(blocks_of(page))) for page in sorted((ROOT / "docs/clients").glob("*.md"))]
    variables = environment(tools)
    failed, followed = [], 0
    with tempfile.TemporaryDirectory() as folder:
        servers = [Server(binary)]
        try:
            secure, authority, key = secured(binary, pathlib.Path(folder))
            servers.append(secure)
            ports = [server.address.rsplit(":", 1)[1] for server in servers]
            variables["KEY"] = key
            for name, page, blocks in pages:
                if only and name not in only:
                    continue
                place = page.relative_to(ROOT)
                missing = [tool for tool in NEEDS[name] if not shutil.which(tool, path=variables["PATH"])]
                if missing:
                    print(f"note: there is no {' and no '.join(missing)} on this machine, so {place} isn't followed")
                    continue
                began = time.monotonic()
                try:
                    if not blocks:
                        raise Fault("there is nothing to follow")
                    follow(blocks, ports, variables, authority)
                    print(f"{place} ... ok ({time.monotonic() - began:.0f} s)", flush=True)
                    followed += 1
                except Fault as fault:
                    print(f"{place} ... FAILED: {fault}", flush=True)
                    failed.append(place)
        finally:
            codes = [server.terminate() for server in servers]
    if any(codes):
        sys.exit(f"the servers exit with {codes}")
    print(f"{followed} followed, {len(failed)} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=pathlib.Path)
    parser.add_argument("tools", type=pathlib.Path)
    parser.add_argument("--only", nargs="*", choices=list(NEEDS))
    given = parser.parse_args()
    main(str(given.binary.resolve()), given.tools.resolve(), given.only)
