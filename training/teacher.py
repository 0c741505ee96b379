#!/usr/bin/env python3
"""What trained networks say of articles, annotated or not: what a student learns from.

    teacher.py OUT FEATURES CHECKPOINT... [--gold SCHEME GOLD] [--hidden]

Of several networks the mean of their probabilities is taken. For each article, in half precision: log probabilities
of cue tags [tokens, 3]; the spans that may be cues (those of GOLD and those whose first token is one with a probability of at
least LEAST), and for each of them the log probabilities of the tokens around it [spans, 5, WIDTH], of its types and of its acts
[spans, FIELDS]; with --hidden the networks' hidden states side by side [tokens, widths]. OUT is a folder, a file for each SHARD
articles; what an interrupted run wrote is not made again.
"""
import argparse
import glob
import os

import torch

import data
import decode
import network

LEAST = 0.1
SHARD = 400


def ask(nets, article):
    bags = data.Bags(article.features)
    hiddens = [net.encoder.hidden([(article.pieces, bags)])[0] for net in nets]
    heads = [net.heads(hidden) for net, hidden in zip(nets, hiddens)]
    mean = lambda parts: torch.stack([part.float() for part in parts]).mean(0).clamp_min(1e-6).log()
    cues = mean([scores.softmax(-1) for scores, *_ in heads])
    spans = {cue for cue, _, _ in article.attributions}
    taken = {token for cue in spans for token in range(*cue)}
    spans |= {span for span, _ in decode.cue_spans(cues, LEAST) if not taken & set(range(*span))}
    spans = sorted(spans)
    links, fields = torch.zeros(0, 5, data.WIDTH), torch.zeros(0, network.FIELDS)
    if spans:
        links = mean([net.link(arguments, vectors, article, spans).softmax(1)
                      for net, (_, arguments, vectors, *_) in zip(nets, heads)])
        at = [torch.stack([fields[first:end].mean(0) for first, end in spans]) for _, _, _, fields, *_ in heads]
        types = len(data.TYPES)
        fields = torch.cat([mean([part[:, :types].softmax(1) for part in at]), mean([part[:, types:].softmax(1) for part in at])], 1)
    told = {"cues": cues.half(), "spans": spans, "links": links.half(), "fields": fields.half()}
    return told, torch.cat(hiddens, -1).half()


def read(folder):
    """What was written to a folder, by article."""
    told = {}
    for path in sorted(glob.glob(f"{folder}/*.pt")):
        told |= torch.load(path)
    return told


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("features")
    parser.add_argument("checkpoints", nargs="+")
    parser.add_argument("--gold", nargs=2, metavar=("SCHEME", "GOLD"), default=("guide", None))
    parser.add_argument("--hidden", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    os.makedirs(args.out, exist_ok=True)
    nets = [network.of(torch.load(checkpoint)).eval() for checkpoint in args.checkpoints]
    scheme, gold = args.gold
    articles, _ = data.load(args.features, gold, scheme)
    for number in range(0, len(articles), SHARD):
        path = f"{args.out}/{number // SHARD:04}.pt"
        if os.path.exists(path):
            continue
        shard = {}
        for article in articles[number:number + SHARD]:
            with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
                told, hidden = ask(nets, article)
            shard[article.id] = told | ({"hidden": hidden} if args.hidden else {})
        torch.save(shard, path + ".new")
        os.replace(path + ".new", path)
        print(number + len(shard), flush=True)


if __name__ == "__main__":
    main()
