"""Compares what owl run generates with the greedy continuations of transformers.

    check_generation.py OWL MODEL GREEDY_JSON
"""

import json
import subprocess
import sys


def main():
    owl, model, golden = sys.argv[1:]
    with open(golden, encoding="utf-8") as file:
        sequences = json.load(file)["sequences"]
    checked = 0
    for sequence in sequences:
        chat = sequence.get("chat")
        if chat and len(chat) > 1:
            continue  # the command line has no way to give the earlier messages
        prompt = ["--chat", "--prompt", chat[0]["content"]] if chat else ["--prompt", sequence["text_prompt"]]
        run = subprocess.run(
            [owl, "run", model, *prompt, "--temperature", "0", "--max-tokens", str(len(sequence["continuation"]))],
            stdout=subprocess.PIPE, text=True, check=True, encoding="utf-8")
        if run.stdout != sequence["text"] + "\n":
            print("expected %r, but was %r" % (sequence["text"], run.stdout))
            return 1
        checked += 1
    print("%d answers equal" % checked)
    return 0 if checked >= 3 else 1


if __name__ == "__main__":
    sys.exit(main())
