#!/usr/bin/env python3
"""A checkpoint of convolutions -> the file that ships: magic word and version, what it is, tables, layers.

    export.py CHECKPOINT VOCABULARY OUT.model --name NAME [--calibration CALIBRATION] [--record FEATURES OUT]

The order of the file is that of `crates/engine/src/tagging/network/file.rs`:

    magic "ascribe-tagger\\n", format version (u32), then sections, each: name (u8 length + bytes), length (u64), bytes

The section "words" is `data/words.tsv` as it was when the network was trained: its classes are what the network reads.
All numbers are little-endian. A table is rows (u32), columns (u32), a scale a row (f32), then 8-bit values. A layer of products is
inputs (u32), outputs (u32), a scale and a bias for each output (f32), then 8-bit values, of an input to all outputs, within ±64:
AVX2 adds two products in 16 bits. Other sections are f32.
"""
import argparse
import json
import struct

import numpy as np
import torch

import data
import network

# Confidences are the network's own probabilities: what calibrate.py wants to see.
UNCALIBRATED = {"cue": [0, 1], "source": [0, 1], "content": [0, 1], "attribution": [0, 1, 0, 0, 0, 0, 0, 0]}
PRODUCT_FEATURES = network.FEATURES - 1
MAGIC, VERSION = b"ascribe-tagger\n", 2
MOST = 63


def table(weights):
    """The bytes of a table; its weights become what 8 bits hold of them."""
    array = weights.detach().numpy()
    scales = np.maximum(np.abs(array).max(1), 1e-8).astype(np.float32) / np.float32(127)
    values = np.rint(array / scales[:, None]).astype(np.int8)
    with torch.no_grad():
        weights.copy_(torch.from_numpy(values.astype(np.float32) * scales[:, None]))
    return struct.pack("<II", *array.shape) + scales.astype("<f4").tobytes() + values.tobytes()


def floats(tensor):
    return tensor.detach().numpy().astype("<f4").tobytes()


class Rounded(torch.nn.Module):
    """A layer of products as the product has it: weights in 7 bits, inputs in 8."""

    def __init__(self, layer, outputs=None):
        super().__init__()
        weight = layer.weight.detach().numpy()[:outputs]
        self.scales = np.maximum(np.abs(weight).max(1), 1e-8).astype(np.float32) / np.float32(MOST)
        self.values = np.rint(weight / self.scales[:, None]).astype(np.int8)
        self.bias = layer.bias.detach()[:outputs].clone()

    def bytes(self):
        outputs, inputs = self.values.shape
        return (struct.pack("<II", inputs, outputs) + self.scales.astype("<f4").tobytes() + floats(self.bias)
                + np.ascontiguousarray(self.values.T).tobytes())

    def forward(self, x):
        step = x.abs().amax(-1, keepdim=True).clamp_min(1e-38) / 127
        products = (x / step).round() @ torch.from_numpy(self.values.astype(np.float32)).T
        return products * step * torch.from_numpy(self.scales) + self.bias


def record(net, features, out):
    """What the rounded network says of some sentences, for the test that compares the product with it: for each token the
    probabilities of the cue tags, for each cue that the patterns propose the scores of the tokens that are looked at."""
    rounded = lambda array: np.round(array.tolist(), 4).tolist()
    records = []
    for article in data.load(features)[0]:
        spans = [tuple(proposal["cue"]) for proposal in article.proposals]
        links = []
        with torch.no_grad():
            [hidden] = net.encoder.hidden([(article.pieces, data.Bags(article.features))])
            scores, arguments, cues = net.encoder.heads(hidden).split(network.PARTS[:3], -1)
            if spans:
                inside = article.window(spans, near=True)[1]
                of = net.link(arguments, cues, article, spans).transpose(1, 2)
                links = [{"cue": cue, "scores": rounded(of[number][torch.from_numpy(real)])}
                         for number, (cue, real) in enumerate(zip(spans, inside))]
        records.append({"id": article.id, "cues": rounded(scores.softmax(-1)), "links": links})
    with open(out, "w", encoding="utf-8") as file:
        file.write("\n".join(map(json.dumps, records)) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("vocabulary")
    parser.add_argument("out")
    parser.add_argument("--name", required=True, help="its name and version, which answers give")
    parser.add_argument("--words", default="data/words.tsv", help="the word classes that its features were made with (data/words.tsv)")
    parser.add_argument("--calibration", help="what calibrate.py wrote")
    parser.add_argument("--record", nargs=2, metavar=("FEATURES", "OUT"), help="write what it says of these articles")
    args = parser.parse_args()
    net = network.of(torch.load(args.checkpoint))
    net.eval()
    encoder, linker = net.encoder, net.linker
    if encoder.kind != "convolutions" or not linker.config["near"]:
        raise SystemExit("only convolutions with a linker that looks at what is near can be read by the product")
    calibration = UNCALIBRATED
    if args.calibration:
        with open(args.calibration, encoding="utf-8") as file:
            calibration = json.load(file)
    shape = linker.config
    about = {"name": args.name, "width": encoder.config["width"], "kernel": encoder.config["kernel"],
             "dilations": encoder.config["dilations"], "calibration": calibration,
             "linker": {"width": shape["width"], "inner": shape["inner"], "kernel": shape["kernel"], "dilations": shape["dilations"]}}
    with torch.no_grad():  # the projection of a piece is the piece; the scheme of PolNeAR is never asked for
        encoder.pieces.weight = torch.nn.Parameter(encoder.project(encoder.pieces.weight))
        encoder.project = torch.nn.Identity()
        encoder.features.weight = torch.nn.Parameter(encoder.features.weight[:PRODUCT_FEATURES].clone())
    sections = {"about": json.dumps(about).encode(), "words": open(args.words, "rb").read(), "vocabulary": open(args.vocabulary, "rb").read(),
                "pieces": table(encoder.pieces.weight), "features": table(encoder.features.weight), "pairs": table(linker.pair.weight)}

    def norm(name, layer):
        sections[f"{name}.weight"], sections[f"{name}.bias"] = floats(layer.weight), floats(layer.bias)

    def product(name, layer, outputs=None):
        layer = Rounded(layer, outputs)
        sections[name] = layer.bytes()
        return layer

    norm("encoder.norm", encoder.norm)
    for number, layer in enumerate(encoder.convolutions):
        norm(f"encoder.{number}.depthwise", layer.depthwise)
        layer.product = product(f"encoder.{number}.product", layer.product)
        norm(f"encoder.{number}.norm", layer.norm)
    # What the product doesn't read yet stays behind.
    encoder.heads.out = product("encoder.heads", encoder.heads.out, sum(network.PARTS[:3]))
    for number in range(len(shape["dilations"])):
        norm(f"linker.{number}.depthwise", linker.depthwise[number])
        linker.widen[number] = product(f"linker.{number}.widen", linker.widen[number])
        linker.narrow[number] = product(f"linker.{number}.narrow", linker.narrow[number])
    linker.out = product("linker.out", linker.out)
    if args.record:
        record(net, *args.record)
    total = 0
    with open(args.out, "wb") as out:
        out.write(MAGIC + struct.pack("<I", VERSION))
        for name, content in sections.items():
            out.write(struct.pack("<B", len(name)) + name.encode() + struct.pack("<Q", len(content)) + content)
            total += len(content)
    print(f"{total:,} bytes")


if __name__ == "__main__":
    main()
