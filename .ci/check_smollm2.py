"""Checks of real-model runs.

    check_smollm2.py ids GOLDEN WORK     writes WORK/calib2.json and WORK/eval4.json, cuts of the golden token ids
    check_smollm2.py compare WORK        holds WORK/*.json against what the reference measured and what transformers measures
"""

import json
import math
import sys

# What the independent PyTorch program measured on the same ids (reference mapping, float32), and how far we may be off. At 70 % this
# model is near collapse and chaotic: with another order of summation inside MKL that program is 3 % off its own 8-sequence result,
# while all masks agree up to the middle of the model; ours gave 1,825 with AVX-512 and 1,355 with AVX2 for uniform-0.7. So these runs must be as
# good, not equal. At 50 % a near-tie that goes the other way moves the end by some tenths of a per cent: ours are 0.1 to 0.5 % off, by the CPU.
# SparseGPT's sums run through whole rows, so rounding tells more there; on 8 sequences it is 0.4 % off.
DENSE = 19.92
REFERENCE = {"owl-0.5": (58.5126, 0.015), "uniform-0.5": (58.3056, 0.015), "owl-0.7": (1685.57, 0.5), "uniform-0.7": (2791.52, 0.5), "sparsegpt-0.5": (65.3129, 0.03)}


def perplexity(folder, windows):
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForImageTextToText

    multimodal = hasattr(AutoConfig.from_pretrained(folder), "vision_config")
    auto = AutoModelForImageTextToText if multimodal else AutoModelForCausalLM
    model = auto.from_pretrained(folder, dtype=torch.float32).eval()
    loss = tokens = 0
    with torch.no_grad():
        for row in windows:
            ids = torch.tensor([row])
            logits = model(ids, use_cache=False).logits.float()
            loss += torch.nn.functional.cross_entropy(logits[0, :-1], ids[0, 1:]).item() * len(row)
            tokens += len(row)
    return math.exp(loss / tokens)


def read(path):
    with open(path) as f:
        return json.load(f)


def main():
    failed = 0

    def check(what, ours, expected, tolerance, may_be_better=False):
        nonlocal failed
        off = ours / expected - 1
        off = max(off, 0) if may_be_better else abs(off)
        failed += off > tolerance
        print(f"{'ok  ' if off <= tolerance else 'FAIL'} {what}: {ours:.4f}, expected {expected:.4f}, off by {off:.3%} (allowed {tolerance:.1%})")

    if sys.argv[1] == "ids":
        golden, work = sys.argv[2:]
        for name, count, out in (("calib", 2, "calib2"), ("eval", 4, "eval4")):
            with open(f"{work}/{out}.json", "w") as f:
                json.dump({"ids": read(f"{golden}/{name}.json")["ids"][:count]}, f)
        return
    work = sys.argv[2]
    windows = read(f"{work}/eval4.json")["ids"]
    check("dense", read(f"{work}/dense.json")["perplexity"], DENSE, 0.001)
    check("text against ids", read(f"{work}/text.json")["perplexity"], read(f"{work}/ids.json")["perplexity"], 1e-9)
    for name, (expected, tolerance) in REFERENCE.items():
        ours = read(f"{work}/{name}.json")["perplexity"]
        check(f"{name} against the reference", ours, expected, tolerance, may_be_better=name.endswith("0.7"))
        if name.endswith("0.7"):
            check(f"{name} reopened in transformers", ours, perplexity(f"{work}/{name}", windows), 0.001)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
