"""Prunes tiny models of every family, and holds their losses against what transformers measures on what was saved.

    check_families.py OWL GOLDEN WORK
"""

import json
import math
import os
import pathlib
import random
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from safetensors.torch import load_file

from check_smollm2 import perplexity

FAMILIES = ["llama", "llama3-rope-tied", "llama-head-dim-bias", "mistral-sliding", "qwen2", "qwen3", "gemma3", "opt", "opt-post-norm", "phi3", "gpt-neox", "gpt2"]
FAMILIES += ["gemma", "gemma2", "gemma3-multimodal", "olmo2", "granite", "smollm3", "glm4", "cohere-qk-norm", "cohere2", "stablelm", "stablelm-parallel", "phi", "starcoder2"]
FAMILIES += ["falcon-mqa", "falcon-alibi", "falcon-gqa", "bloom", "ministral", "ministral3", "mistral3", "llama-yarn"]
EXPERTS = ["mixtral", "qwen2-moe", "qwen3-moe", "olmoe"]
FAMILIES += EXPERTS

GONE = object()  # a setting that is taken away

# The same weights with other settings, for what the tiny models do not have.
VARIANTS = {
    "mistral-no-window": ("mistral-sliding", {"sliding_window": None}),
    "qwen2-upper-blocks-slide": ("qwen2", {"use_sliding_window": True, "sliding_window": 16, "max_window_layers": 1, "layer_types": GONE}),
    "qwen3-one-block-slides": ("qwen3", {"use_sliding_window": True, "sliding_window": 9, "layer_types": ["full_attention", "sliding_attention", "full_attention"]}),
    "gemma3-older-spelling": (
        "gemma3",
        {"rope_parameters": GONE, "rope_theta": 1e6, "rope_local_base_freq": 1e4, "rope_scaling": {"rope_type": "linear", "factor": 8.0}}
        | {"layer_types": GONE, "_sliding_window_pattern": GONE, "sliding_window_pattern": 3},
    ),
    "opt-without-last-norm": ("opt", {"_remove_final_layer_norm": True, "activation_function": "gelu"}),
    "phi3-part-turns-and-slides": ("phi3", {"rope_parameters": GONE, "rope_theta": 1e4, "partial_rotary_factor": 0.5, "sliding_window": 16}),
    "phi3-longrope": (
        "phi3",
        {"rope_parameters": GONE, "rope_theta": 1e4, "original_max_position_embeddings": 32}
        | {"rope_scaling": {"type": "longrope", "short_factor": [1, 1.1, 1.2, 1.3], "long_factor": [1.5, 3, 5.5, 8]}},
    ),
    "gpt-neox-one-after-the-other": ("gpt-neox", {"use_parallel_residual": False, "rope_parameters": GONE, "rotary_pct": 0.5, "rotary_emb_base": 5000, "hidden_act": "gelu_fast"}),
    "llama-older-yarn": (
        "llama-yarn",
        {"rope_parameters": GONE, "rope_theta": 1e4}
        | {"rope_scaling": {"type": "yarn", "rope_type": "yarn", "factor": 8.0, "original_max_position_embeddings": 16, "mscale": 0.8, "mscale_all_dim": 0.5, "beta_fast": 4}},
    ),
    "mixtral-slides": ("mixtral", {"sliding_window": 9, "num_experts_per_tok": 3}),
    "qwen2-moe-normalized-and-slides": (
        "qwen2-moe",
        {"norm_topk_prob": True, "use_sliding_window": True, "sliding_window": 9, "max_window_layers": 1, "layer_types": GONE},
    ),
    "qwen3-moe-slides": ("qwen3-moe", {"norm_topk_prob": False, "use_sliding_window": True, "sliding_window": 9}),
    "olmoe-not-clipped": ("olmoe", {"norm_topk_prob": True, "clip_qkv": None}),
    "gpt2-scaled-by-block": ("gpt2", {"scale_attn_by_inverse_layer_idx": True, "activation_function": "gelu"}),
}


def ids(seed, windows):
    draw = random.Random(seed)
    return [[draw.randrange(3, 160) for _ in range(64)] for _ in range(windows)]


def write(path, content):
    with open(path, "w") as f:
        json.dump(content, f)


def wrong_zeros(pruned):
    """The linears of the report whose tensors have another number of zeros than it says."""
    report = json.loads((pruned / "owl-report.json").read_text())
    tensors = load_file(pruned / "model.safetensors")
    return [
        f"{block['name']}.{linear['name']}"
        for block in report["blocks"]
        for linear in block["linears"]
        if int((tensors[f"{block['name']}.{linear['name']}.weight"] == 0).sum()) != linear["zeros"]
    ]


def main():
    owl, golden, work = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    work.mkdir(exist_ok=True)
    windows = ids(2, 4)
    write(work / "calib.json", {"ids": ids(1, 4)})
    write(work / "eval.json", {"ids": windows})
    failed = 0
    # Such short runs end before Java's second compiler pays off.
    environment = os.environ | {"OWL_OPTS": "-XX:TieredStopAtLevel=1"}

    def run(*arguments):
        done = subprocess.run([owl, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)
        if done.returncode:
            raise RuntimeError(done.stderr)

    def prune(name):
        """Prunes the family's model; where that is saved, and the loss by our own forward pass."""
        architecture, settings = VARIANTS.get(name, (name, {}))
        dense, pruned, measured = work / name, work / (name + "-pruned"), work / (name + ".json")
        dense.mkdir()
        with open(golden / architecture / "config.json") as f:
            config = json.load(f) | settings
        write(dense / "config.json", {k: v for k, v in config.items() if v is not GONE})
        shutil.copy(golden / architecture / "model.safetensors", dense)
        run("prune", dense, "--out", pruned, "--sparsity", "0.5", "--calibration", work / "calib.json")
        run("eval", pruned, "--ids", work / "eval.json", "--json", measured)
        with open(measured) as f:
            return pruned, math.log(json.load(f)["perplexity"])

    names = FAMILIES + list(VARIANTS)
    # Starting a JVM is most of the work, and leaves a core free.
    for name, (pruned, ours) in zip(names, ThreadPoolExecutor(2).map(prune, names)):
        theirs = math.log(perplexity(pruned, windows))
        off = abs(ours / theirs - 1)
        failed += not off <= 1e-4
        if VARIANTS.get(name, (name,))[0] in EXPERTS:
            wrong = wrong_zeros(pruned)
            failed += bool(wrong)
            print(f"{'FAIL' if wrong else 'ok  '} {name}: zeros are where the report says{'; not ' + ', '.join(wrong) if wrong else ''}", flush=True)
        print(f"{'ok  ' if off <= 1e-4 else 'FAIL'} {name}, pruned: loss {ours:.6f}, in transformers {theirs:.6f}, off by {off:.1e} (allowed 1e-4)", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
