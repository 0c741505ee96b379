#!/usr/bin/env python3
"""A model file of format 1, which had ONNX graphs, as one of format 2, which has layers.

    convert.py OLD NEW [FEATURES RECORD]

The encoder's weights stay what they are; the linker's, which were f32, are rounded as export.py does it. RECORD becomes what the
layers of NEW say of the articles of FEATURES, made here with numpy, for the test that compares the product with it: for each token
the probabilities of the cue tags, for each cue that the patterns propose the scores of the tokens around it.
"""
import json
import struct
import sys

import numpy as np
import onnx
from onnx import numpy_helper

import data

MOST = 63


def sections_of(path):
    with open(path, "rb") as file:
        content = file.read()
    at, sections = len(b"ascribe-tagger\n") + 4, {}
    while at < len(content):
        end = at + 1 + content[at]
        name = content[at + 1:end].decode()
        length, = struct.unpack("<Q", content[end:end + 8])
        at = end + 8 + length
        sections[name] = content[end + 8:at]
    return sections


def floats(array):
    return np.ascontiguousarray(array, dtype="<f4").tobytes()


def layer(values, scales, bias):
    """[inputs, outputs] in 8 bits, with a scale and a bias an output."""
    return struct.pack("<II", *values.shape) + floats(scales) + floats(bias) + np.ascontiguousarray(values, dtype=np.int8).tobytes()


def rounded(weight, bias):
    """[outputs, inputs] in f32 as a layer, each output with the scale that loses least."""
    most = np.maximum(np.abs(weight).max(1, keepdims=True), 1e-8)
    tried = [(most * share / MOST).astype(np.float32) for share in np.linspace(0.6, 1, 41)]
    values = [np.clip(np.rint(weight / scale), -MOST, MOST) for scale in tried]
    best = np.argmin([((value * scale - weight) ** 2).sum(1) for value, scale in zip(values, tried)], 0)
    at = np.arange(len(weight))
    return layer(np.stack(values)[best, at].astype(np.int8).T, np.stack(tried)[best, at, 0], bias)


class Layers:
    """What a file of format 2 says of articles."""

    def __init__(self, sections):
        self.sections = sections
        self.shape = json.loads(sections["about"])

    def floats(self, name):
        return np.frombuffer(self.sections[name], dtype="<f4")

    def table(self, name):
        content = self.sections[name]
        rows, columns = struct.unpack("<II", content[:8])
        scales = np.frombuffer(content, "<f4", rows, 8)
        return np.frombuffer(content, np.int8, rows * columns, 8 + 4 * rows).reshape(rows, columns) * scales[:, None]

    def product(self, name, x):
        content = self.sections[name]
        inputs, outputs = struct.unpack("<II", content[:8])
        scales, bias = np.frombuffer(content, "<f4", 2 * outputs, 8).reshape(2, outputs)
        weights = np.frombuffer(content, np.int8, offset=8 + 8 * outputs).reshape(inputs, outputs).astype(np.float64)
        step = np.maximum(np.abs(x).max(1, keepdims=True), 1e-38) / 127
        return np.rint(x / step) @ weights * step * scales + bias

    def norm(self, name, x):
        x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
        return x * self.floats(f"{name}.weight") + self.floats(f"{name}.bias")

    def taps(self, x, kernel, dilation):
        """For each place of the kernel the rows that stand there."""
        reach = kernel // 2 * dilation
        padded = np.pad(x, ((reach, reach), (0, 0)))
        return [padded[place * dilation:place * dilation + len(x)] for place in range(kernel)]

    def encode(self, article):
        """[tokens, 3 + 2 * width of the linker]"""
        pieces, features = self.table("pieces"), self.table("features")
        x = np.stack([pieces[own].mean(0) + features[bag].sum(0) for own, bag in zip(article.pieces, article.features)])
        x = self.norm("encoder.norm", x)
        for number, dilation in enumerate(self.shape["dilations"]):
            joined = np.concatenate(self.taps(x, self.shape["kernel"], dilation), 1)
            value, gate = np.split(self.product(f"encoder.{number}.product", joined), 2, 1)
            x = self.norm(f"encoder.{number}.norm", x + value / (1 + np.exp(-gate)))
        return self.product("encoder.heads", x)

    def link(self, article, encoded, cue):
        """The scores of the text's tokens within reach; outside the text the nearest token is read."""
        shape, width = self.shape["linker"], self.shape["linker"]["width"]
        at, in_text = article.window([cue])
        argument, as_cue = encoded[:, 3:3 + width], encoded[cue[0]:cue[1], 3 + width:].mean(0)
        pairs = self.table("pairs")[article.pair_features([cue])[0]].sum(1)
        x = np.maximum(argument[at[0]] + as_cue + pairs, 0)
        for number, dilation in enumerate(shape["dilations"]):
            weight = self.floats(f"linker.{number}.depthwise.weight").reshape(shape["kernel"], width)
            joined = sum(tap * of for tap, of in zip(self.taps(x, shape["kernel"], dilation), weight))
            joined = joined + self.floats(f"linker.{number}.depthwise.bias")
            x = x + self.product(f"linker.{number}.narrow", np.maximum(self.product(f"linker.{number}.widen", joined), 0))
        return self.product("linker.out", np.maximum(x, 0))[in_text[0]]


