#!/usr/bin/env python3
"""A checkpoint -> the file that ships: magic word and version, what it is, tables, and two ONNX graphs.

    export.py CHECKPOINT VOCABULARY OUT.model [--float]

The graphs read embedded tokens (or pieces): the sums of table rows are the product's own work, so that tables can
stay in 8 bits. The order of the file is that of `crates/engine/src/tagging/network/file.rs`:

    magic "ascribe-tagger\\n", format version (u32), then sections, each: name (u8 length + bytes), length (u64), bytes

The section "words" is `data/words.tsv` as it was when the network was trained: its classes are what the network reads.
All numbers are little-endian. A table is rows (u32), columns (u32), a scale a row (f32), then 8-bit values.
"""
import argparse
import io
import json
import os
import struct
import tempfile

import numpy as np
import onnx
import onnxruntime
import torch
from torch.nn import functional as F
from onnxruntime.quantization import QuantType, quantize_dynamic

import data
import network

# Confidences are the network's own probabilities: what calibrate.py wants to see.
UNCALIBRATED = {"cue": [0, 1], "source": [0, 1], "content": [0, 1], "attribution": [0, 1, 0, 0, 0, 0, 0, 0]}
# Columns of the product that takes means; with one, rten would add in another order.
MEAN = 16
MAGIC, VERSION = b"ascribe-tagger\n", 1


def table(weights):
    """The bytes of a table; its weights become what 8 bits hold of them."""
    array = weights.detach().numpy()
    scales = np.maximum(np.abs(array).max(1), 1e-8).astype(np.float32) / np.float32(127)
    values = np.rint(array / scales[:, None]).astype(np.int8)
    with torch.no_grad():
        weights.copy_(torch.from_numpy(values.astype(np.float32) * scales[:, None]))
    return struct.pack("<II", *array.shape) + scales.astype("<f4").tobytes() + values.tobytes()


def record(net, graphs, features, out):
    """What the exported graphs say of some sentences, for the test that compares the product with them: for each token the
    probabilities of the cue tags, for each cue that the patterns propose the scores of the tokens around it."""
    encoder, linker = (onnxruntime.InferenceSession(graphs[name]) for name in ("encoder", "linker"))
    run = lambda session, x: torch.from_numpy(session.run(None, {"x": x.numpy()})[0])
    rounded = lambda array: np.round(array.tolist(), 4).tolist()
    records = []
    for article in data.load(features)[0]:
        spans = [tuple(proposal["cue"]) for proposal in article.proposals]
        links = []
        with torch.no_grad():
            x = net.encoder.embed(article.pieces, data.Bags(article.features))
            scores, arguments, cues = run(encoder, x[None])[0].split([3, network.LINK, network.LINK], -1)
            if spans:
                at, inside = article.window(spans)
                vectors = torch.stack([cues[first:end].mean(0) for first, end in spans])
                x = net.linker.inputs(arguments[torch.from_numpy(at)], vectors, torch.from_numpy(article.pair_features(spans, True)))
                links = [{"cue": cue, "scores": rounded(of[torch.from_numpy(real)])}
                         for cue, of, real in zip(spans, run(linker, x.transpose(1, 2)), inside)]
        records.append({"id": article.id, "cues": rounded(scores.softmax(-1)), "links": links})
    with open(out, "w", encoding="utf-8") as file:
        file.write("\n".join(map(json.dumps, records)) + "\n")


class Linked(torch.nn.Module):
    """The linker from the sum of its inputs on, with tokens before channels."""

    def __init__(self, linker):
        super().__init__()
        self.linker = linker

    def forward(self, x):
        return self.linker(x.transpose(1, 2)).transpose(1, 2)


class Exact(torch.nn.Module):
    """A layer norm that sums by products of matrices, which add in one order on every machine: what follows is rounded
    to 8 bits, where the last bit of a sum may tip the balance."""

    def __init__(self, norm):
        super().__init__()
        self.norm = norm
        width = norm.normalized_shape[0]
        self.mean = torch.nn.Parameter(torch.full((width, MEAN), 1.0 / width))

    def forward(self, x):
        x = x - torch.matmul(x, self.mean)[..., :1]
        variance = torch.matmul(x * x, self.mean)[..., :1]
        return x / torch.sqrt(variance + self.norm.eps) * self.norm.weight + self.norm.bias


