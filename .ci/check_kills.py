"""Kills `owl prune` at random moments, starts it again, and compares what it leaves with an undisturbed run."""
import hashlib
import json
import pathlib
import random
import shutil
import subprocess
import sys
import time

KILLS = 12
owl, benchmarks, work = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
work.mkdir(parents=True)
random.seed(7)

config = work / "config.json"
config.write_text(json.dumps({
    "model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_act": "silu", "vocab_size": 1000,
    "hidden_size": 256, "intermediate_size": 688, "num_hidden_layers": 12, "num_attention_heads": 8,
    "num_key_value_heads": 4, "max_position_embeddings": 512, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
    "tie_word_embeddings": False,
}))
model = work / "model"
libraries = pathlib.Path(owl).parent.parent / "lib" / "*"
subprocess.run(
    ["java", "-cp", f"{benchmarks}:{libraries}", "io.github.owlprune.benchmarks.RandomCheckpoint",
     str(config), str(model), "BF16", "1", "4000000"], check=True)
calibration = work / "ids.json"
calibration.write_text(json.dumps({"ids": [[random.randrange(1000) for _ in range(256)] for _ in range(8)]}))


def start(out, method):
    return subprocess.Popen(
        [owl, "prune", str(model), "--out", str(out), "--calibration", str(calibration), "--method", method],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def hashes(folder):
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in folder.iterdir() if f.name != "owl-report.json"}


original = hashes(model)
kills = {"early": 0, "going on": 0}
for method in ("wanda", "sparsegpt"):
    whole = work / f"whole-{method}"
    began = time.time()
    assert start(whole, method).wait() == 0
    seconds = time.time() - began
    expected = hashes(whole)
    assert len(expected) > len(original)
    done = 0
    while done < KILLS // 2:
        out = work / f"out-{method}-{done}"
        run = start(out, method)
        time.sleep(random.uniform(0.2, 1) * seconds)
        run.kill()
        run.wait()
        if out.exists():
            assert hashes(out) == expected, "a run that was killed late left something else"
            shutil.rmtree(out)
            continue  # too late for a kill
        done += 1
        kills["going on" if (work / f"{out.name}.partial" / "run" / "run.json").exists() else "early"] += 1
        again = start(out, method)
        printed, _ = again.communicate()
        assert again.returncode == 0, printed
        assert hashes(out) == expected, f"other bytes after a kill:\n{printed}"
        assert not (work / f"{out.name}.partial").exists()
        shutil.rmtree(out)
assert hashes(model) == original, "the original was touched"
assert kills["going on"] > KILLS // 4, kills
print(f"{KILLS} kills, each followed by the same bytes: {kills}")