def record(sections, features, out):
    layers = Layers(sections)
    rounded = lambda array: np.round(array.tolist(), 4).tolist()
    with open(out, "w", encoding="utf-8") as file:
        for article in data.load(features)[0]:
            encoded = layers.encode(article)
            cues = np.exp(encoded[:, :3] - encoded[:, :3].max(1, keepdims=True))
            links = [{"cue": it["cue"], "scores": rounded(layers.link(article, encoded, tuple(it["cue"])))} for it in article.proposals]
            told = {"id": article.id, "cues": rounded(cues / cues.sum(1, keepdims=True)), "links": links}
            file.write(json.dumps(told) + "\n")


def main():
    old = sections_of(sys.argv[1])
    known, products = {}, []
    for name in ("encoder", "linker"):
        graph = onnx.load_from_string(old[name]).graph
        known |= {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
        products += [node.input[1].removesuffix("_quantized") for node in graph.node if node.op_type == "MatMulInteger"]
    about = json.loads(old["about"])
    about = {"name": about["name"], "width": 160, "kernel": 3, "dilations": [1, 2, 4, 8, 16, 1], "calibration": about["calibration"],
             "linker": {"width": 64, "inner": 128, "kernel": 5, "dilations": [1, 3, 6, 12]}}
    new = {"about": json.dumps(about).encode()} | {name: old[name] for name in ("words", "vocabulary", "pieces", "features", "pairs")}
    both = lambda to, of: {f"{to}.{part}": floats(known[f"{of}.{part}"]) for part in ("weight", "bias")}
    new |= both("encoder.norm", "encoder.norm")
    quantized = lambda number, bias: layer(known[products[number] + "_quantized"], known[products[number] + "_scale"], known[bias])
    for number in range(6):
        new[f"encoder.{number}.product"] = quantized(number, f"products.{number}.bias")
        new |= both(f"encoder.{number}.norm", f"encoder.norms.{number}")
    new["encoder.heads"] = quantized(6, "encoder.heads.out.bias")
    for number in range(4):
        depthwise = f"linker.depthwise.{number}"
        new[f"linker.{number}.depthwise.weight"] = floats(known[f"{depthwise}.weight"][:, 0, :].T)
        new[f"linker.{number}.depthwise.bias"] = floats(known[f"{depthwise}.bias"])
        for part in ("widen", "narrow"):
            new[f"linker.{number}.{part}"] = rounded(known[f"linker.{part}.{number}.weight"][:, :, 0], known[f"linker.{part}.{number}.bias"])
    new["linker.out"] = rounded(known["linker.out.weight"][:, :, 0], known["linker.out.bias"])
    with open(sys.argv[2], "wb") as out:
        out.write(b"ascribe-tagger\n" + struct.pack("<I", 2))
        for name, content in new.items():
            out.write(struct.pack("<B", len(name)) + name.encode() + struct.pack("<Q", len(content)) + content)
    if sys.argv[3:]:
        record(new, *sys.argv[3:])


if __name__ == "__main__":
    main()
