#!/usr/bin/env python3
"""What a trained network says of articles: the logits that a student learns from.

    teacher.py CHECKPOINT OUT.pt FEATURES GOLD

For each article cue scores [tokens, 3], hidden states [tokens, width] and, around each gold cue, scores
[cues, 5, WIDTH], in half precision. What
was written of an interrupted run is read back and gone on from.
"""
import argparse
import os

import torch

import data
import network


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("out")
    parser.add_argument("features")
    parser.add_argument("gold")
    args = parser.parse_args()
    net = network.of(torch.load(args.checkpoint))
    net.eval()
    articles, _ = data.load(args.features, args.gold)
    logits = torch.load(args.out) if os.path.exists(args.out) else {}
    for number, article in enumerate(articles, 1):
        if article.id in logits:
            continue
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            [hidden] = net.encoder.hidden([(article.pieces, data.Bags(article.features))])
            scores, arguments, cues = net.heads(hidden)
            spans = [cue for cue, _, _ in article.attributions]
            links = net.link(arguments, cues, article, spans) if spans else torch.zeros(0, 5, data.WIDTH)
        logits[article.id] = {"cues": scores.half(), "links": links.half(), "hidden": hidden.half()}
        if number % 200 == 0 or number == len(articles):
            torch.save(logits, args.out + ".new")
            os.replace(args.out + ".new", args.out)
            print(number, flush=True)


if __name__ == "__main__":
    main()