class Unfolded(torch.nn.Module):
    """`Convolutions` with each convolution as one product of matrices, which is what can be done in 8 bits."""

    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder
        self.norm, self.norms = Exact(encoder.norm), torch.nn.ModuleList(map(Exact, encoder.norms))
        self.products = torch.nn.ModuleList()
        for convolution in encoder.convolutions:
            product = torch.nn.Linear(convolution.in_channels * convolution.kernel_size[0], convolution.out_channels)
            with torch.no_grad():  # [out, in, tap] -> [out, tap * in]
                product.weight.copy_(convolution.weight.transpose(1, 2).flatten(1))
                product.bias.copy_(convolution.bias)
            self.products.append(product)

    def forward(self, x):
        encoder = self.encoder
        x = self.norm(x)
        for product, convolution, norm in zip(self.products, encoder.convolutions, self.norms):
            reach = convolution.padding[0]
            padded = F.pad(x, (0, 0, reach, reach))
            length = x.shape[1]
            taps = [padded[:, tap * convolution.dilation[0]:][:, :length] for tap in range(convolution.kernel_size[0])]
            value, gate = product(torch.cat(taps, -1)).chunk(2, -1)
            x = norm(x + value * torch.sigmoid(gate))
        return encoder.heads(x)


def graph(module, example, axes, quantized):
    out = io.BytesIO()
    torch.onnx.export(module, (example,), out, input_names=["x"], output_names=["y"], dynamic_axes={"x": axes, "y": axes},
                      opset_version=17, dynamo=False)
    model = onnx.load_from_string(out.getvalue())
    if quantized:
        with tempfile.TemporaryDirectory() as folder:
            before, after = os.path.join(folder, "a.onnx"), os.path.join(folder, "b.onnx")
            onnx.save(model, before)
            shapes = {weights.name: weights.dims for weights in model.graph.initializer}
            exact = [node.name for node in model.graph.node if node.op_type == "MatMul" and shapes.get(node.input[1], ())[1:] == [MEAN]]
            quantize_dynamic(before, after, op_types_to_quantize=["MatMul", "Gemm"], per_channel=True, weight_type=QuantType.QInt8, reduce_range=True, nodes_to_exclude=exact,
                             extra_options={"MatMulConstBOnly": True})
            model = onnx.load(after)
    return model.SerializeToString()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("vocabulary")
    parser.add_argument("out")
    parser.add_argument("--name", required=True, help="its name and version, which answers give")
    parser.add_argument("--words", default="data/words.tsv", help="the word classes that its features were made with (data/words.tsv)")
    parser.add_argument("--float", action="store_true", help="don't quantize the encoder's graph")
    parser.add_argument("--calibration", help="what calibrate.py wrote")
    parser.add_argument("--record", nargs=2, metavar=("FEATURES", "OUT"), help="write what its graphs say of these articles")
    parser.add_argument("--onnx", help="also write the graphs to FOLDER", metavar="FOLDER")
    args = parser.parse_args()
    checkpoint = torch.load(args.checkpoint)
    net = network.of(checkpoint)
    net.eval()
    encoder, linker = net.encoder, net.linker
    width = encoder.config["width"]
    with torch.no_grad():
        if encoder.kind == "convolutions":  # the projection of a piece is the piece
            encoder.pieces.weight = torch.nn.Parameter(encoder.project(encoder.pieces.weight))
            encoder.project = torch.nn.Identity()
        graphs = {
            "encoder": graph(Unfolded(encoder) if encoder.kind == "convolutions" and not args.float else encoder, torch.randn(1, 40, width), {1: "tokens"}, not args.float),
            "linker": graph(Linked(linker), torch.randn(3, 160, network.LINK), {0: "cues"}, False),
        }
    about = {"kind": encoder.kind, "name": args.name, "link": network.LINK, "calibration": UNCALIBRATED}
    about |= {key: encoder.config[key] for key in ("window", "margin", "begin", "end") if key in encoder.config}
    if encoder.kind == "convolutions":
        about |= {"window": 1024, "margin": encoder.reach()}
    if args.calibration:
        with open(args.calibration, encoding="utf-8") as file:
            about["calibration"] = json.load(file)
    sections = {"about": json.dumps(about).encode(), "words": open(args.words, "rb").read(), "vocabulary": open(args.vocabulary, "rb").read(),
                "pieces": table(encoder.pieces.weight), "features": table(encoder.features.weight), "pairs": table(linker.pair.weight)}
    if encoder.kind == "transformer":
        sections["positions"] = table(encoder.positions.weight[:encoder.config["window"]])
    sections |= graphs
    if args.record:
        record(net, graphs, *args.record)
    if args.onnx:
        for name, content in graphs.items():
            with open(f"{args.onnx}/{name}.onnx", "wb") as file:
                file.write(content)
    with open(args.out, "wb") as out:
        out.write(MAGIC + struct.pack("<I", VERSION))
        for name, content in sections.items():
            out.write(struct.pack("<B", len(name)) + name.encode() + struct.pack("<Q", len(content)) + content)
            print(f"{name:12}{len(content):12,} bytes")


if __name__ == "__main__":
    main()
