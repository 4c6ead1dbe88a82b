"""Runs every sh block of docs/getting-started.md, in one shell, in the root of a clone.

What the page shows as output must be what the commands print, numbers aside. The page ends with a model that
the reader downloads: SHARED's SmolLM2 stands in for it if there is one, else the demo model, and its commands
are run with few and short sequences.

    python3 .ci/check_getting_started.py [SHARED]
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PAGE = Path("docs/getting-started.md")
DEMO = Path("owl-examples/src/main/resources/io/github/owlprune/examples/demo-model")
START = Path("target/start")  # where the page works
DOWNLOADED = "smollm2-135m"
FENCE = re.compile(r"^```(sh|text)\n(.*?)^```$", re.M | re.S)
NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)*")


def masked(line):
    return " ".join(NUMBER.sub("#", line).split())


def small(commands):
    for option, value in (("sequences", 4), ("length", 128), ("windows", 4)):
        commands = re.sub(rf"--{option} \d+", f"--{option} {value}", commands)
    return commands


def download(shared, folder):
    """Puts into a folder what the page asks the reader to download."""
    model = folder / DOWNLOADED
    if shared:
        unpack = ["java", shared / "models/UnpackSmolLm2.java", shared / "models/smollm2-135m", model]
        subprocess.run(unpack, check=True, stdout=subprocess.DEVNULL)
        rows = (shared / "data/c4/c4_en_sample.jsonl").read_text(encoding="utf-8").splitlines()
    else:
        shutil.copytree(DEMO, model)
        rows = (DEMO / "calibration.jsonl").read_text(encoding="utf-8").splitlines()
    (folder / "c4.jsonl").write_text("\n".join(rows[:-20]) + "\n", encoding="utf-8")
    (folder / "c4-validation.jsonl").write_text("\n".join(rows[-20:]) + "\n", encoding="utf-8")


def run(commands, folder):
    """Runs the blocks' commands in one shell; returns what each printed."""
    mark = "== block %d of the page"
    script = ["set -euo pipefail"]
    for i, block in enumerate(commands):
        if DOWNLOADED in block and not any(DOWNLOADED in c for c in commands[:i]):
            script.append(f'mv "{folder}"/* .')
        script += [f"echo '{mark % i}'", small(block) if DOWNLOADED in block else block]
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    if done.returncode:
        print(done.stdout)
        sys.exit(f"{PAGE}: the last command above ended with {done.returncode}")
    return re.split(r"^== block \d+ of the page\n", done.stdout, flags=re.M)[1:]


def check(shown, printed):
    lines = iter(printed.splitlines())
    for line in shown.splitlines():
        if line.strip() not in ("", "…") and not any(masked(line) == masked(actual) for actual in lines):
            print(printed)
            sys.exit(f"{PAGE}: the commands do not print, or not in this order: {line}")


def main():
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 and Path(sys.argv[1]).is_dir() else None
    fences = FENCE.findall(PAGE.read_text(encoding="utf-8"))
    commands = [body for kind, body in fences if kind == "sh"]
    shutil.rmtree(START, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        download(shared, Path(folder))
        began = time.time()
        printed = run(commands, folder)
    shutil.rmtree(START)
    block = -1
    shown = 0
    for kind, body in fences:
        if kind == "sh":
            block += 1
        else:
            check(body, printed[block])
            shown += 1
    print(f"{PAGE}: {len(commands)} blocks of commands ran in {time.time() - began:.0f} s, {shown} outputs are as shown")


main()
