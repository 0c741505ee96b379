#!/usr/bin/env python3
"""The documentation's grpcurl recipes, run as they stand against the built binary.

    test_recipes.py PATH-TO-ASCRIBE PATH-TO-GRPCURL [FILE.md ...]

In: every fenced `sh` block of README.md and docs/*.md (or of the files given) that calls grpcurl. Each runs in an empty
folder, with the address of a fresh server in the place of the default one. Out: the exit code. A recipe fails where it
exits with another code than 0, where a call of a method prints no JSON, or where the output that the document shows
directly after the recipe isn't what it prints.
"""

import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

from server import ROOT, Server

# What a recipe says for the server's address; the port is the service's default.
DEFAULT_ADDRESS = re.compile(r"(?:localhost|127\.0\.0\.1):50051")
FENCED = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
CALLS = re.compile(r"(?:^|[|;&(])[ \t]*grpcurl\b", re.MULTILINE)
# A block with one of these would never end.
SERVES = re.compile(r"(?:^|[|;&(])[ \t]*(?:\S*/)?ascribe serve\b", re.MULTILINE)
# Languages of blocks that show what a recipe prints.
OUTPUTS = {"json", "text", ""}
SECONDS = 60
# Takes grpcurl's place in the path: notes each call's arguments, output and exit code, which a pipe would swallow.
RECORDER = """#!/bin/sh
noted=$(mktemp -d "$NOTED/call.XXXXXX")
printf '%s\\n' "$@" >"$noted/arguments"
{grpcurl} "$@" >"$noted/output"
code=$?
echo $code >"$noted/code"
cat "$noted/output"
exit $code
"""


class Recipe:
    """One block: where it stands, its commands, and the output shown directly after it, if any."""

    def __init__(self, place, commands, shown):
        self.place = place
        self.commands = commands
        self.shown = shown


def recipes_of(path):
    text = path.read_text(encoding="utf-8")
    blocks = list(FENCED.finditer(text))
    for block, following in zip(blocks, [*blocks[1:], None]):
        if block[1] != "sh" or not CALLS.search(block[2]):
            continue
        shown = None
        if following and following[1] in OUTPUTS and not text[block.end() : following.start()].strip():
            shown = following[2]
        line = text.count("\n", 0, block.start()) + 1
        yield Recipe(f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}:{line}", block[2], shown)


def documents(text):
    """The JSON documents that stand one after the other in `text`; None where it holds anything else."""
    decoder, found, at = json.JSONDecoder(), [], 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        try:
            document, at = decoder.raw_decode(text, at)
        except ValueError:
            return None
        found.append(document)
    return found


def fault_of(recipe, address, grpcurl):
    """What is wrong with a recipe, or None."""
    if SERVES.search(recipe.commands):
        return "it starts a server, so that it never ends: give grpcurl a block of its own"
    with tempfile.TemporaryDirectory() as noted, tempfile.TemporaryDirectory() as empty:
        tools = pathlib.Path(noted, "bin")
        tools.mkdir()
        recorder = tools / "grpcurl"
        recorder.write_text(RECORDER.format(grpcurl=shlex.quote(grpcurl)))
        recorder.chmod(0o755)
        try:
            done = subprocess.run(
                ["bash", "-e", "-o", "pipefail", "-c", DEFAULT_ADDRESS.sub(address, recipe.commands)],
                cwd=empty,
                env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "NOTED": noted},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired:
            return f"it goes on for more than {SECONDS} seconds"
        if done.returncode != 0:
            return f"it exits with {done.returncode}:\n{done.stdout}{done.stderr}"
        calls = sorted(pathlib.Path(noted).glob("call.*"))
        if not calls:
            return "none of its calls of grpcurl was made"
        for call in calls:
            arguments = (call / "arguments").read_text().splitlines()
            if (call / "code").read_text().strip() != "0":
                return f"grpcurl fails at {arguments[-1]}:\n{done.stderr}"
            output = (call / "output").read_text()
            if not output.strip():
                return f"grpcurl prints nothing at {arguments[-1]}"
            # A method's name, and neither `list` nor `describe`.
            is_method = "/" in arguments[-1] and not {"list", "describe"} & set(arguments)
            if is_method and not documents(output):
                return f"grpcurl prints no JSON at {arguments[-1]}:\n{output}"
        if recipe.shown is not None and not is_shown(recipe.shown, done.stdout):
            return f"it prints something else than what the document shows:\n{done.stdout}"
    return None


def is_shown(shown, printed):
    """Whether `printed` is what the document shows: the same JSON, or the same lines."""
    wanted = documents(shown)
    if wanted:
        return documents(printed) == wanted
    return [line.rstrip() for line in printed.strip().splitlines()] == [
        line.rstrip() for line in shown.strip().splitlines()
    ]


def main(binary, grpcurl, *files):
    paths = [pathlib.Path(file).resolve() for file in files] or [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    recipes = [recipe for path in paths for recipe in recipes_of(path)]
    if not recipes:
        sys.exit(f"no recipe that calls grpcurl in {', '.join(map(str, paths))}")
    server = Server(str(pathlib.Path(binary).resolve()))
    failed = 0
    try:
        for recipe in recipes:
            fault = fault_of(recipe, server.address, str(pathlib.Path(grpcurl).absolute()))
            print(f"{recipe.place} ... {'ok' if fault is None else f'FAILED: {fault}'}")
            failed += fault is not None
    finally:
        code = server.terminate()
    if code != 0:
        sys.exit(f"the server exits with {code}")
    print(f"{len(recipes) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
