#!/usr/bin/env python3
"""Trains a network and writes a checkpoint after each epoch; started again, it goes on from the last one.

    train.py OUT --encoder minilm:FOLDER --train SCHEME FEATURES GOLD TIMES --dev SCHEME FEATURES GOLD

--train and --dev may be given several times; an epoch shows the articles of a --train TIMES times (0.5: every second
one). SCHEME is guide or polnear. OUT is a folder: `last.pt` (weights, optimizer, epoch), `best.pt` (weights of the
epoch with the best mean attribution over the --dev sets) and `log.tsv`. With --without, articles whose ids begin so are learnt from
by nobody and measured beside --dev.
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
import teacher as teaching


# A cue is one or two tokens, what belongs to it fifty: without this weight the encoder learns the latter.
CUE_WEIGHT = 4.0
# Type and act of an attribution beside its spans.
FIELD_WEIGHT = 1.0
# Mentions and names, of which a text has ten times as many as cues.
MENTION_WEIGHT = 0.2


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--encoder", required=True, help="minilm:FOLDER, onnx_bert:FOLDER, distilbert:FOLDER or convolutions:FOLDER")
    parser.add_argument("--train", nargs=4, action="append", required=True, metavar=("SCHEME", "FEATURES", "GOLD", "TIMES"))
    parser.add_argument("--dev", nargs=3, action="append", default=[], metavar=("SCHEME", "FEATURES", "GOLD"))
    parser.add_argument("--without", nargs="*", default=[], metavar="BEGINNING", help="of ids of articles that are left out")
    parser.add_argument("--examples", metavar="FEATURES", help="of articles whose patterns' proposals are taught as gold")
    parser.add_argument("--cut", type=float, default=0.0, help="share of articles shown as single sentences")
    parser.add_argument("--start", metavar="CHECKPOINT", help="weights to begin with")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--config", type=json.loads, default={}, help="of the encoder, as JSON")
    parser.add_argument("--linker", type=json.loads, default={}, help="configuration of the linker, as JSON")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--batch", type=int, default=2400, help="tokens a step, at least")
    parser.add_argument("--rate", type=float, default=2e-4, help="learning rate of pretrained weights")
    parser.add_argument("--new-rate", type=float, default=1e-3, help="learning rate of the others")
    parser.add_argument("--teacher", nargs="*", default=[], help="folders that teacher.py wrote")
    parser.add_argument("--mentions", nargs="*", default=[], help="what mentions.py wrote")
    parser.add_argument("--mentioning", nargs=3, metavar=("FEATURES", "TIMES", "BEGINNINGS"), action="append", default=[],
                        help="articles of which only mentions are known; those whose ids begin so (separated by commas) are for measuring")
    parser.add_argument("--unlabelled", nargs=2, metavar=("FEATURES", "TIMES"), help="articles that only the teacher has read")
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
        part, _ = article.cut(first, end)
        yield part, taught and within(taught, first, end)


def within(taught, first, end):
    """What is taught of some of an article's tokens. What lies around its cues is taught as it was in the article: a
    sentence tells as much of what stands in it."""
    kept = [number for number, span in enumerate(taught["spans"]) if first <= span[0] and span[1] <= end]
    return {"cues": taught["cues"][first:end], "links": taught["links"][kept], "fields": taught["fields"][kept],
            "spans": [(taught["spans"][number][0] - first, taught["spans"][number][1] - first) for number in kept],
            **({"hidden": taught["hidden"][first:end]} if "hidden" in taught else {})}


def batches(articles, size):
    """Articles in the order given, as many a batch as have `size` tokens."""
    batch, tokens = [], 0
    for article in articles:
        batch.append(article)
        tokens += len(article)
        if tokens >= size:
            yield batch
            batch, tokens = [], 0
    if batch:
        yield batch


def divergence(scores, taught, dim):
    """How far scores are from the log probabilities that are taught, along all but `dim`."""
    return F.kl_div(F.log_softmax(scores, dim), taught.float(), reduction="none", log_target=True).sum(dim)


def field_losses(fields, spans, told):
    """Of the types and acts of cues, told by number or by log probability."""
    fields = torch.stack([fields[first:end].mean(0) for first, end in spans])
    parts = [len(data.TYPES), len(data.ACTS)]
    if told.dtype == torch.long:
        for guess, real in zip(fields.split(parts, 1), told.T):
            if (real != data.UNTOLD).any():
                yield F.cross_entropy(guess, real, ignore_index=data.UNTOLD, reduction="sum")
    else:
        for guess, real in zip(fields.split(parts, 1), told.split(parts, 1)):
            yield divergence(guess, real, 1).sum()


def mention_loss(net, article, tags, edges, firsts, lasts):
    """Summed over tokens and spans. Where not all mentions are known, only those that are teach."""
    total = F.cross_entropy(tags, torch.from_numpy(article.name_tags), ignore_index=data.UNTOLD, reduction="sum")
    gold = sorted(article.mentions)
    begins, ends = sorted({first for first, _ in gold}), sorted({end for _, end in gold})
    real = torch.zeros(len(article), 2)
    real[begins, 0] = 1.0
    real[[end - 1 for end in ends], 1] = 1.0
    loss = F.binary_cross_entropy_with_logits(edges, real, reduction="none")
    total = total + (loss.sum() if article.all_mentions else (loss * real).sum())
    if not gold:
        return total
    spans = list(gold)
    if article.all_mentions:
        ends = np.array(ends)
        spans += [(first, int(end)) for first in begins for end in ends[(ends > first) & (ends <= first + data.LONGEST_MENTION)]
                  if (first, int(end)) not in article.mentions and article.sentences[first] == article.sentences[end - 1]]
    scores = net.mentions(firsts, lasts, torch.tensor(spans))
    real = (torch.arange(len(spans)) < len(gold)).float()
    total = total + F.binary_cross_entropy_with_logits(scores[:, 0], real, reduction="sum")
    told = torch.tensor([article.mentions[span] for span in gold])
    for guess, real in zip(scores[:len(gold), 1:].split([len(data.KINDS), len(data.FORMS)], 1), told.T):
        if (real != data.UNTOLD).any():
            total = total + F.cross_entropy(guess, real, ignore_index=data.UNTOLD, reduction="sum")
    return total


def loss_of(net, articles, prepared, args):
    """Summed over the cues of a batch, by the number of its cues."""
    hiddens = net.encoder.hidden([(pieces, data.Bags(features)) for features, pieces, _ in prepared])
    total, cues = 0.0, 0
    for (article, taught), (_, _, proposed), hidden in zip(articles, prepared, hiddens):
        scores, arguments, cue_vectors, fields, *of_mentions = net.heads(hidden)
        if article.mentions is not None:
            total = total + MENTION_WEIGHT * mention_loss(net, article, *of_mentions)
        gold_weight = (args.gold_weight if taught else 1.0) if article.annotated else 0.0
        if gold_weight:
            gold = torch.from_numpy(article.cue_tags())
            total = total + gold_weight * CUE_WEIGHT * F.cross_entropy(scores, gold, reduction="sum")
            spans = [cue for cue, _, _ in article.attributions]
            cues += len(spans)
            if spans:
                out = net.link(arguments, cue_vectors, article, spans, proposed)
                real = torch.from_numpy(article.window(spans, net.linker.config["near"])[1]).float()
                loss = (F.cross_entropy(out, torch.from_numpy(article.argument_tags(net.linker.config["near"])), reduction="none") * real).sum()
                total = total + gold_weight * loss
                for loss in field_losses(fields, spans, torch.tensor(article.fields)):
                    total = total + gold_weight * FIELD_WEIGHT * loss
        if taught:
            weight = 1.0 - gold_weight
            total = total + weight * CUE_WEIGHT * divergence(scores, taught["cues"], -1).sum()
            if "hidden" in taught:
                guess = net.pupil(hidden)
                total = total + args.hidden_weight * F.mse_loss(guess, taught["hidden"].float(), reduction="sum") / guess.shape[1]
            spans = taught["spans"]
            cues += 0 if gold_weight else len(spans)
            if spans:
                out = net.link(arguments, cue_vectors, article, spans, proposed)
                real = torch.from_numpy(article.window(spans, net.linker.config["near"])[1]).float()
                # What is no cue has no content: less is learnt of it.
                sure = 1 - taught["cues"][[first for first, _ in spans], 0].float().exp()
                total = total + weight * (divergence(out, taught["links"], 1) * real * sure[:, None]).sum()
                for loss in field_losses(fields, spans, taught["fields"]):
                    total = total + weight * FIELD_WEIGHT * loss
    return total / max(cues, 1)


def main():
    args = arguments()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    os.makedirs(args.out, exist_ok=True)
    train, dev, left_out, mentioning = [], [], {}, []
    mentions = data.mentions(args.mentions)
    for features, times, beginnings in args.mentioning:
        articles, _ = data.load(features, mentions=mentions)
        measured = [article for article in articles if beginnings and article.id.startswith(tuple(beginnings.split(",")))]
        mentioning += measured
        train.append(([article for article in articles if article not in measured], float(times)))
    for scheme, features, gold, times in args.train:
        articles, about = data.load(features, gold, scheme, mentions)
        out = [article for article in articles if article.id.startswith(tuple(args.without))]
        if out:
            left_out[gold] = out
        articles = [article for article in articles[:args.articles] if not article.id.startswith(tuple(args.without))]
        train.append((articles, float(times)))
    for scheme, features, gold in args.dev:
        dev.append((os.path.basename(gold).removesuffix(".jsonl"), data.load(features, gold, scheme)[0], gold, scheme != "guide"))
    for gold, articles in left_out.items():
        dev.append(("left out of " + os.path.basename(gold).removesuffix(".jsonl"), articles, gold, False))
    if args.examples:
        examples, _ = data.load(args.examples)
        for article in examples:
            article.believe_proposals()
        train.append((examples, 1.0))
    teacher = {}
    for folder in args.teacher:
        teacher |= teaching.read(folder)
    if args.unlabelled:
        train.append(([article for article in data.load(args.unlabelled[0])[0] if article.id in teacher], float(args.unlabelled[1])))
    net = network.of(torch.load(args.start), args.linker) if args.start else build(args)
    hidden = next((told["hidden"].shape[-1] for told in teacher.values() if "hidden" in told), None)
    if hidden:  # says what the teacher's hidden states are; not part of what ships
        net.pupil = torch.nn.Linear(net.encoder.config["width"], hidden)
    pretrained = [p for n, p in net.named_parameters() if n.startswith(("encoder.layers", "encoder.norm.", "encoder.positions"))
                  and net.encoder.kind == "transformer"]
    if net.encoder.kind == "transformer":
        net.encoder.pieces.weight.requires_grad_(False)  # a dense step over them costs as much as the layers
    known = {id(p) for p in pretrained}
    new = [p for p in net.parameters() if id(p) not in known and p.requires_grad]
    optimizer = torch.optim.AdamW([{"params": pretrained, "lr": args.rate, "peak": args.rate},
                                   {"params": new, "lr": args.new_rate, "peak": args.new_rate}], weight_decay=0.01)
    average = torch.optim.swa_utils.AveragedModel(net, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.99))
    start, best = 0, 0.0
    last = f"{args.out}/last.pt"
    if os.path.exists(last):
        state = torch.load(last)
        net.load_state_dict(state["net"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
        start, best = state["epoch"], state["best"]
    unknown = 100
    began = time.time()
    for epoch in range(start, args.epochs):
        rng = random.Random(1000 * args.seed + epoch)
        order = []
        for articles, times in train:
            whole, rest = int(times), times - int(times)
            order += articles * whole + rng.sample(articles, round(rest * len(articles)))
        rng.shuffle(order)
        net.train()
        running, clock = 0.0, time.time()
        order = list(batches(order, args.batch))
        for index, articles in enumerate(order):
            progress = (epoch + index / len(order)) / args.epochs
            scale = min(1.0, progress / 0.05) * max(0.02, 1 - max(0.0, progress - 0.05) / 0.95)
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * scale
            articles = [part for article in articles for part in shown(article, teacher, args.cut, rng)]
            prepared = [data.dropped(article, about, rng, unknown) for article, _ in articles]
            optimizer.zero_grad()
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=net.encoder.kind == "transformer"):
                loss = loss_of(net, articles, prepared, args)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            average.update_parameters(net)
            running += loss.item()
            if index % 20 == 19:
                print(f"{epoch}.{index + 1} of {len(order)} loss {running / 20:.3f} {time.time() - clock:.0f} s", flush=True)
                running = 0.0
        mean = []
        for name, articles, gold, flat in dev:
            figures = decode.evaluate(average.module, articles, gold, flat)
            mean.append(figures["attribution"])
            row = [str(epoch + 1), f"{time.time() - clock:.0f}", name] + [f"{k}={v}" for k, v in figures.items()]
            print("\t".join(row), flush=True)
            with open(f"{args.out}/log.tsv", "a", encoding="utf-8") as log:
                log.write("\t".join(row) + "\n")
        if mentioning:
            figures = decode.evaluate_mentions(average.module, mentioning)
            print(epoch + 1, figures, flush=True)
            with open(f"{args.out}/log.tsv", "a", encoding="utf-8") as log:
                log.write("\t".join([str(epoch + 1), "", "mentions"] + [f"{k}={v}" for k, v in figures.items()]) + "\n")
        mean = sum(mean) / max(len(mean), 1)
        weights = {name: w for name, w in average.module.state_dict().items() if not name.startswith("pupil.")}
        if mean >= best:
            best = mean
            torch.save({"net": weights, "config": net.encoder.config, "linker": net.linker.config,
                        "args": vars(args)}, f"{args.out}/best.pt")
        torch.save({"net": net.state_dict(), "average": average.state_dict(), "optimizer": optimizer.state_dict(),
                    "epoch": epoch + 1, "best": best}, f"{last}.new")
        os.replace(f"{last}.new", last)
        if time.time() - began > 60 * args.minutes:
            break


if __name__ == "__main__":
    main()
