#!/usr/bin/env python3
"""A model file of format 1, which had ONNX graphs, as one of format 2, which has layers: convert.py OLD NEW

The encoder's weights stay what they are; the linker's, which were f32, are rounded as export.py does it.
"""
import json
import struct
import sys

import numpy as np
import onnx
from onnx import numpy_helper

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
    """[outputs, inputs] in f32 as a layer."""
    scales = np.maximum(np.abs(weight).max(1), 1e-8).astype(np.float32) / np.float32(MOST)
    return layer(np.rint(weight / scales[:, None]).astype(np.int8).T, scales, bias)


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


if __name__ == "__main__":
    main()
