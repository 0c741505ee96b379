#!/usr/bin/env python3
"""Trains a network and writes a checkpoint after each epoch; started again, it goes on from the last one.

    train.py OUT --encoder minilm:FOLDER --train FEATURES GOLD --dev FEATURES GOLD [--epochs N] [--teacher LOGITS]

OUT is a folder: `last.pt` (weights, optimizer, epoch), `best.pt` (weights of the best epoch on dev) and `log.tsv`.
"""
import argparse
import json
import os
import random
import time

import numpy as np
import torch
from torch.nn import functional as F

import data
import decode
import network


# A cue is one or two tokens, what belongs to it fifty: without this weight the encoder learns the latter.
CUE_WEIGHT = 4.0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--encoder", required=True, help="minilm:FOLDER, distilbert:FOLDER or convolutions:FOLDER")
    parser.add_argument("--train", nargs=2, required=True, metavar=("FEATURES", "GOLD"))
    parser.add_argument("--dev", nargs=2, required=True, metavar=("FEATURES", "GOLD"))
    parser.add_argument("--examples", metavar="FEATURES", help="of articles whose patterns' proposals are taught as gold")
    parser.add_argument("--cut", type=float, default=0.0, help="share of articles shown as single sentences")
    parser.add_argument("--start", metavar="CHECKPOINT", help="weights to begin with")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--config", type=json.loads, default={}, help="of the encoder, as JSON")
    parser.add_argument("--linker", type=json.loads, default={}, help="configuration of the linker, as JSON")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--batch", type=int, default=4, help="articles a step")
    parser.add_argument("--rate", type=float, default=2e-4, help="learning rate of pretrained weights")
    parser.add_argument("--new-rate", type=float, default=1e-3, help="learning rate of the others")
    parser.add_argument("--teacher", nargs="*", default=[], help="what teacher.py wrote for the same articles")
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--gold-weight", type=float, default=0.3, help="weight of gold beside the teacher")
    parser.add_argument("--hidden-weight", type=float, default=1.0, help="weight of the teacher's hidden states")
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after the epoch that passes them")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--articles", type=int, default=None, help="only so many, for a trial")
    return parser.parse_args()


def build(args):
    name, folder = args.encoder.split(":", 1)
    if name == "convolutions":
        encoder = network.convolutions(folder, **args.config)
    else:
        encoder = getattr(network, name)(folder, layers=args.layers, **args.config)
    return network.Network(encoder, network.Linker(**args.linker))


def shown(article, teacher, cut, rng):
    """The article with what the teacher says of it; or, with probability `cut`, its sentences as texts of their own:
    who asks about a single sentence has no article around it."""
    taught = teacher.get(article.id)
    if rng.random() >= cut:
        yield article, taught
        return
    for first, end in article.pieces_of_text(rng):
        part, kept = article.cut(first, end)
        yield part, taught and {"cues": taught["cues"][first:end], "hidden": taught["hidden"][first:end],
                                "links": taught["links"][kept]}


def loss_of(net, articles, prepared, args):
    """Summed over the cues of a batch, by the number of its cues."""
    hiddens = net.encoder.hidden([(pieces, data.Bags(features)) for features, pieces, _ in prepared])
    total, cues = 0.0, 0
    for (article, taught), (_, _, proposed), hidden in zip(articles, prepared, hiddens):
        scores, arguments, cue_vectors = net.heads(hidden)
        gold = torch.from_numpy(article.cue_tags())
        cue_loss = F.cross_entropy(scores, gold, reduction="sum")
        if taught is not None:
            soft = F.kl_div(F.log_softmax(scores, -1), taught["cues"].float().softmax(-1), reduction="sum")
            cue_loss = args.gold_weight * cue_loss + (1 - args.gold_weight) * soft
            guess = net.pupil(hidden)
            total = total + args.hidden_weight * F.mse_loss(guess, taught["hidden"].float(), reduction="sum") / guess.shape[1]
        total = total + CUE_WEIGHT * cue_loss
        spans = [cue for cue, _, _ in article.attributions]
        if not spans:
            continue
        cues += len(spans)
        out = net.link(arguments, cue_vectors, article, spans, proposed)
        _, real = article.window(spans)
        real = torch.from_numpy(real).float()
        link_loss = (F.cross_entropy(out, torch.from_numpy(article.argument_tags()), reduction="none") * real).sum()
        if taught is not None:
            soft = F.kl_div(F.log_softmax(out, 1), taught["links"].float().softmax(1), reduction="none").sum(1)
            link_loss = args.gold_weight * link_loss + (1 - args.gold_weight) * (soft * real).sum()
        total = total + link_loss
    return total / max(cues, 1)


