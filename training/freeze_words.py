#!/usr/bin/env python3
"""A model file with the word classes that its network was trained with, as its section "words".

    freeze_words.py data/words.tsv IN.model OUT.model

`export.py` writes that section itself; this is for files of before it did. A file that has the section is refused: what a
network was trained with doesn't change afterwards.
"""
import struct
import sys

MAGIC = b"ascribe-tagger\n"
# The section that the words stand behind.
BEFORE = "about"


def sections(content):
    """The names and bytes of a model file's sections, after its magic word and version."""
    at = len(MAGIC) + 4
    while at < len(content):
        length = content[at]
        name = content[at + 1:at + 1 + length].decode()
        at += 1 + length
        (length,) = struct.unpack_from("<Q", content, at)
        at += 8
        yield name, content[at:at + length]
        at += length


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    words, source, target = sys.argv[1:]
    with open(words, "rb") as file:
        words = file.read()
    with open(source, "rb") as file:
        content = file.read()
    if not content.startswith(MAGIC):
        sys.exit(f"{source}: no model of ascribe")
    out = bytearray(content[:len(MAGIC) + 4])
    for name, section in sections(content):
        if name == "words":
            sys.exit(f"{source}: it has its words already")
        for name, section in [(name, section)] + ([("words", words)] if name == BEFORE else []):
            out += struct.pack("<B", len(name)) + name.encode() + struct.pack("<Q", len(section)) + section
    with open(target, "wb") as file:
        file.write(out)


if __name__ == "__main__":
    main()