def main():
    args = arguments()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    os.makedirs(args.out, exist_ok=True)
    train, about = data.load(*args.train)
    dev, _ = data.load(*args.dev)
    train = train[:args.articles]
    if args.examples:
        examples, _ = data.load(args.examples)
        for article in examples:
            article.believe_proposals()
        train += examples
    teachers = [torch.load(path) for path in args.teacher]
    teacher = {}
    for key in teachers[0] if teachers else []:
        teacher[key] = {part: sum(t[key][part].float() for t in teachers) / len(teachers) for part in ("cues", "links")}
        teacher[key]["hidden"] = torch.cat([t[key]["hidden"] for t in teachers], -1)
    net = network.of(torch.load(args.start), args.linker) if args.start else build(args)
    if teacher:  # says what the teacher's hidden states are; not part of what ships
        net.pupil = torch.nn.Linear(net.encoder.config["width"], next(iter(teacher.values()))["hidden"].shape[-1])
    pretrained = [p for n, p in net.named_parameters() if n.startswith(("encoder.layers", "encoder.norm.", "encoder.positions"))
                  and net.encoder.kind == "transformer"]
    if net.encoder.kind == "transformer":
        net.encoder.pieces.weight.requires_grad_(False)  # a dense step over them costs as much as the layers
    known = {id(p) for p in pretrained}
    new = [p for p in net.parameters() if id(p) not in known and p.requires_grad]
    optimizer = torch.optim.AdamW([{"params": pretrained, "lr": args.rate, "peak": args.rate},
                                   {"params": new, "lr": args.new_rate, "peak": args.new_rate}], weight_decay=0.01)
    average = torch.optim.swa_utils.AveragedModel(net, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.99))
    steps = (len(train) + args.batch - 1) // args.batch
    start, best, step = 0, 0.0, 0
    last = f"{args.out}/last.pt"
    if os.path.exists(last):
        state = torch.load(last)
        net.load_state_dict(state["net"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
        start, best, step = state["epoch"], state["best"], state["step"]
    unknown = 100
    began = time.time()
    for epoch in range(start, args.epochs):
        rng = random.Random(1000 * args.seed + epoch)
        order = list(range(len(train)))
        rng.shuffle(order)
        net.train()
        running, clock = 0.0, time.time()
        for index in range(steps):
            progress = step / (steps * args.epochs)
            scale = min(1.0, progress / 0.05) * max(0.02, 1 - max(0.0, progress - 0.05) / 0.95)
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * scale
            articles = [train[i] for i in order[index * args.batch:(index + 1) * args.batch]]
            articles = [part for article in articles for part in shown(article, teacher, args.cut, rng)]
            prepared = [data.dropped(article, about, rng, unknown) for article, _ in articles]
            optimizer.zero_grad()
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=net.encoder.kind == "transformer"):
                loss = loss_of(net, articles, prepared, args)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            average.update_parameters(net)
            step += 1
            running += loss.item()
            if index % 20 == 19:
                print(f"{epoch}.{index + 1} loss {running / 20:.3f} {time.time() - clock:.0f} s", flush=True)
                running = 0.0
        figures = decode.evaluate(average.module, dev, args.dev[1])
        row = [str(epoch + 1), f"{time.time() - clock:.0f}"] + [f"{k}={v}" for k, v in figures.items()]
        print("\t".join(row), flush=True)
        with open(f"{args.out}/log.tsv", "a", encoding="utf-8") as log:
            log.write("\t".join(row) + "\n")
        weights = {name: w for name, w in average.module.state_dict().items() if not name.startswith("pupil.")}
        if figures["attribution"] > best:
            best = figures["attribution"]
            torch.save({"net": weights, "config": net.encoder.config, "linker": net.linker.config,
                        "args": vars(args)}, f"{args.out}/best.pt")
        torch.save({"net": net.state_dict(), "average": average.state_dict(), "optimizer": optimizer.state_dict(),
                    "epoch": epoch + 1, "best": best, "step": step}, f"{last}.new")
        os.replace(f"{last}.new", last)
        if time.time() - began > 60 * args.minutes:
            break


if __name__ == "__main__":
    main()
